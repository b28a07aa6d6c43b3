"""Writes the stubs of the Python client: `schemas.pyi`, `methods.pyi` and `problems.pyi`."""

import json
import keyword
from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from api.client.errors import family_of
from api.client.interface import EACH, SAVE
from api.client.problems import class_name
from tests.clients.made.interface import Described, described

JSON = Any
HEAD = '"""{} `make document` writes this file."""\n'
PLAIN = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
    "object": "dict[str, Any]",
}
INSTANTS = {"date-time": "datetime", "date": "date"}
TEXT_COLUMNS = 88


class Types:
    """Names types in Python. What is sent may be given more freely than what is answered."""

    def __init__(self, document: JSON) -> None:
        self.schemas: dict[str, JSON] = document["components"]["schemas"]
        answered = {
            name for each in described(document) for name in self._reached(each.answers)
        } | set(self._reached(self.schemas["Problem"]))
        sent = {name for each in described(document) for name in self._reached(each.contents)}
        self.only_sent = sent - answered

    def _reached(self, node: JSON) -> set[str]:
        found: set[str] = set()
        waiting = [node]
        while waiting:
            node = waiting.pop()
            if isinstance(node, list):
                waiting += node
            elif isinstance(node, dict):
                name = str(node.get("$ref", "")).rpartition("/")[2]
                if name in self.schemas and name not in found:
                    found.add(name)
                    waiting.append(self.schemas[name])
                waiting += node.values()
        return found

    def of(self, schema: JSON, *, is_sent: bool, prefix: str = "") -> str:
        """The type of a schema."""
        if "$ref" in schema:
            return prefix + str(schema["$ref"].rpartition("/")[2])
        if "const" in schema or "enum" in schema:
            values = schema.get("enum", [schema.get("const")])
            return f"Literal[{', '.join(map(_literal, values))}]"
        for several in ("oneOf", "anyOf"):
            if several in schema:
                found = [self.of(each, is_sent=is_sent, prefix=prefix) for each in schema[several]]
                return " | ".join(dict.fromkeys(found))
        kind = schema.get("type", "object")
        if isinstance(kind, list):
            found = [
                self.of({**schema, "type": each}, is_sent=is_sent, prefix=prefix) for each in kind
            ]
            return " | ".join(dict.fromkeys(found))
        if kind == "array":
            items = self.of(schema.get("items", {}), is_sent=is_sent, prefix=prefix)
            return f"Sequence[{items}]" if is_sent else f"list[{items}]"
        if kind == "string" and is_sent and schema.get("format") in INSTANTS:
            return f"str | {INSTANTS[schema['format']]}"
        if kind == "object":
            values = [
                schema["additionalProperties"] if schema.get("additionalProperties") else None,
                *schema.get("patternProperties", {}).values(),
            ]
            named = [each for each in values if isinstance(each, dict)]
            if len(named) == 1:
                value = self.of(named[0], is_sent=is_sent, prefix=prefix)
                return f"{'Mapping' if is_sent else 'dict'}[str, {value}]"
        return PLAIN[kind]


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _doc(text: str, indent: str) -> list[str]:
    lines = wrap(" ".join(text.split()).replace("\\", "\\\\"), TEXT_COLUMNS)
    if len(lines) < 2:
        return [f'{indent}"""{"".join(lines)}"""']
    return [f'{indent}"""{lines[0]}', *(indent + line for line in lines[1:]), f'{indent}"""']


def schemas(document: JSON) -> str:
    """The stub of the bodies and answers."""
    types = Types(document)
    lines = [
        HEAD.format("The bodies and answers of the service."),
        "from collections.abc import Mapping, Sequence",
        "from datetime import date, datetime",
        "from typing import Any, Literal, NotRequired, TypedDict",
    ]
    for name, schema in sorted(types.schemas.items()):
        lines += ["", *_schema(name, schema, types)]
    return "\n".join(lines) + "\n"


def _schema(name: str, schema: JSON, types: Types) -> Iterator[str]:
    is_sent = name in types.only_sent
    if "properties" not in schema:
        yield f"{name} = {types.of(schema, is_sent=is_sent)}"
        return
    required = set(schema.get("required", ()))
    # The client makes keys that are not given.
    if name.endswith("Item"):
        required.discard("key")
    members = {}
    for member, found in schema["properties"].items():
        kind = types.of(found, is_sent=is_sent)
        members[member] = kind if member in required else f"NotRequired[{kind}]"
    if any(keyword.iskeyword(member) for member in members):
        yield f"{name} = TypedDict("
        yield f'    "{name}",'
        inner = ", ".join(f'"{member}": {kind}' for member, kind in members.items())
        yield f"    {{{inner}}},"
        yield ")"
        return
    yield f"class {name}(TypedDict):"
    yield from _doc(schema.get("description", name), "    ")
    yield from (f"    {member}: {kind}" for member, kind in members.items())


