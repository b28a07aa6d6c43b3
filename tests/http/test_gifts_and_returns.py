"""Rights that are given back, given on and withdrawn, over HTTP."""

from exchange.give.withdraw import withdraw_coupons
from ledger import Database, Ledger
from tests.http.conftest import PROGRAMME, Caller, accepted, refused, stock
from tests.http.points import balance, issue

RIGHTS, CLAIM = f"{PROGRAMME}/rights", f"{PROGRAMME}/gifts/claim"


async def redeem(brand: Caller, offer_id: int, member: str = "ann", *, free: bool = False) -> str:
    """A right of the member. Returns the address of its coupon."""
    right = {"member": member, "offer_id": offer_id, "free": free}
    coupon = accepted(await brand.post(RIGHTS, right))["coupon"]
    return f"{PROGRAMME}/coupons/{coupon}"


async def test_an_unused_right_is_given_back(
    brand: Caller, other_brand: Caller, supplier: Caller
) -> None:
    offer_id = await stock(supplier, brand, quantity=1, return_within_days=7)
    await issue(brand, "ann", 50)
    path = await redeem(brand, offer_id)
    # The general reversal leaves rights alone, and sold out is told by a hint for a moment.
    gone = {"member": "ann", "offer_id": offer_id}
    for _ in range(2):
        refused(await brand.post(RIGHTS, gone), 409, "allotment-exhausted")
    back = {"reason": "bought by mistake"}
    refused(await other_brand.post(f"{path}/return", back), 404, "programme-not-found")
    refused(await supplier.post(f"{path}/return", back), 403, "scope-required")
    refused(await brand.post(f"{path}/return", {}), 400, "request-invalid")
    first = await brand.post(f"{path}/return", back, key="back")
    told = accepted(first, 200)
    assert (told["state"], told["points_back"], told["balance"]) == ("RETURNED", 20, 50)
    assert [lot["points"] for lot in told["lots"]] == [20]
    again = await brand.post(f"{path}/return", back, key="back")
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    other = {"reason": "another reason"}
    refused(await brand.post(f"{path}/return", other, key="back"), 422, "idempotency-key-reused")
    refused(await brand.post(f"{path}/return", back), 409, "coupon-not-active")
    receipt = accepted(await brand.get(path), 200)
    assert receipt["code"] is None
    assert receipt["steps"][-1]["step"] == "given-back"
    assert receipt["steps"][-1]["detail"] == {**back, "points_back": 20}
    # The piece is there again, at once.
    path = await redeem(brand, offer_id)
    assert (await balance(brand, "ann"))["spendable"] == 30
    code = accepted(await brand.get(path), 200)["code"]
    accepted(await supplier.post("/v1/coupons/use", {"code": code}))
    refused(await brand.post(f"{path}/return", back), 409, "coupon-already-used")
    plain = await stock(supplier, brand, code="plain")
    path = await redeem(brand, plain, free=True)
    problem = refused(await brand.post(f"{path}/return", back), 409, "not-returnable")
    assert problem["reason"] == "rule"
    refused(await brand.post(f"{PROGRAMME}/coupons/99/return", back), 404, "coupon-not-found")


