"""The OpenAPI document, made for the programs that are generated from it.

It is the framework's, with the exact schemas of bodies and parameters, the names and summaries of
`described`, the problem types of `foreseen`, the words of `glossary` and the examples of
`examples.json`, which the suite records. `tests/http/test_document.py` states its rules.
"""

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

import orjson
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from pydantic import BaseModel, Field, TypeAdapter
from pydantic.json_schema import models_json_schema

from api.http import schemas
from api.http.described_row import Described
from api.http.foreseen import by_status, described_of, refusals_of
from api.http.glossary import HEADERS, WORDS
from api.http.idempotency import HEADER
from api.http.problems import PROBLEM_MEDIA_TYPE
from api.http.routes.problem_types import codes
from api.http.schemas import types
from api.http.schemas.bill_patterns import UseId
from api.http.schemas.pictures import PictureName
from api.http.schemas.types import Body
from api.http.sending import SHA256_HEADER
from ledger.asks import KEY_LENGTH_MAX

EXAMPLES_FILE = Path(__file__).parent / "examples.json"
TEXT = {"type": "string"}
FILE = {**TEXT, "format": "binary"}
REFERENCE = "#/components/schemas/{model}"
SHARED_MIN = 5
"""How many operations must have the same refusals, so that these get a name of their own."""
_PAGE_NAME = re.compile(rb"Page_(?:\w+\.)*(\w+)Answer_")
"""The framework's name for a page: `Page_api.http.schemas.parties.PartyAnswer_`.

It becomes `PartyPage`.
"""
_ALWAYS = frozenset({"required", "name", "in", "description", "schema"})
"""What is said of a parameter. The framework also says what is false by default."""

Schema = dict[str, Any]
_DAY = Annotated[str, Field(pattern=types.DAY_PATTERN, max_length=len("2017-01-31"))]


def describe(app: Litestar) -> dict[str, Any]:
    """The OpenAPI document."""
    text = orjson.dumps(app.openapi_schema.to_schema())
    document: dict[str, Any] = orjson.loads(_PAGE_NAME.sub(rb"\1Page", text))
    components = document.setdefault("components", {})
    _, exact = models_json_schema(
        [(model, "validation") for model in dict.fromkeys(_bodies(app))],
        ref_template=REFERENCE,
    )
    _tidy_bodies(exact["$defs"])
    known: dict[str, Schema] = components.setdefault("schemas", {})
    known.update(exact["$defs"])
    _tidy(known)
    _discriminate(known)
    _explain(known)
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "The party's API key."}
    }
    components["headers"] = {
        name: {"description": words, "schema": {"type": kind}}
        for name, (kind, words) in HEADERS.items()
    }
    examples, parameters = load_examples(), _parameter_schemas()
    for path, method, handler in operations(app):
        operation = document["paths"].get(path, {}).get(method)
        if operation is not None:
            _complete(operation, path, handler)
            _describe_answers(operation, handler.opt, known)
            for each in operation.get("parameters", ()):
                _tidy_parameter(each, parameters)
            _attach(operation, examples.get(operation["operationId"], {}))
    components["responses"] = _extract_responses(document["paths"])
    return document


@cache
def load_examples() -> Mapping[str, Any]:
    """The request and the answer of each operation, as the suite has recorded them."""
    found: dict[str, Any] = orjson.loads(EXAMPLES_FILE.read_bytes())
    return found


