"""Outgoing calls go to public addresses, and to the very one that was judged."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

from chassis.addresses import AddressRefused, is_public, resolve

ANYWHERE = "0.0.0.0"  # noqa: S104
INSIDE = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", ANYWHERE, "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.88.99.1", "::1", "::", "fe80::1", "fd00::1", "ff02::1",
    "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:a00:1::", "2001::1",
    "2001:db8::1",
)  # fmt: skip
OUTSIDE = ("8.8.8.8", "183.3.226.35", "2400:3200::1", "::ffff:8.8.8.8")


def answers(*addresses: str) -> Any:
    """A resolver that says these."""

    def getaddrinfo(_host: str, port: int, **_options: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return getaddrinfo


@pytest.mark.parametrize("text", INSIDE)
def test_what_lies_inside_is_not_public(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", OUTSIDE)
def test_what_lies_outside_is_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", INSIDE)
def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answers(text))
    with pytest.raises(AddressRefused, match=r"hook\.example leads to"):
        resolve("hook.example", 443)


def test_a_name_that_leads_inside_and_outside_is_a_trick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answers("8.8.8.8", "10.0.0.1"))
    with pytest.raises(AddressRefused):
        resolve("hook.example", 443)


def test_a_setting_allows_private_addresses_but_no_multicast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answers("10.0.0.1"))
    assert resolve("chat.intern", 443, private=True) == "10.0.0.1"
    for text in ("224.0.0.1", ANYWHERE, "ff02::1"):
        monkeypatch.setattr(socket, "getaddrinfo", answers(text))
        with pytest.raises(AddressRefused):
            resolve("chat.intern", 443, private=True)


def test_the_first_address_by_value_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answers("9.9.9.9", "8.8.8.8"))
    assert resolve("hook.example", 443) == "8.8.8.8"
