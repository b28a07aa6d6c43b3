"""What `verify` asks of what members have earned in a book.

Each check is one statement of the form that `ledger.audit` runs. It compares what the exchange has
noted of events with the ledger's issues. Only checks read the tables of another package.
"""

from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.asks import OperationKind
from ledger.audit import Defect, Progress, check_book
from ledger.book import Programme

ISSUE = int(OperationKind.ISSUE)

CHECKS: dict[str, str] = {
    "every event that has earned is paid for by an issue to its member": f"""
        SELECT 'event ' || e.key
        FROM exchange.earned AS e LEFT JOIN (
            SELECT o.key, o.points, account.member
            FROM ledger.operation AS o JOIN ledger.account USING (book_id, account_id)
            WHERE o.book_id = :book_id AND o.kind = {ISSUE} AND o.refusal IS NULL
        ) AS paid USING (key)
        WHERE e.book_id = :book_id
            AND (e.points, e.member) IS DISTINCT FROM (paid.points, paid.member)
    """,
    "a budget has spent what its rule has given": """
        SELECT 'rule ' || coalesce(budget.rule, given.rule) FROM (
            SELECT rule, period, points FROM exchange.earning_budget
            WHERE book_id = :book_id AND points > 0
        ) AS budget
        FULL JOIN (
            SELECT e.rule, '' AS period, sum(e.points) AS points
            FROM exchange.earned AS e
            JOIN exchange.earning_rule AS r ON r.book_id = :book_id AND r.rule = e.rule
            WHERE e.book_id = :book_id AND r.budget_points_total IS NOT NULL
            GROUP BY e.rule
            UNION ALL
            SELECT e.rule, CAST(e.day AS text), sum(e.points)
            FROM exchange.earned AS e
            JOIN exchange.earning_rule AS r ON r.book_id = :book_id AND r.rule = e.rule
            WHERE e.book_id = :book_id AND r.budget_points_per_day IS NOT NULL
            GROUP BY e.rule, e.day
        ) AS given USING (rule, period)
        WHERE budget.points IS DISTINCT FROM given.points
    """,
    "no rule has given more than its budgets": """
        SELECT 'rule ' || b.rule FROM exchange.earning_budget AS b
        JOIN exchange.earning_rule AS r ON r.book_id = :book_id AND r.rule = b.rule
        WHERE b.book_id = :book_id AND b.points > CASE b.period
            WHEN '' THEN r.budget_points_total ELSE r.budget_points_per_day END
    """,
    "product codes have given what their rule has": """
        SELECT 'rule ' || coalesce(taken.rule, given.rule) FROM (
            SELECT b.rule, count(*) AS times, sum(c.points) AS points
            FROM exchange.product_code AS c
            JOIN exchange.product_batch AS b ON b.book_id = :book_id AND b.batch = c.batch
            WHERE c.book_id = :book_id AND c.earned_at IS NOT NULL
            GROUP BY b.rule
        ) AS taken
        FULL JOIN (
            SELECT e.rule, count(*) AS times, sum(e.points) AS points
            FROM exchange.earned AS e
            JOIN exchange.earning_rule AS r ON r.book_id = :book_id AND r.rule = e.rule
            WHERE e.book_id = :book_id AND r.event = 'product-code'
            GROUP BY e.rule
        ) AS given USING (rule)
        WHERE (taken.times, taken.points) IS DISTINCT FROM (given.times, given.points)
    """,
    "a batch counts the product codes that it has": """
        SELECT 'batch ' || b.batch FROM exchange.product_batch AS b
        WHERE b.book_id = :book_id AND b.codes <> (
            SELECT count(*) FROM exchange.product_code AS c
            WHERE c.book_id = :book_id AND c.batch = b.batch
        )
    """,
    "a birthday gift is a free coupon of its member": """
        SELECT 'coupon ' || g.coupon_id
        FROM exchange.birthday_gift AS g LEFT JOIN exchange.coupon AS c
            ON c.book_id = :book_id AND c.coupon_id = g.coupon_id
        WHERE g.book_id = :book_id AND g.coupon_id IS NOT NULL
            AND (c.free, c.offer_id) IS DISTINCT FROM (true, g.offer_id)
    """,
}


async def verify_earnings(
    connection: AsyncConnection, programme: Programme, progress: Progress | None = None
) -> list[Defect]:
    """Every defect found in what members have earned. See `ledger.audit.check_book`."""
    return await check_book(connection, programme, CHECKS, progress)
