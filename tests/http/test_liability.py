"""Points as a liability over HTTP: a brand's year in months, and who may see and do what."""

import itertools
from typing import Any

import pytest
from beancount import loader
from beancount.core import data
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from ledger import Database, engine_url
from ledger.book import find_programme
from settlement.liability import keep_up, verify_liability
from settlement.liability import reading as reading_room
from settlement.liability.proof import find_defects
from tests.http.conftest import Caller, accepted, refused, stock
from tests.http.journey_liability import LIABILITY, RULES, VALUED, estimate, give

KEYS = itertools.count()


async def report(brand: Caller, month: str) -> Any:
    """A roll-forward. It ties out."""
    found = accepted(await brand.get(f"{LIABILITY}/{month}"), 200)
    assert found["ties"], found["tie_outs"]
    return found


async def freeze_month(brand: Caller, month: str) -> Any:
    """Freeze a month under a new key."""
    return await brand.post(f"{LIABILITY}/{month}/freeze", None, key=f"freeze-{next(KEYS)}")


def rows(found: Any) -> dict[str, int]:
    """The rows that are not zero."""
    return {name: points for name, points in found["points"].items() if points}


async def right(brand: Caller, offer_id: int, at: str) -> Any:
    """A right of the valued programme."""
    body = {"member": "ann", "offer_id": offer_id, "occurred_at": at}
    return accepted(await brand.post(f"{VALUED}/rights", body))


async def test_a_month_is_rolled_forward_frozen_and_proved(
    brand: Caller, supplier: Caller, operator: Caller, database: Database, database_url: str
) -> None:
    accepted(await brand.post("/v1/programmes", RULES))
    offer_id = await stock(supplier, brand, "grocer--valued")
    # January begins in Shanghai while it is December in UTC.
    await give(brand, "issue", 1_000, "2016-12-31T16:00:00Z", key="till-1")
    await give(brand, "redeem", 200, "2017-01-20T04:00:00Z", key="till-2")
    await right(brand, offer_id, "2017-01-21T04:00:00Z")
    back = {"member": "ann", "operation_key": "till-2", "points": 50}
    back["occurred_at"] = "2017-01-22T04:00:00Z"
    accepted(await brand.post(f"{VALUED}/reverse", back))
    found = await report(brand, "2017-01")
    assert (found["state"], found["later"], found["late_entries"]) == ("open", 0, 0)
    assert rows(found) == {
        "issued": 1_000,
        "redeemed_own": -200,
        "redeemed_partner": -20,
        "redemption_reversed": 50,
        "closing": 830,
    }
    assert found["partners"] == [{"supplier": "cinema", "points": 20, "share": 20 / 170}]
    assert found["money"]["closing_minor"] == 830
    assert found["coupons"] == {
        "redeemed": 1, "used": 0, "expired": 0, "living": 1, "use_rate": None
    }  # fmt: skip
    assert [cohort["cohort"] for cohort in found["cohorts"]] == ["2017-01"]

    answered = accepted(await freeze_month(brand, "2017-01"), 200)
    assert (answered["state"], answered["closing"], answered["records_left"]) == ("frozen", 830, 0)
    before = await report(brand, "2017-01")
    assert (before["state"], before["points"]) == ("frozen", found["points"])
    # What is told later of January counts in February, and is marked late.
    await give(brand, "issue", 70, "2017-01-31T04:00:00Z", key="late")
    await give(brand, "redeem", 100, "2017-02-10T04:00:00Z", key="till-3")
    assert await report(brand, "2017-01") == before
    february = await report(brand, "2017-02")
    assert (february["late_points"], february["late_entries"]) == (70, 1)
    assert rows(february) == {
        "opening": 830, "issued": 70, "redeemed_own": -100, "closing": 800
    }  # fmt: skip
    await expect_less(brand, february)
    await tamper(database, database_url)
    refused(await freeze_month(brand, "2999-12"), 409, "month-not-over")
    refused(await brand.get(f"{LIABILITY}/2999-12"), 409, "month-not-begun")
    refused(await brand.get(f"{LIABILITY}/2016-11"), 404, "month-not-kept")
    refused(await freeze_month(brand, "2016-11"), 404, "month-not-kept")
    refused(await brand.get(f"{LIABILITY}/2017-13"), 422, "month-invalid")
    listed = accepted(await operator.get(LIABILITY, limit=1), 200)
    assert [each["month"] for each in listed["items"]] == ["2017-02"]
    listed = accepted(await operator.get(LIABILITY, cursor=listed["next_cursor"]), 200)
    assert [each["month"] for each in listed["items"]] == ["2017-01"]
    assert listed["next_cursor"] is None


