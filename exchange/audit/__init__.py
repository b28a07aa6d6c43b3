"""How the exchange is proved: coupons and orders against the points and the stock behind them.

Promises:

- A right without its points, points without their right, an order that ended otherwise than its
  hold or its coupon, stock that does not follow from the coupons, and card codes that are lost or
  given out twice are found. So are events that earned something else than the ledger gave, and
  budgets that say something else.
- All checks of a book see one snapshot, and nothing here makes a writer wait.

Never:

- It never repairs anything or says how to.
- It never asks a supplier. What only the supplier knows of a delivery is not compared.

Start here:

- `checks`: the statements, and what each one compares.
- `code_checks`: those about card codes.
- `earnings`: the same of what members have earned by events.
"""

from exchange.audit.checks import (
    verify_rights,
)
from exchange.audit.earnings import (
    verify_earnings,
)

__all__ = ["verify_earnings", "verify_rights"]
