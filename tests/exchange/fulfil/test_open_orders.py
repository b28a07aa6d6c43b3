"""Open orders by supplier and state: counted from what is open, never from all that ever were."""

import pytest

from exchange.coupons.lifecycle import OrderState
from exchange.fulfil import count_open_orders, open_orders
from tests.exchange.fixtures import World
from tests.exchange.supplier_server import Behaviour


async def counted(world: World) -> dict[tuple[int, OrderState], int]:
    async with world.database.transaction() as connection:
        found = await count_open_orders(connection)
    assert len({(each.supplier_id, each.state) for each in found}) == len(found)
    return {(each.supplier_id, each.state): each.count for each in found}


async def test_open_orders_are_counted_by_supplier_and_state(world: World) -> None:
    supplier = world.supplier.party_id
    await world.issue("ann", 100)
    assert await counted(world) == {}
    for _ in range(2):
        await world.redeem_one("ann")
    assert await counted(world) == {(supplier, OrderState.CREATED): 2}
    world.server.behaviour = Behaviour.ACCEPT
    await world.submit()
    assert await counted(world) == {(supplier, OrderState.PROCESSING): 2}
    await world.redeem_one("ann")
    world.server.behaviour = Behaviour.SUCCEED
    await world.submit()
    assert await counted(world) == {(supplier, OrderState.PROCESSING): 2}


async def test_only_so_many_are_looked_at(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_orders, "COUNTED_MAX", 1)
    await world.issue("ann", 100)
    for _ in range(2):
        await world.redeem_one("ann")
    assert await counted(world) == {(world.supplier.party_id, OrderState.CREATED): 1}
