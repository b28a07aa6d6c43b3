"""Connections to suppliers, each only to an address at which a supplier may be.

A host is resolved for each new connection, and the connection goes to the address that was judged.
Nothing resolves it a second time, so a name that changes its address in between gains nothing.
Redirects are not followed, and no proxy of the environment is used.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from urllib.parse import urlsplit

import httpcore2
import httpx2

from catalog import Address, EndpointNotAllowed, SupplierNetworks, read_address
from exchange.fulfil.supplier import CONNECT_SECONDS_MAX, SupplierClient

CONNECTIONS_MAX = 200
ADDRESSES_TRIED_MAX = 3
"""How many addresses of one name are tried, each for its share of the time."""

Resolver = Callable[[str, int], Awaitable[Sequence[Address]]]


@cache
def tls_context() -> ssl.SSLContext:
    """What certificates are checked against, for all connections of the process.

    To read the authorities takes some 35 ms, in which an event loop does nothing else.
    """
    return httpx2.create_ssl_context(trust_env=False)


async def resolve(host: str, port: int) -> list[Address]:
    """The addresses of a host, in the order in which the system would try them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(read_address(str(place[0])) for *_, place in found))


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Opens connections for one scheme, to allowed addresses alone."""

    def __init__(
        self, networks: SupplierNetworks, *, is_secure: bool, resolver: Resolver = resolve
    ) -> None:
        self._networks = networks
        self._is_secure = is_secure
        self._resolver = resolver
        self._inner = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to an allowed address of the host.

        Raises:
            EndpointNotAllowed: it has none. No connection was tried.
            httpcore2.ConnectError, httpcore2.ConnectTimeout: none of them took the connection.
        """
        seconds = CONNECT_SECONDS_MAX if timeout is None else timeout
        addresses = (await self._allowed(host, port, seconds))[:ADDRESSES_TRIED_MAX]
        failure: Exception | None = None
        for address in addresses:
            try:
                return await self._inner.connect_tcp(
                    str(address), port, seconds / len(addresses), local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore2.ConnectError("the host has no address")

    async def _allowed(self, host: str, port: int, seconds: float) -> list[Address]:
        try:
            async with asyncio.timeout(seconds):
                addresses = await self._resolver(host, port)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout("the host was not resolved in time") from error
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError("the host cannot be resolved") from error
        allowed, refusal = [], None
        for address in addresses:
            try:
                self._networks.require_address(address, is_secure=self._is_secure)
                allowed.append(address)
            except EndpointNotAllowed as error:
                refusal = error
        if refusal is not None and not allowed:
            raise refusal
        return allowed


class GuardedTransport(httpx2.AsyncHTTPTransport):
    """The usual transport, over a pool whose connections are guarded."""

    def __init__(
        self, networks: SupplierNetworks, *, is_secure: bool, resolver: Resolver = resolve
    ) -> None:
        super().__init__(verify=tls_context(), trust_env=False)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=tls_context(),
            max_connections=CONNECTIONS_MAX,
            max_keepalive_connections=CONNECTIONS_MAX,
            network_backend=GuardedBackend(networks, is_secure=is_secure, resolver=resolver),
        )


@asynccontextmanager
async def open_supplier_client(
    networks: SupplierNetworks, *, resolver: Resolver = resolve
) -> AsyncIterator[SupplierClient]:
    """The client that orders are sent with."""
    async with open_guarded_http(networks, resolver=resolver) as http:
        yield SupplierClient(http)


@asynccontextmanager
async def open_guarded_http(
    networks: SupplierNetworks, *, resolver: Resolver = resolve
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client for suppliers alone. Each scheme has connections of its own."""
    async with httpx2.AsyncClient(
        mounts={
            "http://": GuardedTransport(networks, is_secure=False, resolver=resolver),
            "https://": GuardedTransport(networks, is_secure=True, resolver=resolver),
        },
        verify=tls_context(),
        follow_redirects=False,
        trust_env=False,
    ) as http:
        yield http


async def endpoint_state(
    url: str, networks: SupplierNetworks, *, resolver: Resolver = resolve
) -> str:
    """`ok`, or why no connection to a supplier's endpoint can be had. Nothing is sent to it."""
    parts = urlsplit(url)
    is_secure = parts.scheme == "https"
    host = parts.hostname or ""
    backend = GuardedBackend(networks, is_secure=is_secure, resolver=resolver)
    try:
        async with asyncio.timeout(2 * CONNECT_SECONDS_MAX):
            stream = await backend.connect_tcp(
                host, parts.port or (443 if is_secure else 80), CONNECT_SECONDS_MAX
            )
            try:
                if is_secure:
                    stream = await stream.start_tls(tls_context(), host, CONNECT_SECONDS_MAX)
            finally:
                await stream.aclose()
    except EndpointNotAllowed as error:
        return str(error)
    except TimeoutError:
        return "it does not answer in time"
    except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
        return str(error) or "no connection"
    return "ok"
