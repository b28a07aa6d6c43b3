"""The statements of `reads`.

Rows are found key by key: LATERAL, with OFFSET 0 so that they stay so. What the planner believes of
a young or fast-growing table would now and then have it read a whole book instead.
"""

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from ledger.asks.operation import OperationKind
from ledger.decide.wallet import LANE_ACCOUNTS, SET_ASIDE, AccountKind

WALLET, DEBT = int(AccountKind.WALLET), int(AccountKind.DEBT)

# Who has the points of the member that {member} stands for: the one at the end of the chain of
# merges. Where {member} is null, there is no row, and one look into the index is all it takes.
_HEIR = """
        WITH RECURSIVE heir(member, merged_into) AS (
            SELECT member, merged_into FROM ledger.account
            WHERE account.book_id = :book_id AND account.member = {member}
            UNION ALL
            SELECT account.member, account.merged_into FROM heir JOIN ledger.account
                ON account.book_id = :book_id AND account.member = heir.merged_into
        )
        SELECT member FROM heir WHERE merged_into IS NULL
"""

# One row of the wallet, hence one snapshot: its lots agree with what is held beside them.
WALLETS = text(
    f"""
    SELECT a.member, a.held, a.debt, a.slides_until, heir.member AS merged_into,
        l.available_on, l.expires_on, l.funder, l.points
    FROM unnest(:members) AS wanted(member)
    CROSS JOIN LATERAL (
        SELECT member, held, debt, slides_until, merged_into, lots FROM ledger.account
        WHERE account.book_id = :book_id AND account.member = wanted.member OFFSET 0
    ) a
    LEFT JOIN LATERAL ({_HEIR.format(member="a.merged_into")}) heir ON true
    LEFT JOIN LATERAL json_to_recordset(a.lots)
        AS l(available_on date, expires_on date, funder text, points bigint) ON true
    """
).bindparams(bindparam("members", type_=ARRAY(TEXT)))

HEIRS = text(
    f"""
    SELECT a.member, heir.member AS merged_into FROM unnest(:members) AS wanted(member)
    CROSS JOIN LATERAL (
        SELECT member, merged_into FROM ledger.account
        WHERE account.book_id = :book_id AND account.member = wanted.member
            AND merged_into IS NOT NULL OFFSET 0
    ) a
    CROSS JOIN LATERAL ({_HEIR.format(member="a.merged_into")}) heir
    """
).bindparams(bindparam("members", type_=ARRAY(TEXT)))

# The member's own name comes with it, whether it has a wallet or not.
NAMES = text(
    """
    WITH RECURSIVE name(member) AS (
        SELECT CAST(:member AS text) COLLATE "C"
        UNION
        SELECT account.member FROM name JOIN ledger.account
            ON account.book_id = :book_id AND account.merged_into = name.member
    )
    SELECT member FROM name
    """
)

FORMER = text(
    """
    WITH RECURSIVE name(former, member) AS (
        SELECT account.member, wanted.member COLLATE "C"
        FROM unnest(:members) AS wanted(member) JOIN ledger.account
            ON account.book_id = :book_id AND account.merged_into = wanted.member COLLATE "C"
        UNION
        SELECT account.member, name.member FROM name JOIN ledger.account
            ON account.book_id = :book_id AND account.merged_into = name.former
    )
    SELECT former, member FROM name
    """
).bindparams(bindparam("members", type_=ARRAY(TEXT)))

ACCOUNT = text(
    """
    SELECT account_id, last_seq, merged_into FROM ledger.account
    WHERE book_id = :book_id AND member = :member
    """
)

# A merged wallet's last record is its merge, unless nothing was left to move. Then the merge is the
# first of its records that comes after that one.
MERGED_AT = text(
    f"""
    SELECT recorded_at FROM ledger.journal
    WHERE book_id = :book_id AND lane = :lane AND part = 0
        AND seq >= coalesce(CAST(:last_seq AS integer), 0)
        AND account_id = :account_id AND kind = {int(OperationKind.MERGE)} AND refusal IS NULL
    ORDER BY seq LIMIT 1
    """
)

# A member's records, the latest first. Each names the one before it, and the journal's primary key
# finds that one. `lines` counts those that moved something: an activity under a sliding plan may
# move nothing, and is still a link of the chain.
CHAIN = """
    WITH RECURSIVE chain(seq, previous, recorded_at, slides_until, lines) AS (
        SELECT seq, previous, recorded_at, slides_until, (amount > 0)::integer FROM ledger.journal
        WHERE book_id = :book_id AND lane = :lane AND seq = :last_seq AND part = 0
            AND account_id = :account_id
        UNION ALL
        SELECT j.seq, j.previous, j.recorded_at, j.slides_until, chain.lines + j.line
        FROM chain CROSS JOIN LATERAL (
            SELECT seq, previous, recorded_at, slides_until, (amount > 0)::integer AS line
            FROM ledger.journal
            WHERE book_id = :book_id AND lane = :lane AND seq = chain.previous AND part = 0 OFFSET 0
        ) j
        WHERE chain.lines < :lines
    )
"""

