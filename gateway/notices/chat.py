"""Saying something in a chat service through Apprise, over the guarded session."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from gateway.notices import safe_http

TITLE = "门岗 Gatehouse"


class Undelivered(Exception):
    """The service did not take the message; `because` is a short code."""

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because


@lru_cache(maxsize=1)
def _apprise() -> Any:
    """Apprise takes a third of a second to import: only a deployment with channels pays for it."""
    import apprise

    return apprise


def service_of(url: str) -> Any:
    """Apprise's service for an address, or None when the address is not whole. Calls nobody."""
    return _apprise().Apprise.instantiate(url)


def say(url: str, text: str) -> None:
    """Send `text`. Raises `Undelivered`, also where a service answers 200 and says no in its body."""
    service = service_of(url)
    if service is None:
        raise Undelivered("address")
    with safe_http.listening() as answers:
        delivered = bool(service.notify(title=TITLE, body=text))
    no = next((heard for heard in answers if heard.said_no), None)
    if no is not None:
        raise Undelivered(no.refused or f"answer {no.status}")
    if not delivered:
        raise Undelivered("no answer")
