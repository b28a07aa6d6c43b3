"""Defects planted in delivery: a hostile supplier's log shows each of them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from exchange.fulfil import conclude, supplier, verdict
from ledger import Database
from tests.exchange.fixtures import World, open_world
from tests.exchange.hostile.test_hostile import play
from tests.properties.planted import Defect, StatementDefect

ORDERS = 600
SEED = 3
WAIT_SECONDS = 120

PLANTED: list[Defect | StatementDefect] = [
    Defect(
        "silence proves failure",
        verdict,
        "decide_delivery",
        "OrderState.UNKNOWN, retry_at(since, now, policy)",
        "OrderState.FAILED, None",
    ),
    Defect(
        "a 404 about another order counts",
        supplier,
        "_read",
        'document.get("request_number") == request_number',
        "True",
    ),
    Defect(
        "an order is gone because its supplier denies what it took",
        verdict,
        "decide_delivery",
        "order.state is OrderState.PROCESSING",
        "False",
    ),
    Defect(
        "any signature will do", supplier, "require_signature", "not any(matches)", "not matches"
    ),
    Defect(
        "a callback never grows old",
        supplier,
        "require_signature",
        "> SIGNATURE_TOLERANCE_SECONDS",
        "> 10**9",
    ),
    Defect(
        "the points of a failure are spent",
        conclude.Conclusion,
        "operation",
        "self.state is OrderState.SUCCESS",
        "self.state",
    ),
    StatementDefect(
        "the last word counts",
        conclude,
        "_STORE",
        "AND o.state NOT IN ('SUCCESS', 'FAILED')",
        "",
    ),
]


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


@pytest.mark.campaign
@pytest.mark.timeout(WAIT_SECONDS + 60)
@pytest.mark.parametrize("defect", PLANTED, ids=[each.name for each in PLANTED])
async def test_a_defect_of_delivery_is_found(
    world: World, defect: Defect | StatementDefect, monkeypatch: pytest.MonkeyPatch
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises((AssertionError, ExceptionGroup, TimeoutError)):
        async with asyncio.timeout(WAIT_SECONDS):
            await play(world, ORDERS, SEED)


@pytest.mark.campaign
async def test_without_a_defect_nothing_is_found(world: World) -> None:
    await play(world, ORDERS, SEED)
