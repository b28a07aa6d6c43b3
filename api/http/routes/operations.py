"""Operations on points: single ones, batches, and what is stored about one."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, own_programme, require_import
from api.http.auth import BRAND, CHANGES, SLOW, Call, context_of, require_tokens
from api.http.batches import batch_answer
from api.http.copying import Copier
from api.http.idempotency import key_of
from api.http.metrics import count_operations
from api.http.operations import operation_of, read_operations, render_one
from api.http.problems import problem
from api.http.schemas.operations import (
    AdjustBody,
    CaptureBody,
    ConvertBody,
    EntryAnswer,
    EventBody,
    ExpireBody,
    GiftBody,
    HoldBody,
    IssueBody,
    MergeBody,
    OperationAnswer,
    OperationRecordAnswer,
    OperationsAnswer,
    OperationsBody,
    RedeemBody,
    ReleaseBody,
    ReverseBody,
)
from api.identity.role_limits import adjusts_any, require_small
from catalog import IMPORT, load_actor_names
from catalog.members import MergeCompanion
from exchange.earning import PointsDayCompanion, PointsDayIssue
from ledger import asks, read
from ledger.asks import (
    KEY_LENGTH_MAX,
    Companions,
    Convert,
    Merge,
    Operation,
    OperationNotFound,
)
from ledger.book import Programme
from ledger.finish import expire_book

TAGS = ["points"]

_copy = Copier(OperationRecordAnswer, read.OperationRecord, "problem", "entries", "recorded_by")
_render_entry = Copier(EntryAnswer, read.EntryRecord)


def _companion(programme: Programme, operations: Sequence[Operation]) -> Companions | None:
    """What goes with a merge is what is said of its members; with an issue, the points day."""
    kinds = set(map(type, operations))
    if kinds.isdisjoint({Merge, PointsDayIssue}):
        return None
    merging = MergeCompanion(programme.book_id)
    multiplying = PointsDayCompanion(programme.book_id, programme.time_zone)
    return Companions(((Merge, merging), (PointsDayIssue, multiplying)))


async def _require_small(call: Call, programme: Programme, operation: Operation) -> None:
    """Refuse a user what is too much for its role at once. A reversal moves what it undoes."""
    if not isinstance(operation, asks.Adjust | asks.Reverse) or adjusts_any(call.user):
        return
    points = operation.points
    if points is None and isinstance(operation, asks.Reverse):
        async with context_of(call).database.transaction() as connection:
            points = await _points_of(connection, programme, operation.operation_key)
    require_small(points or 0, context_of(call).settings.service_adjust_points_max)


async def _points_of(connection: AsyncConnection, programme: Programme, key: str) -> int:
    """What an operation moved. 0, if there is none: the ledger says so."""
    try:
        return (await read.operation(connection, programme, key)).points
    except OperationNotFound:
        return 0


async def _submit(call: Call, code: str, kind: type[Operation], body: EventBody) -> Response[Any]:
    """Submit one operation. The answer is 201 with its document, or a problem if it is refused."""
    require_import(call.user, body.occurred_at)
    programme = await own_programme(call, code)
    operation = operation_of(kind, key_of(call), body)
    await _require_small(call, programme, operation)
    (made,) = await context_of(call).ledger.submit(
        programme,
        [operation],
        companion=_companion(programme, [operation]),
        recorded_by=call.user.actor_id,
    )
    count_operations([made])
    if kind is Convert:
        context_of(call).conversions.ring()
    return render_one(call, made)


def operation_route(
    path: str, body_model: type[EventBody], kind: type[Operation], doc: str
) -> HTTPRouteHandler:
    """The route of one kind of operation. It submits what the body asks for.

    `path` is the end of its address and also its name. `doc` is its description.
    """

    async def handler(request: Call, code: ProgrammeInPath, data: Any) -> Response[OperationAnswer]:
        return await _submit(request, code, kind, data)

    handler.__name__ = path
    handler.__doc__ = doc
    handler.__annotations__["data"] = JSONBody[body_model]  # type: ignore[misc,valid-type]
    route = post(f"/v1/programmes/{{programme:str}}/{path}", guards=[BRAND], opt=CHANGES, tags=TAGS)
    return route(handler)


issue = operation_route(
    "issue",
    IssueBody,
    asks.Issue,
    "Give points to a member. The first issue makes the member known.",
)
redeem = operation_route(
    "redeem",
    RedeemBody,
    asks.Redeem,
    "Take points from a member, those that expire soonest first.",
)
hold = operation_route(
    "hold",
    HoldBody,
    asks.Hold,
    "Set a member's points aside. The key names the hold when it is captured or released.",
)
capture = operation_route(
    "capture",
    CaptureBody,
    asks.Capture,
    "Spend the points of a hold, or some of them. The rest is given back.",
)
release = operation_route("release", ReleaseBody, asks.Release, "Give back the points of a hold.")
reverse = operation_route(
    "reverse",
    ReverseBody,
    asks.Reverse,
    "Undo an issue, a redemption or a capture, or a part of it.",
)
gift = operation_route(
    "gift", GiftBody, asks.Gift, "Give a member's points to another member, who may be new."
)
adjust = operation_route(
    "adjust",
    AdjustBody,
    asks.Adjust,
    "Add points to a balance by hand, or take some, and say who did it and why.",
)
convert = operation_route(
    "convert",
    ConvertBody,
    asks.Convert,
    "Turn points into points of another programme.\n\n"
    "They are set aside until the other programme has credited them, or they come back.",
)
merge = operation_route(
    "merge", MergeBody, asks.Merge, "Move everything a member has to another member, permanently."
)


@post("/v1/programmes/{programme:str}/expire", guards=[BRAND], opt={**CHANGES, **SLOW}, tags=TAGS)
async def expire(
    request: Call, code: ProgrammeInPath, data: JSONBody[ExpireBody]
) -> Response[OperationAnswer]:
    """Write off points past their last day, of one member or, if none is named, of all."""
    if data.member is not None:
        return await _submit(request, code, asks.Expire, data)
    require_import(request.user, data.occurred_at)
    programme = await own_programme(request, code)
    swept = await expire_book(
        context_of(request).ledger,
        programme,
        key_of(request),
        data.occurred_at,
        recorded_by=request.user.actor_id,
    )
    count_operations([swept])
    return render_one(request, swept)


@post(
    "/v1/programmes/{programme:str}/operations",
    guards=[BRAND],
    status_code=200,
    opt={"body": OperationsBody, **SLOW},
    tags=TAGS,
)
async def operate(
    request: Call, code: ProgrammeInPath, body: RawBody
) -> Response[OperationsAnswer]:
    """Do up to 1,000 operations, each with its own key, answered in order.

    `mode` decides what happens to the others if one is refused.
    """
    programme = await own_programme(request, code)
    batch = read_operations(body, may_import=IMPORT in request.user.scopes)
    await require_tokens(request, len(batch.items))
    tried = batch.tried()
    made = await context_of(request).ledger.submit(
        programme,
        tried,
        mode=batch.mode,
        companion=_companion(programme, tried),
        recorded_by=request.user.actor_id,
    )
    count_operations(made)
    if any(isinstance(operation, Convert) for operation in tried):
        context_of(request).conversions.ring()
    return batch_answer(batch.answers(made), sum(each.replayed for each in made))


@get("/v1/programmes/{programme:str}/operations/{key:path}", guards=[BRAND], tags=TAGS)
async def operation_by_key(
    request: Call, code: ProgrammeInPath, key: FromPath[str]
) -> OperationRecordAnswer:
    """What is stored under a key, with the entries it made."""
    # The router merges double slashes and drops one at the end, but a key can have them.
    del key
    programme = await own_programme(request, code)
    address = unquote(request.scope["raw_path"].decode("latin-1"))
    given = address.partition(f"/{code}/operations/")[2]
    if len(given) > KEY_LENGTH_MAX:
        raise OperationNotFound(f"a key has at most {KEY_LENGTH_MAX} characters")
    async with context_of(request).database.transaction() as connection:
        found = await read.operation(connection, programme, given)
        actors = await load_actor_names(connection, [found.recorded_by])
    return _copy(
        found,
        problem=None if found.refusal is None else problem(found.refusal),
        entries=[_render_entry(entry) for entry in found.entries],
        recorded_by=actors.get(found.recorded_by or 0),
    )


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
