"""What stands behind an adjustment or a write-off: a correction that is there, or an entry."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import find_party_by_id
from settlement.breaks.read import Break, ResolutionInvalid
from settlement.payments.payments import post_write_off

_OF_PARTIES = text(
    """
    SELECT EXISTS (
        SELECT FROM settlement.adjustment JOIN settlement.statement USING (statement_id)
        WHERE adjustment_id = :adjustment_id AND adjustment.state = 'approved'
            AND :supplier IN (payer_party_id, payee_party_id)
            AND (CAST(:home AS integer) IS NULL OR :home IN (payer_party_id, payee_party_id))
    )
    """
)

# What the supplier's uses by this brand's members were billed on. A void one was replaced.
_STATEMENT = text(
    """
    SELECT statement_id FROM settlement.statement
    WHERE month = coalesce(CAST(:month AS text), (
            SELECT month FROM settlement.reconciliation
            WHERE reconciliation_id = :reconciliation_id
        )) AND payer_party_id = :home AND payee_party_id = :supplier
        AND currency = :currency AND issued_at IS NOT NULL AND state <> 'void'
    ORDER BY statement_id LIMIT 1 FOR UPDATE
    """
)

# A later run finds the same record again, and what was posted for it stays.
_GIVEN_UP = text(
    """
    SELECT CAST(coalesce(sum(payment.amount_minor), 0) AS bigint)
    FROM settlement.reconciliation_break AS own
    JOIN settlement.reconciliation_break AS other
        ON other.key = own.key AND other.reconciliation_id <> own.reconciliation_id
    JOIN settlement.reconciliation AS run ON run.reconciliation_id = other.reconciliation_id
    JOIN settlement.payment ON payment.statement_id = :statement_id
        AND payment.kind = 'write_off' AND payment.reference = 'break:' || other.break_id
    WHERE own.break_id = :break_id AND run.supplier_party_id = :supplier
    """
)


async def require_adjustment(
    connection: AsyncConnection, found: Break, adjustment_id: int, supplier_party_id: int
) -> None:
    """Refuse an adjustment that is not approved, or is not between the parties of the break.

    Whose use it is may not be known. Then any adjustment of the supplier is allowed.

    Raises:
        ResolutionInvalid: it is refused.
    """
    asked = {
        "adjustment_id": adjustment_id,
        "supplier": supplier_party_id,
        "home": found.home_party_id,
    }
    if not await connection.scalar(_OF_PARTIES, asked):
        raise ResolutionInvalid(f"these parties have no approved adjustment {adjustment_id}")


async def give_up(
    connection: AsyncConnection,
    found: Break,
    supplier_party_id: int,
    operator_party_id: int,
    now: datetime,
) -> None:
    """Post a difference that is given up, on the statement that has billed it.

    What we billed beyond what the supplier claims need not be paid; what it claims beyond is owed.
    The document of the posting is `break:` and the number. What was given up of the same record in
    another run is not posted again: the statement is locked, so of two at once the second sees it.

    Raises:
        ResolutionInvalid: there is no difference, another month bills the use, or no statement is
            issued that it belongs to.
        PaymentRefused: the statement is settled, or a netting run nets it.
        PaymentExceedsDue: less is due than is given up.
    """
    if not found.difference_minor:
        raise ResolutionInvalid("there is no difference to write off")
    if found.category == "cut_off":
        raise ResolutionInvalid("another month bills the use: there it is owed or paid")
    asked = {
        "month": found.month,
        "reconciliation_id": found.reconciliation_id,
        "home": found.home_party_id,
        "supplier": supplier_party_id,
        "currency": found.currency or found.theirs_currency,
    }
    statement_id = await connection.scalar(_STATEMENT, asked)
    if statement_id is None:
        raise ResolutionInvalid("the month of the use has no issued statement to post it to")
    same = {"statement_id": statement_id, "break_id": found.break_id}
    posted = await connection.scalar(_GIVEN_UP, {**same, "supplier": supplier_party_id})
    if posted == found.difference_minor:
        return
    operator = await find_party_by_id(connection, operator_party_id)
    await post_write_off(
        connection,
        operator,
        statement_id,
        now,
        amount_minor=found.difference_minor - posted,
        document=f"break:{found.break_id}",
    )
