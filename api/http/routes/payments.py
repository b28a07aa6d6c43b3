"""Payments of statements and of netting runs, what is due, and who owes how much in all."""

from collections.abc import Sequence
from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, OPERATOR, Call, context_of
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.problems import invalid_at
from api.http.schemas.answers import Page
from api.http.schemas.payments import (
    DueAnswer,
    PaymentAnswer,
    PaymentBody,
    PositionAnswer,
    PositionsAnswer,
)
from catalog import BIGINT_MAX, find_party
from ledger import JSON, read_clock
from ledger.money import account_parts, load_money_balances
from settlement.netting import pay_netting
from settlement.payments import (
    Due,
    Payment,
    Remittance,
    list_payments,
    load_dues,
    pay_statement,
)
from settlement.statements import StatementNotFound, find_statement

TAGS = ["money"]

StatementFilter = Annotated[
    int | None,
    QueryParameter(ge=1, le=BIGINT_MAX, description="Only those for this statement."),
]
NettingFilter = Annotated[
    int | None,
    QueryParameter(ge=1, le=BIGINT_MAX, description="Only those for this netting run."),
]

_copy = Copier(PaymentAnswer, Payment, "party", "payer_party", "payee_party")
_copy_due = Copier(DueAnswer, Due, "due_minor")


async def _render(
    request: Call, connection: AsyncConnection, payments: Sequence[Payment]
) -> dict[int, PaymentAnswer]:
    parties = {
        party
        for each in payments
        for party in (each.party_id, each.payer_party_id, each.payee_party_id)
        if party is not None
    }
    codes = await context_of(request).codes.of(connection, parties)
    return {
        each.payment_id: _copy(
            each,
            party=None if each.party_id is None else codes[each.party_id],
            payer_party=codes[each.payer_party_id],
            payee_party=codes[each.payee_party_id],
        )
        for each in payments
    }


def _require_one_subject(data: PaymentBody) -> None:
    """Check that a payment is for a statement, or for the position of a party in a run.

    Raises:
        RequestInvalid: it is for neither, or for both.
    """
    if (data.statement_id is None) == (data.netting_id is None):
        raise invalid_at("/statement_id", "A payment is for a statement_id or for a netting_id")
    if (data.netting_id is None) != (data.party is None):
        raise invalid_at("/party", "A party is named for a netting_id, and only for one")


@post("/v1/payments", guards=[OPERATOR], opt=CHANGES, tags=TAGS)
async def add_payment(request: Call, data: JSONBody[PaymentBody]) -> Response[PaymentAnswer]:
    """Record a payment: of a final statement, in part or in full, or of a position in a run.

    A statement is settled once nothing is left to pay, and a run is paid once all positions are.
    """
    _require_one_subject(data)
    remittance = Remittance(data.amount_minor, data.paid_on, data.reference)

    async def act(connection: AsyncConnection) -> JSON:
        operator, now = request.user.party, await read_clock(connection)
        if data.statement_id is not None:
            paid = await pay_statement(connection, operator, data.statement_id, remittance, now)
        else:
            party = await find_party(connection, data.party or "")
            run = data.netting_id or 0
            paid = await pay_netting(connection, operator, run, remittance, now, party=party)
        return (await _render(request, connection, [paid]))[paid.payment_id]

    return await answer_once(request, context_of(request).database, act)


@get("/v1/payments", tags=TAGS)
async def payments(
    request: Call,
    statement_id: StatementFilter = None,
    netting_id: NettingFilter = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[PaymentAnswer]:
    """The payments that the calling party made or got. The operator sees all of them."""
    async with context_of(request).database.transaction() as connection:
        found = await list_payments(
            connection,
            request.user.party,
            statement_id=statement_id,
            netting_id=netting_id,
            after=after(cursor),
            limit=limit,
        )
        rendered = await _render(request, connection, found)
    paged: Page[PaymentAnswer] = page(
        found, limit, lambda row: rendered[row.payment_id], lambda row: row.payment_id
    )
    return paged


@get("/v1/statements/{statement_id:int}/due", tags=TAGS)
async def statement_due(request: Call, statement_id: FromPath[int]) -> DueAnswer:
    """What is due for a statement: what is billed, less what is in dispute, paid or netted."""
    if not 1 <= statement_id <= BIGINT_MAX:
        raise StatementNotFound
    async with context_of(request).database.transaction() as connection:
        await find_statement(connection, request.user.party, statement_id)
        due = (await load_dues(connection, [statement_id]))[statement_id]
    return _copy_due(due, due_minor=due.due_minor)


@get("/v1/positions", tags=TAGS)
async def positions(request: Call) -> PositionsAnswer:
    """What the calling party is owed and owes in each currency. The operator sees all parties."""
    party = request.user.party
    held: dict[tuple[int, str], dict[str, int]] = {}
    async with context_of(request).database.transaction() as connection:
        for (currency, account), balance in (await load_money_balances(connection)).items():
            kind, party_id = account_parts(account)
            if party_id is not None and ("operator" in party.roles or party_id == party.party_id):
                held.setdefault((party_id, currency), {})[kind] = balance
        codes = await context_of(request).codes.of(connection, {party_id for party_id, _ in held})
    found: list[PositionAnswer] = [
        {
            "party": codes[party_id],
            "currency": currency,
            "open_minor": kinds.get("open", 0),
            "netted_minor": kinds.get("net", 0),
        }
        for (party_id, currency), kinds in sorted(held.items())
    ]
    return {"positions": found}


ROUTES = [add_payment, payments, statement_due, positions]
