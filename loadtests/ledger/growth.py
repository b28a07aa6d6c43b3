"""The bulk work on a book of millions of entries, beside the same on one with almost none."""

import sys
import time

import asyncpg

from ledger.asks import Redeem
from ledger.asks.operation import OperationKind
from ledger.decide.wallet import ISSUANCE, LANE_MASK, WALLET
from loadtests.ledger.bench import Bench
from loadtests.ledger.meter import Figure, Sample, rate_figure, ratio_figure
from loadtests.ledger.work import (
    ISSUED_POINTS,
    KEY_LENGTH,
    Book,
    KeyOrder,
    in_batches,
    make_key,
    member_name,
    next_run,
)

GROWTH_TARGET = 0.8
VERIFIED_ENTRIES_MAX = 1_000_000
"""Up to here the filled book is replayed as well. Beyond, that takes longer than all the rest."""
ENTRY_BYTES, SPARE_BYTES = 320, 6 * 2**30
"""Room asked for: an entry with its indexes, and for the log and the rest of both books."""
ROUNDS_PER_STATEMENT = 4

# One more issue to every wallet of the book for each round. The lane's records go on in the order
# of its accounts, each names the wallet's record before it, and the balance goes on from there. The
# wallets' own rows and the lanes follow when all is in.
_FILL = f"""
    WITH wallet AS (
        SELECT account_id, (account_id & {LANE_MASK})::smallint AS lane, balance, last_seq,
            next_expiry,
            row_number() OVER (PARTITION BY account_id & {LANE_MASK} ORDER BY account_id) AS place,
            count(*) OVER (PARTITION BY account_id & {LANE_MASK}) AS places
        FROM ledger.account WHERE book_id = $1
    )
    INSERT INTO ledger.journal (
        book_id, lane, part, seq, account_id, amount, balance, previous, fingerprint, recorded_at,
        kind, from_kind, to_kind, expires_on, key
    )
    SELECT $1, lane, 0, lane.seq + (round - 1) * places + place, account_id, {ISSUED_POINTS},
        wallet.balance + round * {ISSUED_POINTS},
        CASE round WHEN 1 THEN last_seq ELSE lane.seq + (round - 2) * places + place END,
        hashint8extended(account_id, round), now(),
        {int(OperationKind.ISSUE)}, {ISSUANCE}, {WALLET}, next_expiry, KEY
    FROM generate_series($2::bigint, $3::bigint) AS round
    CROSS JOIN wallet JOIN ledger.lane USING (lane)
    WHERE lane.book_id = $1
    ORDER BY round, place, lane
"""
_KEYS = {
    KeyOrder.ORDERED: (
        f"'g' || lpad((round * 10000000 + place * 100 + lane)::text, {KEY_LENGTH - 1}, '0')"
    ),
    KeyOrder.RANDOM: f"left(md5(round || '-' || account_id), {KEY_LENGTH})",
}
_FOLLOW = (
    f"""
    UPDATE ledger.account SET balance = balance + $2::bigint * {ISSUED_POINTS},
        last_seq = lane.seq + ($2 - 1) * wallet.places + wallet.place,
        lots = json_build_array(json_build_object(
            'expires_on', next_expiry, 'points', balance + $2 * {ISSUED_POINTS}
        ))
    FROM (
        SELECT account_id, (account_id & {LANE_MASK})::smallint AS lane,
            row_number() OVER (PARTITION BY account_id & {LANE_MASK} ORDER BY account_id) AS place,
            count(*) OVER (PARTITION BY account_id & {LANE_MASK}) AS places
        FROM ledger.account WHERE book_id = $1
    ) AS wallet JOIN ledger.lane USING (lane)
    WHERE account.book_id = $1 AND lane.book_id = $1 AND account.account_id = wallet.account_id
    """,
    f"""
    UPDATE ledger.lane SET seq = seq + $2::bigint * places,
        issuance = issuance - $2 * places * {ISSUED_POINTS}
    FROM (
        SELECT (account_id & {LANE_MASK})::smallint AS lane, count(*) AS places
        FROM ledger.account WHERE book_id = $1 GROUP BY 1
    ) AS counted
    WHERE lane.book_id = $1 AND lane.lane = counted.lane
    """,
)


async def growth(bench: Bench) -> list[Figure]:
    """The figures of growth; without enough room on the disk, one that says so."""
    rounds = -(-bench.sizes.growth_entries // bench.sizes.members)
    entries = rounds * bench.sizes.members
    needed, free = entries * ENTRY_BYTES + SPARE_BYTES, bench.server.free_bytes()
    if free < needed:
        where = (
            f"needs {needed / 2**30:.0f} GiB of disk, there are {free / 2**30:.0f}:"
            " ask for less with --growth-entries"
        )
        return [
            Figure("growth", f"bulk on {entries:,} entries to bulk on none", None, "x", where=where)
        ]
    _tell(
        f"growth: filling a book with {entries:,} entries"
        f" ({needed / 2**30:.0f} GiB needed, {free / 2**30:.0f} free)"
    )
    empty: list[Sample] = []
    grown: list[Sample] = []
    async with bench.book() as young, bench.book() as old:
        async with bench.server.session(old.url) as session:
            await fill(session, old, bench.order, rounds)
        await bench.server.settle(old.url)
        for book in (young, old):
            await _remember(bench, book)
        for _ in range(bench.sizes.rounds):
            for book, samples in ((young, empty), (old, grown)):
                samples.append((await bench.bulk(book))[0])
        if entries <= VERIFIED_ENTRIES_MAX:
            await bench.require_sound(old)
    return [
        rate_figure("grown", f"bulk on a book of {entries:,} entries", grown, of="batch"),
        rate_figure("young", "bulk on a book of none, in turns with it", empty, of="batch"),
        ratio_figure(
            "growth",
            f"bulk on {entries:,} entries to bulk on none",
            grown,
            empty,
            target=GROWTH_TARGET,
        ),
    ]


async def _remember(bench: Bench, book: Book) -> None:
    """Have the ledger meet every member, so that it remembers both books alike.

    A free right moves nothing.
    """
    run = next_run()
    rights = [
        Redeem(key=make_key(bench.order, run, number), member=member_name(number), points=0)
        for number in range(book.members)
    ]
    await in_batches(book.ledger, book.programme, rights)


async def fill(session: asyncpg.Connection, book: Book, order: KeyOrder, rounds: int) -> None:
    """Give every wallet more issues, so that the book still adds up.

    What this process remembers of the book is void afterwards.
    """
    began, statement = time.monotonic(), _FILL.replace("KEY", _KEYS[order])
    async with session.transaction():
        for first in range(1, rounds + 1, ROUNDS_PER_STATEMENT):
            last = min(rounds, first + ROUNDS_PER_STATEMENT - 1)
            await session.execute(statement, book.programme.book_id, first, last)
            if sys.stderr.isatty():
                _tell(f"  {last / rounds:4.0%} after {time.monotonic() - began:.0f} s")
        for following in _FOLLOW:
            await session.execute(following, book.programme.book_id, rounds)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
