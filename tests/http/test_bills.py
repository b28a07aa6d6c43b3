"""Files of the bill over HTTP: statements in each form, bills of days, who parties are."""

import csv
import gzip
import hashlib
from datetime import UTC, datetime

from tests.http.conftest import BEGIN, PROGRAMME, Caller, accepted, refused, stock

TERMS = {
    "coupon_cost_minor": "60",
    "platform_fee_minor": "10",
    "currency": "CNY",
    "valid_from": "2017-01-01",
}
CINEMA = "/v1/parties/cinema"
PROFILE = {
    "legal_name": "湖南影院有限公司",
    "credit_code": "91430111MA4L16JQ9B",
    "bank_account": "6222001234567890123",
}


async def _billed(operator: Caller, brand: Caller, supplier: Caller) -> str:
    """One use of January is billed. Returns the path of its statement."""
    accepted(await operator.post("/v1/contracts", TERMS))
    offer_id = await stock(supplier, brand)
    right = {"member": "+8613800000000", "offer_id": offer_id, "free": True, "occurred_at": BEGIN}
    coupon = accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"]
    code = accepted(await brand.get(f"{PROGRAMME}/coupons/{coupon}"), 200)["code"]
    use = {"code": code, "reference": "+till-7", "occurred_at": "2017-01-20T12:00:00Z"}
    accepted(await supplier.post("/v1/coupons/use", use))
    accepted(await operator.post("/v1/periods/2017-01/close", {}), 200)
    statements = accepted(await supplier.get("/v1/statements"), 200)["items"]
    (statement,) = statements
    return f"/v1/statements/{statement['statement_id']}"


async def test_a_statement_in_each_form(operator: Caller, brand: Caller, supplier: Caller) -> None:
    path = await _billed(operator, brand, supplier)
    statement = accepted(await supplier.get(path), 200)
    found = {
        name: await supplier.get(f"{path}/download", format=name)
        for name in ("csv", "csv.gz", "parquet", "pdf", "xlsx")
    }
    for name, file in found.items():
        sha256 = hashlib.sha256(file.content).hexdigest()
        assert (file.status_code, file.headers["comity-content-sha256"]) == (200, sha256), name
        named = f'attachment; filename="statement-{statement["number"]}.{name}"'
        assert file.headers["content-disposition"] == named
        assert b"+8613800000000" not in file.content
    # What both parties agree to is this very file.
    assert found["csv.gz"].headers["comity-content-sha256"] == statement["file_sha256"]
    (line, *_) = csv.DictReader(gzip.decompress(found["csv.gz"].content).decode().splitlines())
    assert (line["reference"], line["gross"]) == ("+till-7", "0.60")
    own = (await brand.get(f"{path}/download", format="csv")).content.decode("utf-8-sig")
    (line, *_) = csv.DictReader(own.splitlines())
    assert (line["reference"], line["member"]) == ("`+till-7", "`+8613800000000")
    chinese = await brand.get(f"{path}/download", format="pdf", lang="zh")
    assert chinese.content != found["pdf"].content
    refused(await brand.get(f"{path}/download", format="pdf", lang="fr"), 400, "request-invalid")
    await _days(operator, brand, supplier)


async def _days(operator: Caller, brand: Caller, supplier: Caller) -> None:
    path = f"{CINEMA}/daily-bills/2017-01-20"
    bill = await supplier.get(path)
    assert bill.headers["comity-content-sha256"] == hashlib.sha256(bill.content).hexdigest()
    assert 'filename="cinema_2017-01-20_1.csv.gz"' in bill.headers["content-disposition"]
    shown = gzip.decompress(bill.content).decode("utf-8-sig")
    assert "`+till-7" in shown
    assert "13800000000" not in shown
    assert (await operator.get(path)).content == bill.content
    today = datetime.now(UTC).date()
    refused(await supplier.get(f"{CINEMA}/daily-bills/{today}"), 409, "daily-bill-not-ready")
    refused(await supplier.get(f"{CINEMA}/daily-bills/2017-02-30"), 400, "request-invalid")
    refused(await brand.get(path), 403, "role-required")
    refused(await operator.get("/v1/parties/grocer/daily-bills/2017-01-20"), 403, "role-missing")
    refused(await supplier.get("/v1/parties/grocer/daily-bills/2017-01-20"), 404, "party-not-found")


async def test_who_a_party_is_on_invoices(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    path = f"{CINEMA}/billing-profile"
    refused(await supplier.get(path), 404, "billing-profile-not-found")
    stated = accepted(await supplier.put(path, PROFILE), 200)
    assert (stated["party"], stated["version"], stated["bank"]) == ("cinema", 1, None)
    assert accepted(await supplier.put(path, PROFILE), 200) == stated
    moved = {**PROFILE, "address": "长沙市"}
    assert accepted(await operator.put(path, moved), 200)["version"] == 2
    assert accepted(await operator.get(path), 200)["address"] == "长沙市"
    for caller in (brand,):
        refused(await caller.get(path), 404, "party-not-found")
        refused(await caller.put(path, PROFILE), 404, "party-not-found")
    mistyped = {**PROFILE, "credit_code": "91430111MA4L16JQ90"}
    refused(await supplier.put(path, mistyped), 422, "credit-code-invalid")
    for wrong in ({"credit_code": "I" * 18}, {"legal_name": " "}, {"typo": "x"}):
        refused(await supplier.put(path, {**PROFILE, **wrong}), 400, "request-invalid")
