"""Pages about money: periods, statements, disputes, payments, reconciliation, liability.

Promises:

- These pages show what finance bills, agrees and reconciles.

Never:

- They never decide what the interface decides.

Start here:

- `pages`: all of them as one list.
"""