async def test_a_gift_is_shown_once_and_taken_once(
    brand: Caller, supplier: Caller, operator: Caller
) -> None:
    offer_id = await stock(supplier, brand, gift_hops=1)
    path = await redeem(brand, offer_id, free=True)
    code = accepted(await brand.get(path), 200)["code"]
    given = {"from_member": "ann", "hours": 72, "note": "Enjoy"}
    refused(await brand.post(f"{path}/gift", {**given, "hours": 73}), 400, "request-invalid")
    own = {**given, "to_member": "ann"}
    refused(await brand.post(f"{path}/gift", own), 409, "member-is-giver")
    gift = accepted(await brand.post(f"{path}/gift", given, key="gift"))
    assert gift["gift"].startswith("cg1.")
    assert gift["already_shown"] is False
    again = accepted(await brand.post(f"{path}/gift", given, key="gift"))
    assert again == {**gift, "gift": None, "already_shown": True}
    assert accepted(await brand.get(path), 200)["state"] == "GIFTING"
    for body in ({"gift": "cg1.wrong", "member": "bob"}, {"gift": "?", "member": "bob"}):
        refused(await brand.post(CLAIM, body), 409, "gift-gone")
    refused(
        await brand.post(CLAIM, {"gift": gift["gift"], "member": "ann"}), 409, "member-is-giver"
    )
    claim = {"gift": gift["gift"], "member": "bob", "new_member": True}
    taken = accepted(await brand.post(CLAIM, claim, key="claim"), 200)
    assert (taken["member"], taken["note"], taken["counted_new"]) == ("bob", "Enjoy", True)
    assert accepted(await brand.post(CLAIM, claim, key="claim"), 200) == taken
    refused(await brand.post(CLAIM, claim), 409, "gift-gone")
    refused(await brand.post(f"{path}/gift/cancel", {}), 409, "gift-gone")
    shown = accepted(await brand.get(path), 200)
    assert (shown["member"], shown["holder"], shown["code"]) == ("ann", "bob", taken["code"])
    wallets = [
        accepted(await brand.get(f"{PROGRAMME}/members/{each}/coupons", state="ACTIVE"), 200)
        for each in ("ann", "bob")
    ]
    assert [len(each["items"]) for each in wallets] == [0, 1]
    refused(await supplier.post("/v1/coupons/use", {"code": code}), 404, "coupon-not-found")
    accepted(await supplier.post("/v1/coupons/use", {"code": taken["code"]}))
    coupon = f"coupon:{taken['coupon']}"
    log = accepted(await operator.get("/v1/audit-log", object=coupon), 200)["items"]
    assert {each["action"] for each in log} >= {"gift_coupon", "claim_gift"}


async def test_the_operator_withdraws_one_coupon_or_all_of_an_offer(
    brand: Caller, supplier: Caller, operator: Caller, database: Database
) -> None:
    offer_id = await stock(supplier, brand, gift_hops=1)
    await issue(brand, "ann", 100)
    paths = [await redeem(brand, offer_id, free=free) for free in (False, False, True, True)]
    gift = accepted(await brand.post(f"{paths[3]}/gift", {"from_member": "ann"}))["gift"]
    recalled = {
        "programme": "grocer",
        "coupon": int(paths[0].rpartition("/")[2]),
        "reason": "stolen",
        "points": "keep",
    }
    refused(await brand.post("/v1/coupons/deactivate", recalled), 403, "scope-required")
    told = accepted(await operator.post("/v1/coupons/deactivate", recalled, key="d"), 200)
    assert told == {"coupon": recalled["coupon"], "state": "DEACTIVATED", "points_back": 0}
    assert accepted(await operator.post("/v1/coupons/deactivate", recalled, key="d"), 200) == told
    refused(await operator.post("/v1/coupons/deactivate", recalled), 409, "coupon-not-active")
    body = {"reason": "The cinema has burnt down.", "coupons": "withdraw"}
    accepted(await operator.post(f"/v1/offers/{offer_id}/deactivate", body), 200)
    refused(
        await brand.post(RIGHTS, {"member": "ann", "offer_id": offer_id}), 409, "offer-not-listed"
    )
    ledger = Ledger(database)
    assert await withdraw_coupons(ledger) == 3
    assert await withdraw_coupons(ledger) == 0
    for path in paths:
        shown = accepted(await brand.get(path), 200)
        assert (shown["state"], shown["code"]) == ("DEACTIVATED", None)
        assert shown["steps"][-1]["step"] == "deactivated"
    assert (await balance(brand, "ann"))["spendable"] == 80
    refused(await brand.post(CLAIM, {"gift": gift, "member": "bob"}), 409, "gift-gone")
