"""Outgoing calls of chat services: only where they may go, only as long and as much as they may."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from gateway.notices import safe_http
from gateway.notices.chat import Undelivered, say
from tests.gateway.notices.servers import Chat, chat_server

ORIGINAL = requests.Session


@pytest.fixture
def chat() -> Iterator[Chat]:
    """A chat service on this machine."""
    with chat_server() as made:
        yield made


@pytest.fixture(autouse=True)
def unguarded() -> Iterator[None]:
    """Each test says how far calls may go; afterwards `requests` is as it was."""
    yield
    requests.Session = requests.sessions.Session = ORIGINAL  # type: ignore[misc]


def refused(url: str, text: str = "x") -> str:
    """Why a message was not delivered."""
    with pytest.raises(Undelivered) as error:
        say(url, text)
    return error.value.because


def test_a_private_network_is_reached_where_the_deployment_allows_it(chat: Chat) -> None:
    safe_http.guard(private=True)
    say(chat.url, "有来访等您审批")
    assert chat.texts == ["有来访等您审批"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1", "0177.0.0.1"])
def test_nothing_inside_is_called(host: str) -> None:
    safe_http.guard(private=False)
    assert refused(f"jsons://{host}:443/hook") in ("address", "name")


def test_plain_http_is_not_used(chat: Chat) -> None:
    safe_http.guard(private=False)
    assert refused(chat.url) == "plain"
    assert chat.heard == []


def test_a_name_is_resolved_once_and_called_at_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    connected: list[Any] = []
    first = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))]
    then = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]

    def getaddrinfo(host: str, *_args: Any, **_options: Any) -> list[Any]:
        asked.append(host)
        return first if len(asked) == 1 else then

    def create_connection(address: Any, *_args: Any, **_options: Any) -> socket.socket:
        connected.append(address)
        raise OSError("far enough")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "create_connection", create_connection)
    safe_http.guard(private=False)
    refused("jsons://rebind.example/hook")
    assert asked == ["rebind.example"]
    assert connected == [("8.8.8.8", 443)]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(chat: Chat, status: int) -> None:
    safe_http.guard(private=True)
    chat.status, chat.headers = status, {"Location": f"http://127.0.0.1:{chat.port}/elsewhere"}
    assert refused(chat.url) == "redirect"
    assert refused(chat.url + "?redirect=yes") == "redirect"
    assert {said["path"] for said in chat.heard} == {"/hook"}


def test_an_answer_larger_than_64_kib_is_not_read(chat: Chat) -> None:
    safe_http.guard(private=True)
    chat.body = b"x" * (safe_http.MOST_BYTES + 1)
    assert refused(chat.url) == "size"
    chat.body = b"x" * safe_http.MOST_BYTES
    say(chat.url, "x")


def test_a_service_that_drips_is_left_after_the_deadline(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_http, "SECONDS", 0.6)
    safe_http.guard(private=True)
    chat.body, chat.drip_seconds = b"x" * 100, 0.1
    begun = time.monotonic()
    assert refused(chat.url) == "slow"
    assert time.monotonic() - begun < 3


def test_a_service_that_never_answers_is_left_after_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_http, "SECONDS", 0.4)
    safe_http.guard(private=True)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        refused(f"json://127.0.0.1:{silent.getsockname()[1]}/hook")
        assert time.monotonic() - begun < 3


def test_proxies_of_the_environment_are_not_read(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    safe_http.guard(private=True)
    say(chat.url, "direct")
    assert chat.texts == ["direct"]


def test_certificates_are_checked_whatever_the_address_says(chat: Chat) -> None:
    safe_http.guard(private=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            try:
                context.wrap_socket(listener.accept()[0], server_side=True).close()
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        assert refused(f"jsons://127.0.0.1:{listener.getsockname()[1]}/hook?verify=no") == "no answer"


@pytest.mark.parametrize(
    "body", [b'{"errcode": 93000, "errmsg": "invalid webhook url"}', b'{"code": 19001}', b'{"StatusCode": "9499"}']
)
def test_a_service_that_answers_200_and_means_no_is_understood(chat: Chat, body: bytes) -> None:
    safe_http.guard(private=True)
    chat.body = body
    assert refused(chat.url) == "answer 200"


@pytest.mark.parametrize("body", [b'{"errcode": 0}', b'{"code": 200}', b'{"code": "OK"}', b"ok", b"[]", b""])
def test_a_yes_is_a_yes(chat: Chat, body: bytes) -> None:
    safe_http.guard(private=True)
    chat.body = body
    say(chat.url, "x")


def test_a_refusal_says_its_status(chat: Chat) -> None:
    safe_http.guard(private=True)
    chat.status = 403
    assert refused(chat.url) == "answer 403"


def test_what_is_no_address_calls_nobody() -> None:
    assert refused("wecombot://") == "address"
