"""A member turns points into a right, or a brand gives the right as a benefit.

Promises:

- A right is redeemed in one transaction with its points, stock, coupon and order, or not at all.
- One refused request never fails the others of its batch.
- A key is answered once. Asked again, it gets the first answer, also after a change of the price.
- The member pays the price of its own quote for a few minutes. Else it pays what the price rules
  say in the transaction that pays, or the price of the very batch that the piece is taken from.
- A band of points is judged by what the member can spend right before, however many redeem at once.

Never:

- It never talks to a supplier: an order leaves by the outbox, and `exchange.fulfil` sends it.
- It never sells an offer that is isolated from the brand, or more pieces than a batch has.

Start here:

- `redeem`: the use case, from requests to answers.
- `request`: what a brand asks, and the ledger operations that pay for it.
- `quote`: what a request costs, or why it cannot be had.
- `limits`: how many one member may have, and how many are taken on a day.
- `free_rights`: how many free rights a member may be given in a week.
- `plan`: from which batch each piece is taken.
- `cards`: a card code for each coupon that needs one.
- `canary`: who is served by a supplier that is not open, and how much.
- `burn_down`: how fast stock is taken, and how long it will last.
- `low_stock`: what is left of an offer will not last a week.
- `prices`: what redemptions cost and for whom an offer is, judged in the transaction.
- `companion`: what is committed along with the points.
- `quotes`: what offers would cost a member now.
- `sold_out`: whoever wants what was sold out a moment ago is told at once.
- `shopper`: who looks at a market, as far as the exchange knows.
- `waiting`: no more orders for a supplier that is away.
- `tokens`: the signed price that a quote carries.
- `simulate`: what past redemptions would have cost under another rule.
"""

from exchange.redeem.burn_down import BurnDown, DayTaken, load_burn_down
from exchange.redeem.low_stock import tell_low_stock, watch_stock
from exchange.redeem.prices import (
    Known,
    load_known,
)
from exchange.redeem.quotes import (
    QUOTE_OFFERS_MAX,
    OfferQuote,
    quote_offers,
)
from exchange.redeem.redeem import (
    redeem_rights,
)
from exchange.redeem.request import (
    ACCOUNT_LENGTH_MAX,
    RightRequest,
)
from exchange.redeem.shopper import (
    shopper_of,
)
from exchange.redeem.simulate import (
    SIMULATED_DAYS_MAX,
    Simulation,
    Sum,
    simulate_price,
)
from exchange.redeem.sold_out import (
    SOLD_OUT_SECONDS,
)
from exchange.redeem.tokens import (
    QUOTE_LENGTH_MAX,
    QuoteKeys,
)

__all__ = [
    "ACCOUNT_LENGTH_MAX",
    "QUOTE_LENGTH_MAX",
    "QUOTE_OFFERS_MAX",
    "SIMULATED_DAYS_MAX",
    "SOLD_OUT_SECONDS",
    "BurnDown",
    "DayTaken",
    "Known",
    "OfferQuote",
    "QuoteKeys",
    "RightRequest",
    "Simulation",
    "Sum",
    "load_burn_down",
    "load_known",
    "quote_offers",
    "redeem_rights",
    "shopper_of",
    "simulate_price",
    "tell_low_stock",
    "watch_stock",
]
