"""Pages of suppliers: offers, till, shops, codes, deliveries, cases, connection.

Promises:

- These pages show what a supplier delivers.
- A code of a coupon or a card never stands in an address, and no card code is ever shown.

Never:

- They never decide what the interface decides.

Start here:

- `frame`: who comes in, for which party, and what can be chosen.
- `words`: what values of closed lists are called.
- `columns`: lists as CSV.
- `typed`: what people type, as the interface takes it.
- `overview`: the first page of a supplier.
- `till`: coupons are looked up, used, and given back.
- `offers`: offers in their states and versions.
- `offer_form`: a new offer, and the next version of one.
- `supply_terms`: what brands get, and what waits for a yes.
- `shops`: where coupons are used, and what was used.
- `leases`: tills without a connection.
- `codes`: card codes.
- `orders`: deliveries.
- `cases`: what a person must decide.
- `connection`: how a supplier is reached, checked and staged.
- `pages`: all of them as one list.
"""
