"""What a member has, had and did."""

from datetime import date, datetime
from typing import Annotated, TypedDict

from pydantic import Field

from api.http.schemas.types import BATCH_ITEMS_MAX, Member, Moment, Request


class BalancesRequest(Request):
    """Read many members' balances at once.

    Their points are those they have now, judged on the day of `at`.
    """

    members: Annotated[list[Member], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]
    at: Moment | None = None


class BalanceAnswer(TypedDict):
    """A member's points: spendable (less than zero when more is owed), held, not yet available, past their date but not yet swept, owed.

    `expiring_points` of the spendable ones die at the end of `next_expiry`.
    """

    member: str
    spendable: int
    held: int
    pending: int
    expired: int
    debt: int
    next_expiry: date | None
    expiring_points: int


class ExpiringPoints(TypedDict):
    """Points that die at the end of a day."""

    expires_on: date
    points: int


class MemberAnswer(BalanceAnswer):
    """A member's points, and how many die when; a balance of the past does not tell that."""

    expiring: list[ExpiringPoints]


class BalancesAnswer(TypedDict):
    """Balances in the order asked."""

    balances: list[BalanceAnswer]


class HistoryEntry(TypedDict):
    """One operation of a member, with the balance (spendable or not), what was held and what was owed after it.

    What came to the member by another's operation has no key: a gift received, a merged member's
    points.
    """

    operation: str
    kind: str
    key: str | None
    points: int
    balance: int
    held: int
    debt: int
    occurred_at: datetime
    recorded_at: datetime
    store: str | None
    channel: str | None
    staff: str | None
    reference: str | None


class HistoryAnswer(TypedDict):
    """A page of a member's entries, newest first."""

    entries: list[HistoryEntry]
    next_cursor: str | None
