"""No number and no name in an address, however large or long, makes an error of the service."""

import itertools
import re
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from tests.http.conftest import Caller, accepted, refused, stock

NUMBERS = [
    *(
        sign * 2**power + step
        for power in (15, 31, 32, 63, 64)
        for sign in (1, -1)
        for step in (-1, 0)
    ),
    *(0, 1, 10**30, 10**400),
]
"""The edges of the database's numbers, and what no database holds."""
TEXTS = ["x" * length for length in (64, 255, 256, 300, 5_000)] + ["é" * 128, "\U0001f600" * 200]
NAMES_THERE = {"programme": "grocer", "party": "grocer", "supplier": "cinema", "member": "m1"}


def values_of(schema: Any) -> list[str]:
    """What to send for a parameter of this schema, most of it outside of its limits."""
    kinds = {str(each.get("type")) for each in (schema, *schema.get("oneOf", ()))}
    is_number = any("integer" in each for each in kinds) or "[0-9]{1,19}" in str(schema)
    return [str(number) for number in NUMBERS] if is_number else TEXTS


def addresses(path: str, parameters: list[Any]) -> list[str]:
    """The addresses of an operation with each parameter at each of its extremes.

    The other parameters have values that exist.
    """

    def filled(extreme: str = "", value: str = "") -> str:
        return re.sub(
            r"{(\w+)}",
            lambda found: (
                quote(value, safe="")
                if found[1] == extreme
                else NAMES_THERE.get(found[1], "2017-01" if found[1] == "month" else "1")
            ),
            path,
        )

    made = []
    for each in parameters:
        for value in values_of(each["schema"]):
            if each["in"] == "path":
                made.append(filled(each["name"], value))
            elif each["in"] == "query":
                made.append(f"{filled()}?{each['name']}={quote(value, safe='')}")
    return made


async def statuses(
    callers: list[Caller], method: str, asked: list[str]
) -> list[tuple[str, int, int]]:
    """The address and its length, and the status of each answer of the service's own fault."""
    found = []
    for caller, address in itertools.product(callers, asked):
        response = await caller.http.request(
            method,
            address,
            headers={"Authorization": f"Bearer {caller.key}", "Idempotency-Key": "k"},
            json={} if method in {"POST", "PUT"} else None,
        )
        if response.status_code >= 500:
            found.append((address[:100], len(address), response.status_code))
    return found


@pytest.fixture
async def callers(operator: Caller, brand: Caller, supplier: Caller, member: str) -> list[Caller]:
    """A key of every kind. What the names in addresses name is there."""
    await stock(supplier, brand)
    return [operator, brand, supplier]


async def test_parameters_at_their_extremes(callers: list[Caller]) -> None:
    document = accepted(await callers[0].get("/openapi.json"), 200)
    tried = 0
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            asked = addresses(path, operation.get("parameters", []))
            tried += len(asked)
            assert await statuses(callers, method.upper(), asked) == [], (method, path)
    assert tried > 800


@pytest.mark.parametrize("path", ["/static/", "/problems/", "/", "/docs/", "/v1/"])
async def test_addresses_without_a_description(http: httpx2.AsyncClient, path: str) -> None:
    for text in (*TEXTS, "%00", "a%00b", "a/" * 3_000, "..%2f" * 100, "%ff%fe"):
        response = await http.get(path + text)
        assert response.status_code in {401, 404}, (path, text[:20], len(text))


async def test_a_cursor_beyond_the_numbers_of_a_history(callers: list[Caller]) -> None:
    history = "/v1/programmes/grocer/members/m1/history"
    assert accepted(await callers[1].get(history, cursor=2**31 - 1), 200)["entries"] == []
    for cursor in (2**31, 2**32, 2**63 - 1):
        problem = refused(await callers[1].get(history, cursor=cursor), 400, "request-invalid")
        assert problem["errors"][0]["pointer"] == "/cursor"
