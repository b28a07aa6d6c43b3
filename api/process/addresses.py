"""Where a request comes from: the address of the caller, also behind our own proxies.

Only a proxy that the operator has named is believed. Anybody else could write any address into
X-Forwarded-For, and so have as many shares as there are addresses.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from api.settings import Network

IPV6_PREFIX_LENGTH = 64
"""Addresses of IPv6 count together by this prefix. One subscriber has at least so many of them."""
UNKNOWN = "unknown"


class Addresses:
    """Finds the address that a request counts for."""

    def __init__(self, proxies: Iterable[Network]) -> None:
        self._proxies = tuple(proxies)

    def find(self, peer: str, headers: Iterable[tuple[bytes, bytes]]) -> str:
        """The last address that is not a proxy of ours, from the peer of the connection back."""
        address = _read(peer)
        if address is None or not self._is_proxy(address):
            return _counted(address)
        forwarded = ",".join(
            value.decode("latin-1") for name, value in headers if name == b"x-forwarded-for"
        )
        for text in reversed(forwarded.split(",")):
            before = _read(text.strip())
            if before is None:
                break
            address = before
            if not self._is_proxy(address):
                break
        return _counted(address)

    def _is_proxy(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._proxies)


def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped


def _counted(address: IPv4Address | IPv6Address | None) -> str:
    if address is None:
        return UNKNOWN
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address.packed, IPV6_PREFIX_LENGTH), strict=False))
    return str(address)
