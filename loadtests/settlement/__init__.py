"""How fast the bill is made: months of millions of uses, made by SQL and closed by the service."""
