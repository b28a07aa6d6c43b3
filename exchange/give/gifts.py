"""A member offers a coupon to somebody, or takes the offer back.

The coupon is GIFTING until its time, `GIFT_HOURS_MAX` hours at most. Nobody can use it meanwhile.
Then it is ACTIVE again by itself (`exchange.coupons.lapse`). Whoever brings the token first has it
(`claims`). The gift can be meant for one member: then the token alone does not help others.

A member begins `GIFTS_PER_DAY_MAX` gifts on a day of the programme. Those that were taken back
count, too: otherwise one coupon could call on any number of people. So do those of a member that
was merged into it on that day. The count is a conditional
upsert after the coupon's row lock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.codes import CouponNotFound
from exchange.coupons.lifecycle import CouponState
from exchange.coupons.receipt import Step
from exchange.coupons.told import told_of
from exchange.give.claims import GiftGone, MemberIsGiver
from exchange.give.events import GIFTED_TOPIC
from exchange.give.held import lock_coupons
from exchange.give.judge import GiftNotAllowed, Held, judge_gift
from exchange.give.tokens import digest_of, new_token
from ledger import JSON, tell
from ledger.book import Programme, programme_day
from ledger.read import former_names, heirs

GIFT_HOURS_DEFAULT = 24
GIFT_HOURS_MAX = 72
GIFT_NOTE_LENGTH_MAX = 100
GIFTS_PER_DAY_MAX = 20

_GIVE = text(
    f"""
    WITH given AS (
        UPDATE exchange.coupon
        SET state = '{CouponState.GIFTING}', gift_digest = :digest, gift_until = :until,
            gift_to = :to_member
        WHERE book_id = :book_id AND coupon_id = :coupon_id AND state = '{CouponState.ACTIVE}'
        RETURNING coupon_id
    ), steps AS (
        INSERT INTO exchange.receipt_step (
            book_id, coupon_id, step, detail, occurred_at, recorded_at
        )
        SELECT :book_id, coupon_id, '{Step.GIVEN}',
            json_strip_nulls(json_build_object('until', :until, 'note', CAST(:note AS text))),
            :at, greatest(now(), :at)
        FROM given
    )
    SELECT count(*) FROM given
    """
).bindparams(
    bindparam("digest", type_=BYTEA),
    bindparam("until", type_=TIMESTAMP(timezone=True)),
    bindparam("to_member", type_=TEXT),
    bindparam("at", type_=TIMESTAMP(timezone=True)),
)

_TAKE_BACK = text(
    f"""
    WITH kept AS (
        UPDATE exchange.coupon
        SET state = '{CouponState.ACTIVE}', gift_digest = NULL, gift_until = NULL, gift_to = NULL
        WHERE book_id = :book_id AND coupon_id = :coupon_id AND state = '{CouponState.GIFTING}'
        RETURNING coupon_id
    ), steps AS (
        INSERT INTO exchange.receipt_step (book_id, coupon_id, step, occurred_at, recorded_at)
        SELECT :book_id, coupon_id, '{Step.GIFT_WITHDRAWN}', :at, greatest(now(), :at) FROM kept
    )
    SELECT count(*) FROM kept
    """
).bindparams(bindparam("at", type_=TIMESTAMP(timezone=True)))

_BEFORE = text(
    """
    SELECT coalesce(sum(given), 0)::integer FROM exchange.gift_count
    WHERE book_id = :book_id AND member = ANY(:names) AND day = :day
    """
).bindparams(bindparam("names", type_=ARRAY(TEXT)))

_COUNT = text(
    f"""
    INSERT INTO exchange.gift_count AS c (book_id, member, day, given)
    VALUES (:book_id, :member, :day, 1)
    ON CONFLICT (book_id, member, day) DO UPDATE SET given = c.given + 1
        WHERE c.given + :before < {GIFTS_PER_DAY_MAX}
    RETURNING given
    """
)


@dataclass(frozen=True, slots=True)
class GiftRequest:
    """Who gives which coupon to whom. `to_member` None: to whoever brings the token."""

    coupon_id: int
    from_member: str
    to_member: str | None = None
    hours: int = GIFT_HOURS_DEFAULT
    note: str | None = None


async def give_coupon(
    connection: AsyncConnection,
    programme: Programme,
    asked: GiftRequest,
    now: datetime | None = None,
) -> tuple[dict[str, JSON], str]:
    """Offer a coupon to somebody. Returns the answer, and the token that it does not have.

    Raises:
        CouponNotFound: the member has no such coupon.
        MemberIsGiver: it is meant for the member that has it.
        GiftNotAllowed, CouponAlreadyUsed, CouponLocked, CouponNotActive, CouponExpired: it cannot
            be given.
    """
    assert 0 < asked.hours <= GIFT_HOURS_MAX, asked.hours
    held = await lock_coupons(connection, programme.book_id, [asked.coupon_id], now)
    coupon = held.get(asked.coupon_id)
    if coupon is None:
        raise CouponNotFound("the member has no such coupon")
    names = {coupon.holder_now, asked.from_member, asked.to_member or asked.from_member}
    merged = await heirs(connection, programme, names)
    giver = merged.get(coupon.holder_now, coupon.holder_now)
    if merged.get(asked.from_member, asked.from_member) != giver:
        raise CouponNotFound("the member has no such coupon")
    if asked.to_member is not None and merged.get(asked.to_member, asked.to_member) == giver:
        raise MemberIsGiver("the member has the coupon already")
    at = coupon.at
    day = programme_day(at, programme.time_zone)
    refusal = judge_gift(coupon, day)
    if refusal is not None:
        raise refusal
    await _count(connection, programme, giver, at)
    token = new_token()
    until = at + timedelta(hours=asked.hours)
    bound = {
        "book_id": programme.book_id,
        "coupon_id": asked.coupon_id,
        "digest": digest_of(token),
        "until": until,
        "to_member": asked.to_member,
        "note": asked.note,
        "at": at,
    }
    given = (await connection.execute(_GIVE, bound)).scalar_one()
    assert given == 1, "a locked coupon was not in the state it was judged in"
    await _tell(connection, programme, coupon, until)
    answer: dict[str, JSON] = {
        "coupon": asked.coupon_id,
        "state": str(CouponState.GIFTING),
        "until": until,
    }
    return answer, token


async def take_gift_back(
    connection: AsyncConnection, programme: Programme, coupon_id: int, now: datetime | None = None
) -> dict[str, JSON]:
    """Take a gift back that nobody has taken yet. Its token is dead from then on.

    Raises:
        CouponNotFound: the programme has no such coupon.
        GiftGone: it is not being given: taken, lapsed, or taken back before.
    """
    held = await lock_coupons(connection, programme.book_id, [coupon_id], now)
    coupon = held.get(coupon_id)
    if coupon is None:
        raise CouponNotFound("there is no such coupon")
    if coupon.state is not CouponState.GIFTING:
        raise GiftGone("the coupon is not being given")
    bound = {"book_id": programme.book_id, "coupon_id": coupon_id, "at": coupon.at}
    kept = (await connection.execute(_TAKE_BACK, bound)).scalar_one()
    assert kept == 1, "a locked coupon was not in the state it was judged in"
    return {"coupon": coupon_id, "state": str(CouponState.ACTIVE)}


async def _count(
    connection: AsyncConnection, programme: Programme, giver: str, at: datetime
) -> None:
    """Count a gift of the day, with those of members that were merged into the giver since."""
    day = programme_day(at, programme.time_zone)
    where = {"book_id": programme.book_id, "day": day}
    former = list(await former_names(connection, programme.book_id, [giver]))
    before = 0
    if former:
        before = await connection.scalar(_BEFORE, where | {"names": former}) or 0
    counted = None
    if before < GIFTS_PER_DAY_MAX:
        bound = where | {"member": giver, "before": before}
        counted = (await connection.execute(_COUNT, bound)).one_or_none()
    if counted is None:
        raise GiftNotAllowed(
            f"a member gives {GIFTS_PER_DAY_MAX} coupons a day",
            reason="day-cap",
            limit=GIFTS_PER_DAY_MAX,
        )


async def _tell(
    connection: AsyncConnection, programme: Programme, coupon: Held, until: datetime
) -> None:
    message: dict[str, JSON] = {
        "coupon_id": coupon.coupon_id,
        "offer_id": coupon.offer_id,
        "hop": coupon.hops + 1,
    }
    told = told_of(
        "coupon.gifted",
        coupon_id=coupon.coupon_id,
        state=CouponState.GIFTING,
        offer_id=coupon.offer_id,
        member=coupon.member,
        points=coupon.points,
        more={"hop": coupon.hops + 1, "until": until},
    )
    await tell(connection, programme.book_id, [told], topic=GIFTED_TOPIC, payloads=[message])
