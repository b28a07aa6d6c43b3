"""The part of the journey that sends, reads and compares a supplier's own files."""

from tests.http.conftest import Caller, accepted

FILE = (
    "reference,offer_code,member,used_on,amount_minor\ntill-7,oolong-tasting,m-1001,2017-01-20,60\n"
    "till-8,oolong-tasting,m-1001,2017-01-21,60\n"
)
ROWS = 2
CSV = {"Content-Type": "text/csv"}


async def use_partner_files(supplier: Caller) -> int:
    """Use every operation on a supplier's files, after a month was closed. Returns the run."""
    mapping = {"columns": {"reference": "Receipt", "amount": "Owed"}, "unit": "yuan"}
    accepted(await supplier.put("/v1/mappings/tills", mapping), 200)
    accepted(await supplier.get("/v1/mappings/tills"), 200)
    accepted(await supplier.get("/v1/mappings"), 200)
    sent = await supplier.post("/v1/partner-files", content=FILE.encode(), headers=CSV)
    path = f"/v1/partner-files/{accepted(sent)['file']}"
    accepted(await supplier.get("/v1/partner-files"), 200)
    accepted(await supplier.get(path), 200)
    assert (await supplier.get(f"{path}/content")).content == FILE.encode()
    previewed = await supplier.post(f"{path}/preview", {"mapping": None}, key=None)
    assert accepted(previewed, 200)["currencies"][0]["rows"] == ROWS
    compared = accepted(
        await supplier.post(
            "/v1/reconciliations", content=FILE.encode(), headers=CSV, month="2017-01"
        )
    )
    return int(compared["reconciliation_id"])
