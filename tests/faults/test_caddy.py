"""Our Caddyfile before two gateways that misbehave: what is repeated, what never, what is refused, who is cut off."""

from __future__ import annotations

import http.client
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests import caddy
from tests.deployment import until

HEAD_SECONDS = 10
"""How long a sender may take for the head of a request, as the Caddyfile says."""


class Gateway(BaseHTTPRequestHandler):
    """Answers 201 with the length of the body; one that is lame hangs up once it has read a request."""

    protocol_version = "HTTP/1.1"
    server: Gateways

    def do_GET(self) -> None:
        """Ready, or any page."""
        self._answer(200)

    def do_POST(self) -> None:
        """A write."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.got.append((self.headers.get("Idempotency-Key", ""), body))
        if self.server.lame:
            self.close_connection = True
            return
        self._answer(201)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class Gateways(ThreadingHTTPServer):
    """One stand-in for a gateway, with what it was sent."""

    daemon_threads = True

    def __init__(self, *, lame: bool) -> None:
        super().__init__(("127.0.0.1", 0), Gateway)
        self.lame = lame
        self.got: list[tuple[str, bytes]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


@dataclass
class Front:
    """Caddy, and the two behind it."""

    caddy: caddy.Caddy
    gateways: list[Gateways] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> int:
        """One call; its status."""
        connection = http.client.HTTPSConnection("localhost", self.caddy.port, timeout=20, context=self.caddy.trust)
        connection.request(method, path, body or None, headers)
        status = connection.getresponse().status
        connection.close()
        return status

    def is_open(self) -> bool:
        """Whether Caddy answers."""
        try:
            return self.ask("GET", "/readyz") == 200
        except (OSError, ssl.SSLError):
            return False


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """One gateway that hangs up on every write, and one that answers."""
    gateways = [Gateways(lame=True), Gateways(lame=False)]
    folder: Path = tmp_path_factory.mktemp("caddy")
    made = Front(caddy.start(folder, [f"127.0.0.1:{one.server_port}" for one in gateways]), gateways)
    try:
        until(made.is_open, 60, lambda: (folder / "caddy.log").read_text()[-2000:])
        yield made
    finally:
        made.caddy.process.kill()
        made.caddy.process.wait()
        for one in gateways:
            one.shutdown()
            one.server_close()


def test_a_write_with_a_key_goes_to_the_other_gateway_whole(front: Front) -> None:
    lame, sound = front.gateways
    body = b"x" * 50_000
    for number in range(40):
        assert front.ask("POST", "/api/visitor/v1/strangers", body, **{"Idempotency-Key": f"k{number}"}) == 201
        if lame.got:
            break
    assert lame.got, "the lame gateway was never chosen"
    key = lame.got[0][0]
    assert [sent for sent in sound.got if sent[0] == key] == [(key, body)]


def test_a_write_without_a_key_is_never_sent_twice(front: Front) -> None:
    time.sleep(5.2)  # until Caddy trusts the lame one again, since it is "ready"
    before = [len(one.got) for one in front.gateways]
    statuses: list[int] = []
    while 502 not in statuses:
        assert len(statuses) < 40, "the lame gateway was never chosen"
        statuses.append(front.ask("POST", "/login", b"employee_no=1"))
    sent = [len(one.got) - count for one, count in zip(front.gateways, before, strict=True)]
    assert sum(sent) == len(statuses)
    assert sent[0] == 1


@pytest.mark.parametrize("path", ["/internal/journal", "/internal", "/metrics", "/%69nternal/journal"])
def test_what_is_for_inside_is_not_found_outside(front: Front, path: str) -> None:
    assert front.ask("GET", path) == 404


def test_a_sender_who_never_finishes_the_head_is_cut_off_and_others_are_served(front: Front) -> None:
    raw = socket.create_connection(("localhost", front.caddy.port), timeout=HEAD_SECONDS + 15)
    slow = front.caddy.trust.wrap_socket(raw, server_hostname="localhost")
    begun = time.monotonic()
    slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    assert front.ask("GET", "/login") == 200
    assert _ended(slow)
    assert HEAD_SECONDS - 1 <= time.monotonic() - begun <= HEAD_SECONDS + 10
    slow.close()


def test_the_caddyfile_is_in_the_form_that_caddy_gives_it() -> None:
    done = subprocess.run([caddy.program(), "fmt", "--diff", str(caddy.CADDYFILE)], capture_output=True, text=True)
    changed = [line for line in done.stdout.splitlines() if line[:1] in "+-"]
    assert (done.returncode, changed) == (0, [])


def _ended(connection: ssl.SSLSocket) -> bool:
    """Whether the other side hangs up, with or without a last word."""
    try:
        while connection.recv(4096):
            pass
    except ConnectionError:
        return True
    return True
