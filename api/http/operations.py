"""Operations on points as they are sent and answered: requests made into the ledger's operations, the ledger's answers into documents."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response
from pydantic import TypeAdapter, ValidationError

from api.http.batches import key_of_item, rejected
from api.http.bodies import read_json, require_unique_members
from api.http.health import OPERATIONS
from api.http.idempotency import answer
from api.http.problems import ImportNotPermitted, invalid, problem_response
from api.http.schemas import points
from api.http.schemas.points import (
    EventRequest,
    OperationItem,
    OperationsEnvelope,
    OperationsRequest,
)
from ledger import JSON, Refusal, StoredRefusal, asks
from ledger.asks import Answer, BatchAborted, BatchMode, BatchStopped, Operation

ITEMS: Mapping[type[EventRequest], type[Operation]] = {
    points.IssueItem: asks.Issue,
    points.RedeemItem: asks.Redeem,
    points.HoldItem: asks.Hold,
    points.CaptureItem: asks.Capture,
    points.ReleaseItem: asks.Release,
    points.ExpireItem: asks.Expire,
    points.ReverseItem: asks.Reverse,
    points.GiftItem: asks.Gift,
    points.AdjustItem: asks.Adjust,
    points.ConvertItem: asks.Convert,
    points.MergeItem: asks.Merge,
}
"""What each item of a batch asks for."""
KINDS = frozenset(operation.KIND.name.lower() for operation in ITEMS.values())
NUMBERS = frozenset({"points", "rate_version"})
"""The fields of items that are numbers; all others are texts, but for metadata."""
_ITEM: TypeAdapter[Any] = TypeAdapter(OperationItem)


def make(kind: type[Operation], key: str, request: EventRequest) -> Operation:
    """The operation a request asks for: their fields have the same names.

    Raises:
        OperationInvalid: the ledger refuses what the schema let pass.
    """
    values = dict(request)
    values.pop("kind", None)
    return kind(**{**values, "key": key})


def count(answers: Sequence[Answer]) -> None:
    """Count the ledger's answers for /metrics."""
    kinds = Counter(
        (
            each.kind.name.lower(),
            "replayed" if each.replayed else "accepted" if each.accepted else "rejected",
        )
        for each in answers
    )
    for (kind, status), number in kinds.items():
        OPERATIONS.labels(kind, status).inc(number)


def render_one(call: Request[Any, Any, Any], made: Answer) -> Response[Any]:
    """One ledger answer as a response.

    A refusal is a problem document that tells, beside it, what an item of a batch tells.
    """
    if made.refusal is not None:
        return problem_response(
            call, StoredRefusal(_facts(made) | made.refusal), replayed=made.replayed
        )
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
    if (
        made.operation is None
    ):  # nothing was stored: the key was used with another body, or the batch had stopped
        del document["operation"], document["balance"], document["occurred_at"]
    return document


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it was read: its operations in order and, in the place of a bad item, its answer."""

    mode: BatchMode
    items: list[Operation | JSON]

    def tried(self) -> list[Operation]:
        """The operations that the ledger is to decide: with a bad item none of an atomic batch, and of one that stops those before it."""
        bad = next(
            (index for index, item in enumerate(self.items) if not isinstance(item, Operation)),
            None,
        )
        if bad is None or self.mode is BatchMode.INDEPENDENT:
            return [item for item in self.items if isinstance(item, Operation)]
        return [] if self.mode is BatchMode.ATOMIC else self.items[:bad]

    def answers(self, made: Sequence[Answer]) -> list[JSON]:
        """The answers of all items, with the ledger's to those that were tried."""
        decided = iter(made)
        documents: list[JSON] = []
        for item in self.items:
            if not isinstance(item, Operation):
                documents.append(item)
                continue
            answer = next(decided, None)
            documents.append(self._untried(item) if answer is None else render_item(answer))
        return documents

    def _untried(self, operation: Operation) -> JSON:
        facts = {
            "kind": operation.KIND.name.lower(),
            "member": operation.member,
            "points": operation.amount,
        }
        if self.mode is BatchMode.STOP_ON_ERROR:
            return facts | rejected(operation.key, BatchStopped().document())
        refused = next(item["key"] for item in self.items if not isinstance(item, Operation))
        return facts | rejected(operation.key, BatchAborted(refused_key=refused).document())


def read_operations(body: bytes, *, may_import: bool) -> Batch:
    """The operations of a batch.

    A good batch is decoded and checked in one pass; only a batch with a bad item is read item by
    item.

    Raises:
        MalformedJson: `read_json` refuses the body.
        InvalidRequest: the envelope is malformed.
    """
    try:
        request = OperationsRequest.model_validate_json(body)
    except ValidationError:
        return _read_one_by_one(body, may_import=may_import)
    require_unique_members(
        body, _strings_count(request, is_plain=b"null" not in body and b"metadata" not in body)
    )
    return Batch(
        BatchMode(request.mode),
        [_operation(item, may_import=may_import) for item in request.operations],
    )


def _strings_count(request: OperationsRequest, *, is_plain: bool) -> int:
    """How many strings the body of a batch has: the names of members, and their values that are texts. A plain one has no null and no metadata."""
    envelope = 1 + 2 * ("mode" in request.model_fields_set)
    if not is_plain:
        return envelope + sum(map(_strings_of, request.operations))
    named = [item.model_fields_set for item in request.operations]
    return envelope + sum(2 * len(names) - len(names & NUMBERS) for names in named)


def _strings_of(item: EventRequest) -> int:
    strings = 0
    for name in item.model_fields_set:
        value = getattr(item, name)
        if isinstance(value, dict):
            strings += 1 + 2 * len(value)
        else:
            strings += 1 if value is None or name in NUMBERS else 2
    return strings


def _operation(item: Any, *, may_import: bool) -> Operation | JSON:
    if item.occurred_at is not None and not may_import:
        return rejected(item.key, ImportNotPermitted().document())
    try:
        return make(ITEMS[type(item)], item.key, item)
    except Refusal as refusal:
        return rejected(item.key, refusal.document())


def _read_one_by_one(body: bytes, *, may_import: bool) -> Batch:
    try:
        envelope = OperationsEnvelope.model_validate(read_json(body))
    except ValidationError as malformed:
        raise invalid(malformed) from malformed
    items = [
        _read(raw, index, may_import=may_import) for index, raw in enumerate(envelope.operations)
    ]
    return Batch(BatchMode(envelope.mode), items)


def _read(raw: JSON, index: int, *, may_import: bool) -> Operation | JSON:
    try:
        item = _ITEM.validate_python(raw)
    except ValidationError as error:
        return rejected(key_of_item(raw), invalid(error, f"/operations/{index}", KINDS).document())
    return _operation(item, may_import=may_import)
