"""Rate cards, planted wrong and found by the tests that were written for them.

`test_planted` says what is found here.
"""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ledger import Database
from settlement.cards import leg_document, line
from settlement.rating import bound, cards, contracts, rate, touched, uses
from tests.properties.planted import Defect, StatementDefect
from tests.properties.test_planted import SIGNS, WAIT_SECONDS
from tests.settlement.cards import test_document, test_line
from tests.settlement.fixtures import World
from tests.settlement.rating import test_cards
from tests.settlement.rating.test_cards import world

__all__ = ["world"]

Planted = Defect | StatementDefect
InWorld = Callable[[Database, World], Awaitable[None]]


def _every_line() -> None:
    for name in test_line.CASES:
        test_line.test_a_line_costs_what_was_agreed(name)


def _every_refusal() -> None:
    for place in test_document.REFUSED:
        test_document.test_what_is_not_clear_is_refused_with_its_place(place)


PURE: list[tuple[Defect, Callable[[], None]]] = [
    (
        Defect(
            "a share is of the order less its tax, rounded",
            line,
            "_basis",
            "(order) / (1 + ",
            "(round(order / (1 + float(rate)))) / (1 + 0 * ",
        ),
        _every_line,
    ),
    (
        Defect(
            "the lowest price is the highest", line, "_within", "exact < leg.min", "exact > leg.min"
        ),
        _every_line,
    ),
    (Defect("every use may be free", line, "_is_free", " and free.first is None", ""), _every_line),
    (
        Defect("a swapped coupon costs", line, "_not_meant", "inputs.is_swapped", "False"),
        _every_line,
    ),
    (
        Defect(
            "the last tier may end",
            leg_document,
            "_tiers",
            "is not is_last",
            "is is_last and False",
        ),
        _every_refusal,
    ),
]

IN_DATABASE: list[tuple[Planted, InWorld]] = [
    (
        Defect(
            "who writes a card publishes it",
            cards,
            "publish_card",
            "actor is None or actor == stored.written_by",
            "False",
        ),
        test_cards.test_a_draft_is_published_once_and_by_another_key_where_that_is_wanted,
    ),
    (
        Defect("a contract needs two eyes", contracts, "set_contract", ").four_eyes", ") is None"),
        test_cards.test_a_draft_is_published_once_and_by_another_key_where_that_is_wanted,
    ),
    (
        Defect("a party sees all legs", bound, "legs_of", " if {leg.payer, leg.payee} & parts", ""),
        test_cards.test_nobody_but_those_whom_a_card_binds_reads_it_and_only_their_legs,
    ),
    (
        StatementDefect(
            "drafts are read by all", bound, "_FIND_CARD", "card.state = 'published'", "true"
        ),
        test_cards.test_nobody_but_those_whom_a_card_binds_reads_it_and_only_their_legs,
    ),
    (
        StatementDefect("a nearer price is touched, too", touched, "_RATED", "<=", ">="),
        test_cards.test_a_price_that_comes_late_says_how_many_uses_it_touches,
    ),
    (
        Defect(
            "a card goes into a closed month", touched, "require_open", "not accept_late", "False"
        ),
        test_cards.test_a_price_that_comes_late_says_how_many_uses_it_touches,
    ),
    (
        Defect(
            "the currency is the contract's",
            rate,
            "_priced",
            "use.currency not in {None, contract.currency}",
            "False",
        ),
        test_cards.test_a_use_waits_while_its_offer_or_its_order_does_not_fit,
    ),
    (
        Defect(
            "every line counts", uses.Pricing, "_charge", "number if is_counted else None", "number"
        ),
        test_cards.test_every_leg_of_a_use_gets_its_line_with_what_it_was_rated_from,
    ),
    (
        Defect(
            "what was interrupted is over", contracts, "state_version", "standing.card_id)", "None)"
        ),
        test_cards.test_a_card_interrupts_what_has_an_end_and_a_version_ends_without_a_successor,
    ),
]


@pytest.mark.campaign
@pytest.mark.parametrize(("defect", "test"), PURE, ids=[each.name for each, _ in PURE])
def test_a_defect_in_what_a_leg_costs_is_found(
    defect: Defect, test: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    test()
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        test()


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("defect", "test"), IN_DATABASE, ids=[each.name for each, _ in IN_DATABASE]
)
async def test_a_defect_in_a_stored_card_is_found(
    database: Database,
    world: World,
    defect: Planted,
    test: InWorld,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        async with asyncio.timeout(WAIT_SECONDS):
            await test(database, world)
