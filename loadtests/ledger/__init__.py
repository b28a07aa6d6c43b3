"""How fast the ledger is, measured beside what the same machine could do at best and beside what is usually written instead."""
