"""The work on what a reconciliation found, over HTTP."""

from typing import Any

import pytest
from sqlalchemy import text

from ledger import Database
from tests.http.conftest import Caller, accepted, add_party, refused
from tests.http.test_billing import TERMS, use_coupon

HEADING = "reference,offer_code,member,used_on,amount_minor"
ROWS = (
    "till-ticket,ticket,m1,2017-01-20,61",
    "till-corn,corn,m1,2017-01-20,62",
    "own-1,seat,m1,2017-01-20,61",
    "own-2,SKU-9,m1,2017-01-20,900",
)
NOBODY = "/v1/reconciliations/9223372036854775807"


async def reconcile(caller: Caller, *rows: str, **query: Any) -> Any:
    content = "\n".join([HEADING, *rows, ""]).encode()
    headers = {"Content-Type": "text/csv"}
    answer = await caller.post("/v1/reconciliations", content=content, headers=headers, **query)
    return accepted(answer)


@pytest.fixture
async def first(operator: Caller, brand: Caller, supplier: Caller, reconciler: None) -> Any:
    """Three coupons, and the cinema's file of January, in which one is right."""
    accepted(await operator.post("/v1/contracts", TERMS))
    for code in ("ticket", "corn", "seat"):
        await use_coupon(brand, supplier, code)
    accepted(await operator.post("/v1/periods/2017-01/close", {}), 200)
    return await reconcile(supplier, *ROWS, month="2017-01")


async def step(caller: Caller, found: Any, verb: str, **body: Any) -> Any:
    return await caller.post(f"/v1/breaks/{found['break_id']}/{verb}", body)


async def _adjust_and_account(
    operator: Caller, brand: Caller, found: Any, written_off: Any
) -> None:
    """An adjustment has to be there, and what was written off is posted."""
    adjusted = {"resolution": "adjusted", "adjustment_id": 7}
    refused(await step(operator, found, "resolve", **adjusted), 422, "resolution-invalid")
    bills = accepted(await brand.get("/v1/statements"), 200)["items"]
    bill = next(each for each in bills if each["kind"] == "coupons")
    asked = {"statement": bill["statement_id"], "amount_minor": 1, "reason": "Not our offer."}
    made = accepted(await operator.post("/v1/adjustments", asked))
    adjusted["adjustment_id"] = made["adjustment_id"]
    # A draft corrects nothing yet, and could be discarded.
    refused(await step(operator, found, "resolve", **adjusted), 422, "resolution-invalid")
    accepted(await operator.post(f"/v1/adjustments/{made['adjustment_id']}/approve", {}), 200)
    accepted(await step(operator, found, "resolve", **adjusted), 200)
    # What was written off is posted, and is owed beside what was billed.
    due = accepted(await brand.get(f"/v1/statements/{bill['statement_id']}/due"), 200)
    assert (due["billed_minor"], due["written_off_minor"]) == (183, -1)
    opened = {"resolution": "open", "note": "Once more."}
    refused(await step(operator, written_off, "resolve", **opened), 422, "resolution-invalid")


def _require_bridge(bridge: list[Any], difference_minor: int, *, breaks: int) -> None:
    """The steps lead from the difference to nothing. All are of one currency."""
    assert {each["currency"] for each in bridge} == {"CNY"}
    assert sum(each["difference_minor"] for each in bridge) == difference_minor
    assert (sum(each["breaks"] for each in bridge), bridge[-1]["left_minor"]) == (breaks, 0)


