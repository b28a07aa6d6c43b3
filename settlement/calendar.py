"""The settlement calendar: one time zone for every bill, and the terms that hold for all of them.

Months, the days of contracts and the days of partners' files are those of its zone. There is one
row, so a line never has two months.

Whoever changes it takes the lock of the contracts, which raters hold shared. So a line is rated by
the zone before or the zone after, and the zone is fixed by the first line.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Refusal
from ledger.book import known_time_zones

CALENDAR_DAYS_MAX = 366
"""The longest term for a dispute, and for a payment."""
NUMBER_PREFIX_PATTERN = "^[A-Z0-9-]{0,12}$"


class CalendarFixed(Refusal):
    """A line was rated by the time zone. Another one would give its use another month."""

    code: ClassVar[str] = "calendar-fixed"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The time zone of the bills does not change any more."


class CalendarInvalid(Refusal):
    """A term of the calendar is outside its limits. `detail` names it."""

    code: ClassVar[str] = "calendar-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The settlement calendar is invalid."


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

_CHANGED_BY = text(
    """
    SELECT changed_by FROM settlement.calendar
    """
)

_IS_KNOWN = text(
    """
    SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = :time_zone)
    """
)

# The lock of `settlement.rating.contracts`.
_CHANGE = text(
    """
    SELECT pg_advisory_xact_lock(hashtextextended('settlement.contract', 0))
    """
)

_IS_USED = text(
    """
    SELECT EXISTS (SELECT FROM settlement.line)
    """
)

_SET = text(
    """
    UPDATE settlement.calendar
    SET time_zone = :time_zone, four_eyes = :four_eyes, dispute_days = :dispute_days,
        payment_days = :payment_days, number_prefix = :number_prefix,
        changed_by = :actor, changed_at = :now
    """
)

ZONE_SQL = "(SELECT time_zone FROM settlement.calendar)"
"""The zone, for statements that judge days themselves: `used_at AT TIME ZONE {ZONE_SQL}`."""

CROSS_BOOK = (_IS_USED,)
"""The statement here that names no book: it asks whether there is a line in any."""


async def load_calendar(connection: AsyncConnection) -> Calendar:
    """The calendar. One round trip."""
    return Calendar(*(await connection.execute(_LOAD)).one())


async def set_calendar(
    connection: AsyncConnection, wanted: Calendar, now: datetime, actor: int | None
) -> Calendar:
    """Replace the calendar. What holds already changes nothing.

    Statements that were issued keep the terms of their issue.

    Raises:
        CalendarInvalid: the time zone is not known.
        CalendarFixed: there are lines, and the time zone would be another.
        FourEyesRequired: it asked for four eyes and the same key changed it last, or nobody knows
            who ends them.
    """
    # Days are judged by the service and by the database, so both have to know the zone.
    named = {"time_zone": wanted.time_zone}
    if wanted.time_zone not in known_time_zones() or not await connection.scalar(_IS_KNOWN, named):
        raise CalendarInvalid(
            f"time_zone {wanted.time_zone[:64]!r} is not a time zone that the service knows"
        )
    await connection.execute(_CHANGE)
    known = await load_calendar(connection)
    if known == wanted:
        return known
    if not wanted.four_eyes:
        known.require_other(actor, {await connection.scalar(_CHANGED_BY)})
    if known.time_zone != wanted.time_zone and await connection.scalar(_IS_USED):
        raise CalendarFixed(f"uses were rated by the days of {known.time_zone}")
    await connection.execute(_SET, {**asdict(wanted), "now": now, "actor": actor})
    return wanted
