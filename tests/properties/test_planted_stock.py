"""Defects planted in stock, prices of batches and limits: each is found by a test of theirs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy.exc import DBAPIError

from catalog.procurement import allotments, batches, returns
from exchange.fulfil import conclude
from exchange.redeem import companion, limits, low_stock, plan, quote
from ledger import Database, Refusal
from tests.catalog.procurement import test_allotments, test_returns
from tests.exchange.fixtures import World, open_world
from tests.exchange.redeem import test_batches, test_limits, test_low_stock
from tests.properties.planted import Defect, StatementDefect
from tests.races import test_procurement_race

WAIT_SECONDS = 30
SIGNS = (AssertionError, DBAPIError, Refusal, ExceptionGroup, TimeoutError, pytest.fail.Exception)

Planted = Defect | StatementDefect


async def _returned(world: World) -> None:
    await test_limits.test_what_was_returned_does_not_count(world, True)


async def _days(world: World) -> None:
    world.now = test_limits.NOON
    await test_limits.test_a_day_is_one_of_the_programme(world, True)


async def _one(world: World) -> None:
    await test_limits.test_one_who_wants_fifty_gets_what_one_may_have(world, True)


async def _merged(world: World) -> None:
    await world.issue("ann", 1)
    await test_limits.test_coupons_of_the_merged_count_for_the_one_who_goes_on(world, True)


async def _dearer(world: World) -> None:
    await test_batches.test_the_price_is_that_of_the_batch_that_is_taken(world, 5, 9)


async def _window(_: Database) -> None:
    test_allotments.test_a_batch_is_open_in_its_window()


async def _order(_: Database) -> None:
    test_allotments.test_the_batch_that_closes_first_goes_first_and_then_the_older()


async def _revised(database: Database) -> None:
    market = await test_procurement_race.open_market(database)
    await test_procurement_race.test_a_grant_that_waits_for_a_new_version_sees_its_total(market)


IN_WORLD: list[tuple[Planted, Callable[[World], Awaitable[None]]]] = [
    (
        Defect(
            "old batches cost what the offer costs now",
            quote,
            "price_of",
            "else batch.points",
            "else offer.points",
        ),
        test_batches.test_a_later_grant_reprices_nothing_that_was_there,
    ),
    (
        Defect(
            "the quote is the price", companion, "_price", "if operation", "if False and operation"
        ),
        _dearer,
    ),
    (
        Defect(
            "what comes back goes to another batch",
            conclude,
            "_store",
            "Counter((row.offer_id, row.allotment_no) for",
            "Counter((row.offer_id, 1) for",
        ),
        test_batches.test_what_a_supplier_fails_to_deliver_goes_back_to_its_batch,
    ),
    (
        Defect(
            "those whom the ledger refused take pieces from the others",
            plan,
            "plan",
            "bids[place].trial",
            "0",
        ),
        test_batches.test_one_request_is_served_from_several_batches_at_their_prices,
    ),
    (
        StatementDefect(
            "what was returned counts for the member",
            limits,
            "_OF_MEMBERS",
            "AND state <> 'RETURNED'",
            "",
        ),
        _returned,
    ),
    (
        Defect(
            "what was returned counts for the day", conclude, "_store", "if failed:", "if None:"
        ),
        _returned,
    ),
    (
        Defect(
            "a day is one of UTC",
            companion.RightsCompanion,
            "_keep_days",
            "self.time_zone",
            "'UTC'",
        ),
        _days,
    ),
    (
        StatementDefect(
            "a day counts without its limit",
            limits,
            "_COUNT",
            "least(locked.quantity, greatest(locked.maximum - l.taken, 0))",
            "locked.quantity",
        ),
        test_limits.test_the_last_piece_of_a_day_goes_to_one_of_those_who_wait,
    ),
    (
        Defect(
            "a batch is not counted as it goes", plan, "mark_over_limits", "counted.update", "str"
        ),
        _one,
    ),
    (
        StatementDefect(
            "low stock is told again and again",
            low_stock,
            "_MARK",
            "WHERE l.is_low <> excluded.is_low",
            "",
        ),
        test_low_stock.test_a_fall_is_told_once_and_again_after_a_rise,
    ),
    (
        Defect(
            "the merged begin anew",
            limits,
            "_load_members",
            "[*members, *former]",
            "[*members]",
        ),
        _merged,
    ),
]

IN_DATABASE: list[tuple[Planted, Callable[[Database], Awaitable[None]]]] = [
    (
        Defect(
            "stock is taken after its window",
            batches.Batch,
            "open_at",
            "at < self.window_until",
            "at",
        ),
        _window,
    ),
    (
        Defect(
            "the newest batch goes first",
            batches,
            "in_order",
            "batch.allotment_no)",
            "-batch.allotment_no)",
        ),
        _order,
    ),
    (
        StatementDefect(
            "a grant counts before it knows the newest total",
            allotments,
            "_LOCK_OFFER",
            "FOR NO KEY UPDATE",
            "",
        ),
        _revised,
    ),
    (
        StatementDefect(
            "a closed batch is sold", allotments, "_TAKE", "AND a.closed_at IS NULL", ""
        ),
        test_returns.test_nothing_is_taken_from_a_batch_that_is_closed,
    ),
    (
        StatementDefect(
            "brands together get more than there is",
            allotments,
            "_COUNT",
            "OR o.granted + :quantity <= v.quantity_max",
            "OR true",
        ),
        test_returns.test_unsold_pieces_go_back_and_others_may_have_them,
    ),
    (
        StatementDefect(
            "what is returned is not there for others",
            returns,
            "_UNCOUNT",
            "granted - :quantity",
            "granted",
        ),
        test_returns.test_unsold_pieces_go_back_and_others_may_have_them,
    ),
]


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


@pytest.mark.campaign
@pytest.mark.parametrize(("defect", "test"), IN_WORLD, ids=[each.name for each, _ in IN_WORLD])
async def test_a_defect_of_redeeming_stock_is_found(
    world: World,
    defect: Planted,
    test: Callable[[World], Awaitable[None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        async with asyncio.timeout(WAIT_SECONDS):
            await test(world)


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("defect", "test"), IN_DATABASE, ids=[each.name for each, _ in IN_DATABASE]
)
async def test_a_defect_of_granting_stock_is_found(
    database: Database,
    defect: Planted,
    test: Callable[[Database], Awaitable[None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        async with asyncio.timeout(WAIT_SECONDS):
            await test(database)


@pytest.mark.campaign
@pytest.mark.parametrize("test", list({test: None for _, test in IN_WORLD}))
async def test_without_a_defect_the_tests_pass(
    world: World, test: Callable[[World], Awaitable[None]]
) -> None:
    await test(world)
