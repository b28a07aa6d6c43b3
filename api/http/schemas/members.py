"""Members: their balances and their history."""

from datetime import date, datetime
from typing import Annotated, TypedDict

from pydantic import Field

from api.http.schemas.answers import KindName
from api.http.schemas.types import BATCH_ITEMS_MAX, Body, Instant, Member


class BalancesBody(Body):
    """Read the balances of many members at once.

    The answer is about the points they have now. `at` decides which of these are pending, spendable
    or expired.
    """

    members: Annotated[list[Member], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]
    at: Instant | None = None


class BalanceAnswer(TypedDict):
    """A member's points.

    `spendable` is below zero if the member owes more than there is. `pending` points are not
    available yet. `expired` points are past their last day and not yet swept. `debt` is what the
    member owes. `expiring_points` is how many of the spendable points expire at the end of
    `next_expiry`.

    A member that was merged into another has no points left. `merged_into` is who has them: ask
    about that one.
    """

    member: str
    merged_into: str | None
    spendable: int
    held: int
    pending: int
    expired: int
    debt: int
    next_expiry: date | None
    expiring_points: int


class ExpiringPointsAnswer(TypedDict):
    """Points that expire at the end of a day."""

    expires_on: date
    points: int


class MemberAnswer(BalanceAnswer):
    """A member's points, and how many expire on which day.

    For a balance in the past, `expiring` is empty.
    """

    expiring: list[ExpiringPointsAnswer]


class OpenHoldAnswer(TypedDict):
    """Points of a member that are set aside."""

    operation: str
    key: str
    points: int
    is_owned: bool
    occurred_at: datetime
    recorded_at: datetime
    expires_at: datetime | None
    reference: str | None


class BalancesAnswer(TypedDict):
    """Balances in the order of the request."""

    balances: list[BalanceAnswer]


class HistoryEntryAnswer(TypedDict):
    """One operation of a member.

    `balance` (spendable or not), `held` and `debt` are the member's figures after it. What came
    from another member's operation has no key: a received gift, or the points of a merged member.
    """

    operation: str
    kind: KindName
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
    recorded_by: str | None


class HistoryAnswer(TypedDict):
    """A page of a member's history, newest first.

    It ends with the merge where the member was merged into another. `merged_into` is who has the
    points now, and whose history goes on.
    """

    merged_into: str | None
    entries: list[HistoryEntryAnswer]
    next_cursor: str | None
