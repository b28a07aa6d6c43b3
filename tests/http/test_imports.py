"""Files, shops and card codes over HTTP: sent, looked at, mended, withdrawn, and refused."""

from dataclasses import replace
from typing import Any

from catalog.imports import work_on_import
from catalog.imports.jobs import IMPORTS_PER_PARTY_MAX
from ledger import Database
from tests.catalog.imports.files import csv_of, importer, xlsx_of
from tests.http.conftest import Caller, accepted, offer, refused

CSV = {"Content-Type": "text/csv"}
XLSX = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
SHOPS = [["门店编号", "门店名称", "状态"], ["S1", "西门", "营业"], ["S2", "东门", "关闭"]]


async def with_scopes(caller: Caller, *scopes: str) -> Caller:
    """The same party with a key of these scopes."""
    made = accepted(await caller.post("/v1/keys", {"label": "new", "scopes": list(scopes)}))
    return replace(caller, key=made["key"])


async def send(caller: Caller, file: bytes, headers: Any = CSV, **query: str) -> Any:
    return await caller.post("/v1/imports", content=file, headers=headers, **query)


async def worked(database: Database, caller: Caller, sent: Any) -> Any:
    """The import after the worker's round."""
    await work_on_import(importer(database))
    return accepted(await caller.get(f"/v1/imports/{sent['import_id']}"), 200)


async def test_a_file_is_checked_mended_and_applied(
    database: Database, supplier: Caller, brand: Caller
) -> None:
    rows = [*SHOPS, ["S3!", "南门", ""]]
    sent = accepted(await send(supplier, xlsx_of(rows), XLSX, kind="shops", dry_run="true"), 202)
    assert (sent["state"], sent["dry_run"], sent["file"]) == ("received", True, None)
    path = f"/v1/imports/{sent['import_id']}"
    checked = await worked(database, supplier, sent)
    assert checked["state"] == "checked"
    assert checked["counts"] == {"created": 2, "updated": 0, "unchanged": 0, "rejected": 1}
    assert checked["file"]["sheet"] == "数据"
    assert checked["file"]["first_rows"][1] == ["S2", "东门", "关闭"]
    (wrong,) = checked["rejected"]
    assert (wrong["line"], wrong["code"], wrong["column"]) == (4, "shop-code-invalid", "code")
    assert "letters and digits" in wrong["message"]["en"]
    assert "门店编号" in wrong["message"]["zh"]
    assert accepted(await supplier.get("/v1/shops"), 200)["items"] == []
    refused(await brand.get(path), 404, "import-not-found")
    refused(await supplier.post(f"{path}/apply", {}), 409, "import-step-refused")

    accepted(await supplier.post(f"{path}/apply", {"accept_partial": True}), 200)
    done = await worked(database, supplier, sent)
    assert (done["state"], done["line_done"], done["counts"]["created"]) == ("done", 4, 2)
    listed = accepted(await supplier.get(f"{path}/rows", status="created"), 200)["items"]
    assert [(row["line"], row["key"]) for row in listed] == [(2, "S1"), (3, "S2")]
    download = await supplier.get(f"{path}/rejected")
    assert download.status_code == 200
    assert download.headers["content-type"] == "text/csv; charset=utf-8"
    mended = download.content.replace(b"S3!", b"S3")
    done = await worked(
        database, supplier, accepted(await send(supplier, mended, kind="shops"), 202)
    )
    assert (done["state"], done["counts"]["created"]) == ("done", 1)
    refused(
        await supplier.get(f"/v1/imports/{done['import_id']}/rejected"), 404, "import-not-found"
    )


async def test_a_saved_mapping_reads_a_partners_own_columns(
    database: Database, supplier: Caller
) -> None:
    body = {
        "kind": "shops",
        "columns": {"code": "No.", "name": "Label"},
        "constants": {"state": "关闭"},
    }
    saved = accepted(await supplier.put("/v1/import-mappings/west", body), 200)
    assert saved["unit"] == "yuan"
    found = await supplier.get("/v1/import-mappings/west")
    assert accepted(found, 200) == saved
    file = csv_of([["Label", "No."], ["West", "007"]], delimiter=";")
    sent = accepted(await send(supplier, file, kind="shops", mapping="west"), 202)
    assert (await worked(database, supplier, sent))["state"] == "done"
    (shop,) = accepted(await supplier.get("/v1/shops"), 200)["items"]
    assert (shop["code"], shop["name"], shop["state"]) == ("007", "West", "closed")

    refused(
        await send(supplier, file, kind="shops", mapping="east"), 404, "import-mapping-not-found"
    )
    refused(await supplier.get("/v1/import-mappings/east"), 404, "import-mapping-not-found")
    answer = await send(supplier, file, kind="offers", mapping="west")
    refused(answer, 404, "import-mapping-not-found")
    for wrong in ({"columns": {"colour": "x"}}, {"time_zone": "Mars/Base"}):
        answer = await supplier.put("/v1/import-mappings/east", {"kind": "shops", **wrong})
        refused(answer, 422, "import-mapping-invalid")


