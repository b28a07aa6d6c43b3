"""Conversion rates from one programme to another, and what a conversion comes to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.asks.kinds import Convert
from ledger.asks.operation import Operation
from ledger.book.programme import Programme
from ledger.database import Database
from ledger.refusal import Refusal

RATE_MAX = 1_000_000_000


class RateInvalid(Refusal):
    """The rate is out of its range, or between a programme and itself."""

    code: ClassVar[str] = "rate-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The conversion rate is not valid."


@dataclass(frozen=True, slots=True)
class Rate:
    """A version of the rate from one programme to another: `denominator` points become `numerator` points, rounded down."""

    to_book_id: int
    version: int
    numerator: int
    denominator: int


# The primary key (book_id, to_book_id, version) decides between two that publish at once: the later
# one fails and may try again.
_PUBLISH = text(
    """
    INSERT INTO ledger.rate (book_id, to_book_id, version, numerator, denominator)
    SELECT :book_id, :to_book_id, coalesce(max(version), 0) + 1, :numerator, :denominator
    FROM ledger.rate WHERE book_id = :book_id AND to_book_id = :to_book_id
    RETURNING to_book_id, version, numerator, denominator
    """
)
_RATES = text(
    """
    SELECT to_book_id, version, numerator, denominator FROM ledger.rate WHERE book_id = :book_id
    ORDER BY to_book_id, version
    """
)
_RATE = text(
    """
    SELECT rate.to_book_id, version, numerator, denominator FROM ledger.rate
    JOIN ledger.book AS target ON target.book_id = rate.to_book_id
    WHERE rate.book_id = :book_id AND target.code = :code AND (version = :version OR CAST(:version AS integer) IS NULL)
    ORDER BY version DESC LIMIT 1
    """
)


async def publish_rate(
    connection: AsyncConnection,
    programme: Programme,
    target: Programme,
    numerator: int,
    denominator: int,
) -> Rate:
    """The next version of the rate from a programme to another; it counts from the commit on.

    Raises:
        RateInvalid: out of range, or from a programme to itself.
    """
    if programme.book_id == target.book_id:
        raise RateInvalid("a rate is between two programmes")
    if not 1 <= numerator <= RATE_MAX or not 1 <= denominator <= RATE_MAX:
        raise RateInvalid(f"numerator and denominator are 1 to {RATE_MAX}")
    where = {"book_id": programme.book_id, "to_book_id": target.book_id}
    row = await connection.execute(
        _PUBLISH, where | {"numerator": numerator, "denominator": denominator}
    )
    return Rate(*row.one())


async def list_rates(connection: AsyncConnection, programme: Programme) -> list[Rate]:
    """Every version of every rate from a programme."""
    return [Rate(*row) for row in await connection.execute(_RATES, {"book_id": programme.book_id})]


async def resolve_conversions(
    database: Database, programme: Programme, operations: Sequence[Operation]
) -> list[Operation]:
    """The same operations, the conversions among them with what their rate comes to; without a rate they come to nothing."""
    found: dict[tuple[str, int | None], Rate | None] = {}
    async with database.transaction() as connection:
        for operation in operations:
            if (
                isinstance(operation, Convert)
                and (operation.to_programme, operation.rate_version) not in found
            ):
                where = {
                    "book_id": programme.book_id,
                    "code": operation.to_programme,
                    "version": operation.rate_version,
                }
                row = (await connection.execute(_RATE, where)).one_or_none()
                found[operation.to_programme, operation.rate_version] = (
                    Rate(*row) if row is not None else None
                )
    resolved: list[Operation] = []
    for operation in operations:
        rate = (
            found[operation.to_programme, operation.rate_version]
            if isinstance(operation, Convert)
            else None
        )
        if isinstance(operation, Convert) and rate is not None:
            credited = operation.points * rate.numerator // rate.denominator
            resolved.append(
                replace(
                    operation, to_book_id=rate.to_book_id, version=rate.version, credited=credited
                )
            )
        else:
            resolved.append(operation)
    return resolved
