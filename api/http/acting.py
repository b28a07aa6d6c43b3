"""What the caller may act on: its own programmes, the time of an operation, other parties."""

from datetime import datetime
from typing import Annotated

from litestar.params import PathParameter, QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import Call, context_of
from api.http.problems import ImportNotPermitted
from catalog import (
    CODE_LENGTH_MAX,
    IMPORT,
    Identity,
    Party,
    PartyNotFound,
    find_party,
    find_party_by_id,
)
from ledger.asks import MEMBER_LENGTH_MAX, MemberNotFound
from ledger.book import Programme, ProgrammeNotFound, find_programme

ProgrammeInPath = Annotated[str, PathParameter(name="programme")]
"""The code of a programme in an address. The name leaves `programme` free for the object."""
PartyInQuery = Annotated[
    str | None,
    QueryParameter(name="party", max_length=CODE_LENGTH_MAX, description="For the operator."),
]
"""The party for which the operator acts."""


def is_operator(caller: Identity) -> bool:
    """Whether the caller runs the exchange."""
    return "operator" in caller.party.roles


def require_import(caller: Identity, occurred_at: datetime | None) -> None:
    """Only a key with the scope `import` may give a time of occurrence.

    Raises:
        ImportNotPermitted: there is a time, and the key lacks the scope.
    """
    if occurred_at is not None and IMPORT not in caller.scopes:
        raise ImportNotPermitted


def member_in_path(text: str) -> str:
    """A member in an address.

    Raises:
        MemberNotFound: no member can have such a reference.
    """
    if not 1 <= len(text) <= MEMBER_LENGTH_MAX or not text.isprintable():
        raise MemberNotFound("no member has such a reference")
    return text


async def own_programme(call: Call, code: str) -> Programme:
    """The caller's programme with this code. The operator may use every programme.

    What is remembered is used for its own party only. Another party asks the database each time, as
    everybody does for a code that nobody has. So a refusal takes as long either way, and says
    nothing about whether the other party is at work.

    Raises:
        ProgrammeNotFound: there is none, or it is another party's. The caller cannot tell which.
    """
    context = context_of(call)
    programme = context.programmes.get(code)
    if programme is not None and _may_use(call.user, programme):
        return programme
    async with context.database.transaction() as connection:
        programme = await find_programme(connection, code)
    if not _may_use(call.user, programme):
        raise ProgrammeNotFound(f"there is no programme {code!r}")
    context.programmes.put(code, programme)
    return programme


def _may_use(caller: Identity, programme: Programme) -> bool:
    return programme.party_id == caller.party.party_id or is_operator(caller)


async def brand_of(call: Call, programme: Programme) -> Party:
    """The brand that owns a programme. The operator acts for this brand, not for itself."""
    if programme.party_id == call.user.party.party_id:
        return call.user.party
    async with context_of(call).database.transaction() as connection:
        return await find_party_by_id(connection, programme.party_id)


async def party_acted_for(call: Call, connection: AsyncConnection, code: str | None) -> Party:
    """The caller's own party. The operator may name another one, and others only themselves.

    Raises:
        PartyNotFound: there is none with this code, or the caller may not act for it.
    """
    if code is None or code == call.user.party.code:
        return call.user.party
    if not is_operator(call.user):
        raise PartyNotFound(f"there is no party {code}")
    return await find_party(connection, code)
