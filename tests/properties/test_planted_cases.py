"""Defects in cases, decisions and breakers, each planted and found by the test meant for it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from exchange.cases import open as opened
from exchange.cases import rulings, stuck
from exchange.fulfil import breaker, callback, conclude, disputes
from exchange.resolve import accept, decide
from ledger import Database
from tests.exchange.cases import test_resolve
from tests.exchange.fixtures import World, open_world
from tests.exchange.fulfil import test_breaker
from tests.properties.planted import Defect, StatementDefect
from tests.properties.test_planted import SIGNS, WAIT_SECONDS
from tests.races import test_case_race

Planted = Defect | StatementDefect
InWorld = Callable[[World], Awaitable[None]]


async def _breaker_opens(_: World) -> None:
    test_breaker.test_silence_in_a_row_or_of_half_the_calls_opens_it()


async def _breaker_closes(_: World) -> None:
    test_breaker.test_a_rest_doubles_to_the_longest_and_three_answers_end_it()


async def _used_and_given_back(world: World) -> None:
    await test_resolve.test_a_delivered_right_is_given_back_as_goodwill(
        world, "delivery", free=False
    )


async def _reinstated(world: World) -> None:
    await test_resolve.test_a_late_success_is_reinstated_if_the_member_pays(world, "use")


IN_WORLD: list[tuple[Planted, InWorld]] = [
    (
        Defect(
            "a late word leaves no trace",
            callback,
            "receive_callback",
            "if state is not word.state:",
            "if False:",
        ),
        test_resolve.test_a_late_success_is_seen_and_accepted,
    ),
    (
        StatementDefect(
            "what was decided is asked again",
            opened,
            "_OPEN",
            "WHERE :again OR NOT EXISTS",
            "WHERE true OR :again OR NOT EXISTS",
        ),
        test_resolve.test_a_late_success_is_seen_and_accepted,
    ),
    (
        StatementDefect(
            "a claim that is accepted counts as no use",
            accept,
            "_COUNT",
            "uses = uses + 1",
            "uses = uses",
        ),
        test_resolve.test_a_late_success_is_seen_and_accepted,
    ),
    (
        Defect(
            "a member need not consent",
            decide,
            "require_complete",
            "not asked.member",
            "False and not asked.member",
        ),
        _reinstated,
    ),
    (
        StatementDefect(
            "delivery is no use",
            conclude,
            "_STORE",
            "WHEN c.counts_as_used = 'delivery' THEN 'USED'",
            "WHEN c.counts_as_used = 'nothing' THEN 'USED'",
        ),
        _used_and_given_back,
    ),
    (
        Defect(
            "a delivery is not billed", conclude, "_store", "if row.used_at is not None", "if False"
        ),
        _used_and_given_back,
    ),
    (
        Defect(
            "an end that a person decided is named by the order",
            conclude.Conclusion,
            "operation",
            "if self.ruling is None else self.ruling.number",
            "if True else self.ruling.number",
        ),
        test_resolve.test_what_is_open_too_long_is_decided_by_a_person,
    ),
    (
        Defect("a decided case is decided again", rulings, "lock_case", '== "OPEN"', '!= ""'),
        test_case_race.test_of_two_decisions_the_second_finds_the_case_decided,
    ),
    (
        StatementDefect(
            "an order is late before its promised time",
            stuck,
            "_LATE",
            "<= :now",
            "<= :now + interval '2 days'",
        ),
        test_resolve.test_what_is_open_too_long_is_decided_by_a_person,
    ),
    (
        Defect(
            "a part is a success",
            disputes,
            "disputed_by",
            "if outcome is Outcome.PARTIAL:",
            "if False:",
        ),
        test_resolve.test_parts_and_contradictions_are_seen,
    ),
    (
        Defect("half the calls may be silent", breaker, "next", "or is_half", "or False"),
        _breaker_opens,
    ),
    (
        Defect("one answer closes it", breaker, "_answered", ">= PROBES", ">= 1"),
        _breaker_closes,
    ),
]


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened_world:
        yield opened_world


@pytest.mark.campaign
@pytest.mark.parametrize(("defect", "test"), IN_WORLD, ids=[each.name for each, _ in IN_WORLD])
async def test_a_defect_in_cases_is_found(
    world: World, defect: Planted, test: InWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        async with asyncio.timeout(WAIT_SECONDS):
            await test(world)
