"""The exchange against a model of it.

The machine tries sequences of redemptions, answers, callbacks, uses, locks, reversals and waits,
against the real database and a real supplier server. After each step, every coupon and order has
come to its state by legal moves, and points and stock follow the orders. The rights verify when the
machine stops and again when every order has ended, and then the book does too.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from exchange.audit import verify_rights
from exchange.coupons import CouponState
from exchange.coupons.lifecycle import (
    COUPON_MOVES,
    OPEN_COUPON_STATES,
    ORDER_MOVES,
    USES_PER_COUPON_MAX,
    OrderState,
)
from exchange.use import LOCK_SECONDS, Verb
from ledger import Database, service_url
from ledger.audit import verify_book
from tests.exchange.fixtures import PRICE, STOCK, World, open_world
from tests.exchange.supplier_server import Behaviour

MEMBERS = ("ann", "bob")
ISSUED = 200
EXAMPLES = 8
STEPS = 25
Result = TypeVar("Result")
BEHAVIOURS = [each for each in Behaviour if each is not Behaviour.HANG]


class Exchange(RuleBasedStateMachine):
    """The machine; its world is opened afresh for each run, in a database of its own."""

    fresh_url: Callable[[], Awaitable[str]]
    runner: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.coupons: dict[int, tuple[str, bool]] = {}
        """Member and whether it is free, by coupon."""
        self.states: dict[int, tuple[CouponState, OrderState | None]] = {}
        self.locks: dict[int, tuple[str, datetime]] = {}
        """The last lock of a coupon, and when it ends."""
        self.run(self.open())

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.runner.run(work)

    async def open(self) -> None:
        self.database = await Database.open(service_url(await self.fresh_url()))
        self.context = open_world(self.database)
        self.world: World = await self.context.__aenter__()
        for member in MEMBERS:
            await self.world.issue(member, ISSUED)

    def teardown(self) -> None:
        async def end() -> None:
            server = self.world.server
            server.behaviour = Behaviour.SUCCEED
            # What the supplier accepted, it now delivers, and says so when it is asked.
            server.orders = {
                number: "SUCCESS" if said == "PROCESSING" else said
                for number, said in server.orders.items()
            }
            try:
                async with self.database.transaction() as connection:
                    assert await verify_rights(connection, self.world.programme) == []
                await self.world.drain(rounds=16, step_seconds=900)
                await self.look()
                assert all(state is not CouponState.HELD for state, _ in self.states.values()), (
                    "an order never ended"
                )
                async with self.database.transaction() as connection:
                    assert await verify_book(connection, self.world.programme) == []
                async with self.database.transaction() as connection:
                    assert await verify_rights(connection, self.world.programme) == []
            finally:
                await self.context.__aexit__(None, None, None)
                await self.database.close()

        self.run(end())

    @rule(member=st.sampled_from(MEMBERS), free=st.booleans(), own=st.booleans())
    def redeem(self, member: str, free: bool, own: bool) -> None:
        async def act() -> None:
            spendable, _ = await self.world.spendable(member)
            offer = self.world.own if own else self.world.direct
            (answer,) = await self.world.redeem(self.world.request(member, offer, free=free))
            assert answer.accepted == (free or spendable >= PRICE)
            if answer.detail is not None:
                self.coupons[answer.detail["coupon"]] = (member, free)

        self.run(act())

    @rule(behaviour=st.sampled_from(BEHAVIOURS))
    def work(self, behaviour: Behaviour) -> None:
        async def act() -> None:
            self.world.server.behaviour = behaviour
            await self.world.release_outbox()
            await self.world.submit()
            await self.world.query()

        self.run(act())

    @rule(seconds=st.sampled_from([10, 60, 400, 4_000]))
    def wait(self, seconds: int) -> None:
        self.world.now += timedelta(seconds=seconds)

    @precondition(lambda self: self.states)
    @rule(data=st.data(), status=st.sampled_from(["SUCCESS", "FAILED"]))
    def callback(self, data: st.DataObject, status: str) -> None:
        ordered = [coupon for coupon, (_, delivery) in self.states.items() if delivery is not None]
        if not ordered:
            return
        coupon = data.draw(st.sampled_from(ordered))
        before = self.states[coupon][1]
        answer = self.run(self.world.callback(coupon, status))
        was_open = before not in (OrderState.SUCCESS, OrderState.FAILED)
        assert answer["changed"] == was_open
        assert answer["state"] == (status if was_open else before)

    @precondition(lambda self: self.states)
    @rule(data=st.data(), reverse=st.booleans())
    def use(self, data: st.DataObject, reverse: bool) -> None:
        coupon_id = data.draw(st.sampled_from(sorted(self.states)))
        state = self.states[coupon_id][0]

        async def act() -> None:
            found = await self.world.coupon(coupon_id)
            work: Awaitable[Any] = (
                self.world.reverse(found.code) if reverse else self.world.use(found.code)
            )
            answer = await work
            past = (
                found.last_day is not None
                and found.last_day < (self.world.now - timedelta(hours=5)).date()
            )
            if reverse:
                assert answer.accepted == (state is CouponState.USED)
            elif not past:
                is_free = state is CouponState.ACTIVE or self._lapsed(coupon_id)
                assert answer.accepted == (is_free and found.uses < USES_PER_COUPON_MAX)

        self.run(act())

    def _lapsed(self, coupon_id: int) -> bool:
        """Whether a lock was there that has ended by time."""
        is_locked = self.states[coupon_id][0] is CouponState.LOCKED
        return is_locked and self.locks[coupon_id][1] <= self.world.now

    @precondition(lambda self: self.states)
    @rule(data=st.data(), verb=st.sampled_from(["lock", "unlock", "use"]))
    def hold(self, data: st.DataObject, verb: Verb) -> None:
        """A till locks a coupon, or ends or uses the last lock that it was given, if any."""
        coupon_id = data.draw(st.sampled_from(sorted(self.states)))
        state, lapsed = self.states[coupon_id][0], self._lapsed(coupon_id)
        name, _ = self.locks.get(coupon_id, ("none", None))

        async def act() -> None:
            found = await self.world.coupon(coupon_id)
            lock = None if verb == "lock" else name
            answer = await self.world.at_the_till(verb, found.code, lock=lock)
            is_held = state is CouponState.LOCKED and not lapsed
            if verb == "unlock":
                assert answer.accepted == is_held
            elif answer.accepted:
                assert state is CouponState.ACTIVE or lapsed or (is_held and verb == "use")
            elif state in OPEN_COUPON_STATES and found.uses < USES_PER_COUPON_MAX:
                past = found.last_day is not None and found.last_day < self.world.now.date()
                assert past or (verb == "lock" and is_held)
            if verb == "lock" and answer.accepted:
                until = self.world.now + timedelta(seconds=LOCK_SECONDS)
                self.locks[coupon_id] = (answer.document["lock"], until)

        self.run(act())

    @invariant()
    def agree(self) -> None:
        self.run(self.look())

    async def look(self) -> None:
        async with self.database.transaction() as connection:
            rows = await connection.execute(
                text(
                    "SELECT c.coupon_id, c.state, o.state AS delivery FROM exchange.coupon c"
                    " LEFT JOIN exchange.fulfilment_order o USING (book_id, coupon_id)"
                )
            )
            seen = {
                row.coupon_id: (
                    CouponState(row.state),
                    OrderState(row.delivery) if row.delivery else None,
                )
                for row in rows
            }
        assert seen.keys() == self.coupons.keys()
        for coupon, (state, delivery) in seen.items():
            old_state, old_delivery = self.states.get(coupon, (state, delivery))
            assert state is old_state or _reachable(COUPON_MOVES, old_state, state)
            assert delivery is old_delivery or _reachable(ORDER_MOVES, old_delivery, delivery)
            if delivery is not None:
                assert (state is CouponState.HELD) == (
                    delivery not in (OrderState.SUCCESS, OrderState.FAILED)
                )
                assert (state is CouponState.RETURNED) == (delivery is OrderState.FAILED)
        self.states = seen
        await self._check_points(seen)

    async def _check_points(self, seen: dict[int, tuple[CouponState, OrderState | None]]) -> None:
        for member in MEMBERS:
            paid = [
                seen[coupon][0]
                for coupon, (whose, free) in self.coupons.items()
                if whose == member and not free
            ]
            held = PRICE * paid.count(CouponState.HELD)
            spent = PRICE * (len(paid) - paid.count(CouponState.RETURNED)) - held
            assert await self.world.spendable(member) == (ISSUED - held - spent, held)
        gone = [
            state
            for state, delivery in seen.values()
            if delivery is not None and state is not CouponState.RETURNED
        ]
        assert await self.world.stock() == STOCK - len(gone)


def _reachable(moves: dict[Any, frozenset[Any]], start: Any, goal: Any) -> bool:
    """Whether a chain of legal moves leads there: one step of the machine may make several."""
    seen, frontier = {start}, [start]
    while frontier:
        for following in moves[frontier.pop()] - seen:
            if following is goal:
                return True
            seen.add(following)
            frontier.append(following)
    return False


@pytest.mark.timeout(240)
def test_the_exchange_follows_its_model(fresh_database_url: Callable[[], Awaitable[str]]) -> None:
    with asyncio.Runner() as runner:
        body = {"fresh_url": staticmethod(fresh_database_url), "runner": runner}
        run_state_machine_as_test(
            type("RunningExchange", (Exchange,), body),
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
