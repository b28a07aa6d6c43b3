"""What is changed in what members have earned is found, by the check meant for it."""

from datetime import UTC, datetime

from exchange.audit import verify_earnings
from exchange.audit.earnings import CHECKS
from exchange.earning.birthdays import give_birthday_gifts
from exchange.earning.product_codes import add_product_batch, add_product_codes
from tests.exchange.earning.test_earn import add_rule, code_of, earn, told
from tests.exchange.earning.test_gifts import born, plan
from tests.exchange.fixtures import World
from tests.tampering import missed

PAID = "every event that has earned"
SPENT = "a budget has spent"
OVER = "no rule has given more"
CODES = "product codes have given"
COUNTED = "a batch counts"
BIRTHDAY = "a birthday gift is"

TAMPERINGS: list[tuple[str, str]] = [
    (PAID, "UPDATE exchange.earned SET points = points + 1 WHERE rule = 'in'"),
    (PAID, "UPDATE exchange.earned SET member = 'bob' WHERE rule = 'in'"),
    (PAID, "UPDATE exchange.earned SET key = 'another' WHERE rule = 'in'"),
    (SPENT, "UPDATE exchange.earning_budget SET points = points - 1 WHERE period = ''"),
    (SPENT, "DELETE FROM exchange.earning_budget WHERE period <> ''"),
    (SPENT, "DELETE FROM exchange.earned WHERE rule = 'share'"),
    (OVER, "UPDATE exchange.earning_budget SET points = points + 100"),
    (CODES, "UPDATE exchange.product_code SET points = 1 WHERE points IS NOT NULL"),
    (CODES, "DELETE FROM exchange.earned WHERE rule = 'cola'"),
    (COUNTED, "DELETE FROM exchange.product_code WHERE earned_at IS NULL"),
    (BIRTHDAY, "UPDATE exchange.birthday_gift SET coupon_id = coupon_id + 1"),
    (BIRTHDAY, "UPDATE exchange.coupon SET free = false"),
]


async def _history(world: World) -> None:
    """A little of everything: rules with and without a budget, codes, a birthday."""
    book_id = world.programme.book_id
    await add_rule(world, "in", "sign-in", 5, once_per="day")
    await add_rule(world, "share", "share", 7, budget_points_per_day=20, budget_points_total=20)
    await add_rule(world, "cola", "product-code", 8)
    async with world.database.transaction() as connection:
        await add_product_batch(connection, book_id, "spring", "Spring", "cola")
        codes = [code_of("COLA0001"), code_of("COLA0002")]
        await add_product_codes(connection, book_id, "spring", codes)
    events = [told(world, "ann", event) for event in ("sign-in", "share", "share", "share")]
    scan = told(world, "ann", "product-code", product_code=codes[0])
    assert await earn(world, *events, scan) == [
        "given 5",
        "given 7",
        "given 7",
        "budget",
        "given 8",
    ]
    await born(world, ann="03-10")
    await plan(world, birthday_offer_id=world.own.offer_id, birthday_hour=0)
    accounts = await world.fulfilment.data_keys.accounts()
    now = datetime(2027, 3, 10, 12, tzinfo=UTC)
    assert await give_birthday_gifts(world.ledger, world.programme, accounts, now) == 1


async def test_what_was_earned_is_sound_until_somebody_changes_it(
    world: World, database_url: str
) -> None:
    async with world.database.transaction() as connection:
        assert await verify_earnings(connection, world.programme) == []
    await _history(world)
    async with world.database.transaction() as connection:
        assert await verify_earnings(connection, world.programme) == []
    assert await missed(database_url, world.programme, CHECKS, TAMPERINGS) == []
    assert {name for name in CHECKS for each, _ in TAMPERINGS if name.startswith(each)} == {*CHECKS}
