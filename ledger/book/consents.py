"""A programme's standing consent to another's conversions, and what it lets in.

The programme that takes the points consents: at most so many of its points for so many of the
other's, so many per member and month, so many in all, on which days, and for which price. What was
consented to never changes: a new version takes the place of the one before at once. An end is for
good.

Two things move in a version: the points that were credited under it, and its end. Both are changed
under the lock of its row, at the end of the programme that consented: `ledger.finish.consented`
credits, `give_consent` and `end_consent` end. So whoever ends a consent waits for the credits under
way, and after it there are none. What is looked up for the other book is read without a lock, and
only spares it a conversion that would come back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.asks.refusals import ConversionLimitReached, ConversionNotConsented
from ledger.book.calendar import programme_day
from ledger.book.limits import (
    BALANCE_MAX,
    CONSENT_PRICE_DECIMALS_MAX,
    CONSENT_PRICE_MINOR_MAX,
    CONVERSION_RATE_MAX,
)
from ledger.book.programme import Programme
from ledger.refusal import Refusal


class ConsentInvalid(Refusal):
    """A term of the consent is out of range, or it is between a programme and itself."""

    code: ClassVar[str] = "consent-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The consent is not valid."


class ConsentNotFound(Refusal):
    """No consent to conversions from that programme stands."""

    code: ClassVar[str] = "consent-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such consent."


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentTerms:
    """What a programme consents to.

    `denominator` points of the other programme become at most `numerator` points of this one. The
    limits are in points of this programme, and its months and days are those of its time zone.
    `price_minor` is what the other programme's party owes for 1,000 points, in minor units.
    `valid_until` is the first day on which the consent no longer holds. None: it has no end.
    """

    numerator: int
    denominator: int
    member_month_points_max: int
    points_max: int
    price_minor: Decimal
    valid_from: date
    valid_until: date | None = None

    def hold_on(self, day: date) -> bool:
        """Whether the consent holds on this day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(ConsentTerms):
    """A version of a consent. `points` were credited under it, until it ended at `ended_at`."""

    from_book_id: int
    version: int
    points: int
    ended_at: datetime | None


TERMS = tuple(field.name for field in fields(ConsentTerms))
COLUMNS = ", ".join(field.name for field in fields(Consent))

_TAKE_TURN = text(
    """
    SELECT pg_advisory_xact_lock(
        hashtextextended('ledger.consent ' || CAST(:from_book_id AS integer), :book_id)
    )
    """
)
# The version that stands, if one does, ends.
_END = text(
    """
    UPDATE ledger.consent SET ended_at = clock_timestamp()
    WHERE book_id = :book_id AND from_book_id = :from_book_id AND ended_at IS NULL
    RETURNING version
    """
)
_GIVE = text(
    f"""
    INSERT INTO ledger.consent (book_id, from_book_id, version, {", ".join(TERMS)})
    SELECT :book_id, :from_book_id, coalesce(max(version), 0) + 1,
        {", ".join(f":{name}" for name in TERMS)}
    FROM ledger.consent WHERE book_id = :book_id AND from_book_id = :from_book_id
    RETURNING {COLUMNS}
    """
)
_OF_VERSION = text(
    f"""
    SELECT {COLUMNS} FROM ledger.consent
    WHERE book_id = :book_id AND from_book_id = :from_book_id AND version = :version
    """
)
_ALL = text(
    f"""
    SELECT {COLUMNS} FROM ledger.consent WHERE book_id = :book_id ORDER BY from_book_id, version
    """
)
_STANDING = text(
    f"""
    SELECT {COLUMNS} FROM ledger.consent
    WHERE book_id = :book_id AND from_book_id = :from_book_id AND ended_at IS NULL
    """
)
# What was counted for members that were merged into one counts for that one.
_OF_MONTH = text(
    """
    WITH RECURSIVE name(member, counted) AS (
        SELECT wanted.member COLLATE "C", wanted.member COLLATE "C"
        FROM unnest(:members) AS wanted(member)
        UNION
        SELECT name.member, account.member FROM name JOIN ledger.account
            ON account.book_id = :book_id AND account.merged_into = name.counted
    )
    SELECT m.from_book_id, name.member, sum(m.points)::bigint AS points
    FROM name JOIN ledger.consent_month AS m
        ON m.book_id = :book_id AND m.from_book_id = ANY(:sources) AND m.member = name.counted
        AND m.month = :month
    GROUP BY m.from_book_id, name.member
    """
).bindparams(bindparam("sources", type_=ARRAY(INTEGER)), bindparam("members", type_=ARRAY(TEXT)))
_NOW = text("SELECT clock_timestamp()")


def month_of_day(day: date) -> str:
    """A programme's month as text, such as 2026-11."""
    return f"{day:%Y-%m}"


