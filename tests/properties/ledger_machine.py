"""Random histories of two books: what the ledger does in the database is compared with the oracle.

Every answer, wallet, lot, hold and total is compared, and so are replays of any earlier key. It is
always half past midnight in Shanghai, when the date in UTC is still the day before. Points are
converted from one book to the other.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

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
from sqlalchemy import text

from ledger import Database, Ledger, service_url
from ledger.asks import Answer, BatchMode, Operation
from ledger.asks.kinds import EndConversion
from ledger.asks.operation import OperationKind
from ledger.audit import verify_book
from ledger.book import Programme, create_programme, give_consent, publish_conversion_rate
from ledger.decide.wallet import LANE_BITS, LANE_MASK
from ledger.finish import deliver_conversions, expire_book, release_overdue
from tests.ledger.fixtures import generous
from tests.properties.compared_books import Book, agree, check_books, compare
from tests.properties.drawn_operations import (
    OFTEN,
    ZONE,
    OperationDrawer,
    operation_of,
    rulebooks,
    rules_of,
)
from tests.properties.oracle import Oracle
from tests.properties.oracle_book import Ask, Said
from tests.properties.oracle_wallet import Rulebook

AT_ONCE = 10_000
_ENDINGS = text(
    f"""
    SELECT o.kind, o.occurred_at, o.points, o.refusal,
        (o.subject & {LANE_MASK}) || '-' || (o.subject >> {LANE_BITS}) AS operation
    FROM ledger.operation o
    WHERE o.book_id = :book_id AND o.subject IS NOT NULL AND o.kind = ANY(:kinds)
    ORDER BY o.lane, o.seq
    """
)
_CREDITS = text(
    """
    SELECT o.key, o.occurred_at, o.points, o.spendable, o.refusal,
        split_part(o.key, ' ', 3) AS operation
    FROM ledger.operation o
    WHERE o.book_id = :book_id AND o.key LIKE 'convert %'
    ORDER BY o.lane, o.seq
    """
)
ACTIONS = (
    *(["one"] * 8),
    *(["batch"] * 4),
    "two_at_once",
    *(["time_passes"] * 2),
    *(
        "replay",
        "expire_book",
        "holds_time_out",
        "rate_changes",
        *(["conversions_are_delivered"] * 2),
    ),
)
_HASTEN = text("UPDATE ledger.outbox SET available_at = now() WHERE available_at > now()")


class WorkerStopped(Exception):
    """The worker has stopped before it did its second half."""


class StoppingLedger(Ledger):
    """A ledger whose process stops when a conversion is to end."""

    async def submit(
        self, programme: Programme, operations: Sequence[Operation], **rest: Any
    ) -> list[Answer]:
        if any(isinstance(operation, EndConversion) for operation in operations):
            raise WorkerStopped
        return await super().submit(programme, operations, **rest)


def _tight(rulebook: Rulebook) -> st.SearchStrategy[Rulebook]:
    """Rules for the book that points are converted to: often without room for them."""
    return st.sampled_from((replace(rulebook, balance_max=5), rulebook))


class LedgerMachine(RuleBasedStateMachine):
    """Each example has two programmes of its own in one database."""

    runner: ClassVar[asyncio.Runner]
    database: ClassVar[Database]
    examples: ClassVar[int] = 0
    met: ClassVar[Counter[tuple[str, str]]] = Counter()
    """How often each kind of operation got each answer."""

    def __init__(self) -> None:
        super().__init__()
        self.books: list[Book] = []

    @initialize(
        lanes=st.sampled_from([1, 3, 16]),
        rules=st.tuples(rulebooks(), rulebooks().flatmap(_tight)),
        rate=st.sampled_from([(1, 1), (1, 3), (3, 2)]),
    )
    def open_books(
        self, lanes: int, rules: tuple[Rulebook, Rulebook], rate: tuple[int, int]
    ) -> None:
        LedgerMachine.examples += 1
        self.ledgers = [Ledger(self.database), Ledger(self.database)]
        codes = (f"a{LedgerMachine.examples}", f"b{LedgerMachine.examples}")

        async def create() -> list[Programme]:
            async with self.database.transaction() as connection:
                return [
                    await create_programme(
                        connection,
                        code=code,
                        party_id=1,
                        name="Book",
                        time_zone=ZONE.key,
                        rules=rules_of(rulebook),
                        lanes=lanes,
                    )
                    for code, rulebook in zip(codes, rules, strict=True)
                ]

        for programme, rulebook, other in zip(
            self.runner.run(create()), rules, codes[::-1], strict=True
        ):
            drawer = OperationDrawer(Oracle(rulebook, programme.code), other, date(2016, 1, 28))
            self.books.append(Book(programme, drawer))
        self.publish(*rate)
        self.runner.run(self.consent())

    async def consent(self) -> None:
        """Let everything in: what a consent refuses has properties of its own."""
        first, second = self.books
        async with self.database.transaction() as connection:
            await give_consent(connection, second.programme, first.programme, generous())

    def publish(self, numerator: int, denominator: int) -> None:
        first, second = self.books

        async def write() -> int:
            async with self.database.transaction() as connection:
                rate = await publish_conversion_rate(
                    connection, first.programme, second.programme, numerator, denominator
                )
                return rate.version

        versions = first.oracle.rates.setdefault(second.programme.code, [])
        versions.append((numerator, denominator))
        assert self.runner.run(write()) == len(versions)

    # What is sent, and what comes back

    def send(self, book: Book, asks: Sequence[Ask], mode: str, through: int) -> None:
        said = book.oracle.submit(asks, mode, datetime.now(UTC))
        operations = [operation_of(ask) for ask in asks]
        answers = self.runner.run(
            self.ledgers[through].submit(book.programme, operations, mode=BatchMode(mode))
        )
        self.take(book, asks, said, answers)

    def take(
        self, book: Book, asks: Sequence[Ask], said: Sequence[Said], answers: Sequence[Answer]
    ) -> None:
        """Compare the answers, and learn from them."""
        codes = [answer.refusal["code"] if answer.refusal else "ok" for answer in answers]
        agree(codes, [one.code for one in said], asks)
        for ask, expected, answer in zip(asks, said, answers, strict=True):
            self.met[ask.kind, expected.code] += 1
            compare(book, ask, expected, answer)
        for ask, expected in zip(asks, said, strict=True):
            if ask.kind == "merge" and expected.code == "ok" and not expected.is_replay:
                book.drawer.members.remove(ask.member)
                book.drawer.members.append(f"new-{ask.key}")
                book.drawer.gone.append(ask.member)

    # Rules

    def any_book(self, data: st.DataObject) -> Book:
        return self.books[0] if data.draw(OFTEN) else self.books[1]

    def draw(self, book: Book, data: st.DataObject) -> Ask:
        """Mostly a new operation, now and then an earlier one or another body under its key."""
        if data.draw(OFTEN) or not book.sent:
            return book.drawer.draw(data)
        ask, _ = book.sent[data.draw(st.sampled_from(list(book.sent)[-12:]))]
        return ask if data.draw(st.booleans()) else replace(ask, at=ask.at + timedelta(days=1))

    @precondition(lambda self: self.books)
    @rule(data=st.data(), action=st.sampled_from(ACTIONS), through=st.integers(0, 1))
    def step(self, data: st.DataObject, action: str, through: int) -> None:
        """One rule for all actions.

        Of several rules, Hypothesis leaves some out of a whole history. A history without
        operations would show little.
        """
        getattr(self, action)(data, through)

    def one(self, data: st.DataObject, through: int) -> None:
        book = self.any_book(data)
        self.send(book, [self.draw(book, data)], "independent", through)

    def batch(self, data: st.DataObject, through: int) -> None:
        book, batch = self.any_book(data), list[Ask]()
        book.drawer.batch = batch
        mode = data.draw(st.sampled_from(["atomic", "stop_on_error", "independent"]))
        for _ in range(data.draw(st.integers(2, 4))):
            ask = self.draw(book, data)
            if mode != "independent" and batch and not data.draw(OFTEN):
                ask = data.draw(
                    st.sampled_from(
                        [batch[-1], replace(batch[-1], at=batch[-1].at - timedelta(days=1))]
                    )
                )
            # If one independent batch has one key with two bodies, either may come first.
            if mode != "independent" or all(ask.key != other.key for other in batch):
                batch.append(ask)
        book.drawer.batch = []
        self.send(book, batch, mode, through)

    def two_at_once(self, data: st.DataObject, through: int) -> None:
        """Two processes take operations of different members at the same time.

        Either may be first.
        """
        book = self.any_book(data)
        first, second = self.draw(book, data), self.draw(book, data)
        parties = [operation_of(ask) for ask in (first, second)]
        if first.key == second.key or {parties[0].member, parties[0].other_member} & {
            parties[1].member,
            parties[1].other_member,
        } - {None}:
            return

        async def submit_both() -> list[list[Answer]]:
            return await asyncio.gather(
                *(
                    ledger.submit(book.programme, [one])
                    for ledger, one in zip(self.ledgers, parties, strict=True)
                )
            )

        asks = [first, second]
        said = book.oracle.submit(asks, "independent", datetime.now(UTC))
        self.take(book, asks, said, [answer for (answer,) in self.runner.run(submit_both())])

    def replay(self, data: st.DataObject, through: int) -> None:
        book = self.any_book(data)
        if book.sent:
            ask, _ = book.sent[data.draw(st.sampled_from(list(book.sent)))]
            self.send(book, [ask], "independent", through)

    def time_passes(self, data: st.DataObject, through: int) -> None:
        days = data.draw(st.sampled_from((1, 1, 1, 2, 31)))
        for book in self.books:
            book.drawer.today += timedelta(days)

    def expire_book(self, data: st.DataObject, through: int) -> None:
        book = self.any_book(data)
        at, key = book.drawer.now(), book.drawer.key()
        expected = book.oracle.expire_book(key, at)
        answer = self.runner.run(expire_book(self.ledgers[through], book.programme, key, at))
        again = self.runner.run(expire_book(self.ledgers[1 - through], book.programme, key, at))
        assert (answer.points, again.replayed) == (expected, True)
        assert again.document() == answer.document()
        self.met["expire_book", "ok" if expected else "nothing"] += 1

    def holds_time_out(self, data: st.DataObject, through: int) -> None:
        self.runner.run(release_overdue(self.ledgers[through], limit=AT_ONCE))
        now = datetime.now(UTC)
        for book in self.books:
            self.learn_of_endings(book)
            aside = book.oracle.state.aside.values()
            assert not any(
                one.state == "open" and one.until is not None and one.until < now for one in aside
            )

    def rate_changes(self, data: st.DataObject, through: int) -> None:
        self.publish(*data.draw(st.sampled_from([(1, 1), (2, 1), (1, 4)])))

    def conversions_are_delivered(self, data: st.DataObject, through: int) -> None:
        """Deliver twice, sometimes after a worker that stops between the two books."""
        if data.draw(st.booleans()):
            with suppress(WorkerStopped):
                self.deliver(StoppingLedger(self.database))
        self.deliver(self.ledgers[through])
        self.deliver(self.ledgers[1 - through])
        for book in self.books:
            aside = book.oracle.state.aside.values()
            assert not any(one.state == "open" and one.conversion is not None for one in aside)

    def deliver(self, ledger: Ledger) -> None:
        async def hasten_and_deliver() -> None:
            async with self.database.transaction() as connection:
                await connection.execute(_HASTEN)
            await deliver_conversions(ledger, limit=AT_ONCE)

        try:
            self.runner.run(hasten_and_deliver())
        finally:
            self.learn_of_credits(*self.books)
            for book in self.books:
                self.learn_of_endings(book)

    # What workers did, read from the journal, because workers choose the instant

    def rows(self, statement: Any, **values: Any) -> list[Any]:
        async def read() -> list[Any]:
            async with self.database.transaction() as connection:
                return list(await connection.execute(statement, values))

        return self.runner.run(read())

    def learn_of_credits(self, source: Book, target: Book) -> None:
        """The oracle credits what a worker credited, at the same instant, with the same answer."""
        for row in self.rows(_CREDITS, book_id=target.programme.book_id):
            if ("credit", row.key) in target.seen:
                continue
            target.seen.add(("credit", row.key))
            assert row.key == f"convert {source.programme.code} {row.operation}"
            aside = source.oracle.state.aside[source.operations[row.operation]]
            conversion = aside.conversion
            assert conversion is not None
            given = {"points": conversion["credited"], "funder": source.programme.code}
            ask = Ask("credit", row.key, conversion["to_member"], row.occurred_at, given)
            (said,) = target.oracle.submit([ask], "independent", datetime.now(UTC))
            got = (row.refusal["code"] if row.refusal else "ok", row.points, row.spendable)
            agree(got, (said.code, said.points, said.balance), ask)
            aside.is_credited = said.code == "ok"
            self.met["credit", said.code] += 1

    def learn_of_endings(self, book: Book) -> None:
        """The oracle ends the holds and conversions that workers ended."""
        kinds = [int(OperationKind.RELEASE), int(OperationKind.END_CONVERSION)]
        for row in self.rows(_ENDINGS, book_id=book.programme.book_id, kinds=kinds):
            key = book.operations.get(row.operation)
            aside = book.oracle.state.aside[key] if key else None
            if key is None or aside is None or row.refusal or aside.state != "open":
                continue
            if row.kind == OperationKind.RELEASE:
                points, name = book.oracle.release_overdue(key, row.occurred_at), "timeout"
            else:
                assert aside.is_credited is not None, key
                points = book.oracle.end_conversion(
                    key, row.occurred_at, is_credited=aside.is_credited
                )
                name = "converted" if aside.is_credited else "returned"
            assert row.points == points, key
            self.met[name, "ok"] += 1

    # What must hold after every step

    @invariant()
    def books_agree(self) -> None:
        if self.books:
            self.runner.run(check_books(self.database, self.books))

    def teardown(self) -> None:
        for book in self.books:
            for defect in self.runner.run(self._verify(book)):
                raise AssertionError(defect)

    async def _verify(self, book: Book) -> list[Any]:
        async with self.database.transaction() as connection:
            return list(await verify_book(connection, book.programme))


def run_histories(
    database_url: str,
    *,
    examples: int,
    phases: Collection[Phase] | None = None,
    is_random: bool = True,
) -> Counter[tuple[str, str]]:
    """Run histories: new ones every time, or always the same.

    They go through all phases of the suite's profile, unless others are given.

    Raises what the first history that disagrees raises. Returns how often each kind of operation
    got each answer.
    """
    LedgerMachine.met = Counter()
    chosen = settings(
        max_examples=examples,
        stateful_step_count=40,
        derandomize=not is_random,
    )
    if phases is not None:
        chosen = settings(chosen, phases=phases)
    with asyncio.Runner() as runner:
        database = runner.run(Database.open(service_url(database_url)))
        try:
            LedgerMachine.runner, LedgerMachine.database = runner, database
            run_state_machine_as_test(LedgerMachine, settings=chosen)
        finally:
            runner.run(database.close())
    return LedgerMachine.met
