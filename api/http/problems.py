"""Every error as an RFC 9457 problem document; `api.routes.problems` has the page that explains each code.

A package's refusals carry their own code, status and title; the ones of HTTP itself are declared
here. What nobody foresaw is answered as `internal-error` without a word of what happened: the log
has it, under the request id of the answer's header.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar, cast

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from pydantic import ValidationError

from api.http.encoding import encode
from ledger import JSON, Refusal, StoredRefusal, is_lost_database

PROBLEM_MEDIA_TYPE = "application/problem+json"
FIELD_ERRORS_MAX = 20
POINTER_LENGTH_MAX = 300
"""Characters of a pointer into the body that are told: a member nobody knows may have any name."""
RETRY_AFTER_SECONDS = 1

_log = structlog.get_logger("comity.http")


class InvalidRequest(Refusal):
    """The request is well-formed JSON, but some of its fields are missing, unknown or outside their limits; `errors` lists them."""

    code: ClassVar[str] = "invalid-request"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "Some fields of the request are not valid."


class MalformedJson(Refusal):
    """The body cannot be read as JSON in UTF-8, has a number no reader can hold, or an object that names a member twice."""

    code: ClassVar[str] = "malformed-json"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "The body is not JSON."


class RouteNotFound(Refusal):
    """Nothing is served at this address."""

    code: ClassVar[str] = "not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is nothing at this address."


class MethodNotAllowed(Refusal):
    """The address exists, but not for this method; the Allow header lists those that are."""

    code: ClassVar[str] = "method-not-allowed"
    status: ClassVar[int] = 405
    title: ClassVar[str] = "The method is not allowed here."


class BodyTooLarge(Refusal):
    """The body is larger than the server accepts: send fewer items at once."""

    code: ClassVar[str] = "body-too-large"
    status: ClassVar[int] = 413
    title: ClassVar[str] = "The body is too large."


class BodyTooSlow(Refusal):
    """The body did not arrive in time. Nothing was done; repeat with the same key."""

    code: ClassVar[str] = "body-too-slow"
    status: ClassVar[int] = 408
    title: ClassVar[str] = "The body did not arrive in time."


class BodyIncomplete(Refusal):
    """The connection ended before the body was whole, or its chunks are malformed.

    Nothing was done; repeat with the same key.
    """

    code: ClassVar[str] = "body-incomplete"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "The body is not whole."


class UnsupportedMediaType(Refusal):
    """The body's Content-Type is not what this address reads, or it is encoded: only `identity` is."""

    code: ClassVar[str] = "unsupported-media-type"
    status: ClassVar[int] = 415
    title: ClassVar[str] = "The body's media type is not supported."


class RoleRequired(Refusal):
    """The calling party has none of the roles that may do this."""

    code: ClassVar[str] = "role-required"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "The calling party's role does not allow this."


class ImportNotPermitted(Refusal):
    """Giving the time an operation happened needs a key with the permission `import`."""

    code: ClassVar[str] = "import-not-permitted"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "This API key may not give the time an operation happened."


class KeyMissing(Refusal):
    """A request that changes something carries an Idempotency-Key header, so that it can be repeated safely."""

    code: ClassVar[str] = "idempotency-key-missing"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "The Idempotency-Key header is missing."


class KeyInvalid(Refusal):
    """There is one Idempotency-Key header of 1 to 120 visible ASCII characters."""

    code: ClassVar[str] = "idempotency-key-invalid"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "The Idempotency-Key header is not valid."


class RateLimited(Refusal):
    """The party sends more requests than its share; Retry-After says when to come back."""

    code: ClassVar[str] = "rate-limited"
    status: ClassVar[int] = 429
    title: ClassVar[str] = "Too many requests."


class TooManyMisses(Refusal):
    """Too many coupon codes that do not exist: codes cannot be found by guessing."""

    code: ClassVar[str] = "too-many-code-misses"
    status: ClassVar[int] = 429
    title: ClassVar[str] = "Too many unknown coupon codes."


class Overloaded(Refusal):
    """The server has as many requests in hand as it takes; nothing was done with this one.

    Retry-After says when to come back.
    """

    code: ClassVar[str] = "overloaded"
    status: ClassVar[int] = 503
    title: ClassVar[str] = "The server is overloaded."


