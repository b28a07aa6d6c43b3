"""Who calls, and whether the request is let in.

Every request acts for one party. Its API key, a bearer token, says which, and has the scope that
the address asks for (`scopes`). A valid key is believed
for a few seconds without asking the database again (`api/process/caches.py`). So a revoked key may
work for these few seconds.
"""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler

from api.http.bill import BILL, Bill
from api.http.idempotency import key_of
from api.http.patience import PATIENCE, REQUEST_SECONDS_SLOW
from api.http.permissions import require_permission
from api.http.problems import (
    BodyTooLarge,
    RequestInvalid,
    RoleRequired,
    RouteNotFound,
    TooManyWrongKeys,
    UnsupportedMediaType,
    invalid_at,
    pointer_of,
)
from api.http.queries import require_known_query
from api.http.scopes import require_scope
from api.http.side_door import OPERATIONS, is_elsewhere
from api.http.streamed import BODY_SECONDS, BYTES_MAX, STREAMED
from api.http.visit import Visit
from api.identity.sessions import UserIdentity
from api.process.context import Context
from api.process.guesses import Rule
from api.process.places import Rank
from catalog import Identity, Unauthenticated
from ledger import ACTING_FOR, name_of_party

JSON_MEDIA_TYPE = "application/json"
FORM_MEDIA_TYPE = "application/x-www-form-urlencoded"
INSIDE = "comity.inside"
"""Where the scope of a request that a page makes inside has its user. No server sets it."""
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})

PUBLIC: dict[str, Any] = {"public": True}
"""Handler option: no API key is needed."""
DESCRIPTION: dict[str, Any] = {**PUBLIC, **OPERATIONS}
"""Handler option: the description, for those who run the service and those who build on it."""
HEALTH: dict[str, Any] = {**PUBLIC, **OPERATIONS, "health": True}
"""Handler option: a machine asks how the process is. It needs no API key and no place."""
CALLBACK: dict[str, Any] = {**PUBLIC, "callback": True}
"""Handler option: a supplier calls back. It needs no API key, and a place is kept for it."""
PAGE: dict[str, Any] = {
    **PUBLIC,
    "page": True,
    "media_type": FORM_MEDIA_TYPE,
    "other_media_types": ("multipart/form-data",),
}
"""Handler option: a page for people. It knows its visitor by a cookie, reads forms, and asks the
interface inside this process for all that it shows and does."""
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


def visit_of(connection: Connection) -> Visit:
    """The places that this request holds."""
    visit: Visit = connection.scope["state"]["visit"]
    return visit


