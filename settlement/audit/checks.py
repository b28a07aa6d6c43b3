"""What `verify` asks of the uses in a book, and of the conversions into it.

Each check is one statement of the form that `ledger.audit` runs. A use is told of once: by lines of
the bill, by a message that waits in the outbox, or by a message that was set aside. The coupons and
their receipts say which uses and reversals there were. Only checks read the tables of another
package, because they compare what two packages have stored.

A message that does not name its use counts for none. The use is then reported as on no bill.
"""

from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.use import USE_REVERSED_TOPIC, USED_TOPIC, CouponUsed, UseReversed
from ledger.asks import OperationKind
from ledger.audit import Defect, Progress, check_book
from ledger.book import Programme
from ledger.finish import CONVERTED, Converted
from settlement.calendar import ZONE_SQL
from settlement.rating.uses import CODE_TAIL_LENGTH

# A person decided that a supplier is paid for what it delivered late: that counts as a use.
_CLAIMED = """step = 'decided' AND detail ->> 'decision' = 'accept_supplier'
                    AND detail ->> 'kind' = 'late_success'"""

# Coupons count their uses. A coupon is used again only after a reversal, so all uses but the last
# are reversed, and the last one is unless the coupon is in use, or was returned and the supplier is
# paid for it.
_USES = f"""
    SELECT coupon_id || '.' || number AS use_id,
        number < uses OR state <> 'USED' AND NOT EXISTS (
            SELECT FROM exchange.receipt_step s
            WHERE s.book_id = :book_id AND s.coupon_id = c.coupon_id AND {_CLAIMED}
        ) AS is_reversed
    FROM exchange.coupon c CROSS JOIN generate_series(1, uses) AS number WHERE book_id = :book_id
"""

_NAMED = "(payload ->> 'coupon_id') || '.' || (payload ->> 'use')"


def _told_once(kind: str, topic: str, condition: str) -> str:
    """The uses that meet a condition, and are not told of once; and what is told of no such use."""
    return f"""
        SELECT 'use ' || use_id
        FROM (SELECT use_id FROM ({_USES}) AS used WHERE {condition}) AS happened
        FULL JOIN (
            SELECT use_id, count(*) AS times FROM (
                SELECT DISTINCT use_id FROM settlement.line
                WHERE book_id = :book_id AND kind = '{kind}' AND leg <> 'conversion'
                UNION ALL
                SELECT {_NAMED} FROM ledger.outbox
                WHERE book_id = :book_id AND topic = '{topic}'
                UNION ALL
                SELECT {_NAMED} FROM settlement.rejected_message
                WHERE book_id = :book_id AND topic = '{topic}'
            ) AS places
            WHERE use_id IS NOT NULL GROUP BY use_id
        ) AS told USING (use_id)
        WHERE happened.use_id IS NULL OR times IS DISTINCT FROM 1
    """


def _instant_of(key: str) -> str:
    """The instant in a message, and null if it is none."""
    return f"""CASE WHEN pg_input_is_valid(payload ->> '{key}', 'timestamptz')
        THEN CAST(payload ->> '{key}' AS timestamptz) END"""


def _number_of(key: str) -> str:
    """The number in a message, and null if it is none."""
    return f"""CASE WHEN pg_input_is_valid(payload ->> '{key}', 'numeric')
        THEN CAST(payload ->> '{key}' AS numeric) END"""


# A message that does not name its credit counts for none, as with uses.
_TOLD_OF_CONVERSIONS = f"""
            SELECT payload ->> 'credit', {_number_of("points")}, payload ->> 'member',
                {_number_of("price_minor")}, {_number_of("from_party_id")},
                {_number_of("to_party_id")}, {_instant_of(Converted.INSTANT_KEY)}
            FROM {{table}} WHERE book_id = :book_id AND topic = '{CONVERTED}'
                AND payload ->> 'credit' IS NOT NULL"""

