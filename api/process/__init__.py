"""What a process needs before it serves or works.

Promises:

- A database is brought to this release's schema before anything uses it. Any number of processes
  may start at once, and one of them migrates.
- A new service has an operator, and the operator has a key.
- One process puts its parts together once. All its requests share them.
- Secrets are never logged, whatever the name of the field or the depth at which they stand.
- Logging never raises. A line that cannot be written is dropped and counted.

Never:

- Valkey is never needed for correctness. While it is away, nobody is limited.
- What a process remembers is never the only copy. It is in the database.

Start here:

- `context`: the parts of one process, opened at its start and closed at its end.
- `bootstrap`: schema, operator and the operator's key before the first request.
- `stored_secrets`: what is encrypted in the database, and whether the key for it is here.
- `own_clock`: the clock of this machine, for commands without a database.
- `rotation`: encrypts all of it with a new key.
- `migrate`: brings a database to the schema of this release.
- `actor`: who runs this process, as the audit log names it.
- `login`: the service's own login to the database.
- `looking`: a look at the database that can change nothing.
- `last_verify`: what the last `comity verify` found, kept in the data directory.
- `logs`: one event per line, without secrets. `access_log` writes the line of each request, and
  `log_sink` is where all lines leave the process.
- `clock`: compares the clock of this process with the database's.
- `probe`: what health checks and metrics ask the database, on a connection of their own.
- `hearts`: who of the background loops gave a sign of life.
- `caches`: what a process remembers so that it does not ask the database again.
- `limits`: requests per party.
- `guesses`: who may be wrong how often, counted before the look-up.
- `sold_out`: hints that an offer is sold out.
- `misses`: unknown coupon codes, by API key and shop.
- `places`: how many requests are worked on at once, and for whom.
- `refusals`: how fast one party is told that it is refused.
- `addresses`: where a request comes from.
- `deliveries`: requests that wait for a coupon to be delivered.
- `bell`: wakes tasks of this process that wait.
- `stopping`: the application hears at once that its process is to stop.
- `children`: processes that this one starts, such as the demo's service.
"""
