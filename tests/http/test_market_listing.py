"""What an app shows of a market: found by category and words, priced for a member."""

from typing import Any

from tests.http.conftest import (
    BEGIN,
    PROGRAMME,
    Caller,
    accepted,
    add_party,
    grants_all,
    offer,
    refused,
)

OFFERS = f"{PROGRAMME}/offers"


async def publish(supplier: Caller, code: str, **changes: Any) -> int:
    return int(accepted(await supplier.post("/v1/offers", offer(code, **changes)))["offer_id"])


async def procure(brand: Caller, offer_id: int, **changes: Any) -> None:
    item = {"key": f"k{offer_id}", "offer_id": offer_id, "quantity": 5, "window_from": BEGIN}
    body = {"allotments": [{**item, **changes}]}
    (made,) = accepted(await brand.post(f"{PROGRAMME}/allotments", body, key=None), 200)["answers"]
    assert made["status"] == "accepted"


async def shown(brand: Caller, **query: str) -> list[str]:
    """The codes on all pages, each page with two."""
    codes: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = accepted(await brand.get(OFFERS, limit=2, **query, **cursor), 200)
        codes += [each["code"] for each in page["items"]]
        if page["next_cursor"] is None:
            return codes
        cursor = {"cursor": page["next_cursor"]}


async def test_a_market_is_searched_sorted_and_priced(
    operator: Caller, brand: Caller, supplier: Caller, member: str
) -> None:
    for path in ("drinks", "drinks.coffee", "drinks.coffee-beans", "video"):
        accepted(await operator.post("/v1/categories", {"path": path}))
    # Those that are there already are left alone, and may be added again.
    for _ in range(2):
        usual = accepted(await operator.post("/v1/categories/usual", {}))["items"]
        assert [each["path"] for each in usual] == (
            ["bills", "food", "health", "hotel", "music", "shopping", "travel", "video"]
        )
    await grants_all(supplier)
    market: dict[str, dict[str, Any]] = {
        "latte": {
            "name": "生椰拿铁",
            "category": "drinks.coffee",
            "points": 30,
            "texts": {"en": {"name": "Coconut latte", "terms_text": "One a day."}},
        },
        "beans": {"name": "Arabica beans", "category": "drinks.coffee-beans", "points": 500},
        "video": {
            "name": "爱奇艺月卡",
            "subtitle": "VIP",
            "category": "video",
            "points": 10,
            "kind": "exchange",
            "presented_brand": "cinema",
        },
        "future": {"name": "Later", "valid_from": "2100-01-01T00:00:00Z"},
        "over": {"name": "Over"},
        "spare": {"name": "Spare", "points": 1},
        "hidden": {
            "visible_from": "2100-01-01T00:00:00Z",
            "valid_from": "2101-01-01T00:00:00Z",
        },
    }
    made = {code: await publish(supplier, code, **market[code]) for code in market}
    for code in ("latte", "beans", "video", "over", "future"):
        await procure(brand, made[code])
    await procure(brand, made["spare"], window_until="2017-02-01T00:00:00Z")
    over = offer("over", valid_from="2017-01-15T00:00:00Z", valid_until="2017-02-01T00:00:00Z")
    del over["code"]
    accepted(await supplier.post(f"/v1/offers/{made['over']}/versions", over))

    assert sorted(await shown(brand)) == ["beans", "latte", "video"]
    assert sorted(await shown(brand, all="true")) == ["beans", "future", "latte", "spare", "video"]
    assert await shown(brand, sort="price") == ["video", "latte", "beans"]
    assert await shown(brand, sort="new") == ["video", "beans", "latte"]
    assert await shown(brand, sort="new", all="true") == (
        ["spare", "future", "video", "beans", "latte"]
    )
    assert await shown(brand, category="drinks.coffee") == ["latte"]
    assert sorted(await shown(brand, category="drinks")) == ["beans", "latte"]
    assert await shown(brand, kind="exchange") == ["video"]
    for words in ("爱奇艺", "奇艺", "月", "vip", "ｖｉｐ", "cine 月卡"):
        assert await shown(brand, q=words) == ["video"], words
    assert await shown(brand, q="coco") == ["latte"]
    for words in ("艺奇", "ip", "爱月"):
        assert await shown(brand, q=words) == [], words

    points = accepted(await brand.get(f"{PROGRAMME}/members/{member}"), 200)["spendable"]
    assert 30 <= points < 500
    assert await shown(brand, member=member, affordable="true", sort="price") == ["video", "latte"]
    assert await shown(brand, member=member, covers_expiring="true") == []
    items = accepted(await brand.get(OFFERS, member=member, all="true"), 200)["items"]
    assert {each["code"]: (each["price"], each["eligible"], each["why_not"]) for each in items} == {
        "latte": (30, True, None),
        "video": (10, True, None),
        "beans": (500, False, "points"),
        "spare": (1, False, "no-allotment"),
        "future": (20, False, "closed"),
    }
    latte = f"{OFFERS}/{made['latte']}"
    own = accepted(await brand.get(latte), 200)
    assert (own["name"], own["price"], own["eligible"], own["why_not"]) == (
        *("生椰拿铁", 30, None, None),
    )
    english = accepted(await brand.get(latte, lang="en", member=member), 200)
    assert (english["name"], english["terms_text"], english["eligible"]) == (
        *("Coconut latte", "One a day.", True),
    )
    assert accepted(await brand.get(latte, lang="zh"), 200) == own

    other = await add_party(operator, "teahouse", "supplier", category="drinks")
    await grants_all(other)
    await procure(brand, await publish(other, "tea", points=15))
    orders: tuple[dict[str, str], ...] = (
        *({}, {"sort": "new"}, {"sort": "price"}, {"all": "true"}, {"q": "A ticket"}),
    )
    for order in orders:
        assert await shown(brand, supplier="teahouse", **order) == ["tea"], order
        assert await shown(brand, supplier="nobody", **order) == [], order
    assert sorted(await shown(brand, supplier="cinema")) == ["beans", "latte", "video"]


