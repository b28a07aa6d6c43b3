"""What an operation does to the wallets of its lanes: the ledger's rules, as pure decisions.

Promises:

- The same lanes, operations and instant give the same decisions.
- A refused operation moves nothing: all rules are checked before the first point moves.
- Every move of points is one entry, from one account to another.
- Points are spent by the earliest expiry first.

Never:

- It never reads the database or a clock, or waits for anything.
- It never decides by the order of `occurred_at`: operations take effect in the order in which they
  come.

Start here:

- `decider`: the way of one operation, and the table of all decisions.
- `wallet`: the state that decisions work on: accounts, lanes, wallets, lots, holds.
- `sheet`: the moves that all decisions are made of, and what they leave to be stored.
- `give`: issues, credits and adjustments.
- `spend`: redemptions, holds and conversions, and how holds and conversions end.
- `take_back`: expiry, sweeps and reversals.
- `transfer`: gifts and merges.
- `caps`: what a member may be issued or may redeem in a day, month or year.
"""
