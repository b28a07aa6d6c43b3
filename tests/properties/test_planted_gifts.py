"""Defects planted in returns, gifts and withdrawals: each is found by a test of theirs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy.exc import SQLAlchemyError

from exchange.coupons import lifecycle
from exchange.give import claims, endings, gifts, held, judge, withdraw
from exchange.redeem import sold_out
from ledger import Database, Refusal
from tests.exchange.fixtures import World, open_world
from tests.exchange.give import test_gifts, test_returns, test_withdraw
from tests.exchange.redeem import test_sold_out
from tests.properties.planted import Defect, StatementDefect
from tests.races import test_give_race

WAIT_SECONDS = 30
SIGNS = (
    AssertionError,
    SQLAlchemyError,
    Refusal,
    ExceptionGroup,
    TimeoutError,
    pytest.fail.Exception,
)

Planted = Defect | StatementDefect
Test = Callable[[World, str, pytest.MonkeyPatch], Awaitable[None]]


def of_world(test: Callable[[World], Awaitable[None]]) -> Test:
    async def tested(world: World, _: str, __: pytest.MonkeyPatch) -> None:
        await test(world)

    tested.__name__ = test.__name__
    return tested


async def eight_friends(world: World, _: str, __: pytest.MonkeyPatch) -> None:
    await test_give_race.test_of_eight_friends_one_has_the_gift(world, 5)


async def a_use_first(world: World, _: str, __: pytest.MonkeyPatch) -> None:
    await test_give_race.test_who_wants_a_coupon_waits_for_its_use(world, "return")


async def pages(world: World, _: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(withdraw, "PAGE_COUPONS_MAX", 2)
    monkeypatch.setattr(withdraw, "PAGE_LOOKED_AT_MAX", 3)
    await test_withdraw.test_a_worker_goes_on_where_another_died(world, monkeypatch)


async def hints(world: World, redis_url: str, _: pytest.MonkeyPatch) -> None:
    async with test_sold_out.hints(redis_url) as opened:
        await test_sold_out.test_a_hint_passes_over_keys_that_have_an_answer(world, opened)


hand_to_hand = of_world(test_gifts.test_a_gift_goes_from_hand_to_hand_with_a_new_code_each_time)
one_answer = of_world(test_gifts.test_who_may_not_have_a_gift_hears_one_answer)
lapses = of_world(test_gifts.test_a_gift_lapses_by_time_without_a_job)
day_cap = of_world(test_gifts.test_a_member_gives_so_many_a_day)
merged = of_world(test_gifts.test_a_merge_carries_gifts)
lots = of_world(test_returns.test_points_go_to_their_lots_and_the_piece_to_its_batch)
refused = of_world(test_returns.test_what_cannot_be_given_back)
withdrawn = of_world(test_returns.test_the_operator_withdraws_a_coupon)
past_days = of_world(test_returns.test_past_days_are_judged_in_the_zone_of_the_programme)

DEFECTS: list[tuple[Planted, Test]] = [
    (
        StatementDefect("a gift is not locked", held, "_LOCK_GIFT", "FOR UPDATE", ""),
        eight_friends,
    ),
    (
        StatementDefect("a return locks nothing", held, "_LOCK", "FOR NO KEY UPDATE", ""),
        a_use_first,
    ),
    (
        StatementDefect("the old code stays", claims, "_CLAIM", "code = :code,", "code = code,"),
        hand_to_hand,
    ),
    (
        StatementDefect("the token stays", claims, "_CLAIM", "gift_digest = NULL", "hops = hops"),
        hand_to_hand,
    ),
    (
        StatementDefect(
            "who takes a gift has redeemed it",
            claims,
            "_CLAIM",
            "holder = :member,",
            "holder = :member, member = :member,",
        ),
        hand_to_hand,
    ),
    (
        Defect("a gift may be late", lifecycle, "state_at", "end <= now", "end < now"),
        lapses,
    ),
    (
        Defect(
            "a gift for one is for all",
            claims,
            "claim_gift",
            "coupon.gift_to is not None and",
            "False and",
        ),
        one_answer,
    ),
    (
        Defect(
            "what has expired can be taken",
            claims,
            "claim_gift",
            "coupon.expires_on < day",
            "False",
        ),
        one_answer,
    ),
    (
        StatementDefect(
            "gifts are not counted", gifts, "_COUNT", "c.given + :before < 20", ":before > -1"
        ),
        day_cap,
    ),
    (
        StatementDefect(
            "a member is new by each of its names",
            claims,
            "_COUNT_NEW",
            "member = ANY(:names)",
            "member = :member AND :names IS NOT NULL",
        ),
        merged,
    ),
    (
        Defect(
            "the piece is gone for good",
            endings,
            "store_endings",
            'if verb == "return":',
            "if False:",
        ),
        lots,
    ),
    (
        Defect(
            "a coupon that was withdrawn is for sale",
            endings,
            "store_endings",
            'if verb == "return":',
            "if True:",
        ),
        withdrawn,
    ),
    (
        Defect(
            "what was seen goes back", judge, "judge_return", "if held.is_revealed:", "if False:"
        ),
        refused,
    ),
    (
        Defect(
            "a day more to return",
            judge,
            "judge_return",
            "day > last",
            "day > last + last.resolution",
        ),
        past_days,
    ),
    (
        StatementDefect(
            "a page skips the rest",
            withdraw,
            "_PAGE",
            "LIMIT :limit",
            "LIMIT CASE WHEN :after = 0 THEN :limit ELSE 0 END",
        ),
        pages,
    ),
    (
        Defect(
            "a hint answers keys that have an answer",
            sold_out,
            "told_sold_out",
            "if request.key not in answered:",
            "if True:",
        ),
        hints,
    ),
]


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


@pytest.mark.campaign
@pytest.mark.parametrize(("defect", "test"), DEFECTS, ids=[each.name for each, _ in DEFECTS])
async def test_a_defect_is_found(
    world: World,
    redis_url: str,
    defect: Planted,
    test: Test,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        async with asyncio.timeout(WAIT_SECONDS):
            await test(world, redis_url, monkeypatch)


@pytest.mark.campaign
@pytest.mark.parametrize("test", list({test: None for _, test in DEFECTS}))
async def test_without_a_defect_the_tests_pass(
    world: World, redis_url: str, test: Test, monkeypatch: pytest.MonkeyPatch
) -> None:
    await test(world, redis_url, monkeypatch)
