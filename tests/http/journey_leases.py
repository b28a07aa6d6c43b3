"""The parts of the journey that are about tills without a connection."""

from datetime import UTC, datetime
from typing import Any

from tests.http.conftest import PROGRAMME, Caller, accepted, stock

SHOP = {"code": "basement", "name": "Basement"}


async def token_of(brand: Caller, coupon: int) -> str:
    """The token that the member of a coupon would show now."""
    path = f"{PROGRAMME}/coupons/{coupon}/token"
    return str(accepted(await brand.get(path), 200)["token"])


async def leased(
    supplier: Caller, brand: Caller, count: int, **changes: Any
) -> tuple[Any, list[int]]:
    """A lease of a till for an offer, and coupons of it."""
    offer_id = await stock(supplier, brand, quantity=count, code="snack")
    accepted(await supplier.post("/v1/shops", SHOP))
    body = {"shop": "basement", "offers": [offer_id], "quota": 50, "hours": 8, **changes}
    lease = accepted(await supplier.post("/v1/leases", body))
    coupons = []
    for number in range(count):
        right = {"member": f"m-200{number}", "offer_id": offer_id, "free": True}
        answer = await brand.post(f"{PROGRAMME}/rights", right)
        coupons.append(int(accepted(answer)["coupon"]))
    return lease, coupons


async def use_leases(supplier: Caller, brand: Caller) -> None:
    """Use every operation on leases. The supplier is `cinema`."""
    lease, (coupon,) = await leased(supplier, brand, 1)
    path = f"/v1/leases/{lease['lease_id']}"
    use = {
        "key": "till-7-0001",
        "token": await token_of(brand, coupon),
        "occurred_at": datetime.now(UTC).isoformat(),
        "reference": "receipt 4711",
    }
    told = accepted(await supplier.post(f"{path}/uses", {"uses": [use]}, key=None), 200)
    assert told["answers"][0]["outcome"] == "used", told
    accepted(await supplier.get("/v1/leases"), 200)
    accepted(await supplier.get("/v1/leases/exposure"), 200)
    accepted(await supplier.get(path), 200)
    accepted(await supplier.get(f"{path}/uses", state="USED"), 200)
    accepted(await supplier.post(f"{path}/close", {}), 200)
