"""Servers that tests send to: a chat service that keeps what it receives, and a real mail server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.product import free_port


@dataclass
class Chat:
    """A chat service: what was said to it, and what it answers next."""

    port: int = 0
    heard: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    body: bytes = b'{"errcode": 0}'
    headers: dict[str, str] = field(default_factory=dict)
    drip_seconds: float = 0

    @property
    def url(self) -> str:
        """Its address as Apprise writes it."""
        return f"json://127.0.0.1:{self.port}/hook"

    @property
    def texts(self) -> list[str]:
        """The texts it was told."""
        return [said["message"] for said in self.heard]


@contextmanager
def chat_server() -> Iterator[Chat]:
    """A chat service on a free port of this machine."""
    chat = Chat()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            chat.heard.append({**json.loads(sent), "path": self.path})
            self.send_response(chat.status)
            for name, value in chat.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(chat.body)))
            self.end_headers()
            for byte in chat.body if chat.drip_seconds else ():
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(chat.drip_seconds)
            if not chat.drip_seconds:
                self.wfile.write(chat.body)

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_args: Any) -> None:
            """Callers that hang up are part of the tests."""

    server = Server(("127.0.0.1", 0), Handler)
    chat.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Post:
    """A mail server: what it received, and what it answers to a recipient."""

    port: int = 0
    letters: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    answer: str = "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accept a recipient, or not."""
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail."""
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append((list(envelope.rcpt_tos), letter))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[Post]:
    """A mail server on a free port of this machine."""
    post = Post()
    post.port = free_port()
    controller = Controller(post, hostname="127.0.0.1", port=post.port)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()
