"""Figures of random histories, against a count that is as plain as can be.

The plain count knows no table of the figures and no column of a coupon that changes: it goes by
receipts, by what was asked and answered, and by what members could spend between any two steps.
Replays, refusals, second uses and gifts are a part of every history. A gift has one redeemer only:
whoever has the coupon then counts for nothing.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from exchange.coupons import load_receipt
from exchange.figures import (
    Scope,
    Steps,
    Window,
    count_steps,
    figures_of,
    find_redemption,
    keep_figures,
)
from exchange.redeem import RightRequest
from exchange.use import UseRequest, answer_uses
from ledger import Database, Refusal, service_url
from ledger.book import programme_day
from ledger.read import balances
from tests.exchange.fixtures import PRICE, World, open_world
from tests.exchange.give.acts import claim, give

MEMBERS = ("ann", "bob", "cleo", "dan")
Move = tuple[str, int, int]

moves = st.lists(
    st.tuples(
        st.sampled_from(
            ("issue", "redeem", "redeem", "again", "end", "use", "use", "reverse", "give", "wait")
        ),
        st.integers(0, 11),
        st.integers(0, 11),
    ),
    min_size=10,
    max_size=25,
)


@dataclass
class Told:
    """What a coupon's receipt and its request say."""

    member: str
    offer: str
    channel: str
    redeemed: datetime
    delivered: datetime | None = None
    ended: datetime | None = None
    uses: int = 0
    reversed: int = 0
    used: datetime | None = None


@dataclass
class History:
    """A history of one small exchange, and what is remembered of it."""

    world: World
    owner: asyncpg.Connection
    asked: list[RightRequest] = field(default_factory=list)
    coupons: dict[int, RightRequest] = field(default_factory=dict)
    used: list[tuple[UseRequest, bool]] = field(default_factory=list)
    able: dict[date, set[str]] = field(default_factory=lambda: defaultdict(set))
    redeemers: dict[date, set[str]] = field(default_factory=lambda: defaultdict(set))
    issued: int = 0
    spent: int = 0
    began: date | None = None

    @property
    def day(self) -> date:
        return programme_day(self.world.now, self.world.programme.time_zone)

    async def look(self) -> None:
        """Note who can pay now, and date the newest records as the world's clock has it."""
        self.began = self.began or self.day
        async with self.world.database.transaction() as connection:
            found = await balances(connection, self.world.programme, MEMBERS, self.world.now)
        self.able[self.day] |= {each.member for each in found if each.spendable >= PRICE}
        await self.owner.execute(
            "UPDATE ledger.journal SET recorded_at = $1, occurred_at = NULL"
            " WHERE recorded_at > $1 AND seq > (SELECT coalesce(max(heads[lane + 1]), 0)"
            " FROM exchange.figure_round)",
            self.world.now,
        )
        await keep_figures(self.world.database, self.world.programme, self.world.now)

    async def move(self, move: Move) -> None:
        name, first, second = move
        world, member = self.world, MEMBERS[first % len(MEMBERS)]
        coupon_ids = sorted(self.coupons)
        if name == "wait":
            world.now += timedelta(hours=7 * (first + 1))
        elif name == "issue":
            points = (5, PRICE, 3 * PRICE)[second % 3]
            await world.issue(member, points)
            self.issued += points
        elif name in {"redeem", "again"}:
            await self.redeem(member, second, is_replay=name == "again")
        elif coupon_ids:
            coupon_id = coupon_ids[first % len(coupon_ids)]
            request = self.coupons[coupon_id]
            if name == "end" and request.offer_id == world.direct.offer_id:
                await self.end(coupon_id, "FAILED" if second % 3 == 0 else "SUCCESS")
            elif name == "give":
                await self.give(coupon_id, second)
            elif name in {"use", "reverse"}:
                await self.use(coupon_id, second, is_use=name == "use")

    async def redeem(self, member: str, choice: int, *, is_replay: bool) -> None:
        world = self.world
        if is_replay and self.asked:
            request = self.asked[choice % len(self.asked)]
        else:
            offer = (world.direct, world.own)[choice % 2]
            channel = (None, "app", "till")[choice % 3]
            request = world.request(
                member, offer, channel=channel, free=choice == 11, occurred_at=world.now
            )
            self.asked.append(request)
        (answer,) = await world.redeem(request)
        if answer.accepted and not answer.replayed:
            assert answer.detail is not None
            self.coupons[answer.detail["coupon"]] = request
            if not request.free:
                self.redeemers[self.day].add(request.member)
                self.spent += PRICE if request.offer_id == world.own.offer_id else 0

    async def end(self, coupon_id: int, status: str) -> None:
        """The supplier says how an order ended. It may say so twice."""
        answer = await self.world.callback(coupon_id, status)
        if answer["changed"] and status == "SUCCESS" and not self.coupons[coupon_id].free:
            self.spent += PRICE

    async def give(self, coupon_id: int, choice: int) -> None:
        """The one who has a coupon gives it on, if it can be given."""
        giver = (await self.world.coupon(coupon_id)).holder_now
        with suppress(Refusal):
            token = await give(self.world, coupon_id, giver)
            await claim(self.world, token, MEMBERS[choice % len(MEMBERS)])

    async def use(self, coupon_id: int, choice: int, *, is_use: bool) -> None:
        code = (await self.world.coupon(coupon_id)).code
        use = self.world.use_request(code, store=f"shop-{choice % 2}")
        if choice % 4 == 0 and self.used:
            use, is_use = self.used[choice % len(self.used)]
        self.used.append((use, is_use))
        verb: Literal["use", "reverse-use"] = "use" if is_use else "reverse-use"
        world = self.world
        await answer_uses(world.database, world.supplier, [use], verb, now=world.now)

    async def told(self) -> list[Told]:
        """Every coupon by its receipt."""
        found = []
        for coupon_id, request in self.coupons.items():
            async with self.world.database.transaction() as connection:
                steps = await load_receipt(connection, self.world.programme.book_id, coupon_id)
            is_own = request.offer_id == self.world.own.offer_id
            told = Told(
                request.member,
                str(request.offer_id),
                request.channel or "",
                next(each.occurred_at for each in steps if each.step == "redeemed"),
            )
            for each in steps:
                if each.step == "delivered":
                    told.delivered = each.occurred_at
                if each.step in {"delivered", "returned"} and not is_own:
                    told.ended = each.occurred_at
                if each.step == "used":
                    told.uses, told.used = told.uses + 1, each.occurred_at
                elif each.step == "use-reversed":
                    told.reversed, told.used = told.reversed + 1, None
            found.append(told)
        return found


