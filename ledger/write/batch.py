"""The operations of one lane transaction.

Which of them are new, in what order and mode they are decided, and what each is answered.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import asyncpg
import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.asks.answer import Answer, points_asked
from ledger.asks.companion import Companion, Item
from ledger.asks.operation import BatchMode, Operation
from ledger.asks.refusals import BatchAborted, BatchStopped
from ledger.database import AnyConnection
from ledger.decide.decider import Decider
from ledger.decide.wallet import LaneState, lane_of
from ledger.idempotency import KeyReused
from ledger.refusal import Refusal, StoredRefusal
from ledger.turns import ACTING_FOR, LongWork, Portions
from ledger.write.draft import Draft
from ledger.write.load import stored_answer
from ledger.write.ticket import Ticket

LONG_OPERATIONS_MIN = 50
"""Fewer than these are decided without waiting for the turn."""
OPERATIONS_PER_ROUND = 250
"""After so many decisions they are put into their stored form, and the event loop has a round.

The next statements of other transactions then need not wait for all of this one's.
"""


class TwinsApart(Exception):
    """Two submissions have a key in common, and one of them is decided together.

    Each needs a transaction of its own.
    """


class LaneBatch:
    """The tickets of a transaction, sorted into what is known and what is new."""

    def __init__(
        self, tickets: Sequence[Ticket], stored: Mapping[str, asyncpg.Record] | None, now: datetime
    ) -> None:
        """Sort by what is `stored`.

        None means that nothing was looked up: the unique key will tell whether all is new.
        """
        self._tickets = tickets
        self._now = now
        self._twins: list[tuple[Ticket, int, Ticket, int]] = []
        """Operations whose key came before in this transaction, with the place of the first."""
        self._twin_places: set[tuple[int, int]] = set()
        self.has_fresh = self._is_all_fresh = stored is None
        if stored is None:
            for ticket in tickets:
                ticket.answers = [None] * len(ticket.operations)
        else:
            self._sort(stored)

    def _sort(self, stored: Mapping[str, asyncpg.Record]) -> None:
        """Answer what was stored before, and tell twins from what is new."""
        first: dict[str, tuple[Ticket, int]] = {}
        for ticket in self._tickets:
            ticket.take_fingerprints()
            ticket.answers = [
                self._known(ticket, position, stored) for position in range(len(ticket.operations))
            ]
            if ticket.mode is BatchMode.STOP_ON_ERROR:
                self._stop_at_known(ticket)
            for position, operation in enumerate(ticket.operations):
                if ticket.answers[position] is None:
                    origin = first.setdefault(operation.key, (ticket, position))
                    if origin != (ticket, position):
                        self._twins.append((ticket, position, *origin))
        for twin, _, other, _ in self._twins:
            # What the key is answered may depend on the rest of its batch. Once that is stored, a
            # look-up tells.
            if twin is not other and {twin.mode, other.mode} != {BatchMode.INDEPENDENT}:
                raise TwinsApart
        self.has_fresh = bool(first)
        self._twin_places = {(id(ticket), position) for ticket, position, *_ in self._twins}

    def _known(
        self, ticket: Ticket, position: int, stored: Mapping[str, asyncpg.Record]
    ) -> Answer | None:
        operation = ticket.operations[position]
        row = stored.get(operation.key)
        if row is None:
            return None
        is_same = row["fingerprint"] == ticket.fingerprints[position]
        return (
            stored_answer(operation, row) if is_same else _key_reused(ticket, position, self._now)
        )

    def _stop_at_known(self, ticket: Ticket) -> None:
        """Stop a batch at a stored refusal that comes before anything new.

        Nothing after it is tried.
        """
        for position, answer in enumerate(ticket.answers):
            if answer is None:
                return
            if not answer.accepted:
                for later in range(position + 1, len(ticket.operations)):
                    ticket.answers[later] = _not_stored(ticket, later, self._now, BatchStopped())
                return

    def _fresh(self, ticket: Ticket) -> Iterable[tuple[int, Operation]]:
        """A ticket's operations that are new, with their positions."""
        if self._is_all_fresh:
            return enumerate(ticket.operations)
        twins = self._twin_places
        return [
            (position, operation)
            for position, operation in enumerate(ticket.operations)
            if ticket.answers[position] is None and (id(ticket), position) not in twins
        ]

    def unknown_members(self, states: Mapping[int, LaneState]) -> dict[str, int]:
        """Members whose wallets new operations look at and no lane's state has, with their lanes.

        A lane that has all of its wallets leaves nothing to look for.
        """
        unknown: dict[str, int] = {}
        partial = {lane for lane, state in states.items() if len(state.wallets) != state.accounts}
        if not partial:
            return unknown
        for ticket in self._tickets:
            lanes = ticket.lane_of_each
            for position, operation in self._fresh(ticket):
                lane = lanes[position]
                if lane in partial and operation.member not in states[lane].wallets:
                    unknown[operation.member] = lane
            for member in ticket.others:
                lane = lane_of(member, ticket.submission.programme.lanes)
                if lane in partial and member not in states[lane].wallets:
                    unknown[member] = lane
        return unknown

    def subject_keys(self) -> list[str]:
        """The keys of the operations that others end or reverse."""
        return list({key for ticket in self._tickets for key in ticket.subject_keys})

    def dated_spends(self) -> Iterator[tuple[Operation, int]]:
        """The new operations that spend points and say when, with their lanes."""
        for ticket in self._tickets:
            if ticket.dated_spends:
                fresh = {position for position, _ in self._fresh(ticket)}
                for position in fresh.intersection(ticket.dated_spends):
                    yield ticket.operations[position], ticket.lane_of_each[position]

    async def decide(self, connection: AnyConnection, draft: Draft, long_work: LongWork) -> None:
        """Decide what is new, with the companions' part of it before and after.

        Large transactions decide one at a time, their parties in turn. If they shared the
        processor, all would come to their next statement at the same time, and the server would
        be idle until then. In its turn, a transaction awaits nothing but the event loop. A few
        operations need no turn, so they do not wait for another book's thousands: these are decided
        in portions, and the loop rests after each while others are at work.
        """
        companions = self._companions()
        for companion, items in companions.items():
            # `Lanes._transact` takes the driver's own connection only where there is no companion.
            await companion.before(cast("AsyncConnection", connection), items)
        if any(ticket.refuses_beside for ticket in self._tickets):
            raise ValueError("a companion refuses independent operations only")
        is_short = sum(len(ticket.operations) for ticket in self._tickets) < LONG_OPERATIONS_MIN
        if is_short:
            for ticket in self._tickets:
                self._decide(draft.decider, ticket)
        else:
            async with long_work.turn(ACTING_FOR.get()) as portions:
                # With companions the stored form must wait: they add to the answers.
                await self._decide_in_portions(draft, portions, take=not companions)
        for ticket in self._tickets:
            _pass_answers(ticket)
        for companion, items in companions.items():
            accepted = [item for item in items if item.answer.accepted]
            if accepted:
                await companion.after(cast("AsyncConnection", connection), accepted)
                for item in accepted:
                    # Through JSON and back: the first answer is made of what a replay will read.
                    if item.detail is not None:
                        item.answer.detail = orjson.loads(
                            orjson.dumps({**(item.answer.detail or {}), **item.detail})
                        )

    async def _decide_in_portions(self, draft: Draft, portions: Portions, *, take: bool) -> None:
        decided = 0
        for ticket in self._tickets:
            self._decide(draft.decider, ticket)
            decided += len(ticket.operations)
            if decided >= OPERATIONS_PER_ROUND:
                if take:
                    draft.take()
                await portions.rest()
                decided = 0

    def _decide(self, decider: Decider, ticket: Ticket) -> None:
        ticket.take_fingerprints()
        if ticket.mode is BatchMode.INDEPENDENT:
            self._decide_each(decider, ticket)
        elif ticket.mode is BatchMode.ATOMIC:
            self._decide_all_or_none(decider, ticket)
        else:
            self._decide_until_refused(decider, ticket)

    def _companions(self) -> dict[Companion, list[Item]]:
        """What is new, by companion; earlier attempts leave nothing in it."""
        companions: dict[Companion, list[Item]] = {}
        for ticket in self._tickets:
            companion = ticket.submission.companion
            if companion is not None:
                for position, _ in self._fresh(ticket):
                    item = ticket.items[position]
                    item.begin(ticket.operations[position])
                    companions.setdefault(companion, []).append(item)
        return companions

    def _decide_each(self, decider: Decider, ticket: Ticket) -> None:
        answers, lanes, fingerprints, items = (
            ticket.answers,
            ticket.lane_of_each,
            ticket.fingerprints,
            ticket.items,
        )
        decide = decider.decide
        if self._is_all_fresh and not items:
            ticket.answers = list(map(decide, ticket.operations, lanes, fingerprints))
            return
        for position, operation in self._fresh(ticket):
            if not items:
                answers[position] = decide(operation, lanes[position], fingerprints[position])
                continue
            item = items[position]
            refused = _judged(decider, item, lanes[position])
            answers[position] = item.answer = decide(
                item.operation, lanes[position], fingerprints[position], refused
            )

    def _decide_until_refused(self, decider: Decider, ticket: Ticket) -> None:
        """Decide in order. What comes after the first refusal is neither tried nor stored."""
        is_stopped = False
        for position, operation in enumerate(ticket.operations):
            if is_stopped:
                ticket.answers[position] = _not_stored(ticket, position, self._now, BatchStopped())
                continue
            answer = ticket.answers[position]
            if answer is None:
                answer = self._answer_of_twin(ticket, position) or _decide_one(
                    decider, ticket, position, operation
                )
                ticket.answers[position] = answer
            is_stopped = not answer.accepted
        self._forget_twins(ticket)

    def _decide_all_or_none(self, decider: Decider, ticket: Ticket) -> None:
        """Try all on a fork, which counts if none is refused; else all are stored as refused."""
        fresh = list(self._fresh(ticket))
        refusal: Refusal | None = None
        refused_at = self._refused_before(ticket)
        if refused_at is None:
            tried = self._try(decider, ticket, fresh)
            if tried is None:
                return
            refused_at, refusal = tried
        key = ticket.operations[refused_at].key
        aborted = BatchAborted(f"operation {key!r} was refused", refused_key=key)
        for position, operation in fresh:
            ticket.answers[position] = decider.decide(
                operation,
                ticket.lane_of_each[position],
                ticket.fingerprints[position],
                refusal if position == refused_at and refusal is not None else aborted,
            )

    @staticmethod
    def _try(
        decider: Decider, ticket: Ticket, fresh: Sequence[tuple[int, Operation]]
    ) -> tuple[int, StoredRefusal] | None:
        """Decide all on a fork and adopt it; or return the first that is refused, and why."""
        lanes = ticket.submission.programme.lanes
        members = [
            (operation.member, ticket.lane_of_each[position]) for position, operation in fresh
        ]
        others = ((other, lane_of(other, lanes)) for other in ticket.others)
        fork = decider.fork([*members, *others])
        answers: dict[int, Answer] = {}
        for position, operation in fresh:
            answer = _decide_one(fork, ticket, position, operation)
            if answer.refusal is not None:
                return position, StoredRefusal(answer.refusal)
            answers[position] = answer
        decider.adopt(fork)
        for position, answer in answers.items():
            ticket.answers[position] = answer
        return None

    def _refused_before(self, ticket: Ticket) -> int | None:
        """The first operation of a batch that is refused before any is tried.

        It was stored as refused, or its key stands for two bodies.
        """
        for position, answer in enumerate(ticket.answers):
            if answer is not None and not answer.accepted:
                return position
            if answer is None and self._answer_if_reused(ticket, position) is not None:
                return position
        return None

    def _answer_if_reused(self, ticket: Ticket, position: int) -> Answer | None:
        for twin, at, origin, place in self._twins:
            if (
                twin is ticket
                and at == position
                and origin.fingerprints[place] != ticket.fingerprints[position]
            ):
                return _key_reused(ticket, position, self._now)
        return None

    def _answer_of_twin(self, ticket: Ticket, position: int) -> Answer | None:
        for twin, at, origin, place in self._twins:
            if twin is ticket and at == position:
                return _twin(ticket, position, origin, place, self._now)
        return None

    def _forget_twins(self, ticket: Ticket) -> None:
        self._twins = [known for known in self._twins if known[0] is not ticket]

    def answer_twins(self) -> None:
        """Answer operations whose key came before in the same transaction, after its commit."""
        for ticket, position, origin, place in self._twins:
            ticket.answers[position] = _twin(ticket, position, origin, place, self._now)


