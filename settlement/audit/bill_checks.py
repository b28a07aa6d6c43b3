"""What `verify` asks of the bill beside its sums: numbers, files, disputes, corrections, invoices.

Each check is one statement, and returns what is wrong as text. `settlement.statements` compares the
sums and files of each closed month, and `months` computes its lines anew.
"""

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import allow_time
from settlement.statements.parts import GROSS_SQL

DEFECTS_PER_CHECK_MAX = 20
_NO_TIME_LIMIT = 0

_NAMED = "'statement ' || coalesce(number, CAST(statement_id AS text))"
_KEY = ("month", "payer_party_id", "payee_party_id", "operator_party_id", "currency")
_PARTIES = ", ".join(_KEY)
_OF_BILL = ", ".join(f"bill.{name}" for name in _KEY)
_SAME_PARTIES = " AND ".join(f"period_line.{name} = credited.{name}" for name in _KEY)

# What a statement replaces and what replaces it are over the same lines: corrections of each count.
_CREDITED = f"""
    SELECT min(number) AS number, {_OF_BILL},
        of_book_id, of_use_id, of_leg, calculation ->> 'of_kind' AS of_kind,
        calculation ->> 'of_period_line' AS of_period_line, sum(line.amount_minor) AS adjusted_minor
    FROM settlement.period_line AS line
    JOIN settlement.statement AS bill ON statement_id = of_statement_id
    WHERE line.kind = 'adjustment'
    GROUP BY {_OF_BILL},
        of_book_id, of_use_id, of_leg, calculation ->> 'of_kind',
        calculation ->> 'of_period_line'
"""

# The sums of an invoice are those that are still to be invoiced. A red one of the statement's own
# blue one takes back what it likes.
_INVOICED = """
    SELECT invoice.invoice_id, invoice.statement_id, invoice.kind, invoice.number,
        invoice.net_minor, invoice.tax_minor, invoice.gross_minor,
        blue.statement_id IS NOT DISTINCT FROM invoice.statement_id AS is_own,
        blue.kind AS cancelled_kind,
        sum(invoice.net_minor) OVER so_far AS net_so_far,
        sum(invoice.tax_minor) OVER so_far AS tax_so_far,
        sum(invoice.gross_minor) OVER so_far AS gross_so_far
    FROM settlement.invoice LEFT JOIN settlement.invoice AS blue
        ON blue.invoice_id = invoice.cancels
    WINDOW so_far AS (PARTITION BY invoice.statement_id ORDER BY invoice.invoice_id)
"""

_NUMBERS = """
    SELECT 'number ' || sequence || ' of ' || year || ' is missing'
    FROM (
        SELECT year, generate_series(1, greatest(
            last_sequence,
            (SELECT max(sequence) FROM settlement.statement WHERE statement.year = counter.year)
        )) AS sequence
        FROM (
            SELECT year, max(last_sequence) AS last_sequence FROM (
                SELECT year, last_sequence FROM settlement.numbering
                UNION ALL SELECT DISTINCT year, 0 FROM settlement.statement WHERE year IS NOT NULL
            ) AS counters GROUP BY year
        ) AS counter
    ) AS given
    WHERE NOT EXISTS (
        SELECT FROM settlement.statement
        WHERE statement.year = given.year AND statement.sequence = given.sequence
    )
    UNION ALL
    SELECT 'of ' || year || ', ' || max(sequence) || ' numbers are given, and '
        || coalesce(max(last_sequence), 0) || ' are counted'
    FROM settlement.statement LEFT JOIN settlement.numbering USING (year)
    WHERE year IS NOT NULL GROUP BY year
    HAVING max(sequence) IS DISTINCT FROM max(last_sequence)
    ORDER BY 1
"""

_MONTHS = f"""
    SELECT {_NAMED} || ': ' || month || ' is not closed'
    FROM settlement.statement LEFT JOIN settlement.period USING (month)
    WHERE number IS NOT NULL AND (period.state IS DISTINCT FROM 'closed'
        OR year <> CAST(left(month, 4) AS integer))
    ORDER BY 1
"""

_FILES = f"""
    SELECT {_NAMED} || ': its file is not kept whole'
    FROM settlement.statement LEFT JOIN settlement.statement_file USING (statement_id)
    LEFT JOIN (
        SELECT statement_id, sum(length(content)) AS bytes, count(*) AS parts, max(part) AS last
        FROM settlement.statement_file_part GROUP BY statement_id
    ) AS kept USING (statement_id)
    WHERE number IS NOT NULL
        AND (bytes IS DISTINCT FROM file_bytes OR parts IS DISTINCT FROM last + 1)
    ORDER BY 1
"""

