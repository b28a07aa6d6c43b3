"""A member is merged while it redeems a right, on real connections."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from exchange.audit import verify_rights
from exchange.coupons import list_coupons
from exchange.redeem import redeem_rights
from ledger import Database, Ledger
from ledger.asks import Merge
from ledger.audit import verify_book
from tests.exchange.fixtures import PRICE, World, open_world


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


async def test_a_right_is_redeemed_before_the_merge_or_refused(world: World) -> None:
    """Both lock the old member's lane, so that one of them sees what the other has done."""
    merging = Ledger(world.database)
    accounts = await world.fulfilment.data_keys.accounts()
    for number in range(12):
        old, new = f"old{number}", f"new{number}"
        for member in (old, new):
            await world.issue(member, PRICE)
        request = world.request(old, world.own)
        rights, merged = await asyncio.gather(
            redeem_rights(
                *(world.ledger, world.programme, world.brand, [request], world.now),
                accounts=accounts,
            ),
            merging.submit(world.programme, [Merge(key=old, member=old, into_member=new)]),
        )
        assert merged[0].accepted
        async with world.database.transaction() as connection:
            found = await list_coupons(connection, world.programme, new, limit=10)
        if rights[0].accepted:
            assert [coupon.member for coupon in found] == [old]
            assert await world.spendable(new) == (PRICE, 0)
        else:
            assert rights[0].refusal is not None
            assert rights[0].refusal["into"] == new
            assert found == []
            assert await world.spendable(new) == (2 * PRICE, 0)
    async with world.database.transaction() as connection:
        assert await verify_book(connection, world.programme) == []
        assert await verify_rights(connection, world.programme) == []
