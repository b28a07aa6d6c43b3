"""A right ends before it was used: its member gives it back, or the operator withdraws it.

For a right that was paid for and whose points go back, the ledger reverses the redemption (`owner`
right), and this companion ends the coupon in the same transaction. `before` locks the coupons and
judges them, so that a use, a gift, the sweep and a withdrawal of the same coupon come one after the
other, and the second finds what the first left. `after` stores. A right that was free moves no
points: it ends in a transaction of its own, by the same statements.

A right that is given back was never sold: the piece goes back to the batch that it came from, and
the counts of its day and of its member go down. A coupon that is withdrawn keeps its piece: nobody
shall have it.

Locks: lane, coupons by id, batches by key, days by key (`docs/internals/testing.md`).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Deed, note
from catalog.procurement import give_back
from exchange.codes.give import give_back_code
from exchange.coupons.codes import CouponNotFound
from exchange.coupons.lifecycle import OPEN_COUPON_STATES, CouponNotActive, CouponState
from exchange.coupons.receipt import Step
from exchange.coupons.told import told_of
from exchange.give.events import DEACTIVATED_TOPIC, RETURNED_TOPIC
from exchange.give.held import lock_coupons
from exchange.give.judge import Held, NotReturnable, judge_return, judge_withdrawal
from exchange.redeem.limits import uncount_days
from exchange.redeem.request import RIGHT
from ledger import JSON, Event, Refusal, tell
from ledger.asks import Item, Reverse, fingerprint_of
from ledger.book import programme_day

Verb = Literal["return", "withdraw"]

_AFTER: dict[Verb, tuple[CouponState, Step, str]] = {
    "return": (CouponState.RETURNED, Step.GIVEN_BACK, RETURNED_TOPIC),
    "withdraw": (CouponState.DEACTIVATED, Step.DEACTIVATED, DEACTIVATED_TOPIC),
}
_OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN_COUPON_STATES))

_END = text(
    f"""
    WITH wanted AS MATERIALIZED (
        SELECT * FROM unnest(:coupons, :details, :actors) AS t(coupon_id, detail, recorded_by)
    ), ended AS (
        UPDATE exchange.coupon AS c
        SET state = :state, gift_digest = NULL, gift_until = NULL, gift_to = NULL
        FROM wanted
        WHERE c.book_id = :book_id AND c.coupon_id = wanted.coupon_id AND c.state IN ({_OPEN})
        RETURNING c.coupon_id, wanted.detail, wanted.recorded_by
    ), steps AS (
        INSERT INTO exchange.receipt_step (
            book_id, coupon_id, step, detail, occurred_at, recorded_at, recorded_by
        )
        SELECT :book_id, coupon_id, :step, CAST(detail AS json), :at, greatest(now(), :at),
            recorded_by
        FROM ended
    )
    SELECT count(*) FROM ended
    """
).bindparams(
    bindparam("coupons", type_=ARRAY(BIGINT)),
    bindparam("details", type_=ARRAY(TEXT)),
    bindparam("actors", type_=ARRAY(INTEGER)),
    bindparam("state", type_=TEXT),
    bindparam("step", type_=TEXT),
    bindparam("at", type_=TIMESTAMP(timezone=True)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseRight(Reverse):
    """Gives the points of a right back. What was asked for is the coupon's end, not the points."""

    coupon_id: int
    verb: Verb
    reason: str

    def fingerprint(self) -> int:
        """Of what was asked for: a merge of the member does not make it another request."""
        return fingerprint_of([RIGHT, self.verb, self.coupon_id, self.reason])


@dataclass(slots=True)
class Ending:
    """The end of one coupon, on its way. `held` is what the running attempt has locked.

    `spares_shown`: a coupon whose card code the member has seen goes on.
    """

    coupon_id: int
    verb: Verb
    reason: str
    gives_points: bool
    deed: Deed
    key: str | None = None
    held: Held | None = None
    spares_shown: bool = False


