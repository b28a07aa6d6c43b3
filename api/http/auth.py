"""Who calls, and whether the request is let in.

Every request acts for one party. Its API key, a bearer token, says which. A valid key is believed
for a few seconds without asking the database again (`api/process/caches.py`). So a revoked key may
work for these few seconds.
"""

from collections.abc import Callable
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler

from api.http.idempotency import key_of
from api.http.patience import PATIENCE, REQUEST_SECONDS_SLOW
from api.http.problems import (
    BodyTooLarge,
    RateLimited,
    RequestInvalid,
    RoleRequired,
    RouteNotFound,
    UnsupportedMediaType,
    invalid_at,
    pointer_of,
)
from api.http.queries import require_known_query
from api.process.context import Context
from catalog import Identity, Unauthenticated

JSON_MEDIA_TYPE = "application/json"

PUBLIC: dict[str, Any] = {"public": True}
"""Handler option: no API key is needed."""
CHANGES: dict[str, Any] = {"changes": True}
"""Handler option: it changes something, so an Idempotency-Key is required."""
SLOW: dict[str, Any] = {"slow": True}
"""Handler option: the request works through much, and may take REQUEST_SECONDS_SLOW."""

Call = Request[Identity, Any, State]
Connection = ASGIConnection[Any, Any, Any, Any]


def context_of(connection: Connection) -> Context:
    """The context of this process."""
    context: Context = connection.app.state.context
    return context


def bearer(connection: Connection) -> str:
    """The API key of the Authorization header.

    Raises:
        Unauthenticated: there is none.
        RequestInvalid: there are two.
    """
    given = connection.headers.getall("authorization", [""])
    if len(given) > 1:
        raise RequestInvalid("There is more than one Authorization header", errors=[])
    scheme, _, text = given[0].partition(" ")
    text = text.strip()
    if scheme.lower() != "bearer" or not text or not text.isascii():
        raise Unauthenticated("send the API key as: Authorization: Bearer <key>")
    return text


async def admit(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let a request in, or refuse it. The checks are made in the order of the list.

    Raises:
        RouteNotFound: the address has characters that no name can have.
        RequestInvalid: the query has such characters or a parameter twice, or there are two API
            keys.
        Unauthenticated: there is no valid API key.
        RateLimited: the party has used up its share.
        QueryParameterUnknown: the address has no such query parameter.
        BodyTooLarge: the announced length of the body is over the limit.
        UnsupportedMediaType: the address does not read bodies of this type.
        KeyMissing: the request changes something and has no Idempotency-Key.
        KeyInvalid: the Idempotency-Key is not valid.
    """
    context = context_of(connection)
    if handler.opt.get("slow") and (patience := connection.scope["state"].get(PATIENCE)):
        patience.begin(REQUEST_SECONDS_SLOW)
    # PostgreSQL stores neither NUL nor lone surrogates, so no name can have them.
    if not connection.scope["path"].isprintable():
        raise RouteNotFound
    _require_printable(connection)
    if connection.scope.get("method") != "OPTIONS" and not handler.opt.get("public"):
        caller = await context.keys.caller(bearer(connection))
        connection.scope["user"] = caller
        connection.scope["state"]["party"] = caller.party.code
        wait = await context.request_limits.take(caller.party.code)
        if wait > 0:
            raise RateLimited(retry_after_seconds=max(1, round(wait)))
    if connection.scope.get("method") != "OPTIONS":
        require_known_query(handler, connection.scope["query_string"])
    if connection.scope.get("method") in {"POST", "PUT", "PATCH"}:
        _require_readable(connection, handler, context.settings.request_bytes_max)
        if handler.opt.get("changes"):
            key_of(connection)


def _require_printable(connection: Connection) -> None:
    if not connection.scope["query_string"]:
        return
    for name, value in connection.query_params.multi_items():
        if not (name.isprintable() and str(value).isprintable()):
            pointer = pointer_of(name if name.isprintable() else "")
            raise invalid_at(pointer, "Input should have printable characters only")


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
    """A guard that lets in parties with any of these roles."""

    def guard(connection: Connection, _: BaseRouteHandler) -> None:
        if connection.scope["user"].party.roles.isdisjoint(allowed):
            raise RoleRequired(f"needs the role {' or '.join(allowed)}", roles=list(allowed))

    return guard


OPERATOR = roles("operator")
BRAND = roles("brand", "operator")
SUPPLIER = roles("supplier")
SUPPLIER_OR_OPERATOR = roles("supplier", "operator")
