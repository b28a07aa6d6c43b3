"""Points of one programme turned into another's: two books, joined by a clearing account and the outbox.

A conversion takes three records. `convert` moves the points to the clearing account of their book, and its transaction writes a message.
Whoever delivers the message has the other book `credit` them, and then the first book `settle`: the points are redeemed where the other book
took them, and given back where it refused. Each record has a key made of the first one's place (with a space, which no key that comes by HTTP has), so the delivery may stop anywhere and be
done again, by anyone: the clearing account is zero when nothing is under way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import outbox
from ledger.answer import Answer
from ledger.database import Database
from ledger.operations import Convert, Credit, Operation, Settle
from ledger.outbox import Message
from ledger.programme import Programme, find_programme_by_book
from ledger.refusal import Refusal, StoredRefusal
from ledger.refusals import HoldClosed
from ledger.spend import CONVERSIONS

if TYPE_CHECKING:
    from ledger.service import Ledger

RATE_MAX = 1_000_000_000
DELIVERIES_MAX = 100
POSTPONED_SECONDS = 5.0

log = structlog.get_logger(__name__)


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


# The primary key (book_id, to_book_id, version) decides between two that publish at once: the later one fails and may try again.
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


async def deliver_conversions(ledger: "Ledger", limit: int = DELIVERIES_MAX) -> int:
    """Deliver conversions that wait; how many. The messages stay locked until their books have both answered.

    One that cannot be delivered waits a while, and does not keep the others.
    """
    delivered: list[Message] = []
    async with ledger.database.transaction() as connection:
        for message in await outbox.claim(connection, [CONVERSIONS], limit):
            try:
                await _deliver(ledger, connection, message)
            except Exception as error:
                log.exception(
                    "conversion_waits", book_id=message.book_id, key=message.payload["key"]
                )
                await outbox.postpone(
                    connection, message, delay_seconds=POSTPONED_SECONDS, error=repr(error)
                )
            else:
                delivered.append(message)
        await outbox.done(connection, delivered)
    return len(delivered)


async def _deliver(ledger: "Ledger", connection: AsyncConnection, message: Message) -> None:
    payload = message.payload
    source = await find_programme_by_book(connection, message.book_id)
    target = await find_programme_by_book(connection, payload["to_book_id"])
    credited = await _credit(ledger, source, target, message)
    settle = Settle(
        key=f"settle {payload['place']}",
        member=payload["member"],
        convert_key=payload["key"],
        is_credited=credited.accepted,
        reference=_reason(credited),
    )
    settled = (await ledger.submit(source, [settle]))[0]
    if settled.refusal is not None and settled.refusal["code"] != HoldClosed.code:
        raise StoredRefusal(settled.refusal)


async def _credit(
    ledger: "Ledger", source: Programme, target: Programme, message: Message
) -> Answer:
    payload = message.payload
    credit = Credit(
        key=f"convert {source.code} {payload['place']}",
        member=payload["to_member"],
        points=payload["credited"],
        funder=source.code,
        reference=payload["key"],
    )
    return (await ledger.submit(target, [credit]))[0]


def _reason(credited: Answer) -> str | None:
    return None if credited.refusal is None else str(credited.refusal["code"])
