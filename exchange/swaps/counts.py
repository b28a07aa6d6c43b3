"""How a swap stands, counted from both books: stock, coupons, and claims that were measured.

Each book is read by statements of its own. What happens between two of them is counted in the next
look. `as_of` is the time before the first.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.procurement import load_swapped
from exchange.coupons.lifecycle import OPEN_COUPON_STATES, CouponState
from exchange.swaps.standing import Given, Piece, Standing, standing
from exchange.swaps.swaps import both_books, load_agreed_swaps
from exchange.swaps.terms import Line, Swap
from ledger import read_clock

_OUT = ", ".join(sorted(f"'{state}'" for state in (*OPEN_COUPON_STATES, CouponState.HELD)))

_COUPONS = text(
    f"""
    SELECT offer_id, count(*) FILTER (WHERE state IN ({_OUT})) AS outstanding,
        count(*) FILTER (WHERE state = '{CouponState.USED}') AS used
    FROM exchange.coupon WHERE book_id = :book_id AND swap_id = :swap_id GROUP BY offer_id
    """
)

_OF_SWAP = text(
    """
    SELECT placement_id, host_id, host_book_id, value_per_claim_minor FROM exchange.placement
    WHERE swap_id = :swap_id ORDER BY placement_id
    """
)

_CLAIMS = text(
    f"""
    SELECT placement_id, count(*) AS claims FROM exchange.coupon
    WHERE book_id = :book_id AND placement_id = ANY (:placement_ids)
        AND state NOT IN ('{CouponState.RETURNED}', '{CouponState.DEACTIVATED}')
    GROUP BY placement_id
    """
).bindparams(bindparam("placement_ids", type_=ARRAY(BIGINT)))


@dataclass(frozen=True, slots=True)
class SwapStanding:
    """How both sides of a swap stand at an instant, and what each has given."""

    as_of: datetime
    proposer: Standing
    other: Standing
    proposer_pieces: Sequence[Piece]
    other_pieces: Sequence[Piece]


async def load_standing(connection: AsyncConnection, swap: Swap) -> SwapStanding:
    """Count a swap, and say how it stands. Six round trips, and one for each further book."""
    as_of = await read_clock(connection)
    traffic_minor = await _traffic_minor(connection, swap)
    books = both_books(swap)
    given = {}
    for giver, lines in ((swap.proposer_id, swap.gives), (swap.other_id, swap.takes)):
        book_id = books[giver][0] if books else None
        pieces = await _pieces(connection, book_id, swap.swap_id, lines)
        given[giver] = Given(pieces, traffic_minor.get(giver, 0))
    mine, theirs = given[swap.proposer_id], given[swap.other_id]
    proposer, other = standing(
        mine, theirs, limit_minor=swap.limit_minor, alert_percent=swap.alert_percent
    )
    return SwapStanding(as_of, proposer, other, mine.pieces, theirs.pieces)


async def load_balances(connection: AsyncConnection, party_id: int) -> dict[str, int]:
    """What the others owe a party in its agreed swaps, by currency. Some ten round trips a swap."""
    owed: Counter[str] = Counter()
    for swap in await load_agreed_swaps(connection, party_id):
        found = await load_standing(connection, swap)
        mine = found.proposer if swap.proposer_id == party_id else found.other
        owed[swap.currency] += mine.balance_minor
    return dict(owed)


async def _pieces(
    connection: AsyncConnection, book_id: int | None, swap_id: int, lines: Sequence[Line]
) -> list[Piece]:
    if book_id is None:
        return [Piece(line.offer_id, line.unit_value_minor, 0, 0, 0) for line in lines]
    stock = await load_swapped(connection, book_id, swap_id)
    bound = {"book_id": book_id, "swap_id": swap_id}
    counted = {
        row.offer_id: (int(row.outstanding), int(row.used))
        for row in await connection.execute(_COUPONS, bound)
    }
    return [
        Piece(
            line.offer_id,
            line.unit_value_minor,
            stock[line.offer_id].granted if line.offer_id in stock else 0,
            *counted.get(line.offer_id, (0, 0)),
        )
        for line in lines
    ]


async def _traffic_minor(connection: AsyncConnection, swap: Swap) -> dict[int, int]:
    """By host: what the claims are worth that its placements in the swap have brought."""
    placed = (await connection.execute(_OF_SWAP, {"swap_id": swap.swap_id})).all()
    worth: dict[int, int] = {}
    for book_id in sorted({row.host_book_id for row in placed}):
        here = {row.placement_id: row for row in placed if row.host_book_id == book_id}
        for counted in await count_claims(connection, book_id, list(here)):
            row = here[counted[0]]
            value_minor = counted[1] * row.value_per_claim_minor
            worth[row.host_id] = worth.get(row.host_id, 0) + value_minor
    return worth


async def count_claims(
    connection: AsyncConnection, book_id: int, placement_ids: Sequence[int]
) -> list[tuple[int, int]]:
    """How many rights were redeemed by way of each placement and not returned."""
    bound = {"book_id": book_id, "placement_ids": list(placement_ids)}
    rows = await connection.execute(_CLAIMS, bound)
    return [(row.placement_id, int(row.claims)) for row in rows]
