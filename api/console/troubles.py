"""What the console answers where something went wrong: a page, and not a problem document."""

from typing import Any

from litestar import Response, get
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from api.console.door import document_of, door, sign_in_first
from api.console.shell import CHOOSE_FIRST, NotForYou, NotSignedIn, SecondFactorMissing, locale_of
from api.http.auth import PAGE, Call
from api.http.problems import RouteNotFound, on_exception
from api.pages.ask import Problem
from api.pages.explain import explain
from api.pages.render import html, is_partial, render, see_other
from api.pages.translations import catalogue
from ledger import Refusal


def on_refusal(request: Call, refusal: Refusal) -> Response[bytes]:
    """A page that tells of a refusal of the console itself."""
    if isinstance(refusal, NotSignedIn):
        return sign_in_first(request)
    if isinstance(refusal, NotForYou) and refusal.detail == CHOOSE_FIRST:
        return see_other("/console/choose")
    if isinstance(refusal, SecondFactorMissing):
        return see_other("/console/account/second-factor")
    return _trouble(request, document_of(refusal), refusal.status)


def on_problem(request: Call, error: Problem) -> Response[bytes]:
    """A page that tells of what the interface refused."""
    return _trouble(request, error.answer.problem or {}, error.answer.status)


def on_http_exception(request: Call, error: HTTPException) -> Response[bytes]:
    """A page that tells of what the framework refused, such as a form that cannot be read."""
    document = {"type": "/problems/request-invalid", "title": "The form cannot be read."}
    return _trouble(request, document, error.status_code)


def on_error(request: Call, error: Exception) -> Response[bytes]:
    """A page without details. The log has them."""
    answer = on_exception(request, error)
    document = {"type": "/problems/internal-error", "title": "Something went wrong here."}
    return _trouble(request, document, answer.status_code or 500)


def _trouble(request: Call, document: dict[str, Any], status: int) -> Response[bytes]:
    locale = locale_of(request)
    texts = catalogue(locale)
    if is_partial(request):
        part = render(
            locale,
            "console/trouble_part.html",
            problem=document,
            explain=lambda problem: explain(problem, texts),
        )
        return html(request, part, status=status)
    return door(
        request,
        "console/trouble.html",
        status=status,
        title=explain(document, texts),
        detail=document.get("detail", ""),
    )


@get("/console/{rest:path}", opt=PAGE, include_in_schema=False)
async def nothing_here(request: Call, rest: FromPath[str]) -> Response[bytes]:
    """There is no such page."""
    del rest
    return on_refusal(request, RouteNotFound())


EXCEPTION_HANDLERS: dict[Any, Any] = {
    Refusal: on_refusal,
    Problem: on_problem,
    HTTPException: on_http_exception,
    Exception: on_error,
}
ROUTES = [nothing_here]
