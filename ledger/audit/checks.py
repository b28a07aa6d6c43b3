"""What `verify` asks of a book.

Each check is one statement. It returns the rows that are wrong, as text that tells where.

The journal is the truth. Every statement replays the part of it that it is about, and compares.
None says what should be repaired. What a record says of its operation beyond the points (who,
where, when, the balance it was answered) does not follow from anything else: the seals are for
that. What caps have counted in a wallet is not compared.
"""

from ledger.asks.operation import OperationKind
from ledger.audit.consents import CONSENT_CHECKS
from ledger.audit.moves import MOVES
from ledger.decide.wallet import (
    CLEARING,
    CONVERTED_OUT,
    DEBT,
    HELD,
    ISSUANCE,
    LANE_ACCOUNTS,
    LANE_BITS,
    LANE_MASK,
    ORDINAL_FIRST_WALLET,
    REDEMPTION,
    TRANSIT,
    WALLET,
    HoldState,
)

ISSUE = int(OperationKind.ISSUE)
REDEEM = int(OperationKind.REDEEM)
HOLD = int(OperationKind.HOLD)
CONVERT = int(OperationKind.CONVERT)
CAPTURE = int(OperationKind.CAPTURE)
RELEASE = int(OperationKind.RELEASE)
END_CONVERSION = int(OperationKind.END_CONVERSION)
REVERSE = int(OperationKind.REVERSE)
SWEEP = int(OperationKind.SWEEP)
EXPIRE_BOOK = int(OperationKind.EXPIRE_BOOK)
GIFT = int(OperationKind.GIFT)
RECEIVE = int(OperationKind.RECEIVE)
MERGE = int(OperationKind.MERGE)
ABSORB = int(OperationKind.ABSORB)

OPEN, CAPTURED, RELEASED = (int(state) for state in HoldState)

_MOVES = ", ".join(
    f"({int(kind)}, {source}, {target}, {sign})"
    for kind, moves in MOVES.items()
    for (source, target), sign in moves.items()
)


def _gained(kinds: tuple[int, ...]) -> str:
    """What accounts of these kinds gained by an entry."""
    listed = ", ".join(map(str, kinds))
    gain, loss = (
        f"CASE WHEN {side} IN ({listed}) THEN amount ELSE 0 END"
        for side in ("to_kind", "from_kind")
    )
    return f"({gain} - {loss})"


def _named(subject: str) -> str:
    """The name of the operation that a subject refers to."""
    return f"'operation ' || ({subject} & {LANE_MASK}) || '-' || ({subject} >> {LANE_BITS})"


def _listed(form: str) -> str:
    """The lane's own accounts, in a list: `form` has `{name}`, or `{gained}` for their gains."""
    return ", ".join(
        form.format(name=name, gained=_gained((kind,))) for name, kind in LANE_ACCOUNTS.items()
    )


_LOTS = """
    ledger.account CROSS JOIN LATERAL ROWS FROM (
        json_to_recordset(lots) AS (available_on date, expires_on date, funder text, points bigint)
    ) WITH ORDINALITY AS lot(available_on, expires_on, funder, points, place)
"""

