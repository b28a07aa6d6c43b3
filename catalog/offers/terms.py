"""What an offer says. Each field is named here once; statements and conversions take it from here.

A new field needs a line in this dataclass, with its check in `catalog.offers.details`; a column of
`catalog.offer_version` in `catalog.tables` and in a migration; and a line in the schemas of
requests and answers. Tests compare them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Literal

import orjson
from sqlalchemy import RowMapping

Fulfilment = Literal["own_code", "direct", "card_code"]
"""`own_code`: the coupon's code, made by the exchange, is the right. It can be used at once.

`direct`: the supplier delivers to an account of the member. `card_code`: a code that the supplier
has made and sent here before.
"""

Kind = Literal["cash_voucher", "discount", "exchange", "trial", "top_up", "code"]
"""What the right is worth: money off, a share off, a good, a trial, a top-up, or a card's code."""

CountsAsUsed = Literal["use", "delivery"]
"""What the parties count as the use of the right."""

Language = Literal["zh", "en"]

TEXT_NAMES = ("name", "subtitle", "terms_text")
"""The terms that may be said in several languages."""


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """What one version of an offer says.

    `points` is the default price. The version is sold from `valid_from` until before `valid_until`.
    None: it has no end. A coupon has no deadline when `use_within_days` is None.

    - `kind`, `category`, `counts_as_used`: None in a request stands for what follows from the rest,
      see `complete`. In an offer that is read, only the category may be None.
    - `presented_brand`: the code of the party whose right it is, if that is not the supplier.
    - `texts`: name, subtitle and terms by language.
    - `usable`: online or in which shops. None: everywhere.
    - `use_times`, `closed_on`: on which weekdays and hours, and on which days not. Empty: always.
    - `per_member`, `per_member_per_day`, `per_day`: how many a member may redeem in all and on one
      day, and all members of a programme on one day. None: any number.
    - `quantity_max`: how many all brands may procure together.
    """

    name: str
    face_value_minor: int
    currency: str
    points: int
    fulfilment: Fulfilment
    valid_from: datetime
    valid_until: datetime | None = None
    use_within_days: int | None = None
    kind: Kind | None = None
    category: str | None = None
    presented_brand: str | None = None
    subtitle: str | None = None
    terms_text: str | None = None
    images: Sequence[str] = ()
    texts: Mapping[str, Mapping[str, str]] | None = None
    threshold_minor: int | None = None
    discount_permille: int | None = None
    discount_cap_minor: int | None = None
    usable: Mapping[str, Any] | None = None
    use_times: Sequence[Mapping[str, Any]] | None = None
    closed_on: Sequence[date] = ()
    use_from: date | None = None
    use_until: date | None = None
    use_after_days: int | None = None
    per_member: int | None = None
    per_member_per_day: int | None = None
    per_day: int | None = None
    quantity_max: int | None = None
    gift_hops: int = 0
    return_within_days: int = 0
    reverse_minutes: int = 60
    counts_as_used: CountsAsUsed | None = None
    account_pattern: str | None = None
    visible_from: datetime | None = None


TERMS = tuple(field.name for field in fields(OfferTerms))
"""The names of all the fields."""

PERIOD_TERMS = ("valid_from", "valid_until")
"""Stored as the range `valid_period` of `catalog.offer_period`."""

PARTY_TERMS = ("presented_brand",)
"""Stored as the id of the party, in `presented_party_id`."""

VERSION_TERMS = tuple(name for name in TERMS if name not in (*PERIOD_TERMS, *PARTY_TERMS))
"""Stored in columns of `catalog.offer_version`, each under its own name."""

JSON_TERMS = ("texts", "usable", "use_times")
"""Stored as jsonb."""

LIST_TERMS = ("images", "closed_on")
"""Stored as arrays, and never null."""


def terms_by_name(source: object) -> dict[str, Any]:
    """The terms of an offer, or of a request for one, by the names of their fields."""
    return {name: getattr(source, name) for name in TERMS}


def stored_terms(terms: OfferTerms) -> dict[str, Any]:
    """The terms as a statement takes them."""
    bound = terms_by_name(terms)
    for name in JSON_TERMS:
        if bound[name] is not None:
            bound[name] = orjson.dumps(bound[name]).decode()
    return bound | {name: list(bound[name]) for name in LIST_TERMS}


def read_terms(row: RowMapping) -> dict[str, Any]:
    """The terms of a row that has all of them, by the names of their fields."""
    return {name: row[name] for name in TERMS} | {name: tuple(row[name]) for name in LIST_TERMS}


def complete(terms: OfferTerms, category: str | None) -> OfferTerms:
    """The terms with what follows from the others where they do not say it.

    An offer is in its supplier's `category`. One that names no kind is as offers were before there
    were kinds: a voucher that counts when it is used, or a top-up if the supplier delivers it. Of
    one that names its kind, a right that is delivered counts when it is.
    """
    is_delivered = terms.fulfilment != "own_code"
    kinds: dict[str, Kind] = {"direct": "top_up", "card_code": "code"}
    counts: CountsAsUsed = "delivery" if is_delivered and terms.kind is not None else "use"
    return replace(
        terms,
        kind=terms.kind or kinds.get(terms.fulfilment, "cash_voucher"),
        category=terms.category or category,
        counts_as_used=terms.counts_as_used or counts,
    )
