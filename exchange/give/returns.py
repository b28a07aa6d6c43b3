"""A member gives a right back: the points return to their lots, the piece to its batch.

A right that was paid for is reversed by the ledger, under the caller's key in the journal. A right
that was free has no points to return: its key is kept as those of other changes are. What a coupon
cost never changes, so one key is always looked for at the same place.

The points go back to the wallet of the one who redeemed the right, or of the member that one was
merged into.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Deed
from exchange.coupons.lifecycle import CouponState
from exchange.coupons.read import Coupon, find_coupon
from exchange.give.endings import (
    Ending,
    EndingCompanion,
    ReverseRight,
    judge_endings,
    store_endings,
)
from exchange.redeem.request import RIGHT
from exchange.redeem.sold_out import SoldOut
from ledger import JSON, Ledger, StoredRefusal
from ledger.asks import Answer
from ledger.book import Programme
from ledger.read import balances, heirs, operation

REASON_LENGTH_MAX = 200

Once = Callable[[Callable[[AsyncConnection], Awaitable[JSON]]], Awaitable[tuple[JSON, bool]]]
"""Runs an action at most once for the caller's key. Says what it answered, and whether it did
before.
"""


@dataclass(frozen=True, slots=True)
class Return:
    """Which right is given back, why, under which key and by whose deed."""

    coupon_id: int
    reason: str
    key: str
    deed: Deed


async def return_right(
    ledger: Ledger,
    programme: Programme,
    asked: Return,
    once: Once,
    now: datetime | None = None,
    *,
    sold_out: SoldOut | None = None,
) -> tuple[JSON, bool]:
    """Give a right back. Returns the answer, and whether it is a replay.

    Its offer is not `sold_out` any more. The time is the database's, unless the caller keeps a time
    of its own (`now`).

    Raises:
        CouponNotFound: the programme has no such coupon. Nothing is stored for the key.
        KeyReused: the key was used for something else.
        StoredRefusal: it is not returnable, used, locked, not active, or expired.
    """
    async with ledger.database.transaction() as connection:
        coupon = await find_coupon(connection, programme.book_id, asked.coupon_id)
        merged = await heirs(connection, programme, [coupon.member])
    payer = merged.get(coupon.member, coupon.member)
    give = (
        _return_paid(ledger, programme, coupon, payer, asked, now)
        if coupon.points
        else (_return_free(programme, payer, asked, once, now))
    )
    document, is_replay = await give
    if sold_out is not None:
        await sold_out.forget(programme.book_id, [coupon.offer_id])
    return document, is_replay


async def _return_paid(  # noqa: PLR0917 - a return that was read
    ledger: Ledger,
    programme: Programme,
    coupon: Coupon,
    payer: str,
    asked: Return,
    now: datetime | None,
) -> tuple[JSON, bool]:
    ending = Ending(coupon.coupon_id, "return", asked.reason, True, asked.deed, asked.key)
    answer = await reverse_right(
        ledger, programme, coupon, payer, ending, asked.key, now, coupon.request_key
    )
    if answer.refusal is not None:
        raise StoredRefusal(answer.refusal)
    async with ledger.database.transaction() as connection:
        stored = await operation(connection, programme, asked.key)
    lots = [
        _lot(entry.expires_on, entry.points) for entry in stored.entries if entry.target == "wallet"
    ]
    return _document(coupon.coupon_id, answer.points, lots, answer.balance), answer.replayed


async def reverse_right(  # noqa: PLR0917 - whose points, and what they end
    ledger: Ledger,
    programme: Programme,
    coupon: Coupon,
    payer: str,
    ending: Ending,
    key: str,
    now: datetime | None,
    paid_by: str,
) -> Answer:
    """Have the ledger give the points of a right back, and the coupon end with it."""
    (answer,) = await ledger.submit(
        programme,
        [reversal_of(coupon, payer, ending, key, paid_by)],
        companion=EndingCompanion(programme.book_id, programme.time_zone, now),
        payloads=[ending],
        recorded_by=ending.deed.actor_id,
    )
    return answer


def reversal_of(coupon: Coupon, payer: str, ending: Ending, key: str, paid_by: str) -> ReverseRight:
    """The operation that gives the points of a right back, which `paid_by` has spent."""
    return ReverseRight(
        key=key,
        member=payer,
        operation_key=paid_by,
        reference=f"coupon {coupon.coupon_id}",
        owner=RIGHT,
        coupon_id=coupon.coupon_id,
        verb=ending.verb,
        reason=ending.reason,
    )


async def _return_free(
    programme: Programme, payer: str, asked: Return, once: Once, now: datetime | None
) -> tuple[JSON, bool]:
    async def act(connection: AsyncConnection) -> JSON:
        ending = Ending(asked.coupon_id, "return", asked.reason, False, asked.deed, asked.key)
        await end_free(connection, programme, ending, now)
        assert ending.held is not None, "a coupon that ended was locked"
        (balance,) = await balances(connection, programme, [payer], ending.held.at)
        return _document(asked.coupon_id, 0, [], balance.spendable)

    return await once(act)


async def end_free(
    connection: AsyncConnection, programme: Programme, ending: Ending, now: datetime | None
) -> None:
    """End a coupon without moving points.

    Raises:
        Refusal: it cannot end.
    """
    (refusal,) = await judge_endings(
        connection, programme.book_id, programme.time_zone, [ending], now
    )
    if refusal is not None:
        raise refusal
    await store_endings(connection, programme.book_id, programme.time_zone, [ending])


def _lot(expires_on: date | None, points: int) -> JSON:
    return {"expires_on": None if expires_on is None else expires_on.isoformat(), "points": points}


def _document(coupon_id: int, points: int, lots: list[JSON], balance: int | None) -> JSON:
    return {
        "coupon": coupon_id,
        "state": str(CouponState.RETURNED),
        "points_back": points,
        "lots": lots,
        "balance": balance,
    }