async def test_what_cannot_be_imported_is_refused(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    file = csv_of(SHOPS)
    offer_id = accepted(await supplier.post("/v1/offers", offer("card")))["offer_id"]
    for caller, query, status, code in (
        (brand, {"kind": "offers"}, 403, "role-missing"),
        (supplier, {"kind": "codes"}, 400, "request-invalid"),
        (supplier, {"kind": "codes", "offer": "1"}, 404, "offer-not-found"),
        (supplier, {"kind": "shops", "offer": str(offer_id)}, 400, "request-invalid"),
        (supplier, {"kind": "prices"}, 400, "request-invalid"),
        (supplier, {}, 400, "request-invalid"),
        (supplier, {"kind": "shops", "encoding": "latin-1"}, 400, "request-invalid"),
        (supplier, {"kind": "shops", "party": "grocer"}, 404, "party-not-found"),
    ):
        refused(await send(caller, file, **query), status, code)
    refused(await send(supplier, b"", kind="shops"), 400, "request-invalid")
    pdf = await send(supplier, b"%PDF", {"Content-Type": "application/pdf"}, kind="shops")
    refused(pdf, 415, "unsupported-media-type")
    for number in range(IMPORTS_PER_PARTY_MAX):
        accepted(await send(supplier, csv_of([*SHOPS, [str(number), "x", ""]]), kind="shops"), 202)
    answer = await send(supplier, file, kind="shops")
    refused(answer, 429, "too-many-imports")
    assert int(answer.headers["retry-after"]) > 0
    sent = accepted(await send(operator, file, kind="shops", party="grocer"), 202)
    path = f"/v1/imports/{sent['import_id']}"
    refused(await operator.get(path), 404, "import-not-found")
    gone = accepted(await brand.post(f"{path}/cancel"), 200)
    assert (gone["state"], gone["refused"]["code"]) == ("refused", "import-cancelled")
    refused(await brand.post(f"{path}/apply", {}), 409, "import-step-refused")


async def test_shops_are_added_closed_and_opened(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    west = {"code": "W1", "name": "West", "region": "310101", "groups": ["east", "大店"]}
    shop = accepted(await supplier.post("/v1/shops", west))
    assert shop == {**west, "state": "open", "online": False}
    refused(await supplier.post("/v1/shops", west), 409, "shop-exists")
    for wrong in ({"region": "991010"}, {"region": "31010"}, {"groups": [""]}, {"code": "-"}):
        refused(await supplier.post("/v1/shops", {**west, **wrong}), 400, "request-invalid")
    refused(await supplier.post("/v1/shops", {**west, "groups": ["a;b"]}), 422, "shop-invalid")
    items = [{**west, "key": "1", "code": "W2"}, {**west, "key": "2"}, {"key": "3", "code": "W3"}]
    answer = await supplier.post("/v1/shops/batch", {"shops": items}, key=None)
    answers = accepted(answer, 200)["answers"]
    assert [each["status"] for each in answers] == ["accepted", "rejected", "rejected"]
    assert answers[1]["problem"]["type"] == "/problems/shop-exists"

    closed = accepted(await supplier.post("/v1/shops/W1/close"), 200)
    assert closed["state"] == "closed"
    found = accepted(await supplier.get("/v1/shops", state="closed"), 200)["items"]
    assert found == [closed]
    assert accepted(await operator.get("/v1/shops/W1", party="cinema"), 200) == closed
    refused(await brand.get("/v1/shops/W1"), 404, "shop-not-found")
    refused(await brand.post("/v1/shops/W1/open"), 404, "shop-not-found")
    assert accepted(await supplier.post("/v1/shops/W1/open"), 200) == shop


async def test_card_codes_go_in_once_and_never_come_out(
    supplier: Caller, brand: Caller, operator: Caller
) -> None:
    offer_id = accepted(await supplier.post("/v1/offers", offer("card")))["offer_id"]
    path = f"/v1/offers/{offer_id}/codes"
    items = [
        {"key": "a", "number": "NUMBER-000A", "secret": "PIN-1", "batch": "May"},
        {"key": "b", "number": "NUMBER-000B", "expires_on": "2099-01-31", "batch": "May"},
        {"key": "c", "number": "NUMBER-000C", "expires_on": "2001-01-31"},
        {"key": "d", "number": "  "},
        {"key": "e", "number": ""},
        {"key": "f", "number": "NUMBER-000A", "secret": "PIN-1"},
    ]
    answer = await supplier.post(path, {"codes": items}, key=None)
    assert accepted(answer, 200) == {
        "offer_id": offer_id,
        "accepted": 2,
        "existing": 1,
        "rejected": [
            {"key": "c", "code": "card-expired", "column": "expires_on"},
            {"key": "d", "code": "card-number-invalid", "column": "number"},
            {"key": "e", "code": "request-invalid", "column": "number"},
        ],
    }
    again = accepted(await supplier.post(path, {"codes": items[:2]}, key=None), 200)
    assert (again["accepted"], again["existing"]) == (0, 2)
    summary = await supplier.get(f"{path}/summary")
    assert accepted(summary, 200)["available"] == 2
    assert "NUMBER" not in summary.text + answer.text
    withdrawn = await supplier.post(f"{path}/withdraw", {"batch": "May"})
    assert accepted(withdrawn, 200)["withdrawn"] == 2
    summary = accepted(await supplier.get(f"{path}/summary"), 200)
    assert (summary["available"], summary["parts"][0]["withdrawn"]) == (0, 1)
    last = accepted(await supplier.post(path, {"codes": items[:1]}, key=None), 200)
    assert last["existing"] == 1
    refused(
        await supplier.post("/v1/offers/1/codes", {"codes": items}, key=None),
        404,
        "offer-not-found",
    )
    refused(await supplier.get("/v1/offers/1/codes/summary"), 404, "offer-not-found")
    refused(
        await supplier.post("/v1/offers/1/codes/withdraw", {"batch": None}), 404, "offer-not-found"
    )
    refused(await brand.get(f"{path}/summary"), 403, "role-required")
    too_many = {"codes": [{"key": "x", "number": "1"}] * 10_001}
    refused(await supplier.post(path, too_many, key=None), 400, "request-invalid")
    log = await operator.get("/v1/audit-log", object=f"offer:{offer_id}")
    assert "NUMBER" not in log.text
    assert [each["action"] for each in accepted(log, 200)["items"]].count("add_card_codes") == 3


async def test_members_are_imported_into_their_programme(
    database: Database, operator: Caller, brand: Caller, other_brand: Caller
) -> None:
    tags = {"tags": [{"code": "brand:coffee", "label": "Coffee"}]}
    accepted(await brand.put("/v1/programmes/grocer/tags", tags), 200)
    rows = [
        ["会员号", "手机号", "标签", "生日", "期初积分"],
        ["m-1", "13800138000", "品牌:coffee", "02-29", "500"],
        ["m-2", "1380013800", "", "", ""],
    ]
    file, said = csv_of(rows), {"kind": "members", "programme": "grocer"}
    refused(await send(brand, file, kind="members"), 400, "request-invalid")
    answer = await send(brand, csv_of(SHOPS), kind="shops", programme="grocer")
    refused(answer, 400, "request-invalid")
    refused(await send(other_brand, file, **said), 404, "programme-not-found")
    refused(await send(brand, file, kind="members", programme="none"), 404, "programme-not-found")
    sent = accepted(await send(brand, file, **said, dry_run="true"), 202)
    checked = await worked(database, brand, sent)
    assert (checked["programme"], checked["counts"]["created"]) == ("grocer", 1)
    assert checked["file"]["first_rows"][0] == ["•••", "•••", "品牌:coffee", "•••", "500"]
    (wrong,) = checked["rejected"]
    assert (wrong["line"], wrong["key"], wrong["code"], wrong["column"]) == (
        *(3, None),
        *("identifier-invalid", "phone"),
    )
    path = f"/v1/imports/{sent['import_id']}"
    weak = await with_scopes(brand, "offers", "points")
    weaker = await with_scopes(brand, "offers")
    refused(await send(weaker, file, **said), 403, "scope-required")
    refused(await weaker.get(f"{path}/rejected"), 403, "scope-required")
    refused(await weaker.post(f"{path}/apply", {"accept_partial": True}), 403, "scope-required")
    refused(await weak.post(f"{path}/apply", {"accept_partial": True}), 403, "import-not-permitted")
    accepted(await brand.post(f"{path}/apply", {"accept_partial": True}), 200)
    done = await worked(database, brand, sent)
    assert (done["state"], done["counts"]["rejected"]) == ("done", 1)
    known = {"identifiers": [{"kind": "phone", "value": "+86 138 0013 8000"}]}
    found = accepted(await brand.post("/v1/programmes/grocer/resolve", known, key=None), 200)
    assert found == {"member": "m-1", "matched": ["phone"]}
    balance = accepted(await brand.get("/v1/programmes/grocer/members/m-1"), 200)
    assert balance["spendable"] == 500
    again = accepted(await send(brand, file, **said), 202)
    assert (again["import_id"], again["state"]) == (sent["import_id"], "done")

    sent = accepted(await send(weak, csv_of([*rows[:1], ["m-3", "", "", "", "5"]]), **said), 202)
    checked = await worked(database, brand, sent)
    assert [row["code"] for row in checked["rejected"]] == ["points-not-permitted"]
    log = await operator.get("/v1/audit-log")
    assert "13800138000" not in log.text
