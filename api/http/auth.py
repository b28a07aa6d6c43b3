"""Who calls, and what that party may do.

Every request acts for one party, named by its API key as a bearer token. A key that was found good
is believed for a few seconds without asking the database (`api/process/context.py`), which is also
how long a revoked key may go on working.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler

from api.http.idempotency import key_of
from api.http.problems import (
    BodyTooLarge,
    ImportNotPermitted,
    InvalidRequest,
    RateLimited,
    RoleRequired,
    RouteNotFound,
    UnsupportedMediaType,
    pointer_of,
)
from api.process.context import Context
from catalog import Identity, Party, Unauthenticated, find_party_by_id
from ledger.book import Programme, ProgrammeNotFound, find_programme

JSON_MEDIA_TYPE = "application/json"

PUBLIC: dict[str, Any] = {"public": True}
"""Handler options: no API key needed."""
CHANGES: dict[str, Any] = {"changes": True}
"""Handler options: changes something, so an Idempotency-Key is required."""
IMPORT: Literal["import"] = "import"
"""The permission to give the time an operation happened."""


Call = Request[Identity, Any, State]
Connection = ASGIConnection[Any, Any, Any, Any]


def context_of(connection: Connection) -> Context:
    """The context composed when the process started."""
    context: Context = connection.app.state.context
    return context


def bearer(connection: Connection) -> str:
    """The API key of the Authorization header.

    Raises:
        Unauthenticated: there is none.
        InvalidRequest: there are two.
    """
    given = connection.headers.getall("authorization", [""])
    if len(given) > 1:
        raise InvalidRequest("There is more than one Authorization header", errors=[])
    scheme, _, text = given[0].partition(" ")
    text = text.strip()
    if scheme.lower() != "bearer" or not text or not text.isascii():
        raise Unauthenticated("send the API key as: Authorization: Bearer <key>")
    return text


async def admit(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let a request in, or say why not; checked in this order.

    Raises:
        RouteNotFound: the address has characters that no name has.
        InvalidRequest: so has the query, or there are two API keys.
        Unauthenticated: no key, or not a good one.
        RateLimited: the party has used up its share.
        BodyTooLarge: the announced body is over the limit.
        UnsupportedMediaType: the body is of another type than the address reads.
        KeyMissing: a changing request without an Idempotency-Key.
        KeyInvalid: an Idempotency-Key that is not one.
    """
    context = context_of(connection)
    # PostgreSQL stores neither NUL nor lone surrogates, so nothing can have such a name.
    if not connection.scope["path"].isprintable():
        raise RouteNotFound
    _require_printable(connection)
    if connection.scope.get("method") != "OPTIONS" and not handler.opt.get("public"):
        caller = await context.keys.caller(bearer(connection))
        connection.scope["user"] = caller
        connection.scope["state"]["party"] = caller.party.code
        wait = await context.rates.take(caller.party.code)
        if wait > 0:
            raise RateLimited(retry_after_seconds=max(1, round(wait)))
    if connection.scope.get("method") in {"POST", "PUT", "PATCH"}:
        _require_readable(connection, handler, context.settings.request_bytes_max)
        if handler.opt.get("changes"):
            key_of(connection)


def _require_printable(connection: Connection) -> None:
    if not connection.scope["query_string"]:
        return
    for name, value in connection.query_params.multi_items():
        if not (name.isprintable() and str(value).isprintable()):
            sentence = "Input should have printable characters only"
            pointer = pointer_of(name if name.isprintable() else "")
            raise InvalidRequest(sentence, errors=[{"pointer": pointer, "detail": sentence}])


def _require_readable(connection: Connection, handler: BaseRouteHandler, bytes_max: int) -> None:
    announced = connection.headers.get("content-length")
    if announced is not None and announced.isdecimal() and int(announced) > bytes_max:
        raise BodyTooLarge(f"a body is at most {bytes_max} bytes")
    expected = handler.opt.get("media_type", JSON_MEDIA_TYPE)
    given = connection.headers.get("content-type", "").partition(";")[0].strip().lower()
    has_body = announced not in {None, "0"} or "transfer-encoding" in connection.headers
    if has_body and given != expected:
        raise UnsupportedMediaType(f"send {expected}")
    if connection.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType("send the body as it is, without a Content-Encoding")


def roles(*allowed: str) -> Callable[[Connection, BaseRouteHandler], None]:
    """A guard that lets parties with any of these roles pass."""

    def guard(connection: Connection, _: BaseRouteHandler) -> None:
        if connection.scope["user"].party.roles.isdisjoint(allowed):
            raise RoleRequired(f"needs the role {' or '.join(allowed)}", roles=list(allowed))

    return guard


OPERATOR = roles("operator")
BRAND = roles("brand", "operator")
SUPPLIER = roles("supplier")
SUPPLIER_OR_OPERATOR = roles("supplier", "operator")


def is_operator(caller: Identity) -> bool:
    """Whether the caller runs the exchange."""
    return "operator" in caller.party.roles


def require_import(caller: Identity, occurred_at: datetime | None) -> None:
    """Refuse a time of occurrence from a key that may not give one.

    Raises:
        ImportNotPermitted: the key lacks the permission.
    """
    if occurred_at is not None and IMPORT not in caller.permissions:
        raise ImportNotPermitted


async def own_programme(call: Call, code: str) -> Programme:
    """The caller's programme of this code; the operator has all of them.

    Raises:
        ProgrammeNotFound: there is none, or it is another party's: the answer is the same.
    """
    context = context_of(call)
    programme = context.programmes.get(code)
    if programme is None:
        async with context.database.transaction() as connection:
            programme = await find_programme(connection, code)
        context.programmes.put(code, programme)
    if programme.party_id != call.user.party.party_id and not is_operator(call.user):
        raise ProgrammeNotFound(f"there is no programme {code!r}")
    return programme


async def brand_of(call: Call, programme: Programme) -> Party:
    """The brand that owns a programme: whom an act in it acts for, also when the operator does it."""
    if programme.party_id == call.user.party.party_id:
        return call.user.party
    async with context_of(call).database.transaction() as connection:
        return await find_party_by_id(connection, programme.party_id)
