"""PostgreSQL and Valkey of our own, started from the wheels when no address is configured.

Promises:

- Everything is in one data directory. It survives restarts, crashes and `kill -9`.
- Processes with the same data directory share one PostgreSQL and one Valkey. The last one to leave
  stops them.
- A watchdog restarts a server that dies while the service runs.
- As root, the servers run under the system account `comity`, because PostgreSQL refuses root.

Never:

- It never touches a server whose address was configured.
- Nothing listens on TCP. Both servers are reached by a Unix socket, in a directory that only their
  account may enter.
- The permissions of the directories above the data directory are never changed.

Start here:

- `services`: runs the servers for the length of a block.
- `sharing`: one server for many processes, and its two locks.
- `postgres`: creates the cluster, starts it, recovers it, stops it.
- `base_backup`: copies the cluster while its server runs.
- `valkey`: starts and stops Valkey, which keeps nothing.
- `watch`: the watchdog. `pulse` is its sign of life, for other processes to read.
- `places`: where the sockets are, and where the programs are found.
- `account`: the account of the operating system that runs the servers.
- `errors`: the one error of this package.
"""
