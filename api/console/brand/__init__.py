"""Pages of brands: members, points, market, procurement, prices, coupons, swaps, figures.

Promises:

- These pages show what a brand does for its members.

Never:

- They never decide what the interface decides.

Start here:

- `pages`: all of them as one list.
"""
