"""What a change of the description breaks in programs that were generated from it.

`tests/http/openapi.json` keeps the description without its words. `make document` renews it. A
change that breaks programs must first be written down: in CHANGELOG.md, under "Changed" of what is
not released, with the `operationId` in backticks.

Values that the old program sends must still be read, and what it reads must still be sent. Both
are one question: is each value of one schema a value of the other (`lost`)?
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from pydantic import SecretStr

from api.app import create_app
from api.http.document import describe
from api.http.problems import PROBLEM_MEDIA_TYPE
from api.settings import Settings

JSON = Any
ROOT = Path(__file__).parents[2]
SNAPSHOT = Path(__file__).parent / "openapi.json"
CHANGELOG = ROOT / "CHANGELOG.md"
WORDS = frozenset({"description", "summary", "example", "examples", "title", "discriminator"})
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
DEPTH_MAX = 12


def current() -> JSON:
    """The description of this code. It needs no database."""
    app = create_app(Settings.load(database_url=SecretStr("postgresql://nobody@/nothing")))
    return orjson.loads(orjson.dumps(describe(app)))


def reduced(document: JSON) -> JSON:
    """The description without its words: its operations by their ids, and its schemas."""
    responses = document["components"]["responses"]
    operations = {
        operation["operationId"]: {
            "address": f"{method.upper()} {path}",
            "parameters": {
                f"{each['name']} ({each['in']})": {
                    "required": each["required"],
                    "schema": _bare(each["schema"]),
                }
                for each in operation.get("parameters", ())
            },
            "bodies": _contents(operation.get("requestBody", {})),
            "answers": {
                status: _contents(_resolved(each, responses))
                for status, each in operation["responses"].items()
            },
        }
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    schemas = {name: _bare(each) for name, each in document["components"]["schemas"].items()}
    return {"operations": operations, "schemas": schemas}


def _resolved(response: JSON, responses: JSON) -> JSON:
    return responses[response["$ref"].rpartition("/")[2]] if "$ref" in response else response


def _contents(part: JSON) -> JSON:
    # A problem type that is gone breaks nobody, and a new one must be expected at any time.
    return {
        media_type: {} if media_type == PROBLEM_MEDIA_TYPE else _bare(content["schema"])
        for media_type, content in part.get("content", {}).items()
    }


def _bare(node: JSON, *, names: bool = False) -> JSON:
    """A schema without words. In `properties`, such a word is the name of a member."""
    if isinstance(node, list):
        return [_bare(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        name: _bare(each, names=name == "properties" and not names)
        for name, each in node.items()
        if names or name not in WORDS
    }


@dataclass(frozen=True, slots=True)
class Break:
    """What no longer works for the programs of one operation."""

    operation: str
    reason: str


def breaks(old: JSON, new: JSON) -> Iterator[Break]:
    """What of the old description the new one breaks."""
    for name, before in old["operations"].items():
        after = new["operations"].get(name)
        if after is None:
            yield Break(name, "the operation is gone")
            continue
        for reason in _operation(before, after, (old["schemas"], new["schemas"])):
            yield Break(name, reason)


def _operation(before: JSON, after: JSON, schemas: tuple[JSON, JSON]) -> Iterator[str]:
    if before["address"] != after["address"]:
        yield f"it moved to {after['address']}"
    old, new = schemas
    reads = _Values(old, new, is_answer=False)
    yield from _parameters(before["parameters"], after["parameters"], reads)
    yield from _bodies(before["bodies"], after["bodies"], reads)
    yield from _answers(before["answers"], after["answers"], _Values(new, old, is_answer=True))


def _parameters(before: JSON, after: JSON, values: "_Values") -> Iterator[str]:
    for name, each in after.items():
        if each["required"] and not before.get(name, {}).get("required"):
            yield f"parameter {name} is required"
    for name, each in before.items():
        if name not in after:
            yield f"parameter {name} is gone"
        else:
            yield from values.lost(each["schema"], after[name]["schema"], name)


def _bodies(before: JSON, after: JSON, values: "_Values") -> Iterator[str]:
    if after and not before:
        yield "a body is required"
    for media_type, schema in before.items():
        if media_type not in after:
            yield f"a body of {media_type} is no longer read"
        else:
            yield from values.lost(schema, after[media_type], "body")


def _answers(before: JSON, after: JSON, values: "_Values") -> Iterator[str]:
    for status, contents in before.items():
        if status not in after:
            yield f"status {status} is gone"
            continue
        for media_type, schema in contents.items():
            if media_type not in after[status]:
                yield f"{status} is no longer {media_type}"
            else:
                yield from values.lost(after[status][media_type], schema, f"answer {status}")


@dataclass(frozen=True, slots=True)
class _Values:
    """Two sets of schemas. For answers, the sender is the new one."""

    senders: JSON
    readers: JSON
    is_answer: bool

    def lost(self, sent: JSON, read: JSON, place: str, depth: int = 0) -> Iterator[str]:
        """Why a value of `sent` may be none of `read`."""
        if depth > DEPTH_MAX:
            return
        ours, theirs = _options(sent, self.senders), _options(read, self.readers)
        for each in ours:
            tries = [list(self._one(each, option, place, depth)) for option in theirs]
            yield from min(tries, key=len, default=[])

    def _one(self, sent: JSON, read: JSON, place: str, depth: int) -> Iterator[str]:
        if not _types(sent) <= _types(read):
            yield f"{place}: the type is {_shown(sent, read, self, 'type')}"
            return
        if (known := _values(read)) is not None:
            more = [value for value in _values(sent) or ["any other"] if value not in known]
            if more:
                yield f"{place}: {', '.join(map(str, more))} is " + (
                    "a new value" if self.is_answer else "no longer a value"
                )
                return
        yield from self._limits(sent, read, place)
        if "items" in read:
            yield from self.lost(sent.get("items", {}), read["items"], f"{place}[]", depth + 1)
        yield from self._members(sent, read, place, depth)

    def _limits(self, sent: JSON, read: JSON, place: str) -> Iterator[str]:
        for word in ("pattern", "format"):
            if word in read and sent.get(word) != read[word]:
                yield f"{place}: another {word}"
        for word in UPPER:
            if word in read and not sent.get(word, float("inf")) <= read[word]:
                yield f"{place}: another {word}"
        for word in LOWER:
            if word in read and not sent.get(word, float("-inf")) >= read[word]:
                yield f"{place}: another {word}"

    def _members(self, sent: JSON, read: JSON, place: str, depth: int) -> Iterator[str]:
        ours, theirs = sent.get("properties", {}), read.get("properties", {})
        for name in theirs:
            always = name in sent.get("required", ())
            if name in read.get("required", ()) and not always:
                yield f"{place}/{name} is " + ("not always there" if self.is_answer else "required")
            elif name not in ours and self.is_answer:
                yield f"{place}/{name} is gone"
        for name, each in ours.items():
            if name in theirs:
                yield from self.lost(each, theirs[name], f"{place}/{name}", depth + 1)
            elif read.get("additionalProperties") is False:
                yield f"{place}/{name} is gone"


def _options(schema: JSON, schemas: JSON) -> list[JSON]:
    """The alternatives of a schema, each without a reference."""
    if "$ref" in schema:
        return _options(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return [found for each in schema[word] for found in _options(each, schemas)]
    return [schema]


def _types(schema: JSON) -> set[str]:
    given = schema.get("type", ["any"])
    found = set(given) if isinstance(given, list) else {given}
    return found | {"integer"} if "number" in found else found


def _values(schema: JSON) -> list[JSON] | None:
    found: list[JSON] | None = [schema["const"]] if "const" in schema else schema.get("enum")
    return found


def _shown(sent: JSON, read: JSON, values: _Values, word: str) -> str:
    before, after = (read, sent) if values.is_answer else (sent, read)
    return f"{after.get(word, 'any')}, and was {before.get(word, 'any')}"


def written_down(changelog: str) -> set[str]:
    """The names in backticks under "Changed" of what is not released."""
    unreleased = changelog.partition("## [Unreleased]")[2].partition("\n## [")[0]
    changed = unreleased.partition("### Changed")[2].partition("\n### ")[0]
    return set(re.findall(r"`(\w+)`", changed))


def silent(old: JSON, new: JSON, changelog: str) -> list[Break]:
    """What is broken without a word about it."""
    told = written_down(changelog)
    return [each for each in breaks(old, new) if each.operation not in told]


def encoded(found: JSON) -> bytes:
    """The text of the snapshot."""
    return orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def main() -> int:
    """Renew the snapshot, unless something is broken without a word about it."""
    found = reduced(current())
    if SNAPSHOT.exists():
        old = orjson.loads(SNAPSHOT.read_bytes())
        broken = silent(old, found, CHANGELOG.read_text(encoding="utf-8"))
        for each in broken:
            sys.stderr.write(f"`{each.operation}`: {each.reason}\n")
        if broken:
            sys.stderr.write(
                "This breaks programs. Name these operations in CHANGELOG.md under Changed.\n"
            )
            return 1
    SNAPSHOT.write_bytes(encoded(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
