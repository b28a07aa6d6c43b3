"""Templates to answers: texts escaped, nothing inline, the headers of every page.

The policy lets a page load what this server serves, and nothing else. It allows no script and no
style inside a page, so a text that somebody else wrote can never be run.
"""

import gzip
import re
from collections.abc import Mapping, Sequence
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response
from markupsafe import Markup, escape

from api.identity.users import Locale
from api.pages.assets import accepts_gzip, asset
from api.pages.explain import wanted
from api.pages.translations import FRAME, LANGUAGES, catalogue

DIRECTORY = Path(__file__).parents[1]
HTML = "text/html; charset=utf-8"
UNFRAMED = "frame-ancestors 'none'"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'none'; form-action 'self'; "
    f"base-uri 'none'; {UNFRAMED}"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    # For browsers that do not know frame-ancestors.
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Accept-Encoding, Cookie, Accept-Language",
}
# A redirect shows nothing. Whether it may be framed, says the page that it leads to.
_OF_REDIRECTS = {name: value for name, value in HEADERS.items() if name != "X-Frame-Options"}
GZIP_BYTES_MIN = 1_000
_KEPT_WHOLE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?"
    r"|(?<![0-9A-Za-z.-])(?=[0-9A-Za-z.-]{3,24}(?![0-9A-Za-z.-]))[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)+"
)
"""Dates, times, and codes with hyphens or dots. A longer code may have to be broken."""


def whole(text: str) -> Markup:
    """A sentence whose dates and codes are not broken where a line ends.

    Between Chinese signs a line may end anywhere, so a browser breaks a date at its hyphens.
    """
    parts, end = Markup(""), 0
    for found in _KEPT_WHOLE.finditer(text):
        parts += escape(text[end : found.start()])
        parts += Markup('<span class="whole">{}</span>').format(found[0])
        end = found.end()
    return parts + escape(text[end:])


def wing_of(template: str) -> str:
    """Whose texts a template speaks: those of its folder. The frame's stand in the shell's file."""
    folder = template.partition("/")[0]
    return FRAME if folder in {"console", "pages"} else folder


@cache
def environment(locale: Locale, wing: str) -> Environment:
    """The templates in one language, as a wing speaks it."""
    made = Environment(
        loader=FileSystemLoader(
            [DIRECTORY / wing / "templates" for wing in ("pages", "console", "member")]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_translations(catalogue(locale, wing), newstyle=True)  # type: ignore[attr-defined]
    made.filters["whole"] = whole
    made.filters["wanted"] = lambda detail: wanted(detail, catalogue(locale, wing))
    made.globals |= {"asset": asset, "locale": locale, "languages": LANGUAGES}
    return made


def is_partial(request: Request[Any, Any, Any]) -> bool:
    """Whether a part of a page is asked for, to be put into the page that is shown (htmx 4)."""
    return request.headers.get("hx-request-type") == "partial"


def framed(origins: Sequence[str]) -> Mapping[str, str]:
    """The headers of a page that pages of these origins may have in a frame. None: nobody may.

    An older browser knows X-Frame-Options alone, which cannot name origins. So it is left out.
    """
    if not origins:
        return {}
    policy = POLICY.replace(UNFRAMED, f"frame-ancestors {' '.join(origins)}")
    return {"Content-Security-Policy": policy, "X-Frame-Options": ""}


def html(
    request: Request[Any, Any, Any],
    text: str,
    *,
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """A page as an answer, compressed if the browser takes that. An empty header is not sent."""
    given = {**HEADERS, **(headers or {})}
    sent = {name: value for name, value in given.items() if value}
    content = text.encode()
    if len(content) >= GZIP_BYTES_MIN and accepts_gzip(request):
        content = gzip.compress(content, 5, mtime=0)
        sent["Content-Encoding"] = "gzip"
    return Response(content, status_code=status, media_type=HTML, headers=sent)


def see_other(path: str) -> Response[bytes]:
    """Go on at another page, with GET."""
    return Response(
        b"",
        status_code=HTTPStatus.SEE_OTHER,
        media_type=HTML,
        headers={**_OF_REDIRECTS, "Location": path},
    )


def render(locale: Locale, template: str, /, *, block: str | None = None, **values: Any) -> str:
    """A template with its values, or one block of it alone."""
    found = environment(locale, wing_of(template)).get_template(template)
    if block is None:
        return found.render(**values)
    context = found.new_context(values)
    return "".join(found.blocks[block](context))
