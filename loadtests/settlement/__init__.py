"""How fast bills are made and compared."""
