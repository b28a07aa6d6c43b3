"""Payments: what is due for a statement, who has paid it, and what is written off.

Promises:

- No more is paid than is due. A final statement is settled once nothing is left to pay.
- A payment is posted to the book of money in its own transaction.
- Of a statement in a netting run, nothing is paid or written off until the run is paid.

Never:

- It never changes what was billed, or what was paid.

Start here:

- `due`: what is due for a statement.
- `payments`: payments in parts or whole, and what is written off.
"""

from settlement.payments.due import Due, load_dues
from settlement.payments.payments import (
    REFERENCE_LENGTH_MAX,
    Payment,
    Remittance,
    list_payments,
    pay_statement,
    settle_statement,
)

__all__ = [
    "REFERENCE_LENGTH_MAX",
    "Due",
    "Payment",
    "Remittance",
    "list_payments",
    "load_dues",
    "pay_statement",
    "settle_statement",
]
