"""Every error as an RFC 9457 problem document. `routes.problem_types` explains each code.

The refusals of a package have their own code, status and title. The refusals of HTTP itself are
declared here. An unforeseen error is answered as `internal-error`, without any details. The log has
them, under the request id that the answer carries as a header.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar, cast

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from api.http.encoding import encode
from api.http.log_paths import shown_path
from api.http.schemas.types import SENTENCES
from ledger import JSON, Refusal, StoredRefusal, Troubles, is_lost_database

PROBLEM_MEDIA_TYPE = "application/problem+json"
FIELD_ERRORS_MAX = 20
POINTER_LENGTH_MAX = 300
"""The most characters of a pointer in an answer. A name in the body can have any length."""
RETRY_AFTER_SECONDS = 1
ANOTHER_FORM = "Input should have the form that the description gives"
FRAMEWORK_PATTERN = "matching regex"
"""How the framework begins to show the pattern of a query parameter."""

_log = structlog.get_logger("comity.http")
DATABASE_TROUBLE = Troubles(_log, "database_unavailable", "database_available")


class RequestInvalid(Refusal):
    """The request is well-formed, but fields are missing, unknown or outside their limits.

    `errors` lists them.
    """

    code: ClassVar[str] = "request-invalid"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "Some fields of the request are not valid."


class QueryParameterUnknown(Refusal):
    """The address has no such query parameter. `known` lists those that it has."""

    code: ClassVar[str] = "query-parameter-unknown"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The address does not have this query parameter."


class MalformedJson(Refusal):
    """The body is not JSON in UTF-8, or readers would not agree on what it says.

    That is so if a number is too large, or if an object names a member twice.
    """

    code: ClassVar[str] = "malformed-json"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "The body is not JSON."


class RouteNotFound(Refusal):
    """Nothing is served at this address."""

    code: ClassVar[str] = "not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is nothing at this address."


class MethodNotAllowed(Refusal):
    """The address does not have this method. The Allow header lists those it has."""

    code: ClassVar[str] = "method-not-allowed"
    status: ClassVar[int] = 405
    title: ClassVar[str] = "The method is not allowed here."


class BodyTooLarge(Refusal):
    """The body is larger than the server accepts. Send fewer items at once."""

    code: ClassVar[str] = "body-too-large"
    status: ClassVar[int] = 413
    title: ClassVar[str] = "The body is too large."


class BodyTooSlow(Refusal):
    """The body did not arrive in time. Nothing was done. Repeat it with the same key."""

    code: ClassVar[str] = "body-too-slow"
    status: ClassVar[int] = 408
    title: ClassVar[str] = "The body did not arrive in time."


class BodyIncomplete(Refusal):
    """The connection ended before the body was complete, or its chunks are malformed.

    Nothing was done. Repeat it with the same key.
    """

    code: ClassVar[str] = "body-incomplete"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "The body is not whole."


class UnsupportedMediaType(Refusal):
    """The address does not read bodies of this Content-Type, or the body has a Content-Encoding.

    The only encoding that is read is `identity`.
    """

    code: ClassVar[str] = "unsupported-media-type"
    status: ClassVar[int] = 415
    title: ClassVar[str] = "The body's media type is not supported."


class RoleRequired(Refusal):
    """The calling party has none of the roles that are allowed to do this."""

    code: ClassVar[str] = "role-required"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "The calling party's role does not allow this."


class ImportNotPermitted(Refusal):
    """Only a key with the scope `import` may give the time when an operation happened."""

    code: ClassVar[str] = "import-not-permitted"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "This API key may not give the time an operation happened."


class ShopMismatch(Refusal):
    """The API key is bound to a shop, and the request names another one.

    Leave `store` out, or send the shop of the key.
    """

    code: ClassVar[str] = "shop-mismatch"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "This API key uses coupons in one shop only."


class KeyMissing(Refusal):
    """A request that changes something needs an Idempotency-Key header.

    With it, the request can be repeated safely.
    """

    code: ClassVar[str] = "idempotency-key-missing"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "The Idempotency-Key header is missing."


class KeyInvalid(Refusal):
    """There must be one Idempotency-Key header, of 1 to 120 visible ASCII characters."""

    code: ClassVar[str] = "idempotency-key-invalid"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "The Idempotency-Key header is not valid."


class RateLimited(Refusal):
    """The party sends more requests, more items or longer bodies than its share.

    `tokens` is what this request costs. Retry-After says when the party has so many again. Nothing
    was done with this request.
    """

    code: ClassVar[str] = "rate-limited"
    status: ClassVar[int] = 429
    title: ClassVar[str] = "Too many requests."


class TooManyMisses(Refusal):
    """The shop asked for too many coupon codes that do not exist. Codes cannot be guessed.

    It counts for the API key together with the shop that the request names. Nothing was done with
    the codes that are refused with this, also if they are right.
    """

    code: ClassVar[str] = "too-many-code-misses"
    status: ClassVar[int] = 429
    title: ClassVar[str] = "Too many unknown coupon codes."


class TooManyWrongKeys(Refusal):
    """This address sent too many API keys that are wrong. Retry-After says when to try again."""

    code: ClassVar[str] = "too-many-wrong-keys"
    status: ClassVar[int] = 429
    title: ClassVar[str] = "Too many wrong API keys."


class Overloaded(Refusal):
    """The party or address has its share of requests in hand, or the server takes no more.

    Nothing was done with this one. Retry-After says when to try again.
    """

    code: ClassVar[str] = "overloaded"
    status: ClassVar[int] = 503
    title: ClassVar[str] = "The server is overloaded."


class Unavailable(Refusal):
    """The database cannot be reached, answers too late or asks for another try.

    Repeat the request with the same key. Nothing is done twice.
    """

    code: ClassVar[str] = "unavailable"
    status: ClassVar[int] = 503
    title: ClassVar[str] = "The service is temporarily unavailable."


class InternalError(Refusal):
    """Something failed unexpectedly. The log has details, under the X-Request-Id of the answer."""

    code: ClassVar[str] = "internal-error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong on our side."


_BY_STATUS: Mapping[int, type[Refusal]] = {
    400: RequestInvalid,
    404: RouteNotFound,
    405: MethodNotAllowed,
    413: BodyTooLarge,
    415: UnsupportedMediaType,
}
_RETRYABLE = frozenset({429, 503})
IS_PACED = "is_paced"
"""Its name in the state of a request whose refusal is told when it is its party's turn."""
_PACED = (RateLimited, Overloaded)


