"""A programme's rules are changed, and what was decided before stays as it is."""

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
    wanted = {
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
