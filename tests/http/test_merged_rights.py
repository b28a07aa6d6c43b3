"""Coupons and receipts of members that were merged into others."""

from tests.http.conftest import PROGRAMME, Caller, accepted, refused, stock
from tests.http.points import issue


async def test_coupons_follow_their_member_through_merges(brand: Caller, supplier: Caller) -> None:
    offer_id = await stock(supplier, brand)
    coupons = {}
    for member in ("first", "old", "new", "else"):
        await issue(brand, member, 50)
        right = {"member": member, "offer_id": offer_id}
        coupons[member] = accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"]
    for old, new in (("first", "old"), ("old", "new")):
        accepted(await brand.post(f"{PROGRAMME}/merge", {"member": old, "into_member": new}))

    async def listed(member: str, **page: str | int) -> list[tuple[int, str, str | None]]:
        path = f"{PROGRAMME}/members/{member}/coupons"
        items = accepted(await brand.get(path, **page), 200)["items"]
        return [(each["coupon"], each["member"], each["merged_into"]) for each in items]

    of_first = (coupons["first"], "first", "new")
    of_old = (coupons["old"], "old", "new")
    of_new = (coupons["new"], "new", None)
    assert await listed("new") == [of_first, of_old, of_new]
    assert await listed("new", cursor=coupons["first"], limit=1) == [of_old]
    assert await listed("old") == [of_first, of_old]
    assert await listed("first") == [of_first]
    assert await listed("else") == [(coupons["else"], "else", None)]
    assert await listed("nobody") == []
    refused(await brand.get(f"{PROGRAMME}/members/{'m' * 201}/coupons"), 404, "member-not-found")

    receipt = accepted(await brand.get(f"{PROGRAMME}/coupons/{coupons['first']}"), 200)
    assert (receipt["member"], receipt["merged_into"]) == ("first", "new")
    used = await supplier.post("/v1/coupons/use", {"code": receipt["code"], "store": "s"})
    assert accepted(used)["state"] == "USED"
    right = {"member": "old", "offer_id": offer_id, "free": True}
    problem = refused(await brand.post(f"{PROGRAMME}/rights", right), 409, "member-merged")
    assert problem["into"] == "new"
