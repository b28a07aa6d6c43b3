"""The addresses of the description (OpenAPI 3.1) and its pages.

This server serves all of it. Nothing is loaded from elsewhere. `document` makes the description.
"""

import errno
import importlib.metadata
from pathlib import Path
from typing import Any

import orjson
from litestar import MediaType, Request, Response, Router, get
from litestar.datastructures import State
from litestar.exceptions import InternalServerException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Contact, License, Tag
from litestar.routes import BaseRoute
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

from api.http.auth import DESCRIPTION
from api.http.described import TAGS
from api.http.document import describe
from api.http.problems import RouteNotFound, on_exception, on_refusal

STATIC_DIRECTORY = Path(__file__).parent / "static"
STATIC_PATH = "/static"
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'"
)


class _NoPages(Router):
    """A router that takes no routes, so the framework serves no description of its own.

    Only `/docs` and `/openapi.json` show it.
    """

    def register(self, value: ControllerRouterHandler) -> list[BaseRoute]:
        """Take nothing."""
        del value
        return []


openapi_config = OpenAPIConfig(
    title="Comity",
    version=importlib.metadata.version("comity"),
    summary="Points ledger and cross-brand rights exchange",
    description=(
        "Every request acts for the party of its API key. A request that changes something has an "
        "Idempotency-Key. If it is repeated with the same key and body, it changes nothing more "
        "and is answered with the same bytes. Errors are problem documents (RFC 9457). Programs "
        "decide by their `type`."
    ),
    contact=Contact(name="The Comity developers"),
    license=License(name="Apache License 2.0", identifier="Apache-2.0"),
    tags=[Tag(name=name, description=words) for name, words in TAGS.items()],
    render_plugins=[JsonRenderPlugin()],
    openapi_router=_NoPages("/", route_handlers=[]),
    use_handler_docstrings=True,
)

_PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Comity API</title>
<link rel="icon" href="{STATIC_PATH}/swagger/favicon-32x32.png">
<link rel="stylesheet" href="{STATIC_PATH}/swagger/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="{STATIC_PATH}/swagger/swagger-ui-bundle.js"></script>
<script src="{STATIC_PATH}/docs.js"></script>
</body>
</html>
"""


@get("/openapi.json", opt=DESCRIPTION, include_in_schema=False, sync_to_thread=False)
def openapi_json(request: Request[object, object, State]) -> Response[bytes]:
    """The description of the interface."""
    state = request.app.state
    if "openapi" not in state:
        state.openapi = orjson.dumps(describe(request.app))
    return Response(state.openapi, media_type=MediaType.JSON)


@get("/docs", opt=DESCRIPTION, include_in_schema=False, sync_to_thread=False)
def docs_page() -> Response[str]:
    """The description as pages to read and try."""
    return Response(
        _PAGE,
        media_type=MediaType.HTML,
        headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY},
    )


def _on_file_error(
    request: Request[Any, Any, Any], error: InternalServerException
) -> Response[Any]:
    """Answer a name that is too long for the file system. No file of ours has such a name."""
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno == errno.ENAMETOOLONG:
        return on_refusal(request, RouteNotFound())
    return on_exception(request, error)


static_router = create_static_files_router(
    path=STATIC_PATH,
    directories=[STATIC_DIRECTORY],
    opt=DESCRIPTION,
    exception_handlers={InternalServerException: _on_file_error},
    include_in_schema=False,
    name="static",
)
