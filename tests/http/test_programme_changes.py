"""A programme's rules are changed, and what was decided before stays as it is."""

from typing import Any

from ledger import Database
from ledger.audit import verify_book
from ledger.book import find_programme
from tests.http.conftest import PROGRAMME, Caller, accepted, refused

RULES = f"{PROGRAMME}/rules"


async def test_other_rules_hold_for_what_comes_next(
    operator: Caller, brand: Caller, other_brand: Caller, supplier: Caller, database: Database
) -> None:
    before = accepted(await brand.get(PROGRAMME), 200)
    issue = {"member": "m1", "points": 80}
    accepted(await brand.post(f"{PROGRAMME}/issue", issue, key="before"))
    wanted: dict[str, Any] = {
        "name": "鲜果积分",
        "unit": "seeds",
        "caps": [{"kind": "issue", "window": "day", "points": 50}],
        "balance_max": 120,
    }
    changed = accepted(await brand.put(RULES, wanted), 200)
    assert changed == {**before, **wanted}
    assert accepted(await brand.get(PROGRAMME), 200) == changed
    # What is already decided is answered as it was, and a new cap counts from now on.
    again = await brand.post(f"{PROGRAMME}/issue", issue, key="before")
    assert again.headers["idempotency-replayed"] == "true"
    refused(await brand.post(f"{PROGRAMME}/issue", issue), 409, "cap-exceeded")
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 40}))
    one = {"member": "m1", "points": 1}
    refused(await brand.post(f"{PROGRAMME}/issue", one), 409, "balance-too-large")

    later = {"name": "Grocer points", "available_after_days": 7, "caps": []}
    accepted(await operator.put(RULES, later), 200)
    accepted(await operator.put(RULES, later), 200)
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m2", "points": 500}))
    balance = accepted(await brand.get(f"{PROGRAMME}/members/m2"), 200)
    assert (balance["spendable"], balance["pending"]) == (0, 500)

    page = accepted(await brand.get(RULES, limit=2), 200)
    rest = accepted(await brand.get(RULES, cursor=page["next_cursor"]), 200)
    held = [*page["items"], *rest["items"]]
    assert [(each["version"], each["name"], each["unit"]) for each in held] == [
        (3, "Grocer points", "points"),
        (2, "鲜果积分", "seeds"),
        (1, before["name"], "points"),
    ]
    assert (held[0]["replaced_at"], held[0]["replaced_by"]) == (None, None)
    assert held[1]["replaced_by"].startswith("key:")
    assert held[1]["caps"] == wanted["caps"]
    assert rest["next_cursor"] is None
    async with database.transaction() as connection:
        programme = await find_programme(connection, "grocer")
    async with database.transaction() as connection:
        assert await verify_book(connection, programme) == []

    log = accepted(await brand.get("/v1/audit-log", object="programme:grocer"), 200)["items"]
    assert "set_programme_rules" in {each["action"] for each in log}
    refused(await other_brand.put(RULES, wanted), 404, "programme-not-found")
    refused(await other_brand.get(RULES), 404, "programme-not-found")
    assert (await supplier.put(RULES, wanted)).status_code == 403
    twice = {**wanted, "caps": wanted["caps"] * 2}
    refused(await brand.put(RULES, twice), 422, "programme-invalid")
    assert (await brand.put(RULES, {**wanted, "expiry": {"kind": "none"}})).status_code == 400


async def test_rules_hold_from_a_day_on(
    brand: Caller, supplier: Caller, other_brand: Caller, database: Database
) -> None:
    """What is planned waits for its day, what holds today is for new points alone."""
    opened: dict[str, Any] = {
        "code": "grocer--dated",
        "name": "Dated",
        "time_zone": "Asia/Shanghai",
    }
    opened |= {"expiry": {"kind": "months", "count": 24}}
    accepted(await brand.post("/v1/programmes", opened))
    path = "/v1/programmes/grocer--dated"
    issue = {"member": "m1", "points": 80}
    before = accepted(await brand.post(f"{path}/issue", issue, key="before"))["expires_on"]
    shorter: dict[str, Any] = {
        "expiry": {"kind": "months", "count": 12},
        "available_after_days": 3,
        "debt": "owe",
        "point_value": "0.05",
        "currency": "CNY",
    }
    changed = accepted(await brand.post(f"{path}/rules", shorter, key="shorter"))
    assert {name: changed[name] for name in shorter} == {
        **shorter,
        "expiry": {"kind": "months", "count": 12, "dates": []},
    }
    again = await brand.post(f"{path}/rules", shorter, key="shorter")
    assert (again.json(), again.headers["idempotency-replayed"]) == (changed, "true")
    planned = {"since": "2999-01-01", "expiry": {"kind": "none"}, "point_value": "0.06"}
    told = accepted(await brand.post(f"{path}/rules", planned))
    assert told["expiry"] == changed["expiry"]
    assert [each["since"] is None for each in told["dated_rules"]] == [True, False, False]
    assert told["dated_rules"][0]["expiry"]["count"] == 24
    assert told["dated_rules"][2] == {
        "since": "2999-01-01",
        "point_value": "0.06",
        "expiry": {"kind": "none", "count": 0, "dates": []},
        "available_after_days": 3,
        "debt": "owe",
    }
    after = accepted(await brand.post(f"{path}/issue", issue))["expires_on"]
    assert (int(before[:4]) - int(after[:4]), before[5:7]) == (1, after[5:7])
    member = accepted(await brand.get(f"{path}/members/m1"), 200)
    assert (member["spendable"], member["pending"]) == (80, 80)
    assert (member["next_expiry"], member["expiring_points"]) == (before, 80)

    # A change back to what holds the day before takes a planned one away.
    back = {"since": "2999-01-01", "expiry": shorter["expiry"], "point_value": "0.05"}
    assert accepted(await brand.post(f"{path}/rules", back)) == changed
    held = accepted(await brand.get(f"{path}/rules"), 200)["items"]
    assert [(each["version"], len(each["dated_rules"])) for each in held] == [
        (4, 2), (3, 3), (2, 2), (1, 1)
    ]  # fmt: skip
    assert [each["replaced_by"] is None for each in held] == [True, False, False, False]

    for wrong in (
        {"since": "2001-01-01", "debt": "take"},
        {"expiry": {"kind": "sliding", "count": 30}},
        {"expiry": {"kind": "dates"}},
        {"point_value": "0.07", "currency": "USD"},
    ):
        refused(await brand.post(f"{path}/rules", wrong), 422, "programme-invalid")
    assert (await brand.post(f"{path}/rules", {"grace_days": 3})).status_code == 400
    refused(await other_brand.post(f"{path}/rules", planned), 404, "programme-not-found")
    assert (await supplier.post(f"{path}/rules", planned)).status_code == 403
    log = accepted(await brand.get("/v1/audit-log", object="programme:grocer--dated"), 200)["items"]
    assert [each["action"] for each in log].count("add_programme_rules") == 3
    async with database.transaction() as connection:
        programme = await find_programme(connection, "grocer--dated")
    async with database.transaction() as connection:
        assert await verify_book(connection, programme) == []
