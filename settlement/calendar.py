"""The settlement calendar: one time zone for every bill, and the terms that hold for all of them.

Months, the days of contracts and the days of partners' files are those of its zone. There is one
row, so a line never has two months.
"""

from dataclasses import dataclass
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Refusal


class FourEyesRequired(Refusal):
    """Whoever prepared it asks for it as well, and the exchange wants two pairs of eyes."""

    code: ClassVar[str] = "four-eyes-required"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Another key has to do this than the one that prepared it."


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


_LOAD = text(
    """
    SELECT time_zone, four_eyes, dispute_days, payment_days, number_prefix
    FROM settlement.calendar
    """
)

_ACTOR = text(
    """
    SELECT nullif(current_setting('comity.actor', true), '')::integer
    """
)

ZONE_SQL = "(SELECT time_zone FROM settlement.calendar)"
"""The zone, for statements that judge days themselves: `used_at AT TIME ZONE {ZONE_SQL}`."""


async def load_calendar(connection: AsyncConnection) -> Calendar:
    """The calendar. One round trip."""
    return Calendar(*(await connection.execute(_LOAD)).one())


async def require_other_eyes(connection: AsyncConnection, prepared_by: int | None) -> None:
    """Refuse who has prepared what is to be done now, if the exchange wants two pairs of eyes.

    Two round trips.

    Raises:
        FourEyesRequired: the actor of the transaction prepared it, or nobody knows who did.
    """
    if not (await load_calendar(connection)).four_eyes:
        return
    actor = await connection.scalar(_ACTOR)
    if actor is None or prepared_by is None or actor == prepared_by:
        raise FourEyesRequired
