"""The operator withdraws a coupon, or all coupons of an offer that it takes out for good.

One coupon: the points go back, or are kept, as the operator says (`back`, `keep`: fraud). A right
that was free, or whose points are kept, ends without the ledger.

All coupons of an offer: what is asked for is stored with the offer's new state
(`exchange.withdrawal`), and the worker goes through the books, in pages. What is done is done: a
coupon that has ended is not open any more, so a worker that dies or starts again goes on with what
is left. The points go back. What a supplier has delivered itself is not withdrawn: it is with the
member, and so is a card code that was shown.

A redemption that read the offer before it was taken out may commit a moment later. So the work
ends only after a pass that found nothing, `LATE_SECONDS` after it was asked for. Until then passes
are repeated.

Two workers at once: the coupon's row lock puts them in order, and the second finds it ended. The
key of a reversal is random, so it cannot be one that a client has used.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import WORKER, Deed
from exchange.cases.payment import payment_key
from exchange.codes.give import load_revealed
from exchange.coupons.lifecycle import OPEN_COUPON_STATES, CouponState
from exchange.coupons.read import Coupon, find_coupon, load_coupons
from exchange.give.endings import Ending, EndingCompanion, judge_endings, store_endings
from exchange.give.returns import Once, end_free, reversal_of, reverse_right
from ledger import JSON, Ledger, StoredRefusal
from ledger.book import Programme, load_programmes
from ledger.read import heirs

PAGE_COUPONS_MAX = 500
"""Coupons of an offer that one page withdraws."""
PAGE_LOOKED_AT_MAX = 20_000
"""Coupons of a book that one page looks at to find them."""
LATE_SECONDS = 120
"""Twice as long as a transaction may take. Whoever read the offer before it was taken out has
committed by then, or has been ended.
"""
WITHDRAWAL = Deed(WORKER, "withdraw_coupons")

_log = structlog.get_logger(__name__)
_OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN_COUPON_STATES))

_ASK = text(
    """
    INSERT INTO exchange.withdrawal (offer_id, reason) VALUES (:offer_id, :reason)
    ON CONFLICT (offer_id) DO NOTHING
    """
)

_TO_DO = text(
    """
    SELECT offer_id, reason, requested_at + make_interval(secs => :late_seconds) <= now() AS is_late
    FROM exchange.withdrawal WHERE ended_at IS NULL ORDER BY offer_id
    """
)

_END = text("UPDATE exchange.withdrawal SET ended_at = now() WHERE offer_id = :offer_id")

# Without an index of its own: offers are withdrawn rarely, and coupons made all the time.
_PAGE = text(
    f"""
    SELECT coupon_id, last_id FROM (
        SELECT *, max(coupon_id) OVER () AS last_id FROM (
            SELECT coupon_id, offer_id, state, fulfilment FROM exchange.coupon
            WHERE book_id = :book_id AND coupon_id > :after ORDER BY coupon_id LIMIT :looked_at
        ) AS looked_at
    ) AS page
    WHERE coupon_id = last_id
        OR offer_id = :offer_id AND state IN ({_OPEN}) AND fulfilment <> 'direct'
    ORDER BY coupon_id LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True)
class Deactivation:
    """Which coupon is withdrawn, why, and what becomes of its points."""

    coupon_id: int
    reason: str
    points: Literal["back", "keep"]
    key: str
    deed: Deed


async def deactivate_coupon(
    ledger: Ledger,
    programme: Programme,
    asked: Deactivation,
    once: Once,
    now: datetime | None = None,
) -> tuple[JSON, bool]:
    """Withdraw one coupon. Returns the answer, and whether it is a replay.

    Raises:
        CouponNotFound: the programme has no such coupon. Nothing is stored for the key.
        KeyReused: the key was used for something else.
        StoredRefusal: it was used, is not active, or has expired.
    """
    async with ledger.database.transaction() as connection:
        coupon = await find_coupon(connection, programme.book_id, asked.coupon_id)
        merged = await heirs(connection, programme, [coupon.member])
        paid_by = await payment_key(
            connection,
            programme.book_id,
            coupon.coupon_id,
            coupon.request_key,
            coupon.request_number,
        )
    gives_points = asked.points == "back" and coupon.points > 0
    ending = Ending(asked.coupon_id, "withdraw", asked.reason, gives_points, asked.deed, asked.key)
    if not gives_points:

        async def act(connection: AsyncConnection) -> JSON:
            await end_free(connection, programme, ending, now)
            return _document(asked.coupon_id, 0)

        return await once(act)
    payer = merged.get(coupon.member, coupon.member)
    answer = await reverse_right(ledger, programme, coupon, payer, ending, asked.key, now, paid_by)
    if answer.refusal is not None:
        raise StoredRefusal(answer.refusal)
    return _document(asked.coupon_id, answer.points), answer.replayed