class Unavailable(Refusal):
    """The database cannot be reached, answers too late or asks for another try.

    Repeat with the same key: what was done is not done twice.
    """

    code: ClassVar[str] = "unavailable"
    status: ClassVar[int] = 503
    title: ClassVar[str] = "The service is temporarily unavailable."


class InternalError(Refusal):
    """Something failed that should not have; the log knows more, under the X-Request-Id of the answer."""

    code: ClassVar[str] = "internal-error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong on our side."


_BY_STATUS: Mapping[int, type[Refusal]] = {
    400: InvalidRequest,
    404: RouteNotFound,
    405: MethodNotAllowed,
    413: BodyTooLarge,
    415: UnsupportedMediaType,
}
_RETRYABLE = frozenset({429, 503})


def field_errors(
    error: ValidationError, prefix: str = "", tags: frozenset[str] = frozenset()
) -> list[dict[str, str]]:
    """Pydantic's findings as JSON pointers with a sentence each; never the input itself.

    Pydantic begins the place of an error with the name of the union's member that was chosen, which
    is no part of the body: one of `tags`.
    """
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [
        {"pointer": pointer_of(*_place(each["loc"], tags), prefix=prefix), "detail": each["msg"]}
        for each in found[:FIELD_ERRORS_MAX]
    ]


def _place(location: tuple[int | str, ...], tags: frozenset[str]) -> tuple[int | str, ...]:
    if location and location[0] in tags:
        location = location[1:]
    # What is wrong with a member's name is told of the member.
    return location[:-1] if location[-1:] == ("[key]",) else location


def pointer_of(*parts: object, prefix: str = "") -> str:
    """The JSON pointer of a place, cut to a length that can be told."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    return (prefix + "".join(f"/{part}" for part in escaped))[:POINTER_LENGTH_MAX]


def invalid(
    error: ValidationError, prefix: str = "", tags: frozenset[str] = frozenset()
) -> Refusal:
    """The refusal of a body pydantic refused."""
    errors = field_errors(error, prefix, tags)
    first = errors[0]
    return InvalidRequest(f"{first['pointer'] or 'the body'}: {first['detail']}", errors=errors)


def problem(stored: Mapping[str, JSON], instance: str | None = None) -> dict[str, JSON]:
    """The problem document of a refusal's own document."""
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
    """The answer that carries a refusal; too early and too much say when to come back."""
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
    """Answer a refusal as it stands."""
    return problem_response(request, error, replayed=isinstance(error, StoredRefusal))


def on_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Answer what the framework refused, in our words."""
    kind = _BY_STATUS.get(error.status_code)
    if kind is None:
        return on_exception(request, error)
    headers = {
        name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"
    }
    if kind is InvalidRequest:
        return problem_response(request, _client_error(error), headers)
    return problem_response(request, kind(), headers)


def _client_error(error: HTTPException) -> Refusal:
    extra = error.extra if isinstance(error.extra, list) else []
    errors = [
        {"pointer": pointer_of(each.get("key", "")), "detail": str(each.get("message", ""))}
        for each in cast("list[dict[str, Any]]", extra)[:FIELD_ERRORS_MAX]
    ]
    if errors:
        return InvalidRequest(f"{errors[0]['pointer']}: {errors[0]['detail']}", errors=errors)
    return InvalidRequest(errors=[])


def on_exception(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer the unforeseen without details; the log has them."""
    if is_lost_database(error):
        _log.warning("database_unavailable", error=type(error).__name__, path=request.scope["path"])
        return problem_response(request, Unavailable())
    _log.error("request_failed", path=request.scope["path"], exc_info=error)
    return problem_response(request, InternalError())


def on_recursion(request: Request[Any, Any, Any], _: RecursionError) -> Response[Any]:
    """Answer a body nested deeper than the JSON reader goes."""
    return problem_response(request, MalformedJson("The body is nested too deeply."))


EXCEPTION_HANDLERS: dict[Any, Any] = {
    Refusal: on_refusal,
    HTTPException: on_http_exception,
    RecursionError: on_recursion,
    Exception: on_exception,
}
