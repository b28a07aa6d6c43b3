"""Batches: many items in one request, each with its own key, answered in order; a bad item never fails the others."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from litestar import Request, Response
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.bodies import read_json
from api.http.encoding import plain
from api.http.idempotency import answer, canonical
from api.http.problems import InvalidRequest, invalid, problem
from api.http.schemas import types
from api.http.schemas.types import BATCH_ITEMS_MAX
from ledger import JSON, Database, Refusal, StoredRefusal, idempotency
from ledger.asks import KEY_LENGTH_MAX

TRANSACTIONS_MAX = 4
"""Transactions one batch has open at once: it must not take the whole pool."""
REPLAYS_HEADER = "Idempotency-Replays"
"""How many of a batch's answers are replays."""

Item = TypeVar("Item", bound=types.Request)


@dataclass(frozen=True, slots=True)
class Read(Generic[Item]):
    """One item as it was sent, and what it means, or why it means nothing."""

    raw: JSON
    item: Item | None
    refusal: Refusal | None

    @property
    def key(self) -> str | None:
        """The item's key, as `key_of_item` says it."""
        return key_of_item(self.raw)


def key_of_item(raw: JSON) -> str | None:
    """The key of an item as it was sent, if it has one that is text and no longer than a key: a refused item's answer repeats it."""
    key = raw.get("key") if isinstance(raw, dict) else None
    return key if isinstance(key, str) and len(key) <= KEY_LENGTH_MAX else None


def read_items(body: bytes, name: str, model: type[Item]) -> list[Read[Item]]:
    """The items of `{name: [...]}`, each read by itself.

    Raises:
        MalformedJson: `read_json` refuses the body.
        InvalidRequest: the envelope is not an object with that one list of 1 to BATCH_ITEMS_MAX
            items.
    """
    envelope = read_json(body)
    if (
        not isinstance(envelope, dict)
        or set(envelope) != {name}
        or not isinstance(envelope[name], list)
    ):
        sentence = f"The body should be an object with the one member {name}, a list"
        raise InvalidRequest(sentence, errors=[{"pointer": "", "detail": sentence}])
    items = envelope[name]
    if not 1 <= len(items) <= BATCH_ITEMS_MAX:
        sentence = f"A batch holds 1 to {BATCH_ITEMS_MAX} items, not {len(items)}"
        raise InvalidRequest(sentence, errors=[{"pointer": f"/{name}", "detail": sentence}])
    return [_read(raw, model, f"/{name}/{index}") for index, raw in enumerate(items)]


def _read(raw: JSON, model: type[Item], pointer: str) -> Read[Item]:
    try:
        return Read(raw, model.model_validate(raw), None)
    except ValidationError as error:
        return Read(raw, None, invalid(error, pointer))


def rejected(key: str | None, stored: dict[str, JSON]) -> dict[str, JSON]:
    """The answer of a refused item."""
    return {"key": key, "status": "rejected", "problem": problem(stored)}


async def once_each(
    request: Request[Any, Any, Any],
    database: Database,
    reads: Sequence[Read[Item]],
    action: Callable[[AsyncConnection, Item], Awaitable[dict[str, JSON]]],
    book_of: Callable[[Item], int] = lambda _: 0,
) -> Response[Any]:
    """Run `action` for each item at most once for its key, each in its own transaction, and answer all in order."""
    gate = asyncio.Semaphore(TRANSACTIONS_MAX)
    party_id = request.user.party.party_id
    place = f"{request.method} {request.scope['path']}"

    async def run(read: Read[Item]) -> tuple[dict[str, JSON], bool]:
        item, key = read.item, read.key
        if item is None or key is None:
            assert read.refusal is not None, "an item without meaning has a refusal"
            return rejected(key, read.refusal.document()), False

        async def act(connection: AsyncConnection) -> dict[str, JSON]:
            document: dict[str, JSON] = plain(await action(connection, item))
            return document

        async with gate:
            try:
                document, replayed = await idempotency.once(
                    database,
                    book_id=book_of(item),
                    party_id=party_id,
                    key=key,
                    body=canonical(place, read.raw),
                    action=act,
                )
            except Refusal as refusal:
                return rejected(key, refusal.document()), isinstance(refusal, StoredRefusal)
        return {"key": key, "status": "accepted", **document}, replayed

    answers = await _in_key_order(reads, run)
    return batch_answer([each for each, _ in answers], sum(replayed for _, replayed in answers))


async def _in_key_order(
    reads: Sequence[Read[Item]],
    run: Callable[[Read[Item]], Awaitable[tuple[dict[str, JSON], bool]]],
) -> list[tuple[dict[str, JSON], bool]]:
    """Items run side by side; one failing unforeseen cancels the rest, and the client repeats the batch."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_task(run, read)) for read in reads]
    return [task.result() for task in tasks]


async def _task(
    run: Callable[[Read[Item]], Awaitable[tuple[dict[str, JSON], bool]]], read: Read[Item]
) -> tuple[dict[str, JSON], bool]:
    return await run(read)


def batch_answer(answers: Sequence[JSON], replays: int) -> Response[Any]:
    """The answers of a batch; marked as a replay when all of them are."""
    response = answer({"answers": answers}, replayed=bool(answers) and replays == len(answers))
    response.headers[REPLAYS_HEADER] = str(replays)
    return response
