"""Reads the description, and writes `api/client/interface.json`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from api.client.interface import JSON_MEDIA_TYPE
from api.http.deeds import ONLY_READING
from api.http.routes.problem_types import codes
from api.http.schemas.types import BATCH_ITEMS_MAX

JSON = Any
METHODS = ("get", "put", "post", "delete")
KEY_HEADER = "Idempotency-Key"
LISTS_WITHOUT_KEYS = {"read_balances"}
"""Operations that take a list of up to so many, of which each has an answer, but no key."""


@dataclass(frozen=True)
class Described:
    """An operation of the description, with the parts that are written from it."""

    document: JSON
    path: str
    method: str
    operation: JSON

    @property
    def name(self) -> str:
        return str(self.operation["operationId"])

    @property
    def address(self) -> str:
        return f"{self.method.upper()} {self.path}"

    def resolved(self, node: JSON) -> JSON:
        if "$ref" not in node:
            return node
        _, *parts = node["$ref"].split("/")
        found = self.document
        for part in parts:
            found = found[part]
        return found

    def parameters(self, place: str) -> list[JSON]:
        return [each for each in self.operation.get("parameters", ()) if each["in"] == place]

    @property
    def contents(self) -> dict[str, JSON]:
        """The bodies that it takes, by media type."""
        found: dict[str, JSON] = self.operation.get("requestBody", {}).get("content", {})
        return found

    @property
    def media(self) -> list[str]:
        """The media types of the files that it takes."""
        return sorted(set(self.contents) - {JSON_MEDIA_TYPE})

    @property
    def body(self) -> JSON | None:
        """The schema of its JSON body."""
        content = self.contents.get(JSON_MEDIA_TYPE)
        return None if content is None else self.resolved(content["schema"])

    @property
    def answer(self) -> JSON | None:
        """The schema of its JSON answer, or None if that is empty or a file."""
        return self.answers.get(JSON_MEDIA_TYPE, {}).get("schema")

    @property
    def answers(self) -> dict[str, JSON]:
        """What it answers when all is well, by media type."""
        return {
            media: content
            for status, answer in self.operation["responses"].items()
            if status.startswith("2")
            for media, content in self.resolved(answer).get("content", {}).items()
        }

    @property
    def is_keyed(self) -> bool:
        return KEY_HEADER in {each["name"] for each in self.parameters("header")}

    @property
    def pages(self) -> str | None:
        """The list in each of its pages."""
        if "cursor" not in {each["name"] for each in self.parameters("query")}:
            return None
        (found,) = self._lists(self.resolved(self.answer))
        return found

    @property
    def answers_file(self) -> bool:
        return bool(self.answers) and JSON_MEDIA_TYPE not in self.answers

    @property
    def batch(self) -> JSON | None:
        """The list of its body that may be sent in parts."""
        is_keyed = "x-item-problem-types" in self.operation
        if not is_keyed and self.name not in LISTS_WITHOUT_KEYS:
            return None
        assert self.body is not None
        assert self.answer is not None
        (items,) = self._lists(self.body)
        (answers,) = self._lists(self.resolved(self.answer))
        found = self.body["properties"][items]
        return {
            "items": items,
            "answers": answers,
            "items_max": found.get("maxItems", BATCH_ITEMS_MAX),
            "is_keyed": is_keyed,
        }

    def _lists(self, schema: JSON) -> list[str]:
        properties = schema["properties"].items()
        return [name for name, each in properties if self.resolved(each).get("type") == "array"]


def described(document: JSON) -> Iterator[Described]:
    """All operations, by their names."""
    found = [
        Described(document, path, method, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in METHODS
    ]
    yield from sorted(found, key=lambda each: each.name)


def interface(document: JSON) -> JSON:
    """What `api.client.interface` reads. A value that is as by default is left out."""
    problems = {code: kind.status for code, kind in sorted(codes().items())}
    return {"operations": {each.name: _row(each) for each in described(document)}} | {
        "problems": problems
    }


def _row(each: Described) -> JSON:
    body, batch = each.body, each.batch
    is_repeatable = (
        each.method != "post"
        or each.is_keyed
        or each.address in ONLY_READING
        or bool(batch and batch["is_keyed"])
    )
    values = {
        "query": [one["name"] for one in each.parameters("query")] or None,
        "members": None if body is None or each.media else list(body["properties"]),
        "media": each.media or None,
        "is_keyed": each.is_keyed or None,
        "is_repeatable": None if is_repeatable else False,
        "pages": each.pages,
        "answers": "file" if each.answers_file else None,
        "batch": batch,
    }
    said = {"method": each.method.upper(), "path": each.path, "summary": each.operation["summary"]}
    return said | {name: value for name, value in values.items() if value is not None}
