"""Card codes go from the pool into the book and to one coupon each."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from exchange.codes.give import give_back_code, load_revealed
from exchange.codes.stock import DAYS_LEFT_MIN, FILL_CODES
from ledger.asks import Answer
from tests.exchange.codes.cards import open_cards
from tests.exchange.fixtures import PRICE, STOCK, World
from tests.exchange.give.acts import give_back, tried


async def test_a_code_is_given_with_its_right_the_first_to_die_first(world: World) -> None:
    cards = await open_cards(world)
    assert await cards.refused() == "codes-exhausted"
    today = datetime.now(UTC).date()
    later, sooner = today + timedelta(days=20), today + timedelta(days=10)
    await cards.send(1)
    await cards.send(1, expires_on=later)
    await cards.send(1, expires_on=sooner)
    await cards.send(2, expires_on=today + timedelta(days=DAYS_LEFT_MIN - 2))
    await world.issue("ann", 100)
    (paid,) = await world.redeem(world.request("ann", cards.offer))
    assert paid.detail is not None
    assert (paid.detail["state"], paid.detail["last_day"]) == ("ACTIVE", sooner.isoformat())
    assert await world.spendable("ann") == (100 - PRICE, 0)
    first = paid.detail["coupon"]
    second, third = await cards.give(), await cards.give("bob")
    days = [(await world.coupon(each)).last_day for each in (first, second)]
    assert days == [sooner, later]
    assert await cards.refused() == "codes-exhausted"
    assert await world.stock(cards.offer) == STOCK - 3
    assert await cards.in_pool() == 2
    given = await cards.rows(
        "SELECT coupon_id, counts_as_used, reveal_until FROM exchange.card_code ORDER BY coupon_id"
    )
    assert [tuple(row) for row in given] == [
        (first, "delivery", sooner),
        (second, "delivery", later),
        (third, "delivery", (await world.coupon(third)).last_day),
    ]
    assert await cards.defects() == []
    # What the first request of a key was refused for, it is told again.
    (again,) = await world.redeem(world.request("ann", cards.offer, key="short", free=True))
    assert again.refusal is not None
    await cards.send(1)
    (again,) = await world.redeem(world.request("ann", cards.offer, key="short", free=True))
    assert again.refusal is not None
    await cards.give()


async def test_a_batch_gets_as_many_codes_as_there_are(world: World) -> None:
    cards = await open_cards(world)
    await cards.send(3)
    *answers, own = await world.redeem(
        *(world.request(f"m{n}", cards.offer, free=True) for n in range(5)),
        world.request("ann", world.own, free=True),
    )
    assert own.accepted
    assert told(answers) == {"accepted": 3, "codes-exhausted": 2}
    # Where the stock is what ends, that is said.
    await world.scalar(
        "UPDATE catalog.allotment SET returned = remaining - 2, remaining = 2"
        " WHERE offer_id = :offer RETURNING 1",
        offer=cards.offer.offer_id,
    )
    await cards.send(9)
    answers = await world.redeem(*(world.request("ann", cards.offer, free=True) for n in range(4)))
    assert told(answers) == {"accepted": 2, "allotment-exhausted": 2}
    assert await cards.defects() == []


def told(answers: Sequence[Answer]) -> Counter[str]:
    """How many were answered in which way. Members' lanes are served in any order."""
    return Counter(each.refusal["code"] if each.refusal else "accepted" for each in answers)


async def test_a_book_has_what_its_stock_may_need_and_no_more(world: World) -> None:
    cards = await open_cards(world)
    await cards.send(STOCK + 50)
    await cards.give()
    assert await cards.in_book() == FILL_CODES - 1
    await cards.work()
    assert await cards.in_book() == STOCK - 1
    assert await cards.in_pool() == 50
    # The brand gives stock back: its codes are for others again.
    await world.scalar(
        "UPDATE catalog.allotment SET returned = returned + 900, remaining = remaining - 900"
        " WHERE offer_id = :offer RETURNING 1",
        offer=cards.offer.offer_id,
    )
    await cards.work()
    assert (await cards.in_book(), await cards.in_pool()) == (STOCK - 901, 950)
    assert await cards.defects() == []


async def test_a_code_that_nobody_saw_goes_back_with_its_coupon(world: World) -> None:
    cards = await open_cards(world, return_within_days=7)
    await cards.send(2)
    seen, unseen = await cards.give(), await cards.give("bob")
    await cards.reveal(seen)
    book_id = world.programme.book_id
    async with world.database.transaction() as connection:
        assert set(await load_revealed(connection, book_id, [seen, unseen])) == {seen}
        assert await give_back_code(connection, book_id, [seen]) == set()
    assert await tried(give_back(world, seen)) == "not-returnable revealed"
    assert (await give_back(world, unseen))["state"] == "RETURNED"
    assert await cards.defects() == []
    shown = await cards.show(seen)
    taken = await cards.give("carl")
    await cards.reveal(taken)
    assert (await cards.show(taken)).number != shown.number
    assert await cards.refused() == "codes-exhausted"
