"""Writes the types for TypeScript: `docs/reference/comity.d.ts`, as `openapi-fetch` reads them."""

import json
import re
from collections.abc import Iterator
from typing import Any

from api.http.problems import PROBLEM_MEDIA_TYPE
from tests.clients.made.interface import Described, described

JSON = Any
HEAD = """/**
 * The interface of Comity, for openapi-fetch. `make document` writes this file.
 */
"""
REFUSED = """interface Refused {
  headers: { [name: string]: unknown };
  content: { "application/problem+json": components["schemas"]["Problem"] };
}
"""
PLAIN = {"integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
PLACES = ("query", "header", "path", "cookie")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")


def typescript(document: JSON) -> str:
    """All types."""
    lines = [HEAD + REFUSED + "export interface paths {"]
    by_path: dict[str, dict[str, Described]] = {}
    for each in described(document):
        by_path.setdefault(each.path, {})[each.method] = each
    for path, found in sorted(by_path.items()):
        lines += [f"  {json.dumps(path)}: {{", f"    parameters: {_nothing()};"]
        lines += [
            f'    {method}: operations["{found[method].name}"];'
            if method in found
            else f"    {method}?: never;"
            for method in METHODS
        ]
        lines.append("  };")
    lines += ["}", "export interface components {", "  schemas: {"]
    for name, schema in sorted(document["components"]["schemas"].items()):
        lines += _said(schema, "    ")
        lines.append(f"    {name}: {_type(schema, '    ')};")
    lines += ["  };", "}", "export interface operations {"]
    for each in described(document):
        lines += _operation(each)
    return "\n".join([*lines, "}"]) + "\n"


def _nothing() -> str:
    return "{ " + "; ".join(f"{place}?: never" for place in PLACES) + " }"


def _said(schema: JSON, indent: str) -> Iterator[str]:
    text = " ".join(str(schema.get("description", "")).split()).replace("*/", "* /")
    if text:
        yield f"{indent}/** {text} */"


def _type(schema: JSON, indent: str) -> str:
    if "$ref" in schema:
        return f'components["schemas"]["{schema["$ref"].rpartition("/")[2]}"]'
    if "enum" in schema:
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"], ensure_ascii=False)
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(_type(each, indent) for each in schema[several]))
    kind = schema.get("type", "object")
    if isinstance(kind, list):
        return " | ".join(dict.fromkeys(_type({**schema, "type": each}, indent) for each in kind))
    if kind == "array":
        items = _type(schema.get("items", {}), indent)
        return f"({items})[]" if "|" in items else f"{items}[]"
    if kind == "object":
        return _object(schema, indent)
    return PLAIN.get(kind, "string")


def _object(schema: JSON, indent: str) -> str:
    if properties := schema.get("properties"):
        required = set(schema.get("required", ()))
        lines = ["{"]
        for name, found in properties.items():
            lines += _said(found, indent + "  ")
            mark = "" if name in required else "?"
            lines.append(f"{indent}  {_key(name)}{mark}: {_type(found, indent + '  ')};")
        return "\n".join([*lines, indent + "}"])
    values = [schema.get("additionalProperties"), *schema.get("patternProperties", {}).values()]
    named = [each for each in values if isinstance(each, dict)]
    value = _type(named[0], indent) if len(named) == 1 else "unknown"
    return f"{{ [key: string]: {value} }}"


def _key(name: str) -> str:
    return name if _NAME.fullmatch(name) else json.dumps(name)


def _operation(each: Described) -> Iterator[str]:
    yield f"  /** {each.operation['summary']} */"
    yield f"  {each.name}: {{"
    yield "    parameters: {"
    for place in PLACES:
        found = each.parameters(place)
        if not found:
            yield f"      {place}?: never;"
            continue
        mark = "" if any(one["required"] for one in found) else "?"
        yield f"      {place}{mark}: {{"
        for one in found:
            yield from _said(one, "        ")
            optional = "" if one["required"] else "?"
            kind = _type(one["schema"], "        ")
            yield f"        {_key(one['name'])}{optional}: {kind};"
        yield "      };"
    yield "    };"
    yield from _body(each)
    yield "    responses: {"
    for status, answer in each.operation["responses"].items():
        contents = each.resolved(answer).get("content", {})
        if set(contents) == {PROBLEM_MEDIA_TYPE}:
            yield f"      {status}: Refused;"
            continue
        yield f"      {status}: {{"
        yield "        headers: { [name: string]: unknown };"
        yield from _contents(contents)
        yield "      };"
    yield "    };"
    yield "  };"


def _body(each: Described) -> Iterator[str]:
    if not each.contents:
        yield "    requestBody?: never;"
        return
    mark = "" if each.operation["requestBody"].get("required", False) else "?"
    yield f"    requestBody{mark}: {{"
    yield "      content: {"
    for media, content in each.contents.items():
        yield f'        "{media}": {_type(content["schema"], "        ")};'
    yield "      };"
    yield "    };"


def _contents(contents: JSON) -> Iterator[str]:
    if not contents:
        yield "        content?: never;"
        return
    yield "        content: {"
    for media, content in contents.items():
        yield f'          "{media}": {_type(content["schema"], "          ")};'
    yield "        };"
