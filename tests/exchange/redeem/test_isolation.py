"""When a redemption is judged: now, or at its own instant if it is imported."""

from datetime import UTC, datetime, timedelta

from catalog.isolation import Side, add_rule
from catalog.offers.read import OfferNotFound
from ledger.asks import Answer
from tests.exchange.fixtures import STOCK, World

DAY = timedelta(days=1)


def is_isolated(answer: Answer) -> bool:
    return answer.refusal is not None and answer.refusal["code"] == OfferNotFound.code


async def deny(world: World, since: datetime | None, until: datetime | None) -> None:
    async with world.database.transaction() as connection:
        await add_rule(
            connection,
            effect="deny",
            buyer=Side(party=world.brand.code),
            supplier=Side(party=world.supplier.code),
            since=since,
            until=until,
        )


async def test_stock_that_was_procured_before_a_rule_is_kept_and_not_redeemed(
    world: World,
) -> None:
    await deny(world, None, None)
    (answer,) = await world.redeem(world.request("ann", world.own, free=True))
    assert is_isolated(answer)
    assert await world.stock(world.own) == STOCK


async def test_an_imported_redemption_is_judged_at_its_own_instant(world: World) -> None:
    now = datetime.now(UTC)
    await deny(world, now - 20 * DAY, now - 10 * DAY)
    await deny(world, now - DAY, None)

    async def redeem(at: datetime | None) -> Answer:
        request = world.request("ann", world.own, free=True, occurred_at=at)
        (answer,) = await world.redeem(request)
        return answer

    for at, isolated in (
        (now - 21 * DAY, False),
        (now - 20 * DAY, True),
        (now - 11 * DAY, True),
        (now - 10 * DAY, False),
        (now - 2 * DAY, False),
        (now - DAY, True),
        (None, True),
    ):
        answer = await redeem(at)
        assert answer.accepted == (not isolated), at
        assert is_isolated(answer) == isolated
