"""Why a line says what it says, and what past uses would have cost by another card."""

from collections.abc import Mapping, Sequence

from litestar import get, post
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, own_programme
from api.http.auth import BRAND, OPERATOR, SLOW, Call, context_of
from api.http.schemas.explained import (
    CardSimulationAnswer,
    ExplainedLineAnswer,
    ExplainedLinesAnswer,
    SimulateCardBody,
    TriedLegAnswer,
    UseChangeAnswer,
)
from catalog import INTEGER_MAX, find_party
from exchange.coupons import find_coupon
from exchange.use import name_of_use
from ledger import allow_time
from settlement import require_month
from settlement.cards import RateCard
from settlement.explain import (
    Change,
    Explained,
    LegSum,
    Shared,
    Simulation,
    UseNotBilled,
    explain_use,
    load_shared,
    named_parties,
    try_card,
)

TAGS = ["billing"]
SIMULATION_TIMEOUT_SECONDS = 120
USES_TOLD_MAX = 20


@get("/v1/lines/{book_id:int}/{use_id:str}", tags=TAGS)
async def explained_lines(
    request: Call, book_id: FromPath[int], use_id: FromPath[str]
) -> ExplainedLinesAnswer:
    """Explain a use: each of its lines, step by step, and the same rated again now."""
    if not 1 <= book_id <= INTEGER_MAX or "\x00" in use_id:
        raise UseNotBilled
    async with context_of(request).database.transaction() as connection:
        found = await explain_use(connection, request.user.party, book_id, use_id)
        return await _lines(request, connection, found)


@get("/v1/programmes/{programme:str}/coupons/{coupon_id:int}/lines", guards=[BRAND], tags=TAGS)
async def coupon_lines(
    request: Call, code: ProgrammeInPath, coupon_id: FromPath[int]
) -> ExplainedLinesAnswer:
    """Explain what the uses of a coupon are billed with. Without a line, there is none yet.

    Of a coupon that was used and taken back very often, the last uses are told.
    """
    programme = await own_programme(request, code)
    book_id = programme.book_id
    found: list[Explained] = []
    async with context_of(request).database.transaction() as connection:
        coupon = await find_coupon(connection, book_id, coupon_id)
        for use in range(max(1, coupon.uses - USES_TOLD_MAX + 1), coupon.uses + 1):
            name = name_of_use(coupon_id, use)
            try:
                found += await explain_use(connection, request.user.party, book_id, name)
            except UseNotBilled:
                continue  # it is not rated yet
        return await _lines(request, connection, found)


async def _lines(
    request: Call, connection: AsyncConnection, found: Sequence[Explained]
) -> ExplainedLinesAnswer:
    shared = [await load_shared(connection, each.line) for each in found]
    parties = {
        party_id
        for each in found
        for party_id in (each.line.payer_party_id, each.line.payee_party_id)
    }
    codes = await context_of(request).codes.of(connection, parties)
    return {
        "lines": [_render(each, parts, codes) for each, parts in zip(found, shared, strict=True)]
    }


@post("/v1/rate-cards/simulate", guards=[OPERATOR], opt=SLOW, status_code=200, tags=TAGS)
async def add_card_simulation(
    request: Call, data: JSONBody[SimulateCardBody]
) -> CardSimulationAnswer:
    """Try a rate card on the uses of past months. Nothing is stored, so no key is needed."""
    card = RateCard.of_document(data.card)
    months = sorted({require_month(month) for month in data.months})
    context = context_of(request)

    async def party_id(connection: AsyncConnection, code: str | None) -> int | None:
        return None if code is None else (await find_party(connection, code)).party_id

    async with context.database.transaction() as connection:
        await allow_time(connection, SIMULATION_TIMEOUT_SECONDS)
        found = await try_card(
            connection,
            card,
            months,
            home_party_id=await party_id(connection, data.home_party),
            supplier_party_id=await party_id(connection, data.supplier_party),
            named=await named_parties(connection, card),
        )
        codes = await context.codes.of(
            connection,
            {
                party
                for each in found.months
                for party in (each.payer_party_id, each.payee_party_id)
            },
        )
    return _render_simulation(found, codes)


def _render_simulation(found: Simulation, codes: Mapping[int, str]) -> CardSimulationAnswer:
    return {
        "months": [
            {
                "month": each.month,
                "payer_party": codes[each.payer_party_id],
                "payee_party": codes[each.payee_party_id],
                "currency": each.currency,
                "now_minor": each.now_minor,
                "then_minor": each.then_minor,
                "difference_minor": each.difference_minor,
            }
            for each in found.months
        ],
        "legs": [_render_leg(each, codes) for each in found.legs],
        "largest": [_render_change(each, codes) for each in found.largest],
        "uses": found.uses,
        "waiting": found.waiting,
    }


def _render_leg(each: LegSum, codes: Mapping[int, str]) -> TriedLegAnswer:
    return {
        "month": each.month,
        "leg": each.leg,
        "payer_party": codes[each.payer_party_id],
        "payee_party": codes[each.payee_party_id],
        "currency": each.currency,
        "uses": each.uses,
        "lines_minor": each.lines_minor,
        "period_lines": [
            {
                "kind": part.kind,
                "offer_id": part.offer_id or None,
                "amount_minor": part.amount_minor,
                "calculation": dict(part.calculation),
            }
            for part in each.parts
        ],
        "then_minor": each.then_minor,
    }


def _render_change(each: Change, codes: Mapping[int, str]) -> UseChangeAnswer:
    return {
        "month": each.month,
        "offer_code": each.offer_code,
        "uses": each.uses,
        "example": each.example,
        "now_minor": each.now_minor,
        "then_minor": each.then_minor,
        "lines": [
            {
                "leg": line.leg,
                "payer_party": codes[line.payer_party_id],
                "payee_party": codes[line.payee_party_id],
                "amount_minor": line.amount_minor,
                "steps": [dict(step) for step in line.steps],
                "calculation": line.calculation,
            }
            for line in each.lines
        ],
    }


def _render(each: Explained, shared: list[Shared], codes: dict[int, str]) -> ExplainedLineAnswer:
    line = each.line
    return {
        "line": line.identity,
        "month": line.month,
        "late": line.late,
        "statement": line.statement_number,
        "payer_party": codes[line.payer_party_id],
        "payee_party": codes[line.payee_party_id],
        "currency": line.currency,
        "card": {
            "contract_id": line.contract_id,
            "version": line.contract_version,
            "card_id": line.card_id,
            "sha256": None if each.card_sha256 is None else each.card_sha256.hex(),
        },
        "inputs": {
            "used_at": line.used_at,
            "used_on": line.used_on,
            "offer_code": line.offer_code,
            "face_minor": line.face_minor,
            "order_minor": line.order_minor,
            "paid_minor": line.paid_minor,
            "points": line.points,
        },
        "steps": [dict(step) for step in each.steps],
        "period_lines": [
            {
                "id": part.period_line_id,
                "kind": part.kind,
                "amount_minor": part.amount_minor,
                "calculation": part.calculation,
            }
            for part in shared
        ],
        "calculation": line.calculation,
        "amount_minor": line.amount_minor,
        "effective_minor": each.effective_minor,
        "tax_minor": each.tax_minor,
        "net_minor": each.net_minor,
        "replay": each.replay,
    }


ROUTES = [explained_lines, coupon_lines, add_card_simulation]
