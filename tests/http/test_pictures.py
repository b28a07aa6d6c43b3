"""Pictures of offers over HTTP: kept once, shown to anyone, and removed by whose they are."""

from dataclasses import replace

import pytest

from catalog.pictures import stored
from catalog.pictures.content import PICTURE_BYTES_MAX
from tests.http.conftest import PROGRAMME, Caller, accepted, add_party, offer, refused, stock
from tests.http.journey_pictures import SVG, SVG_HEADERS, use_pictures

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 20


async def test_a_picture_is_kept_shown_to_anyone_and_removed_by_its_owner(
    operator: Caller, brand: Caller, supplier: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = await use_pictures(supplier)
    assert kept["address"] == f"/v1/pictures/{kept['picture']}"
    # The address goes with the offer to the market, and stands in its version.
    wanted = offer(code="latte", images=[kept["address"], "https://example.com/latte.png"])
    assert accepted(await supplier.post("/v1/offers", wanted))["images"] == wanted["images"]
    offer_id = await stock(supplier, brand, code="tea", images=[kept["address"]])
    seen = accepted(await brand.get(f"{PROGRAMME}/offers/{offer_id}"), 200)
    assert seen["images"] == [kept["address"]]
    for wrong in ("/v1/pictures/1", "/v1/offers", f"{kept['address']}/..", "http://example.com/a"):
        refused(
            await supplier.post("/v1/offers", offer(code="bad", images=[wrong])),
            400,
            "request-invalid",
        )
    # No key is needed. What is opened as a page can do nothing.
    shown = await supplier.http.get(kept["address"])
    assert (shown.status_code, shown.content) == (200, SVG)
    assert shown.headers["content-type"] == "image/svg+xml"
    assert shown.headers["x-content-type-options"] == "nosniff"
    policy = shown.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    # The bytes say what it is, whatever the header says.
    png = accepted(await supplier.post("/v1/pictures", content=PNG, headers=SVG_HEADERS))
    assert png["media_type"] == "image/png"
    assert (await supplier.get(png["address"])).headers["content-type"] == "image/png"
    await _is_refused(supplier, kept["address"])
    # Only whose it is, and the operator, remove one.
    other = await add_party(operator, "bakery", "supplier", category="food.bread")
    refused(await other.delete(png["address"]), 404, "picture-not-found")
    refused(await brand.delete(png["address"]), 403, "role-required")
    assert (await operator.delete(png["address"])).status_code == 204
    refused(await supplier.get(png["address"]), 404, "picture-not-found")
    monkeypatch.setattr(stored, "PICTURES_PER_PARTY_MAX", 1)
    refused(
        await supplier.post("/v1/pictures", content=PNG, headers=SVG_HEADERS),
        409,
        "too-many-pictures",
    )


async def _is_refused(supplier: Caller, address: str) -> None:
    """What is no picture is not kept."""
    script = SVG.replace(b"<rect", b"<script>alert(1)</script><rect")
    for content in (script, b"GIF89a", SVG + b" " * PICTURE_BYTES_MAX):
        sent = await supplier.post("/v1/pictures", content=content, headers=SVG_HEADERS)
        refused(sent, 422, "picture-invalid")
    sent = await supplier.post("/v1/pictures", content=SVG, headers={"Content-Type": "text/html"})
    refused(sent, 415, "unsupported-media-type")
    refused(
        await replace(supplier, key="none").post("/v1/pictures", content=SVG),
        401,
        "unauthenticated",
    )
    refused(await supplier.get(address[:-1]), 404, "picture-not-found")
    refused(await supplier.get(f"{address[:-1]}x"), 404, "picture-not-found")