def methods(document: JSON) -> str:
    """The stub of the methods, blocking and not."""
    types = Types(document)
    lines = [
        HEAD.format("The methods of the client."),
        "from collections.abc import AsyncIterator, Iterator, Mapping, Sequence",
        "from datetime import date, datetime",
        "from pathlib import Path",
        "from typing import Any, Literal",
        "",
        "from api.client import schemas",
    ]
    for name, is_async in (("Methods", False), ("AsyncMethods", True)):
        lines += ["", f"class {name}:"]
        for each in described(document):
            lines += _methods(each, types, is_async=is_async)
    return "\n".join(lines) + "\n"


def _methods(each: Described, types: Types, *, is_async: bool) -> Iterator[str]:
    word, after = ("async def" if is_async else "def"), each.name.partition("_")[2]
    answer = _answer(each, types)
    summary = _doc(each.operation["summary"], "        ")
    yield from _method(word, each.name, _arguments(each, types), answer, summary)
    if each.pages:
        page = each.resolved(each.answer)["properties"][each.pages]
        item = types.of(page["items"], is_sent=False, prefix="schemas.")
        many = f"{'AsyncIterator' if is_async else 'Iterator'}[{item}]"
        said = _doc(f"Go through all pages of `{each.name}`.", "        ")
        yield from _method("def", EACH + after, _arguments(each, types), many, said)
    if each.answers_file:
        said = _doc(f"Write what `{each.name}` answers into a file.", "        ")
        arguments = ["save_to: str | Path, /", *_arguments(each, types)]
        yield from _method(word, SAVE + after, arguments, "Path", said)


def _method(
    word: str, name: str, arguments: list[str], answer: str, said: list[str]
) -> Iterator[str]:
    if not arguments:
        yield f"    {word} {name}(self) -> {answer}:"
    else:
        yield f"    {word} {name}("
        yield "        self,"
        yield from (f"        {argument}," for argument in arguments)
        yield f"    ) -> {answer}:"
    yield from said


def _answer(each: Described, types: Types) -> str:
    if each.answers_file:
        return "bytes"
    return (
        "None" if each.answer is None else types.of(each.answer, is_sent=False, prefix="schemas.")
    )


def _arguments(each: Described, types: Types) -> list[str]:
    """Path first, by place or name. All others by name, those first that must be given."""
    first = [f"{one['name']}: str | int" for one in each.parameters("path")]
    named: list[tuple[bool, str, str]] = [
        (one["required"], one["name"], _query(one["schema"], types, is_required=one["required"]))
        for one in each.parameters("query")
    ]
    if each.media:
        named.append((len(each.contents) == 1, "content", "bytes | Path"))
        named.append((False, "content_type", "str"))
        if each.body is not None:
            named.append((False, "body", "Mapping[str, Any]"))
    elif each.body is not None:
        required = each.body.get("required", ())
        named += [
            (name in required, name, types.of(found, is_sent=True, prefix="schemas."))
            for name, found in each.body["properties"].items()
        ]
    if each.is_keyed:
        named.append((False, "key", "str | None"))
    ordered = sorted(named, key=lambda one: not one[0])
    rest = [f"{name}_" * keyword.iskeyword(name) or name for _, name, _ in ordered]
    rest = [
        f"{name}: {kind}" + ("" if is_required else " = ...")
        for name, (is_required, _, kind) in zip(rest, ordered, strict=True)
    ]
    return [*first, *(["*"] if rest else []), *rest]


def _query(schema: JSON, types: Types, *, is_required: bool) -> str:
    kind = types.of(schema, is_sent=True, prefix="schemas.")
    return kind if is_required or "None" in kind.split(" | ") else f"{kind} | None"


def problems(codes: dict[str, int]) -> str:
    """The stub of the types of problems."""
    families = sorted({family_of(status).__name__ for status in codes.values()})
    lines = [
        HEAD.format("One class for each type of problem."),
        "from collections.abc import Mapping",
        "from typing import Any",
        "",
        f"from api.client.errors import Problem, {', '.join(families)}",
        "",
        "def class_name(code: str) -> str: ...",
        "def class_of(code: str, status: int) -> type[Problem]: ...",
        "def problem_of(",
        "    document: Mapping[str, Any], key: str | None = None, request_id: str | None = None",
        ") -> Problem: ...",
        "def refusals(answers: list[Any]) -> list[tuple[int, Problem]]: ...",
        "",
    ]
    lines += [
        f"class {class_name(code)}({family_of(status).__name__}): ..."
        for code, status in codes.items()
    ]
    return "\n".join(lines) + "\n"
