"""Points given, taken and expired: single operations and batches."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from litestar import Response, post
from litestar.params import FromPath, JSONBody, RawBody
from pydantic import TypeAdapter, ValidationError

from api.auth import BRAND, CHANGES, IMPORT, Call, context_of, own_programme, require_import
from api.batches import batch_answer, key_of_item, rejected
from api.bodies import read_json, require_unique_members
from api.health import OPERATIONS
from api.idempotency import answer, key_of
from api.problems import ImportNotPermitted, invalid, problem_response
from api.schemas.points import (
    ExpireItem,
    ExpireRequest,
    IssueItem,
    IssueRequest,
    OperationAnswer,
    OperationItem,
    OperationsAnswer,
    OperationsEnvelope,
    OperationsRequest,
    RedeemItem,
    RedeemRequest,
)
from ledger.operations import Answer, Expire, Issue, Operation, Redeem
from ledger.programme import Programme
from ledger.refusal import JSON, Refusal, StoredRefusal

TAGS = ["points"]
AnyItem = IssueItem | RedeemItem | ExpireItem
KINDS = frozenset({"issue", "redeem", "expire"})
_ITEM: TypeAdapter[AnyItem] = TypeAdapter(OperationItem)


def _issue(key: str, request: IssueRequest) -> Issue:
    return Issue(
        key=key,
        member=request.member,
        points=request.points,
        occurred_at=request.occurred_at,
        store=request.store,
        channel=request.channel,
        reference=request.reference,
        expires_on=request.expires_on,
        available_on=request.available_on,
    )


def _redeem(key: str, request: RedeemRequest) -> Redeem:
    return Redeem(
        key=key,
        member=request.member,
        points=request.points,
        occurred_at=request.occurred_at,
        store=request.store,
        channel=request.channel,
        reference=request.reference,
    )


def _expire(key: str, request: ExpireItem) -> Expire:
    return Expire(key=key, member=request.member, occurred_at=request.occurred_at)


_MAKE = cast(
    "Mapping[type[AnyItem], Callable[[str, AnyItem], Operation]]",
    {IssueItem: _issue, RedeemItem: _redeem, ExpireItem: _expire},
)


def count(answers: Sequence[Answer]) -> None:
    """Count the ledger's answers for /metrics."""
    kinds = Counter(
        (each.kind.name.lower(), "replayed" if each.replayed else "accepted" if each.accepted else "rejected")
        for each in answers
    )
    for (kind, status), number in kinds.items():
        OPERATIONS.labels(kind, status).inc(number)


async def submit_one(call: Call, programme: Programme, operation: Operation) -> Response[Any]:
    """Submit one operation and answer it: 201 with its document, or the problem it was refused with."""
    answers = await context_of(call).ledger.submit(programme, [operation])
    count(answers)
    return render_one(call, answers[0])


def render_one(call: Call, made: Answer) -> Response[Any]:
    """One ledger answer as a response. A refusal is a problem document that tells, beside it, what an item of a batch tells."""
    if made.refusal is not None:
        return problem_response(call, StoredRefusal(_facts(made) | made.refusal), replayed=made.replayed)
    return answer(made.document(), status=201, replayed=made.replayed)


def render_item(made: Answer) -> JSON:
    """One ledger answer within a batch."""
    if made.refusal is not None:
        return _facts(made) | rejected(made.key, made.refusal)
    return made.document()


def _facts(made: Answer) -> dict[str, JSON]:
    """What the ledger says of a refused operation besides the refusal: which, whose, how many points, the balance."""
    document = made.document()
    del document["refusal"], document["status"]
    if made.operation is None:  # nothing was stored, as the key was used with another body
        del document["operation"], document["balance"], document["occurred_at"]
    return document