def _document(coupon_id: int, points: int) -> JSON:
    return {"coupon": coupon_id, "state": str(CouponState.DEACTIVATED), "points_back": points}


async def ask_withdrawal(connection: AsyncConnection, offer_id: int, reason: str) -> None:
    """Have the worker withdraw all coupons of an offer. One statement."""
    await connection.execute(_ASK, {"offer_id": offer_id, "reason": reason})


async def withdraw_coupons(ledger: Ledger) -> int:
    """Go on with what is to be withdrawn. Returns how many coupons this call has withdrawn."""
    async with ledger.database.transaction() as connection:
        bound = {"late_seconds": LATE_SECONDS}
        to_do = (await connection.execute(_TO_DO, bound)).all()
        programmes = await load_programmes(connection) if to_do else []
    total = 0
    for withdrawal in to_do:
        done = 0
        for programme in programmes:
            done += await _withdraw_in_book(
                ledger, programme, withdrawal.offer_id, withdrawal.reason
            )
        if not done and withdrawal.is_late:
            async with ledger.database.transaction(actor=WORKER) as connection:
                await connection.execute(_END, {"offer_id": withdrawal.offer_id})
        total += done
    return total


async def _withdraw_in_book(
    ledger: Ledger, programme: Programme, offer_id: int, reason: str
) -> int:
    """Withdraw the open coupons of an offer in one book, page by page."""
    done = after = 0
    while True:
        bound = {
            "book_id": programme.book_id,
            "offer_id": offer_id,
            "after": after,
            "looked_at": PAGE_LOOKED_AT_MAX,
            "limit": PAGE_COUPONS_MAX,
        }
        async with ledger.database.transaction() as connection:
            rows = (await connection.execute(_PAGE, bound)).all()
            if not rows:
                return done
            found = await load_coupons(
                connection, programme.book_id, [row.coupon_id for row in rows]
            )
            merged = await heirs(connection, programme, {each.member for each in found.values()})
            shown = await load_revealed(connection, programme.book_id, list(found))
        after = rows[-1].coupon_id
        page = [
            each
            for each in found.values()
            if each.offer_id == offer_id
            and each.state in OPEN_COUPON_STATES
            and each.fulfilment != "direct"
            and each.coupon_id not in shown
        ]
        done += await _withdraw_page(ledger, programme, page, merged, reason)


def _ending(coupon: Coupon, reason: str, *, gives_points: bool) -> Ending:
    coupon_id = coupon.coupon_id
    return Ending(coupon_id, "withdraw", reason, gives_points, WITHDRAWAL, spares_shown=True)


async def _withdraw_page(
    ledger: Ledger,
    programme: Programme,
    page: list[Coupon],
    merged: dict[str, str],
    reason: str,
) -> int:
    paid = [each for each in page if each.points]
    free = [each for each in page if not each.points]
    endings = [_ending(each, reason, gives_points=True) for each in paid]
    answers = await ledger.submit(
        programme,
        [
            reversal_of(
                coupon,
                merged.get(coupon.member, coupon.member),
                ending,
                f"withdrawal:{coupon.coupon_id}:{secrets.token_hex(8)}",
                coupon.request_key,
            )
            for coupon, ending in zip(paid, endings, strict=True)
        ],
        companion=EndingCompanion(programme.book_id, programme.time_zone),
        payloads=endings,
        recorded_by=WORKER,
    )
    for answer in answers:
        if answer.refusal is not None:
            # Somebody was faster, or its last day has passed.
            _log.info(
                "withdrawal_refused", book_id=programme.book_id, refusal=answer.refusal["code"]
            )
    done = sum(answer.accepted for answer in answers)
    if free:
        endings = [_ending(each, reason, gives_points=False) for each in free]
        async with ledger.database.transaction(actor=WORKER) as connection:
            refusals = await judge_endings(
                connection, programme.book_id, programme.time_zone, endings
            )
            kept = [
                ending for ending, refusal in zip(endings, refusals, strict=True) if refusal is None
            ]
            await store_endings(connection, programme.book_id, programme.time_zone, kept)
        done += len(kept)
    return done
