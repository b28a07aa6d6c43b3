"""What `verify` asks of the money books: whether they follow from statements, payments and runs.

Each check is one statement, and returns what is wrong as text. Only checks read the tables of
another package, because they compare what two packages have stored. `ledger.money` proves the books
in themselves.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import allow_time

DEFECTS_PER_CHECK_MAX = 20
_NO_TIME_LIMIT = 0


def _posted_once(kind: str, expected: str) -> str:
    """What should be posted and is not so, and what is posted without a reason.

    `expected` gives key, currency, from_account, to_account, amount_minor.
    """
    return f"""
        SELECT coalesce(posted.key, expected.key) || ': '
            || CASE WHEN posted.key IS NULL THEN 'not posted'
                WHEN expected.key IS NULL THEN 'posted without a reason'
                ELSE 'posted otherwise' END
        FROM ({expected}) AS expected
        FULL JOIN (
            SELECT key, currency, from_account, to_account, amount_minor FROM ledger.money_entry
            WHERE kind = '{kind}' AND part = 0
        ) AS posted USING (key)
        WHERE (expected.currency, expected.from_account, expected.to_account,
                expected.amount_minor)
            IS DISTINCT FROM
            (posted.currency, posted.from_account, posted.to_account, posted.amount_minor)
        ORDER BY 1
    """


def _moved(key: str, payer: str, payee: str, amount: str, source: str) -> str:
    """An amount from the open account of one party to that of another; below zero, back."""
    return f"""
        SELECT {key} AS key, currency,
            'open:' || CASE WHEN {amount} > 0 THEN {payer} ELSE {payee} END AS from_account,
            'open:' || CASE WHEN {amount} > 0 THEN {payee} ELSE {payer} END AS to_account,
            abs({amount}) AS amount_minor
        FROM {source}
    """


_ISSUED = _moved(
    "'issued:' || statement_id",
    *("payer_party_id", "payee_party_id", "billed_minor"),
    "settlement.statement WHERE issued_at IS NOT NULL AND billed_minor <> 0",
)
_VOID = _moved(
    "'void:' || statement_id",
    *("payee_party_id", "payer_party_id", "billed_minor"),
    "settlement.statement WHERE state = 'void' AND issued_at IS NOT NULL AND billed_minor <> 0",
)
_WRITTEN_OFF = _moved(
    "'write_off:' || payment_id",
    *("payee_party_id", "payer_party_id", "amount_minor"),
    "settlement.payment WHERE kind = 'write_off'",
)
# Of a statement, the first part is what the bank has got.
_PAID = """
    SELECT 'payment:' || payment_id AS key, currency,
        CASE WHEN is_received IS FALSE THEN 'net:' || party_id ELSE 'bank' END AS from_account,
        CASE WHEN is_received IS FALSE THEN 'bank' WHEN is_received THEN 'net:' || party_id
            ELSE 'open:' || payer_party_id END AS to_account,
        amount_minor
    FROM settlement.payment WHERE kind = 'payment'
