"""What payer, payee and operator are told of their statements, as events.

It is told with the step (`history`), in the transaction that takes it. Steps that change nothing
which a party must act on are in the history alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import load_party_codes
from ledger import NO_BOOK, Event, tell

StatementHappened = Literal[
    "statement.issued",
    "statement.agreed",
    "statement.disputed",
    "statement.final",
    "statement.settled",
    "statement.voided",
]
HAPPENED_BY_STEP: Mapping[str, StatementHappened] = {
    "issue": "statement.issued",
    "agree": "statement.agreed",
    "term": "statement.agreed",
    "dispute": "statement.disputed",
    "finalise": "statement.final",
    "settle": "statement.settled",
    "void": "statement.voided",
}

_FACTS = text(
    """
    SELECT statement_id, number, month, payer_party_id, payee_party_id, operator_party_id, kind,
        currency, billed_minor, state, due_on, disputed_minor, term_ends_at, payer_agreed_at,
        payee_agreed_at
    FROM settlement.statement WHERE statement_id = ANY(:statements) ORDER BY statement_id
    """
).bindparams(bindparam("statements", type_=ARRAY(BIGINT)))
_PLAIN = (
    *("number", "month", "kind", "currency", "billed_minor", "state", "due_on", "disputed_minor"),
    *("term_ends_at", "payer_agreed_at", "payee_agreed_at"),
)


async def tell_of_step(connection: AsyncConnection, statements: Sequence[int], step: str) -> None:
    """Tell the parties of statements of a step, as they stand after it. Three round trips."""
    happened = HAPPENED_BY_STEP.get(step)
    if happened is None or not statements:
        return
    rows = (await connection.execute(_FACTS, {"statements": list(statements)})).all()
    named = {party for row in rows for party in (row.payer_party_id, row.payee_party_id)}
    codes = await load_party_codes(connection, named)
    events = [event for row in rows for event in _events_of(row, happened, codes)]
    await tell(connection, NO_BOOK, events)


def _events_of(row: Row[Any], happened: StatementHappened, codes: Mapping[int, str]) -> list[Event]:
    data = {
        "statement_id": row.statement_id,
        **{name: getattr(row, name) for name in _PLAIN},
        "payer_party": codes[row.payer_party_id],
        "payee_party": codes[row.payee_party_id],
    }
    parties = sorted({row.payer_party_id, row.payee_party_id, row.operator_party_id})
    return [Event(party_id, happened, data) for party_id in parties]
