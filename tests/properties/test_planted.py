"""Defects planted above the ledger: each is found by the test that was written for it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from catalog.procurement import allotments
from exchange.coupons import lifecycle
from exchange.fulfil import conclude, orders, rounds, verdict
from exchange.use import uses_of_book
from ledger import Database, Refusal
from settlement import calendar, periods
from settlement.audit import completeness
from settlement.closing import finish, freeze
from settlement.downloads import spreadsheet
from settlement.rating import uses
from settlement.statements import issue, statements
from tests.catalog.procurement import test_allotments
from tests.exchange.audit import test_checks
from tests.exchange.fixtures import World, open_world
from tests.exchange.fulfil import test_callback, test_rounds, test_unreached
from tests.exchange.supplier_server import Behaviour
from tests.exchange.use import test_use
from tests.properties.planted import Defect, StatementDefect
from tests.settlement.closing import test_close, test_issue
from tests.settlement.downloads import test_download
from tests.settlement.rating import test_rate
from tests.settlement.statements import test_statements

WAIT_SECONDS = 20
"""A defect may also show as a wait that does not end."""
SIGNS = (
    AssertionError,
    LookupError,
    ValueError,
    DBAPIError,
    Refusal,
    ExceptionGroup,
    TimeoutError,
    pytest.fail.Exception,
)

Planted = Defect | StatementDefect
InWorld = Callable[[World], Awaitable[None]]
InDatabase = Callable[[Database], Awaitable[None]]


async def _late_answer(world: World) -> None:
    await test_callback.test_an_answer_that_comes_after_the_callback_changes_nothing(
        world, Behaviour.ACCEPT
    )


async def _at_the_deadline(world: World) -> None:
    await test_unreached.test_an_order_looked_at_in_the_instant_of_its_deadline(world, timedelta(0))


async def _crash(world: World) -> None:
    with pytest.MonkeyPatch.context() as patched:
        await test_unreached.test_a_crash_before_a_failure_is_stored_loses_nothing(world, patched)


IN_WORLD: list[tuple[Planted, InWorld]] = [
    (
        Defect(
            "an order's message is done before its failure is stored",
            rounds.Fulfilment,
            "_begin",
            "kept | left | parked",
            "left | parked",
        ),
        _crash,
    ),
    (
        Defect(
            "an order is neither overdue nor sent",
            rounds.Fulfilment,
            "_begin",
            "order.deadline_at <= now",
            "order.deadline_at < now",
        ),
        _at_the_deadline,
    ),
    (
        StatementDefect(
            "an answer overwrites what a callback has ended",
            orders,
            "_MOVE",
            " AND o.state = moves.before",
            "",
        ),
        _late_answer,
    ),
    (
        StatementDefect(
            "nobody asks about an order again",
            orders,
            "_MOVE",
            "CASE WHEN moves.after <> 'CREATED' THEN moves.at END",
            "NULL",
        ),
        test_callback.test_async_callback_delivers_once,
    ),
    (
        Defect(
            "stock is not given back",
            conclude,
            "_store",
            "row.state == OrderState.FAILED",
            "False",
        ),
        test_rounds.test_failure_returns_points_and_stock,
    ),
    (
        Defect(
            "stock is given back for what was delivered",
            conclude,
            "_store",
            "row.state == OrderState.FAILED",
            "True",
        ),
        test_checks.test_rights_in_every_state_have_no_defect,
    ),
    (
        Defect(
            "a failure spends the points",
            conclude.Conclusion,
            "operation",
            "self.state is OrderState.SUCCESS",
            "True",
        ),
        test_rounds.test_failure_returns_points_and_stock,
    ),
    (
        Defect(
            "a signature is too old too soon",
            verdict,
            "_absent",
            "policy.proof_seconds",
            "0",
        ),
        test_rounds.test_points_return_only_when_the_last_request_can_no_longer_arrive,
    ),
    (
        Defect(
            "a coupon is used twice",
            lifecycle,
            "judge_use",
            "standing.state is CouponState.USED:",
            "False:",
        ),
        test_use.test_a_second_use_another_body_and_unknown_codes_are_refused,
    ),
    (
        Defect(
            "a use before the redemption",
            lifecycle,
            "judge_use",
            "at < standing.redeemed_at - timedelta(seconds=CLOCK_TOLERANCE_SECONDS)",
            "False",
        ),
        test_use.test_a_use_before_the_redemption_is_refused,
    ),
    (
        Defect(
            "a reversal counts as a use",
            uses_of_book.UsesOfBook,
            "_judge",
            "coupon.uses += is_use",
            "coupon.uses += 1",
        ),
        test_checks.test_rights_in_every_state_have_no_defect,
    ),
    (
        Defect(
            "settlement is not told",
            uses_of_book.UsesOfBook,
            "_store",
            "for event in self._events]",
            "for event in self._events[1:]]",
        ),
        test_use.test_a_use_is_answered_stored_and_handed_to_settlement,
    ),
]


IN_DATABASE: list[tuple[Planted, InDatabase]] = [
    (
        StatementDefect(
            "an open month is not held while a use is rated",
            periods,
            "_HOLD_OPEN",
            "FOR SHARE",
            "",
        ),
        test_close.test_a_closer_waits_for_a_rater_of_a_month_that_has_lines,
    ),
    (
        StatementDefect(
            "the row of a statement is not locked",
            statements,
            "_FIND_LOCKED",
            "FOR UPDATE",
            "",
        ),
        test_statements.test_of_two_agreements_at_once_the_second_sees_the_first,
    ),
    (
        Defect(
            "the chain begins anew with each issue",
            issue,
            "_link",
            'chain = bytes(before or b"")',
            'chain = b""',
        ),
        test_issue.test_numbers_and_the_chain_go_on_whoever_issues_what,
    ),
    (
        Defect(
            "who has closed a month also issues it",
            calendar.Calendar,
            "require_other",
            "actor in prepared_by",
            "False",
        ),
        test_issue.test_with_four_eyes_nobody_lets_pass_what_it_has_prepared,
    ),
    (
        Defect(
            "drafts need not come to their lines",
            finish,
            "_require_sums",
            "if differing:",
            "if None:",
        ),
        test_issue.test_a_draft_that_is_not_what_its_lines_come_to_is_not_closed,
    ),
    (
        StatementDefect(
            "uses may be missing",
            completeness,
            "_INCOMPLETE",
            "made <> billed + waiting + set_aside",
            "false",
        ),
        test_issue.test_a_book_whose_uses_are_not_all_billed_keeps_its_month_from_being_closed,
    ),
    (
        Defect("one agreement is enough", statements, "_after", "if both else", "if True else"),
        test_statements.test_the_way_of_a_statement,
    ),
    (
        Defect(
            "a month closes before its end",
            freeze,
            "require_closable",
            "now < _ends_at(month, calendar)",
            "False",
        ),
        test_close.test_months_close_in_order_and_empty_ones_too,
    ),
    (
        Defect("months close in any order", freeze, "_require_next", "month > expected", "False"),
        test_close.test_months_close_in_order_and_empty_ones_too,
    ),
    (
        Defect(
            "a month closes without its uses", freeze, "_require_rated", "if pending", "if None"
        ),
        test_rate.test_the_outbox_is_rated_once_and_closing_waits_for_it,
    ),
    (
        Defect(
            "the supplier pays",
            uses.Pricing,
            "_party",
            "return use.home_party_id",
            "return use.supplier_party_id",
        ),
        test_rate.test_a_use_is_charged_once_with_its_calculation,
    ),
    (
        Defect("nothing is late", periods, "stamp", "late=target != month", "late=False"),
        test_rate.test_a_late_use_goes_to_the_next_open_month,
    ),
    (
        StatementDefect(
            "more is given back than was taken",
            allotments,
            "_GIVE_BACK",
            "AND remaining + returned + :quantity <= granted",
            "",
        ),
        test_allotments.test_no_more_is_given_back_than_was_taken,
    ),
]


def _names(listed: list[tuple[Planted, InWorld]] | list[tuple[Planted, InDatabase]]) -> list[str]:
    return [defect.name for defect, _ in listed]


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


@pytest.mark.campaign
@pytest.mark.parametrize(("defect", "test"), IN_WORLD, ids=_names(IN_WORLD))
async def test_a_defect_of_the_exchange_is_found(
    world: World, defect: Planted, test: InWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        async with asyncio.timeout(WAIT_SECONDS):
            await test(world)


@pytest.mark.campaign
@pytest.mark.parametrize(("defect", "test"), IN_DATABASE, ids=_names(IN_DATABASE))
async def test_a_defect_of_the_bill_or_the_stock_is_found(
    database: Database, defect: Planted, test: InDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        async with asyncio.timeout(WAIT_SECONDS):
            await test(database)


@pytest.mark.campaign
@pytest.mark.parametrize("start", spreadsheet.FORMULA_STARTS)
async def test_a_forgotten_beginning_of_a_formula_is_found(
    database: Database, start: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = tuple(each for each in spreadsheet.FORMULA_STARTS if each != start)
    monkeypatch.setattr(spreadsheet, "FORMULA_STARTS", rest)
    with pytest.raises(AssertionError):
        await test_download.test_no_cell_of_a_spreadsheet_begins_a_formula(database, tmp_path)
