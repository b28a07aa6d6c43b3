"""Card codes wanted by many, withdrawn, moved and shown at once: none is lost or given twice."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from catalog.codes import moving, withdraw_codes
from exchange.codes import (
    end_reveal_windows,
    rotate_codes,
    settle_recalls,
    stock,
)
from exchange.codes.give import give_back_code
from exchange.codes.stock import keep_codes
from exchange.coupons import CouponState
from exchange.coupons.accounts import Accounts
from exchange.fulfil import add_party_key, party_keys_of
from exchange.redeem import redeem_rights
from ledger import Database, Ledger, Refusal
from ledger.asks import Answer
from tests.exchange.codes.cards import Cards, open_cards
from tests.exchange.fixtures import World, open_world
from tests.races.waiting import until_it_waits

ROUNDS = 3
CAMPAIGN_ROUNDS = 200


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


async def test_one_code_that_many_want_goes_to_one(world: World) -> None:
    await many_want_one(world, await open_cards(world), 8)


async def many_want_one(world: World, cards: Cards, members: int) -> None:
    await cards.send(1)
    accounts = await world.fulfilment.data_keys.accounts()
    ledgers = [Ledger(world.database) for _ in range(members)]
    answers = await asyncio.gather(
        *(
            redeem(ledger, world, cards, f"m{place}", accounts)
            for place, ledger in enumerate(ledgers)
        )
    )
    codes = Counter(answer.refusal["code"] if answer.refusal else "" for answer in answers)
    assert codes == {"": 1, "codes-exhausted": members - 1}
    assert await cards.defects() == []


async def redeem(
    ledger: Ledger, world: World, cards: Cards, member: str, accounts: Accounts
) -> Answer:
    request = world.request(member, cards.offer, free=True)
    (answer,) = await redeem_rights(
        ledger, world.programme, world.brand, [request], world.now, accounts=accounts
    )
    return answer


async def test_a_code_is_shown_first_once_whoever_looks(world: World) -> None:
    cards = await open_cards(world)
    await cards.send(1)
    coupon_id = await cards.give()
    seen = await asyncio.gather(*(cards.reveal(coupon_id) for _ in range(8)))
    assert len({each.revealed_at for each in seen}) == 1
    assert {each.state for each in seen} == {CouponState.USED}
    assert (await world.coupon(coupon_id)).uses == 1
    assert await world.steps(coupon_id) == ["redeemed", "delivered", "revealed", "used"]
    assert await world.scalar("SELECT count(*) FROM ledger.outbox WHERE topic = 'coupon.used'") == 1


async def test_who_reveals_waits_for_who_gives_the_code_back(world: World) -> None:
    cards = await open_cards(world)
    await cards.send(1)
    coupon_id = await cards.give()
    book_id = world.programme.book_id
    async with world.database.transaction() as connection:
        await connection.execute(END, {"id": coupon_id})
        looks = asyncio.ensure_future(cards.reveal(coupon_id))
        await until_it_waits(world.database, looks)
        assert await give_back_code(connection, book_id, [coupon_id]) == {coupon_id}
    with pytest.raises(Refusal):
        await looks
    assert await cards.defects() == []


async def test_a_withdrawal_waits_for_who_is_taking_a_code(world: World) -> None:
    cards = await open_cards(world)
    await cards.send(2)
    async with world.database.transaction() as connection:
        moved = await stock.fill(
            connection, world.programme.book_id, cards.offer.offer_id, 1, world.now.date()
        )
        assert moved == 1
        withdraws = asyncio.ensure_future(withdraw(cards))
        await until_it_waits(world.database, withdraws)
    await withdraws
    assert (await cards.in_book(), await cards.in_pool()) == (0, 0)
    assert await cards.refused() == "codes-exhausted"


END = text(
    """
    WITH ended AS (
        UPDATE exchange.coupon SET state = 'DEACTIVATED'
        WHERE coupon_id = :id AND state = 'ACTIVE' RETURNING book_id, coupon_id
    )
    INSERT INTO exchange.receipt_step (book_id, coupon_id, step, occurred_at, recorded_at)
    SELECT book_id, coupon_id, 'deactivated', now(), now() FROM ended
    """
)
DIES = text("SELECT pg_terminate_backend(pg_backend_pid())")


async def test_a_move_that_dies_midway_has_moved_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = await open_cards(world)
    await cards.send(30)
    with monkeypatch.context() as patched:
        patched.setattr(stock, "_INSERT", DIES)
        with pytest.raises(DBAPIError):
            await keep_codes(world.database, world.programme)
    assert (await cards.in_book(), await cards.in_pool()) == (0, 30)
    await keep_codes(world.database, world.programme)
    assert (await cards.in_book(), await cards.in_pool()) == (30, 0)
    with monkeypatch.context() as patched:
        patched.setattr(moving, "_PUT_BACK", DIES)
        with pytest.raises(DBAPIError):
            await put(cards)
    assert (await cards.in_book(), await cards.in_pool()) == (30, 0)
    await put(cards)
    assert (await cards.in_book(), await cards.in_pool()) == (25, 5)
    assert await cards.defects() == []


async def put(cards: Cards) -> None:
    world = cards.world
    async with world.database.transaction() as connection:
        await stock.put_back(connection, world.programme.book_id, cards.offer.offer_id, 5)


async def withdraw(cards: Cards) -> None:
    world = cards.world
    async with world.database.transaction() as connection:
        await withdraw_codes(connection, cards.offer.offer_id, None)
    await settle_recalls(world.database, [world.programme])


async def rotate(world: World) -> None:
    add_key = partial(add_party_key, world.vault)
    await rotate_codes(world.database, party_keys_of(world.vault), add_key, world.supplier.party_id)


async def meet(world: World, seed: int) -> None:
    """One round: an offer of its own, and everybody at its codes in an order that chance draws."""
    chance = random.Random(seed)
    offer = await world.publish(world.key("card"), "card_code", kind="code")
    cards = Cards(world, offer)
    await cards.send(chance.randrange(4, 12))
    given = [await cards.give(f"early{n}") for n in range(3)]
    accounts = await world.fulfilment.data_keys.accounts()

    async def give_back(coupon_id: int) -> None:
        async with world.database.transaction() as connection:
            if (await connection.execute(END, {"id": coupon_id})).rowcount:
                await give_back_code(connection, world.programme.book_id, [coupon_id])

    async def look(coupon_id: int) -> None:
        try:
            await cards.reveal(coupon_id)
        except Refusal:
            return

    work = [
        *(redeem(Ledger(world.database), world, cards, f"m{n}", accounts) for n in range(6)),
        *(look(coupon_id) for coupon_id in given),
        *(give_back(coupon_id) for coupon_id in given),
        keep_codes(world.database, world.programme),
        keep_codes(world.database, world.programme),
        end_reveal_windows(world.database, world.programme),
        *([withdraw(cards)] if chance.random() < 0.5 else [cards.send(2)]),
        *([rotate(world)] if chance.random() < 0.3 else []),
    ]
    chance.shuffle(work)
    await asyncio.gather(*work)
    await settle_recalls(world.database, [world.programme])
    assert await cards.defects() == []
    await whole(cards)


COUNT = "SELECT count(*), count(sealed) FROM {} WHERE offer_id = :o"


async def whole(cards: Cards) -> None:
    """Every code is in one place, and can be read where it was shown."""
    offer_id = cards.offer.offer_id
    pool, book = [
        (await cards.rows(COUNT.format(each), o=offer_id))[0]
        for each in ("catalog.card_code", "exchange.card_code")
    ]
    withdrawn = await cards.world.scalar(
        "SELECT count(*) FROM catalog.card_code WHERE offer_id = :o AND withdrawn_at IS NOT NULL",
        o=offer_id,
    )
    assert pool[0] == pool[1] + book[0] + withdrawn
    shown = await cards.rows(
        "SELECT coupon_id FROM exchange.card_code WHERE offer_id = :o AND revealed_at IS NOT NULL",
        o=offer_id,
    )
    numbers = [(await cards.show(row.coupon_id)).number for row in shown]
    assert len(set(numbers)) == len(numbers)


async def test_everybody_at_the_codes_at_once_loses_none(world: World) -> None:
    for seed in range(ROUNDS):
        await meet(world, seed)


@pytest.mark.campaign
@pytest.mark.timeout(1_800)
async def test_everybody_at_the_codes_at_once_loses_none_ever(world: World) -> None:
    for seed in range(1_000, 1_000 + CAMPAIGN_ROUNDS):
        await meet(world, seed)
    for _ in range(CAMPAIGN_ROUNDS):
        offer = await world.publish(world.key("card"), "card_code", kind="code")
        await many_want_one(world, Cards(world, offer), 6)
