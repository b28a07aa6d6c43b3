"""Pages about running it: parties, isolation, system, audit log, users, keys, webhooks, programmes.

Promises:

- These pages show who takes part, and by which rules.

Never:

- They never decide what the interface decides.

Start here:

- `pages`: all of them as one list.
"""