def field_errors(
    error: ValidationError, prefix: str = "", tags: frozenset[str] = frozenset()
) -> list[dict[str, str]]:
    """What pydantic found: a JSON pointer and a sentence each, and never the input itself.

    Where pydantic chose a member of a union, it begins the place of an error with the member's tag.
    The tag is not part of the body. `tags` are all that may be there.
    """
    found = error.errors(include_url=False, include_input=False)
    return [
        {"pointer": pointer_of(*_place(each["loc"], tags), prefix=prefix), "detail": _words(each)}
        for each in found[:FIELD_ERRORS_MAX]
    ]


def _words(error: ErrorDetails) -> str:
    """What pydantic says, but not as a regular expression."""
    if error["type"] == "string_pattern_mismatch":
        return SENTENCES.get(error["ctx"]["pattern"], ANOTHER_FORM)
    return error["msg"]


def _place(location: tuple[int | str, ...], tags: frozenset[str]) -> tuple[int | str, ...]:
    if location and location[0] in tags:
        location = location[1:]
    # If the name of a member is wrong, the pointer is to the member.
    return location[:-1] if location[-1:] == ("[key]",) else location


def pointer_of(*parts: object, prefix: str = "") -> str:
    """The JSON pointer to a place, cut to POINTER_LENGTH_MAX."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    return (prefix + "".join(f"/{part}" for part in escaped))[:POINTER_LENGTH_MAX]


def invalid_at(pointer: str, sentence: str) -> RequestInvalid:
    """The refusal of a request that has one wrong field."""
    return RequestInvalid(sentence, errors=[{"pointer": pointer, "detail": sentence}])


def refusal_of(
    error: ValidationError, prefix: str = "", tags: frozenset[str] = frozenset()
) -> RequestInvalid:
    """The refusal of a body that pydantic refused."""
    errors = field_errors(error, prefix, tags)
    first = errors[0]
    return RequestInvalid(f"{first['pointer'] or 'the body'}: {first['detail']}", errors=errors)


def problem(stored: Mapping[str, JSON], instance: str | None = None) -> dict[str, JSON]:
    """The problem document of a refusal, which is given as its document."""
    rest = dict(stored)
    document = {
        "type": f"/problems/{rest.pop('code')}",
        "title": rest.pop("title"),
        "status": rest.pop("status"),
        "detail": rest.pop("detail"),
    }
    if instance is not None:
        document["instance"] = instance
    return document | rest


def problem_response(
    request: Request[Any, Any, Any],
    refusal: Refusal,
    headers: dict[str, str] | None = None,
    *,
    replayed: bool = False,
) -> Response[Any]:
    """The answer that carries a refusal. If a later try can succeed, it says when to try again."""
    headers = dict(headers or {})
    if refusal.status in _RETRYABLE:
        headers["Retry-After"] = str(refusal.extra.get("retry_after_seconds", RETRY_AFTER_SECONDS))
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="comity"'
    if replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(
        encode(problem(refusal.document(), request.scope["path"])),
        status_code=refusal.status,
        media_type=PROBLEM_MEDIA_TYPE,
        headers=headers,
    )


def on_refusal(request: Request[Any, Any, Any], error: Refusal) -> Response[Any]:
    """Answer with the refusal itself."""
    request.scope["state"][IS_PACED] = isinstance(error, _PACED)
    return problem_response(request, error, replayed=isinstance(error, StoredRefusal))


def on_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Answer with our own refusal if the framework refused the request."""
    kind = _BY_STATUS.get(error.status_code)
    if kind is None:
        return on_exception(request, error)
    headers = {
        name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"
    }
    if kind is RequestInvalid:
        return problem_response(request, _client_error(request.route_handler, error), headers)
    return problem_response(request, kind(), headers)


