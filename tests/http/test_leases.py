"""Leases over HTTP: the signed text, what a till tells, what is at stake, and who sees it."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.http.conftest import PROGRAMME, Caller, accepted, add_party, refused
from tests.http.journey_leases import leased, token_of


async def test_a_lease_from_the_till_to_the_list_of_conflicts(
    operator: Caller, supplier: Caller, brand: Caller
) -> None:
    lease, coupons = await leased(supplier, brand, 3, quota=2)
    path = f"/v1/leases/{lease['lease_id']}"
    assert (lease["exposure"], lease["exposure_minor"], lease["bearer"]) == (2, 200, "shop")
    await _verify(lease, supplier)
    tokens = [await token_of(brand, coupon) for coupon in coupons]
    code = accepted(await brand.get(f"{PROGRAMME}/coupons/{coupons[0]}"), 200)["code"]
    accepted(await supplier.post("/v1/coupons/use", {"code": code}))

    def told(*numbers: int) -> Any:
        at = datetime.now(UTC).isoformat()
        return {
            "uses": [
                {"key": f"use-{each}", "token": tokens[each], "occurred_at": at} for each in numbers
            ]
        }

    body = told(0, 1, 2)
    sent = await supplier.post(f"{path}/uses", body, key=None)
    first, second, third = accepted(sent, 200)["answers"]
    assert (first["outcome"], first["borne_by"], first["use"]) == ("conflict", "shop", None)
    assert first["fault"]["type"].endswith("coupon-already-used")
    assert (second["status"], second["outcome"], second["use"]) == ("recorded", "used", 1)
    assert third["problem"]["type"].endswith("lease-quota-used")
    again = await supplier.post(f"{path}/uses", body, key=None)
    assert accepted(again, 200)["answers"][:2] == [first, second]
    assert again.headers["Idempotency-Replays"] == "2"
    listed = accepted(await operator.get(f"{path}/uses", state="CONFLICT"), 200)["items"]
    assert [(each["number"], each["coupon"], each["borne_by"]) for each in listed] == [
        (1, coupons[0], "shop")
    ]

    stranger = await add_party(operator, "hotel", "supplier", category="travel")
    refused(await stranger.get(path), 404, "lease-not-found")
    refused(await stranger.post(f"{path}/uses", told(1), key=None), 404, "lease-not-found")
    assert accepted(await stranger.get("/v1/leases"), 200)["items"] == []
    till = {"label": "Till", "scopes": ["coupons", "read"], "shop": "attic"}
    key = accepted(await supplier.post("/v1/keys", till))["key"]
    attic = Caller(supplier.http, key)
    refused(await attic.get(path), 404, "lease-not-found")
    again_body = {"shop": "basement", "offers": lease["offers"], "quota": 1, "hours": 1}
    refused(await attic.post("/v1/leases", again_body), 403, "shop-mismatch")
    other = accepted(await supplier.post("/v1/leases", again_body | {"quota": 500}))
    found = accepted(await supplier.get("/v1/leases/exposure"), 200)["currencies"]
    assert found == [{"currency": "CNY", "leases": 2, "exposure": 500, "exposure_minor": 50_000}]
    accepted(await supplier.post(f"/v1/leases/{other['lease_id']}/close", {}), 200)
    closed = accepted(await supplier.post(f"{path}/close", {}), 200)
    assert closed["closed_at"] is not None
    assert accepted(await supplier.get("/v1/leases/exposure"), 200)["currencies"] == []


async def _verify(lease: Any, supplier: Caller) -> None:
    """Read the signed text as a till does."""
    kind, said, signature = lease["signed"].split(".")
    (key,) = accepted(await supplier.get("/v1/keys/exchange"), 200)["keys"]
    public = Ed25519PublicKey.from_public_bytes(_bytes(key["x"]))
    public.verify(_bytes(signature), f"{kind}.{said}".encode())
    begins, ends, tell = (
        int(datetime.fromisoformat(lease[name]).timestamp())
        for name in ("valid_from", "valid_until", "upload_until")
    )
    assert (kind, json.loads(_bytes(said))) == (
        "cl1",
        [int(key["kid"]), lease["lease_id"], "cinema", "basement", lease["offers"], 2, begins, ends,
         tell, "shop"],
    )  # fmt: skip
    assert (ends - begins, tell - ends) == (8 * 3_600, 72 * 3_600)


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
