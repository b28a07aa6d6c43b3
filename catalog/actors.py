"""Actors: who changes something. Every record of a change names one, by a small number.

An actor is an API key, a user of the console, a supplier that calls back, somebody at the machine's
command line, or a part of the system.

An actor is written `kind:name`: `key:12`, `user:7`, `supplier:cinema`, `command:root`,
`system:worker`. It is never changed or deleted, and outlives the key or user that it stands for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.tables import actor
from ledger import Refusal

ActorKind = Literal["key", "supplier", "command", "system", "user"]
ACTOR_KINDS: tuple[ActorKind, ...] = get_args(ActorKind)
WORKER = 1
"""The number of `system:worker`, which migration 0016 adds."""
ACTOR_NAME_LENGTH_MAX = 64


class ActorInvalid(Refusal):
    """The text does not name an actor."""

    code: ClassVar[str] = "actor-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "An actor is written as its kind, a colon and its name, like key:12."


@dataclass(frozen=True, slots=True)
class ActorName:
    """An actor as it is written."""

    kind: str
    name: str

    def __str__(self) -> str:
        """Such as `key:12`."""
        return f"{self.kind}:{self.name}"


def read_actor(text: str) -> ActorName:
    """The actor that a text names. It may be one that nobody has seen.

    Raises:
        ActorInvalid: the text is not written as an actor is.
    """
    kind, _, name = text.partition(":")
    if kind not in ACTOR_KINDS or not 1 <= len(name) <= ACTOR_NAME_LENGTH_MAX:
        raise ActorInvalid(f"the kinds are: {', '.join(ACTOR_KINDS)}", field="actor")
    return ActorName(kind, name)


async def ensure_actor(
    connection: AsyncConnection, kind: ActorKind, name: str, *, party_id: int | None = None
) -> int:
    """The number of an actor, who is new or known. Two round trips at most.

    The unique name makes two calls at once safe: the second waits, and finds what the first wrote.
    """
    known = select(actor.c.actor_id).where(actor.c.kind == kind, actor.c.name == name)
    found: int | None = (await connection.execute(known)).scalar_one_or_none()
    if found is not None:
        return found
    new = insert(actor).values(kind=kind, name=name, party_id=party_id)
    await connection.execute(
        new.on_conflict_do_nothing(index_elements=[actor.c.kind, actor.c.name])
    )
    number: int = (await connection.execute(known)).scalar_one()
    return number


async def load_actor_names(
    connection: AsyncConnection, actor_ids: Iterable[int | None]
) -> dict[int, str]:
    """How actors are written, by their numbers. One round trip, or none for nobody."""
    wanted = {each for each in actor_ids if each is not None}
    if not wanted:
        return {}
    statement = select(actor.c.actor_id, actor.c.kind, actor.c.name).where(
        actor.c.actor_id.in_(sorted(wanted))
    )
    return {
        row.actor_id: str(ActorName(row.kind, row.name))
        for row in await connection.execute(statement)
    }


async def find_actor_id(connection: AsyncConnection, name: ActorName) -> int | None:
    """The number of an actor, or None if nobody has seen it. One round trip."""
    known = select(actor.c.actor_id).where(actor.c.kind == name.kind, actor.c.name == name.name)
    found: int | None = (await connection.execute(known)).scalar_one_or_none()
    return found
