"""Items of a batch take effect in the order in which they are sent."""

from tests.http.conftest import BEGIN, PROGRAMME, Caller, accepted, offer, stock

ITEMS = 40


async def test_each_item_of_a_request_for_stock_is_a_batch_in_turn(
    brand: Caller, supplier: Caller
) -> None:
    offer_id = await stock(supplier, brand)
    items = [
        {
            "key": f"grant-{price}",
            "offer_id": offer_id,
            "quantity": 1,
            "points": price,
            "window_from": BEGIN,
        }
        for price in range(1, ITEMS + 1)
    ]
    answers = accepted(
        await brand.post(f"{PROGRAMME}/allotments", {"allotments": items}, key=None), 200
    )["answers"]
    assert [each["granted"] for each in answers] == list(range(6, ITEMS + 6))
    (held,) = accepted(await brand.get(f"{PROGRAMME}/allotments"), 200)["items"]
    assert (held["points"], held["granted"]) == (None, ITEMS + 5)
    found = [(each["allotment_no"], each["points"], each["granted"]) for each in held["batches"]]
    assert found == [(1, None, 5), *((price + 1, price, 1) for price in range(1, ITEMS + 1))]


async def test_the_first_of_two_offers_with_one_code_is_published(supplier: Caller) -> None:
    items = [
        {"key": f"offer-{number}", **offer(f"code-{number // 2}", name=f"Name {number}")}
        for number in range(ITEMS)
    ]
    answers = accepted(await supplier.post("/v1/offers/batch", {"offers": items}, key=None), 200)[
        "answers"
    ]
    assert [each["status"] for each in answers] == ["accepted", "rejected"] * (ITEMS // 2)
    names = [each["name"] for each in answers[::2]]
    assert names == [f"Name {number}" for number in range(0, ITEMS, 2)]