def plain_count(told: list[Told], window: Window, time_zone: str) -> Steps:
    """What `count_steps` should say of these coupons, one after the other."""

    def is_in(at: datetime | None) -> bool:
        return at is not None and (
            window.first_day <= programme_day(at, time_zone) < window.end_day
        )

    steps = Steps()
    redeemed = [each for each in told if is_in(each.redeemed)]
    delivered = [each for each in told if is_in(each.delivered)]
    steps.redeemed = len(redeemed)
    steps.redeemers = len({each.member for each in redeemed})
    for each in redeemed:
        is_direct = each.delivered is None or each.ended is not None
        steps.open += each.delivered is None and each.ended is None
        steps.returned += each.delivered is None and each.ended is not None
        is_old = each.redeemed + timedelta(seconds=60) <= window.as_of
        steps.timed += is_direct and is_old
        steps.untimed += is_direct and not is_old
        in_time = each.delivered is not None and each.delivered - each.redeemed <= timedelta(
            seconds=60
        )
        steps.in_time += is_direct and is_old and in_time
    steps.delivered = len(delivered)
    steps.uses = sum(each.uses for each in delivered)
    steps.used = sum(each.used is not None for each in delivered)
    steps.users = len({each.member for each in delivered if each.uses})
    steps.reversed = sum(each.reversed for each in delivered)
    for days in (7, 30):
        age = timedelta(days=days)
        old = [
            each for each in delivered if each.delivered and each.delivered + age <= window.as_of
        ]
        used = [
            each for each in old if each.used and each.used <= (each.delivered or each.used) + age
        ]
        setattr(steps, f"old_{days}", len(old))
        setattr(steps, f"used_{days}", len(used))
        setattr(steps, f"members_{days}", len({each.member for each in old}))
    ended = [each for each in told if is_in(each.ended)]
    steps.ended = len(ended)
    steps.succeeded = sum(each.delivered is not None for each in ended)
    return steps


