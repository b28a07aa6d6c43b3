"""Somebody takes a gift: the coupon has a new holder and a new code, and the old code is dead.

Eight friends at once: the row is found by the digest of the token and locked. Who waited finds
another digest, and so no row. Each hand has a row in `exchange.custody`, whose key is the coupon
and the number of the hand.

Points never move, and the last day stays. Limits count the one who redeemed the coupon, so nobody
gets around them by a gift.

Whether the one who takes it is new to the brand is the brand's word. A member is counted as new
once, however many gifts it takes and whoever is merged into it (`exchange.new_member`).
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BOOLEAN, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.accounts import masked
from exchange.coupons.codes import new_code
from exchange.coupons.lifecycle import CouponState
from exchange.coupons.receipt import Step
from exchange.coupons.told import told_of
from exchange.give.events import CLAIMED_TOPIC
from exchange.give.held import lock_gift
from exchange.give.judge import Held
from exchange.give.tokens import digest_of
from ledger import JSON, Refusal, lane_of, tell
from ledger.asks import MemberMerged
from ledger.book import Programme, programme_day
from ledger.read import heirs, names_of


class GiftGone(Refusal):
    """There is no such gift to be had: wrong, late, taken, taken back, or for somebody else."""

    code: ClassVar[str] = "gift-gone"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "There is no such gift to be had."


class MemberIsGiver(Refusal):
    """The gift comes from the very member that is to have it."""

    code: ClassVar[str] = "member-is-giver"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "A gift is for another member."


_CLAIM = text(
    f"""
    WITH claimed AS (
        UPDATE exchange.coupon
        SET state = '{CouponState.ACTIVE}', holder = :member, hops = hops + 1, code = :code,
            gift_digest = NULL, gift_until = NULL, gift_to = NULL
        WHERE book_id = :book_id AND coupon_id = :coupon_id AND state = '{CouponState.GIFTING}'
        RETURNING coupon_id, hops, offer_code, usable_from, expires_on
    ), hands AS (
        INSERT INTO exchange.custody (
            book_id, coupon_id, hop, from_member, to_member, key, claimed_at, is_new
        )
        SELECT :book_id, coupon_id, hops, :giver, :member, :key, :at, :is_new FROM claimed
    ), steps AS (
        INSERT INTO exchange.receipt_step (
            book_id, coupon_id, step, detail, occurred_at, recorded_at
        )
        SELECT :book_id, coupon_id, '{Step.RECEIVED}',
            json_build_object(
                'hop', hops, 'from', CAST(:from_masked AS text), 'to', CAST(:to_masked AS text)
            ),
            :at, greatest(now(), :at)
        FROM claimed
    )
    SELECT hops, offer_code, usable_from, expires_on FROM claimed
    """
).bindparams(
    bindparam("member", type_=TEXT),
    bindparam("giver", type_=TEXT),
    bindparam("key", type_=TEXT),
    bindparam("at", type_=TIMESTAMP(timezone=True)),
    bindparam("is_new", type_=BOOLEAN),
)

_NOTE = text(
    f"""
    SELECT detail ->> 'note' FROM exchange.receipt_step
    WHERE book_id = :book_id AND coupon_id = :coupon_id AND step = '{Step.GIVEN}'
    ORDER BY step_id DESC LIMIT 1
    """
)

_COUNT_NEW = text(
    """
    INSERT INTO exchange.new_member (book_id, member, coupon_id, hop)
    SELECT :book_id, :member, :coupon_id, :hop
    WHERE NOT EXISTS (
        SELECT FROM exchange.new_member WHERE book_id = :book_id AND member = ANY(:names)
    )
    ON CONFLICT (book_id, member) DO NOTHING
    RETURNING member
    """
).bindparams(bindparam("member", type_=TEXT), bindparam("names", type_=ARRAY(TEXT)))


async def claim_gift(  # noqa: PLR0917 - what a claim says
    connection: AsyncConnection,
    programme: Programme,
    token: str,
    member: str,
    key: str,
    now: datetime | None = None,
    *,
    is_new: bool | None = None,
) -> dict[str, JSON]:
    """Take a gift. The answer has the new code of the coupon.

    `is_new` is what the brand says of the member. None: it says nothing.

    Raises:
        GiftGone: there is no such gift for this member, whatever the reason.
        MemberIsGiver: the member gave it.
        MemberMerged: the member was merged into another, who may take it.
    """
    coupon = await lock_gift(connection, programme.book_id, digest_of(token), now)
    names = {member} if coupon is None else {member, coupon.holder_now, coupon.gift_to or member}
    merged = await heirs(connection, programme, names)
    if member in merged:
        into = merged[member]
        raise MemberMerged(f"member {member!r} was merged into {into!r}", into=into)
    if coupon is None or coupon.state is not CouponState.GIFTING:
        raise GiftGone("there is no such gift")
    day = programme_day(coupon.at, programme.time_zone)
    if coupon.expires_on is not None and coupon.expires_on < day:
        raise GiftGone("there is no such gift")
    if merged.get(coupon.holder_now, coupon.holder_now) == member:
        raise MemberIsGiver("the member gave this coupon")
    if coupon.gift_to is not None and merged.get(coupon.gift_to, coupon.gift_to) != member:
        raise GiftGone("there is no such gift")
    return await _claim(connection, programme, coupon, member, key, is_new=is_new)


async def _claim(
    connection: AsyncConnection,
    programme: Programme,
    coupon: Held,
    member: str,
    key: str,
    *,
    is_new: bool | None,
) -> dict[str, JSON]:
    where = {"book_id": programme.book_id, "coupon_id": coupon.coupon_id}
    code = new_code(programme.book_id, lane_of(member, programme.lanes))
    bound = where | {
        "member": member,
        "giver": coupon.holder_now,
        "key": key,
        "code": code,
        "from_masked": masked(coupon.holder_now),
        "to_masked": masked(member),
        "at": coupon.at,
        "is_new": is_new,
    }
    row = (await connection.execute(_CLAIM, bound)).one()
    note = await connection.scalar(_NOTE, where)
    counted = False
    if is_new:
        names = await names_of(connection, programme, member)
        new = where | {"member": member, "names": names, "hop": row.hops}
        counted = (await connection.execute(_COUNT_NEW, new)).one_or_none() is not None
    message: dict[str, JSON] = {
        "coupon_id": coupon.coupon_id,
        "offer_id": coupon.offer_id,
        "hop": row.hops,
        "is_new_member": counted,
    }
    told = told_of(
        "coupon.claimed",
        coupon_id=coupon.coupon_id,
        state=CouponState.ACTIVE,
        offer_id=coupon.offer_id,
        member=coupon.member,
        points=coupon.points,
        more={"hop": row.hops, "holder": member},
    )
    await tell(connection, programme.book_id, [told], topic=CLAIMED_TOPIC, payloads=[message])
    return {
        "coupon": coupon.coupon_id,
        "state": str(CouponState.ACTIVE),
        "member": member,
        "code": code,
        "offer": coupon.offer_id,
        "offer_code": row.offer_code,
        "first_day": row.usable_from,
        "last_day": row.expires_on,
        "hop": row.hops,
        "hops_left": max(coupon.gift_hops - row.hops, 0),
        "note": note,
        "counted_new": counted,
    }
