"""Pages of suppliers: offers, till, shops, codes, deliveries, cases, connection, imports.

Promises:

- These pages show what a supplier delivers.

Never:

- They never decide what the interface decides.

Start here:

- `pages`: all of them as one list.
"""
