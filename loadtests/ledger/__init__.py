"""How fast the ledger is.

It is measured beside what the same machine can do at best, and beside what is usually written
instead.
"""
