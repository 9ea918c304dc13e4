"""Saying something in a chat service through Apprise, over the guarded session."""

from __future__ import annotations

from typing import Any

TITLE = "门岗 Gatehouse"
_private: bool | None = None
"""How far calls may go, until the guard stands."""


class Undelivered(Exception):
    """The service did not take the message; `because` is a short code."""

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because


def guard(*, private: bool) -> None:
    """Let every call be guarded from the first on; with `private` the own network may be called too."""
    global _private
    _private = private


def _apprise() -> Any:
    """Apprise, guarded. Only a deployment with channels pays for it and for `requests`."""
    global _private
    import apprise

    from gateway.notices import safe_http

    if (private := _private) is not None:
        safe_http.guard(private=private)
        _private = None

    return apprise


def service_of(url: str) -> Any:
    """Apprise's service for an address, or None when the address is not whole. Calls nobody."""
    return _apprise().Apprise.instantiate(url)


def say(url: str, text: str) -> None:
    """Send `text`. Raises `Undelivered`, also where a service answers 200 and says no in its body."""
    service = service_of(url)
    if service is None:
        raise Undelivered("address")
    from gateway.notices import safe_http

    with safe_http.listening() as answers:
        delivered = bool(service.notify(title=TITLE, body=text))
    no = next((heard for heard in answers if heard.said_no), None)
    if no is not None:
        raise Undelivered(no.refused or f"answer {no.status}")
    if not delivered:
        raise Undelivered("no answer")
