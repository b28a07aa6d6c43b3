"""Sends the planned year to the service and compares every answer with the plan.

It goes month by month and wave by wave. All keys come from the data: basket, coupon, household and
day. So a second run asks for the same and is answered with replays, and a run after a crash finds
what is already done. All operations of a member in a wave are in one batch. So the batches of a
wave may overtake each other, and each member's operations still stay in order.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import TypeVar

from api.client import AsyncComity, ComityError
from api.demo.errors import DemoFailed, require, require_equal
from api.demo.plan import Month, Plan, PlannedIssue, PlannedUse, Wave
from api.demo.setup import Exchange
from api.demo.tally import BATCH_ITEMS_MAX, JSON, accepted

BATCHES_IN_FLIGHT = 12
RECEIPTS_IN_FLIGHT = 32
DELIVERY_TIMEOUT_SECONDS = 60.0
_LONG_POLL_SECONDS = 10

Result = TypeVar("Result")


@dataclass(slots=True)
class Counted:
    """What the service answered, as counted by the demo."""

    issue_operations: int = 0
    used: list[PlannedUse] = field(default_factory=list)
    issued: dict[str, int] = field(default_factory=dict)
    redeemed: dict[str, int] = field(default_factory=dict)
    expired: dict[str, int] = field(default_factory=dict)
    issue_seconds: float = 0.0
    use_seconds: float = 0.0

    def add(self, counts: dict[str, int], brand: str, points: int) -> None:
        """Add points to one of the counts."""
        counts[brand] = counts.get(brand, 0) + points


@dataclass(frozen=True, slots=True)
class Watcher:
    """Is told what was done, for the progress bars."""

    issued: Callable[[int], None]
    used: Callable[[int], None]
    month: Callable[[str], None]


class Replay:
    """One run through the plan."""

    def __init__(self, exchange: Exchange, watcher: Watcher) -> None:
        self._exchange = exchange
        self._watcher = watcher
        self._batches = asyncio.Semaphore(BATCHES_IN_FLIGHT)
        self._receipts = asyncio.Semaphore(RECEIPTS_IN_FLIGHT)
        self.counted = Counted()

    async def run(self, plan: Plan, month_done: Callable[[Month], Awaitable[None]]) -> Counted:
        """Replay all months. After each one, `month_done` is called to settle it.

        Raises:
            DemoFailed: an answer does not fit the plan.
        """
        for month in plan.months:
            self._watcher.month(month.name)
            await self._timed_issues(self._expire(month))
            for wave in month.waves:
                await self._timed_issues(self._issue(wave))
                started = time.perf_counter()
                await self._use(wave.uses)
                self.counted.use_seconds += time.perf_counter() - started
            await month_done(month)
        return self.counted

    async def _timed_issues(self, work: Awaitable[None]) -> None:
        started = time.perf_counter()
        await work
        self.counted.issue_seconds += time.perf_counter() - started

    async def _expire(self, month: Month) -> None:
        """Let all programmes expire what is past its last day, before the first issue."""
        await _together(
            self._expire_brand(month, brand, points) for brand, points in month.expired.items()
        )

    async def _expire_brand(self, month: Month, brand: str, points: int) -> None:
        answer = await self._exchange.brands[brand].expire_points(
            brand,
            occurred_at=_moment(month.first_day, "00:00:00"),
            key=f"expire-{month.name}",
        )
        require_equal(f"{month.name}: points of {brand} expired", answer["points"], points)
        self.counted.add(self.counted.expired, brand, answer["points"])

    async def _issue(self, wave: Wave) -> None:
        await _together(
            self._issue_batch(brand, batch)
            for brand, issues in sorted(wave.issues.items(), key=lambda item: -len(item[1]))
            for batch in cut_between_members(issues)
        )

    async def _issue_batch(self, brand: str, batch: Sequence[PlannedIssue]) -> None:
        async with self._batches:
            operations: list[JSON] = [
                {
                    "kind": "issue",
                    "key": f"issue-{purchase.basket}",
                    "member": str(purchase.household),
                    "points": purchase.points,
                    "occurred_at": purchase.bought_at,
                    "store": str(purchase.store),
                }
                for purchase, _ in batch
            ]
            done = await self._exchange.brands[brand].submit_operations(
                brand, operations=operations
            )
            answers = accepted(f"issues of {brand}", done)
        points = 0
        for (purchase, balance), answer in zip(batch, answers, strict=True):
            if answer["balance"] != balance or answer["points"] != purchase.points:
                raise DemoFailed(
                    f"{brand}, {purchase}: the balance must be {balance}, the answer is {answer}"
                )
            points += answer["points"]
        self.counted.issue_operations += len(answers)
        self.counted.add(self.counted.issued, brand, points)
        self._watcher.issued(len(answers))

    async def _use(self, uses: list[PlannedUse]) -> None:
        """Redeem at the home brands, wait for delivery, and use the coupons at their suppliers."""
        by_home = sorted(uses, key=attrgetter("home"))
        codes: dict[str, str] = {}
        for found in await _together(
            self._redeem(home, list(group))
            for home, group in groupby(by_home, key=attrgetter("home"))
        ):
            codes.update(found)
        by_supplier = sorted(uses, key=attrgetter("supplier"))
        await _together(
            self._use_at(supplier, list(group), codes)
            for supplier, group in groupby(by_supplier, key=attrgetter("supplier"))
        )
        self.counted.used += uses
        self._watcher.used(len(uses))

    async def _redeem(self, home: str, uses: list[PlannedUse]) -> dict[str, str]:
        """Redeem points for rights. Returns the codes of the delivered coupons, by reference."""
        caller = self._exchange.brands[home]
        rights: list[JSON] = [
            {
                "key": f"right-{use.redemption.reference}",
                "member": str(use.redemption.household),
                "offer_id": self._exchange.offer_ids[use.redemption.coupon],
                "free": use.points == 0,
                "account": str(use.redemption.household),
                "occurred_at": _moment(use.redemption.day, "23:59:59"),
            }
            for use in uses
        ]
        done = await caller.add_rights(home, rights=rights)
        answers = accepted(f"rights of {home}", done)
        for use, answer in zip(uses, answers, strict=True):
            if answer["balance"] != use.balance or answer["points"] != use.points:
                raise DemoFailed(f"{home}, {use}: the answer is {answer}")
            self.counted.add(self.counted.redeemed, home, answer["points"])
        coupons = [answer["coupon"] for answer in answers]
        delivered = await _together(self._delivered(caller, home, coupon) for coupon in coupons)
        return {use.redemption.reference: code for use, code in zip(uses, delivered, strict=True)}

    async def _delivered(self, caller: AsyncComity, home: str, coupon: str | int) -> str:
        """Wait until the supplier has delivered, and return the code of the coupon."""
        deadline = time.monotonic() + DELIVERY_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            async with self._receipts:
                receipt = await caller.get_coupon(home, coupon, wait_seconds=_LONG_POLL_SECONDS)
            if code := receipt.get("code"):
                return code
            require(
                receipt["state"] == "HELD",
                f"coupon {coupon} of {home} will not be delivered: {receipt}",
            )
        raise DemoFailed(
            f"coupon {coupon} of {home} was not delivered within {DELIVERY_TIMEOUT_SECONDS:.0f} s"
        )

    async def _use_at(self, supplier: str, uses: list[PlannedUse], codes: dict[str, str]) -> None:
        items: list[JSON] = [
            {
                "key": f"use-{use.redemption.reference}",
                "code": codes[use.redemption.reference],
                "occurred_at": _moment(use.redemption.day, "23:59:59"),
                "reference": use.redemption.reference,
            }
            for use in uses
        ]
        done = await self._exchange.brands[supplier].use_coupons(uses=items)
        for answer in accepted(f"uses at {supplier}", done):
            require(answer["state"] == "USED", f"a coupon of {supplier} was not used: {answer}")


def cut_between_members(
    issues: list[PlannedIssue], size_max: int = BATCH_ITEMS_MAX
) -> list[list[PlannedIssue]]:
    """Batches of at most `size_max` issues.

    Each has all issues of its members in this wave, in order of time.
    """
    by_household = sorted(issues, key=lambda issue: issue.purchase.household)
    batches: list[list[PlannedIssue]] = [[]]
    for _, group in groupby(by_household, key=lambda issue: issue.purchase.household):
        own = list(group)
        require(
            len(own) <= size_max, "the issues of one member in one wave do not fit into a batch"
        )
        if len(batches[-1]) + len(own) > size_max:
            batches.append([])
        batches[-1] += own
    return batches


async def _together(work: Iterable[Coroutine[None, None, Result]]) -> list[Result]:
    """Run all at once, and return the results in order.

    The first failure cancels the others. It is raised as it is, not in a group.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
    except ExceptionGroup as failures:
        # What is raised in `except*` would be in a group again.
        known = failures.subgroup((DemoFailed, ComityError))
        if known is None:
            raise
        raise known.exceptions[0] from None
    return [task.result() for task in tasks]


def _moment(day: date, clock: str) -> str:
    return f"{day.isoformat()}T{clock}Z"
