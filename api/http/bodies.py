"""The only place that reads JSON bodies.

A body is refused if two readers could understand it differently. That is so for malformed JSON, for
a number that is too large for a double, and for an object that names a member twice: one reader
keeps the first, another the last.
"""

import json
import math
from collections import Counter
from typing import Any

import orjson
from litestar import Request
from litestar.types import Empty
from pydantic import ValidationError

from api.http.problems import BodyIncomplete, BodyTooLarge, MalformedJson, refusal_of
from api.http.schemas.types import EmptyBody
from ledger import JSON

NAME_SHOWN_LENGTH_MAX = 100
EMPTY = "The body is empty: send JSON"


def read_json(body: bytes) -> JSON:
    """The value of a body.

    Raises:
        MalformedJson: it is empty or not JSON in UTF-8, or it has a number too large for a double
            or an object that names a member twice.
    """
    if not body:
        raise MalformedJson(EMPTY)
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedJson(_sentence(body, error)) from None
    require_unique_members(body, _strings_count(value))
    return value


def require_unique_members(body: bytes, strings_count: int) -> None:
    """Refuse a body with an object that names a member twice.

    `strings_count` is how many strings came out of reading the body, names of members included. A
    member that the reader dropped had a name, so that count is too low for the body's quotation
    marks. Without backslashes each string has exactly two. If the numbers agree, nothing was
    dropped. If they do not, the body is read again, pair by pair.

    Raises:
        MalformedJson: an object names a member twice.
    """
    if b"\\" in body or body.count(b'"') != 2 * strings_count:
        json.loads(body, object_pairs_hook=_unique)


async def require_no_members(request: Request[Any, Any, Any]) -> None:
    """Refuse a body that says something, where the address alone says what is to happen.

    Raises:
        MalformedJson: there is a body, and it is not JSON.
        RequestInvalid: it is something else than an empty object.
    """
    if await request.body():
        try:
            EmptyBody.model_validate(await request.json())
        except ValidationError as error:
            raise refusal_of(error) from error


def _unique(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    members = dict(pairs)
    if len(members) != len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise MalformedJson(f"An object has the member {twice[:NAME_SHOWN_LENGTH_MAX]!r} twice")
    return members


def _strings_count(value: JSON) -> int:
    count, waiting = 0, [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            count += len(node)
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, str):
            count += 1
    return count


def _sentence(body: bytes, error: orjson.JSONDecodeError) -> str:
    try:
        body.decode()
    except UnicodeDecodeError as undecodable:
        return f"Byte {undecodable.start + 1} is not UTF-8"
    return f"Line {error.lineno}, column {error.colno}: {error.msg}"


class JsonRequest(Request[Any, Any, Any]):
    """A request whose JSON is read by `read_json`."""

    __slots__ = ("_value",)

    async def body(self) -> bytes:
        """The body.

        Raises:
            MalformedJson: it is empty, and the address reads JSON.
        """
        body = await self._read()
        if not body and self.route_handler.parsed_data_field is not None:
            raise MalformedJson(EMPTY)
        return body

    async def _read(self) -> bytes:
        """The body, which mostly comes in one piece."""
        if self._body is not Empty:
            return self._body
        size_max = self.route_handler.resolve_request_max_body_size() or math.inf
        parts: list[bytes] = []
        size, is_whole = 0, False
        while not is_whole:
            message: Any = await self.receive()
            if message["type"] == "http.disconnect":
                raise BodyIncomplete
            parts.append(message["body"])
            size += len(message["body"])
            if size > size_max:
                raise BodyTooLarge
            is_whole = not message.get("more_body", False)
        self.is_connected = False
        self._body = self._connection_state.body = parts[0] if len(parts) == 1 else b"".join(parts)
        return self._body

    async def json(self) -> JSON:
        """The value of the body.

        Raises:
            MalformedJson: `read_json` refuses it.
        """
        if not hasattr(self, "_value"):
            self._value: JSON = read_json(await self.body())
        return self._value
