"""How decisions are written: lanes gather operations and commit them together."""
