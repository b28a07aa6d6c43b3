"""Checks and stages over HTTP: a supplier proves itself, and meets members step by step."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from litestar import Litestar

from catalog import SupplierNetworks
from exchange.conformance import Checker, Manner, Pace, Sandbox, work_on_check
from exchange.conformance.digest import digest_of, new_secret
from exchange.conformance.small_server import Answered, Asked
from tests.exchange.supplier_server import signed
from tests.http.conftest import (
    PROGRAMME,
    Caller,
    MakeSettings,
    accepted,
    refused,
    serving,
    stock,
)

URL = "http://comity.test"
ADDRESS = "/v1/parties/cinema"
SECRET = new_secret()
PACE = Pace(
    answer_seconds=1.0,
    delivery_seconds=10.0,
    callback_seconds=10.0,
    watch_seconds=0.05,
    poll_seconds=0.05,
)
MANNER = Manner(slow_seconds=600.0, later_seconds=0.05, again_seconds=0.02)


def own_time() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def app_and_http(
    make_settings: MakeSettings,
) -> AsyncIterator[tuple[Litestar, httpx2.AsyncClient]]:
    async with serving(make_settings()) as served:
        yield served


@pytest.fixture
def http(app_and_http: tuple[Litestar, httpx2.AsyncClient]) -> httpx2.AsyncClient:
    return app_and_http[1]


@pytest.fixture
def checker(app_and_http: tuple[Litestar, httpx2.AsyncClient]) -> Checker:
    context = app_and_http[0].state.context
    networks = SupplierNetworks.read("127.0.0.0/8")
    return Checker(context.database, context.vault, networks, URL, PACE)


@asynccontextmanager
async def sandbox(http: httpx2.AsyncClient, *secrets: str) -> AsyncIterator[tuple[Sandbox, str]]:
    """A sandbox whose callbacks reach the application without a socket."""
    box = Sandbox(secrets or (SECRET,), own_time, MANNER)
    async with box.serving() as url:
        box._http = http
        yield box, url


async def put_endpoint(supplier: Caller, url: str, secret: str = SECRET) -> None:
    accepted(await supplier.put(f"{ADDRESS}/endpoint", {"url": url, "secret": secret}), 200)


async def stage(operator: Caller, to: str, **policy: Any) -> httpx2.Response:
    return await operator.post(f"{ADDRESS}/stage", {"stage": to, **policy})


async def test_a_supplier_goes_from_declared_to_open_by_the_kit_and_its_canary(
    checker: Checker, operator: Caller, supplier: Caller, brand: Caller, member: str
) -> None:
    assert accepted(await supplier.get(f"{ADDRESS}/stage"), 200)["stage"] == "OPEN"
    accepted(await stage(operator, "DECLARED", reason="A new platform"), 200)
    async with sandbox(supplier.http) as (_, url):
        await put_endpoint(supplier, url)
        film = await stock(supplier, brand, fulfilment="direct")
        right = {"member": member, "offer_id": film, "account": "ok"}
        refused(await stage(operator, "CANARY", share_permyriad=10_000), 409, "stage-order")
        refused(await stage(operator, "CHECKED"), 409, "kit-not-passed")
        await _check(checker, operator, supplier, url)
        accepted(await stage(operator, "CHECKED"), 200)
        await _is_hidden(brand, member, film)
        refused(await brand.post(f"{PROGRAMME}/rights", right), 409, "not-in-canary")
        refused(await stage(operator, "CANARY"), 422, "stage-invalid")
        canary = {"share_permyriad": 10_000, "per_day_max": 1}
        told = accepted(await stage(operator, "CANARY", **canary), 200)
        assert (told["stage"], told["next"]) == ("CANARY", "stay")
        accepted(await brand.post(f"{PROGRAMME}/rights", right))
        refused(await brand.post(f"{PROGRAMME}/rights", right), 409, "canary-full")
        told = accepted(await supplier.get(f"{ADDRESS}/stage"), 200)
        assert told["stats"]["open"] == 1
        assert told["words"]["en"].startswith("0 of 0 orders failed")
        accepted(await stage(operator, "OPEN"), 200)
        accepted(await brand.post(f"{PROGRAMME}/rights", right))
        # The same address and secret again are no change. Another secret is.
        await put_endpoint(supplier, url)
        assert accepted(await supplier.get(f"{ADDRESS}/stage"), 200)["stage"] == "OPEN"
        await put_endpoint(supplier, url, new_secret())
    told = accepted(await supplier.get(f"{ADDRESS}/stage"), 200)
    assert (told["stage"], told["reason"]) == (
        "CHECKED",
        "its address or its secret has changed",
    )
    refused(await stage(operator, "CANARY", share_permyriad=1), 409, "kit-not-passed")
    accepted(await stage(operator, "SUSPENDED"), 200)
    refused(await brand.post(f"{PROGRAMME}/rights", right), 409, "supplier-suspended")


async def _check(checker: Checker, operator: Caller, supplier: Caller, url: str) -> None:
    """Have the sandbox checked, and read the report."""
    wanted = {"offer_code": "ticket", "orders": 12, "concurrency": 4}
    check = accepted(await supplier.post(f"{ADDRESS}/check", wanted, key="check-1"), 202)
    assert (check["state"], check["passed"]) == ("waiting", None)
    again = accepted(await supplier.post(f"{ADDRESS}/check", wanted, key="check-1"), 202)
    assert again == check
    refused(await supplier.post(f"{ADDRESS}/check", wanted), 409, "check-running")
    assert await work_on_check(checker) == 1
    found = accepted(await supplier.get(f"{ADDRESS}/checks/{check['check_id']}"), 200)
    report = found["report"]
    assert [each for each in report["cases"] if each["verdict"] == "fail"] == []
    assert (found["state"], found["passed"]) == ("done", True)
    assert report["counts"] == {"passed": 15, "failed": 0, "not_supported": 1}
    assert found["digest"] == digest_of(url, SECRET)
    assert SECRET not in str(found)
    (listed,) = accepted(await operator.get(f"{ADDRESS}/checks"), 200)["items"]
    assert listed["check_id"] == check["check_id"]
    assert "report" not in listed


async def _is_hidden(brand: Caller, member: str, offer_id: int) -> None:
    """The member is not shown the offer. A quote and the offer itself say why."""
    quoted = {"member": member, "offer_ids": [offer_id]}
    (quote,) = accepted(await brand.post(f"{PROGRAMME}/quotes", quoted, key=None), 200)["quotes"]
    assert quote["why_not"] == "not-in-canary"
    one = accepted(await brand.get(f"{PROGRAMME}/offers/{offer_id}", member=member), 200)
    assert (one["eligible"], one["why_not"]) == (False, "canary")
    assert accepted(await brand.get(f"{PROGRAMME}/offers", member=member), 200)["items"] == []


async def test_a_report_names_what_is_wrong_and_a_check_that_cannot_be_played_says_so(
    http: httpx2.AsyncClient, checker: Checker, operator: Caller, supplier: Caller
) -> None:
    wanted = {"offer_code": "ticket", "orders": 1, "accounts": {"refuse": "no", "ok_async": "ok"}}
    first = accepted(await supplier.post(f"{ADDRESS}/check", wanted), 202)["check_id"]
    assert await work_on_check(checker) == 1
    found = accepted(await supplier.get(f"{ADDRESS}/checks/{first}"), 200)
    assert (found["state"], found["report"]) == ("failed", None)
    assert found["problem"] == "the supplier has no endpoint whose secret can be read"
    # One that signs with another secret refuses all that we send.
    hasty = replace(checker, pace=replace(PACE, delivery_seconds=0.1, callback_seconds=0.1))
    async with sandbox(http, new_secret()) as (_, url):
        await put_endpoint(supplier, url)
        second = accepted(await supplier.post(f"{ADDRESS}/check", wanted), 202)["check_id"]
        assert await work_on_check(hasty) == 1
    found = accepted(await supplier.get(f"{ADDRESS}/checks/{second}"), 200)
    assert found["passed"] is False
    assert found["report"]["cases"][0]["sentence"].startswith("The answer 401 proves nothing.")
    ids = [each["check_id"] for each in (await page(supplier))["items"]]
    assert ids == [second, first]
    one = await page(supplier, limit=1)
    rest = await page(supplier, cursor=one["next_cursor"])
    assert [each["check_id"] for each in rest["items"]] == [first]
    assert await work_on_check(checker) == 0


class SaysWhatCannotBeKept(Sandbox):
    """Its words have a character that no text of the database can have."""

    async def take(self, asked: Asked) -> Answered | None:
        return Answered(200, {"status": "FAI\x00LED", "reason": "out of\x00stock"})


async def test_a_check_ends_whatever_a_supplier_says(
    http: httpx2.AsyncClient, checker: Checker, supplier: Caller
) -> None:
    hasty = replace(checker, pace=replace(PACE, delivery_seconds=0.1, callback_seconds=0.1))
    wanted = {"offer_code": "ticket", "orders": 1}
    box = SaysWhatCannotBeKept([SECRET], own_time, MANNER)
    async with box.serving() as url:
        box._http = http
        await put_endpoint(supplier, url)
        check = accepted(await supplier.post(f"{ADDRESS}/check", wanted), 202)["check_id"]
        assert await work_on_check(hasty) == 1
    found = accepted(await supplier.get(f"{ADDRESS}/checks/{check}"), 200)
    assert (found["state"], found["passed"]) == ("done", False)
    assert "FAI LED" in str(found["report"]["cases"][0]["evidence"])


async def page(supplier: Caller, **query: Any) -> Any:
    return accepted(await supplier.get(f"{ADDRESS}/checks", **query), 200)


@pytest.mark.usefixtures("checker")
async def test_only_the_supplier_and_the_operator_ask_and_callbacks_need_a_check_that_is_played(
    http: httpx2.AsyncClient, operator: Caller, supplier: Caller, brand: Caller
) -> None:
    wanted = {"offer_code": "ticket"}
    refused(await brand.post(f"{ADDRESS}/check", wanted), 403, "role-required")
    refused(await supplier.post(f"{ADDRESS}/stage", {"stage": "OPEN"}), 403, "role-required")
    refused(await supplier.post("/v1/parties/grocer/check", wanted), 404, "party-not-found")
    refused(await operator.post("/v1/parties/grocer/check", wanted), 403, "role-missing")
    refused(await supplier.get(f"{ADDRESS}/checks/4711"), 404, "check-not-found")
    body = '{"request_number": "CK-1", "status": "SUCCESS"}'

    async def call(check_id: int) -> httpx2.Response:
        headers = signed(SECRET, "said", body, own_time())
        headers["Content-Type"] = "application/json"
        return await http.post(f"/v1/fulfilment/checks/{check_id}", content=body, headers=headers)

    refused(await call(4711), 404, "check-not-found")
    check = accepted(await operator.post(f"{ADDRESS}/check", wanted), 202)["check_id"]
    refused(await call(check), 404, "check-not-found")
