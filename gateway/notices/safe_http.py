"""Outgoing calls of the chat services, guarded (`quality.md` 3, SSRF).

Apprise's services call `requests` themselves. `guard` replaces its Session for the whole process, which has no other
use of it: every call resolves its name once and connects to the address that was judged, follows no redirect, reads no
proxy from the environment, checks certificates whatever the URL says, ends after five seconds and reads 64 KiB at most.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
import requests.adapters
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from chassis.addresses import AddressRefused, resolve

SECONDS = 5.0
MOST_BYTES = 64 * 1024
NO_CODE = ("errcode", "code", "StatusCode")
"""Where chat services that answer 200 to everything say whether they took a message."""


class Refused(requests.RequestException):
    """A call that may not be made, or an answer that may not be read."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a service answered, or why nobody was asked."""

    status: int
    said_no: bool
    refused: str = ""


_heard = threading.local()


@contextmanager
def listening() -> Iterator[list[Heard]]:
    """Within the block, what services answer in this thread is heard."""
    answers: list[Heard] = []
    _heard.answers = answers
    try:
        yield answers
    finally:
        _heard.answers = []


def _note(heard: Heard) -> None:
    getattr(_heard, "answers", []).append(heard)


def _connected(connection: HTTPConnection, private: bool) -> socket.socket:
    """A socket to the one address that was judged; the name stays for the certificate."""
    try:
        address = resolve(connection.host, connection.port, private=private)
    except AddressRefused as error:
        _note(Heard(0, True, "address"))
        raise Refused(str(error)) from error
    except OSError as error:
        _note(Heard(0, True, "name"))
        raise Refused(str(error)) from error
    return socket.create_connection((address, connection.port), SECONDS)


def _limit(connection: HTTPConnection) -> None:
    """Shut what is connected after the deadline, however slowly it answers."""
    timer = threading.Timer(SECONDS, _shut, (connection.sock,))
    timer.daemon = True
    timer.start()


def _shut(wire: socket.socket) -> None:
    try:
        wire.shutdown(socket.SHUT_RDWR)
    except OSError:  # it has ended by itself
        return


def _pools(private: bool) -> dict[str, Any]:
    """urllib3's pools with our own connections."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connected(self, private)

        def connect(self) -> None:
            super().connect()
            _limit(self)

    class Encrypted(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connected(self, private)

        def connect(self) -> None:
            super().connect()
            _limit(self)

    plain = type("PlainPool", (urllib3.HTTPConnectionPool,), {"ConnectionCls": Plain})
    encrypted = type("EncryptedPool", (urllib3.HTTPSConnectionPool,), {"ConnectionCls": Encrypted})
    return {"http": plain, "https": encrypted} if private else {"https": encrypted}


class _Adapter(requests.adapters.HTTPAdapter):
    """Sends one call and reads a bounded answer."""

    def __init__(self, private: bool) -> None:
        self._private = private
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Pools whose connections go where they were judged to."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._private)

    def send(self, request: requests.PreparedRequest, *_args: Any, **_options: Any) -> requests.Response:
        """Whatever the caller wished: our deadlines, our certificates, no proxy."""
        if not self._private and not (request.url or "").startswith("https://"):
            _note(Heard(0, True, "plain"))
            raise Refused("plain http")
        begun = time.monotonic()
        answer = super().send(request, stream=True, timeout=(SECONDS, SECONDS), verify=True, cert=None, proxies={})
        if 300 <= answer.status_code < 400:
            _note(Heard(answer.status_code, True, "redirect"))
            answer.close()
            raise Refused(f"redirected with {answer.status_code}")
        _read(answer, begun + SECONDS)
        _note(Heard(answer.status_code, _said_no(answer)))
        return answer


def _read(answer: requests.Response, until: float) -> None:
    """Read the answer into itself. A connection that was shut at the deadline reads like an end, or breaks."""
    try:
        body = answer.raw.read(MOST_BYTES + 1, decode_content=True)
    except urllib3.exceptions.HTTPError as error:
        _note(Heard(answer.status_code, True, "slow" if time.monotonic() >= until else "no answer"))
        raise Refused(type(error).__name__) from error
    finally:
        answer.close()
    if time.monotonic() >= until:
        _note(Heard(answer.status_code, True, "slow"))
        raise Refused("too slow")
    if len(body) > MOST_BYTES:
        _note(Heard(answer.status_code, True, "size"))
        raise Refused("the answer is too large")
    answer._content, answer._content_consumed = body, True


def _said_no(answer: requests.Response) -> bool:
    """Whether a service says no, be it under a status that says yes."""
    if answer.status_code >= 400:
        return True
    try:
        said = answer.json()
    except ValueError:
        return False
    codes = [str(said[name]) for name in NO_CODE if name in said] if isinstance(said, dict) else []
    return any(code.lstrip("-").isdecimal() and code not in ("0", "200") for code in codes)


class Session(requests.Session):
    """A session of `requests` that goes nowhere else."""

    private = False

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter(self.private))


def guard(*, private: bool) -> None:
    """Let every call of `requests` in this process be guarded; with `private` the own network may be called too."""
    guarded = type("Session", (Session,), {"private": private})
    requests.Session = requests.sessions.Session = guarded  # type: ignore[misc, assignment]
