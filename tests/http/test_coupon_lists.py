"""Lists of coupons: their filters, their pages, and who sees what of them."""

import asyncpg

from tests.http.conftest import PROGRAMME, SECRET, Caller, accepted, refused, stock

LIST = f"{PROGRAMME}/coupons"


async def _follow(caller: Caller, path: str, **query: str | int) -> list[int]:
    """The coupons of all pages of two."""
    found: list[int] = []
    while True:
        page = accepted(await caller.get(path, limit=2, **query), 200)
        found += [each["coupon"] for each in page["items"]]
        if page["next_cursor"] is None:
            return found
        query["cursor"] = page["next_cursor"]


async def test_coupons_are_listed_and_counted_for_their_brand_and_their_supplier(  # noqa: PLR0917
    operator: Caller,
    brand: Caller,
    other_brand: Caller,
    supplier: Caller,
    member: str,
    database_url: str,
) -> None:
    endpoint = {"url": "http://127.0.0.1:9/x", "secret": SECRET}
    accepted(await operator.put("/v1/parties/cinema/endpoint", endpoint), 200)
    ticket = await stock(supplier, brand, code="ticket")
    film = await stock(supplier, brand, code="film", fulfilment="direct")
    path = f"{PROGRAMME}/rights"
    made = []
    for offer_id, holder in ((ticket, member), (ticket, "m-2002"), (film, member)):
        right = {"member": holder, "offer_id": offer_id, "free": True}
        if offer_id == film:
            right["account"] = "m1@cinema"
        made.append(accepted(await brand.post(path, right))["coupon"])
    first, second, held = made
    code = accepted(await brand.get(f"{LIST}/{second}"), 200)["code"]
    accepted(await supplier.post("/v1/coupons/use", {"code": code, "store": "Gate 1"}))

    newest = [held, second, first]
    page = accepted(await brand.get(LIST), 200)
    assert [each["coupon"] for each in page["items"]] == newest
    assert page["next_cursor"] is None
    assert await _follow(brand, LIST) == newest
    assert [
        (each["state"], each["member"], each["code_tail"], each["delivery"])
        for each in page["items"]
    ] == [
        ("HELD", member, None, "CREATED"),
        ("USED", "m-2002", code[-4:], None),
        ("ACTIVE", member, page["items"][2]["code_tail"], None),
    ]
    filters: tuple[tuple[dict[str, str | int], list[int]], ...] = (
        ({"state": "HELD"}, [held]),
        ({"state": "USED"}, [second]),
        ({"state": "ACTIVE"}, [first]),
        ({"state": "EXPIRED"}, []),
        ({"delivery": "CREATED"}, [held]),
        ({"member": member}, [held, first]),
        ({"member": member, "offer_id": ticket}, [first]),
        ({"offer_id": ticket}, [second, first]),
        ({"offer_id": ticket, "state": "USED"}, [second]),
        ({"supplier": "cinema"}, newest),
        ({"supplier": "nobody"}, []),
        ({"code_tail": code[-4:].lower()}, [second]),
        ({"code_tail": f"{code[-9:-4]} {code[-4:]}"}, [second]),
        ({"code_tail": code[-4:], "member": member}, []),
        ({"from": page["items"][1]["redeemed_at"]}, [held, second]),
        ({"until": page["items"][1]["redeemed_at"]}, [first]),
    )
    for query, expected in filters:
        assert await _follow(brand, LIST, **query) == expected, query
    summary = accepted(await brand.get(f"{LIST}/summary"), 200)
    counts = {each["state"]: each["coupons"] for each in summary["states"] if each["coupons"]}
    assert counts == {"HELD": 1, "USED": 1, "ACTIVE": 1}
    assert (summary["counted"], summary["is_complete"]) == (3, True)
    assert summary["oldest_at"] == page["items"][2]["redeemed_at"]
    of_film = accepted(await brand.get(f"{LIST}/summary", offer_id=film), 200)
    assert of_film["counted"] == 1

    # What has expired says so, whether the sweep has been there or not.
    owner = await asyncpg.connect(database_url)
    await owner.execute(
        "UPDATE exchange.coupon SET expires_on = '2017-02-01' WHERE coupon_id = $1", first
    )
    await owner.close()
    assert await _follow(brand, LIST, state="EXPIRED") == [first]
    assert await _follow(brand, LIST, state="ACTIVE") == []
    summary = accepted(await brand.get(f"{LIST}/summary"), 200)
    assert {"state": "EXPIRED", "coupons": 1} in summary["states"]

    theirs = accepted(await supplier.get("/v1/coupons"), 200)["items"]
    assert [each["coupon"] for each in theirs] == newest
    assert not {"member", "holder", "code"} & set(theirs[0])
    assert (theirs[1]["code_tail"], theirs[1]["used_store"]) == (code[-4:], "Gate 1")
    assert await _follow(supplier, "/v1/coupons") == newest
    assert await _follow(supplier, "/v1/coupons", offer_id=film) == [held]
    assert await _follow(supplier, "/v1/coupons", state="EXPIRED") == [first]
    assert await _follow(operator, "/v1/coupons", party="cinema", state="USED") == [second]

    seen = accepted(await operator.get(LIST, member="m-2002"), 200)["items"]
    assert [(each["member"], each["holder"]) for each in seen] == [("m•••2", "m•••2")]
    for address in (LIST, f"{LIST}/summary"):
        refused(await other_brand.get(address), 404, "programme-not-found")
        assert (await supplier.get(address)).status_code == 403
    assert (await brand.get("/v1/coupons")).status_code == 403
    for bad in ({"code_tail": "abc"}, {"from": "2017"}, {"cursor": "5"}, {"cursor": f"{9**19}.1"}):
        assert (await brand.get(LIST, **bad)).status_code == 400, bad
