"""A member turns points into a right, and the right gets used.

Promises:

- A right is redeemed in one transaction with its points, stock, coupon and order, or not at all.
- An order is delivered at most once, and points return only when failure is proven.
- A coupon is used once, no matter how many requests race for it.
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
- `use`: a coupon is used in a shop, and a use is reversed.
- `earning`: members earn points by events, and are given birthday gifts.
- `audit`: rights against the points, stock and messages below them.
- `tables`: the tables of the first four.
- `earning_tables`: those of earning.
- `schema`: what all of them have in common.
"""