async def test_breaks_are_worked_off_until_both_sides_sign(
    operator: Caller, brand: Caller, supplier: Caller, first: Any
) -> None:
    path = f"/v1/reconciliations/{first['reconciliation_id']}"
    assert (first["matched"], first["break_count"], first["state"]) == (1, 4, "open")
    assert (first["ours_minor"], first["theirs_minor"], first["difference_minor"]) == (
        *(183, 1_084, -901),
    )
    breaks = {each["category"]: each for each in first["breaks"]}
    assert {name: each["also"] for name, each in breaks.items()} == {
        "amount_rounding": [],
        "missing_ours": [],
        "missing_theirs": [],
        "unmapped_offer": ["missing_ours"],
    }
    assert sum(each["difference_minor"] for each in first["breaks"]) == -901
    (suggestion,) = first["suggestions"]
    assert (suggestion["line_number"], suggestion["reason"]) == (4, "same_terms")
    run = accepted(await supplier.get(path), 200)
    _require_bridge(run.pop("bridge"), first["difference_minor"], breaks=4)
    assert run.items() <= first.items()
    assert (run["open_breaks"], run["open_by_age"]["0-30"]) == (4, 4)
    pages: list[Any] = []
    cursor: dict[str, str] | None = {}
    while cursor is not None:
        found = accepted(await supplier.get(f"{path}/breaks", limit=3, **cursor), 200)
        pages += found["items"]
        cursor = found["next_cursor"] and {"cursor": found["next_cursor"]}
    assert pages == first["breaks"]
    (match,) = accepted(await supplier.get(f"{path}/matches"), 200)["items"]
    assert (match["line_number"], match["rule"], match["amount_minor"]) == (2, "reference", 61)

    # Work: who does it, what is said, and what becomes of it.
    rounding, lump = breaks["amount_rounding"], breaks["missing_ours"]
    assert (
        accepted(await step(supplier, rounding, "assign", assignee="Li Wei"), 200)["assignee"]
        == "Li Wei"
    )
    accepted(await step(supplier, rounding, "comments", note="Half a fen."), 200)
    refused(await operator.post(f"{path}/sign", {}), 409, "breaks-open")
    write_off = {"resolution": "written_off", "note": "Rounding."}
    refused(await step(supplier, rounding, "resolve", **write_off), 422, "resolution-invalid")
    refused(
        await step(operator, breaks["unmapped_offer"], "resolve", **write_off),
        422,
        "resolution-invalid",
    )
    given_up = accepted(await step(operator, rounding, "resolve", **write_off), 200)
    assert (given_up["state"], given_up["difference_minor"]) == ("written_off", -1)
    refused(await step(operator, rounding, "resolve", resolution="carried"), 409, "break-not-open")
    for wrong in ({"resolution": "adjusted"}, {"resolution": "explained", "adjustment_id": 5}):
        refused(await step(operator, lump, "resolve", **wrong), 422, "resolution-invalid")
    wrong = {"resolution": "matched"}
    refused(
        await step(supplier, breaks["missing_theirs"], "resolve", **wrong),
        422,
        "resolution-invalid",
    )
    accepted(await step(supplier, lump, "resolve", resolution="matched"), 200)
    rest = accepted(await supplier.get(f"{path}/breaks", state="open"), 200)["items"]
    assert [each["category"] for each in rest] == ["unmapped_offer"]
    accepted(await step(supplier, rest[0], "resolve", resolution="explained"), 200)
    accepted(await step(supplier, rest[0], "resolve", resolution="open", note="No."), 200)
    await _adjust_and_account(operator, brand, rest[0], rounding)
    half = accepted(await supplier.post(f"{path}/sign", {}), 200)
    assert (half["state"], half["operator_signed_at"]) == ("open", None)
    signed = accepted(await operator.post(f"{path}/sign", {}), 200)
    assert (signed["state"], signed["open_breaks"]) == ("signed", 0)
    refused(await step(supplier, lump, "comments", note="More."), 409, "reconciliation-locked")
    refused(await supplier.post(f"{path}/sign", {}), 409, "reconciliation-locked")
    # A later file opens a new run, which has what the signed one left.
    second = await reconcile(supplier, ROWS[0], month="2017-01")
    assert second["replaces"] is None
    assert second["breaks_by_category"] == {"duplicate": 1, "missing_theirs": 1}
    assert {each["claimed_by"] for each in second["breaks"]} == {None, first["reconciliation_id"]}