"""

CHECKS: dict[str, str] = {
    "issued statements are posted": _posted_once("statement_issued", _ISSUED),
    "void statements are moved back": _posted_once("statement_void", _VOID),
    "write-offs are posted": _posted_once("write_off", _WRITTEN_OFF),
    "payments are posted": _posted_once("payment", _PAID),
    "every entry has a reason": """
        SELECT DISTINCT 'transaction ' || seq || ' in ' || currency || ': of no known kind'
        FROM ledger.money_entry WHERE kind NOT IN ('statement_issued', 'statement_void',
            'payment', 'write_off', 'netting', 'netting_taken_back')
    """,
    "positions follow from statements": """
        SELECT 'netting ' || netting_id || ': the position of party ' || party_id
        FROM settlement.netting_party
        FULL JOIN (
            SELECT netting_id, party_id, sum(greatest(amount, 0)) AS claims_minor,
                sum(greatest(-amount, 0)) AS debts_minor
            FROM (
                SELECT netting_id, payee_party_id AS party_id, amount_minor AS amount
                FROM settlement.netting_statement JOIN settlement.statement USING (statement_id)
                JOIN settlement.netting USING (netting_id)
                WHERE netting_statement.state <> 'taken_out' OR netting.state = 'cancelled'
                UNION ALL
                SELECT netting_id, payer_party_id, -amount_minor
                FROM settlement.netting_statement JOIN settlement.statement USING (statement_id)
                JOIN settlement.netting USING (netting_id)
                WHERE netting_statement.state <> 'taken_out' OR netting.state = 'cancelled'
            ) AS side GROUP BY netting_id, party_id
        ) AS found USING (netting_id, party_id)
        JOIN settlement.netting USING (netting_id)
        WHERE netting.state <> 'cancelled' AND (
            coalesce(netting_party.claims_minor, 0), coalesce(netting_party.debts_minor, 0)
        ) IS DISTINCT FROM (coalesce(found.claims_minor, 0), coalesce(found.debts_minor, 0))
        ORDER BY 1
    """,
    "runs are posted": """
        SELECT coalesce(expected.document, posted.document) || ': ' || coalesce(
            expected.account, posted.account) || ' is posted otherwise'
        FROM (
            SELECT 'netting ' || netting_id AS document, 'net:' || party_id AS account,
                position_minor AS amount
            FROM settlement.netting_party JOIN settlement.netting USING (netting_id)
            WHERE netting.state IN ('confirmed', 'paid')
        ) AS expected
        FULL JOIN (
            SELECT document, account, sum(amount) AS amount FROM (
                SELECT document, to_account AS account, amount_minor AS amount
                FROM ledger.money_entry WHERE kind IN ('netting', 'netting_taken_back')
                UNION ALL
                SELECT document, from_account, -amount_minor
                FROM ledger.money_entry WHERE kind IN ('netting', 'netting_taken_back')
            ) AS side WHERE account LIKE 'net:%' GROUP BY document, account
        ) AS posted USING (document, account)
        WHERE coalesce(expected.amount, 0) <> coalesce(posted.amount, 0)
        ORDER BY 1
    """,
    "parties hold their statements and payments": """
        SELECT currency || ': party ' || party || ' holds ' || coalesce(held, 0) || ', not '
            || coalesce(owed, 0)
        FROM (
            SELECT currency, party, sum(amount) AS owed FROM (
                SELECT currency, payee_party_id AS party, billed_minor AS amount
                FROM settlement.statement WHERE issued_at IS NOT NULL AND state <> 'void'
                UNION ALL
                SELECT currency, payer_party_id, -billed_minor
                FROM settlement.statement WHERE issued_at IS NOT NULL AND state <> 'void'
                UNION ALL
                SELECT currency, payer_party_id, amount_minor
                FROM settlement.payment WHERE netting_id IS NULL
                UNION ALL
                SELECT currency, payee_party_id, -amount_minor
                FROM settlement.payment WHERE netting_id IS NULL
                UNION ALL
                SELECT currency, party_id,
                    CASE WHEN is_received THEN amount_minor ELSE -amount_minor END
                FROM settlement.payment WHERE netting_id IS NOT NULL
            ) AS part GROUP BY currency, party
        ) AS expected
        FULL JOIN (
            SELECT currency, CAST(split_part(account, ':', 2) AS integer) AS party,
                sum(amount) AS held
            FROM (
                SELECT currency, to_account AS account, amount_minor AS amount
                FROM ledger.money_entry
                UNION ALL
                SELECT currency, from_account, -amount_minor FROM ledger.money_entry
            ) AS side WHERE account <> 'bank' GROUP BY currency, split_part(account, ':', 2)
        ) AS found USING (currency, party)
        WHERE coalesce(owed, 0) <> coalesce(held, 0)
        ORDER BY 1
    """,
    # Whatever was paid, written off or netted for a statement, it comes to no more than its bill.
    "settled statements are paid": """
        SELECT 'statement ' || number || ': ' || state || ', and ' || (billed_minor - settled)
            || ' of it is left'
        FROM (
            SELECT statement_id, number, state, billed_minor, coalesce((
                    SELECT sum(CASE WHEN payment.payer_party_id = statement.payer_party_id
                        THEN amount_minor ELSE -amount_minor END)
                    FROM settlement.payment WHERE payment.statement_id = statement.statement_id
                ), 0) + coalesce((
                    SELECT sum(amount_minor) FROM settlement.netting_statement
                    WHERE netting_statement.statement_id = statement.statement_id
                        AND netting_statement.state = 'netted'
                ), 0) AS settled
            FROM settlement.statement WHERE issued_at IS NOT NULL
        ) AS bill
        WHERE CASE WHEN state = 'settled' THEN settled <> billed_minor
            WHEN state = 'void' THEN settled <> 0 END
        ORDER BY number
    """,
}


async def verify_journal(connection: AsyncConnection) -> list[str]:
    """What does not follow from statements, payments and runs, at most so many of a kind.

    Run it in a transaction of its own: it asks for one snapshot (REPEATABLE READ), and for no limit
    of time. It never blocks a writer.
    """
    await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    await allow_time(connection, _NO_TIME_LIMIT)
    defects: list[str] = []
    for check, statement in CHECKS.items():
        rows = await connection.execute(
            text(f"{statement} LIMIT :limit"), {"limit": DEFECTS_PER_CHECK_MAX}
        )
        defects.extend(f"{check}: {row[0]}" for row in rows)
    return defects
