"""Swaps as they are stored: proposed, agreed to, ended, and read by those who are in them.

One party proposes what it gives and what it takes. The other one agrees, and at that moment each
programme is granted its part as stock of its own, in one transaction. Isolation is asked then, both
ways, as for every procurement; before, so that a proposal shows nobody what it may not have; and
again at each redemption.

Locks: the swap's row, then what the grants and closings of stock lock (`catalog.procurement`). Of
two who agree at once the second waits at the row and finds the swap agreed.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import BIGINT_MAX, Party, find_party_by_id, new_identifier
from catalog.codes import require_own_offer
from catalog.procurement import Wanted, close_swapped, grant_swapped, require_swappable
from exchange.swaps.standing import StandingState
from exchange.swaps.terms import (
    Line,
    Swap,
    SwapNotFound,
    SwapNotProposed,
    SwapState,
    SwapTerms,
)
from ledger import read_clock
from ledger.book import Programme

_COLUMNS = """swap_id, proposer_id, other_id, proposer_book_id, other_book_id, currency,
        window_from, window_until, limit_minor, alert_percent, state, proposer_standing,
        other_standing, proposed_at, agreed_at, judged_at, ended_at"""

_ADD = text(
    f"""
    INSERT INTO exchange.swap (
        swap_id, proposer_id, other_id, proposer_book_id, currency, window_from, window_until,
        limit_minor, alert_percent, state
    )
    VALUES (
        :swap_id, :proposer_id, :other_id, :proposer_book_id, :currency, :window_from,
        :window_until, :limit_minor, :alert_percent, '{SwapState.PROPOSED}'
    )
    ON CONFLICT DO NOTHING
    RETURNING {_COLUMNS}
    """
)

_ADD_LINES = text(
    """
    INSERT INTO exchange.swap_line (swap_id, offer_id, giver_id, quantity, unit_value_minor)
    SELECT CAST(:swap_id AS bigint), * FROM unnest(:offers, :givers, :quantities, :values)
    """
).bindparams(
    *(bindparam(name, type_=ARRAY(BIGINT)) for name in ("offers", "givers", "quantities", "values"))
)

_OF_PARTY = f"""
    SELECT {_COLUMNS} FROM exchange.swap
    WHERE (:party_id = 0 OR :party_id IN (proposer_id, other_id))"""

_ONE = text(f"{_OF_PARTY} AND swap_id = :swap_id")
_LOCK = text(f"{_OF_PARTY} AND swap_id = :swap_id FOR NO KEY UPDATE")
_PAGE = text(f"{_OF_PARTY} AND swap_id > :after ORDER BY swap_id LIMIT :limit")

_AGREED_OF_PARTY = text(f"{_OF_PARTY} AND state = '{SwapState.AGREED}' ORDER BY swap_id")

_LINES = text(
    """
    SELECT swap_id, giver_id, offer_id, quantity, unit_value_minor FROM exchange.swap_line
    WHERE swap_id = ANY (:swap_ids) ORDER BY swap_id, offer_id
    """
).bindparams(bindparam("swap_ids", type_=ARRAY(BIGINT)))

_AGREE = text(
    f"""
    UPDATE exchange.swap
    SET state = '{SwapState.AGREED}', agreed_at = now(), other_book_id = :book_id
    WHERE swap_id = :swap_id AND state = '{SwapState.PROPOSED}'
    """
)

_END = text(
    f"""
    UPDATE exchange.swap SET state = '{SwapState.ENDED}', ended_at = now()
    WHERE swap_id = :swap_id AND state <> '{SwapState.ENDED}'
    """
)


async def propose_swap(
    connection: AsyncConnection,
    proposer: Party,
    programme: Programme,
    other: Party,
    terms: SwapTerms,
) -> Swap:
    """Propose a swap. The rights that the proposer takes go to the members of its programme.

    Raises:
        RoleMissing: a party is not both a brand and a supplier.
        SwapInvalid: what is proposed cannot be.
        OfferNotFound: an offer that is given is not the proposer's; one that is taken is not the
            other's; or a side may not have what it gets.
        OfferNotListed: an offer is not listed now.
    """
    terms.require_valid(await read_clock(connection))
    _require_two(proposer, other)
    for line in terms.gives:
        await require_own_offer(connection, proposer, line.offer_id)
    await require_swappable(connection, proposer, other, [line.offer_id for line in terms.takes])
    await require_swappable(connection, other, proposer, [line.offer_id for line in terms.gives])
    bound = {
        "proposer_id": proposer.party_id,
        "other_id": other.party_id,
        "proposer_book_id": programme.book_id,
        **{
            name: getattr(terms, name)
            for name in ("currency", "window_from", "window_until", "limit_minor", "alert_percent")
        },
    }
    row: RowMapping | None = None
    while row is None:
        drawn = bound | {"swap_id": new_identifier()}
        row = (await connection.execute(_ADD, drawn)).mappings().one_or_none()
    lines = [(line, proposer) for line in terms.gives] + [(line, other) for line in terms.takes]
    await connection.execute(
        _ADD_LINES,
        {
            "swap_id": row["swap_id"],
            "offers": [line.offer_id for line, _ in lines],
            "givers": [giver.party_id for _, giver in lines],
            "quantities": [line.quantity for line, _ in lines],
            "values": [line.unit_value_minor for line, _ in lines],
        },
    )
    return (await _with_lines(connection, [row]))[0]


def _in_order(given: tuple[Line, Party, Party, int]) -> tuple[int, int]:
    """The order in which offers are locked, here and where a swap ends."""
    line, giver, _, _ = given
    return giver.party_id, line.offer_id


def _require_two(proposer: Party, other: Party) -> None:
    for party in (proposer, other):
        party.require("brand")
        party.require("supplier")
    if proposer.party_id == other.party_id:
        raise SwapNotFound("a party does not swap with itself")


async def agree_to_swap(
    connection: AsyncConnection, party: Party, swap_id: int, programme: Programme
) -> Swap:
    """Agree to a swap that another party has proposed, for the members of this programme.

    From now on each programme has its part as stock, for the window of the swap.

    Raises:
        SwapNotFound: nobody has proposed it to this party.
        SwapNotProposed: it is agreed, ended, or its window is over.
        OfferNotFound: one of the two may not have an offer of the other any more.
        OfferNotListed: an offer is not listed now.
        StockTotalExceeded, AllotmentTooLarge: there is not so much of an offer.
    """
    swap = await _lock(connection, party, swap_id)
    if swap.other_id != party.party_id:
        raise SwapNotFound(f"nobody has proposed swap {swap_id} to {party.code}")
    if swap.state is not SwapState.PROPOSED or swap.window_until <= await read_clock(connection):
        raise SwapNotProposed(f"it is {swap.state}", state=str(swap.state))
    proposer = await find_party_by_id(connection, swap.proposer_id)
    given = [
        *((line, proposer, party, programme.book_id) for line in swap.gives),
        *((line, party, proposer, swap.proposer_book_id) for line in swap.takes),
    ]
    for line, giver, taker, _ in given:
        await require_swappable(connection, taker, giver, [line.offer_id])
    for line, giver, taker, book_id in sorted(given, key=_in_order):
        wanted = Wanted(line.offer_id, line.quantity, None, swap.window_from, swap.window_until)
        await grant_swapped(connection, book_id, taker, giver, wanted, swap_id=swap_id)
    await connection.execute(_AGREE, {"swap_id": swap_id, "book_id": programme.book_id})
    return await find_swap(connection, party, swap_id)


async def end_swap(connection: AsyncConnection, party: Party | None, swap_id: int) -> Swap:
    """End a swap: what is unsold goes back to both. Coupons that are out stay what they are.

    Ended again, it stays as it is. None as the party stands for the operator.

    Raises:
        SwapNotFound: there is none, or the party is not in it.
    """
    swap = await _lock(connection, party, swap_id)
    if swap.state is SwapState.ENDED:
        return swap
    if swap.state is SwapState.AGREED:
        for _, (book_id, _) in sorted(both_books(swap).items()):
            await close_swapped(connection, book_id, swap_id)
    await connection.execute(_END, {"swap_id": swap_id})
    return await find_swap(connection, party, swap_id)


async def find_swap(connection: AsyncConnection, party: Party | None, swap_id: int) -> Swap:
    """A swap that the party is in, or any for the operator. Two round trips.

    Raises:
        SwapNotFound: there is none, or the party is not in it.
    """
    return await _find(connection, _ONE, party, swap_id)


async def list_swaps(
    connection: AsyncConnection, party: Party | None, *, after: int, limit: int
) -> list[Swap]:
    """A page of the swaps that the party is in, or of all for the operator. Two round trips."""
    bound = {"party_id": _id_of(party), "after": after, "limit": limit}
    return await _with_lines(connection, (await connection.execute(_PAGE, bound)).mappings().all())


async def load_agreed_swaps(connection: AsyncConnection, party_id: int) -> list[Swap]:
    """The swaps of a party that are agreed and not over. Two round trips."""
    rows = (await connection.execute(_AGREED_OF_PARTY, {"party_id": party_id})).mappings().all()
    return await _with_lines(connection, rows)


async def _lock(connection: AsyncConnection, party: Party | None, swap_id: int) -> Swap:
    return await _find(connection, _LOCK, party, swap_id)


async def _find(
    connection: AsyncConnection, statement: TextClause, party: Party | None, swap_id: int
) -> Swap:
    bound = {"party_id": _id_of(party), "swap_id": swap_id if 0 < swap_id <= BIGINT_MAX else 0}
    row = (await connection.execute(statement, bound)).mappings().one_or_none()
    if row is None:
        raise SwapNotFound(f"there is no swap {swap_id}")
    return (await _with_lines(connection, [row]))[0]


def _id_of(party: Party | None) -> int:
    return 0 if party is None else party.party_id


async def _with_lines(connection: AsyncConnection, rows: Sequence[RowMapping]) -> list[Swap]:
    lines: dict[tuple[int, int], list[Line]] = defaultdict(list)
    swap_ids = [row["swap_id"] for row in rows]
    for each in await connection.execute(_LINES, {"swap_ids": swap_ids}):
        lines[each.swap_id, each.giver_id].append(
            Line(each.offer_id, each.quantity, each.unit_value_minor)
        )
    return [
        Swap(
            **{name: row[name] for name in row if name not in _NAMED},
            state=SwapState(row["state"]),
            proposer_standing=StandingState(row["proposer_standing"]),
            other_standing=StandingState(row["other_standing"]),
            gives=lines[row["swap_id"], row["proposer_id"]],
            takes=lines[row["swap_id"], row["other_id"]],
        )
        for row in rows
    ]


_NAMED = frozenset({"state", "proposer_standing", "other_standing"})


def both_books(swap: Swap) -> dict[int, tuple[int, Sequence[Line]]]:
    """By giver: the book in which its rights are, and what it gives. Empty before an agreement."""
    if swap.other_book_id is None:
        return {}
    return {
        swap.proposer_id: (swap.other_book_id, swap.gives),
        swap.other_id: (swap.proposer_book_id, swap.takes),
    }


def is_over(swap: Swap, now: datetime) -> bool:
    """Whether the window of the swap has closed."""
    return swap.window_until <= now
