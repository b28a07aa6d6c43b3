"""Earning over HTTP: rules, events, product codes and gifts."""

from typing import Any

from tests.http.conftest import PROGRAMME, Caller, accepted, refused


async def test_x(brand: Caller, supplier: Caller, operator: Caller) -> None:
    rule = {
        "rule": "sign-in",
        "event": "sign-in",
        "label": "Daily sign-in",
        "points": 5,
        "once_per": "day",
        "valid_from": "2017-01-01T00:00:00Z",
    }
    made: Any = accepted(await brand.post(f"{PROGRAMME}/earning-rules", rule))
    print(made)
    refused(await brand.post(f"{PROGRAMME}/earning-rules", rule), 409, "earning-rule-exists")
    print(accepted(await brand.post(f"{PROGRAMME}/events", {"event": "sign-in", "member": "ann"})))
    print(accepted(await brand.post(f"{PROGRAMME}/events", {"event": "sign-in", "member": "ann"})))
