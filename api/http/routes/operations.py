"""Points given, taken, set aside, taken back and moved: single operations, batches, and what became of them."""

from typing import Any
from urllib.parse import unquote

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, RawBody

from api.http.auth import BRAND, CHANGES, IMPORT, Call, context_of, own_programme, require_import
from api.http.batches import batch_answer
from api.http.idempotency import key_of
from api.http.operations import count, make, read_operations, render_one
from api.http.problems import problem
from api.http.schemas.points import (
    AdjustRequest,
    CaptureRequest,
    ConvertRequest,
    EntryAnswer,
    EventRequest,
    ExpireRequest,
    GiftRequest,
    HoldRequest,
    IssueRequest,
    MergeRequest,
    OperationAnswer,
    OperationRecordAnswer,
    OperationsAnswer,
    OperationsRequest,
    RedeemRequest,
    ReleaseRequest,
    ReverseRequest,
)
from ledger import asks, read
from ledger.asks import KEY_LENGTH_MAX, Convert, Operation, OperationNotFound
from ledger.finish import expire_book

TAGS = ["points"]


async def _submit(
    call: Call, programme: str, kind: type[Operation], request: EventRequest
) -> Response[Any]:
    """Submit one operation and answer it: 201 with its document, or the problem it was refused with."""
    require_import(call.user, request.occurred_at)
    book = await own_programme(call, programme)
    made = await context_of(call).ledger.submit(book, [make(kind, key_of(call), request)])
    count(made)
    if kind is Convert:
        context_of(call).conversions.ring()
    return render_one(call, made[0])


