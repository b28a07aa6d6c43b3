"""PostgreSQL and Valkey of our own, started from the wheels when no address is configured.

Promises:

- Everything lives under one data directory, which survives restarts, crashes and `kill -9`.
- Processes that name the same data directory share one PostgreSQL and one Valkey; the last to leave
  stops them.
- A server that dies under a running service is started again by its watchdog.
- Nothing listens on TCP: both servers are reached by a Unix socket in a directory only their
  account may enter.
- As root, the servers run under the system account `comity`, since PostgreSQL refuses root.
  Permissions of directories above the data directory are never changed.

It never touches a server it was given an address for.
"""

from api.embedded.errors import EmbeddedServerError
from api.embedded.services import Addresses, running, temporary_data_dir, watchdog
from api.embedded.watch import Watchdog

__all__ = [
    "Addresses",
    "EmbeddedServerError",
    "Watchdog",
    "running",
    "temporary_data_dir",
    "watchdog",
]
