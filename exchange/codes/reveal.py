"""Reveal: a member is shown the code of a right.

Two transactions. `reveal_code` decides, marks the code as shown, and the right as used where the
delivery counts as the use. Its answer holds no code, so it can be stored under the request's key.
`show_code` then reads the code for that one answer. A replay of the request gets the stored answer,
and the code is read once more for it. Each time is in the audit log.

Races: the coupon's row is locked before its code. So of two who reveal at once, the first marks
and the second finds it marked, and a code that is given back at once is either shown or back.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import BIGINT_MAX, Deed, FindPartyKey, note
from catalog.codes import open_card
from exchange.codes.used import Delivered, mark_used, reference_of
from exchange.coupons.codes import CouponNotFound
from exchange.coupons.lifecycle import (
    CouponAlreadyUsed,
    CouponExpired,
    CouponNotActive,
    CouponNotYetUsable,
    CouponState,
    Ends,
    Standing,
    state_at,
)
from exchange.coupons.receipt import Step
from ledger import Refusal
from ledger.book import Programme, programme_day


class NoCardCode(Refusal):
    """The right is no card code: there is nothing to reveal."""

    code: ClassVar[str] = "no-card-code"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The right has no card code."


_LOCK = text(
    """
    SELECT clock_timestamp() AS now, locked.* FROM (
        SELECT coupon_id, state, fulfilment, redeemed_at, usable_from, expires_on, used_at,
            gift_until, lock_until
        FROM exchange.coupon WHERE book_id = :book_id AND coupon_id = :coupon_id
        FOR NO KEY UPDATE
    ) AS locked
    """
)

_CODE = text(
    """
    SELECT code_no, tail, batch, counts_as_used, revealed_at FROM exchange.card_code
    WHERE book_id = :book_id AND coupon_id = :coupon_id FOR NO KEY UPDATE
    """
)

_REVEAL = text(
    f"""
    WITH shown AS (
        UPDATE exchange.card_code SET revealed_at = :at, reveal_until = NULL
        WHERE book_id = :book_id AND code_no = :code_no AND revealed_at IS NULL
        RETURNING coupon_id
    ), steps AS (
        INSERT INTO exchange.receipt_step (book_id, coupon_id, step, occurred_at, recorded_at)
        SELECT :book_id, coupon_id, '{Step.REVEALED}', :at, greatest(now(), :at) FROM shown
    )
    SELECT count(*) FROM shown
    """
).bindparams(bindparam("at", type_=TIMESTAMP(timezone=True)))

_SHOW = text(
    """
    SELECT c.supplier_id, k.offer_id, k.digest, k.sealed, k.expires_on
    FROM exchange.card_code AS k
    JOIN exchange.coupon AS c ON c.book_id = :book_id AND c.coupon_id = k.coupon_id
    WHERE k.book_id = :book_id AND k.coupon_id = :coupon_id AND k.revealed_at IS NOT NULL
    """
)

_NOT_SHOWN = frozenset(
    {CouponState.HELD, CouponState.GIFTING, CouponState.RETURNED, CouponState.DEACTIVATED}
)


@dataclass(frozen=True, slots=True)
class Revealed:
    """When a code was first shown, and what its coupon is since then."""

    coupon_id: int
    state: CouponState
    revealed_at: datetime


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code for one answer. It shows nothing of itself in a log."""

    number: str = field(repr=False)
    secret: str | None = field(repr=False)
    expires_on: date | None


def judge_reveal(standing: Standing, revealed_at: datetime | None, day: date) -> Refusal | None:
    """Why the code of this coupon is not shown on this day. None means that it is. Pure.

    What was shown once is shown again, also when the right is used or its last day is past.
    """
    if standing.state in _NOT_SHOWN:
        return CouponNotActive(f"the coupon is {standing.state}", state=str(standing.state))
    if revealed_at is not None:
        return None
    if standing.usable_from is not None and day < standing.usable_from:
        return CouponNotYetUsable(
            "the coupon's first day has not come", usable_from=str(standing.usable_from)
        )
    if standing.is_past(day) or standing.state is CouponState.EXPIRED:
        return CouponExpired("the coupon's last day is past", expires_on=str(standing.expires_on))
    if standing.state is CouponState.USED:
        return CouponAlreadyUsed("the coupon was used before", used_at=standing.used_at)
    return None


async def reveal_code(
    connection: AsyncConnection,
    programme: Programme,
    coupon_id: int,
    deed: Deed,
    *,
    key: str | None = None,
) -> Revealed:
    """Mark the code of a coupon as shown. Up to eight round trips.

    The audit log names the `deed` and the request's key.

    Raises:
        CouponNotFound: the book has no such coupon.
        NoCardCode: it is no card code.
        CouponNotActive, CouponNotYetUsable, CouponExpired, CouponAlreadyUsed: see `judge_reveal`.
    """
    where = {"book_id": programme.book_id, "coupon_id": coupon_id}
    found = (
        (await connection.execute(_LOCK, where)).one_or_none()
        if 0 < coupon_id <= BIGINT_MAX
        else None
    )
    if found is None:
        raise CouponNotFound("there is no such coupon")
    if found.fulfilment != "card_code":
        raise NoCardCode(f"the coupon's right is {found.fulfilment}", fulfilment=found.fulfilment)
    code = (await connection.execute(_CODE, where)).one_or_none()
    now = found.now
    state = state_at(CouponState(found.state), Ends(found.gift_until, found.lock_until), now)
    standing = Standing(
        state, found.redeemed_at, found.expires_on, found.used_at, found.usable_from
    )
    day = programme_day(now, programme.time_zone)
    refusal = judge_reveal(standing, None if code is None else code.revealed_at, day)
    if refusal is not None:
        raise refusal
    assert code is not None, "a coupon that was not given back has its code"
    await note(connection, deed, "coupon", [coupon_id], [key])
    if code.revealed_at is not None:
        return Revealed(coupon_id, state, code.revealed_at)
    shown = {**where, "code_no": code.code_no, "at": now}
    await connection.execute(_REVEAL, shown)
    if code.counts_as_used == "delivery":
        delivered = Delivered(coupon_id, reference_of(code.batch, code.tail))
        if await mark_used(connection, programme, [delivered], now):
            state = CouponState.USED
    return Revealed(coupon_id, state, now)


async def show_code(
    connection: AsyncConnection,
    find_party_key: FindPartyKey,
    book_id: int,
    coupon_id: int,
) -> ShownCode:
    """The code of a coupon that was revealed, in clear. Two round trips.

    Raises:
        VaultBroken, SealBroken: the keys here do not open it.
        NoCardCode: it was not revealed.
    """
    where = {"book_id": book_id, "coupon_id": coupon_id}
    row = (await connection.execute(_SHOW, where)).one_or_none()
    if row is None:
        raise NoCardCode("the coupon has no code that was revealed")
    key = await find_party_key(connection, row.supplier_id)
    card = open_card(bytes(row.sealed), row.offer_id, bytes(row.digest), key)
    return ShownCode(card.number, card.secret, row.expires_on)