_LINES_OF_FILES = f"""
    SELECT {_NAMED} || ': its file counts ' || line_count || ' lines, not ' || coalesce(lines, 0)
    FROM settlement.statement JOIN settlement.statement_file USING (statement_id)
    LEFT JOIN (
        SELECT {_PARTIES}, count(*) AS lines FROM (
            SELECT {_PARTIES} FROM settlement.line
            UNION ALL SELECT {_PARTIES} FROM settlement.period_line
        ) AS each GROUP BY {_PARTIES}
    ) AS counted USING ({_PARTIES})
    WHERE line_count <> coalesce(lines, 0)
    ORDER BY 1
"""

_DAILY = """
    SELECT 'the bill of supplier ' || supplier_party_id || ' of ' || day
    FROM settlement.daily_bill LEFT JOIN (
        SELECT supplier_party_id, day, sha256(string_agg(content, '' ORDER BY part)) AS found
        FROM settlement.daily_bill_part GROUP BY supplier_party_id, day
    ) AS kept USING (supplier_party_id, day)
    WHERE file_sha256 IS DISTINCT FROM found
    ORDER BY 1
"""

_USES = """
    SELECT 'book ' || book_id || ' in ' || month || ': ' || coalesce(billed, 0)
        || ' uses are billed, and ' || coalesce(uses, 0) || ' were counted'
    FROM (
        SELECT book_id, month, count(DISTINCT use_id) AS billed
        FROM settlement.line JOIN settlement.period USING (month)
        WHERE period.state = 'closed' AND kind = 'charge' AND leg <> 'conversion'
        GROUP BY book_id, month
    ) AS billed FULL JOIN (
        SELECT book_id, month, uses FROM settlement.period_book
        JOIN settlement.period USING (month) WHERE period.state = 'closed'
    ) AS counted USING (book_id, month)
    WHERE coalesce(billed, 0) <> coalesce(uses, 0)
    ORDER BY 1
"""

# A reversal in the month of its charge has no share, nor has its charge.
_TAKEN_BACK = """
    SELECT 'use ' || line.book_id || ':' || line.use_id || ' ' || line.leg
    FROM settlement.line JOIN settlement.period ON period.month = line.month
    LEFT JOIN settlement.line AS charge
        ON charge.book_id = line.book_id AND charge.use_id = line.use_id
        AND charge.leg = line.leg AND charge.kind = 'charge'
    LEFT JOIN settlement.allocation AS share
        ON share.book_id = line.book_id AND share.use_id = line.use_id
        AND share.leg = line.leg AND share.kind = 'reversal'
    LEFT JOIN settlement.allocation AS charged
        ON charged.book_id = line.book_id AND charged.use_id = line.use_id
        AND charged.leg = line.leg AND charged.kind = 'charge'
    WHERE line.kind = 'reversal' AND period.state = 'closed' AND (
        line.amount_minor, coalesce(share.effective_minor, line.amount_minor),
        coalesce(share.tax_minor, 0)
    ) IS DISTINCT FROM (
        -charge.amount_minor, -coalesce(charged.effective_minor, charge.amount_minor),
        -coalesce(charged.tax_minor, 0)
    )
    ORDER BY 1
"""

_IN_QUESTION = f"""
    SELECT {_NAMED} || ': ' || disputed_minor || ' is in question, not ' || expected
    FROM (
        SELECT statement_id, number, disputed_minor, CASE WHEN state = 'void' THEN 0
            WHEN EXISTS (
                SELECT FROM settlement.dispute WHERE dispute.statement_id = bill.statement_id
                    AND dispute.state = 'open' AND is_whole
            ) THEN billed_minor
            ELSE (
                SELECT coalesce(sum(amount_minor), 0) FROM (
                    SELECT DISTINCT of_book_id, of_use_id, of_leg, of_kind, of_period_line_id,
                        amount_minor
                    FROM settlement.dispute_line JOIN settlement.dispute USING (dispute_id)
                    WHERE dispute.statement_id = bill.statement_id AND dispute.state = 'open'
                ) AS line
            ) END AS expected
        FROM settlement.statement AS bill
    ) AS bill
    WHERE disputed_minor <> expected
    ORDER BY 1
"""

