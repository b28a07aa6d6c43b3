"""How long the exchange waits for a supplier: as long as its policy and the documentation say."""

from dataclasses import replace
from pathlib import Path

import httpx2

from exchange.coupons import CouponState
from exchange.coupons.lifecycle import OrderState
from exchange.fulfil import Fulfilment, SupplierClient
from exchange.fulfil.verdict import DeliveryPolicy
from tests.exchange.fixtures import POLICY, World, held

GUIDE = Path(__file__).parents[3] / "docs/how-to/supply.md"
SCALE = 10
"""The policy of these tests allows a tenth of the time."""


async def submit(world: World, client_seconds: float) -> None:
    """Send with a tenth of the policy's patience, by a client with limits of its own."""
    patience = DeliveryPolicy().request_timeout_seconds / SCALE
    policy = replace(POLICY, request_timeout_seconds=patience)
    async with httpx2.AsyncClient(timeout=client_seconds, trust_env=False) as http:
        fulfilment = Fulfilment(
            world.ledger, SupplierClient(http), world.vault, "http://comity.test", policy
        )
        assert await fulfilment.submit_orders(world.now) == 1


async def test_a_supplier_that_answers_after_nine_tenths_of_the_time_is_heard(
    world: World,
) -> None:
    world.server.delay_seconds = 9 / SCALE
    coupon_id = await held(world)
    await submit(world, client_seconds=5 / SCALE)
    assert (await world.coupon(coupon_id)).state is CouponState.ACTIVE


async def test_a_supplier_that_answers_later_is_asked(world: World) -> None:
    world.server.delay_seconds = 12 / SCALE
    coupon_id = await held(world)
    await submit(world, client_seconds=60)
    assert (await world.coupon(coupon_id)).delivery is OrderState.UNKNOWN


def test_the_guide_tells_the_policys_figures() -> None:
    policy, guide = DeliveryPolicy(), GUIDE.read_text(encoding="utf-8")
    assert f"a timeout ({policy.request_timeout_seconds:.0f} seconds)" in guide
    assert f"first after {policy.retry_seconds_min:.0f} seconds" in guide
