"""Proof by replay: a book's entries are read in order and everything else is compared with what they add up to.

Each check is one statement that returns the rows which are wrong; together they cover balances, sequences, lots, holds, the lanes' own accounts
and the operations behind the entries. All of them see one snapshot.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.operations import OperationKind
from ledger.programme import Programme
from ledger.wallet import AccountKind

DEFECTS_PER_CHECK_MAX = 20


@dataclass(frozen=True, slots=True)
class Defect:
    """Something in a book that does not follow from its entries."""

    check: str
    where: str


WALLET, HELD, ISSUANCE = int(AccountKind.WALLET), int(AccountKind.HELD), int(AccountKind.ISSUANCE)
CAPTURE, RELEASE, EXPIRE_BOOK = int(OperationKind.CAPTURE), int(OperationKind.RELEASE), int(OperationKind.EXPIRE_BOOK)

CHECKS: dict[str, str] = {
    "sequences are dense and each balance follows from the one before": f"""
        SELECT 'account ' || account_id || ' entry ' || sequence FROM (
            SELECT account_id, sequence, balance, held,
                row_number() OVER wallet AS expected_sequence,
                sum(CASE WHEN to_kind = {WALLET} THEN amount WHEN from_kind = {WALLET} THEN -amount ELSE 0 END) OVER wallet
                    AS expected_balance,
                sum(CASE WHEN to_kind = {HELD} THEN amount WHEN from_kind = {HELD} THEN -amount ELSE 0 END) OVER wallet
                    AS expected_held
            FROM ledger.entry WHERE book_id = :book_id WINDOW wallet AS (PARTITION BY account_id ORDER BY sequence)
        ) AS replayed
        WHERE sequence <> expected_sequence OR balance <> expected_balance OR held <> expected_held
    """,
    "wallets hold what their last entry says": """
        SELECT 'account ' || account_id FROM ledger.account
        LEFT JOIN (
            SELECT DISTINCT ON (account_id) account_id, sequence, balance, held FROM ledger.entry
            WHERE book_id = :book_id ORDER BY account_id, sequence DESC
        ) AS last USING (account_id)
        WHERE account.book_id = :book_id AND account_id >= 4096
            AND (account.balance, account.held, account.sequence)
                IS DISTINCT FROM (coalesce(last.balance, 0), coalesce(last.held, 0), coalesce(last.sequence, 0))
    """,
    "lots hold what their entries moved": f"""
        SELECT 'account ' || account_id || ' lot ' || lot FROM (
            SELECT account_id, lot,
                sum(CASE WHEN to_kind = {WALLET} THEN amount WHEN from_kind = {WALLET} THEN -amount ELSE 0 END) AS expected
            FROM ledger.entry WHERE book_id = :book_id GROUP BY account_id, lot
        ) AS replayed
        FULL JOIN (SELECT account_id, lot, remaining FROM ledger.lot WHERE book_id = :book_id) AS stored
            USING (account_id, lot)
        WHERE expected IS DISTINCT FROM remaining
    """,
    "lots keep the dates and the funder they were issued with": f"""
        SELECT 'account ' || lot.account_id || ' lot ' || lot.lot FROM ledger.entry
        JOIN ledger.operation ON operation.book_id = entry.book_id AND operation.lane = (entry.account_id & 255)
            AND operation.seq = entry.seq
        JOIN ledger.lot ON lot.book_id = entry.book_id AND lot.account_id = entry.account_id AND lot.lot = entry.lot
        WHERE entry.book_id = :book_id AND entry.from_kind = {ISSUANCE}
            AND (lot.available_on, lot.expires_on, lot.funder)
                IS DISTINCT FROM (operation.available_on, operation.expires_on, operation.funder)
    """,
    "wallets hold the sum of their lots": """
        SELECT 'account ' || account_id FROM ledger.account
        LEFT JOIN (
            SELECT account_id, sum(remaining) AS remaining, count(*) AS lots FROM ledger.lot WHERE book_id = :book_id GROUP BY 1
        ) AS summed USING (account_id)
        WHERE account.book_id = :book_id AND account_id >= 4096
            AND (account.balance <> coalesce(summed.remaining, 0) OR account.lots <> coalesce(summed.lots, 0))
    """,
    "open holds are the points held": """
        SELECT 'account ' || account_id FROM ledger.account
        LEFT JOIN (
            SELECT account_id, sum(points) AS points FROM ledger.hold WHERE book_id = :book_id AND state = 0 GROUP BY 1
        ) AS summed USING (account_id)
        WHERE account.book_id = :book_id AND account_id >= 4096 AND account.held <> coalesce(summed.points, 0)
    """,
    "holds are of the lots that were taken for them": f"""
        SELECT 'account ' || account_id || ' hold ' || seq FROM (
            SELECT account_id, seq, array_agg(lot ORDER BY sequence) AS taken_lots,
                array_agg(amount ORDER BY sequence) AS taken_amounts, sum(amount) AS taken_points
            FROM ledger.entry WHERE book_id = :book_id AND to_kind = {HELD} GROUP BY account_id, seq
        ) AS taken
        FULL JOIN (SELECT account_id, seq, lots, amounts, points FROM ledger.hold WHERE book_id = :book_id) AS stored
            USING (account_id, seq)
        WHERE (taken_lots, taken_amounts, taken_points) IS DISTINCT FROM (lots, amounts, points::numeric)
    """,
    "holds ended the way their operation says": f"""
        SELECT 'account ' || hold.account_id || ' hold ' || hold.seq FROM ledger.hold
        LEFT JOIN (
            SELECT account_id, hold_seq, min(kind) AS kind, count(*) AS endings FROM ledger.operation
            WHERE book_id = :book_id AND hold_seq IS NOT NULL GROUP BY account_id, hold_seq
        ) AS ended ON ended.account_id = hold.account_id AND ended.hold_seq = hold.seq
        WHERE hold.book_id = :book_id AND (
            coalesce(ended.endings, 0) > 1
            OR hold.state <> CASE ended.kind WHEN {CAPTURE} THEN 1 WHEN {RELEASE} THEN 2 ELSE 0 END
        )
    """,
    "wallets are in the lane of their member, and the lanes count them": """
        SELECT 'account ' || account.account_id FROM ledger.account JOIN ledger.book USING (book_id)
        WHERE account.book_id = :book_id AND account.account_id >= 4096
            AND account.account_id & 255 <> crc32(convert_to(account.member, 'UTF8')) % book.lanes
        UNION ALL
        SELECT 'lane ' || lane.lane FROM ledger.lane
        LEFT JOIN (
            SELECT account_id & 255 AS lane, count(*) AS wallets FROM ledger.account
            WHERE book_id = :book_id AND account_id >= 4096 GROUP BY 1
        ) AS counted USING (lane)
        WHERE lane.book_id = :book_id AND lane.accounts <> coalesce(counted.wallets, 0)
    """,
    "the lanes' own accounts hold what the entries moved": """
        SELECT 'account ' || account_id FROM (
            SELECT (kind::bigint << 8) | (account_id & 255) AS account_id, sum(amount) AS expected FROM (
                SELECT account_id, to_kind AS kind, amount FROM ledger.entry WHERE book_id = :book_id
                UNION ALL SELECT account_id, from_kind, -amount FROM ledger.entry WHERE book_id = :book_id
            ) AS sides WHERE kind < 15 GROUP BY 1
        ) AS replayed
        FULL JOIN (
            SELECT account_id, balance FROM ledger.account WHERE book_id = :book_id AND account_id < 4096
        ) AS stored USING (account_id)
        WHERE coalesce(expected, 0) IS DISTINCT FROM balance
    """,
    "the accounts of a book sum to zero": """
        SELECT 'sum ' || sum(balance) FROM ledger.account WHERE book_id = :book_id HAVING sum(balance) <> 0
    """,
    "every entry belongs to an accepted operation, and moves its points": f"""
        SELECT 'lane ' || lane || ' operation ' || seq FROM (
            SELECT (account_id & 255)::smallint AS lane, seq, sum(amount) AS moved, count(DISTINCT account_id) AS wallets
            FROM ledger.entry WHERE book_id = :book_id GROUP BY 1, 2
        ) AS moved
        FULL JOIN (
            SELECT lane, seq, CASE WHEN refusal IS NULL AND kind <> {EXPIRE_BOOK} THEN points ELSE 0 END AS points
            FROM ledger.operation WHERE book_id = :book_id
        ) AS stored USING (lane, seq)
        WHERE coalesce(moved, 0) IS DISTINCT FROM points OR wallets > 1
    """,
    "operations are dense in each lane": """
        SELECT 'lane ' || lane FROM ledger.lane
        LEFT JOIN (
            SELECT lane, count(*) AS operations, max(seq) AS last FROM ledger.operation WHERE book_id = :book_id GROUP BY 1
        ) AS stored USING (lane)
        WHERE lane.book_id = :book_id
            AND (lane.seq <> coalesce(stored.operations, 0) OR lane.seq <> coalesce(stored.last, 0))
    """,
}


async def verify_book(connection: AsyncConnection, programme: Programme) -> list[Defect]:
    """Every defect found in a book, at most `DEFECTS_PER_CHECK_MAX` of a kind; none where the book is right.

    Run it in a transaction of its own: it asks for one snapshot (REPEATABLE READ) and for as long as it takes, and never blocks a writer.
    """
    await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    await connection.execute(text("SET LOCAL statement_timeout = 0"))
    defects: list[Defect] = []
    for check, statement in CHECKS.items():
        rows = await connection.execute(
            text(f"{statement} LIMIT :limit"), {"book_id": programme.book_id, "limit": DEFECTS_PER_CHECK_MAX}
        )
        defects.extend(Defect(check, str(row[0])) for row in rows)
    return defects
