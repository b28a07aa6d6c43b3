"""The part of the journey that is about lists and overviews, and what is changed beside them."""

from tests.http.conftest import PROGRAMME, Caller, accepted


async def change_names_and_rules(operator: Caller, brand: Caller) -> None:
    """Use every operation on names and rules, and have uses rated again."""
    code = accepted(await brand.get("/v1/parties/self"), 200)["code"]
    accepted(await operator.put(f"/v1/parties/{code}/name", {"name": "Grocer of the town"}), 200)
    held = accepted(await brand.get(PROGRAMME), 200)
    rules = {"name": held["name"], "unit": "seeds", "caps": held["caps"]}
    accepted(await brand.put(f"{PROGRAMME}/rules", rules), 200)
    later = {"since": "2099-01-01", "expiry": {"kind": "months", "count": 24}}
    accepted(await brand.post(f"{PROGRAMME}/rules", later))
    accepted(await operator.post("/v1/rejected-uses/retry"), 200)


async def use_reads(operator: Caller, brand: Caller, supplier: Caller) -> None:
    """Ask for every list and overview."""
    await change_names_and_rules(operator, brand)
    code = accepted(await brand.get("/v1/parties/self"), 200)["code"]
    accepted(await brand.get(f"/v1/parties/{code}"), 200)
    accepted(await brand.get(f"{PROGRAMME}/rules"), 200)
    accepted(await brand.get(f"{PROGRAMME}/members", prefix="m-", limit=2), 200)
    hold = {"member": "m-1001", "points": 1}
    accepted(await brand.post(f"{PROGRAMME}/issue", hold, key="issue-9"))
    accepted(await brand.post(f"{PROGRAMME}/hold", hold, key="hold-9"))
    accepted(await brand.get(f"{PROGRAMME}/members/m-1001/holds", limit=1), 200)
    accepted(await brand.get(f"{PROGRAMME}/coupons", state="USED", limit=2), 200)
    coupons = accepted(await brand.get(f"{PROGRAMME}/coupons"), 200)["items"]
    accepted(await brand.get(f"{PROGRAMME}/coupons/{coupons[0]['coupon']}/lines"), 200)
    accepted(await brand.get(f"{PROGRAMME}/coupons/summary"), 200)
    accepted(await brand.get(f"{PROGRAMME}/overview", months=2), 200)
    accepted(await brand.get(f"{PROGRAMME}/today"), 200)
    accepted(await brand.get(f"{PROGRAMME}/burn-down"), 200)
    accepted(await supplier.get("/v1/coupons", limit=2), 200)
    accepted(await supplier.get("/v1/coupons/uses", limit=2), 200)
    accepted(await supplier.get("/v1/parties/cinema/deliveries"), 200)
    for path in ("/v1/status", "/v1/rejected-uses"):
        accepted(await operator.get(path), 200)
