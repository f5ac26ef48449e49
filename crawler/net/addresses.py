"""Which addresses may be talked to. Judged on the address that a connection really goes to, never on a name's look."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self

_LOOPBACK = IPv4Address("127.0.0.1")
#: One machine, however it is spelled: `0.0.0.0` and `::` connect to it as well (Linux, RFC 1122 section 3.2.1.3).
_THIS_MACHINE = frozenset({_LOOPBACK, IPv4Address("0.0.0.0"), IPv6Address("::1"), IPv6Address("::")})  # noqa: S104 - refused, not bound
#: RFC 4291 section 2.4: all global unicast that IANA has given out.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
#: RFC 6052: an IPv4 address in its last 32 bits.
_NAT64 = IPv6Network("64:ff9b::/96")
_NUMERIC = re.compile(r"[0-9a-fA-FxX]+(?:\.[0-9a-fA-FxX]+){0,3}")


@dataclass(frozen=True, slots=True)
class Guard:
    """Global unicast addresses pass; others only when the operator named them (`allow_private_hosts`)."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entries: tuple[str, ...]) -> Self:
        """From addresses (any spelling), CIDRs and host names. `localhost` is the address 127.0.0.1."""
        networks: list[IPv4Network | IPv6Network] = []
        names: set[str] = set()
        for entry in entries:
            network = _network(entry.strip())
            if network is None:
                names.add(_plain(entry))
            else:
                networks.append(network)
                networks.extend(_loopback_of(network))
        if "localhost" in names:
            networks.append(IPv4Network(_LOOPBACK))
        return cls(tuple(networks), frozenset(names))

    def permits(self, address: str, host: str) -> bool:
        """Whether a connection to `address` may be opened for a request that names `host`."""
        meant = _meant(ip_address(address))
        return _is_public(meant) or _plain(host) in self.names or any(meant in network for network in self.networks)


def _plain(host: str) -> str:
    return host.strip().strip("[]").rstrip(".").lower()


def _network(entry: str) -> IPv4Network | IPv6Network | None:
    bare = entry.strip("[]")
    try:
        return ip_network(bare, strict=False)
    except ValueError:
        if not _NUMERIC.fullmatch(bare):
            return None
    try:
        return IPv4Network(IPv4Address(socket.inet_aton(bare)))
    except OSError:
        return None


def _loopback_of(network: IPv4Network | IPv6Network) -> tuple[IPv4Network, ...]:
    named = any(address in network for address in _THIS_MACHINE)
    return (IPv4Network(_LOOPBACK),) if named and network.num_addresses == 1 else ()


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The address behind its spelling: an IPv4 address carried in an IPv6 one counts as itself."""
    if isinstance(address, IPv6Address):
        carried = address.ipv4_mapped or address.sixtofour
        if carried is None and address in _NAT64:
            carried = IPv4Address(int(address) & 0xFFFFFFFF)
        address = carried or address
    return _LOOPBACK if address in _THIS_MACHINE else address


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if address.is_multicast or address.is_reserved:
        return False
    return address.is_global and (isinstance(address, IPv4Address) or address in _GLOBAL_UNICAST)
