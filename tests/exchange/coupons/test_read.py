"""Coupons as their brand reads them."""

from exchange.coupons.read import list_coupons
from tests.exchange.fixtures import World, active


async def test_coupons_are_found_by_member(world: World) -> None:
    ids = [(await active(world))[0] for _ in range(3)]
    async with world.database.transaction() as connection:
        page = await list_coupons(connection, world.programme, "ann", limit=2)
        rest = await list_coupons(connection, world.programme, "ann", after=ids[1], limit=2)
    assert [coupon.coupon_id for coupon in page + rest] == ids