async def test_what_cannot_be_asked_of_a_market(brand: Caller, member: str) -> None:
    refused(await brand.get(OFFERS, q="?"), 422, "search-invalid")
    refused(await brand.get(OFFERS, q="长" * 51), 400, "request-invalid")
    refused(await brand.get(OFFERS, category="No"), 400, "request-invalid")
    refused(await brand.get(OFFERS, kind="gift"), 400, "request-invalid")
    refused(await brand.get(OFFERS, sort="best"), 400, "request-invalid")
    refused(await brand.get(OFFERS, lang="fr"), 400, "request-invalid")
    refused(await brand.get(OFFERS, affordable="true"), 400, "request-invalid")
    refused(await brand.get(OFFERS, member="nobody"), 404, "member-not-found")
    refused(await brand.get(OFFERS, cursor="5", sort="price"), 400, "request-invalid")
    refused(await brand.get(OFFERS, cursor="5.5"), 400, "request-invalid")
    huge = "9" * 19
    refused(await brand.get(OFFERS, cursor=huge), 400, "request-invalid")
    refused(await brand.get(OFFERS, cursor=f"{huge}.1", sort="new"), 400, "request-invalid")
    refused(await brand.get(OFFERS, tier="gold"), 422, "query-parameter-unknown")
    for asked in ({"affordable": "true"}, {"covers_expiring": "true"}):
        found = await brand.get(OFFERS, member=member, all="true", **asked)
        refused(found, 400, "request-invalid")
    refused(await brand.get(f"{OFFERS}/1", member=member), 404, "offer-not-found")


async def test_a_page_goes_on_where_the_one_before_has_ended(
    brand: Caller, supplier: Caller
) -> None:
    """What is sold out or published in between moves no other offer."""
    await grants_all(supplier)
    made = [await publish(supplier, f"o{number}", points=20) for number in range(5)]
    for offer_id in made:
        await procure(brand, offer_id)
    for sort, order in (("price", sorted(made)), ("new", made[::-1])):
        first = accepted(await brand.get(OFFERS, sort=sort, limit=2), 200)
        assert [each["offer_id"] for each in first["items"]] == order[:2]
        path = f"/v1/offers/{order[0]}"
        accepted(await supplier.post(f"{path}/pause", {}), 200)
        rest = await brand.get(OFFERS, sort=sort, limit=9, cursor=first["next_cursor"])
        assert [each["offer_id"] for each in accepted(rest, 200)["items"]] == order[2:]
        accepted(await supplier.post(f"{path}/resume", {}), 200)
