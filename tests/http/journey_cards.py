"""The parts of the journey that are about contracts and rate cards."""

from typing import Any

from tests.http.conftest import Caller, accepted

SHARE: dict[str, Any] = {
    "home_party": "grocer",
    "valid_from": "2117-01-01",
    "card": {
        "currency": "CNY",
        "legs": [
            {"leg": "coupon_cost", "payer": "home", "payee": "supplier", "model": "percent",
             "basis": "order", "rate": "0.033", "missing": "zero", "max_minor": "2000"},
            {"leg": "platform_fee", "payer": "home", "payee": "operator", "model": "graduated",
             "tiers": [{"to": 1000, "rate": "10"}, {"to": None, "rate": "8"}]},
        ],
    },
}  # fmt: skip


async def set_cards(operator: Caller, brand: Caller) -> None:
    """Write two cards, publish one and end it; read what there is."""
    first, second = [
        accepted(await operator.post("/v1/rate-cards", SHARE))["card_id"] for _ in range(2)
    ]
    made = accepted(
        await operator.post(f"/v1/rate-cards/{first}/publish", {"accept_late": False}), 200
    )
    accepted(await operator.post(f"/v1/rate-cards/{second}/withdraw", {}), 200)
    accepted(await brand.get("/v1/rate-cards"), 200)
    accepted(await brand.get(f"/v1/rate-cards/{first}"), 200)
    accepted(await brand.get("/v1/contracts"), 200)
    ends = {"on": "2118-01-01"}
    accepted(await operator.post(f"/v1/contracts/{made['contract_id']}/end", ends), 200)
