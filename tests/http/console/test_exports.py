"""Lists as files: each page leads to its file, which has the rows that the page shows."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime

import httpx2
import pytest
from sqlalchemy import text

from api.events.record import record_events
from ledger import Database
from tests.conftest import owner_transaction
from tests.http.conftest import BEGIN, PROGRAMME, Caller, accepted, stock
from tests.http.console import test_money_pages
from tests.http.console.visitors import Visitor, seen, sign_in
from tests.http.journey_cards import SHARE
from tests.http.journey_leases import leased, token_of
from tests.http.journey_money import drafted, finalise_fees
from tests.http.journey_swaps import proposed
from tests.http.test_billing import use_coupon
from tests.http.test_breaks import reconcile
from tests.http.test_imports import send, worked

bill, visitors = test_money_pages.bill, test_money_pages.visitors
Row = Mapping[str, str]
SCRIPT = "=HYPERLINK(1)"
PARTLY = {"accept_partial": "true"}
REJECTED = text(
    "INSERT INTO settlement.rejected_message (book_id, outbox_id, topic, payload, attempts,"
    " reason) SELECT book_id, 1, 'coupon.used', '{}', 1, 'no coupon' FROM ledger.book"
)


async def _exported(visitor: Visitor, page: str) -> list[Row]:
    """The rows of the file to which a page leads."""
    shown = await visitor.open(page)
    assert shown.status_code == 200, (page, shown.text)
    (link,) = {each for each in seen(shown).links if "export=csv" in each}
    filters = page.partition("?")[2]
    assert filters in link, page
    answer = await visitor.open(link)
    assert answer.status_code == 200, (page, answer.text)
    assert answer.headers["content-type"].startswith("text/csv"), page
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def _look(visitor: Visitor, expected: Mapping[str, Row | None]) -> None:
    """Each page leads to a file with one row that says this, or to one without rows."""
    for page, said in expected.items():
        rows = await _exported(visitor, page)
        if said is None:
            assert rows == [], page
        else:
            (row,) = rows
            assert said.items() <= row.items(), (page, row)


@pytest.mark.usefixtures("reconciler")
async def test_lists_about_money_are_files(
    visitors: Mapping[str, Visitor], operator: Caller, brand: Caller, supplier: Caller
) -> None:
    card = accepted(await operator.post("/v1/rate-cards", SHARE))["card_id"]
    row = "till-ticket,ticket,m1,2017-01-20,61"
    run = (await reconcile(supplier, row, month="2017-01"))["reconciliation_id"]
    owed = accepted(await brand.get("/v1/statements"), 200)["items"]
    (fees,) = [each for each in owed if each["kind"] == "fees"]
    await finalise_fees(operator, brand, fees)
    netting = (await drafted(operator)).rpartition("/")[2]
    await use_coupon(brand, supplier, "corn")
    accepted(await operator.post("/v1/periods/2017-02/close", {"issue": False}), 200)
    runs = "/console/reconciliations"
    matched = {"Run": str(run), "Matched": "1", "Currency": "CNY", "Difference (minor units)": "0"}
    found = {"Use": "1:1.1", "Brand": "grocer", "Amount (minor units)": "61"}
    await _look(
        visitors["finance"],
        {
            "/console/contracts": {"Version": "1", "Coupon cost (minor units)": "60.5"},
            "/console/rate-cards": {"Card": str(card), "Legs": "coupon_cost, platform_fee"},
            runs: matched,
            f"{runs}?state=open&month=2017-01": matched,
            f"{runs}?state=signed&month=2017-01": None,
            f"{runs}?month=2017-02": None,
            f"{runs}/{run}/matches": found,
            "/console/nettings": {"Netting run": netting, "Currency": "CNY", "State": "draft"},
            f"/console/nettings/{netting}": {"Number": fees["number"], "Currency": "CNY"},
        },
    )
    drafts = await _exported(visitors["finance"], "/console/periods/2017-02")
    assert {(each["Month"], each["Late"], each["State"]) for each in drafts} == {
        ("2017-02", "1", "draft")
    }


async def test_lists_of_a_brand_are_files(
    http: httpx2.AsyncClient,
    operator: Caller,
    brand: Caller,
    supplier: Caller,
    database: Database,
) -> None:
    issue = {"member": "m1", "points": 100, "reference": SCRIPT}
    accepted(await brand.post(f"{PROGRAMME}/issue", issue))
    accepted(await brand.post(f"{PROGRAMME}/redeem", {"member": "m1", "points": 30}))
    await stock(supplier, brand, name="Film")
    price = {"scope": {"all": True}, "price": {"percent": 80}, "valid_from": BEGIN, "label": "8th"}
    price_id = accepted(await brand.post(f"{PROGRAMME}/prices", price))["price_id"]
    rule = {
        "rule": "box",
        "event": "product-code",
        "points": 5,
        "valid_from": BEGIN,
        "label": "Box",
    }
    accepted(await brand.post(f"{PROGRAMME}/earning-rules", rule))
    batch = {"batch": "spring", "label": "Spring", "rule": "box"}
    accepted(await brand.post(f"{PROGRAMME}/product-batches", batch))
    file = b"member,birthday\nm7,05-01\nm8,99-99\n"
    sent = accepted(await send(brand, file, kind="members", programme="grocer", **PARTLY), 202)
    job = (await worked(database, brand, sent))["import_id"]
    marketer = await sign_in(http, database, "grocer", "marketer")
    ruled = {"Name": "8th", "A percentage of the ordinary price": "80"}
    await _look(
        marketer,
        {
            "/console/prices": ruled,
            "/console/points/earning": {"Rule": "box", "Points": "5"},
            "/console/points/batches": {"Batch": "spring", "State": "OPEN"},
            "/console/market": {"Offer": "ticket", "Name": "Film", "Left": "5"},
            "/console/market?q=film&sort=new": {"Offer": "ticket"},
            "/console/market?q=opera": None,
            "/console/imports": {"Import": str(job), "New": "1", "Rejected": "1"},
            f"/console/imports/{job}": {"Line": "3", "State": "rejected", "Column": "birthday"},
            f"/console/imports/{job}?status=created": {"Line": "2", "State": "created"},
        },
    )
    accepted(await brand.post(f"{PROGRAMME}/prices/{price_id}/end"), 200)
    accepted(await brand.post(f"{PROGRAMME}/earning-rules/box/end"), 200)
    await _look(
        marketer,
        {
            "/console/prices": None,
            "/console/prices?state=all": ruled,
            "/console/points/earning": None,
            "/console/points/earning?state=all": {"Rule": "box", "Name": "Box"},
        },
    )
    shown = seen(await marketer.open(f"/console/imports/{job}")).links
    (of_all,) = {each for each in shown if "status=all" in each}
    whole = await _exported(marketer, of_all)
    assert [each["Line"] for each in whole] == ["2", "3"]
    history = await _exported(marketer, "/console/members/m1")
    assert [(each["Points"], each["Balance"]) for each in history] == [
        ("-30", "70"),
        ("100", "100"),
    ]
    assert history[1]["Reference"] == f"'{SCRIPT}"
    _, _, swap, _ = await proposed(operator)
    films = await sign_in(http, database, "filmhouse", "marketer")
    with_tea = {"Swap": str(swap), "With the party": "teahouse", "Limit (minor units)": "3000"}
    await _look(films, {"/console/swaps": with_tea})
    (row,) = await _exported(films, "/console/swaps")
    assert row["We give"].startswith("1000 × ")


async def test_lists_of_the_operator_are_files(
    http: httpx2.AsyncClient, brand: Caller, database: Database
) -> None:
    async with owner_transaction(database) as connection:
        await connection.execute(REJECTED)
    chief = await sign_in(http, database, "operator", "operator")
    await _look(chief, {"/console/system": {"Programme": "grocer", "Why": "no coupon"}})
    made = accepted(await brand.post("/v1/webhook-endpoints", {"url": "https://example.com/h"}))
    accepted(await brand.post(f"/v1/webhook-endpoints/{made['endpoint_id']}/test"), 202)
    await record_events(database)
    marketer = await sign_in(http, database, "grocer", "marketer")
    page = f"/console/webhooks/{made['endpoint_id']}"
    waiting = {"Type": "test.ping", "State": "waiting", "Attempts": "0", "Last answer": ""}
    await _look(
        marketer, {page: waiting, f"{page}?state=waiting": waiting, f"{page}?state=failed": None}
    )
    foreign = await chief.open(page, export="csv")
    assert foreign.status_code == 404


async def test_lists_of_a_supplier_are_files(
    http: httpx2.AsyncClient, brand: Caller, supplier: Caller, database: Database
) -> None:
    lease, (coupon,) = await leased(supplier, brand, 1)
    use = {
        "key": "till-7-0001",
        "token": await token_of(brand, coupon),
        "occurred_at": datetime.now(UTC).isoformat(),
        "reference": "receipt 4711",
    }
    path = f"/v1/leases/{lease['lease_id']}/uses"
    accepted(await supplier.post(path, {"uses": [use]}, key=None), 200)
    manager = await sign_in(http, database, "cinema", "manager")
    told = {"Number": "1", "State": "USED", "Coupon": str(coupon), "Why": ""}
    used = {"Offer": "snack", "Receipt number": "receipt 4711", "Coupon": str(coupon)}
    of_lease, of_shop = f"/console/shops/leases/{lease['lease_id']}", "/console/shops/basement"
    await _look(
        manager,
        {
            of_lease: told,
            f"{of_lease}?state=USED": told,
            f"{of_lease}?state=CONFLICT": None,
            of_shop: used,
            f"{of_shop}?day=2017-01-01": None,
        },
    )
