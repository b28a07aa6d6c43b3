"""Conversion rates from one programme to another, and what a conversion comes to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.asks.kinds import Convert
from ledger.asks.operation import Operation
from ledger.book.consents import Outlook, load_outlook
from ledger.book.limits import CONVERSION_RATE_MAX
from ledger.book.programme import Programme, find_programme_by_book
from ledger.database import Database
from ledger.refusal import Refusal


class ConversionRateInvalid(Refusal):
    """The conversion rate is out of range, or between a programme and itself."""

    code: ClassVar[str] = "conversion-rate-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The conversion rate is not valid."


@dataclass(frozen=True, slots=True)
class ConversionRate:
    """A version of the conversion rate from one programme to another.

    `denominator` points become `numerator` points, rounded down.
    """

    to_book_id: int
    version: int
    numerator: int
    denominator: int

    def credited(self, points: int) -> int:
        """What `points` come to in the other programme."""
        return points * self.numerator // self.denominator


# Held to the end of the transaction: the next one that publishes sees the version of this one.
_TAKE_TURN = text(
    """
    SELECT pg_advisory_xact_lock(
        hashtextextended('ledger.rate ' || CAST(:to_book_id AS integer), :book_id)
    )
    """
)
_PUBLISH = text(
    """
    INSERT INTO ledger.rate (book_id, to_book_id, version, numerator, denominator)
    SELECT :book_id, :to_book_id, coalesce(max(version), 0) + 1, :numerator, :denominator
    FROM ledger.rate WHERE book_id = :book_id AND to_book_id = :to_book_id
    RETURNING to_book_id, version, numerator, denominator
    """
)
_ALL = text(
    """
    SELECT to_book_id, version, numerator, denominator FROM ledger.rate WHERE book_id = :book_id
    ORDER BY to_book_id, version
    """
)
# Without a version, the last one.
_ONE = text(
    """
    SELECT rate.to_book_id, version, numerator, denominator FROM ledger.rate
    JOIN ledger.book AS target ON target.book_id = rate.to_book_id
    WHERE rate.book_id = :book_id AND target.code = :code
        AND (version = :version OR CAST(:version AS integer) IS NULL)
    ORDER BY version DESC LIMIT 1
    """
)


async def publish_conversion_rate(
    connection: AsyncConnection,
    programme: Programme,
    target: Programme,
    numerator: int,
    denominator: int,
) -> ConversionRate:
    """Publish the next version of the rate from a programme to another.

    It applies from the commit on.

    Raises:
        ConversionRateInvalid: the rate is out of range, or from a programme to itself.
    """
    if programme.book_id == target.book_id:
        raise ConversionRateInvalid("a rate is between two programmes")
    if not 1 <= numerator <= CONVERSION_RATE_MAX or not 1 <= denominator <= CONVERSION_RATE_MAX:
        raise ConversionRateInvalid(f"numerator and denominator are 1 to {CONVERSION_RATE_MAX}")
    values = {
        "book_id": programme.book_id,
        "to_book_id": target.book_id,
        "numerator": numerator,
        "denominator": denominator,
    }
    await connection.execute(
        _TAKE_TURN, {"book_id": programme.book_id, "to_book_id": target.book_id}
    )
    return ConversionRate(*(await connection.execute(_PUBLISH, values)).one())


async def load_conversion_rates(
    connection: AsyncConnection, programme: Programme
) -> list[ConversionRate]:
    """Every version of every conversion rate from a programme."""
    rows = await connection.execute(_ALL, {"book_id": programme.book_id})
    return [ConversionRate(*row) for row in rows]


async def resolve_conversions(
    database: Database, programme: Programme, operations: Sequence[Operation]
) -> list[Operation]:
    """The same operations, each conversion among them with its rate and what it comes to.

    A conversion without a rate stays as it is, and is refused when it is decided. So is one that
    the other programme has not consented to.
    """
    wanted = {
        (operation.to_programme, operation.rate_version)
        for operation in operations
        if isinstance(operation, Convert)
    }
    found: dict[tuple[str, int | None], ConversionRate] = {}
    async with database.transaction() as connection:
        for code, version in wanted:
            where = {"book_id": programme.book_id, "code": code, "version": version}
            row = (await connection.execute(_ONE, where)).one_or_none()
            if row is not None:
                found[code, version] = ConversionRate(*row)
        outlooks: dict[int, Outlook] = {}
        for number in {rate.to_book_id for rate in found.values()}:
            target = await find_programme_by_book(connection, number)
            members = {
                operation.recipient
                for operation in operations
                if isinstance(operation, Convert) and operation.to_programme == target.code
            }
            outlooks[number] = await load_outlook(connection, programme, target, members)
    return [
        _resolved(operation, rate, outlooks[rate.to_book_id])
        if isinstance(operation, Convert)
        and (rate := found.get((operation.to_programme, operation.rate_version))) is not None
        else operation
        for operation in operations
    ]


def _resolved(operation: Convert, rate: ConversionRate, outlook: Outlook) -> Convert:
    credited = rate.credited(operation.points)
    return replace(
        operation,
        to_book_id=rate.to_book_id,
        version=rate.version,
        credited=credited,
        objection=outlook.objection(operation.recipient, operation.points, credited),
    )
