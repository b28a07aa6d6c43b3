"""What the client knows of the service: `interface.json`, and how a call becomes a request.

`make document` writes the file from the description of the service. It is read when the first
method is called, so that an import costs nothing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

JSON = Any
"""What a JSON text says. `api.client.schemas` has the exact types."""

INTERFACE_FILE = Path(__file__).with_name("interface.json")
JSON_MEDIA_TYPE = "application/json"
EACH, SAVE = "each_", "save_"
_NOT_IN_ADDRESSES = frozenset({"", ".", ".."})


@dataclass(frozen=True, slots=True)
class Batch:
    """The list in a body that may be sent in parts, and where its answers are."""

    items: str
    answers: str
    items_max: int
    is_keyed: bool
    """Whether each item has its own idempotency key."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the service, by its `operationId`."""

    name: str
    method: str
    path: str
    summary: str = ""
    query: tuple[str, ...] = ()
    members: tuple[str, ...] | None = None
    """The members of its JSON body, or None if it has none."""
    media: tuple[str, ...] = ()
    """The media types of the files that it takes."""
    is_keyed: bool = False
    """Whether it takes an Idempotency-Key."""
    is_repeatable: bool = True
    """Whether to send it twice is the same as to send it once."""
    pages: str | None = None
    """The list in each of its pages, if it answers with pages."""
    answers: Literal["json", "file", "any"] = "json"
    batch: Batch | None = None

    @property
    def places(self) -> list[str]:
        """The names in its path, in order."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an operation, ready to be sent."""

    operation: Operation
    path: str
    query: Mapping[str, str]
    body: JSON
    content: bytes | Path | None
    content_type: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Interface:
    """All operations by name, and the status of every type of problem by its code."""

    operations: Mapping[str, Operation]
    problems: Mapping[str, int]

    def at(self, method: str, path: str) -> Operation:
        """The operation at an address. One that is not known is taken for an ordinary change."""
        asked = path.split("/")
        for operation in self.operations.values():
            known = operation.path.split("/")
            if operation.method == method and len(known) == len(asked) and _fits(known, asked):
                return operation
        return Operation(method, method, path, is_keyed=method == "POST", answers="any")


def _fits(known: Sequence[str], asked: Sequence[str]) -> bool:
    pairs = zip(known, asked, strict=True)
    return all(part == given or part.startswith("{") for part, given in pairs)


@cache
def interface() -> Interface:
    """The interface of the service for which this client was released."""
    document = json.loads(INTERFACE_FILE.read_text(encoding="utf-8"))
    return Interface(
        {name: _read(name, row) for name, row in document["operations"].items()},
        document["problems"],
    )


def _read(name: str, row: Mapping[str, JSON]) -> Operation:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in row.items()
    }
    if "batch" in values:
        values["batch"] = Batch(**values["batch"])
    return Operation(name, **values)


def find_operation(name: str) -> tuple[Operation, str]:
    """The operation behind the name of a method, and the prefix by which it was found.

    `each_statements` goes through the pages of `list_statements`, and `save_statement` writes what
    `download_statement` answers into a file.

    Raises:
        AttributeError: there is no such method.
    """
    if name.startswith("_"):
        raise AttributeError(name)
    operations = interface().operations
    if found := operations.get(name):
        return found, ""
    for prefix in (EACH, SAVE):
        if name.startswith(prefix) and (found := _companions().get(name)):
            return found, prefix
    raise AttributeError(f"the service has no operation {name}")


@cache
def _companions() -> Mapping[str, Operation]:
    return {
        named: operation
        for operation in interface().operations.values()
        if (named := companion(operation)) is not None
    }


def companion(operation: Operation) -> str | None:
    """The name of the method that stands beside that of the operation, if there is one."""
    if operation.pages or operation.answers == "file":
        return (EACH if operation.pages else SAVE) + operation.name.partition("_")[2]
    return None


def method_names() -> list[str]:
    """The names of all methods."""
    return sorted({*interface().operations, *_companions()})


def bind(operation: Operation, places: Sequence[object], given: Mapping[str, Any]) -> Call:
    """Put the arguments of a method where they belong: address, query, body, or header.

    Raises:
        TypeError: an argument is missing, unknown or given twice, as with any function.
        ValueError: no address can hold a value.
    """
    rest = {name.removesuffix("_"): value for name, value in given.items()}
    names = operation.places
    if len(places) > len(names):
        raise TypeError(f"{operation.name}() takes {len(names)} positional arguments: {names}")
    values = dict(zip(names, places, strict=False))
    for name in names:
        if name in values and name in rest:
            raise TypeError(f"{operation.name}() got {name} twice")
        if name not in values and name not in rest:
            raise TypeError(f"{operation.name}() lacks {name}")
        values.setdefault(name, rest.pop(name, None))
    query = {name: rest.pop(name) for name in operation.query if name in rest}
    key = rest.pop("key", None) if operation.is_keyed else None
    body, content = None, None
    content_type = operation.media[0] if operation.media else JSON_MEDIA_TYPE
    if operation.media:
        content, body = rest.pop("content", None), rest.pop("body", None)
        content_type = rest.pop("content_type", content_type)
    elif operation.members is not None:
        body = {name: rest.pop(name) for name in operation.members if name in rest}
    if rest:
        raise TypeError(f"{operation.name}() has no argument {', '.join(rest)}")
    return Call(
        operation, address(operation.path, values), plain(query), body, content, content_type, key
    )


def address(path: str, values: Mapping[str, object]) -> str:
    """A path with its values, each of them percent-encoded."""
    for name, value in values.items():
        text = _text(value)
        if text in _NOT_IN_ADDRESSES:
            raise ValueError(f"{name}: no address can hold {text!r}")
        path = path.replace(f"{{{name}}}", quote(text, safe=""))
    return path


def plain(query: Mapping[str, object]) -> dict[str, str]:
    """Query parameters as text. What is None is left out."""
    return {name: _text(value) for name, value in query.items() if value is not None}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
