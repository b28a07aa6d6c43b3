"""The pages of problem types: what each code means."""

from collections.abc import Iterator
from html import escape

from litestar import MediaType, Response, get
from litestar.params import FromPath

from api.http.auth import PUBLIC
from api.http.problems import RouteNotFound
from ledger import Refusal, StoredRefusal


def codes() -> dict[str, type[Refusal]]:
    """Every declared refusal, by its code."""
    return dict(sorted((kind.code, kind) for kind in _kinds(Refusal) if kind is not StoredRefusal))


def _kinds(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for child in kind.__subclasses__():
        yield child
        yield from _kinds(child)


def _page(title: str, body: str) -> Response[str]:
    head = f'<meta charset="utf-8"><title>{title}</title>'
    content = f'<!doctype html><html lang="en">{head}<body>{body}</body></html>'
    return Response(
        content,
        media_type=MediaType.HTML,
        headers={"Content-Security-Policy": "default-src 'none'"},
    )


@get("/problems", opt=PUBLIC, include_in_schema=False, sync_to_thread=False)
def list_problems() -> Response[str]:
    """Every problem type, with its status and title."""
    rows = "".join(
        f'<li><a href="/problems/{code}">{code}</a> ({kind.status}): {escape(kind.title)}</li>'
        for code, kind in codes().items()
    )
    return _page("Problems", f"<h1>Problems</h1><ul>{rows}</ul>")


@get("/problems/{code:str}", opt=PUBLIC, include_in_schema=False, sync_to_thread=False)
def explain_problem(code: FromPath[str]) -> Response[str]:
    """What one problem type means.

    Raises:
        RouteNotFound: no problem has this code.
    """
    kind = codes().get(code)
    if kind is None:
        raise RouteNotFound
    text = " ".join((kind.__doc__ or "").split())
    return _page(
        code,
        f"<h1>{code}</h1><p>Status {kind.status}. {escape(kind.title)}</p><p>{escape(text)}</p>",
    )


ROUTES = [list_problems, explain_problem]