async def test_each_currency_has_a_bridge_of_its_own(
    operator: Caller, brand: Caller, supplier: Caller, reconciler: None
) -> None:
    accepted(await operator.post("/v1/contracts", TERMS))
    for code in ("ticket", "corn"):
        await use_coupon(brand, supplier, code)
    accepted(await operator.post("/v1/periods/2017-01/close", {}), 200)
    rows = (
        f"{HEADING},currency",
        "till-ticket,ticket,m1,2017-01-20,61,USD",
        "till-corn,corn,m1,2017-01-20,60,CNY",
        "own-1,ticket,m1,2017-01-20,900,USD",
        "",
    )
    run = accepted(
        await supplier.post(
            "/v1/reconciliations",
            content="\n".join(rows).encode(),
            headers={"Content-Type": "text/csv"},
            month="2017-01",
        )
    )
    seen = accepted(await supplier.get(f"/v1/reconciliations/{run['reconciliation_id']}"), 200)
    totals = {each["currency"]: each["difference_minor"] for each in seen["totals"]}
    assert totals == {"CNY": 122 - 60, "USD": -961}
    steps = [
        (each["currency"], each["category"], each["difference_minor"], each["left_minor"])
        for each in seen["bridge"]
    ]
    # The use in the wrong currency is a step in both: what we billed, and what they list.
    assert steps == [
        ("CNY", "currency", 61, 1),
        ("CNY", "amount_rounding", 1, 0),
        ("USD", "missing_ours", -900, -61),
        ("USD", "currency", -61, 0),
    ]
    own = accepted(await brand.get(f"/v1/reconciliations/{run['reconciliation_id']}"), 200)
    assert [(each["currency"], each["difference_minor"]) for each in own["bridge"]] == [
        ("CNY", 61),
        ("CNY", 1),
        ("USD", -61),
    ]


async def test_a_break_keeps_its_age_and_its_work_in_the_next_run(
    operator: Caller, supplier: Caller, first: Any, database: Database
) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            text("UPDATE settlement.reconciliation_break SET opened_on = opened_on - 40")
        )
    breaks = {each["category"]: each for each in first["breaks"]}
    rounding = breaks["amount_rounding"]
    accepted(await step(supplier, rounding, "assign", assignee="Li Wei"), 200)
    accepted(await step(operator, rounding, "resolve", resolution="explained", note="Ok."), 200)
    second = await reconcile(supplier, *ROWS[:2], "own-3,corn,m1,2017-01-21,5", month="2017-01")
    assert (second["replaces"], second["state"]) == (first["reconciliation_id"], "open")
    assert second["open_by_age"] == {"0-30": 1, "31-60": 1, "61-90": 0, "91+": 0}
    known = {each["category"]: each for each in second["breaks"]}["amount_rounding"]
    assert (known["state"], known["assignee"], known["open_days"]) == ("explained", "Li Wei", 40)
    assert known["break_id"] != rounding["break_id"]
    steps = accepted(await supplier.get(f"/v1/breaks/{known['break_id']}/steps"), 200)["items"]
    assert [(each["step"], each["party"]) for each in steps] == [
        ("assigned", "cinema"),
        ("explained", "operator"),
    ]
    former = accepted(await supplier.get(f"/v1/reconciliations/{first['reconciliation_id']}"), 200)
    assert (former["state"], former["replaced_by"]) == ("replaced", second["reconciliation_id"])
    refused(await step(supplier, rounding, "assign", assignee=None), 409, "reconciliation-locked")


