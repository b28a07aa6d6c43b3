"""The short way of a request to its handler.

The framework finds the handler and knows what its parameters are. What it does for each request in
between is done here, for less than half of the time: it copies the handler for each guard, reads
bodies through a generator, and makes two objects of each answer. Where a request or an answer needs
more than that, it goes the framework's own way, with the same result.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol, cast

from litestar import Litestar, Request, Response
from litestar.exceptions import ClientException, SerializationException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import Empty, HTTPScope, Receive, Send
from litestar.typing import FieldDefinition
from pydantic import ValidationError

from api.http.encoding import JsonResponse, encode
from api.http.problems import EXCEPTION_HANDLERS, PROBLEM_MEDIA_TYPE, refusal_of
from api.http.schemas.types import Body

PLAIN_HOST = re.compile(rb"[0-9A-Za-z.:\-\[\]]*")
"""Hosts that need no further look; the framework looks at all others."""
JSON_MEDIA_TYPE = "application/json"
_CONTENT_TYPES = {
    media_type: (b"content-type", media_type.encode())
    for media_type in (JSON_MEDIA_TYPE, PROBLEM_MEDIA_TYPE)
}
_PLAIN_RESPONSES = frozenset({Response, JsonResponse})
_BODILESS_STATUSES = frozenset({204, 304})


class Reply(Protocol):
    """Sends the answer, and knows whether it has begun."""

    is_begun: bool

    async def __call__(self, message: Any, /) -> None:
        """Send a message of the answer."""


Guard = Callable[[Any, BaseRouteHandler], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Way:
    """What is known about a handler before any request.

    - `texts`: its parameters that are text of the address, by the names they have there.
    - `body_model`: the schema of its body, if it has one.
    - `is_plain`: it has no other parameters than these, the request and the raw body.
    """

    handler: HTTPRouteHandler
    parameters: Any
    guards: tuple[Guard, ...]
    texts: tuple[tuple[str, str], ...]
    body_model: type[Body] | None
    takes_request: bool
    takes_body: bool
    is_plain: bool


class Ways:
    """The ways to all handlers of an application."""

    def __init__(self, app: Litestar) -> None:
        self._app = app
        self._ways = {
            (route.path_format, str(method)): _way(route, handler, parameters)
            for route in app.routes
            if isinstance(route, HTTPRoute)
            for method, (handler, parameters) in route.route_handler_map.items()
            if method != "OPTIONS"
            and not handler.cache
            and not parameters.dependency_batches
            and handler.resolve_exception_handlers() == EXCEPTION_HANDLERS
        }

    def find(self, scope: HTTPScope, host: bytes) -> Way | None:
        """The way of a request, which is noted in its scope. None if it needs the framework's."""
        path = scope["path"]
        if (
            not path.startswith("/")
            or path.endswith("/")
            or "//" in path
            or scope.get("root_path")
            or PLAIN_HOST.fullmatch(host) is None
        ):
            return None
        try:
            _, handler, path, parameters, template = self._app.asgi_router.handle_routing(
                path=path, method=scope["method"]
            )
        except Exception:  # noqa: BLE001 - the framework meets it once more, and answers it
            return None
        way = self._ways.get((template, scope["method"]))
        if way is None or way.handler is not handler:
            return None
        noted = cast("dict[str, Any]", scope)
        noted["app"] = noted["litestar_app"] = self._app
        noted["path"] = path
        noted["path_params"] = parameters
        noted["path_template"] = template
        noted["route_handler"] = handler
        return way

    async def go(self, way: Way, scope: HTTPScope, receive: Receive, reply: Reply) -> None:
        """Call the handler of a request and send its answer, or that to its error."""
        request: Request[Any, Any, Any] = self._app.request_class(scope, receive, reply)
        try:
            await self._answer(way, request, await self._call(way, request), reply)
        except Exception as error:
            if reply.is_begun:
                raise
            await self._answer(way, request, _answer_to(request, error), reply)

    async def _call(self, way: Way, request: Request[Any, Any, Any]) -> Any:
        handler = way.handler
        for guard in way.guards:
            await guard(request, handler)
        values = await (_plain_values(way, request) if way.is_plain else _values(way, request))
        made = handler.fn(**values)
        return made if handler.has_sync_callable else await made

    async def _answer(
        self, way: Way, request: Request[Any, Any, Any], made: Any, send: Send
    ) -> None:
        """Send an answer. Most are bytes of JSON, or documents."""
        handler = way.handler
        status, headers, body, media_type = handler.status_code, {}, made, handler.media_type
        is_plain = True
        if isinstance(made, Response):
            status = made.status_code or status
            headers, body, media_type = made.headers, made.content, made.media_type or ""
            is_plain = type(made) in _PLAIN_RESPONSES and not (made.cookies or made.background)
        if isinstance(body, dict | list) and media_type == JSON_MEDIA_TYPE:
            body = encode(body)
        content_type = _CONTENT_TYPES.get(media_type)
        if (
            not is_plain
            or content_type is None
            or status in _BODILESS_STATUSES
            or not isinstance(body, bytes)
            or any(name.lower().startswith("content-") for name in headers)
        ):
            respond = await handler.to_response(app=self._app, data=made, request=request)
            await respond(request.scope, request.receive, send)
            return
        start: Any = {
            "type": "http.response.start",
            "status": status,
            "headers": [
                *_encoded(headers.items()),
                content_type,
                (b"content-length", b"%d" % len(body)),
            ],
        }
        await send(start)
        await send({"type": "http.response.body", "body": body, "more_body": False})


