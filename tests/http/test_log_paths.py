"""The log holds no reference of a member: it may be a phone number."""

import httpx2
import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from api.http.dispatch import Ways
from api.http.routes import members
from ledger import Database
from tests.http.conftest import PROGRAMME, Caller, accepted, refused

PHONE = "13800138000"
ISSUE = {"member": PHONE, "points": 1}


async def test_no_line_of_a_request_holds_a_member(brand: Caller) -> None:
    with capture_logs() as logs:
        accepted(await brand.post(f"{PROGRAMME}/issue", ISSUE, key=f"issue-{PHONE}"))
        accepted(await brand.get(f"{PROGRAMME}/members/{PHONE}"), 200)
        accepted(await brand.get(f"{PROGRAMME}/members/{PHONE}/history", limit=5), 200)
        accepted(await brand.get(f"{PROGRAMME}/operations/issue-{PHONE}"), 200)
        refused(await brand.get(f"{PROGRAMME}/offers/7"), 404, "offer-not-found")
        for unknown in (f"{PROGRAMME}/members/{PHONE}/unknown", f"/{PHONE}"):
            refused(await brand.get(unknown), 404, "not-found")
        refused(await brand.get("/v1/parties/self", member=PHONE), 422, "query-parameter-unknown")
        refused(await brand.delete(f"{PROGRAMME}/members/{PHONE}"), 405, "method-not-allowed")

    assert [entry["path"] for entry in logs if entry["event"] == "request"] == [
        f"{PROGRAMME}/issue",
        f"{PROGRAMME}/members/{{member}}",
        f"{PROGRAMME}/members/{{member}}/history",
        f"{PROGRAMME}/operations/{{key}}",
        f"{PROGRAMME}/offers/7",
        "(none)",
        "(none)",
        "/v1/parties/self",
        "(none)",
    ]
    assert PHONE not in orjson.dumps(logs).decode()


async def test_no_line_of_a_failure_holds_a_member(
    brand: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr(members, "own_programme", broken)
    with capture_logs() as logs:
        refused(await brand.get(f"{PROGRAMME}/members/{PHONE}"), 500, "internal-error")

    (failure,) = [entry for entry in logs if entry["event"] == "request_failed"]
    assert failure["path"] == "/v1/programmes/grocer/members/{member}"


async def test_no_line_of_a_request_that_is_given_up_holds_a_member(
    brand: Caller, http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def too_late(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(Ways, "go", too_late)
    with capture_logs() as logs:
        refused(await brand.get(f"{PROGRAMME}/members/{PHONE}"), 503, "unavailable")

    assert [entry["event"] for entry in logs] == ["request_given_up", "request"]
    assert PHONE not in orjson.dumps(logs).decode()


async def test_an_error_of_the_database_holds_no_values(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with database.transaction() as connection:
            await connection.execute(text("SELECT 1 / length(:member) / 0"), {"member": PHONE})

    assert PHONE not in str(caught.value)
