"""Defects planted in the kit, the stages and the canary: each is found by a test of theirs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy.exc import DBAPIError, NoResultFound

from catalog.stages import stage, stages
from exchange.canary import judge, stats, suspend
from exchange.conformance import judge as kit
from exchange.conformance.sandbox import Sandbox
from exchange.fulfil import rounds
from exchange.redeem import canary
from ledger import Database
from tests.catalog.stages import test_stage
from tests.exchange.canary import test_canary, test_judge
from tests.exchange.conformance import bad_suppliers, test_kit
from tests.exchange.fixtures import World, open_world
from tests.properties.planted import Defect, StatementDefect
from tests.races import test_stage_race

WAIT_SECONDS = 30
SIGNS = (
    *(AssertionError, DBAPIError, ExceptionGroup, NoResultFound, TimeoutError, ValueError),
    pytest.fail.Exception,
)

Planted = Defect | StatementDefect
Finder = Callable[[World], Awaitable[None]]

pytestmark = pytest.mark.campaign


async def _bounds(_: World) -> None:
    test_judge.test_the_share_itself_neither_promotes_nor_suspends()


async def _pace(_: World) -> None:
    test_judge.test_one_that_is_slow_or_of_unknown_pace_is_not_promoted()


async def _share(_: World) -> None:
    test_stage.test_a_share_has_its_share_of_the_members_and_growing_it_turns_nobody_out()


async def _agree(world: World) -> None:
    for member in test_canary.MEMBERS:
        await world.issue(member, 1_000)
    await test_canary.test_market_quotes_and_redemptions_agree_on_who_is_in_it(
        world, test_canary.MEMBERS
    )


async def _room(world: World) -> None:
    for member in test_canary.MEMBERS:
        await world.issue(member, 1_000)
    await test_canary.test_no_more_on_a_day_and_no_more_open_than_may_be(world, test_canary.MEMBERS)


async def _raced(world: World) -> None:
    for member in range(8):
        await world.issue(f"m-{member}", 1_000)
    await test_stage_race.test_a_redemption_waits_for_a_suspension_and_is_refused(world)


async def _open(world: World) -> None:
    for member in range(8):
        await world.issue(f"m-{member}", 1_000)
    await test_stage_race.test_the_last_open_order_has_one_taker(world)


def _found(supplier: type[Sandbox], case: int, said: str) -> Finder:
    async def find(_: World) -> None:
        await test_kit.test_each_fault_is_found_and_named(supplier, case, said)

    return find


DEFECTS: list[tuple[Planted, Finder]] = [
    (
        Defect(
            "promoted on the share itself",
            judge,
            "judge",
            "interval.high <= limit",
            "stats.failed <= limit * stats.ended",
        ),
        _bounds,
    ),
    (
        Defect(
            "suspended on the share itself",
            judge,
            "judge",
            "interval.low > limit",
            "stats.failed > limit * stats.ended",
        ),
        _bounds,
    ),
    (Defect("slow ones are promoted", judge, "judge", "and is_quick", ""), _pace),
    (
        StatementDefect(
            "mistakes of members count",
            stats,
            "_STATS",
            "AS failed",
            "+ count(*) FILTER (WHERE starts_with(reason, 'account:')) AS failed",
        ),
        test_canary.test_the_round_suspends_and_opens_by_itself_only_what_it_may,
    ),
    (
        Defect("the share is ignored", stage, "why_not_served", "< share", "< 10_000"),
        _agree,
    ),
    (
        Defect("the bucket is a few", stage, "bucket_of", "% SHARE_PERMYRIAD_MAX", "% 7"),
        _share,
    ),
    (
        StatementDefect(
            "a canary that has ended is still counted",
            stages,
            "_COUNT",
            "AND s.stage = 'CANARY'",
            "",
        ),
        _raced,
    ),
    (
        Defect(
            "nobody waits for the others' open orders",
            canary,
            "count_canaries",
            "left is not None and left < orders[supplier_id]",
            "False",
        ),
        _open,
    ),
    (
        Defect(
            "own codes are orders",
            canary,
            "_is_order",
            'bid.offer.fulfilment == "direct"',
            "True",
        ),
        _room,
    ),
    (
        Defect(
            "what was accepted may go missing",
            rounds,
            "_contradicts",
            "return is_absent and",
            "return False and",
        ),
        test_canary.test_a_contradiction_suspends_at_once_and_only_who_was_staged,
    ),
    (
        StatementDefect(
            "a changed endpoint stays in the canary",
            stages,
            "_TO_CHECKED",
            "IN ('CANARY', 'OPEN')",
            "IN ('OPEN')",
        ),
        test_canary.test_another_address_or_secret_meets_nobody_until_it_is_checked,
    ),
    (
        Defect(
            "nobody hears of a suspension",
            suspend,
            "suspend_supplier",
            'await note(connection, SUSPENSION, "stage", [party.code])',
            "pass",
        ),
        test_canary.test_a_contradiction_suspends_at_once_and_only_who_was_staged,
    ),
    (
        Defect("two ends are one", kit, "_one_end", "len(story.ends) > 1", "False"),
        _found(bad_suppliers.SucceedsAfterFailure, 3, "both SUCCESS and FAILED"),
    ),
    (
        Defect("two deliveries are one", kit, "_one_end", "len(story.references) > 1", "False"),
        _found(bad_suppliers.DeliversAgain, 4, "delivered more than once"),
    ),
    (
        Defect("what is taken is refused", kit, "judge_foreign", "not reply.is_refused", "False"),
        _found(bad_suppliers.TakesAnything, 12, "was taken"),
    ),
    (
        Defect(
            "a callback once is enough", kit, "judge_sent_again", "came <= refusals", "came < 1"
        ),
        _found(bad_suppliers.CallsOnce, 10, "until you get a 200"),
    ),
]


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


@pytest.mark.parametrize(
    ("defect", "find"), DEFECTS, ids=[defect.name.replace(" ", "-") for defect, _ in DEFECTS]
)
async def test_a_planted_defect_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, defect: Planted, find: Finder
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        async with asyncio.timeout(WAIT_SECONDS):
            await find(world)
