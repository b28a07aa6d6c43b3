"""What an Idempotency-Key stands for: one party's one request, at its address, with its body."""

import pytest

from tests.http.conftest import BEGIN, PROGRAMME, Caller, accepted, add_party, offer, refused, stock

HEADING = b"reference,offer_code,member,used_on,amount_minor\n"


async def test_a_key_of_one_address_is_not_anothers(operator: Caller) -> None:
    first = await operator.post("/v1/periods/2017-01/close", {}, key="k")
    assert accepted(first, 200)["month"] == "2017-01"
    other = await operator.post("/v1/periods/2017-02/close", {}, key="k")
    refused(other, 422, "idempotency-key-reused")
    assert (await operator.post("/v1/periods/2017-01/close", {}, key="k")).content == first.content


async def test_a_key_of_one_party_is_not_anothers(brand: Caller, other_brand: Caller) -> None:
    for caller, code in ((brand, "grocer--2"), (other_brand, "pharmacy--2")):
        body = {"code": code, "name": "More points"}
        made = accepted(await caller.post("/v1/programmes", body, key="k"))
        assert made["code"] == code


async def test_a_key_of_one_item_is_not_anothers(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    museum = await add_party(operator, "museum", "supplier", category="culture")

    async def publish(caller: Caller, code: str) -> str:
        item = {"key": "k", **offer(code)}
        sent = await caller.post("/v1/offers/batch", {"offers": [item]}, key=None)
        (answer,) = accepted(sent, 200)["answers"]
        return str(answer.get("problem", answer).get("type", answer["status"]))

    assert await publish(supplier, "one") == "accepted"
    assert await publish(supplier, "two") == "/problems/idempotency-key-reused"
    assert await publish(museum, "one") == "accepted"

    offer_id = await stock(supplier, brand)
    item = {"key": "k", "offer_id": offer_id, "quantity": 1, "window_from": BEGIN}
    answers = []
    for quantity in (1, 2, 1):
        body = {"allotments": [item | {"quantity": quantity}]}
        sent = await brand.post(f"{PROGRAMME}/allotments", body, key=None)
        answers += accepted(sent, 200)["answers"]
    assert [each["status"] for each in answers] == ["accepted", "rejected", "accepted"]
    assert answers[0] == answers[2]


@pytest.mark.usefixtures("reconciler")
async def test_a_key_of_one_file_is_not_anothers(supplier: Caller) -> None:
    first, other = HEADING, HEADING + b"r,o,m,2017-01-20,1\n"
    for content, is_first in ((first, True), (other, False), (first, True)):
        answer = await supplier.post(
            "/v1/reconciliations", content=content, headers={"Content-Type": "text/csv"}, key="k"
        )
        if is_first:
            assert accepted(answer)["break_count"] == 0
        else:
            refused(answer, 422, "idempotency-key-reused")
