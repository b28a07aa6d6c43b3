"""How fast a market answers: a page for one member, a search, and a rule that changes."""