def address_of(connection: Connection) -> str:
    """The address that this request counts for."""
    client = connection.scope.get("client")
    peer = client[0] if client else ""
    return context_of(connection).addresses.find(peer, connection.scope["headers"])


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
        RouteNotFound: the address is at the other port, or has characters that no name can have.
        RequestInvalid: the query has such characters or a parameter twice, or there are two API
            keys.
        Unauthenticated: there is no valid API key.
        TooManyWrongKeys: there were too many from this address.
        RateLimited: the party has used up its share, or has too little left for this body.
        ScopeRequired: the API key lacks the scope of the address.
        PermissionRequired: the user's roles do not open the address.
        QueryParameterUnknown: the address has no such query parameter.
        BodyTooLarge: the announced length of the body is over the limit.
        UnsupportedMediaType: the address does not read bodies of this type.
        KeyMissing: the request changes something and has no Idempotency-Key.
        KeyInvalid: the Idempotency-Key is not valid.
        Overloaded: no place is left for this party, or for this address.
    """
    context = context_of(connection)
    if is_elsewhere(context.settings, connection.scope, handler):
        raise RouteNotFound
    if handler.opt.get("slow") and (patience := connection.scope["state"].get(PATIENCE)):
        patience.begin(REQUEST_SECONDS_SLOW)
    # PostgreSQL stores neither NUL nor lone surrogates, so no name can have them.
    if not connection.scope["path"].isprintable():
        raise RouteNotFound
    _require_printable(connection)
    method, opt = connection.scope.get("method"), handler.opt
    bill: Bill | None = None
    if method != "OPTIONS" and not opt.get("public"):
        caller = await _caller_of(connection)
        connection.scope["user"] = caller
        connection.scope["state"]["party"] = caller.party.code
        ACTING_FOR.set(name_of_party(caller.party.party_id))
        bill = Bill(context.request_limits, caller.party.code)
        await bill.pay_bytes(0)
        _require_rights(connection, caller)
    if method != "OPTIONS" and not opt.get("page"):
        require_known_query(connection.route_handler, connection.scope["query_string"])
    if method in WITH_BODY:
        if (seconds := opt.get(BODY_SECONDS)) is not None:
            connection.scope["state"][BODY_SECONDS] = seconds
        bytes_max = opt.get(BYTES_MAX, context.settings.request_bytes_max)
        _require_readable(connection, handler, bytes_max)
        if opt.get("changes"):
            key_of(connection)
        if bill is not None:
            # The front door charges for a body whose length nobody announced.
            connection.scope["state"][BILL] = bill
            await bill.pay_bytes(_announced(connection))
    _seat(connection, handler)


def _require_rights(connection: Connection, caller: Identity) -> None:
    """Refuse what the key has no scope for, or what the roles of the user do not open."""
    require_scope(connection.scope, caller.scopes)
    if isinstance(caller, UserIdentity):
        asked = cast("dict[str, Any]", connection.scope)
        require_permission(f"{asked['method']} {asked['path_template']}", caller.permissions)


async def require_tokens(call: Call, items_count: int) -> None:
    """Charge the caller for the items of its request.

    Raises:
        RateLimited: the party has used up its share. Nothing was done with any item.
    """
    bill: Bill = call.scope["state"][BILL]
    await bill.pay_items(items_count)


def _seat(connection: Connection, handler: BaseRouteHandler) -> None:
    """Give the request its place.

    Health checks and OPTIONS need none: they never queue behind work.
    """
    if connection.scope.get("method") == "OPTIONS" or handler.opt.get("health"):
        return
    reads_body = connection.scope.get("method") in WITH_BODY and (
        handler.opt.get(STREAMED, False) or _takes_body(connection.route_handler)
    )
    caller = connection.scope.get("user")
    if caller is None:
        rank = Rank.CALLBACK if handler.opt.get("callback") else Rank.ANYONE
        holder = _holder_of(address_of(connection))
        ACTING_FOR.set(holder)
        visit_of(connection).admit(holder, rank, is_public=True, reads_body=reads_body)
    else:
        rank = Rank.OPERATOR if "operator" in caller.party.roles else Rank.ANYONE
        holder = f"party {caller.party.code}"
        visit_of(connection).admit(holder, rank, is_public=False, reads_body=reads_body)


@cache
def _takes_body(handler: BaseRouteHandler) -> bool:
    return not handler.parsed_fn_signature.parameters.keys().isdisjoint({"data", "body"})


async def _caller_of(connection: Connection) -> Identity:
    """The caller. A key that was never valid here may be a guess, which counts for the address."""
    inside: UserIdentity | None = cast("dict[str, Any]", connection.scope).get(INSIDE)
    if inside is not None:
        return inside
    context, text = context_of(connection), bearer(connection)
    if (known := context.keys.recall(text)) is not None:
        return known
    if context.keys.has_seen(text):
        return await context.keys.caller(text)
    address = address_of(connection)
    ACTING_FOR.set(_holder_of(address))
    rule = Rule(context.settings.wrong_keys_per_second, int(context.settings.wrong_keys_burst))
    loans = await context.wrong_keys.borrow({address: (1, rule)})
    if not loans[address].granted:
        raise TooManyWrongKeys(retry_after_seconds=max(1, round(loans[address].wait_seconds)))
    wrong = 0
    try:
        return await context.keys.caller(text)
    except Unauthenticated:
        wrong = 1
        raise
    finally:
        await context.wrong_keys.give_back(loans, {address: wrong})


def _holder_of(address: str) -> str:
    """How callers from an address are called where parties take turns."""
    return f"address {address}"


def _announced(connection: Connection) -> int:
    """How many bytes the body has, as far as the caller says it."""
    length = connection.headers.get("content-length", "")
    return int(length) if length.isdecimal() else 0


def _require_printable(connection: Connection) -> None:
    if not connection.scope["query_string"]:
        return
    for name, value in connection.query_params.multi_items():
        if not (name.isprintable() and str(value).isprintable()):
            pointer = pointer_of(name if name.isprintable() else "")
            raise invalid_at(pointer, "Input should have printable characters only")


def _require_readable(connection: Connection, handler: BaseRouteHandler, bytes_max: int) -> None:
    headers = connection.headers
    if _announced(connection) > bytes_max:
        raise BodyTooLarge(f"a body is at most {bytes_max} bytes")
    expected = handler.opt.get("media_type", JSON_MEDIA_TYPE)
    given = headers.get("content-type", "").partition(";")[0].strip().lower()
    has_body = headers.get("content-length") not in {None, "0"} or "transfer-encoding" in headers
    allowed = (expected, *handler.opt.get("other_media_types", ()))
    if has_body and given not in allowed:
        raise UnsupportedMediaType(f"send {' or '.join(allowed)}")
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType("send the body as it is, without a Content-Encoding")


def roles(*allowed: str) -> Callable[[Connection, BaseRouteHandler], Awaitable[None]]:
    """A guard that lets in parties with any of these roles."""

    # Not an ordinary function: the framework would call that in a thread.
    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        if connection.scope["user"].party.roles.isdisjoint(allowed):
            raise RoleRequired(f"needs the role {' or '.join(allowed)}", roles=list(allowed))

    return guard


OPERATOR = roles("operator")
BRAND = roles("brand", "operator")
SUPPLIER = roles("supplier")
SUPPLIER_OR_OPERATOR = roles("supplier", "operator")
PARTNER = roles("brand", "supplier")
BRAND_ALONE = roles("brand")
