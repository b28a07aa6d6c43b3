"""Every problem that the service answers in any test of `tests/http` is one that it describes.

`conftest.serving` gives each of its clients this check. So the whole suite says whether the table
of problem types (`api/http/described.py`) is complete.
"""

import re
from typing import Any

import httpx2
import orjson
from litestar import Litestar

from api.http.document import describe
from api.http.problems import PROBLEM_MEDIA_TYPE

JSON = Any
KEY_IN_PATH = "{key}"


class Promises:
    """The problem types of each operation, as the description lists them."""

    def __init__(self, document: JSON) -> None:
        self.responses = document["components"]["responses"]
        self.operations = [
            (method, pattern_of(path), operation)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        ]

    def find(self, method: str, path: str) -> JSON | None:
        """The operation at an address. Of several, the one with the fewest parameters."""
        fitting = [
            (pattern.groups, operation)
            for known, pattern, operation in self.operations
            if known == method.lower() and pattern.fullmatch(path)
        ]
        return min(fitting, key=lambda each: each[0])[1] if fitting else None

    def types(self, operation: JSON, status: int) -> list[str]:
        """The problem types that an operation can be answered with under a status."""
        response = operation["responses"].get(str(status), {})
        if "$ref" in response:
            response = self.responses[response["$ref"].rpartition("/")[2]]
        schema = response.get("content", {}).get(PROBLEM_MEDIA_TYPE, {}).get("schema", {})
        found: list[str] = schema.get("properties", {}).get("type", {}).get("enum", [])
        return found

    async def check(self, response: httpx2.Response) -> None:
        """Assert that a problem, or that of an item, is described."""
        request = response.request
        operation = self.find(request.method, request.url.path)
        if operation is None:
            return
        name = operation["operationId"]
        if response.headers.get("content-type") == PROBLEM_MEDIA_TYPE:
            given = orjson.loads(await response.aread())["type"]
            assert given in self.types(operation, response.status_code), (
                f"{name} does not describe {given}: see api/http/described.py"
            )
        elif "x-item-problem-types" in operation and response.is_success:
            for answer in orjson.loads(await response.aread())["answers"]:
                if "problem" in answer:
                    given = answer["problem"]["type"]
                    assert given in operation["x-item-problem-types"], (
                        f"{name} does not describe {given} of an item: see api/http/described.py"
                    )


def pattern_of(path: str) -> re.Pattern[str]:
    """What the addresses of a path look like. A key may hold slashes."""
    parts = re.split(r"(\{\w+\})", path)
    return re.compile(
        "".join(
            "(.+)" if part == KEY_IN_PATH else "([^/]+)" if part[:1] == "{" else re.escape(part)
            for part in parts
        )
    )


_KNOWN: list[Promises] = []


def promises_of(app: Litestar) -> Promises:
    """The promises. All applications of a process make the same."""
    if not _KNOWN:
        _KNOWN.append(Promises(orjson.loads(orjson.dumps(describe(app)))))
    return _KNOWN[0]