async def expect_less(brand: Caller, february: Any) -> None:
    """Estimate that half of the points will be redeemed, freeze February, and ask what if not."""
    path = f"{LIABILITY}/estimates"
    body = estimate(from_month="2017-01")
    assert refused(await brand.post(path, body), 409, "estimate-too-late")["frozen"] == "2017-01"
    refused(await brand.post(path, estimate(redeem_rate="1.5")), 422, "estimate-invalid")
    refused(await brand.post(path, estimate(currency="USD")), 422, "estimate-invalid")
    refused(await brand.post(path, estimate(method="history")), 422, "estimate-invalid")
    unknown = estimate(method="history", redeem_rate=None)
    refused(await brand.post(path, unknown), 409, "experience-too-short")
    made = accepted(await brand.post(path, estimate()))
    assert (made["version"], made["approved_at"], made["redeem_rate"]) == (1, None, "0.5")
    assert (await report(brand, "2017-02"))["money"] == february["money"]
    approved = accepted(await brand.post(f"{path}/1/approve", None), 200)
    assert approved["approved_by"] == approved["proposed_by"] != None  # noqa: E711 - reads as said
    refused(await brand.post(f"{path}/2/approve", None), 404, "estimate-not-found")
    money = (await report(brand, "2017-02"))["money"]
    # 1,070 points at 0.01; 270 of them redeemed, of all that will be: 1,070, or half of them.
    assert money["deferred_minor"] == 70
    assert money["closing_minor"] == 1_070 - round(1_070 * 270 / 535)
    assert money["estimate_change_minor"] == money["closing_minor"] - 800
    assert money["expected_cost_minor"] == round((535 - 270) * 0.8 * 0.6)
    accepted(await freeze_month(brand, "2017-02"), 200)
    asked: dict[str, Any] = {
        "month": "2017-02",
        "redeem_rate": "1",
        "sale_minor": 10_000,
        "sale_points": 100,
    }
    answer = accepted(await brand.get(f"{LIABILITY}/what-if", **asked), 200)
    assert (answer["now_minor"], answer["then_minor"]) == (money["closing_minor"], 800)
    assert answer["bill_minor"] == round(800 * 0.8 * 0.6)
    assert sum(month["bill_minor"] for month in answer["cash"]) == answer["bill_minor"]
    assert answer["sale"] == {
        "now_minor": round(10_000 * 50 / 10_050), "then_minor": round(10_000 * 100 / 10_100)
    }  # fmt: skip
    refused(await brand.get(f"{LIABILITY}/what-if"), 400, "request-invalid")
    ladder = accepted(await brand.get(f"{LIABILITY}/ladder", by="month"), 200)
    assert [line["redeemed"] for line in ladder["cohorts"]] == [[170, 270]]
    await read_journal(brand, money)


async def read_journal(brand: Caller, money: Any) -> None:
    """The entries balance, and the liability is asserted."""
    path = f"{LIABILITY}/journal"
    months = {"from": "2017-01", "until": "2017-02"}
    csv = (await brand.get(path, **months)).text.splitlines()
    cells = [line.split(",") for line in csv[1:]]
    debits, credits_ = (
        round(sum(float(line[place] or 0) for line in cells), 2) for place in (5, 6)
    )
    assert debits == credits_ > 0
    beancount = (await brand.get(path, **months, format="beancount")).text
    entries, errors, _ = loader.load_string(beancount)
    assert errors == []
    balances = [entry.amount.number for entry in entries if isinstance(entry, data.Balance)]
    assert [-int(100 * (number or 0)) for number in balances] == [830, money["closing_minor"]]
    wrong = beancount.replace(f"-{830 / 100:.2f} ~", "-8.31 ~")
    assert loader.load_string(wrong)[1]
    hledger = (await brand.get(path, **months, format="hledger")).text
    assert f"Liabilities:Points  0.00 CNY = -{money['closing_minor'] / 100:.2f} CNY" in hledger
    refused(await brand.get(path, **months | {"until": "2017-03"}), 409, "month-not-frozen")
    refused(await brand.get(path, **months | {"until": "2016-12"}), 422, "journal-too-long")
    refused(await brand.get(path), 400, "request-invalid")