def _encoded(headers: Iterable[tuple[str, Any]]) -> Iterable[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), text.encode("latin-1")) for name, text in headers]


def _way(route: HTTPRoute, handler: HTTPRouteHandler, parameters: Any) -> Way:
    texts: list[tuple[str, str]] = []
    body_model: type[Body] | None = None
    fields = handler.parsed_fn_signature.parameters
    in_address = {each.field_name: each.field_alias for each in parameters.expected_path_params}
    for name, field in fields.items():
        kind = field.annotation
        if name == "data" and isinstance(kind, type) and issubclass(kind, Body):
            body_model = kind
        elif name in in_address and kind is str and _is_any_text(route, in_address[name], field):
            texts.append((name, in_address[name]))
    known = {"request", "body", *(name for name, _ in texts)} | ({"data"} if body_model else set())
    return Way(
        handler=handler,
        parameters=parameters,
        # The framework has made all of them asynchronous.
        guards=cast("tuple[Guard, ...]", tuple(handler.resolve_guards())),
        texts=tuple(texts),
        body_model=body_model,
        takes_request="request" in fields,
        takes_body="body" in fields,
        is_plain=known >= fields.keys(),
    )


def _is_any_text(route: HTTPRoute, name: str, field: FieldDefinition) -> bool:
    """Whether a parameter of the address takes its text as it is."""
    limits = field.kwarg_definition
    return route.path_parameters[name].type is str and not any(
        getattr(limits, limit, None) is not None
        for limit in ("gt", "ge", "lt", "le", "multiple_of", "pattern", "min_length", "max_length")
    )


async def _plain_values(way: Way, request: Request[Any, Any, Any]) -> dict[str, Any]:
    in_address = request.scope["path_params"]
    values: dict[str, Any] = {name: in_address[alias] for name, alias in way.texts}
    if way.takes_request:
        values["request"] = request
    if way.takes_body:
        values["body"] = await request.body()
    if way.body_model is not None:
        try:
            values["data"] = way.body_model.model_validate(await request.json())
        except ValidationError as error:
            raise refusal_of(error) from error
    return values


async def _values(way: Way, request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The framework's own way to the values of a handler's parameters."""
    model = way.handler.signature_model
    if not way.parameters.has_kwargs or model is None:
        return {}
    try:
        values = await way.parameters.to_kwargs(connection=request)
    except SerializationException as error:
        raise ClientException(str(error)) from error
    if values.get("data") is Empty:
        del values["data"]
    return model.parse_values_from_connection_kwargs(connection=request, kwargs=values)


def _answer_to(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    kinds = type(error).__mro__
    respond = next(EXCEPTION_HANDLERS[kind] for kind in kinds if kind in EXCEPTION_HANDLERS)
    answer: Response[Any] = respond(request, error)
    return answer
