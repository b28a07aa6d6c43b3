"""Batches: many items in one request, each with its own key.

The answers are in the order of the items. An item that is refused never fails the others.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from litestar import Request, Response
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.bodies import read_json
from api.http.deeds import note_change
from api.http.encoding import plain
from api.http.idempotency import NO_BOOK, ReadBody, canonical, json_answer
from api.http.problems import invalid_at, problem, refusal_of
from api.http.schemas.types import BATCH_ITEMS_MAX, Body
from ledger import JSON, Database, Refusal, StoredRefusal, idempotency
from ledger.asks import KEY_LENGTH_MAX

REPLAYS_HEADER = "Idempotency-Replays"
"""The header that says how many answers of a batch are replays."""

Item = TypeVar("Item", bound=Body)
Asked = TypeVar("Asked")


@dataclass(frozen=True, slots=True)
class ReadItem(Generic[Item]):
    """One item as it was sent, and its value or why it has none."""

    raw: JSON
    item: Item | None
    refusal: Refusal | None

    @property
    def key(self) -> str | None:
        """The item's key, see `key_of_item`."""
        return key_of_item(self.raw)


def key_of_item(raw: JSON) -> str | None:
    """The key of an item as it was sent, for the answer that refuses the item.

    It is None unless it is text and not too long for a key.
    """
    key = raw.get("key") if isinstance(raw, dict) else None
    return key if isinstance(key, str) and len(key) <= KEY_LENGTH_MAX else None


def read_items(
    body: bytes, name: str, model: type[Item], items_max: int = BATCH_ITEMS_MAX
) -> list[ReadItem[Item]]:
    """The items of `{name: [...]}`, each read on its own.

    Raises:
        MalformedJson: `read_json` refuses the body.
        RequestInvalid: it is not an object with only that list, of 1 to `items_max` items.
    """
    envelope = read_json(body)
    if (
        not isinstance(envelope, dict)
        or set(envelope) != {name}
        or not isinstance(envelope[name], list)
    ):
        raise invalid_at("", f"The body should be an object with the one member {name}, a list")
    items = envelope[name]
    if not 1 <= len(items) <= items_max:
        raise invalid_at(f"/{name}", f"A batch holds 1 to {items_max} items, not {len(items)}")
    return [_read(raw, model, f"/{name}/{index}") for index, raw in enumerate(items)]


def _read(raw: JSON, model: type[Item], pointer: str) -> ReadItem[Item]:
    try:
        return ReadItem(raw, model.model_validate(raw), None)
    except ValidationError as error:
        return ReadItem(raw, None, refusal_of(error, pointer))


def rejected(key: str | None, stored: dict[str, JSON]) -> dict[str, JSON]:
    """The answer of a refused item."""
    return {"key": key, "status": "rejected", "problem": problem(stored)}


def asked(read: ReadItem[Item], ask: Callable[[str, Item], Asked]) -> Asked | JSON:
    """What an item asks for, or the answer to a refused item.

    `ask` makes it from the item's key and value, and may refuse them.
    """
    try:
        if read.item is None or read.key is None:
            assert read.refusal is not None, "an item without a value has a refusal"
            raise read.refusal
        return ask(read.key, read.item)
    except Refusal as refusal:
        return rejected(read.key, refusal.document())


async def answer_each_once(
    request: Request[Any, Any, Any],
    database: Database,
    reads: Sequence[ReadItem[Item]],
    action: Callable[[AsyncConnection, Item], Awaitable[dict[str, JSON]]],
    *,
    book_id: int = NO_BOOK,
    read_body: ReadBody | None = None,
) -> Response[Any]:
    """Run `action` for each item, at most once for its key, and answer them in order.

    Each item has its own transaction, which begins when the one before it has ended. Two items can
    concern the same thing, as two grants of one offer do, and then the later one must win.
    If an item fails unexpectedly, those after it are not tried. The client can repeat the batch.
    `read_body` makes of an item what its fingerprint covers; by default, that is all of it.
    """
    party_id = request.user.party.party_id
    place = f"{request.method} {request.scope['path']}"

    async def run(read: ReadItem[Item]) -> tuple[dict[str, JSON], bool]:
        item, key = read.item, read.key
        if item is None or key is None:
            assert read.refusal is not None, "an item without a value has a refusal"
            return rejected(key, read.refusal.document()), False

        async def act(connection: AsyncConnection) -> dict[str, JSON]:
            document: dict[str, JSON] = plain(await action(connection, item))
            await note_change(request, connection, document, key)
            return document

        try:
            document, replayed = await idempotency.once(
                database,
                book_id=book_id,
                party_id=party_id,
                key=key,
                body=canonical(place, read.raw if read_body is None else read_body(read.raw)),
                action=act,
                actor=request.user.actor_id,
            )
        except Refusal as refusal:
            return rejected(key, refusal.document()), isinstance(refusal, StoredRefusal)
        return {"key": key, "status": "accepted", **document}, replayed

    answers = [await run(read) for read in reads]
    return batch_answer([each for each, _ in answers], sum(replayed for _, replayed in answers))


def batch_answer(answers: Sequence[JSON], replays: int) -> Response[Any]:
    """The answers of a batch. It is marked as a replay if all of them are replays."""
    response = json_answer({"answers": answers}, replayed=bool(answers) and replays == len(answers))
    response.headers[REPLAYS_HEADER] = str(replays)
    return response