async def tamper(database: Database, database_url: str) -> None:
    """Whatever is changed behind the report's back is found."""

    async with database.transaction() as connection:
        programme = await find_programme(connection, "grocer--valued")
    async with database.transaction() as connection:
        assert await verify_liability(connection, programme) == []
    changes = {
        "UPDATE settlement.liability_movement SET points = points + 1 WHERE \"row\" = 'issued'"
        " AND NOT late": "the liability's cells are what the journal comes to",
        "UPDATE settlement.liability_close SET closing = closing + 1 WHERE month = '2017-01'": (
            "a frozen month ties out"
        ),
        "UPDATE settlement.liability_close SET balances = balances || '{\"wallet\": 1}'": (
            "a frozen month has the balances of the book that it was frozen with"
        ),
        "UPDATE settlement.liability_balance SET liability_minor = 1 WHERE month = '2017-02'": (
            "the cohorts of a frozen month follow from its cells and estimates"
        ),
        "DELETE FROM settlement.liability_close WHERE month = '2017-01'": "a frozen month ties out",
    }
    owner = create_async_engine(engine_url(database_url))
    try:
        for change, check in changes.items():
            async with owner.connect() as connection:
                await connection.execute(text("SET LOCAL session_replication_role = replica"))
                assert (await connection.execute(text(change))).rowcount > 0, change
                found = await find_defects(connection, programme)
                await connection.rollback()
            assert check in {defect.check for defect in found}, change
    finally:
        await owner.dispose()


async def test_four_eyes_and_who_may_look(
    brand: Caller, other_brand: Caller, supplier: Caller, operator: Caller
) -> None:
    accepted(await brand.post("/v1/programmes", RULES))
    for caller, status, code in (
        (other_brand, 404, "programme-not-found"),
        (supplier, 403, "role-required"),
    ):
        for path in ("", "/2017-01", "/estimates", "/ladder", "/settings"):
            refused(await caller.get(f"{LIABILITY}{path}"), status, code)
        refused(await freeze_month(caller, "2017-01"), status, code)
    settings = f"{LIABILITY}/settings"
    assert accepted(await brand.get(settings), 200)["four_eyes"] is False
    asked = accepted(await brand.put(settings, {"four_eyes": True}), 200)
    assert asked["accounts"]["liability"] == "Liabilities:Points"
    refused(await brand.put(settings, {"four_eyes": False}), 409, "four-eyes-asked")
    accepted(await brand.post(f"{LIABILITY}/estimates", estimate()))
    path = f"{LIABILITY}/estimates/1/approve"
    refused(await brand.post(path, None), 409, "estimate-own")
    approved = accepted(await operator.post(path, None), 200)
    assert approved["approved_by"] != approved["proposed_by"]
    assert accepted(await operator.put(settings, {"four_eyes": False}), 200)["four_eyes"] is False


async def test_what_a_request_does_not_read_the_worker_does(
    brand: Caller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_room, "RECORDS_READ_MAX", 1)
    monkeypatch.setattr("api.http.routes.liability.PAGES_IN_REQUEST_MAX", 2)
    accepted(await brand.post("/v1/programmes", RULES))
    for number in range(4):
        await give(brand, "issue", 10, f"2017-01-0{number + 1}T04:00:00Z")
    answered = accepted(await freeze_month(brand, "2017-01"), 200)
    assert (answered["state"], answered["records_left"], answered["closing"]) == (
        *("freezing", 2, None),
    )
    found = accepted(await brand.get(f"{LIABILITY}/2017-01"), 200)
    assert (found["state"], found["records_left"], found["points"]["closing"]) == (
        *("freezing", 2, 40),
    )
    refused(await freeze_month(brand, "2017-02"), 409, "liability-freezing")
    async with database.transaction() as connection:
        programme = await find_programme(connection, "grocer--valued")
    await keep_up(database, programme)
    assert (await report(brand, "2017-01"))["state"] == "frozen"
    # Then it reads ahead, once enough is there.
    await give(brand, "issue", 10, "2017-02-01T04:00:00Z")
    monkeypatch.setattr("settlement.liability.ahead.AHEAD_RECORDS_MIN", 1)
    assert await keep_up(database, programme) == 1
    async with database.transaction() as connection:
        kept = text("SELECT max(month) FROM settlement.liability_movement WHERE book_id = :book")
        assert await connection.scalar(kept, {"book": programme.book_id}) == "2017-02"
    assert rows(await report(brand, "2017-02")) == {"opening": 40, "issued": 10, "closing": 50}
