"""Rules and vetoes that are stated while members redeem, and two processes that must hear of them.

Each process has what it knows of the rules for itself. Here two engines stand for two processes.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from itertools import cycle

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import change_categories
from catalog.isolation import Side, add_rule, add_veto, end_rule, end_veto
from catalog.offers.read import OfferNotFound
from catalog.procurement.allotments import grant_allotment
from exchange.redeem import redeem_rights
from ledger import Database, Ledger, service_url
from ledger.asks import Answer
from tests.exchange.fixtures import START, World, open_world

ROUNDS = 60
ROUNDS_OF_CAMPAIGN = 400


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


@pytest.fixture
async def other(database_url: str, world: World) -> AsyncIterator[Ledger]:
    """The ledger of another process. It is opened after the world, so that both are there."""
    opened = await Database.open(service_url(database_url))
    try:
        yield Ledger(opened)
    finally:
        await opened.close()


class Change:
    """One way to close the supplier's offers to the brand, and to open them again."""

    def __init__(self, world: World, kind: str) -> None:
        self.world = world
        self.kind = kind
        self.rule_id = 0

    async def close(self, connection: AsyncConnection) -> None:
        brand, supplier = self.world.brand, self.world.supplier
        if self.kind == "rule":
            buyer, offering = Side(party=brand.code), Side(party=supplier.code)
            rule = await add_rule(connection, effect="deny", buyer=buyer, supplier=offering)
        elif self.kind == "veto":
            rule = await add_veto(connection, brand, against=Side(category="dining"), as_buyer=True)
        else:
            await change_categories(connection, brand, ["grocery", "dining"])
            return
        self.rule_id = rule.rule_id or 0

    async def open(self, connection: AsyncConnection) -> None:
        if self.kind == "rule":
            await end_rule(connection, self.rule_id)
        elif self.kind == "veto":
            await end_veto(connection, self.rule_id, self.world.brand)
        else:
            await change_categories(connection, self.world.brand, ["grocery"])


def _code(answer: Answer) -> object:
    return None if answer.refusal is None else answer.refusal["code"]


async def _race(world: World, other: Ledger, rounds: int) -> None:
    async with world.database.transaction() as connection:
        await grant_allotment(
            connection,
            world.programme.book_id,
            world.brand,
            world.own.offer_id,
            quantity=10 * rounds,
            window_from=START,
        )
    chance = random.Random(20)
    made = 0
    accounts = await world.fulfilment.data_keys.accounts()

    async def redeem(ledger: Ledger) -> Answer:
        request = world.request("ann", world.own, free=True)
        (answer,) = await redeem_rights(
            ledger, world.programme, world.brand, [request], accounts=accounts
        )
        assert answer.accepted or _code(answer) == OfferNotFound.code
        return answer

    async def change(step: str, changed: Change) -> None:
        await asyncio.sleep(chance.random() / 200)
        async with world.database.transaction() as connection:
            await getattr(changed, step)(connection)

    for _, kind in zip(range(rounds), cycle(("rule", "veto", "categories")), strict=False):
        changed = Change(world, kind)
        during = await asyncio.gather(redeem(world.ledger), redeem(other), change("close", changed))
        # The commit is visible now. Whoever looks from here on finds the offers closed.
        after = await asyncio.gather(redeem(world.ledger), redeem(other))
        assert not any(answer.accepted for answer in after), kind
        await change("open", changed)
        again = await asyncio.gather(redeem(world.ledger), redeem(other))
        assert all(answer.accepted for answer in again), kind
        made += sum(each.accepted for each in (*during[:2], *again))
    assert await world.scalar("SELECT count(*) FROM exchange.coupon") == made


async def test_no_coupon_is_made_once_a_rule_is_visible(world: World, other: Ledger) -> None:
    await _race(world, other, ROUNDS)


@pytest.mark.campaign
async def test_no_coupon_is_made_once_a_rule_is_visible_in_many_rounds(
    world: World, other: Ledger
) -> None:
    await _race(world, other, ROUNDS_OF_CAMPAIGN)


async def test_a_rule_that_is_committed_between_quote_and_look_is_heard(
    world: World, other: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The redemption is held after its quote, until the rule is committed by another process."""
    changed = Change(world, "rule")
    quoted, committed = asyncio.Event(), asyncio.Event()
    submit = world.ledger.submit

    async def held(*arguments: object, **named: object) -> object:
        quoted.set()
        await committed.wait()
        return await submit(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(world.ledger, "submit", held)
    redeeming = asyncio.create_task(world.redeem(world.request("ann", world.own, free=True)))
    await quoted.wait()
    async with other.database.transaction() as connection:
        await changed.close(connection)
    committed.set()
    (answer,) = await redeeming
    assert _code(answer) == OfferNotFound.code
    assert await world.scalar("SELECT count(*) FROM exchange.coupon") == 0
