"""Where a supplier may be reached: at addresses of the public internet, over https.

Whoever sets an endpoint makes the exchange send requests to it. So it must not name the exchange's
own machine or network, in whatever form that is written. The operator may list further networks:
those of suppliers inside, or the loopback network for development. There http is allowed too.

A literal address is judged when it is set. A name is judged at each connection, on the address that
it has then: what it resolved to before says nothing about what it resolves to now.
"""

import re
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import ClassVar, Self
from urllib.parse import SplitResult

from ledger import Refusal

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
"""A last label that makes every resolver read the host as an address, not as a name."""
_LOOPBACK_NAME = "localhost"
_LOOPBACK = IPv4Address("127.0.0.1")
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""Addresses that stand for the IPv4 address in their last 32 bits (RFC 6052)."""
_UNICAST = IPv6Network("2000::/3")
# What some versions of Python call global although no supplier is there, by RFC 6890 and IANA's
# registries; and the address at which a cloud answers for the machine itself.
_NOT_GLOBAL: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "168.63.129.16/32",
        "2001::/23",
        "2002::/16",
        "3fff::/20",
    )
)


class EndpointNotAllowed(Refusal):
    """The address is not of the public internet, or not https, and the operator did not list it."""

    code: ClassVar[str] = "endpoint-not-allowed"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "No supplier may be reached at this address."


@dataclass(frozen=True, slots=True)
class SupplierNetworks:
    """The rule of the exchange: the public internet over https, and what the operator lists."""

    listed: tuple[Network, ...] = ()

    @classmethod
    def read(cls, text: str) -> Self:
        """The rule with the networks of a list like "127.0.0.0/8, 10.20.0.0/16".

        Raises:
            ValueError: a part of it is not a network.
        """
        parts = (part.strip() for part in text.split(","))
        return cls(tuple(ip_network(part) for part in parts if part))

    def require_endpoint(self, parts: SplitResult) -> None:
        """Require that an address of an endpoint may be set, as far as it can be told now.

        Raises:
            EndpointNotAllowed: it states an address that may not be reached, in an unusual form,
                or without https.
        """
        is_secure = parts.scheme == "https"
        address = _stated_address(parts)
        if address is not None:
            self.require_address(address, is_secure=is_secure)
        elif not is_secure and not self.listed:
            raise EndpointNotAllowed("the address must begin with https://", field="url")

    def require_address(self, address: Address, *, is_secure: bool) -> None:
        """Require that a supplier may be reached at this address.

        Raises:
            EndpointNotAllowed: it may not.
        """
        meant = _unwrapped(address)
        if any(meant in network for network in self.listed):
            return
        if (kind := _kind(meant)) is not None:
            raise EndpointNotAllowed(
                f"{address} is {kind}; an endpoint has an address of the public internet",
                field="url",
            )
        if not is_secure:
            raise EndpointNotAllowed("the address must begin with https://", field="url")


def _stated_address(parts: SplitResult) -> Address | None:
    """The address that the host of a URL states. None if the host is a name."""
    host = parts.hostname or ""
    if "[" in parts.netloc:
        try:
            return IPv6Address(host) if "%" not in host else _odd(host)
        except ValueError:
            return _odd(host)
    labels = host.removesuffix(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        try:
            return IPv4Address(host)
        except ValueError:
            return _odd(host)
    return _LOOPBACK if labels[-1].lower() == _LOOPBACK_NAME else None


def _odd(host: str) -> Address:
    raise EndpointNotAllowed(
        f"{host} is no usual form of an address; write a host name, four decimal numbers with dots"
        " between them, or an IPv6 address in brackets",
        field="url",
    )


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, or the address itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _TRANSLATED:
            return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _kind(address: Address) -> str | None:
    """What an address is that the public internet does not have. None for one that it has."""
    if address.is_loopback:
        return "a loopback address"
    if address.is_link_local:
        return "a link-local address"
    if address.is_multicast:
        return "a multicast address"
    is_unicast = isinstance(address, IPv4Address) or address in _UNICAST
    if address.is_global and is_unicast and not any(address in each for each in _NOT_GLOBAL):
        return None
    return "a private or reserved address"


def read_address(text: str) -> Address:
    """An address as a resolver gives it, without the zone of a link-local one.

    Raises:
        ValueError: it is not an address.
    """
    return ip_address(text.partition("%")[0])
