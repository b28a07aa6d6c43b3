"""A member turns points into a right, and the right gets used.

Promises:

- A right is redeemed in one transaction with its points, stock, coupon and order, or not at all.
- An order is delivered at most once, and points return only when failure is proven.
- A coupon is used once, no matter how many requests race for it.
- A card code is given to one coupon, and shown on request alone.
- Every request has its own key and is answered once. A replay gets the first answer.
- A receipt tells a member every step, and only what was committed.

Never:

- It never opens a transaction across a network call.
- It never reads a clock but the database's, and never the environment.
- It never bills anybody: each use is handed to settlement by the outbox.
- It never keeps a coupon or an order outside the book of the member's programme.

Start here:

- `coupons`: a coupon's code, its states, its receipt and its last day.
- `redeem`: a member turns points into a right.
- `fulfil`: the right reaches the member, or the points come back.
- `give`: a right is given back or given on, or the operator withdraws it.
- `cases`: what no rule can decide is seen by a person, and decided once.
- `resolve`: such a decision, and what follows from it.
- `use`: a coupon is used in a shop, and a use is reversed.
- `codes`: card codes are given out, and shown to their members.
- `conformance`: the kit that checks a supplier's server.
- `canary`: a new supplier serves few members, until its figures prove what it is worth.
- `swaps`: what two brands give each other, and who owes whom.
- `leases`: tills that take coupons without a connection.
- `earning`: members earn points by events, and are given birthday gifts.
- `figures`: how well partners and rights do, and what each figure is worth.
- `audit`: rights against the points, stock and messages below them.
- `tables`: the tables of the schema; `coupon_tables` has those of what happens to coupons,
  `swap_tables` those of `swaps` and `leases`, `earning_tables` those of `earning`, `figure_tables`
  those of `figures`, and `schema` what all have in common.
"""
