"""What `verify` asks of the consents to conversions: statements of the form that `checks` has."""

from ledger.asks.operation import OperationKind

# A credit of the time before there were consents names none.
_CREDITED = f"""
    SELECT detail ->> 'from' AS code, member, detail ->> 'month' AS month,
        CAST(detail ->> 'consent_version' AS integer) AS version, points
    FROM ledger.operation JOIN ledger.account USING (book_id, account_id)
    WHERE book_id = :book_id AND kind = {int(OperationKind.CREDIT)} AND refusal IS NULL
        AND detail IS NOT NULL
"""

CONSENT_CHECKS = {
    "each consent and each member's month count what was credited, and none is exceeded": f"""
        SELECT 'consent to ' || coalesce(consent.code, credited.code) || ' version ' || version
        FROM (
            SELECT source.code, version, c.points, points_max FROM ledger.consent c
            JOIN ledger.book source ON source.book_id = c.from_book_id WHERE c.book_id = :book_id
        ) AS consent
        FULL JOIN (
            SELECT code, version, sum(points) AS points FROM ({_CREDITED}) AS credit
            GROUP BY code, version
        ) AS credited USING (code, version)
        WHERE consent.points IS DISTINCT FROM coalesce(credited.points, 0)
            OR consent.points > points_max
        UNION ALL
        SELECT 'consent to ' || code || ' month ' || month || ' of ' || member FROM (
            SELECT source.code, member, month, m.points FROM ledger.consent_month m
            JOIN ledger.book source ON source.book_id = m.from_book_id WHERE m.book_id = :book_id
        ) AS counted
        FULL JOIN (
            SELECT code, member, month, sum(points) AS points FROM ({_CREDITED}) AS credit
            GROUP BY code, member, month
        ) AS credited USING (code, member, month)
        WHERE counted.points IS DISTINCT FROM credited.points
    """,
}
"""By what must hold: the statement that returns what does not."""