CHECKS: dict[str, str] = {
    "every use is billed, waits to be or is set aside, and nothing else is": _told_once(
        "charge", USED_TOPIC, "true"
    ),
    "every reversal is billed, waits to be or is set aside, and nothing else is": _told_once(
        "reversal", USE_REVERSED_TOPIC, "is_reversed"
    ),
    "a use is charged in both legs, or in all of its card, and its reversal takes that back": """
        SELECT 'use ' || use_id FROM (
            SELECT use_id, leg, sum(amount_minor) AS rest,
                count(*) FILTER (WHERE kind = 'charge') AS charges,
                count(*) FILTER (WHERE kind = 'reversal') AS reversals,
                count(DISTINCT (
                    home_party_id, supplier_party_id, operator_party_id, payer_party_id,
                    payee_party_id, contract_id, contract_version, rate_minor, currency, used_at
                )) AS versions,
                min(card_id) AS card_id
            FROM settlement.line WHERE book_id = :book_id AND leg <> 'conversion'
            GROUP BY use_id, leg
        ) AS leg
        GROUP BY use_id
        HAVING count(*) <> coalesce(
            (
                SELECT jsonb_array_length(document -> 'legs') FROM settlement.rate_card AS card
                WHERE card.card_id = min(leg.card_id)
            ), 2
        ) OR min(reversals) <> max(reversals) OR bool_or(
            charges <> 1 OR reversals > 1 OR versions > 1 OR reversals = 1 AND rest <> 0
        )
    """,
    "an amount is its rate rounded, and its month is the event's or, if late, one after it": f"""
        SELECT 'use ' || use_id || ' ' || leg || ' ' || kind FROM (
            SELECT *, CASE kind WHEN 'charge' THEN amount_minor ELSE -amount_minor END AS amount,
                to_char(occurred_at AT TIME ZONE {ZONE_SQL}, 'YYYY-MM') AS own_month
            FROM settlement.line WHERE book_id = :book_id
        ) AS line
        WHERE abs(amount - rate_minor * coalesce(points / 1000.0, 1)) >= 1
            OR strpos(calculation, ' = ' || amount || ' ' || currency || ' ') = 0
            OR kind = 'charge' AND used_at <> occurred_at
            OR CASE WHEN late THEN month <= own_month ELSE month <> own_month END
    """,
    "what is billed or waits to be tells of its coupon and of the time in its receipt": f"""
        SELECT 'use ' || told.use_id FROM (
            SELECT use_id, kind, offer_code, programme, member, occurred_at AS at,
                CAST(offer_id AS text) AS offer, CAST(home_party_id AS text) AS home,
                CAST(supplier_party_id AS text) AS supplier, coupon_code_sha256 AS code_sha256,
                coupon_code_tail AS code_tail
            FROM settlement.line WHERE book_id = :book_id AND leg <> 'conversion'
            UNION ALL
            SELECT {_NAMED}, CASE topic WHEN '{USED_TOPIC}' THEN 'charge' ELSE 'reversal' END,
                payload ->> 'offer_code', payload ->> 'programme', payload ->> 'member',
                CASE topic WHEN '{USED_TOPIC}' THEN {_instant_of(CouponUsed.INSTANT_KEY)}
                    ELSE {_instant_of(UseReversed.INSTANT_KEY)} END,
                payload ->> 'offer_id', payload ->> 'home_party_id', payload ->> 'supplier_id',
                sha256(convert_to(payload ->> 'code', 'UTF8')),
                right(payload ->> 'code', {CODE_TAIL_LENGTH})
            FROM ledger.outbox
            WHERE book_id = :book_id AND topic IN ('{USED_TOPIC}', '{USE_REVERSED_TOPIC}')
        ) AS told
        LEFT JOIN (
            SELECT coupon_id || '.' || row_number() OVER in_order AS use_id,
                CASE step WHEN 'use-reversed' THEN 'reversal' ELSE 'charge' END AS kind,
                c.offer_code, book.code AS programme, c.member, occurred_at AS at,
                CAST(c.offer_id AS text) AS offer, CAST(c.home_party_id AS text) AS home,
                CAST(c.supplier_id AS text) AS supplier,
                sha256(convert_to(c.code, 'UTF8')) AS code_sha256,
                right(c.code, {CODE_TAIL_LENGTH}) AS code_tail
            FROM exchange.receipt_step JOIN exchange.coupon c USING (book_id, coupon_id)
            JOIN ledger.book USING (book_id)
            WHERE book_id = :book_id AND (step IN ('used', 'use-reversed') OR {_CLAIMED})
            WINDOW in_order AS (
                PARTITION BY coupon_id, step = 'use-reversed' ORDER BY step_id
            )
        ) AS seen USING (use_id, kind)
        WHERE (
            told.offer_code, told.programme, told.member, told.at, told.offer, told.home,
            told.supplier, told.code_sha256, told.code_tail
        ) IS DISTINCT FROM (
            seen.offer_code, seen.programme, seen.member, seen.at, seen.offer, seen.home,
            seen.supplier, seen.code_sha256, seen.code_tail
        )
    """,
    "each conversion with a price is billed, waits to be or is set aside, as it was credited": f"""
        SELECT 'conversion ' || credit FROM (
            SELECT o.lane || '-' || o.seq AS credit, o.points, a.member,
                CAST(o.detail ->> 'price_minor' AS numeric) AS price, source.party_id AS home,
                b.party_id AS supplier, o.occurred_at AS at
            FROM ledger.operation o
            JOIN ledger.account a USING (book_id, account_id)
            JOIN ledger.book b USING (book_id)
            JOIN ledger.book source ON source.code = o.detail ->> 'from'
            WHERE o.book_id = :book_id AND o.kind = {int(OperationKind.CREDIT)}
                AND o.refusal IS NULL AND source.party_id <> b.party_id
                AND CAST(o.detail ->> 'price_minor' AS numeric) > 0
        ) AS happened
        FULL JOIN (
            SELECT use_id AS credit, points, member, rate_minor AS price, home_party_id AS home,
                supplier_party_id AS supplier, occurred_at AS at
            FROM settlement.line WHERE book_id = :book_id AND leg = 'conversion'
            UNION ALL
            {_TOLD_OF_CONVERSIONS.format(table="ledger.outbox")}
            UNION ALL
            {_TOLD_OF_CONVERSIONS.format(table="settlement.rejected_message")}
        ) AS told USING (credit)
        GROUP BY credit
        HAVING count(*) <> 1 OR bool_or((
            told.points, told.member, told.price, told.home, told.supplier, told.at
        ) IS DISTINCT FROM (
            happened.points, happened.member, happened.price, happened.home, happened.supplier,
            happened.at
        ))
    """,
}


async def verify_uses(
    connection: AsyncConnection, programme: Programme, progress: Progress | None = None
) -> list[Defect]:
    """Every defect found in the uses of a book. See `ledger.audit.check_book`."""
    return await check_book(connection, programme, CHECKS, progress)
