"""Operations on points between HTTP and the ledger.

Bodies become the ledger's operations, and the ledger's answers become documents.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response
from pydantic import TypeAdapter, ValidationError

from api.http.batches import key_of_item, rejected
from api.http.bodies import read_json, require_unique_members
from api.http.idempotency import json_answer
from api.http.problems import ImportNotPermitted, problem_response, refusal_of
from api.http.schemas import operations as schemas
from api.http.schemas.operations import (
    EventBody,
    OperationItem,
    OperationsBody,
    UnreadOperationsBody,
)
from exchange.earning import PointsDayIssue
from ledger import JSON, Refusal, StoredRefusal, asks
from ledger.asks import (
    Answer,
    BatchAborted,
    BatchMode,
    BatchStopped,
    Operation,
    points_asked,
)

ITEMS: Mapping[type[EventBody], type[Operation]] = {
    schemas.IssueItem: asks.Issue,
    schemas.RedeemItem: asks.Redeem,
    schemas.HoldItem: asks.Hold,
    schemas.CaptureItem: asks.Capture,
    schemas.ReleaseItem: asks.Release,
    schemas.ExpireItem: asks.Expire,
    schemas.ReverseItem: asks.Reverse,
    schemas.GiftItem: asks.Gift,
    schemas.AdjustItem: asks.Adjust,
    schemas.ConvertItem: asks.Convert,
    schemas.MergeItem: asks.Merge,
}
"""The operation that each item of a batch asks for."""
KINDS = frozenset(operation.KIND.name.lower() for operation in ITEMS.values())
NUMBERS = frozenset({"points", "points_day", "rate_version"})
"""The fields of items that are no texts, except metadata."""
_ITEM: TypeAdapter[Any] = TypeAdapter(OperationItem)


def operation_of(kind: type[Operation], key: str, body: EventBody) -> Operation:
    """The operation that a body asks for. Their fields have the same names.

    Raises:
        OperationInvalid: the ledger refuses a value that the schema accepts.
    """
    values = {**body.__dict__, "key": key}  # not dict(body), which looks at each field once more
    values.pop("kind", None)
    if values.pop("points_day", False):
        kind = PointsDayIssue
    return kind(**values)


def render_one(call: Request[Any, Any, Any], made: Answer) -> Response[Any]:
    """The response to a single operation.

    A refusal is a problem document. It also has the facts that a refused item of a batch has.
    """
    if made.refusal is not None:
        return problem_response(
            call, StoredRefusal(_facts(made) | made.refusal), replayed=made.replayed
        )
    return json_answer(made.document(), status=201, replayed=made.replayed)


def render_item(made: Answer) -> JSON:
    """The answer to one operation of a batch."""
    if made.refusal is not None:
        return _facts(made) | rejected(made.key, made.refusal)
    return made.document()


def _facts(made: Answer) -> dict[str, JSON]:
    """What the ledger says about a refused operation, apart from the refusal itself."""
    document = made.document()
    del document["refusal"], document["status"]
    # Then nothing was stored: the key was used with another body, or the batch had stopped.
    if made.operation is None:
        del document["operation"], document["balance"], document["occurred_at"]
    return document


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """A batch as it was read. In the place of a bad item is the answer that refuses it."""

    mode: BatchMode
    items: list[Operation | JSON]

    def tried(self) -> list[Operation]:
        """The operations that the ledger is asked to decide.

        If an item is bad, these are none of an atomic batch, and those before the bad item of a
        batch that stops on an error.
        """
        bad = next(
            (index for index, item in enumerate(self.items) if not isinstance(item, Operation)),
            None,
        )
        if bad is None or self.mode is BatchMode.INDEPENDENT:
            return [item for item in self.items if isinstance(item, Operation)]
        return [] if self.mode is BatchMode.ATOMIC else self.items[:bad]

    def answers(self, made: Sequence[Answer]) -> list[JSON]:
        """The answers to all items; `made` are the ledger's answers to those that were tried."""
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
            "points": points_asked(operation),
        }
        if self.mode is BatchMode.STOP_ON_ERROR:
            return facts | rejected(operation.key, BatchStopped().document())
        refused = next(item["key"] for item in self.items if not isinstance(item, Operation))
        return facts | rejected(operation.key, BatchAborted(refused_key=refused).document())


def read_operations(body: bytes, *, may_import: bool) -> ReadBatch:
    """The operations of a batch.

    A good batch is decoded and checked in one pass. Only a batch with a bad item is read item by
    item.

    Raises:
        MalformedJson: `read_json` refuses the body.
        RequestInvalid: the envelope is malformed.
    """
    try:
        batch = OperationsBody.model_validate_json(body)
    except ValidationError:
        return _read_one_by_one(body, may_import=may_import)
    require_unique_members(
        body, _strings_count(batch, is_plain=b"null" not in body and b"metadata" not in body)
    )
    return ReadBatch(
        BatchMode(batch.mode),
        [_operation(item, may_import=may_import) for item in batch.operations],
    )


def _strings_count(body: OperationsBody, *, is_plain: bool) -> int:
    """How many strings the body of a batch has: names of members, and values that are text.

    A body is plain if it has neither null nor metadata.
    """
    envelope = 1 + 2 * ("mode" in body.model_fields_set)
    if not is_plain:
        return envelope + sum(map(_strings_of, body.operations))
    named = [item.model_fields_set for item in body.operations]
    return envelope + sum(2 * len(names) - len(names & NUMBERS) for names in named)


def _strings_of(item: EventBody) -> int:
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
        return operation_of(ITEMS[type(item)], item.key, item)
    except Refusal as refusal:
        return rejected(item.key, refusal.document())


def _read_one_by_one(body: bytes, *, may_import: bool) -> ReadBatch:
    try:
        envelope = UnreadOperationsBody.model_validate(read_json(body))
    except ValidationError as malformed:
        raise refusal_of(malformed) from malformed
    items = [
        _read(raw, index, may_import=may_import) for index, raw in enumerate(envelope.operations)
    ]
    return ReadBatch(BatchMode(envelope.mode), items)


def _read(raw: JSON, index: int, *, may_import: bool) -> Operation | JSON:
    try:
        item = _ITEM.validate_python(raw)
    except ValidationError as error:
        return rejected(
            key_of_item(raw), refusal_of(error, f"/operations/{index}", KINDS).document()
        )
    return _operation(item, may_import=may_import)
