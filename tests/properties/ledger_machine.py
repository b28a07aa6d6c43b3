"""Random histories of a book, through the database, against the oracle: every answer, balance and total, and replays of any earlier key.

The book lives half an hour past midnight in Shanghai, where the date in UTC is still the day before.
"""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledger import Capture, Database, Expire, Hold, Issue, Ledger, Operation, Programme, Redeem, Release
from ledger.programme import create_programme
from ledger.reads import balances, totals
from ledger.verify import verify_book
from tests.properties.oracle import Oracle

MEMBERS = ("ann", "bob")
MONTHS = 2
ZONE = ZoneInfo("Asia/Shanghai")
HOUR = time(0, 30)

members = st.sampled_from(MEMBERS)
amounts = st.integers(1, 60)
# Few values, close together: what goes wrong at a date goes wrong at its first and last day.
days = st.sampled_from((-1, 0, 0, 1, 1, 2, 31))


class LedgerMachine(RuleBasedStateMachine):
    """Each example has a programme of its own in one database."""

    runner: ClassVar[asyncio.Runner]
    database: ClassVar[Database]
    examples: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.today = date(2016, 1, 28)
        self.oracle = Oracle(MONTHS)
        self.sent: dict[str, tuple[Operation, dict[str, Any]]] = {}
        self.held: list[tuple[str, str]] = []

    @initialize(lanes=st.sampled_from([1, 3, 16]))
    def open_book(self, lanes: int) -> None:
        LedgerMachine.examples += 1
        self.ledgers = [Ledger(self.database), Ledger(self.database)]

        async def create() -> Programme:
            async with self.database.transaction() as connection:
                return await create_programme(
                    connection,
                    code=f"book-{LedgerMachine.examples}",
                    party_id=1,
                    name="Book",
                    time_zone=ZONE.key,
                    expiry_months=MONTHS,
                    lanes=lanes,
                )

        self.programme = self.runner.run(create())

    def now(self) -> datetime:
        return datetime.combine(self.today, HOUR, ZONE)

    def key(self) -> str:
        return f"k{len(self.sent)}"

    def send(self, operation: Operation, expected: tuple[str, int], through: int) -> None:
        answer = self.runner.run(self.ledgers[through].submit(self.programme, [operation]))[0]
        got = (answer.refusal["code"] if answer.refusal else "ok", answer.points)
        assert got == expected, operation
        if answer.balance is not None:
            assert answer.balance == self.oracle.spendable(operation.member, self.today)
        self.sent[operation.key] = (operation, answer.document())

    @rule(member=members, points=amounts, first=st.none() | days, last=st.none() | days, through=st.integers(0, 1))
    def issue(self, member: str, points: int, first: int | None, last: int | None, through: int) -> None:
        available_on = self.today + timedelta(first) if first is not None else None
        expires_on = self.today + timedelta(last) if last is not None else None
        operation = Issue(
            key=self.key(),
            member=member,
            points=points,
            occurred_at=self.now(),
            available_on=available_on,
            expires_on=expires_on,
        )
        self.send(operation, self.oracle.issue(member, points, self.today, available_on, expires_on), through)

    @rule(member=members, points=amounts, through=st.integers(0, 1))
    def redeem(self, member: str, points: int, through: int) -> None:
        operation = Redeem(key=self.key(), member=member, points=points, occurred_at=self.now())
        self.send(operation, self.oracle.redeem(member, points, self.today), through)

    @rule(member=members, points=amounts, last=st.none() | days, through=st.integers(0, 1))
    def hold(self, member: str, points: int, last: int | None, through: int) -> None:
        until = self.today + timedelta(last) if last is not None else None
        key = self.key()
        expires_at = datetime.combine(until, HOUR, ZONE) if until is not None else None
        operation = Hold(key=key, member=member, points=points, occurred_at=self.now(), expires_at=expires_at)
        expected = self.oracle.hold(key, member, points, self.today, until)
        self.send(operation, expected, through)
        if expected[0] == "ok":
            self.held.append((key, member))

    @precondition(lambda self: self.held)
    @rule(data=st.data(), captures=st.booleans(), through=st.integers(0, 1))
    def end_hold(self, data: st.DataObject, captures: bool, through: int) -> None:
        hold_key, owner = data.draw(st.sampled_from(self.held[-3:]))
        member = data.draw(st.sampled_from([owner, owner, owner, *MEMBERS]))
        kind = Capture if captures else Release
        operation = kind(key=self.key(), member=member, hold_key=hold_key, occurred_at=self.now())
        self.send(operation, self.oracle.end(hold_key, member, self.today, captures=captures), through)

    @rule(member=members, through=st.integers(0, 1))
    def expire(self, member: str, through: int) -> None:
        operation = Expire(key=self.key(), member=member, occurred_at=self.now())
        self.send(operation, self.oracle.expire(member, self.today), through)

    @rule(through=st.integers(0, 1))
    def expire_book(self, through: int) -> None:
        expected = sum(self.oracle.expire(member, self.today)[1] for member in MEMBERS)
        key = self.key()
        answer = self.runner.run(self.ledgers[through].expire_book(self.programme, key, self.now()))
        again = self.runner.run(self.ledgers[1 - through].expire_book(self.programme, key, self.now()))
        assert (answer.points, again.replayed) == (expected, True)
        assert again.document() == answer.document()
        self.sent[key] = (Expire(key="unused", member="unused"), {})

    @rule(step=st.sampled_from((1, 1, 1, 2, 31)))
    def time_passes(self, step: int) -> None:
        self.today += timedelta(step)

    @precondition(lambda self: any(document for _, document in self.sent.values()))
    @rule(data=st.data(), through=st.integers(0, 1))
    def replay(self, data: st.DataObject, through: int) -> None:
        keys = [key for key, (_, document) in self.sent.items() if document]
        operation, document = self.sent[data.draw(st.sampled_from(keys))]
        answer = self.runner.run(self.ledgers[through].submit(self.programme, [operation]))[0]
        assert answer.replayed
        assert answer.document() == document

    @precondition(lambda self: any(document for _, document in self.sent.values()))
    @rule(data=st.data(), through=st.integers(0, 1))
    def use_a_key_for_something_else(self, data: st.DataObject, through: int) -> None:
        keys = [key for key, (_, document) in self.sent.items() if document]
        operation, _ = self.sent[data.draw(st.sampled_from(keys))]
        changed = replace(operation, store="another")
        answer = self.runner.run(self.ledgers[through].submit(self.programme, [changed]))[0]
        assert answer.refusal is not None
        assert answer.refusal["code"] == "idempotency-key-reused"

    @invariant()
    def balances_agree(self) -> None:
        async def read() -> None:
            async with self.database.transaction() as connection:
                found = await balances(connection, self.programme, MEMBERS, self.now())
                summed = await totals(connection, self.programme)
            for balance in found:
                expected = (self.oracle.spendable(balance.member, self.today), self.oracle.held(balance.member))
                assert (balance.spendable, balance.held) == expected
            oracle = self.oracle
            assert (summed.issued, summed.redeemed, summed.expired) == (
                oracle.issued,
                oracle.redeemed,
                oracle.expired,
            )

        if hasattr(self, "programme"):
            self.runner.run(read())

    def teardown(self) -> None:
        async def verify() -> None:
            async with self.database.transaction() as connection:
                assert await verify_book(connection, self.programme) == []

        if hasattr(self, "programme"):
            self.runner.run(verify())


def run_histories(
    database_url: str, *, examples: int, phases: Collection[Phase] = tuple(Phase), is_random: bool = True
) -> None:
    """Run histories, other ones every time or always the same; raises whatever the first that disagrees raises."""
    with asyncio.Runner() as runner:
        database = runner.run(Database.open(database_url))
        try:
            LedgerMachine.runner, LedgerMachine.database = runner, database
            run_state_machine_as_test(
                LedgerMachine,
                settings=settings(
                    max_examples=examples,
                    stateful_step_count=40,
                    deadline=None,
                    phases=phases,
                    derandomize=not is_random,
                ),
            )
        finally:
            runner.run(database.close())
