"""The part of the journey on pictures of offers."""

from http import HTTPStatus
from typing import Any

from tests.http.conftest import Caller, accepted

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 6">'
    b'<title>Tea</title><rect width="8" height="6" fill="#0a7"/></svg>'
)
SVG_HEADERS = {"Content-Type": "image/svg+xml"}


async def use_pictures(supplier: Caller) -> Any:
    """Keep a picture, show it, remove it, and keep it again. Returns what is kept."""
    kept = accepted(await supplier.post("/v1/pictures", content=SVG, headers=SVG_HEADERS))
    assert (await supplier.get(kept["address"])).content == SVG
    assert (await supplier.delete(kept["address"])).status_code == HTTPStatus.NO_CONTENT
    return accepted(await supplier.post("/v1/pictures", content=SVG, headers=SVG_HEADERS))
