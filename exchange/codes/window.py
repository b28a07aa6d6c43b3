"""The last day of a code that nobody has looked at: the right counts as used then.

Where the delivery counts as the use, a supplier's code is gone once a coupon has it. So the right
is used when its code is first shown, or else when its last day is past.

Each page is a small transaction, so the sweep can stop anywhere. It skips coupons that are locked,
and the next sweep finds them. It costs what is due: the index holds what is still to come alone.
"""

from datetime import date, datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT

from catalog import WORKER, Deed, note
from exchange.codes.give import lock_given
from exchange.codes.used import Delivered, mark_used, reference_of
from ledger import Database, read_clock
from ledger.book import Programme, programme_day

SWEEP_CODES_MAX = 1_000
ENDED = Deed(WORKER, "end_reveal_windows")

_DUE = text(
    """
    SELECT reveal_until, code_no, coupon_id FROM exchange.card_code
    WHERE book_id = :book_id AND reveal_until < :day
        AND (reveal_until, code_no) > (:after_day, :after_no)
    ORDER BY reveal_until, code_no LIMIT :limit
    """
)

_LOCK = text(
    """
    SELECT coupon_id FROM exchange.coupon WHERE book_id = :book_id AND coupon_id = ANY(:coupons)
    ORDER BY coupon_id FOR NO KEY UPDATE SKIP LOCKED
    """
).bindparams(bindparam("coupons", type_=ARRAY(BIGINT)))

# Of a right that is used already, nothing more is to come.
_END = text(
    """
    UPDATE exchange.card_code SET reveal_until = NULL
    WHERE book_id = :book_id AND coupon_id = ANY(:coupons) AND reveal_until < :day
    RETURNING coupon_id, batch, tail, counts_as_used
    """
).bindparams(bindparam("coupons", type_=ARRAY(BIGINT)))


async def end_reveal_windows(
    database: Database, programme: Programme, occurred_at: datetime | None = None
) -> int:
    """Count the rights of a programme as used whose codes can be shown no more.

    Their last day is past at `occurred_at`, by default the database's time. Returns how many were
    marked.
    """
    book_id = programme.book_id
    if occurred_at is None:
        async with database.transaction() as connection:
            occurred_at = await read_clock(connection)
    page = {
        "book_id": book_id,
        "day": programme_day(occurred_at, programme.time_zone),
        "limit": SWEEP_CODES_MAX,
        "after_day": date.min,
        "after_no": 0,
    }
    marked = 0
    while True:
        async with database.transaction(actor=WORKER) as connection:
            due = (await connection.execute(_DUE, page)).all()
            if due:
                wanted = {**page, "coupons": [row.coupon_id for row in due]}
                locked = list((await connection.execute(_LOCK, wanted)).scalars())
                await lock_given(connection, book_id, locked)
                ended = (await connection.execute(_END, {**page, "coupons": locked})).all()
                delivered = [
                    Delivered(row.coupon_id, reference_of(row.batch, row.tail))
                    for row in sorted(ended, key=lambda row: row.coupon_id)
                ]
                used = await mark_used(connection, programme, delivered, occurred_at)
                await note(connection, ENDED, "coupon", sorted(used))
                marked += len(used)
        if len(due) < SWEEP_CODES_MAX:
            return marked
        page |= {"after_day": due[-1].reveal_until, "after_no": due[-1].code_no}