_DISPUTED = f"""
    SELECT 'dispute ' || dispute_id
    FROM settlement.dispute JOIN settlement.statement USING (statement_id)
    LEFT JOIN (
        SELECT dispute_id, sum(amount_minor) AS lines_minor FROM settlement.dispute_line
        GROUP BY dispute_id
    ) AS named USING (dispute_id)
    WHERE dispute.disputed_minor
        IS DISTINCT FROM CASE WHEN is_whole THEN billed_minor ELSE lines_minor END
        OR is_whole AND lines_minor IS NOT NULL
    UNION
    SELECT 'dispute ' || dispute_id
    FROM settlement.dispute_line LEFT JOIN settlement.line ON line.book_id = of_book_id
        AND line.use_id = of_use_id AND line.leg = of_leg AND line.kind = of_kind
    LEFT JOIN settlement.allocation USING (book_id, use_id, leg, kind)
    WHERE of_use_id IS NOT NULL AND dispute_line.amount_minor IS DISTINCT FROM {GROSS_SQL}
    ORDER BY 1
"""

_POSTED = """
    SELECT 'adjustment ' || adjustment_id
    FROM (
        SELECT CAST(adjustment_id AS text) AS adjustment_id, statement_id, state, amount_minor,
            tax_minor, month, (
                SELECT sum(adjustment_line.amount_minor) FROM settlement.adjustment_line
                WHERE adjustment_line.adjustment_id = adjustment.adjustment_id
            ) AS lines_minor
        FROM settlement.adjustment
    ) AS made
    FULL JOIN (
        SELECT calculation ->> 'adjustment' AS adjustment_id, sum(amount_minor) AS posted_minor,
            sum(tax_minor) AS posted_tax_minor, min(month) AS first_month,
            max(month) AS last_month, min(of_statement_id) AS of_statement_id
        FROM settlement.period_line WHERE kind = 'adjustment'
        GROUP BY calculation ->> 'adjustment'
    ) AS posted USING (adjustment_id)
    WHERE amount_minor IS DISTINCT FROM lines_minor OR CASE WHEN state = 'approved'
        THEN (statement_id, amount_minor, tax_minor, month, month)
            IS DISTINCT FROM
            (of_statement_id, posted_minor, posted_tax_minor, first_month, last_month)
        ELSE posted_minor IS NOT NULL END
    ORDER BY 1
"""

_ABOVE_LINE = f"""
    SELECT 'statement ' || number || ': '
        || coalesce(of_period_line, of_book_id || ':' || of_use_id || ' ' || of_leg)
    FROM (
        SELECT credited.number, of_period_line, credited.of_book_id, credited.of_use_id,
            credited.of_leg, adjusted_minor,
            coalesce(period_line.amount_minor, {GROSS_SQL}) AS gross_minor
        FROM ({_CREDITED}) AS credited
        LEFT JOIN settlement.line ON line.book_id = credited.of_book_id
            AND line.use_id = credited.of_use_id AND line.leg = credited.of_leg
            AND line.kind = credited.of_kind
        LEFT JOIN settlement.allocation ON allocation.book_id = line.book_id
            AND allocation.use_id = line.use_id AND allocation.leg = line.leg
            AND allocation.kind = line.kind
        LEFT JOIN settlement.period_line ON period_line.period_line_id = of_period_line
            AND {_SAME_PARTIES}
        WHERE of_period_line IS NOT NULL OR credited.of_use_id IS NOT NULL
    ) AS corrected
    WHERE gross_minor IS NULL OR gross_minor + adjusted_minor < least(gross_minor, 0)
    ORDER BY 1
"""

_ABOVE_STATEMENT = f"""
    SELECT 'statement ' || min(number)
    FROM (
        SELECT {_PARTIES}, min(number) AS number, sum(adjusted_minor) AS adjusted_minor
        FROM ({_CREDITED}) AS credited GROUP BY {_PARTIES}
    ) AS corrected
    JOIN (
        SELECT {_PARTIES}, max(billed_minor) AS billed_minor FROM settlement.statement
        GROUP BY {_PARTIES}
    ) AS bill USING ({_PARTIES})
    GROUP BY {_PARTIES}, billed_minor, adjusted_minor
    HAVING billed_minor + adjusted_minor < least(billed_minor, 0)
    ORDER BY 1
"""

