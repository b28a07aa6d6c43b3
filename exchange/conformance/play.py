"""Plays the cases: sends what each needs, gathers what is said, and has it judged.

The cases are played one after the other. So a test server that serves one request at a time is
judged fairly, and the report reads as it happened.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from secrets import token_hex

from exchange.conformance import judge
from exchange.conformance.case import Finding, Plan, Verdict
from exchange.conformance.digest import new_secret
from exchange.conformance.inbox import CUT, Inbox
from exchange.conformance.probe import Forged, Order, Probe, with_account, with_extra
from exchange.conformance.story import FINAL, Reply, Story, lines_of
from exchange.fulfil.supplier import SIGNATURE_TOLERANCE_SECONDS

TWINS = 10
REFUSED_CALLBACKS = 2
FACE_VALUE_LONG = 9_223_372_036_854_775_807
LARGE_BODY_BYTES = 65_536
NUMBER_PREFIX = "CK-"
"""Request numbers of the kit. Those of the exchange begin otherwise."""

Found = tuple[judge.Judgement, tuple[str, ...]]


def _plain(said: str) -> str:
    """The words without what a database cannot keep: a supplier may say anything."""
    return said.replace("\x00", " ")


@dataclass(slots=True)
class Player:
    """One run of the kit against one test server."""

    plan: Plan
    probe: Probe
    inbox: Inbox
    run: str = field(default_factory=lambda: token_hex(4).upper())
    p95_milliseconds: int | None = None
    _count: int = 0

    async def findings(self) -> AsyncIterator[Finding]:
        """What each case has shown, as it is played."""
        plays: tuple[Callable[[], Awaitable[Found]], ...] = (
            *(self._delivered, self._called_back, self._refused, self._twins, self._other_body),
            *(self._slow, self._lost, self._unknown_number, self._out_of_stock),
            *(self._sent_again, self._duplicate, self._foreign, self._unusual, self._late),
            *(self._many, self._secrets),
        )
        for case in self.plan.cases:
            (verdict, sentence), evidence = await plays[case.number - 1]()
            lines = tuple(_plain(each) for each in evidence)
            yield Finding(case, Verdict(verdict), _plain(sentence), lines)

    # What the cases are made of.

    async def _order(
        self, account: str, *, answers: tuple[int, ...] = (), offer: str | None = None
    ) -> tuple[Order, Story]:
        """An order that is not sent yet."""
        self._count += 1
        number = f"{NUMBER_PREFIX}{self.run}-{self._count:04}"
        url = await self.inbox.expect(number, answers)
        plan = self.plan
        order = Order(
            number,
            offer or plan.offer,
            plan.account(account),
            plan.face_value_minor,
            plan.currency,
            url,
        )
        return order, Story(number)

    async def _begin(self, account: str, *, answers: tuple[int, ...] = ()) -> tuple[Order, Story]:
        """An order that was sent."""
        order, story = await self._order(account, answers=answers)
        await self._send(order, story)
        return order, story

    async def _send(self, order: Order, story: Story) -> Reply:
        reply = await self.probe.order(order)
        story.sent.append(reply)
        return reply

    async def _ask(self, story: Story) -> Reply:
        reply = await self.probe.query(story.number)
        story.asked.append(reply)
        return reply

    async def _hear(self, story: Story) -> None:
        story.callbacks = await self.inbox.received(story.number)

    async def _until_end(self, story: Story) -> None:
        """Ask until the order has ended. If nobody says how, for as long as a delivery may take."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self.plan.pace.delivery_seconds
        while (await self._ask(story)).said not in FINAL:
            await self._hear(story)
            if loop.time() >= until or (story.ends and story.asked[-1].status is None):
                break
            await asyncio.sleep(self.plan.pace.poll_seconds)
        await self._hear(story)

    async def _until_called(self, story: Story, count: int) -> None:
        """Wait for so many callbacks."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self.plan.pace.callback_seconds
        await self._hear(story)
        while len(story.callbacks) < count and loop.time() < until:
            await asyncio.sleep(self.plan.pace.poll_seconds)
            await self._hear(story)

    async def _watch(self) -> None:
        """Leave time for what must not happen."""
        await asyncio.sleep(self.plan.pace.watch_seconds)

    # The cases, in order.

    async def _delivered(self) -> Found:
        _, story = await self._begin("ok")
        await self._until_end(story)
        return judge.judge_delivered(story), lines_of(story)

    async def _called_back(self) -> Found:
        _, story = await self._begin("ok-async")
        if story.sent[0].said == "PROCESSING":
            await self._ask(story)
            await self._until_called(story, 1)
        return judge.judge_called_back(story), lines_of(story)

    async def _refused(self) -> Found:
        _, story = await self._begin("refuse")
        if story.sent[0].said == "PROCESSING":
            await self._until_end(story)
        return judge.judge_refused(story), lines_of(story)

    async def _twins(self) -> Found:
        order, story = await self._order("ok")
        story.sent += await asyncio.gather(*(self.probe.order(order) for _ in range(TWINS)))
        await self._until_end(story)
        return judge.judge_twins(story), lines_of(story)

    async def _other_body(self) -> Found:
        order, story = await self._begin("ok")
        await self._until_end(story)
        second = await self._send(with_account(order, f"{order.member_account}-2"), story)
        # Its answer may be a refusal: then it says nothing of the first order.
        if second.said == "FAILED":
            story.sent.pop()
        await self._ask(story)
        await self._watch()
        await self._ask(story)
        await self._hear(story)
        return judge.judge_other_body(story, second), lines_of(story)

    async def _slow(self) -> Found:
        order, story = await self._begin("slow")
        came_in_time = story.sent[0].status is not None
        if not came_in_time:
            await self._ask_and_send_again(order, story)
        return judge.judge_slow(story, came_in_time=came_in_time), lines_of(story)

    async def _lost(self) -> Found:
        order, story = await self._begin("lost")
        if story.sent[0].status is None:
            await self._ask_and_send_again(order, story)
        return judge.judge_lost(story), lines_of(story)

    async def _ask_and_send_again(self, order: Order, story: Story) -> None:
        """After an answer that did not come: ask, watch, ask, send the number again, and ask."""
        await self._ask(story)
        await self._watch()
        await self._ask(story)
        await self._send(order, story)
        await self._watch()
        await self._ask(story)
        await self._hear(story)

    async def _unknown_number(self) -> Found:
        _, story = await self._order("ok")
        reply = await self._ask(story)
        return judge.judge_unknown_number(reply), lines_of(story)

    async def _out_of_stock(self) -> Found:
        _, story = await self._begin("out-of-stock")
        if story.sent[0].said == "PROCESSING":
            await self._until_end(story)
        _, other = await self._begin("ok")
        await self._until_end(other)
        return judge.judge_out_of_stock(story, other), lines_of(story, other)

    async def _sent_again(self) -> Found:
        _, story = await self._begin("ok-async", answers=(500,) * REFUSED_CALLBACKS)
        if story.sent[0].said != "SUCCESS":
            await self._until_called(story, REFUSED_CALLBACKS + 1)
        return judge.judge_sent_again(story, REFUSED_CALLBACKS), lines_of(story)

    async def _duplicate(self) -> Found:
        _, story = await self._begin("ok-async", answers=(CUT,))
        if story.sent[0].said != "SUCCESS":
            await self._until_called(story, 2)
            await self._watch()
            await self._hear(story)
        return judge.judge_duplicate(story), lines_of(story)

    async def _foreign(self) -> Found:
        tried = []
        for what, forged in (
            ("An order signed by another secret", Forged(secret=new_secret())),
            (
                "An order that was signed ten minutes ago",
                Forged(age_seconds=2 * SIGNATURE_TOLERANCE_SECONDS),
            ),
            ("An order that was changed after it was signed", Forged(signed_body=b"{}")),
        ):
            order, story = await self._order("ok")
            reply = await self.probe.order(order, forged)
            await self._ask(story)
            tried.append((what, reply, story))
        evidence = lines_of(
            *(story for *_, story in tried), more=[f"{what}: {reply}" for what, reply, _ in tried]
        )
        return judge.judge_foreign(tried), evidence

    async def _unusual(self) -> Found:
        padding = {"padding": "x" * LARGE_BODY_BYTES}
        tried = []
        for what, extra, offer, account, may_refuse in (
            ("An order with an unknown member", {"a_member_of_tomorrow": True}, None, "ok", False),
            ("An order of an unknown offer", {}, f"{NUMBER_PREFIX}no-such-offer", "ok", False),
            ("An order of 64 KiB", padding, None, "ok", True),
            ("An order with Chinese text", {}, None, "会员-一号", False),
            (
                "An order with a number of 19 digits",
                {"face_value_minor": FACE_VALUE_LONG},
                None,
                "ok",
                False,
            ),
        ):
            order, _ = await self._order(account, offer=offer)
            reply = await self.probe.order(with_extra(order, extra))
            tried.append((what, reply, may_refuse))
        return judge.judge_unusual(tried), lines_of(
            more=[f"{each[0]}: {each[1]}" for each in tried]
        )

    async def _late(self) -> Found:
        _, story = await self._begin("late")
        if story.sent[0].said != "SUCCESS":
            await self._until_end(story)
        if "FAILED" in story.ends:
            await self._watch()
            await self._ask(story)
            await self._hear(story)
        return judge.judge_late(story), lines_of(story)

    async def _many(self) -> Found:
        room = asyncio.Semaphore(self.plan.concurrency)

        async def one() -> Story:
            async with room:
                _, story = await self._begin("ok")
                if story.sent[0].said != "SUCCESS":
                    await self._until_end(story)
            return story

        stories = await asyncio.gather(*(one() for _ in range(self.plan.orders)))
        seconds = sorted(story.sent[0].seconds for story in stories)
        p95_seconds = seconds[(len(seconds) * 95 + 99) // 100 - 1]
        self.p95_milliseconds = round(p95_seconds * 1000)
        lost = [story for story in stories if "SUCCESS" not in story.ends]
        return judge.judge_many(stories, p95_seconds), lines_of(*lost[:5])

    async def _secrets(self) -> Found:
        order, story = await self._order("ok")
        several = await self.probe.order(order, Forged(more_signatures=(new_secret(),)))
        story.sent.append(several)
        second: Reply | None = None
        if self.plan.second_secret is not None:
            order, other = await self._order("ok")
            second = await self.probe.order(order, Forged(secret=self.plan.second_secret))
            other.sent.append(second)
            return judge.judge_secrets(several, second), lines_of(story, other)
        return judge.judge_secrets(several, second), lines_of(story)
