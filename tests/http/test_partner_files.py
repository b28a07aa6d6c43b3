"""A supplier's own files over HTTP: kept, read by a mapping, and compared with the bill."""

import gzip
from typing import Any

import pytest

from api.http.document import operations
from api.http.streamed import BYTES_MAX
from tests.http.conftest import Caller, MakeSettings, accepted, add_party, refused, serving
from tests.http.test_billing import TERMS, use_coupon

CSV = {"Content-Type": "text/csv"}
GZIP = {"Content-Type": "application/gzip"}
BILL = (
    "\ufeff交易时间,商户订单号,交易状态,货币种类,应结订单金额,退款金额,商品名称\r\n"
    "`2017-01-20 20:00:00,`till-ticket,`SUCCESS,`CNY,`0.61,`0.00,`ticket\r\n"
    "`2017-01-21 20:00:00,`till-other,`SUCCESS,`CNY,`0.61,`0.00,`ticket\r\n"
    "总交易单数,应结订单总金额,退款总金额\r\n`2,`1.22,`0.00\r\n"
)


@pytest.mark.usefixtures("reconciler")
async def test_a_file_is_sent_once_and_compared_by_a_mapping(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    accepted(await operator.post("/v1/contracts", TERMS))
    await use_coupon(brand, supplier)
    accepted(await operator.post("/v1/periods/2017-01/close", {}), 200)
    packed = gzip.compress(BILL.encode(), mtime=0)
    sent = await supplier.post("/v1/partner-files", content=packed, headers=GZIP, key="f")
    file = accepted(sent)
    assert (file["supplier"], file["bytes"]) == ("cinema", len(packed))
    again = await supplier.post("/v1/partner-files", content=packed, headers=GZIP, key="f")
    assert (again.content, again.headers["idempotency-replayed"]) == (sent.content, "true")
    other = await supplier.post("/v1/partner-files", content=b"x", headers=CSV, key="f")
    refused(other, 422, "idempotency-key-reused")
    by_operator = await operator.post(
        "/v1/partner-files", content=packed, headers=CSV, supplier="cinema"
    )
    assert accepted(by_operator) == file, "the same bytes are the same file"
    await _belongs_to(file, packed, operator, brand, supplier)

    path = f"/v1/partner-files/{file['file']}/preview"
    told = accepted(await supplier.post(path, {"mapping": "wechat-pay-bill"}, key=None), 200)
    assert (told["supplier"], told["reading"]["packing"], told["refused"]) == (
        *("cinema", "gzip"),
        None,
    )
    assert told["currencies"] == [{"currency": "CNY", "rows": 2, "amount_minor": 122}]
    assert told["lines"][0]["written"]["used_on"] == "2017-01-20 20:00:00"
    assert (told["source_time_zone"], len(told["lines"])) == ("Asia/Shanghai", 2)
    listed = accepted(await supplier.get("/v1/reconciliations"), 200)["items"]
    assert listed == [], "nothing is compared by it"
    asked = {"file": file["file"], "month": "2017-01", "mapping": "wechat-pay-bill"}
    first = await supplier.post("/v1/reconciliations", asked, key="r")
    run = accepted(first)
    assert (run["supplier"], run["month"], run["matched"]) == ("cinema", "2017-01", 1)
    reading = run["reading"]
    assert (reading["rows"], reading["total_minor"], reading["packing"]) == (2, 122, "gzip")
    assert reading["columns"]["reference"] == "商户订单号"
    assert [each["amount_minor"] for each in reading["totals"]] == [None, 122, 0]
    assert [each["code"] for each in reading["findings"]] == ["columns-ignored"]
    assert (await supplier.post("/v1/reconciliations", asked, key="r")).content == first.content
    # The same file, mapping and lines are the same run. Another mapping makes another.
    same = accepted(await operator.post("/v1/reconciliations", asked))
    assert same["reconciliation_id"] == run["reconciliation_id"]
    shifted = {"time_zone": "Asia/Shanghai", "constants": {"store": "gate"}}
    accepted(await supplier.put("/v1/mappings/gate", shifted), 200)
    others = accepted(await supplier.post("/v1/reconciliations", {**asked, "mapping": "gate"}))
    assert others["reconciliation_id"] != run["reconciliation_id"]
    await _refuses_what_is_not_there(asked, brand, supplier)


async def _belongs_to(
    file: Any, packed: bytes, operator: Caller, brand: Caller, supplier: Caller
) -> None:
    """The supplier and the operator see the file, and nobody else."""
    path = f"/v1/partner-files/{file['file']}"
    rival = await add_party(operator, "rival", "supplier", category="other")
    for caller in (supplier, operator):
        assert accepted(await caller.get(path), 200) == file
        assert accepted(await caller.get("/v1/partner-files"), 200)["items"] == [file]
        content = await caller.get(f"{path}/content")
        assert (content.status_code, content.content) == (200, packed)
    assert accepted(await rival.get("/v1/partner-files"), 200)["items"] == []
    for address in (path, f"{path}/content", "/v1/partner-files/0"):
        refused(await rival.get(address), 404, "partner-file-not-found")
    refused(await brand.get(path), 403, "scope-required")
    refused(await rival.post(f"{path}/preview", {}, key=None), 404, "partner-file-not-found")
    both = {"mapping": "alipay-bill", "stated": {}}
    refused(await supplier.post(f"{path}/preview", both, key=None), 400, "request-invalid")
    for asked, status, code in (
        ({"mapping": "no-such"}, 404, "mapping-not-found"),
        ({"stated": {"columns": {"price": "x"}}}, 422, "mapping-invalid"),
    ):
        refused(await supplier.post(f"{path}/preview", asked, key=None), status, code)
    asked = {"file": file["file"]}
    refused(await rival.post("/v1/reconciliations", asked), 404, "partner-file-not-found")
    sent = await rival.post("/v1/partner-files", content=b"x", headers=CSV, supplier="cinema")
    refused(sent, 404, "party-not-found")
    refused(
        await operator.post("/v1/partner-files", content=b"x", headers=CSV), 400, "request-invalid"
    )


async def _refuses_what_is_not_there(asked: Any, brand: Caller, supplier: Caller) -> None:
    unknown = {**asked, "mapping": "no-such"}
    refused(await supplier.post("/v1/reconciliations", unknown), 404, "mapping-not-found")
    refused(await supplier.get("/v1/mappings/no-such"), 404, "mapping-not-found")
    refused(await supplier.post("/v1/reconciliations", {**asked, "x": 1}), 400, "request-invalid")
    in_query = await supplier.post("/v1/reconciliations", asked, month="2017-01")
    refused(in_query, 400, "request-invalid")
    for wrong in ({"columns": {"price": "x"}}, {"constants": {"amount": "1"}}):
        refused(await supplier.put("/v1/mappings/bad", wrong), 422, "mapping-invalid")
    preset = await supplier.put("/v1/mappings/alipay-bill", {})
    refused(preset, 422, "mapping-invalid")
    refused(await brand.get("/v1/mappings"), 403, "scope-required")
    listed = accepted(await supplier.get("/v1/mappings"), 200)["mappings"]
    assert [(each["name"], each["preset"]) for each in listed] == [
        ("alipay-bill", True),
        ("gate", False),
        ("wechat-pay-bill", True),
    ]
    assert accepted(await supplier.get("/v1/mappings/gate"), 200) == listed[1]


@pytest.mark.usefixtures("reconciler")
async def test_a_body_is_read_as_a_file_is(supplier: Caller) -> None:
    heading = "商户单号,核销日期,金额(元)\n"
    text = heading + "单号-甲,2017年1月20日,0.61\n"
    for charset in ("", "; charset=gbk", "; charset=utf-8"):
        headers = {"Content-Type": f"text/csv{charset}"}
        answer = await supplier.post(
            "/v1/reconciliations", content=text.encode("gb18030"), headers=headers
        )
        reading = accepted(answer)["reading"]
        assert (reading["encoding"], reading["rows"]) == ("gb18030", 1)
    rows = heading + "R,2017-01-20,0.61\n" * 60 + "R,soon,0.61\n"
    answer = await supplier.post("/v1/reconciliations", content=rows.encode(), headers=CSV)
    run = accepted(answer)
    assert (run["reading"]["rejected_count"], run["reading"]["rows"]) == (1, 60)
    assert run["reading"]["rejected"] == [
        {
            "row": 62,
            "column": "核销日期",
            "problem": run["reading"]["rejected"][0]["problem"],
            "amount_minor": 61,
        }
    ]
    bad = heading + "R,soon,0.61\n" * 5 + "R,2017-01-20,0.61\n"
    answer = await supplier.post("/v1/reconciliations", content=bad.encode(), headers=CSV)
    problem = refused(answer, 422, "partner-file-invalid")
    assert (problem["fault_count"], problem["faults"][0]["line"]) == (5, 2)


async def test_a_large_file_goes_through_the_disk(
    supplier: Caller, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be larger than any other body, in parts that nobody announced. It has a limit, too."""
    row = b"R-1,ticket,m1,2017-01-20,60\n"

    async def parts() -> Any:
        for _ in range(10):
            yield row * 40_000

    file = accepted(
        await supplier.post("/v1/partner-files", content=parts(), headers=CSV, key="large")
    )
    assert file["bytes"] == 400_000 * len(row) > 8 * 1024 * 1024
    content = await supplier.get(f"/v1/partner-files/{file['file']}/content")
    assert content.content == row * 400_000
    refused(
        await supplier.post("/v1/partner-files", content=b"", headers=CSV), 400, "request-invalid"
    )
    async with serving(make_settings()) as (app, client):
        (handler,) = (
            handler
            for path, method, handler in operations(app)
            if (path, method) == ("/v1/partner-files", "post")
        )
        monkeypatch.setitem(handler.opt, BYTES_MAX, 1_000)
        caller = Caller(client, supplier.key)
        for sent in (parts(), row * 1_000):
            answer = await caller.post("/v1/partner-files", content=sent, headers=CSV)
            refused(answer, 413, "body-too-large")