@post("/v1/programmes/{programme:str}/issue", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def issue(request: Call, programme: FromPath[str], data: JSONBody[IssueRequest]) -> Response[OperationAnswer]:
    """Give points to a member; the first issue makes the member known."""
    require_import(request.user, data.occurred_at)
    book = await own_programme(request, programme)
    return await submit_one(request, book, _issue(key_of(request), data))


@post("/v1/programmes/{programme:str}/redeem", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def redeem(request: Call, programme: FromPath[str], data: JSONBody[RedeemRequest]) -> Response[OperationAnswer]:
    """Take points from a member, the soonest expiry first."""
    require_import(request.user, data.occurred_at)
    book = await own_programme(request, programme)
    return await submit_one(request, book, _redeem(key_of(request), data))


@post("/v1/programmes/{programme:str}/expire", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def expire(request: Call, programme: FromPath[str], data: JSONBody[ExpireRequest]) -> Response[OperationAnswer]:
    """Write off the points whose last day is past: one member's, or everybody's when no member is named."""
    require_import(request.user, data.occurred_at)
    book = await own_programme(request, programme)
    key = key_of(request)
    if data.member is not None:
        return await submit_one(request, book, Expire(key=key, member=data.member, occurred_at=data.occurred_at))
    swept = await context_of(request).ledger.expire_book(book, key, data.occurred_at)
    count([swept])
    return render_one(request, swept)


@post(
    "/v1/programmes/{programme:str}/operations",
    guards=[BRAND],
    status_code=200,
    opt={"body": OperationsRequest},
    tags=TAGS,
)
async def operate(request: Call, programme: FromPath[str], body: RawBody) -> Response[OperationsAnswer]:
    """Up to 1,000 operations at once, each with its own key, answered in order; a bad one never fails the rest."""
    book = await own_programme(request, programme)
    read = read_operations(body, may_import=IMPORT in request.user.permissions)
    made = await context_of(request).ledger.submit(book, [each for each in read if isinstance(each, Operation)])
    count(made)
    answers = iter(made)
    documents = [render_item(next(answers)) if isinstance(each, Operation) else each for each in read]
    return batch_answer(documents, sum(each.replayed for each in made))


def read_operations(body: bytes, *, may_import: bool) -> list[Operation | JSON]:
    """The operations of a batch in order; in the place of a bad item, its answer.

    A good batch is decoded and checked in one pass; only a batch with a bad item is read item by item.

    Raises:
        MalformedJson: `read_json` refuses the body.
        InvalidRequest: the envelope is malformed.
    """
    try:
        request = OperationsRequest.model_validate_json(body)
    except ValidationError:
        return _read_one_by_one(body, may_import=may_import)
    require_unique_members(body, _strings_count(request, has_nulls=b"null" in body))
    return [_operation(item, may_import=may_import) for item in request.operations]


def _strings_count(request: OperationsRequest, *, has_nulls: bool) -> int:
    """How many strings the body of a batch has: the names of members, and their values, which are texts but for points and null."""
    items = request.operations
    names = sum(len(item.model_fields_set) for item in items)
    others = sum(not isinstance(item, ExpireItem) for item in items)
    if has_nulls:
        others += sum(getattr(item, name) is None for item in items for name in item.model_fields_set)
    envelope = 1 + 2 * ("mode" in request.model_fields_set)
    return envelope + 2 * names - others


def _operation(item: AnyItem, *, may_import: bool) -> Operation | JSON:
    if item.occurred_at is not None and not may_import:
        return rejected(item.key, ImportNotPermitted().document())
    try:
        return _MAKE[type(item)](item.key, item)
    except Refusal as refusal:
        return rejected(item.key, refusal.document())


def _read_one_by_one(body: bytes, *, may_import: bool) -> list[Operation | JSON]:
    try:
        envelope = OperationsEnvelope.model_validate(read_json(body))
    except ValidationError as malformed:
        raise invalid(malformed) from malformed
    return [_read(raw, index, may_import=may_import) for index, raw in enumerate(envelope.operations)]


def _read(raw: JSON, index: int, *, may_import: bool) -> Operation | JSON:
    try:
        item = _ITEM.validate_python(raw)
    except ValidationError as error:
        return rejected(key_of_item(raw), invalid(error, f"/operations/{index}", KINDS).document())
    return _operation(item, may_import=may_import)


ROUTES = [issue, redeem, expire, operate]
