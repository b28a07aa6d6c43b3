"""Histories of coupons that are given back, given on, used and withdrawn, against an oracle.

The machine lives two months ago, so that its days may pass. After each verb the answer is the
oracle's, and so are the state, the holder, the hands, the code, the points and the stock. The
rights and the book verify when it stops.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
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

from exchange.coupons import expire_coupons
from ledger import Database, service_url
from tests.exchange.fixtures import STOCK, World, open_world
from tests.exchange.give import acts
from tests.exchange.give.oracle import HOPS, PRICE, RETURN_DAYS, USE_DAYS, Card, Oracle, day_of

MEMBERS = ("ann", "bob", "cat")
ISSUED = 100
BEGAN_DAYS_AGO = 60
STEPS = 30
Result = TypeVar("Result")


class Gifts(RuleBasedStateMachine):
    """The machine; its world is opened afresh for each run, in a database of its own."""

    fresh_url: Callable[[], Awaitable[str]]
    runner: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.oracle = Oracle()
        self.tokens: list[str] = ["cg1.never"]
        self.codes: list[str] = []
        self.runner.run(self.open())

    def act(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.runner.run(work)

    async def open(self) -> None:
        self.database = await Database.open(service_url(await self.fresh_url()))
        self.context = open_world(self.database)
        self.world: World = await self.context.__aenter__()
        self.end = self.world.now - timedelta(days=1)
        self.world.now -= timedelta(days=BEGAN_DAYS_AGO)
        rules: dict[str, Any] = {
            "return_within_days": RETURN_DAYS,
            "gift_hops": HOPS,
            "use_within_days": USE_DAYS,
        }
        self.offer = await self.world.publish("tea", **rules)
        for member in MEMBERS:
            await self.world.issue(member, ISSUED)

    def teardown(self) -> None:
        async def end() -> None:
            try:
                await acts.verify(self.world)
            finally:
                await self.context.__aexit__(None, None, None)
                await self.database.close()

        self.act(end())

    @rule(member=st.sampled_from(MEMBERS), free=st.booleans())
    def redeem(self, member: str, free: bool) -> None:
        async def redeemed() -> None:
            world, cost = self.world, 0 if free else PRICE
            request = world.request(member, self.offer, free=free, occurred_at=world.now)
            (answer,) = await world.redeem(request)
            assert answer.accepted == (self.oracle.spent(member) + cost <= ISSUED)
            if answer.detail is not None:
                coupon = int(answer.detail["coupon"])
                code = (await world.coupon(coupon)).code
                self.codes.append(code)
                self.oracle.cards[coupon] = Card(member, day_of(world.now), cost, code)

        self.act(redeemed())

    @rule(hours=st.sampled_from([1, 9, 24, 40, 72]))
    def wait(self, hours: int) -> None:
        if self.world.now + timedelta(hours=hours) < self.end:
            self.world.now += timedelta(hours=hours)

    @precondition(lambda self: self.oracle.cards)
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        coupon = data.draw(st.sampled_from(sorted(self.oracle.cards)))
        told = self.act(acts.tried(acts.give_back(self.world, coupon)))
        assert told == self.oracle.give_back(coupon, self.world.now)

    @precondition(lambda self: self.oracle.cards)
    @rule(
        data=st.data(),
        stranger=st.sampled_from([None, None, None, *MEMBERS]),
        to=st.sampled_from([None, None, *MEMBERS]),
        hours=st.sampled_from([1, 24, 72]),
    )
    def give(self, data: st.DataObject, stranger: str | None, to: str | None, hours: int) -> None:
        coupon = data.draw(st.sampled_from(sorted(self.oracle.cards)))
        giver = stranger or self.oracle.cards[coupon].holder
        tokens: list[str] = []

        async def given() -> None:
            terms = {"to_member": to, "hours": hours}
            tokens.append(await acts.give(self.world, coupon, giver, **terms))

        told = self.act(acts.tried(given()))
        assert told == self.oracle.give(coupon, giver, to, self.world.now)
        if told == "done":
            self.tokens += tokens
            until = self.world.now + timedelta(hours=hours)
            self.oracle.given(coupon, tokens[0], to, until)

    @precondition(lambda self: self.oracle.cards)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        coupon = data.draw(st.sampled_from(sorted(self.oracle.cards)))
        told = self.act(acts.tried(acts.cancel(self.world, coupon)))
        assert told == self.oracle.cancel(coupon, self.world.now)

    @rule(data=st.data(), member=st.sampled_from(MEMBERS))
    def claim(self, data: st.DataObject, member: str) -> None:
        token = data.draw(st.sampled_from(self.tokens[::-1]))
        taken: list[dict[str, Any]] = []

        async def claimed() -> None:
            taken.append(await acts.claim(self.world, token, member))

        told = self.act(acts.tried(claimed()))
        expected, coupon = self.oracle.claim(token, member, self.world.now)
        assert told == expected
        if coupon is not None:
            assert taken[0]["coupon"] == coupon
            assert taken[0]["code"] not in self.codes
            self.codes.append(taken[0]["code"])
            self.oracle.claimed(coupon, member, taken[0]["code"])

    @precondition(lambda self: self.codes)
    @rule(data=st.data(), reverse=st.booleans())
    def use(self, data: st.DataObject, reverse: bool) -> None:
        code = data.draw(st.sampled_from(self.codes))
        work = self.world.reverse(code) if reverse else self.world.use(code)
        answer = self.act(work)
        told = "done" if answer.accepted else answer.document["code"]
        expected = self.oracle.reverse_use if reverse else self.oracle.use
        assert told == expected(code, self.world.now)

    @precondition(lambda self: self.oracle.cards)
    @rule(data=st.data(), points=st.sampled_from(["back", "keep"]))
    def withdraw(self, data: st.DataObject, points: Any) -> None:
        coupon = data.draw(st.sampled_from(sorted(self.oracle.cards)))
        told = self.act(acts.tried(acts.deactivate(self.world, coupon, points)))
        gives_points = points == "back"
        assert told == self.oracle.withdraw(coupon, gives_points=gives_points, now=self.world.now)

    @rule()
    def sweep(self) -> None:
        self.act(expire_coupons(self.database, self.world.programme, self.world.now))
        self.oracle.sweep(self.world.now)

    @invariant()
    def agree(self) -> None:
        self.act(self._look())

    async def _look(self) -> None:
        world = self.world
        for coupon, card in self.oracle.cards.items():
            found = (await world.coupon(coupon)).at(world.now, world.programme)
            assert (found.state, found.holder_now, found.hops, found.code) == (
                card.shown(world.now),
                card.holder,
                len(card.hands),
                card.code,
            )
        for member in MEMBERS:
            assert await world.spendable(member) == (ISSUED - self.oracle.spent(member), 0)
        assert await world.stock(self.offer) == STOCK - self.oracle.pieces_gone()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("examples", [3, pytest.param(100, marks=pytest.mark.campaign)])
def test_coupons_follow_the_oracle(
    fresh_database_url: Callable[[], Awaitable[str]], examples: int
) -> None:
    with asyncio.Runner() as runner:
        body = {"fresh_url": staticmethod(fresh_database_url), "runner": runner}
        run_state_machine_as_test(
            type("RunningGifts", (Gifts,), body),
            settings=settings(
                max_examples=examples,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
