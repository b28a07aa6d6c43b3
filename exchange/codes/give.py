"""A card code for each coupon, and back again while nobody has seen it.

`hold_codes` locks free codes in the redeeming transaction, those that die first before others, and
passes over what others have locked. `assign_codes` gives them to the coupons that are made then. A
coupon has one code (unique key), and a code one coupon, however many want it.

Locks: the coupon's row comes before its code's, and codes are locked by their numbers. So a code
that is shown and given back at once is either shown or given back.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, DATE, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.codes.stock import CodeNeed, HeldCode, first_last_day, remove
from ledger import read_clock

_OFFERS = bindparam("offer_ids", type_=ARRAY(BIGINT))
_COUPONS = bindparam("coupons", type_=ARRAY(BIGINT))

_HOLD = text(
    """
    SELECT wanted.offer_id, held.code_no, held.expires_on
    FROM unnest(:offer_ids, :quantities, :days) AS wanted (offer_id, quantity, day)
    CROSS JOIN LATERAL (
        SELECT c.code_no, c.expires_on FROM exchange.card_code AS c
        WHERE c.book_id = :book_id AND c.offer_id = wanted.offer_id
            AND c.coupon_id IS NULL
            AND (c.expires_on IS NULL OR c.expires_on >= wanted.day)
        ORDER BY c.expires_on, c.code_no LIMIT wanted.quantity FOR NO KEY UPDATE SKIP LOCKED
    ) AS held
    ORDER BY wanted.offer_id, held.expires_on, held.code_no
    """
).bindparams(
    _OFFERS,
    bindparam("quantities", type_=ARRAY(BIGINT)),
    bindparam("days", type_=ARRAY(DATE)),
)

_ASSIGN = text(
    """
    UPDATE exchange.card_code AS c
    SET coupon_id = t.coupon_id, given_at = now(), counts_as_used = t.counts_as_used,
        reveal_until = t.reveal_until
    FROM unnest(:codes, :coupons, :counts, :days)
        AS t (code_no, coupon_id, counts_as_used, reveal_until)
    WHERE c.book_id = :book_id AND c.code_no = t.code_no AND c.coupon_id IS NULL
    """
).bindparams(
    bindparam("codes", type_=ARRAY(BIGINT)),
    _COUPONS,
    bindparam("counts", type_=ARRAY(TEXT)),
    bindparam("days", type_=ARRAY(DATE)),
)

_LOCK = text(
    """
    SELECT code_no FROM exchange.card_code
    WHERE book_id = :book_id AND coupon_id = ANY(:coupons) ORDER BY code_no FOR UPDATE
    """
).bindparams(_COUPONS)

_GIVE_BACK = text(
    """
    UPDATE exchange.card_code
    SET coupon_id = NULL, given_at = NULL, counts_as_used = NULL, reveal_until = NULL,
        is_recalled = false
    WHERE book_id = :book_id AND coupon_id = ANY(:coupons) AND revealed_at IS NULL
    RETURNING code_no, offer_id, old.coupon_id, old.is_recalled
    """
).bindparams(_COUPONS)

_REVEALED = text(
    """
    SELECT coupon_id, revealed_at FROM exchange.card_code
    WHERE book_id = :book_id AND coupon_id = ANY(:coupons) AND revealed_at IS NOT NULL
    """
).bindparams(_COUPONS)


@dataclass(frozen=True, slots=True)
class GivenCode:
    """A held code, and the coupon that gets it.

    `reveal_until`: the coupon's last day, after which the right counts as used though nobody has
    looked at the code. None: it never does.
    """

    code_no: int
    coupon_id: int
    counts_as_used: Literal["use", "delivery"]
    reveal_until: date | None


async def hold_codes(
    connection: AsyncConnection, book_id: int, time_zone: str, needs: Mapping[int, CodeNeed]
) -> dict[int, list[HeldCode]]:
    """Lock as many free codes of each offer as are needed, or fewer. Two round trips, if any.

    They are in the order in which they die, by offer.
    """
    held: defaultdict[int, list[HeldCode]] = defaultdict(list)
    if needs:
        soonest = first_last_day(await read_clock(connection), time_zone)
        offers = sorted(needs)
        bound = {
            "book_id": book_id,
            "offer_ids": offers,
            "quantities": [needs[offer_id].quantity for offer_id in offers],
            "days": [max(needs[offer_id].day, soonest) for offer_id in offers],
        }
        for row in await connection.execute(_HOLD, bound):
            held[row.offer_id].append(HeldCode(row.code_no, row.expires_on))
    return held


async def assign_codes(
    connection: AsyncConnection, book_id: int, given: Sequence[GivenCode]
) -> None:
    """Give held codes to the coupons that this transaction has made. One round trip, if any."""
    if not given:
        return
    bound = {
        "book_id": book_id,
        "codes": [each.code_no for each in given],
        "coupons": [each.coupon_id for each in given],
        "counts": [each.counts_as_used for each in given],
        "days": [each.reveal_until for each in given],
    }
    assigned = (await connection.execute(_ASSIGN, bound)).rowcount
    assert assigned == len(given), "a code that was held is given to its coupon"


async def lock_given(connection: AsyncConnection, book_id: int, coupons: Collection[int]) -> None:
    """Lock the codes of these coupons, in the order in which all lock them. One round trip."""
    await connection.execute(_LOCK, {"book_id": book_id, "coupons": sorted(coupons)})


async def give_back_code(
    connection: AsyncConnection, book_id: int, coupons: Collection[int]
) -> set[int]:
    """Put the codes of these coupons back, if nobody has seen them. Two round trips.

    The caller has locked the coupons and ends them in the same transaction. Returns those whose
    code went back. A code that was shown stays with its coupon for good. One that was withdrawn
    while a coupon had it goes to nobody else: three more round trips for the offer of such.
    """
    bound = {"book_id": book_id, "coupons": sorted(coupons)}
    await lock_given(connection, book_id, coupons)
    rows = (await connection.execute(_GIVE_BACK, bound)).all()
    recalled: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.is_recalled:
            recalled[row.offer_id].append(row.code_no)
    for offer_id in sorted(recalled):
        await remove(connection, book_id, offer_id, recalled[offer_id], withdrawn=True)
    return {row.coupon_id for row in rows}


async def load_revealed(
    connection: AsyncConnection, book_id: int, coupons: Collection[int]
) -> dict[int, datetime]:
    """When the codes of these coupons were first shown, of those that were. One round trip."""
    bound = {"book_id": book_id, "coupons": sorted(coupons)}
    rows = await connection.execute(_REVEALED, bound)
    return {row.coupon_id: row.revealed_at for row in rows}
