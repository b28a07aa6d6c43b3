"""A running service, and what the clients of docs/how-to/clients.md find there."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.http.conftest import Caller, accepted, add_party, offer
from tests.http.test_end_to_end import Process, process  # a fixture

__all__ = ["process"]

OFFERS = 3


@dataclass(frozen=True, slots=True)
class World:
    """Where the service is, and the keys of its callers, as the page names them."""

    url: str
    environment: dict[str, str]


@pytest.fixture
async def world(process: Process) -> AsyncIterator[World]:
    async with httpx2.AsyncClient(base_url=process.url, trust_env=False, timeout=60) as http:
        operator = Caller(http, process.operator_key)
        brand = await add_party(operator, "tea-club", "brand", category="drinks")
        accepted(await brand.post("/v1/programmes", {"code": "tea-club", "name": "Tea club"}))
        supplier = await add_party(operator, "cinema", "supplier", category="leisure")
        for number in range(OFFERS):
            accepted(await supplier.post("/v1/offers", offer(f"tasting-{number}")))
        named = {"SERVICE_URL": process.url, "OPERATOR_KEY": process.operator_key}
        named |= {"BRAND_KEY": brand.key, "SUPPLIER_KEY": supplier.key}
        kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        yield World(process.url, {**kept, **named, "NO_PROXY": "*"})


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    found = tmp_path / "client"
    found.mkdir()
    return found
