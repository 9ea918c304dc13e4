"""Which addresses of the network an outgoing call may go to: a name is resolved once and the call goes to what was
judged, never to a second answer of the resolver.
"""

from __future__ import annotations

import ipaddress
import socket

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LEAD_INSIDE = tuple(
    ipaddress.ip_network(text)
    for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "192.88.99.0/24")
)
"""Ranges that carry another address within: Python calls some of them global, and they may end at a private one."""


class AddressRefused(ValueError):
    """The name leads to an address that outgoing calls of this deployment do not go to."""


def is_public(address: Address) -> bool:
    """Whether an address is one of the public Internet and of nothing else."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    inside = any(address in network for network in LEAD_INSIDE if network.version == address.version)
    return address.is_global and not address.is_multicast and not inside


def resolve(host: str, port: int, *, private: bool = False) -> str:
    """The one address to connect to for `host`; with `private` any unicast address will do.

    Raises `AddressRefused` when one of the answers is not allowed: a name that leads inside and outside is a trick.
    """
    found = {ipaddress.ip_address(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    wrong = [address for address in found if not (is_public(address) or (private and _is_unicast(address)))]
    if wrong or not found:
        raise AddressRefused(f"{host} leads to {', '.join(sorted(map(str, wrong)))}")
    return str(min(found, key=lambda address: (address.version, address)))


def _is_unicast(address: Address) -> bool:
    return not (address.is_multicast or address.is_unspecified)