def operations(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Every operation of the application: its path, its method, its handler."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            for method in getattr(handler, "http_methods", ()):
                name = str(getattr(method, "value", method)).lower()
                yield getattr(route, "path_format", "") or "/", name, handler


def _bodies(app: Litestar) -> Iterator[type[BaseModel]]:
    """The model of every body that a handler reads."""
    for _, _, handler in operations(app):
        data = handler.parsed_data_field
        others = [model for model, _ in handler.opt.get("other_bodies", {}).values()]
        for model in (handler.opt.get("body"), data and data.annotation, *others):
            if isinstance(model, type) and issubclass(model, Body):
                yield model


def _parameter_schemas() -> dict[str, Schema]:
    """The exact shapes of the parameters in addresses.

    The framework describes them as any text or number. Other values find nothing.
    """
    texts = {
        "programme": types.ProgrammeCode,
        "from_programme": types.ProgrammeCode,
        "party": types.Slug,
        "group": types.Slug,
        "supplier": types.Slug,
        "member": types.Member,
        "month": types.Month,
        "day": _DAY,
        "currency": types.Currency,
        "key": types.Key,
        "shop": types.Code,
        "mapping": types.Slug,
        "request_number": types.OrderNumber,
        "case": types.CaseNumber,
        "rule": types.Slug,
        "use_id": UseId,
        "batch": types.Slug,
        "picture": PictureName,
        "event_id": types.Key,
    }
    numbers = dict.fromkeys(
        (
            *("key_id", "rule_id", "veto_id", "offer_id", "terms_id", "procurement_id", "price_id"),
            *("swap_id", "placement_id", "lease_id", "contract_id", "card_id", "file_id"),
            *("coupon_id", "statement_id", "import_id", "check_id", "book_id", "version"),
            *("endpoint_id", "delivery_id"),
            *("dispute_id", "adjustment_id", "netting_id", "reconciliation_id", "break_id"),
            "user_id",
        ),
        types.Identifier,
    )
    return {name: TypeAdapter(kind).json_schema() for name, kind in {**texts, **numbers}.items()}


def _tidy_bodies(bodies: dict[str, Schema]) -> None:
    """Say in words what a body has by default.

    Many generators take a member with a default for one that is always there, in requests, too. So
    they would ask for it.
    """
    for body in bodies.values():
        for member in body.get("properties", {}).values():
            if "default" in member and (given := member.pop("default")) is not None:
                said = f"By default {orjson.dumps(given).decode().strip(chr(34))}."
                member["description"] = f"{member.get('description', '')} {said}".strip()


def _tidy(known: dict[str, Schema]) -> None:
    """Name each schema by its component, and leave the titles of its members out.

    Generators name types after such titles, and two members of the same name would clash.
    """
    for name, schema in known.items():
        for member in _members(schema):
            member.pop("title", None)
        schema["title"] = name


def _members(node: Any) -> Iterator[Schema]:
    """Every schema within a schema."""
    if isinstance(node, list):
        for each in node:
            yield from _members(each)
    elif isinstance(node, dict):
        for name, each in node.items():
            if name == "properties":
                for member in each.values():
                    yield member
                    yield from _members(member)
            elif name in {"items", "anyOf", "oneOf", "additionalProperties"}:
                if isinstance(each, dict):
                    yield each
                yield from _members(each)


def _discriminate(known: dict[str, Schema]) -> None:
    """Where an answer is one of several, `status` tells which."""
    for schema in known.values():
        for member in _members(schema):
            names = [each.get("$ref", "").rpartition("/")[2] for each in member.get("oneOf", ())]
            status = [known.get(each, {}).get("properties", {}).get("status") for each in names]
            if len(names) > 1 and all(each and "const" in each for each in status):
                member["discriminator"] = {
                    "propertyName": "status",
                    "mapping": {
                        each["const"]: REFERENCE.format(model=name)
                        for each, name in zip(status, names, strict=True)
                        if each
                    },
                }


def _explain(known: dict[str, Schema]) -> None:
    """Say what each schema and each member is."""
    classes = _classes()
    for name, schema in known.items():
        if name in classes:
            schema.setdefault("description", inspect.cleandoc(classes[name].__doc__ or ""))
        elif name.endswith("Page"):
            schema["description"] = "One page of a list. `next_cursor` is null on the last page."
        for each, member in schema.get("properties", {}).items():
            words = WORDS.get(f"{name}.{each}") or WORDS.get(each)
            if words and "$ref" not in member:
                said = member.get("description", "")
                if not said or said.startswith("By default"):
                    member["description"] = f"{words} {said}".strip()
    known["Problem"]["properties"]["type"]["examples"] = ["/problems/insufficient-points"]


def _classes() -> dict[str, type]:
    """The classes of the schemas by their names."""
    modules = [
        importlib.import_module(f"{schemas.__name__}.{room.name}")
        for room in pkgutil.iter_modules(schemas.__path__)
    ]
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, type)
    }


def _complete(operation: dict[str, Any], path: str, handler: HTTPRouteHandler) -> None:
    opt, row = handler.opt, described_of(handler)
    operation["operationId"], operation["summary"] = row.name, row.summary
    operation.pop("deprecated", None)
    operation["security"] = [] if opt.get("public") else [{"key": []}]
    responses = operation["responses"]
    responses.pop("400", None)
    for status, found in refusals_of(handler, path).items():
        # The service's own health has an answer for 503.
        responses.setdefault(str(status), _problem(status, found))
    if opt.get("changes"):
        operation.setdefault("parameters", []).append(_key_parameter())
    if "answers" in opt:
        # A stream of events is text that is read as it comes.
        responses["200"]["content"] = {
            name.partition(";")[0]: {"schema": TEXT if "event-stream" in name else FILE}
            for name in opt["answers"]
        }
    body = opt.get("body")
    if body is not None:
        schema = {"$ref": REFERENCE.format(model=body.__name__)} if isinstance(body, type) else FILE
        media_type = opt.get("media_type", "application/json")
        content = {media_type: {"schema": schema}}
        for other, (model, example) in opt.get("other_bodies", {}).items():
            other_schema = {"$ref": REFERENCE.format(model=model.__name__)}
            content[other] = {"schema": other_schema, "example": example}
        is_required = not opt.get("body_is_optional", False)
        operation["requestBody"] = {"required": is_required, "content": content}
    if row.items:
        _tell_items(operation, row)


