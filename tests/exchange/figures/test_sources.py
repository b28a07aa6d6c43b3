"""What other wings know reaches the figures: gifts, cases, new members, the kit, swaps."""

from datetime import timedelta

from catalog import Party
from catalog.stages import add_check, end_check, take_check
from exchange.cases import Reader, complain
from exchange.figures import (
    Scope,
    Steps,
    SupplierCard,
    Window,
    count_steps,
    figures_of,
    supplier_card,
)
from ledger import Database
from ledger.book import programme_day
from tests.exchange.fixtures import World, active
from tests.exchange.give.acts import claim, give
from tests.exchange.swaps.pair import CUP_MINOR, open_pair


def window_of(world: World) -> Window:
    today = programme_day(world.now, world.programme.time_zone)
    return Window(today, today + timedelta(days=1), world.now + timedelta(minutes=1))


async def counted(world: World, by: str = "offer") -> dict[str, Steps]:
    scope = Scope([world.programme])
    async with world.database.transaction() as connection:
        return await count_steps(connection, scope, by, window_of(world))  # type: ignore[arg-type]


async def test_second_hands_count_for_nobody_twice(world: World) -> None:
    """Ann's two coupons go on to Bob and Cleo, and one of them to Dan: one redeemer, one user."""
    offer = await world.publish("tea", gift_hops=2)
    one, two = [await world.redeem_one("ann", offer, free=True) for _ in range(2)]
    await claim(world, await give(world, one), "bob", is_new=True)
    await claim(world, await give(world, one, "bob"), "dan", is_new=True)
    await claim(world, await give(world, two), "cleo")
    for coupon_id in (one, two):
        assert (await world.use((await world.coupon(coupon_id)).code)).accepted
    steps = (await counted(world))[str(offer.offer_id)]
    assert (steps.redeemed, steps.redeemers, steps.delivered) == (2, 1, 2)
    assert (steps.uses, steps.used, steps.users) == (2, 2, 1)
    assert (await counted(world, "shop"))[""].users == 1
    assert steps.new_members is not None
    # Of Cleo nothing was said, and Bob has used nothing.
    assert (steps.new_members.said, steps.new_members.new) == (1, 1)


async def test_cases_and_new_users_are_counted_once_each(world: World) -> None:
    coupons = [await active(world) for _ in range(4)]
    assert (await counted(world))[str(world.own.offer_id)].new_members is None
    for (_, code), said in zip(coupons, (True, True, False, None), strict=True):
        assert (await world.use(code, new_member=said)).accepted
    for reason in ("not there", "still not there"):
        async with world.database.transaction() as connection:
            book_id = world.programme.book_id
            await complain(connection, book_id, coupons[0][0], reason, Reader())
    for by in ("offer", "supplier", "brand", "channel"):
        (steps,) = (await counted(world, by)).values()
        figures = figures_of(steps, by)
        told = {
            name: (figures[name].numerator, figures[name].denominator)
            for name in ("complaint", "case", "contradiction", "new_members_reported")
        }
        assert told == {
            "complaint": (1, 4),
            "case": (1, 4),
            "contradiction": (0, 4),
            "new_members_reported": (1, 3),
        }
        assert figures["new_members_measured"].rate is None
        assert figures["new_members_measured"].note
    assert (await world.reverse(coupons[0][1])).accepted
    (steps,) = (await counted(world)).values()
    assert steps.new_members is not None
    assert (steps.new_members.said, steps.new_members.new) == (2, 0)


async def test_a_scorecard_knows_the_kit_and_the_swaps(database: Database) -> None:
    async with open_pair(database) as pair:
        today = pair.now.date()
        window = Window(today, today + timedelta(days=1), pair.now)
        scope = Scope([pair.tea.programme, pair.films.programme])

        async def card(party: Party) -> tuple[SupplierCard, set[str]]:
            async with database.transaction() as connection:
                found = await supplier_card(connection, party, scope, window)
            return found, set(found.notes)

        before, notes = await card(pair.tea.party)
        assert (before.kit_age_days, before.swap_balance_minor, before.swap_currency) == (None,) * 3
        assert notes == {"kit_age_days", "swap_balance_minor"}
        assert before.figures["complaint"].denominator == 0
        await pair.agreed()
        cups = await pair.take(pair.films, pair.tea.offer, 2)
        await pair.use(pair.tea, cups)
        for passed in (True, False):
            async with database.transaction() as connection:
                await add_check(connection, pair.tea.party.party_id, {})
                taken = await take_check(connection)
                assert taken is not None
                report = {"passed": passed, "digest": "d"}
                assert await end_check(connection, taken[0].check_id, taken[1], report)
        after, notes = await card(pair.tea.party)
        assert (after.kit_age_days, after.swap_balance_minor) == (0, 2 * CUP_MINOR)
        assert (after.swap_currency, notes) == ("CNY", set())
        owing, _ = await card(pair.films.party)
        assert (owing.kit_age_days, owing.swap_balance_minor) == (None, -2 * CUP_MINOR)
        await pair.agreed(currency="USD")
        mixed, notes = await card(pair.tea.party)
        assert (mixed.swap_balance_minor, mixed.swap_currency) == (None, None)
        assert notes == {"swap_balance_minor"}