async def test_a_brand_sees_its_own_uses_and_others_see_nothing(
    operator: Caller, brand: Caller, other_brand: Caller, supplier: Caller, first: Any
) -> None:
    path = f"/v1/reconciliations/{first['reconciliation_id']}"
    seen = accepted(await brand.get(path), 200)
    assert (seen["matched"], seen["break_count"]) == (1, 2)
    assert seen["breaks_by_category"] == {"amount_rounding": 1, "missing_theirs": 1}
    assert (seen["ours_minor"], seen["theirs_minor"], seen["totals"]) == (None, None, [])
    assert seen["difference_minor"] == 60
    own = accepted(await brand.get(f"{path}/breaks"), 200)["items"]
    assert {each["brand"] for each in own} == {"grocer"}
    assert len(accepted(await brand.get(f"{path}/matches"), 200)["items"]) == 1
    listed = accepted(await brand.get("/v1/reconciliations", supplier="cinema"), 200)["items"]
    _require_bridge(seen.pop("bridge"), 60, breaks=2)
    assert seen.pop("reading") is None  # that is the supplier's file
    assert listed == [seen]
    missing = next(each for each in first["breaks"] if each["brand"] is None)
    refused(await brand.get(f"/v1/breaks/{missing['break_id']}/steps"), 404, "break-not-found")
    refused(await step(brand, own[0], "comments", note="x"), 403, "scope-required")
    stranger = await add_party(operator, "museum", "supplier", category="culture")
    for caller in (other_brand, stranger):
        assert accepted(await caller.get("/v1/reconciliations"), 200)["items"] == []
        refused(await caller.get(path), 404, "reconciliation-not-found")
        refused(await caller.get(f"{path}/breaks"), 404, "reconciliation-not-found")
    refused(await stranger.post(f"{path}/sign", {}), 404, "reconciliation-not-found")
    refused(await step(stranger, own[0], "comments", note="x"), 404, "break-not-found")
    refused(await operator.get(NOBODY), 404, "reconciliation-not-found")
    refused(await operator.get("/v1/breaks/0/steps"), 404, "break-not-found")


async def test_what_is_given_up_twice_is_posted_once(
    operator: Caller, brand: Caller, supplier: Caller, first: Any
) -> None:
    """A later file finds the same record again: all that was posted is its difference."""
    write_off = {"resolution": "written_off", "note": "Rounding."}
    (bill,) = [
        each
        for each in accepted(await brand.get("/v1/statements"), 200)["items"]
        if each["kind"] == "coupons"
    ]
    for number, (written, posted) in enumerate([("60", 1), ("62", -1), ("60", 1)]):
        rows = (f"till-corn,corn,m1,2017-01-20,{written}", f"other-{number},corn,m1,2017-01-25,1")
        found = await reconcile(supplier, *rows, *ROWS[:1], month="2017-01")
        (rounding,) = [each for each in found["breaks"] if each["category"] == "amount_rounding"]
        if rounding["state"] == "open":
            accepted(await step(operator, rounding, "resolve", **write_off), 200)
        due = accepted(await brand.get(f"/v1/statements/{bill['statement_id']}/due"), 200)
        assert due["written_off_minor"] == posted
    # Both have it, a day and more apart: nothing can be given up.
    far = await reconcile(supplier, "till-corn,corn,m1,2017-01-25,61", month="2017-01")
    (late,) = [each for each in far["breaks"] if each["category"] == "date"]
    refused(await step(operator, late, "resolve", **write_off), 422, "resolution-invalid")
    # What another month bills is not given up here: there it would be paid once more.
    next_file = await reconcile(supplier, "till-ticket,ticket,m1,2017-02-01,1", month="2017-02")
    (cut_off,) = next_file["breaks"]
    assert (cut_off["category"], cut_off["month"]) == ("cut_off", "2017-01")
    refused(await step(operator, cut_off, "resolve", **write_off), 422, "resolution-invalid")


async def test_a_signature_falls_when_a_break_is_changed(
    operator: Caller, supplier: Caller, first: Any
) -> None:
    path = f"/v1/reconciliations/{first['reconciliation_id']}"
    for each in first["breaks"]:
        accepted(await step(supplier, each, "resolve", resolution="carried"), 200)
    assert accepted(await supplier.post(f"{path}/sign", {}), 200)["supplier_signed_at"]
    changed = first["breaks"][0]
    accepted(await step(operator, changed, "comments", note="I see."), 200)
    assert accepted(await supplier.get(path), 200)["supplier_signed_at"]
    for resolution in ("open", "explained"):
        accepted(await step(operator, changed, "resolve", resolution=resolution), 200)
    assert accepted(await operator.post(f"{path}/sign", {}), 200)["state"] == "open"
    assert accepted(await supplier.post(f"{path}/sign", {}), 200)["state"] == "signed"
