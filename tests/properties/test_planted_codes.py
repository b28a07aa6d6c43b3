"""Defects planted in card codes: each is found by a test of theirs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy.exc import DBAPIError

from catalog.codes import moving
from exchange.codes import give, pools, reveal, rotate, stock, used, window
from exchange.coupons.lifecycle import CouponNotActive
from exchange.redeem import cards
from ledger import Database, Refusal
from tests.exchange.codes import test_give, test_pools, test_reveal
from tests.exchange.fixtures import World, open_world
from tests.properties.planted import Defect, StatementDefect
from tests.races import test_code_race

WAIT_SECONDS = 30
SIGNS = (AssertionError, DBAPIError, Refusal, ExceptionGroup, TimeoutError, pytest.fail.Exception)

Planted = Defect | StatementDefect


async def _order(_: World) -> None:
    test_reveal.test_a_code_is_shown_from_the_first_day_to_the_last_and_then_again(
        "GIFTING", None, None, None, CouponNotActive
    )


IN_WORLD: list[tuple[Planted, Callable[..., Awaitable[None]]]] = [
    (
        StatementDefect(
            "the last to die goes first",
            give,
            "_HOLD",
            "BY c.expires_on, c",
            "BY c.expires_on DESC, c",
        ),
        test_give.test_a_code_is_given_with_its_right_the_first_to_die_first,
    ),
    (
        Defect(
            "a code that dies tomorrow is given",
            stock,
            "first_last_day",
            "days=DAYS_LEFT_MIN",
            "days=0",
        ),
        test_give.test_a_code_is_given_with_its_right_the_first_to_die_first,
    ),
    (
        Defect(
            "a coupon outlives its code",
            cards,
            "last_day_of",
            "filter(None, (of_offer, of_code))",
            "filter(None, (of_offer, of_code and None))",
        ),
        test_give.test_a_code_is_given_with_its_right_the_first_to_die_first,
    ),
    (
        StatementDefect(
            "the pool keeps what a book has",
            moving,
            "_HAND_OVER",
            "SET moved_to_book = :book_id, sealed = NULL",
            "SET batch = batch",
        ),
        test_code_race.test_a_move_that_dies_midway_has_moved_nothing,
    ),
    (
        StatementDefect(
            "a code that was shown goes back",
            give,
            "_GIVE_BACK",
            "AND revealed_at IS NULL",
            "",
        ),
        test_give.test_a_code_that_nobody_saw_goes_back_with_its_coupon,
    ),
    (
        StatementDefect(
            "a withdrawn code comes back with its coupon",
            pools,
            "_RECALL",
            "SET is_recalled = true",
            "SET is_recalled = false",
        ),
        test_pools.test_a_withdrawn_batch_is_given_to_nobody_wherever_it_is,
    ),
    (
        Defect(
            "each reveal is a use",
            reveal,
            "reveal_code",
            "if code.revealed_at is not None:",
            "if False:",
        ),
        test_reveal.test_the_first_reveal_is_the_use_and_the_bill_names_the_code,
    ),
    (
        Defect(
            "a reveal counts where the use does",
            reveal,
            "reveal_code",
            'code.counts_as_used == "delivery"',
            "True",
        ),
        test_reveal.test_where_the_use_counts_a_reveal_is_none,
    ),
    (
        StatementDefect(
            "what nobody looked at is never used",
            window,
            "_END",
            "AND reveal_until < :day",
            "AND false",
        ),
        test_reveal.test_what_nobody_looked_at_is_used_when_its_last_day_is_past,
    ),
    (
        StatementDefect(
            "who reveals takes no lock of the coupon",
            reveal,
            "_LOCK",
            "FOR NO KEY UPDATE",
            "",
        ),
        test_code_race.test_who_reveals_waits_for_who_gives_the_code_back,
    ),
    (
        Defect(
            "the whole number is on the bill", used, "reference_of", 'f"{batch} *{tail}"', "batch"
        ),
        test_reveal.test_the_first_reveal_is_the_use_and_the_bill_names_the_code,
    ),
    (
        Defect(
            "a rotation that stopped begins anew",
            rotate,
            "rotate_codes",
            "if resealed:",
            "if None:",
        ),
        test_pools.test_a_rotation_goes_on_where_it_stopped_and_old_seals_open_nothing,
    ),
    (
        Defect("a code given away may be shown", reveal, "judge_reveal", "in _NOT_SHOWN", "in ()"),
        _order,
    ),
]


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


@pytest.mark.campaign
@pytest.mark.parametrize(("defect", "test"), IN_WORLD, ids=[defect.name for defect, _ in IN_WORLD])
async def test_planted_defects_are_found(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    defect: Planted,
    test: Callable[..., Awaitable[None]],
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        async with asyncio.timeout(WAIT_SECONDS):
            await (test(world, monkeypatch) if _patches(test) else test(world))


def _patches(test: Callable[..., Awaitable[None]]) -> bool:
    return "monkeypatch" in test.__code__.co_varnames[: test.__code__.co_argcount]
