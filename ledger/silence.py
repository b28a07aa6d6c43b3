"""A connection to the database that has gone silent: how soon it is noticed, on both sides.

After a failover behind a firewall, nobody says that a connection is gone. So the kernel of each
side probes a connection that is at rest, and gives up one whose data nobody acknowledges. A server
that accepts data and never answers is found by the deadlines of statements and requests.
"""

import socket
from typing import cast

import asyncpg

CONNECT_TIMEOUT_SECONDS = 3.0
KEEPALIVE_IDLE_SECONDS = 5
KEEPALIVE_INTERVAL_SECONDS = 2
KEEPALIVE_PROBES = 3
UNACKNOWLEDGED_MILLISECONDS = 10_000

SERVER_SETTINGS = {
    "tcp_keepalives_idle": str(KEEPALIVE_IDLE_SECONDS),
    "tcp_keepalives_interval": str(KEEPALIVE_INTERVAL_SECONDS),
    "tcp_keepalives_count": str(KEEPALIVE_PROBES),
    "tcp_user_timeout": str(UNACKNOWLEDGED_MILLISECONDS),
}
"""The same for the server's side. On a Unix socket the server ignores them."""

# Not every system has all of them.
_OPTIONS = {
    "TCP_KEEPIDLE": KEEPALIVE_IDLE_SECONDS,
    "TCP_KEEPINTVL": KEEPALIVE_INTERVAL_SECONDS,
    "TCP_KEEPCNT": KEEPALIVE_PROBES,
    "TCP_USER_TIMEOUT": UNACKNOWLEDGED_MILLISECONDS,
}


def watch(connection: asyncpg.Connection) -> None:
    """Have the kernel probe a TCP connection. A Unix socket needs no probes."""
    found = socket_of(connection)
    if found is None or found.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _OPTIONS.items():
        option = getattr(socket, name, None)
        if option is not None:
            found.setsockopt(socket.IPPROTO_TCP, option, value)


def socket_of(connection: asyncpg.Connection) -> socket.socket | None:
    """The socket below a connection."""
    transport = connection._transport  # noqa: SLF001 - the driver has no public way to it
    return cast("socket.socket | None", transport.get_extra_info("socket"))
