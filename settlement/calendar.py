"""The settlement calendar: one time zone for every bill, and the terms that hold for all of them.

Months, the days of contracts and the days of partners' files are those of its zone. There is one
row, so a line never has two months.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Refusal


class FourEyesRequired(Refusal):
    """Who has prepared something cannot also be who lets it pass."""

    code: ClassVar[str] = "four-eyes-required"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Another key than the one that prepared this has to let it pass."
    is_transient: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Calendar:
    """How this exchange bills.

    `four_eyes`: whoever reviews, issues, publishes or corrects is not who prepared it.
    `dispute_days`: a statement that nobody disputes for so long is agreed by silence.
    `payment_days`: a statement is due so many days after its issue.
    """

    time_zone: str
    four_eyes: bool
    dispute_days: int
    payment_days: int
    number_prefix: str

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose days and months are billed."""
        return ZoneInfo(self.time_zone)

    def require_other(self, actor: int | None, prepared_by: Collection[int | None]) -> None:
        """Refuse an actor that has prepared what it lets pass, where four eyes are wanted.

        Raises:
            FourEyesRequired: it has, or nobody knows who it is.
        """
        if self.four_eyes and (actor is None or actor in prepared_by):
            raise FourEyesRequired


_LOAD = text(
    """
    SELECT time_zone, four_eyes, dispute_days, payment_days, number_prefix
    FROM settlement.calendar
    """
)

ZONE_SQL = "(SELECT time_zone FROM settlement.calendar)"
"""The zone, for statements that judge days themselves: `used_at AT TIME ZONE {ZONE_SQL}`."""


async def load_calendar(connection: AsyncConnection) -> Calendar:
    """The calendar. One round trip."""
    return Calendar(*(await connection.execute(_LOAD)).one())
