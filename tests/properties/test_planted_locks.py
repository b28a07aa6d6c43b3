"""Locks, instants and keys of requests in the exchange, each planted wrong and found.

Every defect is found by the test that was written for it: a session that should wait does not, a
deadline is a moment off, or a key is taken for another request.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from catalog.procurement import allotments
from exchange.coupons import expire
from exchange.coupons.lifecycle import OrderState
from exchange.fulfil import conclude, due, orders, supplier, verdict
from exchange.redeem.request import RightRequest
from exchange.use import uses_of_book
from exchange.use.request import UseRequest
from ledger import Database
from tests.exchange.coupons import test_expire
from tests.exchange.fixtures import World, open_world
from tests.exchange.fulfil import (
    test_callback,
    test_orders,
    test_supplier,
    test_unreached,
    test_verdict,
)
from tests.exchange.redeem import test_redeem
from tests.exchange.supplier_server import Behaviour
from tests.exchange.use import test_use
from tests.properties.planted import Defect, StatementDefect
from tests.properties.test_planted import SIGNS, WAIT_SECONDS
from tests.races import test_lock_order

Planted = Defect | StatementDefect
InWorld = Callable[[World], Awaitable[None]]


async def _whatever_a_right_says(world: World) -> None:
    await test_redeem.test_whatever_a_request_says_belongs_to_its_key(world, "own")


async def _at_the_last_submission(_: World) -> None:
    test_verdict.test_in_the_instant_of_its_deadline_an_order_is_not_sent_again(
        0, OrderState.FAILED
    )


async def _at_the_proof(_: World) -> None:
    test_verdict.test_absence_is_proof_from_the_instant_at_which_no_signature_holds(
        0, OrderState.FAILED
    )


async def _signature(_: World) -> None:
    test_supplier.test_a_signature_is_for_one_identifier_body_and_time()


async def _crash_after_the_answers(world: World) -> None:
    with pytest.MonkeyPatch.context() as patched:
        await test_unreached.test_a_crash_after_the_suppliers_answers_loses_none(
            world, patched, Behaviour.SUCCEED, "_store"
        )


async def _crash_between_two_books(world: World) -> None:
    with pytest.MonkeyPatch.context() as patched:
        await test_use.test_a_batch_that_dies_between_two_books_is_finished_by_the_next(
            world, patched
        )


async def _two_ends(world: World) -> None:
    await test_callback.test_of_two_ends_at_once_the_first_stands(world, free=True)


async def _movers(world: World) -> None:
    await test_lock_order.test_workers_at_orders(world, "move")


def _use_forgets(what: str, right: str, wrong: str = "") -> tuple[Planted, InWorld]:
    return (
        Defect(
            f"{what} is no part of a use",
            UseRequest,
            "fingerprint",
            right,
            wrong,
        ),
        test_use.test_whatever_a_use_says_belongs_to_its_key,
    )


def _right_forgets(what: str, right: str, wrong: str = "") -> tuple[Planted, InWorld]:
    return (
        Defect(
            f"{what} is no part of a request for a right",
            RightRequest,
            "fingerprint",
            right,
            wrong,
        ),
        _whatever_a_right_says,
    )


IN_WORLD: list[tuple[Planted, InWorld]] = [
    _use_forgets("whether it is reversed", "[verb, code", "[code"),
    _use_forgets("the coupon", "[verb, code", "[verb"),
    _use_forgets("the time", ", occurred_at,", ","),
    _use_forgets("the store", "self.store, "),
    _use_forgets("the reference", ", self.reference"),
    _right_forgets("the member", "self.member, "),
    _right_forgets("the offer", "self.offer_id, "),
    _right_forgets("that it is free", "self.free, "),
    _right_forgets("the time", "occurred_at, self.account", "self.account"),
    _right_forgets("the account", ", self.account"),
    (
        StatementDefect(
            "a coupon ends on its last day",
            expire,
            "_LOCK_DUE",
            "expires_on < :day",
            "expires_on <= :day",
        ),
        test_expire.test_the_last_day_ends_where_the_programme_lives,
    ),
    (
        Defect(
            "a coupon ends by the day of UTC",
            expire,
            "expire_coupons",
            "programme.time_zone",
            '"UTC"',
        ),
        test_expire.test_the_last_day_ends_where_the_programme_lives,
    ),
    (
        StatementDefect("a sweep waits for shops", expire, "_LOCK_DUE", "SKIP LOCKED", ""),
        test_expire.test_a_sweep_passes_a_coupon_that_a_shop_holds,
    ),
    (
        Defect(
            "an order is sent again at its deadline",
            verdict,
            "_absent",
            "now < order.deadline_at",
            "now <= order.deadline_at",
        ),
        _at_the_last_submission,
    ),
    (
        Defect("proof comes a moment late", verdict, "_absent", "now >= since", "now > since"),
        _at_the_proof,
    ),
    (
        Defect(
            "a signature is a moment too old",
            supplier,
            "require_signature",
            "> SIGNATURE_TOLERANCE_SECONDS",
            ">= SIGNATURE_TOLERANCE_SECONDS",
        ),
        _signature,
    ),
    (
        StatementDefect(
            "an overdue order is begun", orders, "_BEGIN", "AND deadline_at > :now", ""
        ),
        test_orders.test_an_order_is_not_begun_in_the_instant_of_its_deadline,
    ),
    (
        StatementDefect(
            "an order that was begun is never asked about",
            orders,
            "_BEGIN",
            "query_at = :query_at",
            "query_at = NULL",
        ),
        _crash_after_the_answers,
    ),
    (
        StatementDefect(
            "a place at one supplier serves another",
            due,
            "_LOCK_DUE",
            "AND supplier_id = :supplier_id",
            "",
        ),
        test_orders.test_orders_of_a_supplier_without_places_are_not_claimed_in_anothers,
    ),
    (
        StatementDefect(
            "a second end overwrites the first",
            conclude,
            "_STORE",
            "AND o.state NOT IN ('SUCCESS', 'FAILED')",
            "",
        ),
        _two_ends,
    ),
    (
        Defect(
            "a batch that is repeated knows none of its keys",
            uses_of_book.UsesOfBook,
            "answer",
            "await self._stored([use.key for use in uses.values()]) if held else {}",
            "{}",
        ),
        _crash_between_two_books,
    ),
    (
        StatementDefect("an order is not locked", orders, "_LOCK", "FOR UPDATE", ""),
        test_orders.test_what_was_committed_during_a_wait_is_seen,
    ),
    (
        StatementDefect(
            "orders are locked from the last",
            orders,
            "_LOCK",
            "ORDER BY coupon_id FOR",
            "ORDER BY coupon_id DESC FOR",
        ),
        _movers,
    ),
    (
        StatementDefect(
            "coupons are locked from the last",
            uses_of_book,
            "_LOCK",
            "ORDER BY coupon_id FOR",
            "ORDER BY coupon_id DESC FOR",
        ),
        test_lock_order.test_shops_at_coupons,
    ),
    (
        StatementDefect(
            "stock is locked from the last",
            allotments,
            "_TAKE",
            "ORDER BY a.offer_id, a.allotment_no",
            "ORDER BY a.offer_id DESC, a.allotment_no",
        ),
        test_lock_order.test_takers_of_stock,
    ),
]


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


@pytest.mark.campaign
@pytest.mark.parametrize(("defect", "test"), IN_WORLD, ids=[each.name for each, _ in IN_WORLD])
async def test_a_lock_an_instant_or_a_key_of_the_exchange_is_found(
    world: World, defect: Planted, test: InWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        async with asyncio.timeout(WAIT_SECONDS):
            await test(world)
