"""Defects of isolation, each planted and found by the test that was written for it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from catalog import Party
from catalog.isolation import ask, decide, known, sides
from catalog.isolation.sides import Group, Rule
from catalog.offers import Offer
from exchange.redeem import quote
from ledger import Database, Ledger
from tests.catalog.isolation import test_cases, test_known
from tests.exchange.fixtures import open_world
from tests.properties import test_isolation
from tests.properties.planted import Defect
from tests.properties.test_planted import SIGNS, WAIT_SECONDS
from tests.races import test_isolation_race

Market = tuple[Party, Party, Offer]


def _case(number: int) -> Callable[[], None]:
    (case,) = (case for case in test_cases.CASES if case[0] == number)
    return lambda: test_cases.test_case(case)


PURE: list[tuple[Defect, Callable[[], None]]] = [
    (Defect("a veto is forgotten", decide, "_judge", "if vetoes:", "if not buyer:"), _case(21)),
    (
        Defect(
            "an allow of a category opens a brand's own",
            decide,
            "_judge",
            "if rule.buyer.party == rule.supplier.party == buyer.code",
            "if rule",
        ),
        _case(6),
    ),
    (
        Defect(
            "the carrier is not asked",
            decide.View,
            "decide",
            "if not carrier.isolated:",
            "if carrier:",
        ),
        _case(13),
    ),
    (
        Defect(
            "a platform is judged by its trade", decide, "_trade", '"brand" in party.roles', "True"
        ),
        _case(15),
    ),
    (
        Defect("an aggregator hides the owner", decide, "owner_of", "_trade(offered.owner)", "()"),
        _case(16),
    ),
    (
        Defect("a rule holds a moment longer", sides, "holds", "at < until", "at <= until"),
        test_cases.test_a_rule_holds_from_its_first_instant_until_before_its_last,
    ),
    (
        Defect(
            "an invited party is in the alliance",
            Group,
            "has",
            "member.accepted_at is None or at < member.accepted_at",
            "False",
        ),
        test_cases.test_an_alliance_opens_those_who_accepted_and_competitors_need_nobodys_consent,
    ),
]


async def _rolled_back(database: Database) -> None:
    await test_known.test_what_is_rolled_back_was_never_known(
        database, await test_known.stored_market(database)
    )


async def _newer_class(database: Database) -> None:
    await test_known.test_a_class_that_is_newer_than_what_is_known_is_decided_on(
        database, await test_known.stored_market(database)
    )


async def _between(database: Database) -> None:
    other = await Database.open(database.engine.url.render_as_string(hide_password=False))
    try:
        async with open_world(database) as world:
            with pytest.MonkeyPatch.context() as patched:
                heard = "test_a_rule_that_is_committed_between_quote_and_look_is_heard"
                await getattr(test_isolation_race, heard)(world, Ledger(other), patched)
    finally:
        await other.close()


IN_DATABASE: list[tuple[Defect, Callable[[Database], Awaitable[None]]]] = [
    (
        Defect(
            "what is known is not compared", known, "_still_known", "known.mark != mark", "False"
        ),
        _rolled_back,
    ),
    (
        Defect(
            "a class that is not known is open",
            ask.Cut,
            "knows",
            "each in self.known.classes",
            "True",
        ),
        _newer_class,
    ),
    (
        Defect(
            "a redemption is judged at its quote",
            quote,
            "wanted_by",
            "request.occurred_at is not None",
            "True",
        ),
        _between,
    ),
]


@pytest.mark.campaign
@pytest.mark.parametrize(("defect", "finds"), PURE, ids=[defect.name for defect, _ in PURE])
def test_a_defect_of_the_rule_is_found(
    defect: Defect, finds: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    finds()
    defect.plant(monkeypatch)
    with pytest.raises(AssertionError):
        finds()


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("defect", "finds"), IN_DATABASE, ids=[defect.name for defect, _ in IN_DATABASE]
)
async def test_a_defect_of_what_is_known_is_found(
    defect: Defect,
    finds: Callable[[Database], Awaitable[None]],
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        async with asyncio.timeout(WAIT_SECONDS):
            await finds(database)


@pytest.mark.campaign
def test_a_rule_that_is_near_by_its_deeper_side_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def nearness(rule: Rule) -> tuple[int, int, int, bool, bool, int]:
        parties, groups, _, denies, is_stored, age = right(rule)
        depth = max(rule.buyer.depth, rule.supplier.depth)
        return parties, groups, depth, denies, is_stored, age

    right = vars(Rule)["nearness"].fget
    monkeypatch.setattr(Rule, "nearness", property(nearness))
    with pytest.raises(AssertionError):
        test_isolation.test_the_nearest_rule_is_told_by_the_sum_of_depths_not_by_the_deeper_side()