def _query_words(handler: BaseRouteHandler, error: Mapping[str, Any]) -> str:
    """What the framework says about a parameter, but not as a regular expression."""
    message, name = str(error.get("message", "")), error.get("key")
    if FRAMEWORK_PATTERN not in message:
        return message
    return SENTENCES.get(_told(handler, str(name), "pattern") or "", ANOTHER_FORM)


def _told(handler: BaseRouteHandler, parameter: str, what: str) -> str | None:
    """What a parameter's declaration says: its `pattern`, or the `name` that callers know."""
    field = handler.parsed_fn_signature.parameters.get(parameter)
    return getattr(field and field.kwarg_definition, what, None)


def _client_error(handler: BaseRouteHandler, error: HTTPException) -> RequestInvalid:
    extra = error.extra if isinstance(error.extra, list) else []
    errors = [
        {
            "pointer": pointer_of(_told(handler, key := each.get("key", ""), "name") or key),
            "detail": _query_words(handler, each),
        }
        for each in cast("list[dict[str, Any]]", extra)[:FIELD_ERRORS_MAX]
    ]
    if errors:
        return RequestInvalid(f"{errors[0]['pointer']}: {errors[0]['detail']}", errors=errors)
    return RequestInvalid(errors=[])


def on_exception(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer an unforeseen error without details. The log has them.

    The request's own line names the error. What stands beside it is logged once a minute.
    """
    kind = type(error).__name__
    request.scope["state"]["error"] = kind
    if is_lost_database(error):
        DATABASE_TROUBLE.met("database", kind)
        return problem_response(request, Unavailable())
    _log.error("request_failed", path=shown_path(request.scope), exc_info=error)
    return problem_response(request, InternalError())


def on_recursion(request: Request[Any, Any, Any], _: RecursionError) -> Response[Any]:
    """Answer a body that is nested more deeply than the JSON reader can follow."""
    return problem_response(request, MalformedJson("The body is nested too deeply."))


EXCEPTION_HANDLERS: dict[Any, Any] = {
    Refusal: on_refusal,
    HTTPException: on_http_exception,
    RecursionError: on_recursion,
    Exception: on_exception,
}