CHECKS: dict[str, str] = {
    "records are dense in each lane, and entries in each record": f"""
        SELECT 'lane ' || lane FROM ledger.lane
        LEFT JOIN (
            SELECT lane, count(*) AS records, min(seq) AS first, max(seq) AS last
            FROM ledger.journal WHERE book_id = :book_id AND part = 0 GROUP BY lane
        ) AS stored USING (lane)
        WHERE lane.book_id = :book_id AND (lane.seq, lane.seq, least(lane.seq, 1))
            IS DISTINCT FROM (coalesce(records, 0), coalesce(last, 0), coalesce(first, 0))
        UNION ALL
        SELECT 'operation ' || lane || '-' || seq FROM ledger.journal WHERE book_id = :book_id
        GROUP BY lane, seq
        HAVING min(part) <> 0 OR max(part) <> count(*) - 1
            OR count(DISTINCT kind) <> 1 OR count(DISTINCT recorded_at) <> 1
            OR count(DISTINCT account_id) > 1 OR count(DISTINCT previous) > 1
            OR count(previous) NOT IN (0, count(*))
            OR bool_or(account_id & {LANE_MASK} <> lane)
            OR bool_or(part > 0 AND num_nonnulls(
                key, fingerprint, points, spendable, subject, occurred_at, last_day, slides_until,
                store, channel, staff, reference, owner, refusal, detail, metadata
            ) > 0)
    """,
    "each entry's balance, held and debt follow from the one before": f"""
        SELECT 'operation ' || lane || '-' || seq || ' entry ' || part FROM (
            SELECT lane, seq, part, balance, held, debt,
                sum({_gained((WALLET,))}) OVER wallet AS expected_balance,
                sum({_gained((HELD, CLEARING))}) OVER wallet AS expected_held,
                -sum({_gained((DEBT,))}) OVER wallet AS expected_debt
            FROM ledger.entry WHERE book_id = :book_id
            WINDOW wallet AS (PARTITION BY account_id ORDER BY seq, part)
        ) AS replayed
        WHERE (balance, held, debt)
            IS DISTINCT FROM (expected_balance, expected_held, expected_debt)
    """,
    "each record names the wallet's record before it, and the wallet the last": """
        SELECT 'operation ' || lane || '-' || seq FROM (
            SELECT lane, seq, previous,
                lag(seq) OVER (PARTITION BY account_id ORDER BY seq) AS expected
            FROM ledger.journal
            WHERE book_id = :book_id AND part = 0 AND (amount > 0 OR slides_until IS NOT NULL)
            UNION ALL
            SELECT lane, seq, previous, NULL FROM ledger.journal
            WHERE book_id = :book_id AND part = 0 AND amount = 0 AND slides_until IS NULL
        ) AS chained
        WHERE previous IS DISTINCT FROM expected
        UNION ALL
        SELECT 'account ' || account_id FROM (
            SELECT account_id, max(seq) AS seq, max(slides_until) AS slides_until
            FROM ledger.journal
            WHERE book_id = :book_id AND part = 0 AND (amount > 0 OR slides_until IS NOT NULL)
            GROUP BY account_id
        ) AS last
        FULL JOIN (SELECT * FROM ledger.account WHERE book_id = :book_id) AS wallet
            USING (account_id)
        WHERE (wallet.last_seq, wallet.slides_until)
            IS DISTINCT FROM (last.seq, last.slides_until)
    """,
    "a wallet knows the latest day of what changed it": """
        SELECT 'account ' || account_id FROM ledger.account JOIN ledger.book USING (book_id)
        LEFT JOIN (
            SELECT account_id, max(coalesce(occurred_at, recorded_at)) AS at FROM ledger.journal
            WHERE book_id = :book_id AND part = 0 AND (amount > 0 OR slides_until IS NOT NULL)
            GROUP BY account_id
        ) AS last USING (account_id)
        WHERE book_id = :book_id AND latest_on IS NOT NULL
            AND latest_on IS DISTINCT FROM (last.at AT TIME ZONE time_zone)::date
    """,
    "wallets hold what their last entry says": """
        SELECT 'account ' || account_id FROM (
            SELECT DISTINCT ON (account_id) account_id, balance, held, debt FROM ledger.entry
            WHERE book_id = :book_id ORDER BY account_id, seq DESC, part DESC
        ) AS last
        FULL JOIN (SELECT * FROM ledger.account WHERE book_id = :book_id) AS wallet
            USING (account_id)
        WHERE (wallet.balance, wallet.held, wallet.debt)
            IS DISTINCT FROM (
                coalesce(last.balance, 0), coalesce(last.held, 0), coalesce(last.debt, 0)
            )
    """,
    "lots hold what their entries moved, and wallets the sum of their lots": f"""
        SELECT 'account ' || account_id || concat_ws(
            ', ', ' lot available ' || available_on, 'expires ' || expires_on, 'of ' || funder
        )
        FROM (
            SELECT account_id, available_on, expires_on, funder, {_gained((WALLET,))} AS points
            FROM ledger.entry WHERE book_id = :book_id
            UNION ALL
            SELECT account_id, available_on, expires_on, funder, -points
            FROM {_LOTS} WHERE book_id = :book_id
        ) AS sides
        GROUP BY account_id, available_on, expires_on, funder HAVING sum(points) <> 0
        UNION ALL
        SELECT 'account ' || account_id FROM ledger.account
        LEFT JOIN (
            SELECT account_id, sum(points) AS points
            FROM {_LOTS} WHERE book_id = :book_id GROUP BY account_id
        ) AS summed USING (account_id)
        WHERE book_id = :book_id AND balance <> coalesce(summed.points, 0)
    """,
    "no lot is empty, and they stand in spending order": f"""
        SELECT 'account ' || account_id || ' lot ' || place FROM (
            SELECT account_id, place, points,
                ROW(expires_on, available_on, funder) <= lag(ROW(expires_on, available_on, funder))
                    OVER (PARTITION BY account_id ORDER BY place) AS is_misplaced
            FROM (
                SELECT account_id, place, points, coalesce(expires_on, 'infinity') AS expires_on,
                    coalesce(available_on, '-infinity') AS available_on,
                    coalesce(funder, '') COLLATE "C" AS funder
                FROM {_LOTS} WHERE book_id = :book_id
            ) AS lots
        ) AS placed
        WHERE points IS NULL OR points <= 0 OR is_misplaced
    """,
    "the next expiry is that of the first points to die": f"""
        SELECT 'account ' || account_id FROM ledger.account
        LEFT JOIN (
            SELECT account_id, min(coalesce(expires_on, slides_until)) AS day
            FROM {_LOTS} WHERE book_id = :book_id GROUP BY account_id
        ) AS first USING (account_id)
        WHERE book_id = :book_id AND next_expiry IS DISTINCT FROM first.day
    """,
    "holds and conversions are of the points set aside for them": f"""
        SELECT 'operation ' || lane || '-' || seq FROM (
            SELECT lane, seq, account_id, sum(amount) AS points FROM ledger.entry
            WHERE book_id = :book_id AND to_kind IN ({HELD}, {CLEARING})
            GROUP BY lane, seq, account_id
        ) AS taken
        FULL JOIN (
            SELECT lane, seq, account_id, points FROM ledger.hold WHERE book_id = :book_id
        ) AS hold USING (lane, seq)
        WHERE (taken.account_id, taken.points) IS DISTINCT FROM (hold.account_id, hold.points)
    """,
    "holds and conversions end once, in whole, as their operation says": f"""
        SELECT 'operation ' || hold.lane || '-' || hold.seq FROM (
            SELECT h.lane, h.seq, h.account_id, h.state, h.points, o.kind,
                h.seq::bigint << {LANE_BITS} | h.lane AS subject
            FROM ledger.hold h JOIN ledger.operation o USING (book_id, lane, seq)
            WHERE book_id = :book_id
        ) AS hold
        FULL JOIN (
            SELECT o.subject, count(DISTINCT (o.lane, o.seq)) AS endings,
                min(o.account_id) AS account_id, min(o.kind) AS kind, sum(e.amount) AS points,
                sum(e.amount) FILTER (WHERE e.to_kind IN ({REDEMPTION}, {CONVERTED_OUT}))
                    AS redeemed
            FROM ledger.operation o LEFT JOIN ledger.entry e USING (book_id, lane, seq)
            WHERE book_id = :book_id AND o.refusal IS NULL
                AND o.kind IN ({CAPTURE}, {RELEASE}, {END_CONVERSION})
            GROUP BY o.subject
        ) AS ended USING (subject)
        WHERE hold.subject IS NULL OR hold.kind NOT IN ({HOLD}, {CONVERT})
            OR hold.state <> CASE
                WHEN endings IS NULL THEN {OPEN} WHEN redeemed > 0 THEN {CAPTURED} ELSE {RELEASED}
            END
            OR endings > 1 OR ended.points <> hold.points OR ended.account_id <> hold.account_id
            OR (hold.kind = {CONVERT}) <> (ended.kind = {END_CONVERSION})
    """,
    "what is set aside comes back or is spent under the funder it was taken from": f"""
        SELECT {_named("subject")} FROM (
            SELECT seq::bigint << {LANE_BITS} | lane AS subject, funder, amount FROM ledger.entry
            WHERE book_id = :book_id AND to_kind IN ({HELD}, {CLEARING})
            UNION ALL
            SELECT o.subject, e.funder, -e.amount
            FROM ledger.entry e JOIN ledger.operation o USING (book_id, lane, seq)
            WHERE book_id = :book_id AND e.from_kind IN ({HELD}, {CLEARING})
        ) AS sides
        LEFT JOIN ledger.hold ON hold.book_id = :book_id
            AND hold.lane = subject & {LANE_MASK} AND hold.seq = subject >> {LANE_BITS}
        WHERE hold.state IS DISTINCT FROM {OPEN}
        GROUP BY subject, funder HAVING sum(amount) <> 0
    """,
    "wallets and lanes hold what is set aside and not ended": f"""
        SELECT 'account ' || account_id FROM ledger.account
        LEFT JOIN (
            SELECT account_id, sum(points) AS points FROM ledger.hold
            WHERE book_id = :book_id AND state = {OPEN} GROUP BY account_id
        ) AS open USING (account_id)
        WHERE account.book_id = :book_id AND held <> coalesce(open.points, 0)
        UNION ALL
        SELECT 'lane ' || lane FROM ledger.lane
        LEFT JOIN (
            SELECT lane, sum(h.points) FILTER (WHERE kind = {HOLD}) AS held,
                sum(h.points) FILTER (WHERE kind = {CONVERT}) AS clearing
            FROM ledger.hold h JOIN ledger.operation USING (book_id, lane, seq)
            WHERE book_id = :book_id AND state = {OPEN} GROUP BY lane
        ) AS open USING (lane)
        WHERE lane.book_id = :book_id
            AND (lane.held, lane.clearing) <> (coalesce(open.held, 0), coalesce(open.clearing, 0))
    """,
    "an operation is not reversed beyond its points": f"""
        SELECT {_named("undone.subject")} FROM (
            SELECT o.subject, sum(o.points) AS points,
                bool_and(o.points = coalesce(e.returned, 0)) AS is_return,
                bool_and(o.points = coalesce(e.clawed_back, 0)) AS is_claw_back
            FROM ledger.operation o LEFT JOIN (
                SELECT lane, seq, sum(amount) FILTER (WHERE from_kind = {REDEMPTION}) AS returned,
                    sum(amount) FILTER (WHERE to_kind = {ISSUANCE}) AS clawed_back
                FROM ledger.entry
                WHERE book_id = :book_id AND (from_kind = {REDEMPTION} OR to_kind = {ISSUANCE})
                GROUP BY lane, seq
            ) AS e USING (lane, seq)
            WHERE o.book_id = :book_id AND o.kind = {REVERSE} AND o.refusal IS NULL
            GROUP BY o.subject
        ) AS undone
        LEFT JOIN ledger.operation o ON o.book_id = :book_id AND o.refusal IS NULL
            AND o.lane = undone.subject & {LANE_MASK} AND o.seq = undone.subject >> {LANE_BITS}
        WHERE o.kind IS NULL OR undone.points > o.points OR NOT CASE o.kind
            WHEN {ISSUE} THEN is_claw_back
            WHEN {REDEEM} THEN is_return
            WHEN {CAPTURE} THEN is_return
            ELSE false END
    """,
    "every operation moves its points, by the moves of its kind, and a refused one none": f"""
        SELECT 'operation ' || o.lane || '-' || o.seq FROM ledger.operation o
        LEFT JOIN (
            SELECT lane, seq, sum(amount * sign) AS points, bool_or(sign IS NULL) AS is_foreign
            FROM ledger.journal LEFT JOIN (VALUES {_MOVES}) AS move(kind, from_kind, to_kind, sign)
                USING (kind, from_kind, to_kind)
            WHERE book_id = :book_id AND amount > 0 GROUP BY lane, seq
        ) AS moved USING (lane, seq)
        WHERE o.book_id = :book_id AND CASE
            WHEN o.refusal IS NOT NULL THEN moved.lane IS NOT NULL
            WHEN o.kind = {EXPIRE_BOOK} THEN moved.lane IS NOT NULL
            ELSE o.points <> coalesce(moved.points, 0) OR is_foreign
        END
    """,
    "a book's sweep counts what its wallets' sweeps took": f"""
        SELECT 'operation ' || o.lane || '-' || o.seq FROM ledger.operation o
        LEFT JOIN (
            SELECT reference, sum(points) AS points, count(*) FILTER (WHERE points > 0) AS wallets
            FROM ledger.operation
            WHERE book_id = :book_id AND kind = {SWEEP} AND refusal IS NULL GROUP BY reference
        ) AS swept ON swept.reference = o.key
        WHERE o.book_id = :book_id AND o.kind = {EXPIRE_BOOK} AND o.refusal IS NULL
            AND (o.points, (o.detail ->> 'wallets')::bigint)
                IS DISTINCT FROM (coalesce(swept.points, 0), coalesce(swept.wallets, 0))
    """,
    "both halves of a gift or a merge move the same lots": f"""
        SELECT {_named("pair")} FROM (
            SELECT
                CASE WHEN o.kind IN ({RECEIVE}, {ABSORB}) THEN o.subject
                    ELSE o.seq::bigint << {LANE_BITS} | o.lane END AS pair,
                e.available_on, e.expires_on, e.funder, {_gained((TRANSIT,))} AS points
            FROM ledger.operation o JOIN ledger.entry e USING (book_id, lane, seq)
            WHERE book_id = :book_id AND {TRANSIT} IN (from_kind, to_kind)
        ) AS sides
        GROUP BY pair, available_on, expires_on, funder HAVING sum(points) <> 0
    """,
    "a gift is received, and a merged wallet absorbed, by the member it names": f"""
        SELECT 'operation ' || coalesce(given.place, received.place) FROM (
            SELECT lane || '-' || seq AS place, seq::bigint << {LANE_BITS} | lane AS subject,
                account_id, kind,
                CASE kind WHEN {GIFT} THEN detail ->> 'to' ELSE detail ->> 'into' END AS member
            FROM ledger.operation
            WHERE book_id = :book_id AND kind IN ({GIFT}, {MERGE}) AND refusal IS NULL
        ) AS given
        FULL JOIN (
            SELECT lane || '-' || seq AS place, subject, o.kind, member FROM ledger.operation o
            LEFT JOIN ledger.account USING (book_id, account_id)
            WHERE book_id = :book_id AND o.kind IN ({RECEIVE}, {ABSORB})
        ) AS received USING (subject)
        WHERE (
            given.member,
            CASE given.kind WHEN {GIFT} THEN {RECEIVE} WHEN {MERGE} THEN {ABSORB} END
        ) IS DISTINCT FROM (received.member, received.kind)
    """,
    "merged wallets are empty and know who has their points": f"""
        SELECT 'account ' || account_id
        FROM (SELECT * FROM ledger.account WHERE book_id = :book_id) AS wallet
        LEFT JOIN (
            SELECT account_id, min(detail ->> 'into') AS member, count(*) AS merges
            FROM ledger.operation
            WHERE book_id = :book_id AND kind = {MERGE} AND refusal IS NULL GROUP BY account_id
        ) AS merged USING (account_id)
        WHERE wallet.merged_into IS DISTINCT FROM merged.member OR merges > 1
            OR wallet.merged_into IS NOT NULL AND (balance > 0 OR held > 0 OR debt > 0)
    """,
    "wallets are in the lane of their member, and the lanes count them": f"""
        SELECT 'account ' || account_id FROM ledger.account JOIN ledger.book USING (book_id)
        WHERE book_id = :book_id AND (
            account_id & {LANE_MASK} <> crc32(convert_to(member, 'UTF8')) % book.lanes
            OR account_id >> {LANE_BITS} < {ORDINAL_FIRST_WALLET}
        )
        UNION ALL
        SELECT 'lane ' || lane FROM ledger.lane
        LEFT JOIN (
            SELECT account_id & {LANE_MASK} AS lane, count(*) AS wallets,
                max(account_id >> {LANE_BITS}) AS last
            FROM ledger.account WHERE book_id = :book_id GROUP BY 1
        ) AS counted USING (lane)
        WHERE lane.book_id = :book_id
            AND (lane.accounts, lane.accounts + {ORDINAL_FIRST_WALLET - 1})
            <> (coalesce(wallets, 0), coalesce(last, {ORDINAL_FIRST_WALLET - 1}))
    """,
    "the lanes' own accounts hold what the entries moved": f"""
        SELECT 'lane ' || lane FROM ledger.lane
        LEFT JOIN (
            SELECT lane, {_listed("sum({gained}) AS {name}")}
            FROM ledger.entry WHERE book_id = :book_id GROUP BY lane
        ) AS moved USING (lane)
        WHERE lane.book_id = :book_id
            AND ({_listed("lane.{name}")}) <> ({_listed("coalesce(moved.{name}, 0)")})
    """,
    "the book sums to zero, nothing is between two wallets, and debts are what members owe": f"""
        SELECT concat_ws(', ', 'sum ' || total, 'transit ' || transit, 'debt ' || debt) FROM (
            SELECT
                coalesce(sum({" + ".join(LANE_ACCOUNTS)}), 0) + (
                    SELECT coalesce(sum(balance), 0) FROM ledger.account WHERE book_id = :book_id
                ) AS total,
                coalesce(sum(transit), 0) AS transit,
                coalesce(sum(debt), 0) + (
                    SELECT coalesce(sum(debt), 0) FROM ledger.account WHERE book_id = :book_id
                ) AS debt
            FROM ledger.lane WHERE book_id = :book_id
        ) AS sums
        WHERE total <> 0 OR transit <> 0 OR debt <> 0
    """,
    **CONSENT_CHECKS,
}
