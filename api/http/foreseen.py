"""With which problem types an operation can be refused, derived from one place.

They follow from what the handler declares: its guards, its options, its body and its address. The
rest is in the table of operations (`described`).
"""

from collections import defaultdict
from typing import Any

from litestar.handlers import HTTPRouteHandler

from api.http.auth import JSON_MEDIA_TYPE
from api.http.described import OPERATIONS
from api.http.described_row import Described
from api.http.routes.problem_types import codes

_EVERYWHERE = "request-invalid query-parameter-unknown internal-error"
_AT_WORK = "overloaded unavailable"
_WITH_KEY = "unauthenticated scope-required rate-limited too-many-wrong-keys"
_WITH_BODY = "body-incomplete body-too-slow body-too-large unsupported-media-type"
_CHANGES = "idempotency-key-missing idempotency-key-invalid idempotency-key-reused"
_BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})


def described_of(handler: HTTPRouteHandler) -> Described:
    """The row of a handler.

    Raises:
        KeyError: it has none. `api/http/described.py` needs one for each handler.
    """
    return OPERATIONS[handler.handler_name]


def refusals_of(handler: HTTPRouteHandler, path: str) -> dict[int, list[str]]:
    """The codes of the problems that an operation can be answered with, by their status."""
    opt: dict[str, Any] = handler.opt
    words = [_EVERYWHERE]
    if not opt.get("health"):
        words.append(_AT_WORK)
    if not opt.get("public"):
        words.append(_WITH_KEY)
    if handler.guards:
        words.append("role-required")
    if "{" in path:
        words.append("not-found")
    if handler.http_methods & _BODY_METHODS:
        words.append(_WITH_BODY)
        # A callback is read after its signature, by the exchange.
        if opt.get("media_type", JSON_MEDIA_TYPE) == JSON_MEDIA_TYPE and not opt.get("callback"):
            words.append("malformed-json")
    if opt.get("changes"):
        words.append(_CHANGES)
    found = {*" ".join(words).split(), *described_of(handler).refusals}
    return by_status(found)


def by_status(found: set[str] | frozenset[str]) -> dict[int, list[str]]:
    """Codes by the status of their problems.

    Raises:
        KeyError: there is no such code.
    """
    known = codes()
    grouped: defaultdict[int, list[str]] = defaultdict(list)
    for code in sorted(found):
        grouped[known[code].status].append(code)
    return dict(sorted(grouped.items()))
