"""Ids that are shown to other parties and tell them nothing.

A number from a sequence says how many came before it, and the next one can be guessed. So what
several parties see gets a number from the system's random source.
"""

import secrets

IDENTIFIER_MAX = 2**53 - 1
"""The largest id. Up to here every reader of JSON keeps a number exact."""


def new_identifier() -> int:
    """A new id from 1 to IDENTIFIER_MAX. Unique keys refuse the rare one that is taken."""
    return 1 + secrets.randbelow(IDENTIFIER_MAX)
