"""Defects at the till: in locks, tokens, places and the row lock. Each must be found."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from catalog.shops import place
from exchange.coupons import lifecycle, signatures, tokens
from exchange.use import uses_of_book
from ledger import Database
from tests.catalog.shops import test_place
from tests.exchange.coupons import test_tokens
from tests.exchange.fixtures import World, open_world
from tests.exchange.use import test_tills
from tests.properties.planted import Defect, StatementDefect
from tests.races import test_till_race

pytestmark = pytest.mark.campaign
SIGNS = (AssertionError, pytest.fail.Exception)
Planted = Defect | StatementDefect
InWorld = Callable[[World], Awaitable[None]]


async def _all_meet(world: World) -> None:
    for seed in range(5):
        for meet in test_till_race.MEETINGS:
            await meet(world, seed)


def _regions() -> None:
    usable = test_place.only(regions=["310115"])
    test_place.test_shops_are_named_by_code_group_region_or_all(usable, test_place.WEST, False)


def _before_opening() -> None:
    test_place.test_hours_are_those_of_the_programmes_wall(14, 0, 27, False)


PURE: list[tuple[Planted, Callable[[], None]]] = [
    (
        Defect("a region is forgotten", place, "_lies_in", "region.startswith(wider)", "True"),
        _regions,
    ),
    (
        Defect("an offer closes a minute late", place, "_is_open", "minute < closes", "True"),
        _before_opening,
    ),
    (
        Defect(
            "a token ends a second late",
            tokens.CouponToken,
            "why_stale",
            "at < self.expires_at",
            "at <= self.expires_at",
        ),
        test_tokens.test_a_token_says_what_an_offline_till_needs_and_hides_the_code,
    ),
    (
        Defect(
            "a replaced code keeps its tokens",
            tokens.CouponToken,
            "is_of",
            "hmac.compare_digest(self.mark, _mark_of(code))",
            "True",
        ),
        test_tokens.test_a_token_says_what_an_offline_till_needs_and_hides_the_code,
    ),
    (
        Defect(
            "a text of another kind passes for a token",
            signatures.Signatures,
            "read",
            "or text.partition(SEPARATOR)[0] != kind",
            "",
        ),
        test_tokens.test_a_text_that_is_not_ours_is_refused,
    ),
    (
        Defect(
            "a signature has two spellings",
            signatures,
            "_decoded",
            "_encoded(value) != text",
            "False",
        ),
        test_tokens.test_a_text_that_is_not_ours_is_refused,
    ),
]

IN_WORLD: list[tuple[Planted, InWorld]] = [
    (
        StatementDefect(
            "the row of a coupon is not locked", uses_of_book, "_LOCK", "FOR NO KEY UPDATE", ""
        ),
        _all_meet,
    ),
    (
        Defect(
            "a lock keeps nobody away",
            lifecycle,
            "judge_hold",
            "standing.state_at(now) is CouponState.LOCKED",
            "False",
        ),
        test_tills.test_a_lock_lapses_by_time_and_leaves_nothing_to_do,
    ),
    (
        Defect("a lock never lapses", lifecycle, "state_at", "end <= now", "False"),
        test_tills.test_a_lock_lapses_by_time_and_leaves_nothing_to_do,
    ),
    (
        Defect(
            "any lock opens",
            lifecycle,
            "judge_hold",
            "lock is not None and lock == standing.lock_key",
            "lock is not None",
        ),
        test_tills.test_a_lock_lapses_by_time_and_leaves_nothing_to_do,
    ),
    (
        Defect(
            "any lock makes an old token good",
            uses_of_book.UsesOfBook,
            "_why_not_now",
            "judge_unlock(standing, now, use.lock) is None",
            "True",
        ),
        test_tills.test_a_token_holds_two_minutes_and_stands_for_its_coupon,
    ),
    (
        Defect(
            "uses are not counted",
            lifecycle,
            "judge_count",
            "uses < USES_PER_COUPON_MAX",
            "True",
        ),
        test_tills.test_a_coupon_is_used_ten_times_at_most,
    ),
    (
        Defect(
            "a till reverses for another shop",
            uses_of_book.UsesOfBook,
            "_verdict",
            "standing.used_store != use.shop",
            "False",
        ),
        test_tills.test_a_till_reverses_what_its_shop_has_used_and_not_for_long,
    ),
    (
        Defect("a till reverses at any time", lifecycle, "judge_reversal", "now > until", "False"),
        test_tills.test_a_till_reverses_what_its_shop_has_used_and_not_for_long,
    ),
]


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


@pytest.mark.parametrize(("defect", "test"), PURE, ids=[each.name for each, _ in PURE])
def test_a_defect_of_what_is_pure_is_found(
    defect: Planted, test: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    test()
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        test()


@pytest.mark.parametrize(("defect", "test"), IN_WORLD, ids=[each.name for each, _ in IN_WORLD])
async def test_a_defect_at_the_till_is_found(
    world: World, defect: Planted, test: InWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        await test(world)
