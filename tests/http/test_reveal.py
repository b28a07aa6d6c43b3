"""A member is shown a card code: once for each request, and nowhere else."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from ledger import Database
from tests.http.conftest import PROGRAMME, Caller, accepted, refused, stock

NUMBERS = ("SECRETNUMBER-01", "SECRETNUMBER-02")
PIN = "SECRETPIN"


@pytest.fixture
async def callers(
    supplier: Caller, brand: Caller, other_brand: Caller, operator: Caller
) -> dict[str, Caller]:
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 100}))
    return {
        "supplier": supplier,
        "brand": brand,
        "other_brand": other_brand,
        "operator": operator,
    }


async def test_a_code_is_in_the_answer_to_its_reveal_and_nowhere_else(
    callers: dict[str, Caller], database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    supplier, brand = callers["supplier"], callers["brand"]
    offer_id = await stock(supplier, brand, code="film", fulfilment="card_code", kind="code")
    market = accepted(await brand.get(f"{PROGRAMME}/offers", member="m1"), 200)["items"]
    assert [each["why_not"] for each in market if each["offer_id"] == offer_id] == ["no-codes"]
    wanted = {"member": "m1", "offer_id": offer_id, "free": True}
    refused(await brand.post(f"{PROGRAMME}/rights", wanted), 409, "codes-exhausted")
    day = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    codes = [
        {"key": number, "number": number, "secret": PIN, "batch": "May", "expires_on": day}
        for number in NUMBERS
    ]
    path = f"/v1/offers/{offer_id}/codes"
    accepted(await supplier.post(path, {"codes": codes}, key=None), 200)
    right = accepted(await brand.post(f"{PROGRAMME}/rights", wanted))
    assert (right["state"], right["last_day"]) == ("ACTIVE", day)
    coupon = f"{PROGRAMME}/coupons/{right['coupon']}"

    first = accepted(await brand.post(f"{coupon}/reveal", key="look"), 200)
    revealed_at = first.pop("revealed_at")
    number = first["number"]
    assert first == {
        "coupon": right["coupon"],
        "state": "USED",
        "number": number if number in NUMBERS else "a code of the supplier",
        "secret": PIN,
        "expires_on": day,
    }
    again = await brand.post(f"{coupon}/reveal", key="look")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert accepted(again, 200) == {**first, "revealed_at": revealed_at}
    later = accepted(await brand.post(f"{coupon}/reveal", key="look-again"), 200)
    assert later == {**first, "revealed_at": revealed_at}

    refused(await callers["other_brand"].post(f"{coupon}/reveal"), 404, "programme-not-found")
    refused(await supplier.post(f"{coupon}/reveal"), 403, "scope-required")
    refused(await brand.post(f"{PROGRAMME}/coupons/4711/reveal"), 404, "coupon-not-found")
    answer = await brand.post(f"{coupon}/reveal", {"number": NUMBERS[0]})
    assert NUMBERS[0] not in refused(answer, 400, "request-invalid")["detail"]
    own = await stock(supplier, brand, code="ticket")
    ticket = accepted(await brand.post(f"{PROGRAMME}/rights", {**wanted, "offer_id": own}))
    own_path = f"{PROGRAMME}/coupons/{ticket['coupon']}/reveal"
    refused(await brand.post(own_path, key="own"), 409, "no-card-code")
    refused(await brand.post(own_path, key="own"), 409, "no-card-code")

    receipt = await brand.get(coupon)
    steps = [each["step"] for each in accepted(receipt, 200)["steps"]]
    assert steps == ["redeemed", "delivered", "revealed", "used"]
    summary = await supplier.get(f"{path}/summary")
    assert accepted(summary, 200)["parts"] == [
        {
            "batch": "May",
            "expires_on": day,
            "codes": 2,
            "available": 1,
            "withdrawn": 0,
            "expired": 0,
            "given": 1,
            "revealed": 1,
        }
    ]
    # Each time it was shown is in the log, and who asked by which request.
    log = await callers["operator"].get("/v1/audit-log", object=f"coupon:{right['coupon']}")
    shown = [each for each in accepted(log, 200)["items"] if each["action"] == "reveal_card_code"]
    assert [each["key"] for each in shown] == ["look-again", "look", "look"]
    assert {each["party"] for each in shown} == {"grocer"}

    withdrawn = await supplier.post(f"{path}/withdraw", {"batch": None})
    assert accepted(withdrawn, 200) == {"offer_id": offer_id, "withdrawn": 0, "recalled": 2}
    left = accepted(await supplier.get(f"{path}/summary"), 200)["parts"][0]
    assert (left["available"], left["withdrawn"], left["given"]) == (0, 1, 1)
    written = capfd.readouterr()
    told = receipt.text + summary.text + log.text + written.out + written.err
    told += await everything_stored(database)
    for plain in (*NUMBERS, PIN):
        assert plain not in told
        assert plain.encode().hex() not in told


async def everything_stored(database: Database) -> str:
    """Each row of the tables that could hold what was sent or answered."""
    stored = []
    async with database.transaction() as connection:
        for table in (
            *("catalog.card_code", "exchange.card_code", "exchange.coupon"),
            *("exchange.receipt_step", "ledger.request", "ledger.outbox", "ledger.journal"),
            "catalog.audit_entry",
        ):
            rows = await connection.execute(text(f"SELECT t::text FROM {table} AS t"))
            stored += list(rows.scalars())
    return "\n".join(stored)
