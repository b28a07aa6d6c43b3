"""Cases: what no rule can decide is listed with its evidence, and the operator decides."""

from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, PathParameter, QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, own_programme
from api.http.auth import BRAND, CHANGES, OPERATOR, Call, context_of
from api.http.copying import Copier
from api.http.deeds import deed_of
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.routes.orders import programme_codes, reader_of
from api.http.schemas.answers import Page
from api.http.schemas.cases import (
    CaseAnswer,
    CaseStateName,
    ComplainBody,
    DecideBody,
    KindName,
)
from catalog import CODE_LENGTH_MAX, find_party
from exchange.cases import (
    Case,
    CaseKind,
    CasesWanted,
    Decision,
    complain,
    find_case,
    list_cases,
)
from exchange.resolve import Asked, resolve_case
from ledger import JSON

TAGS = ["cases"]
CaseInPath = Annotated[str, PathParameter(name="case")]
"""`case` is a word of the language."""

_copy = Copier(CaseAnswer, Case, "case", "programme", "supplier", "coupon", "offer")


async def _render(call: Call, connection: AsyncConnection, cases: list[Case]) -> list[CaseAnswer]:
    codes = await context_of(call).codes.of(connection, {each.supplier_id for each in cases})
    programmes = await programme_codes(connection, {each.book_id for each in cases})
    return [
        _copy(
            each,
            case=each.case_number,
            programme=programmes[each.book_id],
            supplier=codes[each.supplier_id],
            coupon=each.coupon_id,
            offer=each.offer_id,
        )
        for each in cases
    ]


@get("/v1/cases", tags=TAGS)
async def cases(
    request: Call,
    *,
    wanted: Annotated[
        CaseStateName, QueryParameter(name="state", description="By default, those to decide.")
    ] = "OPEN",
    kind: Annotated[KindName | None, QueryParameter(description="Only cases of this kind.")] = None,
    supplier: Annotated[
        str | None,
        QueryParameter(max_length=CODE_LENGTH_MAX, description="For the operator: one's only."),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[CaseAnswer]:
    """What a person must look at, the oldest first. The operator sees all, each party its own."""
    reader = reader_of(request)
    async with context_of(request).database.transaction() as connection:
        supplier_id = None
        if supplier is not None and reader.party_id is None:
            supplier_id = (await find_party(connection, supplier)).party_id
        chosen = CasesWanted(
            supplier_id=supplier_id,
            state=wanted,
            kind=None if kind is None else CaseKind(kind),
        )
        rows = await list_cases(connection, reader, chosen, after=after(cursor), limit=limit)
        shown = await _render(request, connection, rows)
    last = rows[-1].case_id if rows else 0
    found: Page[CaseAnswer] = page(shown, limit, dict, lambda _: last)
    return found


@get("/v1/cases/{case:str}", tags=TAGS)
async def case_by_number(request: Call, number: CaseInPath) -> CaseAnswer:
    """A case by its number."""
    async with context_of(request).database.transaction() as connection:
        found = await find_case(connection, number, reader_of(request))
        (shown,) = await _render(request, connection, [found])
    return shown


@post("/v1/cases/{case:str}/resolve", guards=[OPERATOR], status_code=200, tags=TAGS)
async def decide(request: Call, number: CaseInPath, data: JSONBody[DecideBody]) -> CaseAnswer:
    """Decide a case. The same decision again gets the case as it was decided."""
    context = context_of(request)
    asked = Asked(
        decision=Decision(data.decision),
        reason=data.reason,
        evidence=data.evidence,
        supplier_reference=data.supplier_reference,
        until=data.until,
        member_consents=data.member_consents,
    )
    decided = await resolve_case(context.ledger, number, asked, deed_of(request))
    context.changes.ring()
    async with context.database.transaction() as connection:
        (shown,) = await _render(request, connection, [decided])
    return shown


@post(
    "/v1/programmes/{programme:str}/coupons/{coupon_id:int}/complain",
    guards=[BRAND],
    opt=CHANGES,
    tags=TAGS,
)
async def add_complaint(
    request: Call, code: ProgrammeInPath, coupon_id: FromPath[int], data: JSONBody[ComplainBody]
) -> Response[CaseAnswer]:
    """Pass on that a member does not find a right. A person looks at it."""
    programme = await own_programme(request, code)

    async def act(connection: AsyncConnection) -> JSON:
        made = await complain(
            connection, programme.book_id, coupon_id, data.reason, reader_of(request)
        )
        (shown,) = await _render(request, connection, [made])
        return shown

    return await answer_once(request, context_of(request).database, act, book_id=programme.book_id)


ROUTES = [cases, case_by_number, decide, add_complaint]
