"""Queries have only parameters that the address knows, whatever the address."""

import re
from http import HTTPStatus
from typing import Any

import httpx2
import pytest

from tests.http.conftest import Caller, accepted, refused

MONTHS = "/v1/reconciliations"
OUR_ADDRESSES = ["/livez", "/readyz", "/metrics", "/docs", "/openapi.json", "/problems"]


def operations(document: Any) -> list[tuple[str, str, Any]]:
    """The method, an address and the description of every operation."""
    return [
        (method.upper(), re.sub(r"{\w+}", "1", path), operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


async def test_an_unknown_parameter_is_refused_at_every_address(operator: Caller) -> None:
    document = accepted(await operator.get("/openapi.json"), 200)
    asked = [(method, path) for method, path, _ in operations(document)]
    asked += [("GET", path) for path in (*OUR_ADDRESSES, "/problems/x", "/static/docs.js")]
    assert len(asked) > 50
    for method, path in asked:
        for query, name in (("surprise=1", "surprise"), ("limi", "limi"), ("x=&month=2", "x")):
            response = await operator.http.request(
                method, f"{path}?{query}", headers={"Authorization": f"Bearer {operator.key}"}
            )
            problem = refused(response, 422, "query-parameter-unknown")
            assert [each["pointer"] for each in problem["errors"]] == [f"/{name}"], (method, path)


@pytest.mark.usefixtures("reconciler")
async def test_a_misspelt_month_does_not_match_all_months(supplier: Caller) -> None:
    file = b"reference,offer_code,member,used_on,amount_minor\n"
    headers = {"Content-Type": "text/csv"}
    sent: dict[str, Any] = {"content": file, "headers": headers, "key": "one"}
    problem = refused(
        await supplier.post(MONTHS, mnth="2026-10", **sent), 422, "query-parameter-unknown"
    )
    assert problem["known"] == ["month", "supplier", "mapping"]
    assert "mnth" in problem["detail"]
    accepted(await supplier.post(MONTHS, month="2026-10", **sent))


async def test_a_parameter_is_there_once(operator: Caller) -> None:
    headers = {"Authorization": f"Bearer {operator.key}"}
    twice = await operator.http.get("/v1/parties?limit=1&limit=2", headers=headers)
    problem = refused(twice, 400, "request-invalid")
    assert problem["errors"][0]["pointer"] == "/limit"


async def test_a_stranger_is_not_told_the_parameters(http: httpx2.AsyncClient) -> None:
    refused(await http.get("/v1/parties?surprise=1"), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("content", "pointer"),
    [(b'{"surprise": 1}', "/surprise"), (b"[]", ""), (b"null", ""), (b'"agree"', "")],
)
async def test_bodies_that_should_say_nothing_are_strict(
    operator: Caller, supplier: Caller, content: bytes, pointer: str
) -> None:
    document = accepted(await operator.get("/openapi.json"), 200)
    silent = [
        path.replace("/periods/1/", "/periods/2017-01/")
        for method, path, operation in operations(document)
        if method == "POST" and "requestBody" not in operation and "callbacks" not in path
    ]
    assert len(silent) == 39
    for path in silent:
        answers = [await each.post(path, content=content) for each in (operator, supplier)]
        (answer, caller), *_ = (
            (answer, each)
            for answer, each in zip(answers, (operator, supplier), strict=True)
            if answer.status_code != HTTPStatus.FORBIDDEN
        )
        problem = refused(answer, 400, "request-invalid")
        assert [each["pointer"] for each in problem["errors"]] == [pointer], path
        refused(await caller.post(path, content=b"{"), 400, "malformed-json")
    accepted(await operator.post("/v1/periods/2017-01/close", content=b"{}"), 200)