def _key_parameter() -> dict[str, Any]:
    return {
        "name": HEADER,
        "in": "header",
        "required": True,
        "description": "Names this change forever. Repeat a request with the same key and body, and"
        " it is done only once.",
        "schema": {
            "type": "string",
            "minLength": 1,
            "maxLength": KEY_LENGTH_MAX,
            "pattern": types.KEY_PATTERN,
        },
    }


def _tell_items(operation: dict[str, Any], row: Described) -> None:
    """Say what an item of a batch can be refused with, in words and for programs."""
    found = sorted(
        code for some in by_status({*row.items, "request-invalid"}).values() for code in some
    )
    operation["x-item-problem-types"] = [f"/problems/{code}" for code in found]
    operation["description"] += (
        "\n\nAn item that is refused has its problem in the answer. `x-item-problem-types` lists"
        " the types."
    )


def _problem(status: int, found: list[str]) -> dict[str, Any]:
    """The answers of one status that refuse a request.

    A validator sees the exact types beside the reference. A generator sees the reference alone, and
    so makes one type for all problems.
    """
    known = codes()
    lines = [f"- [`{code}`](/problems/{code}): {known[code].title}" for code in found]
    schema = {
        "$ref": REFERENCE.format(model="Problem"),
        "properties": {"type": {"enum": [f"/problems/{code}" for code in found]}},
    }
    headers = ["X-Request-Id", *(["Retry-After"] if status in {429, 503} else [])]
    return {
        "description": "\n".join(lines),
        "headers": _headers(*headers),
        "content": {PROBLEM_MEDIA_TYPE: {"schema": schema}},
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _describe_answers(
    operation: dict[str, Any], opt: dict[str, Any], known: dict[str, Schema]
) -> None:
    """Say what is answered, and with which headers."""
    for status, response in operation["responses"].items():
        if not status.startswith("2"):
            continue
        names = ["X-Request-Id"]
        if opt.get("changes") or "x-item-problem-types" in operation:
            names.append("Idempotency-Replayed")
        if "x-item-problem-types" in operation:
            names.append("Idempotency-Replays")
        if opt.get("sha256"):
            names.append(SHA256_HEADER)
        response["headers"] = _headers(*names)
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        model = known.get(schema.get("$ref", "").rpartition("/")[2])
        if model is not None:
            response["description"] = model["description"].split("\n\n")[0].replace("\n", " ")
        else:
            response["description"] = "Done." if status == "204" else "The file."


def _tidy_parameter(parameter: dict[str, Any], exact: Mapping[str, Schema]) -> None:
    """The parameter with its exact shape. A query has texts only, so it cannot have null."""
    if parameter["in"] == "path":
        parameter["schema"] = exact[parameter["name"]]
    schema = parameter["schema"]
    for option in schema.pop("oneOf", ()):
        if option != {"type": "null"}:
            schema.update(option)
    said = schema.pop("description", None)
    parameter["description"] = (
        parameter.get("description") or WORDS.get(f"?{parameter['name']}") or said or ""
    )
    for name in parameter.keys() - _ALWAYS:
        del parameter[name]


def _attach(operation: dict[str, Any], example: Mapping[str, Any]) -> None:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if "request" in example:
            content.setdefault("example", example["request"])
    for status, answer in example.get("answers", {}).items():
        for content in operation["responses"][status]["content"].values():
            content["example"] = answer


def _extract_responses(paths: dict[str, Any]) -> dict[str, Any]:
    """Let the operations share the refusals that most of them have, and return these."""
    refusing = [
        (responses, status)
        for methods in paths.values()
        for operation in methods.values()
        for responses in (operation["responses"],)
        for status in responses
        if PROBLEM_MEDIA_TYPE in responses[status].get("content", {})
    ]
    shared: dict[str, Any] = {}
    for status in sorted({status for _, status in refusing}):
        texts = Counter(orjson.dumps(each[status]) for each, of in refusing if of == status)
        text, count = texts.most_common(1)[0]
        if count >= SHARED_MIN:
            name = HTTPStatus(int(status)).phrase.title().replace(" ", "").replace("-", "")
            shared[name] = orjson.loads(text)
            for each, of in refusing:
                if of == status and orjson.dumps(each[status]) == text:
                    each[status] = {"$ref": f"#/components/responses/{name}"}
    return shared
