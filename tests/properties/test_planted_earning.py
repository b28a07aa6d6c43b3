"""Defects planted in what members earn: each is found by a test of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from exchange.earning import birthdays, companion, decide, friends, known, product_codes, staff
from exchange.redeem import free_rights
from ledger import Database, Refusal
from tests.exchange.earning import test_earn, test_gifts
from tests.exchange.fixtures import World, open_world
from tests.properties.planted import Defect, StatementDefect

pytestmark = pytest.mark.campaign

WAIT_SECONDS = 60
SIGNS = (
    *(AssertionError, DBAPIError, Refusal, ExceptionGroup, TimeoutError),
    *(asyncpg.SerializationError, pytest.fail.Exception),
)

Planted = Defect | StatementDefect
Test = Callable[[World], Awaitable[None]]


async def _leap(_: World) -> None:
    test_gifts.test_a_leap_day_is_kept_each_year()


DEFECTS: list[tuple[Planted, Test]] = [
    (
        StatementDefect(
            "a budget is not looked at when it is spent",
            companion,
            "_SPEND",
            "AND b.points + locked.points <= locked.maximum",
            "",
        ),
        test_earn.test_eight_at_once,
    ),
    (
        Defect(
            "what is left of a budget is given in part",
            decide,
            "judge_event",
            "spent + points > budget",
            "spent >= budget",
        ),
        test_earn.test_a_budget_gives_all_of_an_event_or_nothing,
    ),
    (
        Defect(
            "the cap of one rule leads to the next",
            decide,
            "choose_rule",
            "(-rule.points, rule.rule)",
            "(rule.points, rule.rule)",
        ),
        test_earn.test_the_best_rule_for_the_member_speaks,
    ),
    (
        Defect(
            "a batch does not see what it has given itself",
            companion,
            "_judge",
            "round_.count()",
            "None",
        ),
        test_earn.test_once_a_day_a_subject_and_ever,
    ),
    (
        Defect(
            "who was merged begins anew",
            known,
            "_names",
            "for former in heirs",
            "for former in ()",
        ),
        test_earn.test_once_a_day_a_subject_and_ever,
    ),
    (
        StatementDefect(
            "a product code is not locked",
            product_codes,
            "_LOCK",
            "ORDER BY c.digest FOR NO KEY UPDATE",
            "ORDER BY c.digest",
        ),
        test_earn.test_eight_at_once,
    ),
    (
        Defect(
            "whoever has been there for long is a new friend",
            friends,
            "load_friends",
            "is_new and inviter not in past.names",
            "inviter not in past.names",
        ),
        test_earn.test_an_invite_earns_for_a_new_friend_once,
    ),
    (
        Defect(
            "a leap day comes every four years",
            birthdays,
            "birthdays_of",
            "not isleap(day.year)",
            "isleap(day.year)",
        ),
        _leap,
    ),
    (
        StatementDefect(
            "free rights count for ever",
            free_rights,
            "_GIVEN",
            "AND c.redeemed_at <= wanted.at",
            "OR c.free AND c.redeemed_at <= wanted.at",
        ),
        test_gifts.test_a_member_gets_so_many_free_rights_in_a_week,
    ),
    (
        StatementDefect(
            "a reversed use still earns",
            staff,
            "_EARNED",
            "AND natural_key = :natural_key",
            "AND natural_key = :natural_key AND false",
        ),
        test_gifts.test_staff_earn_by_uses_and_lose_what_is_reversed,
    ),
]


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


@pytest.mark.parametrize(("defect", "test"), DEFECTS, ids=[each.name for each, _ in DEFECTS])
async def test_a_defect_of_earning_is_found(
    world: World, defect: Planted, test: Test, monkeypatch: pytest.MonkeyPatch
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        async with asyncio.timeout(WAIT_SECONDS):
            await test(world)


@pytest.mark.parametrize("test", list({test: None for _, test in DEFECTS}))
async def test_without_a_defect_the_tests_pass(world: World, test: Test) -> None:
    await test(world)