_INVOICES = f"""
    SELECT 'invoice ' || invoiced.number
    FROM ({_INVOICED}) AS invoiced JOIN settlement.statement USING (statement_id)
    WHERE net_minor + invoiced.tax_minor <> gross_minor
        OR CASE WHEN invoiced.kind = 'blue' THEN gross_minor <= 0
            ELSE gross_minor >= 0 OR cancelled_kind IS DISTINCT FROM 'blue' END
        OR (invoiced.kind = 'blue' OR NOT is_own)
            AND (net_so_far, tax_so_far, gross_so_far)
                IS DISTINCT FROM
                (billed_minor - statement.tax_minor, statement.tax_minor, billed_minor)
    UNION
    SELECT 'invoice ' || blue.number
    FROM settlement.invoice AS blue JOIN settlement.invoice AS red
        ON red.cancels = blue.invoice_id
    GROUP BY blue.number, blue.net_minor, blue.tax_minor, blue.gross_minor
    HAVING least(blue.net_minor + sum(red.net_minor), blue.tax_minor + sum(red.tax_minor),
        blue.gross_minor + sum(red.gross_minor)) < 0
    ORDER BY 1
"""

_COUNTED = f"""
    SELECT {_NAMED}
    FROM settlement.statement LEFT JOIN (
        SELECT statement_id, count(*) FILTER (WHERE step IN ('adjust', 'accept')) AS adjusted,
            count(*) FILTER (WHERE step = 'invoice') AS invoiced
        FROM settlement.statement_step GROUP BY statement_id
    ) AS steps USING (statement_id)
    LEFT JOIN (
        SELECT statement_id, count(*) AS adjustments FROM settlement.adjustment
        GROUP BY statement_id
    ) AS made USING (statement_id)
    LEFT JOIN (
        SELECT statement_id, count(*) AS invoices FROM settlement.invoice GROUP BY statement_id
    ) AS recorded USING (statement_id)
    WHERE (coalesce(adjusted, 0), coalesce(invoiced, 0))
        <> (coalesce(adjustments, 0), coalesce(invoices, 0))
    ORDER BY 1
"""

CHECKS: dict[str, str] = {
    "numbers have no gaps": _NUMBERS,
    "numbered statements are of closed months": _MONTHS,
    "files of statements are kept": _FILES,
    "files of statements count their lines": _LINES_OF_FILES,
    "daily bills are what they were": _DAILY,
    "the uses of a closed month are those that were counted": _USES,
    "a reversal takes back what its charge came to": _TAKEN_BACK,
    "what is in question is that of the open disputes": _IN_QUESTION,
    "disputes are about what was billed": _DISPUTED,
    "corrections are posted once they are approved": _POSTED,
    "no line is credited by more than it came to": _ABOVE_LINE,
    "no statement is credited by more than it came to": _ABOVE_STATEMENT,
    "invoices have the sums of their statements": _INVOICES,
    "corrections and invoices are those of the history": _COUNTED,
}

_ASKED = "SELECT * FROM ({statement}) AS found LIMIT :limit"

_ACROSS = (_LINES_OF_FILES, _USES, _TAKEN_BACK, _DISPUTED, _ABOVE_LINE)

CROSS_BOOK: tuple[str | TextClause, ...] = (
    *_ACROSS,
    *(text(_ASKED.format(statement=each)) for each in _ACROSS),
)
"""The statements here that name no book: a bill is between parties, whatever books its uses are of.

They only read. A cluster sends them to every node.
"""


async def verify_bills(connection: AsyncConnection) -> list[str]:
    """What of the bill does not agree, at most so many of a kind.

    Run it in a transaction of its own: it asks for one snapshot (REPEATABLE READ), and for no limit
    of time. It never blocks a writer.
    """
    await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    await allow_time(connection, _NO_TIME_LIMIT)
    # As in `ledger.audit.verify`: stale statistics may suggest loops that would never end.
    for setting in ("enable_nestloop = off", "work_mem = '64MB'"):
        await connection.execute(text(f"SET LOCAL {setting}"))
    defects: list[str] = []
    for check, statement in CHECKS.items():
        rows = await connection.execute(
            text(_ASKED.format(statement=statement)),
            {"limit": DEFECTS_PER_CHECK_MAX},
        )
        defects.extend(f"{check}: {row[0]}" for row in rows)
    return defects
