"""A member turns points into a right, or a brand gives the right as a benefit.

Promises:

- A right is redeemed in one transaction with its points, stock, coupon and order, or not at all.
- One refused request never fails the others of its batch.
- A key is answered once. Asked again, it gets the first answer, also after a change of the price.
- The member pays the price of the very batch that the piece is taken from.

Never:

- It never talks to a supplier: an order leaves by the outbox, and `exchange.fulfil` sends it.
- It never sells an offer that is isolated from the brand, or more pieces than a batch has.

Start here:

- `redeem`: the use case, from requests to answers.
- `request`: what a brand asks, and the ledger operations that pay for it.
- `quote`: what a request costs, or why it cannot be had.
- `plan`: from which batch each piece is taken.
- `companion`: what is committed along with the points.
"""

from exchange.redeem.redeem import (
    redeem_rights,
)
from exchange.redeem.request import (
    ACCOUNT_LENGTH_MAX,
    RightRequest,
)

__all__ = ["ACCOUNT_LENGTH_MAX", "RightRequest", "redeem_rights"]