BEFORE = text(
    """
    SELECT previous FROM ledger.journal
    WHERE book_id = :book_id AND lane = :lane AND seq = :before AND part = 0
        AND account_id = :account_id
    """
)

HISTORY = text(
    f"""
    {CHAIN}
    SELECT o.seq AS sequence, o.lane || '-' || o.seq AS operation, o.kind, o.key, o.points,
        e.balance, e.held, e.debt, o.occurred_at, o.recorded_at, o.store, o.channel, o.staff,
        o.reference, o.recorded_by
    FROM chain
    CROSS JOIN LATERAL (
        SELECT * FROM ledger.operation
        WHERE operation.book_id = :book_id AND operation.lane = :lane AND operation.seq = chain.seq
        OFFSET 0
    ) o
    CROSS JOIN LATERAL (
        SELECT balance, held, debt FROM ledger.entry
        WHERE entry.book_id = :book_id AND entry.lane = :lane AND entry.seq = chain.seq
        ORDER BY part DESC LIMIT 1
    ) e
    ORDER BY chain.seq DESC
    """
)

LOTS_AS_OF = text(
    f"""
    {CHAIN}
    SELECT e.available_on, e.expires_on, e.funder,
        sum(
            CASE WHEN to_kind = {WALLET} THEN amount
                WHEN from_kind = {WALLET} THEN -amount ELSE 0 END
        )::bigint AS points,
        sum(
            CASE WHEN to_kind IN {tuple(SET_ASIDE)} THEN amount ELSE 0 END
            - CASE WHEN from_kind IN {tuple(SET_ASIDE)} THEN amount ELSE 0 END
        )::bigint AS held,
        sum(
            CASE WHEN from_kind = {DEBT} THEN amount WHEN to_kind = {DEBT} THEN -amount ELSE 0 END
        )::bigint AS debt
    FROM chain
    CROSS JOIN LATERAL (
        SELECT available_on, expires_on, funder, from_kind, to_kind, amount FROM ledger.entry
        WHERE entry.book_id = :book_id AND entry.lane = :lane AND entry.seq = chain.seq OFFSET 0
    ) e
    WHERE chain.recorded_at <= :instant GROUP BY e.available_on, e.expires_on, e.funder
    """
)

SLIDES_AS_OF = text(f"{CHAIN} SELECT max(slides_until) FROM chain WHERE recorded_at <= :instant")

OPERATION = text(
    """
    SELECT o.*, a.member FROM ledger.operation o LEFT JOIN LATERAL (
        SELECT member FROM ledger.account
        WHERE account.book_id = o.book_id AND account.account_id = o.account_id OFFSET 0
    ) a ON true
    WHERE o.book_id = :book_id AND o.key = :key
    """
)

ENTRIES = text(
    """
    SELECT from_kind, to_kind, amount, available_on, expires_on, funder, balance, held, debt
    FROM ledger.entry
    WHERE book_id = :book_id AND lane = :lane AND seq = :seq ORDER BY part
    """
)

TOTALS = text(
    f"""
    SELECT {", ".join(f"coalesce(sum({name}), 0)::bigint AS {name}" for name in LANE_ACCOUNTS)},
        coalesce(sum(accounts), 0)::bigint AS members, coalesce(sum(seq), 0)::bigint AS operations
    FROM ledger.lane WHERE book_id = :book_id
    """
)

TRIAL_BALANCE = text(
    f"""
    SELECT kind, sum(balance)::bigint AS balance FROM (
        SELECT a.kind, a.balance FROM ledger.lane
        CROSS JOIN LATERAL (
            VALUES {", ".join(f"({kind}, {name})" for name, kind in LANE_ACCOUNTS.items())}
        ) AS a(kind, balance)
        WHERE book_id = :book_id
        UNION ALL
        SELECT {WALLET}, balance FROM ledger.account WHERE book_id = :book_id
    ) AS accounts GROUP BY kind
    """
)

TRIAL_BALANCE_AS_OF = text(
    """
    SELECT side.kind, sum(side.amount)::bigint AS balance FROM ledger.entry
    CROSS JOIN LATERAL (VALUES (to_kind, amount), (from_kind, -amount)) AS side(kind, amount)
    WHERE book_id = :book_id AND recorded_at <= :as_of GROUP BY side.kind
    """
)
