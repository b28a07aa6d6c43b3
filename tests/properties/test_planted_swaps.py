"""Swaps and leases, each rule planted wrong and found by the test that was written for it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from exchange.leases import leases, told
from exchange.leases import terms as lease_terms
from exchange.swaps import counts, rounds, standing, swaps
from exchange.use import held
from ledger import Database
from tests.exchange.fixtures import World, open_world
from tests.exchange.leases import test_terms, test_uploads
from tests.exchange.swaps import test_standing, test_swaps
from tests.exchange.swaps.pair import Pair, open_pair
from tests.properties.planted import Defect, StatementDefect
from tests.properties.test_planted import SIGNS, WAIT_SECONDS

Planted = Defect | StatementDefect

PURE: list[tuple[Planted, Callable[[], None]]] = [
    (
        Defect(
            "what is out counts for nothing",
            standing,
            "_standing",
            "balance_minor + outstanding_minor",
            "balance_minor",
        ),
        test_standing.test_what_is_out_counts_towards_the_limit_to_the_unit,
    ),
    (
        Defect(
            "the limit itself is still allowed",
            standing,
            "_state",
            "exposure_minor >= limit_minor:",
            "exposure_minor > limit_minor:",
        ),
        test_standing.test_what_is_out_counts_towards_the_limit_to_the_unit,
    ),
    (
        Defect(
            "a token holds until it is told of",
            lease_terms,
            "judge_upload",
            "<= token.expires_at + tolerance",
            "<= now + tolerance",
        ),
        test_terms.test_a_token_holds_at_the_time_of_the_use_give_or_take_ten_minutes,
    ),
]

OF_SWAPS: list[tuple[Planted, Callable[[Pair], Awaitable[None]]]] = [
    (
        StatementDefect(
            "a reversed use goes on to count", counts, "_COUPONS", "state = 'USED'", "uses > 0"
        ),
        test_swaps.test_at_the_limit_one_direction_stops_until_the_other_has_caught_up,
    ),
    (
        Defect("nothing is halted", rounds, "_judge", "halted=stopped", "halted=False"),
        test_swaps.test_at_the_limit_one_direction_stops_until_the_other_has_caught_up,
    ),
    (
        Defect(
            "isolation is asked one way",
            swaps,
            "agree_to_swap",
            "taker, _ in given:",
            "taker, _ in given[:1]:",
        ),
        lambda pair: test_swaps.test_isolation_is_asked_both_ways_at_the_yes(pair, "tea"),
    ),
]

OF_LEASES: list[tuple[Planted, Callable[[World], Awaitable[None]]]] = [
    (
        StatementDefect("a lease is not locked", leases, "_LOCK", "FOR NO KEY UPDATE", ""),
        test_uploads.test_uploads_at_once_stay_within_the_quota,
    ),
    (
        Defect(
            "a till's clock is taken at its word",
            lease_terms,
            "time_of_use",
            "max(at, _shown_from(token))",
            "at",
        ),
        test_uploads.test_a_clock_that_is_off_moves_no_use_before_its_coupon,
    ),
    (
        Defect(
            "the quota is not asked",
            told,
            "plan_upload",
            "lease.used + len(plan.new) >= lease.quota",
            "lease.used > lease.quota",
        ),
        test_uploads.test_uploads_at_once_stay_within_the_quota,
    ),
    (
        Defect(
            "settlement is not told of the lease",
            held,
            "event_of",
            '"lease_id": use.lease_id',
            '"lease_id": None',
        ),
        test_uploads.test_a_use_without_a_connection_is_a_use_and_told_to_settlement_once,
    ),
]


@pytest.mark.parametrize(("defect", "test"), PURE, ids=[each.name for each, _ in PURE])
def test_a_rule_of_swaps_and_leases_is_found(
    defect: Planted, test: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        test()


@pytest.mark.campaign
@pytest.mark.parametrize(("defect", "test"), OF_SWAPS, ids=[each.name for each, _ in OF_SWAPS])
async def test_a_defect_of_swaps_is_found(
    database: Database,
    defect: Planted,
    test: Callable[[Pair], Awaitable[None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    defect.plant(monkeypatch)
    async with open_pair(database) as pair:
        with pytest.raises(SIGNS):
            async with asyncio.timeout(WAIT_SECONDS):
                await test(pair)


@pytest.mark.campaign
@pytest.mark.parametrize(("defect", "test"), OF_LEASES, ids=[each.name for each, _ in OF_LEASES])
async def test_a_defect_of_leases_is_found(
    database: Database,
    defect: Planted,
    test: Callable[[World], Awaitable[None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    defect.plant(monkeypatch)
    async with open_world(database) as world:
        with pytest.raises(SIGNS):
            async with asyncio.timeout(WAIT_SECONDS):
                await test(world)
