"""What is due for a statement: what is billed, less what is carried, paid, netted, written off."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from settlement.statements.statements import Statement


@dataclass(frozen=True, slots=True)
class Due:
    """What a statement comes to so far. Amounts below zero are what the payee owes the payer.

    `carried_minor` is in dispute: it is not due as long as that is open. Of a statement that was
    never issued, or is void, nothing is due.
    """

    statement_id: int
    billed_minor: int
    carried_minor: int
    paid_minor: int
    netted_minor: int
    written_off_minor: int
    netting_id: int | None
    """The run that nets it and is not paid yet: it may still be repeated without the statement."""

    @property
    def rest_minor(self) -> int:
        """What is left to be paid once no dispute is open."""
        settled = self.paid_minor + self.netted_minor + self.written_off_minor
        return self.billed_minor - settled

    @property
    def due_minor(self) -> int:
        """What is to be paid now: above zero by the payer, below zero by the payee."""
        return self.rest_minor - self.carried_minor


_DUES = text(
    """
    SELECT statement_id, billed_minor, carried_minor, paid_minor, netted_minor, written_off_minor,
        netting_id
    FROM (
        SELECT statement.statement_id,
            CASE WHEN state IN ('draft', 'under_review', 'void') THEN 0 ELSE billed_minor END
                AS billed_minor,
            CASE WHEN state IN ('draft', 'under_review', 'void') THEN 0 ELSE disputed_minor END
                AS carried_minor
        FROM settlement.statement
        WHERE statement.statement_id = ANY (CAST(:statement_ids AS bigint[]))
    ) AS billed
    CROSS JOIN LATERAL (
        SELECT
            CAST(coalesce(sum(CASE WHEN payment.payer_party_id = sides.payer_party_id
                THEN amount_minor ELSE -amount_minor END)
                FILTER (WHERE payment.kind = 'payment'), 0) AS bigint) AS paid_minor,
            CAST(coalesce(sum(amount_minor) FILTER (WHERE payment.kind = 'write_off'), 0)
                AS bigint) AS written_off_minor
        FROM settlement.payment
        JOIN settlement.statement AS sides USING (statement_id)
        WHERE payment.statement_id = billed.statement_id
    ) AS paid
    CROSS JOIN LATERAL (
        SELECT
            CAST(coalesce(sum(amount_minor)
                FILTER (WHERE netting_statement.state = 'netted'), 0) AS bigint) AS netted_minor,
            max(netting_id) FILTER (WHERE netting_statement.state <> 'taken_out'
                AND netting.state IN ('draft', 'advised', 'confirmed')) AS netting_id
        FROM settlement.netting_statement JOIN settlement.netting USING (netting_id)
        WHERE netting_statement.statement_id = billed.statement_id
    ) AS netted
    ORDER BY statement_id
    """
)


async def load_dues(connection: AsyncConnection, statement_ids: Collection[int]) -> dict[int, Due]:
    """What is due for each of these statements. One round trip.

    Lock the statements first if it must stay so: whoever pays, nets, disputes or voids one does.
    """
    rows = await connection.execute(_DUES, {"statement_ids": sorted(statement_ids)})
    return {row.statement_id: Due(*row) for row in rows}


async def due_minor(connection: AsyncConnection, statement: Statement) -> int:
    """What is due for a statement now. See `Due`."""
    dues = await load_dues(connection, [statement.statement_id])
    return dues[statement.statement_id].due_minor
