"""Issue a month's statements: sum the lines, number them without gaps, hash and freeze them.

The content hash of a statement is the SHA-256 over the SHA-256 of its head and then that of each of
its lines, in order of (book, use, leg, kind). Head and lines are JSON arrays as `json.dumps(…,
ensure_ascii=False)` writes them. So either party can recompute the hash from the figures. The head
ends with the conversions and their amount if there are any, and the line of one with its points.
"""

from datetime import datetime

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

NUMBER_DIGITS_MIN = 6
"""A statement's number is its year and a sequence of at least so many digits: 2017-000001."""

_LINE = """jsonb_build_array(
        line.book_id, line.use_id, line.leg, line.kind, line.coupon_id, line.offer_code,
        line.programme, line.member, line.reference,
        to_char(line.used_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24\\:MI\\:SS.US"Z"'),
        line.contract_id, line.contract_version, line.calculation, line.amount_minor, line.late)
        || CASE WHEN line.points IS NULL THEN jsonb_build_array()
            ELSE jsonb_build_array(line.points) END"""

_HEAD = """jsonb_build_array(
        statement.number, statement.month, statement.payer_party_id, statement.payee_party_id,
        statement.operator_party_id, statement.currency, statement.uses, statement.reversals,
        statement.late_lines, statement.coupon_cost_minor, statement.platform_fee_minor)
        || CASE WHEN statement.conversions = 0 THEN jsonb_build_array()
            ELSE jsonb_build_array(statement.conversions, statement.conversion_minor) END"""

_CONTENT = f"""
    SELECT statement.statement_id, sha256(
        sha256(convert_to(CAST({_HEAD} AS text), 'UTF8'))
        || string_agg(sha256(convert_to(CAST({_LINE} AS text), 'UTF8')), CAST('' AS bytea)
            ORDER BY line.book_id, line.use_id COLLATE "C", line.leg COLLATE "C",
                line.kind COLLATE "C")
    ) AS content_sha256
    FROM settlement.statement JOIN settlement.line
        USING (month, payer_party_id, payee_party_id, operator_party_id, currency)
"""

_DRAFT = text(
    """
    INSERT INTO settlement.statement
        (month, payer_party_id, payee_party_id, operator_party_id, currency, kind,
        uses, reversals, conversions, late_lines, coupon_cost_minor, platform_fee_minor,
        conversion_minor, other_minor, adjustment_minor, added_tax_minor, tax_minor)
    SELECT month, payer_party_id, payee_party_id, operator_party_id, currency,
        CASE WHEN bool_or(leg = 'coupon_cost') THEN 'coupons'
            WHEN bool_or(leg = 'platform_fee') THEN 'fees'
            WHEN bool_or(leg = 'conversion') THEN 'conversions' ELSE 'other' END,
        coalesce(max(charges) FILTER (WHERE leg <> 'conversion'), 0),
        coalesce(max(reversals), 0),
        coalesce(sum(charges) FILTER (WHERE leg = 'conversion'), 0),
        sum(late_lines),
        coalesce(sum(amount_minor) FILTER (WHERE leg = 'coupon_cost'), 0),
        coalesce(sum(amount_minor) FILTER (WHERE leg = 'platform_fee'), 0),
        coalesce(sum(amount_minor) FILTER (WHERE leg = 'conversion'), 0),
        coalesce(sum(amount_minor) FILTER (
            WHERE leg NOT IN ('coupon_cost', 'platform_fee', 'conversion')), 0),
        0, 0, 0
    FROM (
        SELECT month, payer_party_id, payee_party_id, operator_party_id, currency, leg,
            count(*) FILTER (WHERE kind = 'charge') AS charges,
            count(*) FILTER (WHERE kind = 'reversal') AS reversals,
            count(*) FILTER (WHERE late) AS late_lines,
            sum(amount_minor) AS amount_minor
        FROM settlement.line WHERE month = :month
        GROUP BY month, payer_party_id, payee_party_id, operator_party_id, currency, leg
    ) AS legs
    GROUP BY month, payer_party_id, payee_party_id, operator_party_id, currency
    ORDER BY payer_party_id, payee_party_id, operator_party_id, currency
    """
)

_TAKE_NUMBERS = text(
    """
    INSERT INTO settlement.numbering AS counter (year, last_sequence) VALUES (:year, :count)
    ON CONFLICT (year) DO UPDATE SET last_sequence = counter.last_sequence + excluded.last_sequence
    RETURNING last_sequence
    """
)

_REVIEW = text(
    f"""
    UPDATE settlement.statement
    SET state = 'under_review', year = :year, sequence = numbered.sequence,
        number = CAST(:year AS integer) || '-' || lpad(
            CAST(numbered.sequence AS text),
            greatest({NUMBER_DIGITS_MIN}, length(CAST(numbered.sequence AS text))), '0')
    FROM (
        SELECT statement_id, CAST(:first AS integer) + row_number() OVER (
            ORDER BY payer_party_id, payee_party_id, operator_party_id, currency COLLATE "C"
        ) AS sequence
        FROM settlement.statement WHERE month = :month
    ) AS numbered
    WHERE statement.statement_id = numbered.statement_id
    """
)

_ISSUE = text(
    f"""
    UPDATE settlement.statement
    SET state = 'issued', issued_at = :now, content_sha256 = content.content_sha256
    FROM ({_CONTENT} WHERE statement.month = :month GROUP BY statement.statement_id) AS content
    WHERE statement.statement_id = content.statement_id
    """
)

_VERIFY = text(
    f"""
    SELECT number FROM settlement.statement
    LEFT JOIN ({_CONTENT} WHERE statement.month = :month GROUP BY statement.statement_id) AS content
        USING (statement_id)
    WHERE statement.month = :month
        AND statement.content_sha256 IS DISTINCT FROM content.content_sha256
    ORDER BY sequence
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_DRAFT, _ISSUE, _VERIFY)
"""The statements here that name no book: a bill is between parties, of whatever book a use is.

They read lines, which no longer change, and lock none. A cluster sends them to every node.
"""


async def issue_statements(connection: AsyncConnection, month: str, now: datetime) -> int:
    """Draft, number and issue the statements of a month. Returns how many. Four round trips.

    The caller has locked the month. Numbers run without gaps within its year: the counter's row is
    locked until the caller commits, and a rollback gives the numbers back.
    """
    count = (await connection.execute(_DRAFT, {"month": month})).rowcount
    if count:
        year = int(month[:4])
        last = (
            await connection.execute(_TAKE_NUMBERS, {"year": year, "count": count})
        ).scalar_one()
        await connection.execute(_REVIEW, {"month": month, "year": year, "first": last - count})
        await connection.execute(_ISSUE, {"month": month, "now": now})
    return int(count)


async def verify_statements(connection: AsyncConnection, month: str) -> list[str]:
    """Recompute the content hash of every statement of a month.

    Returns the numbers of those whose head and lines no longer give the stored hash.
    """
    return [row.number for row in await connection.execute(_VERIFY, {"month": month})]
