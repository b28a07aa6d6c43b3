"""Disputes: the parties of a statement say which lines are wrong, and answer each other."""

from collections.abc import Sequence
from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, Call, context_of
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.routes.statements import existing_statement
from api.http.schemas.answers import Page
from api.http.schemas.disputes import (
    AcceptDisputeBody,
    DisputeAnswer,
    DisputeStateName,
    NamedLineAnswer,
    OpenDisputeBody,
    RejectDisputeBody,
)
from catalog import BIGINT_MAX
from ledger import JSON, read_clock
from settlement.disputes import (
    Dispute,
    DisputeNotFound,
    DisputesWanted,
    DisputeVerb,
    LineAmount,
    NewDispute,
    answer_dispute,
    find_dispute,
    list_disputes,
    open_dispute,
)
from settlement.statements import read_line_key

TAGS = ["disputes"]
DisputeStateFilter = Annotated[
    DisputeStateName | None,
    QueryParameter(name="state", description="Only those that stand so; without it, all."),
]

_copy = Copier(DisputeAnswer, Dispute, "party", "text", "lines", "closed_by_party")


def named_lines(lines: Sequence[LineAmount]) -> list[NamedLineAnswer]:
    """Lines as answers name them."""
    return [
        {
            "use": None if key.use_id is None else f"{key.book_id}:{key.use_id}",
            "leg": key.leg,
            "kind": key.kind,  # type: ignore[typeddict-item]  # one of the two, by its column
            "period_line": key.period_line_id,
            "amount_minor": line.amount_minor,
        }
        for line in lines
        for key in [line.key]
    ]


async def _render(
    request: Call, connection: AsyncConnection, disputes: Sequence[Dispute]
) -> list[DisputeAnswer]:
    parties = {each.party_id for each in disputes}
    parties |= {each.closed_party_id for each in disputes if each.closed_party_id is not None}
    codes = await context_of(request).codes.of(connection, parties)
    return [
        _copy(
            each,
            party=codes[each.party_id],
            text=each.said,
            lines=named_lines(each.lines),
            closed_by_party=codes.get(each.closed_party_id or 0),
        )
        for each in disputes
    ]


def _existing(dispute_id: int) -> int:
    if not 1 <= dispute_id <= BIGINT_MAX:
        raise DisputeNotFound
    return dispute_id


async def _page(
    request: Call, wanted: DisputesWanted, cursor: str | None, limit: int
) -> Page[DisputeAnswer]:
    async with context_of(request).database.transaction() as connection:
        rows = await list_disputes(
            connection, request.user.party, wanted, after=after(cursor), limit=limit
        )
        shown = await _render(request, connection, rows)
    found: Page[DisputeAnswer] = page(shown, limit, dict, lambda each: each["dispute_id"])
    return found


@post("/v1/statements/{statement_id:int}/disputes", opt=CHANGES, tags=TAGS)
async def add_dispute(
    request: Call, statement_id: FromPath[int], data: JSONBody[OpenDisputeBody]
) -> Response[DisputeAnswer]:
    """Dispute lines of a statement, as its payer or its payee. The other lines go on.

    A party that agreed before has to agree again.
    """
    keys = [
        read_line_key(each.use, each.leg, each.kind, each.period_line) for each in data.lines or []
    ]
    new = NewDispute(data.reason, data.text, keys, data.claimed_minor)

    async def act(connection: AsyncConnection) -> JSON:
        party, now = request.user.party, await read_clock(connection)
        number = existing_statement(statement_id)
        opened = await open_dispute(connection, party, number, new, now)
        return (await _render(request, connection, [opened]))[0]

    return await answer_once(request, context_of(request).database, act)


@get("/v1/statements/{statement_id:int}/disputes", tags=TAGS)
async def statement_disputes(
    request: Call,
    *,
    statement_id: FromPath[int],
    wanted: DisputeStateFilter = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[DisputeAnswer]:
    """The disputes of a statement, the first one first."""
    number = existing_statement(statement_id)
    return await _page(request, DisputesWanted(number, wanted), cursor, limit)


@get("/v1/disputes", tags=TAGS)
async def disputes(
    request: Call,
    *,
    wanted: DisputeStateFilter = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[DisputeAnswer]:
    """The disputes of all statements of the calling party. The operator sees all of them."""
    return await _page(request, DisputesWanted(state=wanted), cursor, limit)


@get("/v1/disputes/{dispute_id:int}", tags=TAGS)
async def dispute_by_id(request: Call, dispute_id: FromPath[int]) -> DisputeAnswer:
    """One dispute."""
    async with context_of(request).database.transaction() as connection:
        found = await find_dispute(connection, request.user.party, _existing(dispute_id))
        (shown,) = await _render(request, connection, [found])
    return shown


async def _answer(
    request: Call,
    dispute_id: int,
    verb: DisputeVerb,
    *,
    answer: str | None = None,
    claimed_minor: int | None = None,
) -> Response[DisputeAnswer]:
    async def act(connection: AsyncConnection) -> JSON:
        party, now = request.user.party, await read_clock(connection)
        closed = await answer_dispute(
            connection,
            party,
            _existing(dispute_id),
            verb,
            now,
            answer=answer,
            claimed_minor=claimed_minor,
        )
        return (await _render(request, connection, [closed]))[0]

    return await answer_once(request, context_of(request).database, act, status=200)


@post("/v1/disputes/{dispute_id:int}/accept", opt=CHANGES, status_code=200, tags=TAGS)
async def accept_dispute(
    request: Call, dispute_id: FromPath[int], data: JSONBody[AcceptDisputeBody]
) -> Response[DisputeAnswer]:
    """Accept a dispute, as the other party or the operator. The lines are corrected at once.

    The correction is on the next statement between the same parties.
    """
    return await _answer(
        request, dispute_id, "accept", answer=data.answer, claimed_minor=data.claimed_minor
    )


@post("/v1/disputes/{dispute_id:int}/reject", opt=CHANGES, status_code=200, tags=TAGS)
async def reject_dispute(
    request: Call, dispute_id: FromPath[int], data: JSONBody[RejectDisputeBody]
) -> Response[DisputeAnswer]:
    """Reject a dispute, as the other party or the operator, and say why the lines are right."""
    return await _answer(request, dispute_id, "reject", answer=data.answer)


@post("/v1/disputes/{dispute_id:int}/withdraw", opt=CHANGES, status_code=200, tags=TAGS)
async def withdraw_dispute(request: Call, dispute_id: FromPath[int]) -> Response[DisputeAnswer]:
    """Take a dispute back, as the party that has opened it."""
    await require_no_members(request)
    return await _answer(request, dispute_id, "withdraw")


ROUTES = [
    *(add_dispute, statement_disputes, disputes, dispute_by_id),
    *(accept_dispute, reject_dispute, withdraw_dispute),
]
