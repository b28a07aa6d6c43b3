"""The description of the interface (OpenAPI 3.1) and its pages.

This server serves all of it. Nothing is loaded from elsewhere.
"""

import errno
import importlib.metadata
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from litestar import Litestar, MediaType, Request, Response, Router, get
from litestar.datastructures import State
from litestar.exceptions import InternalServerException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.routes import BaseRoute
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from api.http.auth import DESCRIPTION
from api.http.idempotency import HEADER
from api.http.problems import PROBLEM_MEDIA_TYPE, RouteNotFound, on_exception, on_refusal
from api.http.schemas import types
from api.http.schemas.types import Body
from ledger.asks import KEY_LENGTH_MAX

STATIC_DIRECTORY = Path(__file__).parent / "static"
STATIC_PATH = "/static"
REFERENCE = "#/components/schemas/{model}"
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'"
)

_PAGE_NAME = re.compile(rb"Page_(?:\w+\.)*(\w+)Answer_")
"""The framework's name for a page: `Page_api.http.schemas.parties.PartyAnswer_`.

It becomes `PartyPage`.
"""


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
        "and is answered with the same bytes. Errors are problem documents (RFC 9457)."
    ),
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


def _bodies(app: Litestar) -> Iterator[type[BaseModel]]:
    """The model of every body that a handler reads."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            data = handler.parsed_data_field
            for model in (handler.opt.get("body"), data and data.annotation):
                if isinstance(model, type) and issubclass(model, Body):
                    yield model


def describe(app: Litestar) -> dict[str, Any]:
    """The OpenAPI document.

    It is the framework's, with the exact schemas of bodies, problems and idempotency keys.
    """
    text = orjson.dumps(app.openapi_schema.to_schema())
    document: dict[str, Any] = orjson.loads(_PAGE_NAME.sub(rb"\1Page", text))
    components = document.setdefault("components", {})
    _, exact = models_json_schema(
        [(model, "validation") for model in dict.fromkeys(_bodies(app))],
        ref_template=REFERENCE,
    )
    components.setdefault("schemas", {}).update(exact["$defs"])
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "The party's API key."}
    }
    components["responses"] = {
        "Problem": {
            "description": "A problem document; /problems lists the types.",
            "content": {
                PROBLEM_MEDIA_TYPE: {"schema": {"$ref": REFERENCE.format(model="Problem")}}
            },
        }
    }
    parameters = _parameter_schemas()
    for route in app.routes:
        for path, method, opt in _operations(route):
            operation = document["paths"].get(path, {}).get(method)
            if operation is not None:
                _complete(operation, opt)
                for each in operation.get("parameters", ()):
                    if each["in"] == "path":
                        each["schema"] = parameters[each["name"]]
    return document


def _parameter_schemas() -> dict[str, dict[str, Any]]:
    """The exact shapes of the parameters in addresses.

    The framework describes them as any text or number. Other values find nothing.
    """
    texts = {
        "programme": types.ProgrammeCode,
        "from_programme": types.ProgrammeCode,
        "party": types.Slug,
        "supplier": types.Slug,
        "member": types.Member,
        "month": types.Month,
        "key": types.Key,
    }
    numbers = dict.fromkeys(
        (
            *("key_id", "rule_id", "offer_id", "terms_id", "procurement_id"),
            *("coupon_id", "statement_id"),
        ),
        types.Identifier,
    )
    return {name: TypeAdapter(kind).json_schema() for name, kind in {**texts, **numbers}.items()}


def _operations(route: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for handler in getattr(route, "route_handlers", ()):
        for method in getattr(handler, "http_methods", ()):
            yield (
                route.path_format or "/",
                str(getattr(method, "value", method)).lower(),
                handler.opt,
            )


def _complete(operation: dict[str, Any], opt: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("400", None)
    responses["default"] = {"$ref": "#/components/responses/Problem"}
    operation["security"] = [] if opt.get("public") else [{"key": []}]
    if opt.get("changes"):
        operation.setdefault("parameters", []).append(
            {
                "name": HEADER,
                "in": "header",
                "required": True,
                "description": "Names this change forever. Repeat a request with the same key and"
                " body, and it is done only once.",
                "schema": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": KEY_LENGTH_MAX,
                    "pattern": types.KEY_PATTERN,
                },
            }
        )
    if "answers" in opt:
        file = {"schema": {"type": "string", "format": "binary"}}
        responses["200"]["content"] = {
            media_type.partition(";")[0]: file for media_type in opt["answers"]
        }
    body = opt.get("body")
    if body is not None:
        schema = (
            {"$ref": REFERENCE.format(model=body.__name__)}
            if isinstance(body, type)
            else {"type": "string"}
        )
        media_type = opt.get("media_type", "application/json")
        operation["requestBody"] = {"required": True, "content": {media_type: {"schema": schema}}}


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
