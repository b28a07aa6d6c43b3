"""Staff and partners earn by the uses that they attend to.

A supplier that is also a brand may have a programme for its staff, whose members are named as tills
name them. If such a programme has a rule for the event `use`, each use that names its `staff` earns
by it, and what a use earned is taken back when it is reversed.

A use only leaves a message here, in its own transaction, and none where nobody is named. A round of
the worker looks whether the coupon is still used as the message says, and has the staff earn. Its
keys are made of the use, so the round may stop anywhere and be done again.

Races: a reversal may be told, and dealt with by another worker, between that look and the earning,
where nothing is there yet to be taken back. So the coupon is looked at again afterwards. Whichever
of the two is committed last finds what the other has left.
"""

from collections.abc import Mapping
from datetime import datetime

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import WORKER
from exchange.coupons.lifecycle import CouponState
from exchange.earning.decide import natural_key
from exchange.earning.earn import earn_events
from exchange.earning.request import EarnRequest
from exchange.earning.rules import load_earning_rules
from exchange.earning.terms import USE
from exchange.use.staff import STAFF_TOPIC
from ledger import JSON, Ledger, Troubles, outbox, read_clock
from ledger.asks import MEMBER_LENGTH_MAX, Reverse
from ledger.book import Programme, load_programmes
from ledger.outbox import Message
from ledger.read import heirs

MESSAGES_MAX = 200
POSTPONED_SECONDS = 5.0

_log = structlog.get_logger(__name__)
_troubles = Troubles(_log, "staff_waits", "staff_earns_again")

_IS_USED = text(
    f"""
    SELECT EXISTS (
        SELECT FROM exchange.coupon WHERE book_id = :book_id AND coupon_id = :coupon_id
            AND state = '{CouponState.USED}' AND uses = :use
    )
    """
)
_EARNED = text(
    """
    SELECT member, key FROM exchange.earned
    WHERE book_id = :book_id AND natural_key = :natural_key
    """
)


async def reward_staff(ledger: Ledger, limit: int = MESSAGES_MAX) -> int:
    """Have staff earn by uses that wait; returns how many messages were dealt with.

    One that cannot be dealt with is postponed, and does not hold up the others.
    """
    dealt: list[Message] = []
    async with ledger.database.transaction() as connection:
        for message in await outbox.claim(connection, [STAFF_TOPIC], limit):
            try:
                await _reward(ledger, connection, message.payload)
            except Exception as error:  # noqa: BLE001 - logged, and the others go on
                kind = type(error).__name__
                _troubles.met(message.book_id, kind, exception=error, book_id=message.book_id)
                await outbox.postpone(
                    connection, message, delay_seconds=POSTPONED_SECONDS, error=repr(error)
                )
            else:
                _troubles.over(message.book_id, book_id=message.book_id)
                dealt.append(message)
        await outbox.done(connection, dealt)
    return len(dealt)


async def _reward(ledger: Ledger, connection: AsyncConnection, told: Mapping[str, JSON]) -> None:
    staff = str(told["staff"])
    if len(staff) > MEMBER_LENGTH_MAX or not staff.isprintable():
        return
    if told["is_use"] and not await _is_used(connection, told):
        return
    now = await read_clock(connection)
    for programme in await load_programmes(connection, party_id=told["supplier_id"]):
        if not told["is_use"]:
            await _take_back(ledger, connection, programme, told)
        elif await load_earning_rules(connection, programme.book_id, [USE], [], [now]):
            (member,) = (await _heirs(connection, programme, staff)) or (staff,)
            request = EarnRequest(
                key=f"use:{_name(told)}",
                member=member,
                event=USE,
                occurred_at=min(datetime.fromisoformat(str(told["at"])), now),
                store=told["store"],
                source=f"use {_name(told)}",
            )
            await earn_events(ledger, programme, [request], recorded_by=WORKER)
            if not await _is_used(connection, told):
                await _take_back(ledger, connection, programme, told)


async def _take_back(
    ledger: Ledger, connection: AsyncConnection, programme: Programme, told: Mapping[str, JSON]
) -> None:
    """Take back what a use earned, as far as the programme's policy on debts lets it."""
    found = await connection.execute(
        _EARNED,
        {
            "book_id": programme.book_id,
            "natural_key": natural_key("source", f"use {_name(told)}"),
        },
    )
    for row in found:
        (member,) = (await _heirs(connection, programme, row.member)) or (row.member,)
        back = Reverse(key=f"use-back:{_name(told)}", member=member, operation_key=row.key)
        await ledger.submit(programme, [back], recorded_by=WORKER)


async def _is_used(connection: AsyncConnection, told: Mapping[str, JSON]) -> bool:
    asked = {name: told[name] for name in ("book_id", "coupon_id", "use")}
    found: bool = (await connection.execute(_IS_USED, asked)).scalar_one()
    return found


async def _heirs(connection: AsyncConnection, programme: Programme, member: str) -> tuple[str, ...]:
    return tuple((await heirs(connection, programme, [member])).values())


def _name(told: Mapping[str, JSON]) -> str:
    return f"{told['book_id']}.{told['coupon_id']}.{told['use']}"
