"""The audit log: who did what to what. It is only ever added to, in the change's own transaction.

Points have no entries here: the journal itself names who asked for each record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.actors import ActorName
from catalog.fields import BIGINT_MAX, require_page
from ledger import Refusal

OBJECT_LENGTH_MAX = 400
"""Above that of the longest name with its kind, which is a category's."""

_NOTE = text(
    """
    INSERT INTO catalog.audit_entry
        (actor_id, party_id, request_id, action, object_kind, object_id, key)
    SELECT CAST(:actor_id AS integer), CAST(:party_id AS integer), CAST(:request_id AS text),
        CAST(:action AS text), CAST(:object_kind AS text), object_id, key
    FROM unnest(:objects, :keys) WITH ORDINALITY AS changed(object_id, key, place) ORDER BY place
    """
).bindparams(bindparam("objects", type_=ARRAY(TEXT)), bindparam("keys", type_=ARRAY(TEXT)))

_NOTE_EACH = text(
    """
    INSERT INTO catalog.audit_entry
        (actor_id, party_id, request_id, action, object_kind, object_id, key)
    SELECT actor_id, party_id, request_id, action, CAST(:object_kind AS text), object_id, key
    FROM unnest(:actors, :parties, :requests, :actions, :objects, :keys)
        WITH ORDINALITY AS changed(actor_id, party_id, request_id, action, object_id, key, place)
    ORDER BY place
    """
).bindparams(
    *(bindparam(name, type_=ARRAY(INTEGER)) for name in ("actors", "parties")),
    *(bindparam(name, type_=ARRAY(TEXT)) for name in ("requests", "actions", "objects", "keys")),
)

# One statement for each way to look, so that each goes by its index.
_LIST = """
    SELECT entry.entry_id, entry.recorded_at, actor.kind, actor.name, party.code, entry.request_id,
        entry.action, entry.object_kind, entry.object_id, entry.key
    FROM catalog.audit_entry AS entry
    JOIN catalog.actor USING (actor_id)
    LEFT JOIN catalog.party ON party.party_id = entry.party_id
    WHERE entry.entry_id < :before {conditions}
    ORDER BY entry.entry_id DESC LIMIT :limit
"""
_CONDITIONS = {
    "party_id": "AND entry.party_id = :party_id",
    "actor": (
        "AND entry.actor_id = (SELECT actor_id FROM catalog.actor"
        " WHERE kind = :actor_kind AND name = :actor_name)"
    ),
    "object": "AND entry.object_kind = :object_kind AND entry.object_id = :object_id",
    "action": "AND entry.action = :action",
}


class ObjectInvalid(Refusal):
    """The text does not name an object of the log."""

    code: ClassVar[str] = "object-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "An object is written as its kind, a colon and its name, like offer:7."


@dataclass(frozen=True, slots=True)
class Deed:
    """Who changes something, and by which action: what all entries of a change have in common."""

    actor_id: int
    action: str
    party_id: int | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class ObjectName:
    """An object of the log as it is written."""

    kind: str
    name: str

    def __str__(self) -> str:
        """Such as `offer:7`."""
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry. `party` is the code of the party that the actor acted for."""

    entry_id: int
    recorded_at: datetime
    actor: str
    party: str | None
    request_id: str | None
    action: str
    object: str
    key: str | None


def read_object(written: str) -> ObjectName:
    """The object that a text names. It may be one that nobody has changed.

    Raises:
        ObjectInvalid: the text is not written as an object is.
    """
    kind, _, name = written.partition(":")
    if not kind or not name or len(written) > OBJECT_LENGTH_MAX or not written.isprintable():
        raise ObjectInvalid("write the kind, a colon and the name", field="object")
    return ObjectName(kind, name)


async def note(
    connection: AsyncConnection,
    deed: Deed,
    object_kind: str,
    objects: Sequence[object],
    keys: Sequence[str | None] | None = None,
) -> None:
    """Add an entry for each object that a deed has changed. One round trip, or none for nothing.

    `keys` are the idempotency keys, one for each object.
    """
    if not objects:
        return
    await connection.execute(
        _NOTE,
        {
            "actor_id": deed.actor_id,
            "party_id": deed.party_id,
            "request_id": deed.request_id,
            "action": deed.action,
            "object_kind": object_kind,
            "objects": [str(each) for each in objects],
            "keys": [None] * len(objects) if keys is None else list(keys),
        },
    )


async def note_each(
    connection: AsyncConnection,
    object_kind: str,
    changed: Sequence[tuple[Deed, object, str | None]],
) -> None:
    """Add an entry for each object with the deed that changed it, and its idempotency key.

    One round trip, or none for nothing.
    """
    if not changed:
        return
    deeds = [deed for deed, _, _ in changed]
    await connection.execute(
        _NOTE_EACH,
        {
            "object_kind": object_kind,
            "actors": [deed.actor_id for deed in deeds],
            "parties": [deed.party_id for deed in deeds],
            "requests": [deed.request_id for deed in deeds],
            "actions": [deed.action for deed in deeds],
            "objects": [str(each) for _, each, _ in changed],
            "keys": [key for _, _, key in changed],
        },
    )


async def list_audit_entries(
    connection: AsyncConnection,
    *,
    party_id: int | None = None,
    actor: ActorName | None = None,
    of: ObjectName | None = None,
    action: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[AuditEntry]:
    """A page of the log, the latest first: those before the entry `before`. One round trip.

    Raises:
        PageOutOfRange: `limit` or `before` is outside the limits.
    """
    require_page(before or 0, limit, BIGINT_MAX)
    values: dict[str, object] = {"before": before or BIGINT_MAX, "limit": limit}
    chosen = []
    if party_id is not None:
        chosen.append("party_id")
        values["party_id"] = party_id
    if actor is not None:
        chosen.append("actor")
        values |= {"actor_kind": actor.kind, "actor_name": actor.name}
    if of is not None:
        chosen.append("object")
        values |= {"object_kind": of.kind, "object_id": of.name}
    if action is not None:
        chosen.append("action")
        values["action"] = action
    statement = _LIST.format(conditions=" ".join(_CONDITIONS[each] for each in chosen))
    return [
        AuditEntry(
            row.entry_id,
            row.recorded_at,
            str(ActorName(row.kind, row.name)),
            row.code,
            row.request_id,
            row.action,
            str(ObjectName(row.object_kind, row.object_id)),
            row.key,
        )
        for row in await connection.execute(text(statement), values)
    ]