def require_consent(
    consent: Consent | None, points: int, credited: int, day: date, of_month: int
) -> Consent:
    """The consent, if it lets `points` in as `credited` ones on this day of its programme.

    `of_month` are the points that the member has been credited in the day's month, and those who
    were merged into it.

    Raises:
        ConversionNotConsented: none stands, the day is not one of its days, or the points come to
            more than it lets them be worth.
        ConversionLimitReached: the member would get too many in the month, or all members together.
    """
    if consent is None:
        raise ConversionNotConsented("the other programme has given no consent, or has ended it")
    if not consent.hold_on(day):
        raise ConversionNotConsented(f"its consent does not hold on {day}")
    if credited * consent.denominator > points * consent.numerator:
        raise ConversionNotConsented(
            f"it consents to at most {consent.numerator} points for {consent.denominator},"
            f" not to {credited} for {points}"
        )
    for limit, most, used in (
        ("member_month", consent.member_month_points_max, of_month),
        ("in_all", consent.points_max, consent.points),
    ):
        if used + credited > most:
            raise ConversionLimitReached(
                f"{credited} points would make {used + credited} of at most {most}",
                limit=limit,
                remaining=max(0, most - used),
            )
    return consent


async def give_consent(
    connection: AsyncConnection, programme: Programme, source: Programme, terms: ConsentTerms
) -> Consent:
    """Consent to conversions from another programme. It takes the place of what stood before.

    Raises:
        ConsentInvalid: a term is out of range, or the two programmes are the same.
    """
    _require_valid(programme, source, terms)
    pair = {"book_id": programme.book_id, "from_book_id": source.book_id}
    await connection.execute(_TAKE_TURN, pair)
    await connection.execute(_END, pair)
    values = pair | {name: getattr(terms, name) for name in TERMS}
    return Consent(**(await connection.execute(_GIVE, values)).mappings().one())


async def end_consent(
    connection: AsyncConnection, programme: Programme, source: Programme
) -> Consent:
    """End the consent to another programme's conversions.

    Conversions that were not credited yet come back.

    Raises:
        ConsentNotFound: none stands.
    """
    pair = {"book_id": programme.book_id, "from_book_id": source.book_id}
    await connection.execute(_TAKE_TURN, pair)
    ended = (await connection.execute(_END, pair)).one_or_none()
    if ended is None:
        raise ConsentNotFound(f"no consent to conversions from {source.code!r} stands")
    found = await connection.execute(_OF_VERSION, pair | {"version": ended.version})
    return Consent(**found.mappings().one())


async def load_consents(connection: AsyncConnection, programme: Programme) -> list[Consent]:
    """Every version of every consent that a programme has given."""
    rows = await connection.execute(_ALL, {"book_id": programme.book_id})
    return [Consent(**row) for row in rows.mappings()]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a programme consents to at the moment, and what members got from the other this month.

    It was read without a lock.
    """

    consent: Consent | None
    day: date
    of_month: Mapping[str, int]

    def objection(self, member: str, points: int, credited: int) -> Refusal | None:
        """Why the programme would refuse a conversion now. None: it would not."""
        try:
            require_consent(self.consent, points, credited, self.day, self.of_month.get(member, 0))
        except Refusal as refusal:
            return refusal
        return None


async def load_outlook(
    connection: AsyncConnection, source: Programme, target: Programme, members: Collection[str]
) -> Outlook:
    """What `target` consents to from `source`, for these of its members. Three round trips."""
    pair: dict[str, Any] = {"book_id": target.book_id, "from_book_id": source.book_id}
    found = (await connection.execute(_STANDING, pair)).mappings().one_or_none()
    day = programme_day((await connection.execute(_NOW)).scalar_one(), target.time_zone)
    counted = await load_of_month(connection, target, [source.book_id], members, month_of_day(day))
    of_month = {member: points for (_, member), points in counted.items()}
    return Outlook(None if found is None else Consent(**found), day, of_month)


async def load_of_month(
    connection: AsyncConnection,
    target: Programme,
    sources: Sequence[int],
    members: Collection[str],
    month: str,
) -> dict[tuple[int, str], int]:
    """What members of `target` were credited in a month, by the book it came from and the member.

    With it comes what those were credited who were merged into the member. One round trip.
    """
    where = {
        "book_id": target.book_id,
        "sources": list(sources),
        "members": list(set(members)),
        "month": month,
    }
    rows = await connection.execute(_OF_MONTH, where)
    return {(row.from_book_id, row.member): row.points for row in rows}


def _require_valid(programme: Programme, source: Programme, terms: ConsentTerms) -> None:
    if programme.book_id == source.book_id:
        raise ConsentInvalid("a consent is between two programmes")
    for value in (terms.numerator, terms.denominator):
        if not 1 <= value <= CONVERSION_RATE_MAX:
            raise ConsentInvalid(f"numerator and denominator are 1 to {CONVERSION_RATE_MAX}")
    for value in (terms.member_month_points_max, terms.points_max):
        if not 1 <= value <= BALANCE_MAX:
            raise ConsentInvalid(f"a limit is 1 to {BALANCE_MAX} points")
    price = terms.price_minor
    if not price.is_finite() or not 0 <= price <= CONSENT_PRICE_MINOR_MAX:
        raise ConsentInvalid(f"a price is from 0 to {CONSENT_PRICE_MINOR_MAX} minor units")
    if price != round(price, CONSENT_PRICE_DECIMALS_MAX):
        raise ConsentInvalid(f"a price has at most {CONSENT_PRICE_DECIMALS_MAX} decimals")
    if terms.valid_until is not None and terms.valid_until <= terms.valid_from:
        raise ConsentInvalid("a consent ends after it begins")
