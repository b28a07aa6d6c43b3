"""What an offer says. Each field is named here once; statements and conversions take it from here.

A new field needs a line in this dataclass, with its check in `require_terms`; a column of
`catalog.offer_version` in `catalog.tables` and in a migration; and a line in the schemas of
requests and answers. Tests compare them.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Literal, get_args

from catalog.fields import (
    require_currency,
    require_face_value,
    require_name,
    require_period,
    require_price,
    require_use_within,
)
from ledger import Refusal

Fulfilment = Literal["own_code", "direct"]
"""`own_code`: the coupon's code, made by the exchange, is the right. It can be used at once.

`direct`: the supplier delivers to an account of the member.
"""


class FulfilmentInvalid(Refusal):
    """The fulfilment kind is unknown."""

    code: ClassVar[str] = "fulfilment-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "There is no such kind of fulfilment."


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """What one version of an offer says.

    `points` is the default price. The version is sold from `valid_from` until before `valid_until`.
    None: it has no end. A coupon has no deadline when `use_within_days` is None.
    """

    name: str
    face_value_minor: int
    currency: str
    points: int
    fulfilment: Fulfilment
    valid_from: datetime
    valid_until: datetime | None = None
    use_within_days: int | None = None


TERMS = tuple(field.name for field in fields(OfferTerms))
"""The names of all the fields."""

PERIOD_TERMS = ("valid_from", "valid_until")
"""Stored as the range `valid_period` of `catalog.offer_period`."""

VERSION_TERMS = tuple(name for name in TERMS if name not in PERIOD_TERMS)
"""Stored in columns of `catalog.offer_version`, each under its own name."""


def terms_by_name(source: object) -> dict[str, Any]:
    """The terms of an offer, or of a request for one, by the names of their fields."""
    return {name: getattr(source, name) for name in TERMS}


def require_terms(terms: OfferTerms) -> None:
    """Refuse malformed terms.

    Raises:
        NameInvalid, FaceValueOutOfRange, CurrencyInvalid, PriceOutOfRange, FulfilmentInvalid,
            UseWithinOutOfRange, TimeInvalid, PeriodBackwards: in this order.
    """
    require_name(terms.name, "name")
    require_face_value(terms.face_value_minor)
    require_currency(terms.currency)
    require_price(terms.points)
    if terms.fulfilment not in get_args(Fulfilment):
        raise FulfilmentInvalid(
            f"the kinds are: {', '.join(get_args(Fulfilment))}", field="fulfilment"
        )
    if terms.use_within_days is not None:
        require_use_within(terms.use_within_days)
    require_period(terms.valid_from, terms.valid_until, "validity")
