"""A member turns points into a right, and the right gets used.

It promises:

- a right is redeemed in one transaction with its points, stock, coupon and order: all of them or
  none;
- an order is delivered at most once: it has one request number for ever, a timeout is asked about
  by that number, and nothing is sent again unless the supplier has proven that it does not hold the
  number;
- points return only when failure is proven, and then by themselves; duplicate, late and forged
  callbacks change nothing;
- a coupon is used once, whoever races; every request has its own key and is answered once, for
  ever;
- the receipt tells a member every step, and only what was committed.

It never opens a transaction across a network call, reads a clock or the environment, or bills
anybody: each use is handed to settlement by the outbox. Its coupons and orders live in the book of
the member's programme.

One file per use case: `redeem`, `fulfil` (the worker's side), `callback`, `use`, `expire`,
`coupons` (reading). Pure decisions: `lifecycle` (coupons and orders), `delivery` (what an answer
proves). Beneath them: `conclude` (a delivery ends and the points follow), `orders`,
`right_request`, `use_request`, `use_batch`, `receipt`, `code`, `supplier` (the signed wire), `seal`
(secrets at rest). Refusals stand beside the code that raises them.
"""
