"""Points of one programme become points of another: two books, a clearing account, the outbox.

A conversion takes three records. `convert` moves the points to the clearing account of their book,
and its transaction writes a message. The delivery of the message has the other book `credit` them,
as far as it has consented (`consented`), and then the first book `end_conversion`. The points are
gone if the other book took them, and given back if it refused.

Each record has a key made of the first one's place, with a space, which no key that comes by HTTP
has. So the delivery may stop anywhere and be done again by any worker. The clearing account is zero
when nothing is under way.
"""

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import outbox
from ledger.asks.answer import Answer
from ledger.asks.kinds import Credit, EndConversion
from ledger.asks.refusals import HoldClosed
from ledger.book.programme import Programme, find_programme_by_book
from ledger.decide.spend import CONVERSIONS
from ledger.finish.consented import Consented, Incoming
from ledger.outbox import Message
from ledger.refusal import StoredRefusal
from ledger.service import Ledger
from ledger.troubles import Troubles

DELIVERIES_MAX = 100
POSTPONED_SECONDS = 5.0

_log = structlog.get_logger(__name__)
_troubles = Troubles(_log, "conversion_waits", "conversions_go_on")


async def deliver_conversions(ledger: Ledger, limit: int = DELIVERIES_MAX) -> int:
    """Deliver conversions that wait; returns how many.

    The messages stay locked until both books have answered. One that cannot be delivered is
    postponed, and does not hold up the others.
    """
    delivered: list[Message] = []
    async with ledger.database.transaction() as connection:
        for message in await outbox.claim(connection, [CONVERSIONS], limit):
            try:
                await _deliver(ledger, connection, message)
            except Exception as error:  # noqa: BLE001 - logged, and the others go on
                _troubles.met(
                    message.book_id,
                    type(error).__name__,
                    exception=error,
                    book_id=message.book_id,
                )
                await outbox.postpone(
                    connection, message, delay_seconds=POSTPONED_SECONDS, error=repr(error)
                )
            else:
                _troubles.over(message.book_id, book_id=message.book_id)
                delivered.append(message)
        await outbox.done(connection, delivered)
    return len(delivered)


async def _deliver(ledger: Ledger, connection: AsyncConnection, message: Message) -> None:
    payload = message.payload
    source = await find_programme_by_book(connection, message.book_id)
    target = await find_programme_by_book(connection, payload["to_book_id"])
    credited = await _credit(ledger, source, target, message)
    ending = EndConversion(
        key=f"end {payload['place']}",
        member=payload["member"],
        convert_key=payload["key"],
        is_credited=credited.accepted,
        reference=_reason(credited),
    )
    ended = (await ledger.submit(source, [ending]))[0]
    if ended.refusal is not None and ended.refusal["code"] != HoldClosed.code:
        raise StoredRefusal(ended.refusal)


async def _credit(ledger: Ledger, source: Programme, target: Programme, message: Message) -> Answer:
    payload = message.payload
    credit = Credit(
        key=f"convert {source.code} {payload['place']}",
        member=payload["to_member"],
        points=payload["credited"],
        funder=source.code,
        reference=payload["key"],
    )
    incoming = Incoming(source, payload.get("points"))
    submitted = await ledger.submit(
        target, [credit], companion=Consented(target), payloads=[incoming]
    )
    return submitted[0]


def _reason(credited: Answer) -> str | None:
    return None if credited.refusal is None else str(credited.refusal["code"])