@post("/v1/programmes/{programme:str}/issue", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def issue(
    request: Call, programme: FromPath[str], data: JSONBody[IssueRequest]
) -> Response[OperationAnswer]:
    """Give points to a member; the first issue makes the member known."""
    return await _submit(request, programme, asks.Issue, data)


@post("/v1/programmes/{programme:str}/redeem", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def redeem(
    request: Call, programme: FromPath[str], data: JSONBody[RedeemRequest]
) -> Response[OperationAnswer]:
    """Take points from a member, the soonest expiry first."""
    return await _submit(request, programme, asks.Redeem, data)


@post("/v1/programmes/{programme:str}/hold", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def hold(
    request: Call, programme: FromPath[str], data: JSONBody[HoldRequest]
) -> Response[OperationAnswer]:
    """Set points of a member aside. The key names the hold when it is captured or released."""
    return await _submit(request, programme, asks.Hold, data)


@post("/v1/programmes/{programme:str}/capture", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def capture(
    request: Call, programme: FromPath[str], data: JSONBody[CaptureRequest]
) -> Response[OperationAnswer]:
    """Spend the points of a hold, or some of them; the rest is given back."""
    return await _submit(request, programme, asks.Capture, data)


@post("/v1/programmes/{programme:str}/release", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def release(
    request: Call, programme: FromPath[str], data: JSONBody[ReleaseRequest]
) -> Response[OperationAnswer]:
    """Give the points of a hold back."""
    return await _submit(request, programme, asks.Release, data)


@post("/v1/programmes/{programme:str}/expire", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def expire(
    request: Call, programme: FromPath[str], data: JSONBody[ExpireRequest]
) -> Response[OperationAnswer]:
    """Write off the points whose last day is past: one member's, or everybody's when no member is named."""
    if data.member is not None:
        return await _submit(request, programme, asks.Expire, data)
    require_import(request.user, data.occurred_at)
    book = await own_programme(request, programme)
    swept = await expire_book(context_of(request).ledger, book, key_of(request), data.occurred_at)
    count([swept])
    return render_one(request, swept)


@post("/v1/programmes/{programme:str}/reverse", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def reverse(
    request: Call, programme: FromPath[str], data: JSONBody[ReverseRequest]
) -> Response[OperationAnswer]:
    """Undo an issue, a redemption or a capture, or a part of it."""
    return await _submit(request, programme, asks.Reverse, data)


@post("/v1/programmes/{programme:str}/gift", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def gift(
    request: Call, programme: FromPath[str], data: JSONBody[GiftRequest]
) -> Response[OperationAnswer]:
    """Give a member's points to another member, who may be new."""
    return await _submit(request, programme, asks.Gift, data)


@post("/v1/programmes/{programme:str}/adjust", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def adjust(
    request: Call, programme: FromPath[str], data: JSONBody[AdjustRequest]
) -> Response[OperationAnswer]:
    """Add points to a balance, or take some, by hand, with who and why."""
    return await _submit(request, programme, asks.Adjust, data)


@post("/v1/programmes/{programme:str}/convert", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def convert(
    request: Call, programme: FromPath[str], data: JSONBody[ConvertRequest]
) -> Response[OperationAnswer]:
    """Turn points into another programme's.

    They are set aside until the other programme has credited them, or come back.
    """
    return await _submit(request, programme, asks.Convert, data)


@post("/v1/programmes/{programme:str}/merge", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def merge(
    request: Call, programme: FromPath[str], data: JSONBody[MergeRequest]
) -> Response[OperationAnswer]:
    """Move everything of a member to another, for good."""
    return await _submit(request, programme, asks.Merge, data)


@post(
    "/v1/programmes/{programme:str}/operations",
    guards=[BRAND],
    status_code=200,
    opt={"body": OperationsRequest},
    tags=TAGS,
)
async def operate(
    request: Call, programme: FromPath[str], body: RawBody
) -> Response[OperationsAnswer]:
    """Up to 1,000 operations at once, each with its own key, answered in order; `mode` says what a refused one does to the others."""
    book = await own_programme(request, programme)
    batch = read_operations(body, may_import=IMPORT in request.user.permissions)
    tried = batch.tried()
    made = await context_of(request).ledger.submit(book, tried, mode=batch.mode)
    count(made)
    if any(isinstance(operation, Convert) for operation in tried):
        context_of(request).conversions.ring()
    return batch_answer(batch.answers(made), sum(each.replayed for each in made))


@get("/v1/programmes/{programme:str}/operations/{key:path}", guards=[BRAND], tags=TAGS)
async def operation_by_key(
    request: Call, programme: FromPath[str], key: FromPath[str]
) -> OperationRecordAnswer:
    """What was stored under a key, with the entries it made."""
    del key  # The router takes doubled slashes for one, and none at the end; a key may have them.
    book = await own_programme(request, programme)
    address = unquote(request.scope["raw_path"].decode("latin-1"))
    given = address.partition(f"/{programme}/operations/")[2]
    if len(given) > KEY_LENGTH_MAX:
        raise OperationNotFound(f"a key has at most {KEY_LENGTH_MAX} characters")
    async with context_of(request).database.transaction() as connection:
        found = await read.operation(connection, book, given)
    return {
        "operation": found.operation,
        "key": found.key,
        "kind": found.kind,
        "status": found.status,
        "member": found.member,
        "points": found.points,
        "balance": found.balance,
        "occurred_at": found.occurred_at,
        "recorded_at": found.recorded_at,
        "expires_on": found.expires_on,
        "subject": found.subject,
        "store": found.store,
        "channel": found.channel,
        "staff": found.staff,
        "reference": found.reference,
        "metadata": found.metadata,
        "detail": found.detail,
        "problem": None if found.refusal is None else problem(found.refusal),
        "entries": [_render_entry(entry) for entry in found.entries],
    }


def _render_entry(entry: read.EntryRecord) -> EntryAnswer:
    return {
        "source": entry.source,
        "target": entry.target,
        "points": entry.points,
        "available_on": entry.available_on,
        "expires_on": entry.expires_on,
        "funder": entry.funder,
        "balance": entry.balance,
        "held": entry.held,
        "debt": entry.debt,
    }


ROUTES = [
    issue,
    redeem,
    hold,
    capture,
    release,
    expire,
    reverse,
    gift,
    adjust,
    convert,
    merge,
    operate,
    operation_by_key,
]
