"""What becomes of coupons, as it is stored: one statement for all coupons of a book.

Each changes only from the state that it was judged in, and its receipt gets its step. A use in a
shop is in that shop's list of the day, too, and a reversal marks it there. A user
that was counted as new by a use (`new_users`) is not counted any more once that is reversed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.lifecycle import CouponState
from exchange.coupons.receipt import Step
from exchange.use.request import Verb
from ledger import JSON

_STEP_OF: Mapping[Verb, Step] = {
    "use": Step.USED,
    "reverse-use": Step.USE_REVERSED,
    "lock": Step.LOCKED,
    "unlock": Step.UNLOCKED,
}


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one coupon, by which actor.

    `place` is the shop, or the text that stands for one. `user` is who has the coupon.
    """

    coupon_id: int
    user: str
    before: CouponState
    after: CouponState
    uses: int
    at: datetime
    day: date
    place: str | None
    shop: str | None
    reference: str | None
    staff: str | None
    order_minor: int | None
    new_member: bool | None
    lock_key: str | None
    lock_until: datetime | None
    recorded_by: int | None


_FIELDS = tuple(field.name for field in fields(Change))

# A coupon changes at most once in a batch: a second request for it is refused, because of the state
# that the first one left.
_CHANGED = f"""
    WITH wanted AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS t(
            coupon_id bigint, before text, after text, uses integer, at timestamptz, day date,
            place text, shop text, reference text, staff text, order_minor bigint,
            new_member boolean, lock_key text, lock_until timestamptz, recorded_by integer
        )
    ), changed AS (
        UPDATE exchange.coupon AS c
        SET state = wanted.after, uses = wanted.uses,
            used_at = CASE wanted.after WHEN '{CouponState.USED}' THEN wanted.at END,
            used_store = CASE wanted.after WHEN '{CouponState.USED}' THEN wanted.place END,
            used_reference = CASE wanted.after WHEN '{CouponState.USED}' THEN wanted.reference END,
            used_by_new = CASE wanted.after WHEN '{CouponState.USED}' THEN wanted.new_member END,
            lock_key = wanted.lock_key, lock_until = wanted.lock_until,
            lock_shop = CASE wanted.after WHEN '{CouponState.LOCKED}' THEN wanted.place END,
            gift_digest = NULL, gift_until = NULL, gift_to = NULL
        FROM wanted
        WHERE c.book_id = :book_id AND c.coupon_id = wanted.coupon_id AND c.state = wanted.before
        RETURNING c.coupon_id, c.uses, wanted.at, wanted.day, wanted.place, wanted.shop,
            wanted.reference, wanted.staff, wanted.order_minor, wanted.lock_until,
            wanted.recorded_by
    ), steps AS (
        INSERT INTO exchange.receipt_step (
            book_id, coupon_id, step, detail, occurred_at, recorded_at, recorded_by
        )
        SELECT :book_id, coupon_id, :step,
            json_strip_nulls(
                json_build_object('store', place, 'reference', reference, 'until', lock_until)
            ),
            at, greatest(now(), at), recorded_by
        FROM changed
    )
"""
_COUNTED = "SELECT count(*) FROM changed"

_CHANGE = text(f"{_CHANGED} {_COUNTED}").bindparams(
    bindparam("rows", type_=TEXT()), bindparam("step", type_=TEXT())
)

_USE = text(
    f"""
    {_CHANGED}, listed AS (
        INSERT INTO exchange.shop_use (
            book_id, coupon_id, use, supplier_id, shop, day, used_at, staff, reference, order_minor
        )
        SELECT :book_id, coupon_id, uses, :supplier_id, shop, day, at, staff, reference,
            order_minor
        FROM changed WHERE shop IS NOT NULL
    )
    {_COUNTED}
    """
).bindparams(bindparam("rows", type_=TEXT()), bindparam("step", type_=TEXT()))

_REVERSE = text(
    f"""
    {_CHANGED}, listed AS (
        UPDATE exchange.shop_use AS u SET reversed_at = changed.at
        FROM changed
        WHERE u.book_id = :book_id AND u.coupon_id = changed.coupon_id AND u.use = changed.uses
    ), uncounted AS (
        DELETE FROM exchange.new_user AS n USING changed
        WHERE n.book_id = :book_id AND n.coupon_id = changed.coupon_id
    )
    {_COUNTED}
    """
).bindparams(bindparam("rows", type_=TEXT()), bindparam("step", type_=TEXT()))

_STATEMENT_OF = {"use": _USE, "reverse-use": _REVERSE, "lock": _CHANGE, "unlock": _CHANGE}

# The rows that come back are counted: a cluster's row count of INSERT … SELECT … ON CONFLICT does
# not tell which rows were stored.
_STORE = text(
    """
    INSERT INTO exchange.use_request (
        book_id, supplier_id, key, fingerprint, accepted, answer, recorded_by
    )
    SELECT :book_id, :supplier_id, key, decode(fingerprint, 'hex'), accepted, answer, recorded_by
    FROM json_to_recordset(CAST(:rows AS json)) AS t(
        key text, fingerprint text, accepted boolean, answer json, recorded_by integer
    )
    ORDER BY key
    ON CONFLICT DO NOTHING
    RETURNING key
    """
).bindparams(bindparam("rows", type_=TEXT()))


class KeyAlreadyStored(Exception):
    """A key was stored by another transaction after it was looked for."""


async def write_changes(
    connection: AsyncConnection, where: Mapping[str, int], verb: Verb, changes: Sequence[Change]
) -> None:
    """Change locked coupons of a supplier in a book. One round trip."""
    rows = _text([{name: getattr(each, name) for name in _FIELDS} for each in changes])
    values = {**where, "rows": rows, "step": str(_STEP_OF[verb])}
    if verb != "use":
        del values["supplier_id"]
    changed = (await connection.execute(_STATEMENT_OF[verb], values)).scalar_one()
    assert changed == len(changes), "a locked coupon was not in the state it was judged in"


async def store_answers(
    connection: AsyncConnection, where: Mapping[str, int], answers: Sequence[Mapping[str, JSON]]
) -> None:
    """Store answers under their keys. One round trip.

    Raises:
        KeyAlreadyStored: another transaction stored one of the keys first.
    """
    values = {**where, "rows": _text(answers)}
    stored = (await connection.execute(_STORE, values)).all()
    if len(stored) < len(answers):
        raise KeyAlreadyStored


def _text(rows: Sequence[Mapping[str, JSON]]) -> str:
    return orjson.dumps(rows).decode()
