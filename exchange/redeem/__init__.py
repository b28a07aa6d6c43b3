"""A member turns points into a right."""

from exchange.redeem.redeem import (
    redeem_rights,
)
from exchange.redeem.request import (
    ACCOUNT_LENGTH_MAX,
    RightRequest,
)

__all__ = ["ACCOUNT_LENGTH_MAX", "RightRequest", "redeem_rights"]
