"""Stages of suppliers, and their checks by the kit."""

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import is_operator
from api.http.auth import CALLBACK, CHANGES, OPERATOR, SUPPLIER_OR_OPERATOR, Call, context_of
from api.http.copying import Copier
from api.http.idempotency import answer_once, json_answer
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.fulfilment import CallbackAnswer, CallbackBody
from api.http.schemas.stages import (
    AccountsBody,
    CheckAnswer,
    CheckBody,
    CheckReportAnswer,
    StageAnswer,
    StageBody,
)
from catalog import Party, PartyNotFound, find_party
from catalog.stages import (
    Stage,
    StagePolicy,
    SupplierCheck,
    add_check,
    find_check,
    find_stage,
    list_checks,
)
from exchange.canary import judged
from exchange.conformance import receive_check_callback, stage_supplier
from exchange.fulfil import BODY_LENGTH_MAX_BYTES
from ledger import JSON, read_clock

TAGS = ["suppliers"]

_copy = Copier(CheckAnswer, SupplierCheck, "party")
_copy_report = Copier(CheckReportAnswer, SupplierCheck, "party")


async def _supplier(request: Call, connection: AsyncConnection, code: str) -> Party:
    """The supplier in an address: the caller's own party, or any for the operator."""
    if code != request.user.party.code and not is_operator(request.user):
        raise PartyNotFound(f"there is no party {code}")
    party = await find_party(connection, code)
    party.require("supplier")
    return party


def _accounts(body: AccountsBody) -> dict[str, JSON]:
    named = body.model_dump(exclude_none=True)
    return {name.replace("_", "-"): account for name, account in named.items()}


@post(
    "/v1/parties/{party:str}/check",
    guards=[SUPPLIER_OR_OPERATOR],
    opt=CHANGES,
    status_code=202,
    tags=TAGS,
)
async def add_supplier_check(
    request: Call, party: FromPath[str], data: JSONBody[CheckBody]
) -> Response[CheckAnswer]:
    """Have a supplier's endpoint checked by the kit of sixteen cases. It sends real orders.

    It takes some minutes. The report says what is to be mended.
    """
    options = {
        "offer_code": data.offer_code,
        "accounts": _accounts(data.accounts),
        "orders": data.orders,
        "concurrency": data.concurrency,
    }

    async def act(connection: AsyncConnection) -> JSON:
        supplier = await _supplier(request, connection, party)
        check = await add_check(connection, supplier.party_id, options)
        return _copy(check, party=supplier.code)

    return await answer_once(request, context_of(request).database, act, status=202)


@get("/v1/parties/{party:str}/checks", guards=[SUPPLIER_OR_OPERATOR], tags=TAGS)
async def supplier_checks(
    request: Call, party: FromPath[str], cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[CheckAnswer]:
    """The checks of a supplier, the latest first."""
    before = after(cursor) or None
    async with context_of(request).database.transaction() as connection:
        supplier = await _supplier(request, connection, party)
        rows = await list_checks(connection, supplier.party_id, before=before, limit=limit)
    found: Page[CheckAnswer] = page(
        rows, limit, lambda row: _copy(row, party=supplier.code), lambda row: row.check_id
    )
    return found


@get("/v1/parties/{party:str}/checks/{check_id:int}", guards=[SUPPLIER_OR_OPERATOR], tags=TAGS)
async def supplier_check(
    request: Call, party: FromPath[str], check_id: FromPath[int]
) -> CheckReportAnswer:
    """One check of a supplier, with its report."""
    async with context_of(request).database.transaction() as connection:
        supplier = await _supplier(request, connection, party)
        check = await find_check(connection, supplier.party_id, check_id)
    return _copy_report(check, party=supplier.code)


@post(
    "/v1/fulfilment/checks/{check_id:int}",
    opt={**CALLBACK, "body": CallbackBody},
    status_code=200,
    request_max_body_size=BODY_LENGTH_MAX_BYTES,
    tags=TAGS,
)
async def check_callback(
    request: Call, check_id: FromPath[int], body: RawBody
) -> Response[CallbackAnswer]:
    """What a supplier says about an order of a check, signed as any callback is.

    Some are refused, so that the check sees whether they come again.
    """
    context = context_of(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    document = await receive_check_callback(
        context.database, context.vault, check_id, headers, body
    )
    return json_answer(document)


@get("/v1/parties/{party:str}/stage", guards=[SUPPLIER_OR_OPERATOR], tags=TAGS)
async def supplier_stage(request: Call, party: FromPath[str]) -> StageAnswer:
    """The stage of a supplier, and what its figures say should follow."""
    async with context_of(request).database.transaction() as connection:
        supplier = await _supplier(request, connection, party)
        return await _render(connection, supplier)


@post(
    "/v1/parties/{party:str}/stage",
    guards=[OPERATOR],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def set_supplier_stage(
    request: Call, party: FromPath[str], data: JSONBody[StageBody]
) -> Response[StageAnswer]:
    """Stage a supplier: who meets it, how much of it is redeemed, and when it is good enough.

    A supplier that was never staged is open.
    """
    policy = StagePolicy(
        share_permyriad=data.share_permyriad,
        tags=tuple(data.tags),
        per_day_max=data.per_day_max,
        open_orders_max=data.open_orders_max,
        failure_permyriad=data.limits.failure_permyriad,
        p95_seconds=data.limits.p95_seconds,
        is_automatic=data.is_automatic,
    )
    context = context_of(request)

    async def act(connection: AsyncConnection) -> JSON:
        supplier = await _supplier(request, connection, party)
        await stage_supplier(
            connection,
            context.vault,
            supplier.party_id,
            Stage(data.stage),
            policy,
            reason=data.reason,
            now=await read_clock(connection),
        )
        return await _render(connection, supplier)

    return await answer_once(request, context.database, act, status=200)


async def _render(connection: AsyncConnection, supplier: Party) -> StageAnswer:
    stage = await find_stage(connection, supplier.party_id)
    policy = StagePolicy() if stage is None else stage.policy
    found: StageAnswer = {
        "party": supplier.code,
        "stage": "OPEN",
        "suspended_from": None,
        "since": None,
        "reason": None,
        "share_permyriad": policy.share_permyriad,
        "tags": list(policy.tags),
        "per_day_max": policy.per_day_max,
        "open_orders_max": policy.open_orders_max,
        "failure_permyriad": policy.failure_permyriad,
        "p95_seconds": policy.p95_seconds,
        "is_automatic": policy.is_automatic,
        "stats": None,
        "next": None,
        "words": None,
    }
    if stage is None:
        return found
    stats, judgement = await judged(connection, stage, await read_clock(connection))
    before = stage.suspended_from
    found |= {
        "stage": stage.stage.value,
        "suspended_from": None if before is None else before.value,
        "since": stage.since,
        "reason": stage.reason,
        "stats": {
            "ended": stats.ended,
            "failed": stats.failed,
            "member_faults": stats.member_faults,
            "open": stats.open,
            "low": round(judgement.low, 4),
            "high": round(judgement.high, 4),
            "p95_seconds": stats.p95_seconds,
        },
        "next": judgement.next,
        "words": {"zh": judgement.words["zh"], "en": judgement.words["en"]},
    }
    return found


ROUTES = [
    add_supplier_check,
    supplier_checks,
    supplier_check,
    check_callback,
    supplier_stage,
    set_supplier_stage,
]
