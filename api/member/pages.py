"""All member pages, as the application takes them, and what they answer in trouble."""

from http import HTTPStatus
from typing import Any

from litestar import Response, Router, get
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from api.http.auth import PAGE, Call
from api.http.problems import RouteNotFound, on_exception
from api.member import coupons, home, market
from api.member.frame import VISIT_COOKIE, frame_headers
from api.member.visit import locale_of
from api.pages.ask import Problem
from api.pages.explain import explain
from api.pages.guard import read_cookie
from api.pages.render import html, render
from api.pages.translations import catalogue
from ledger import Refusal


def _trouble(request: Call, document: dict[str, Any], status: int) -> Response[bytes]:
    locale = locale_of(request)
    title = explain(document, catalogue(locale))
    has_visit = status != HTTPStatus.UNAUTHORIZED and read_cookie(request, VISIT_COOKIE) is not None
    text = render(locale, "member/trouble.html", theme="", title=title, has_visit=has_visit)
    return html(request, text, status=status, headers=frame_headers(request))


def on_refusal(request: Call, refusal: Refusal) -> Response[bytes]:
    """A page that says why not."""
    return _trouble(request, dict(refusal.document()), refusal.status)


def on_problem(request: Call, error: Problem) -> Response[bytes]:
    """A page that tells of what the interface refused."""
    return _trouble(request, error.answer.problem or {}, error.answer.status)


def on_http_exception(request: Call, error: HTTPException) -> Response[bytes]:
    """A page that tells of what the framework refused."""
    return _trouble(request, {"title": "The form cannot be read."}, error.status_code)


def on_error(request: Call, error: Exception) -> Response[bytes]:
    """A page without details. The log has them."""
    answer = on_exception(request, error)
    return _trouble(request, {"title": "Something went wrong here."}, answer.status_code or 500)


@get("/m/{rest:path}", opt=PAGE, include_in_schema=False)
async def nothing_here(request: Call, rest: FromPath[str]) -> Response[bytes]:
    """There is no such page."""
    del rest
    return on_refusal(request, RouteNotFound())


router = Router(
    path="/",
    route_handlers=[*home.ROUTES, *market.ROUTES, *coupons.ROUTES, nothing_here],
    exception_handlers={
        Refusal: on_refusal,
        Problem: on_problem,
        HTTPException: on_http_exception,
        Exception: on_error,
    },
)