COUNTED = (
    *("redeemed", "redeemers", "open", "returned", "timed", "untimed", "in_time", "delivered"),
    *("uses", "used", "users", "reversed", "old_7", "used_7", "members_7", "old_30", "used_30"),
    *("members_30", "ended", "succeeded"),
)


async def compare(history: History) -> None:
    """Compare whole histories and halves of them, grouped in every way."""
    world, zone = history.world, history.world.programme.time_zone
    told = await history.told()
    start = history.began or history.day
    end = history.day + timedelta(days=1)
    middle = start + (end - start) / 2
    for first_day, end_day in ((start, end), (start, middle), (middle, end)):
        if first_day == end_day:
            continue
        window = Window(first_day, end_day, world.now)
        scope = Scope([world.programme])
        async with world.database.transaction() as connection:
            by_offer = await count_steps(connection, scope, "offer", window)
            by_channel = await count_steps(connection, scope, "channel", window)
            by_brand = await count_steps(connection, scope, "brand", window)
            shops = await count_steps(connection, scope, "shop", window)
            redemption = await find_redemption(connection, world.programme, first_day, end_day)
        brand = by_brand.get(str(world.brand.party_id), Steps())
        groups = {
            **{("offer", key): steps for key, steps in by_offer.items()},
            **{("channel", key): steps for key, steps in by_channel.items()},
            ("brand", ""): brand,
        }
        for (by, key), steps in groups.items():
            some = [each for each in told if by == "brand" or getattr(each, by) == key]
            plain = plain_count(some, window, zone)
            for name in COUNTED:
                assert getattr(steps, name) == getattr(plain, name), (by, key, name, window)
            for rate in figures_of(steps, by).values():  # type: ignore[arg-type]
                assert rate.low is None or rate.low <= (rate.rate or 0) <= (rate.high or 0)
        assert sum(steps.uses for steps in shops.values()) == brand.uses
        assert sum(steps.reversed for steps in shops.values()) == brand.reversed
        days = [first_day + timedelta(days=each) for each in range((end_day - first_day).days)]
        redeemers = set().union(*(history.redeemers[day] for day in days))
        able = set().union(*(history.able[day] for day in days)) | redeemers
        counts = (redemption.members.numerator or 0, redemption.members.denominator or 0)
        assert counts == (len(redeemers), len(able)), (first_day, end_day)
        if (first_day, end_day) == (start, end):
            flow = redemption.flow
            assert (flow.numerator, flow.denominator) == (history.spent, history.issued)


async def play(url: str, drawn: list[Move]) -> None:
    """Play a history and compare its figures."""
    database = await Database.open(service_url(url))
    owner = await asyncpg.connect(url)
    try:
        # Records never change. Only so can a test have some that were made on other days.
        await owner.execute("SET session_replication_role = replica")
        async with open_world(database) as world:
            world.now -= timedelta(days=100)
            world.own = await world.publish("sweets", gift_hops=3)
            history = History(world, owner)
            await history.look()
            for move in drawn:
                await history.move(move)
                await history.look()
            await compare(history)
    finally:
        await owner.close()
        await database.close()


def check(fresh_database_url: Callable[[], Awaitable[str]], examples: int) -> None:
    with asyncio.Runner() as runner:
        # A history takes a second: a smaller one that fails as well is not worth minutes.
        @settings(
            phases=(Phase.generate,),
            max_examples=examples,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(drawn=moves)
        def histories(drawn: list[Move]) -> None:
            async def one() -> None:
                await play(await fresh_database_url(), drawn)

            runner.run(one())

        histories()


def test_figures_are_those_of_a_plain_count(
    fresh_database_url: Callable[[], Awaitable[str]],
) -> None:
    check(fresh_database_url, 4)


@pytest.mark.campaign
@pytest.mark.timeout(900)
def test_figures_of_many_histories(fresh_database_url: Callable[[], Awaitable[str]]) -> None:
    check(fresh_database_url, 100)