@dataclass(frozen=True, slots=True)
class EndingCompanion:
    """Ends coupons with the reversals of a transaction.

    Companions of one book are equal, so that its endings share their statements. Only a caller that
    keeps a time of its own states `now`.
    """

    book_id: int
    time_zone: str
    now: datetime | None = None

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Lock the coupons, and refuse what cannot end."""
        endings = [_ending_of(item) for item in items]
        refusals = await judge_endings(connection, self.book_id, self.time_zone, endings, self.now)
        for item, refusal in zip(items, refusals, strict=True):
            if refusal is not None:
                item.refuse(refusal)

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """End the coupons whose points went back."""
        endings = [_ending_of(item) for item in items]
        await store_endings(connection, self.book_id, self.time_zone, endings)
        for item, ending in zip(items, endings, strict=True):
            item.detail = {
                "coupon": ending.coupon_id,
                "state": str(_AFTER[ending.verb][0]),
                "points_back": item.answer.points,
            }


def _ending_of(item: Item) -> Ending:
    assert isinstance(item.payload, Ending)
    return item.payload


async def judge_endings(
    connection: AsyncConnection,
    book_id: int,
    time_zone: str,
    endings: Sequence[Ending],
    now: datetime | None = None,
) -> list[Refusal | None]:
    """Lock the coupons, and say of each, in order, why it cannot end. Four statements at most.

    A coupon ends once: of two endings that are judged together, the second finds it ended.
    """
    coupons = [ending.coupon_id for ending in endings]
    held = await lock_coupons(connection, book_id, coupons, now)
    refusals: list[Refusal | None] = []
    ended: dict[int, CouponState] = {}
    for ending in endings:
        ending.held = held.get(ending.coupon_id)
        if ending.held is None:
            refusal: Refusal | None = CouponNotFound("there is no such coupon")
        elif ending.coupon_id in ended:
            state = ended[ending.coupon_id]
            refusal = CouponNotActive(f"the coupon is {state}", state=str(state))
        else:
            refusal = _judge(ending, ending.held, time_zone)
        if refusal is None:
            ended[ending.coupon_id] = _AFTER[ending.verb][0]
        refusals.append(refusal)
    return refusals


def _judge(ending: Ending, held: Held, time_zone: str) -> Refusal | None:
    day = programme_day(held.at, time_zone)
    if ending.verb == "return":
        return judge_return(held, programme_day(held.redeemed_at, time_zone), day)
    if ending.spares_shown and held.is_revealed:
        return NotReturnable("the member has seen the card code", reason="revealed")
    return judge_withdrawal(held, day)


async def store_endings(
    connection: AsyncConnection, book_id: int, time_zone: str, endings: Sequence[Ending]
) -> None:
    """End coupons that were judged, each under the lock that this transaction holds.

    One statement for each verb, and one for its messages; for returns one more for each batch, and
    one for their days and for their card codes.
    """
    for verb, (state, step, topic) in _AFTER.items():
        some = [ending for ending in endings if ending.verb == verb]
        if not some:
            continue
        bound = {
            "book_id": book_id,
            "coupons": [ending.coupon_id for ending in some],
            "details": [_detail(ending) for ending in some],
            "actors": [ending.deed.actor_id for ending in some],
            "state": str(state),
            "step": str(step),
            "at": max(ending.held.at for ending in some if ending.held is not None),
        }
        ended = (await connection.execute(_END, bound)).scalar_one()
        assert ended == len(some), "a locked coupon was not in the state it was judged in"
        if verb == "return":
            await _give_pieces_back(connection, book_id, time_zone, some)
        await _note(connection, some)
        told = [_told(ending) for ending in some]
        messages = [_message(ending) for ending in some]
        await tell(connection, book_id, told, topic=topic, payloads=messages)


async def _give_pieces_back(
    connection: AsyncConnection, book_id: int, time_zone: str, endings: Sequence[Ending]
) -> None:
    held = [ending.held for ending in endings if ending.held is not None]
    batches = Counter((each.offer_id, each.allotment_no) for each in held)
    for batch in sorted(batches):
        await give_back(connection, book_id, batch, batches[batch])
    days = Counter((each.offer_id, programme_day(each.redeemed_at, time_zone)) for each in held)
    await uncount_days(connection, book_id, days)
    if cards := [each.coupon_id for each in held if each.fulfilment == "card_code"]:
        await give_back_code(connection, book_id, cards)


def _detail(ending: Ending) -> str:
    assert ending.held is not None, "an ending is stored after it was judged"
    points = ending.held.points if ending.gives_points else 0
    detail: dict[str, str | int] = {"reason": ending.reason, "points_back": points}
    return orjson.dumps(detail).decode()


def _message(ending: Ending) -> dict[str, JSON]:
    assert ending.held is not None, "an ending is stored after it was judged"
    return {
        "coupon_id": ending.coupon_id,
        "offer_id": ending.held.offer_id,
        "points_back": ending.held.points if ending.gives_points else 0,
    }


def _told(ending: Ending) -> Event:
    assert ending.held is not None, "an ending is stored after it was judged"
    return told_of(
        "coupon.returned" if ending.verb == "return" else "coupon.deactivated",
        coupon_id=ending.coupon_id,
        state=_AFTER[ending.verb][0],
        offer_id=ending.held.offer_id,
        member=ending.held.member,
        points=ending.held.points,
        more={
            "points_back": ending.held.points if ending.gives_points else 0,
            "reason": ending.reason,
        },
    )


async def _note(connection: AsyncConnection, endings: Sequence[Ending]) -> None:
    """Put the coupons into the audit log, by one statement for each deed."""
    for deed in dict.fromkeys(ending.deed for ending in endings):
        some = [ending for ending in endings if ending.deed == deed]
        coupons = [ending.coupon_id for ending in some]
        await note(connection, deed, "coupon", coupons, [ending.key for ending in some])
