"""What other wings count of coupons, as far as there are such wings.

A figure whose source is None here is null, with a note that says so. It is never guessed.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.figures.steps import By

Bound = Mapping[str, Any]
"""`book_id`, `since`, `until`, `supplier_id`, `offer_id`: of which coupons. The last two may be
None. The coupons are those that `steps.DELIVERED` finds."""


@dataclass(frozen=True, slots=True)
class Cases:
    """Of the coupons delivered in a window: how many have a case, a complaint, a contradiction."""

    with_case: int = 0
    with_complaint: int = 0
    contradicted: int = 0


@dataclass(frozen=True, slots=True)
class NewMembers:
    """Of the coupons delivered in a window: uses for which it was said, and whose user was new."""

    said: int = 0
    new: int = 0


CountCases = Callable[[AsyncConnection, Bound, By], Awaitable[Mapping[str, Cases]]]
CountNewMembers = Callable[[AsyncConnection, Bound, By], Awaitable[Mapping[str, NewMembers]]]
"""Counts of one book by the key of each group, as `steps.STEPS` names it."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Who counts what is not counted here."""

    cases: CountCases | None = None
    new_members: CountNewMembers | None = None
    kit_age_days: Callable[[AsyncConnection, int], Awaitable[int | None]] | None = None
    """Since when a supplier has passed the conformance kit, by its party."""
    swap_balance: Callable[[AsyncConnection, int], Awaitable[int | None]] | None = None
    """What is open in a party's swaps, in minor units."""
    payment_days: Callable[[AsyncConnection, int], Awaitable[int | None]] | None = None
    """In how many days a brand has paid its statements, as a rule."""


SOURCES = Sources()
"""Those that there are."""