def _decide_one(decider: Decider, ticket: Ticket, position: int, operation: Operation) -> Answer:
    """Decide one of several operations that are decided together, as its companion judges it."""
    lane, refused = ticket.lane_of_each[position], None
    if ticket.items:
        refused = _judged(decider, ticket.items[position], lane)
        operation = ticket.items[position].operation
    return decider.decide(operation, lane, ticket.fingerprints[position], refused)


def _judged(decider: Decider, item: Item, lane: int) -> Refusal | None:
    """Have the companion's judge say what the operation costs now. Returns the refusal if any."""
    if item.refusal is not None or item.judge is None:
        return item.refusal
    judged = item.judge(decider.spendable(item.operation, lane))
    if isinstance(judged, Refusal):
        return judged
    if judged != points_asked(item.operation):
        # Companions judge kinds that have points alone.
        item.amend(cast("Operation", replace(cast("Any", item.operation), points=judged)))
    return None


def _pass_answers(ticket: Ticket) -> None:
    """Tell the companion of operations that were decided together how each was answered."""
    if ticket.mode is not BatchMode.INDEPENDENT:
        for item, answer in zip(ticket.items, ticket.answers, strict=False):
            if answer is not None:
                item.answer = answer


def _twin(ticket: Ticket, position: int, origin: Ticket, place: int, now: datetime) -> Answer:
    answer = origin.answers[place]
    if answer is None or origin.fingerprints[place] != ticket.fingerprints[position]:
        return _key_reused(ticket, position, now)
    return replace(answer, replayed=bool(answer.seq))


def _key_reused(ticket: Ticket, position: int, now: datetime) -> Answer:
    key = ticket.operations[position].key
    return _not_stored(
        ticket, position, now, KeyReused(f"key {key!r} was first used with another request")
    )


def _not_stored(ticket: Ticket, position: int, now: datetime, refusal: Refusal) -> Answer:
    """The answer to an operation that left no record."""
    operation = ticket.operations[position]
    return Answer(
        operation.key,
        operation.KIND,
        operation.member,
        ticket.lane_of_each[position],
        0,
        points_asked(operation),
        None,
        now,
        refusal=refusal.document(),
    )
