"""A book in which every kind of operation was accepted at least once, refused ones too, by members with hostile names."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import text

from ledger import Database, Ledger
from ledger.asks import (
    Adjust,
    Capture,
    Convert,
    Expire,
    Gift,
    Hold,
    Issue,
    Merge,
    Operation,
    Redeem,
    Release,
    Reverse,
)
from ledger.asks.operation import OperationKind
from ledger.book import DebtPolicy, Programme, Rules, create_programme, publish_conversion_rate
from ledger.finish import deliver_conversions, expire_book

ANN = 'ann"; "\\'
BOB = "date:2020-13-45, [2020-99-99] ; x"
CYD = "  茶会 🍵 Liabilities:Held  5 PTS "
DAN = '%0A"\\n 2026-01-01 open Assets:Mine'
FUNDER = 'The "Best" Tea, Ltd: 100% \\ [2026-01-01]'
JANUARY = datetime(2026, 1, 10, 15, 59, 59, tzinfo=UTC)
"""A second before midnight where the programme lives."""
FEBRUARY = datetime(2026, 2, 10, 16, 0, tzinfo=UTC)
MARCH = datetime(2026, 3, 10, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Everything:
    """Two books: the one where everything happened, and the one that its points were converted to."""

    book: Programme
    other: Programme


def _first() -> list[Operation]:
    return [
        Issue(
            key=ANN,
            member=ANN,
            points=500,
            funder=FUNDER,
            expires_on=date(2026, 1, 31),
            occurred_at=JANUARY,
            store=BOB,
            channel="[]",
            staff=ANN,
            reference=DAN,
            metadata={"comment; date:x": FUNDER, "b": ANN},
        ),
        Issue(
            key="i2", member=ANN, points=1_000, available_on=date(2026, 1, 10), occurred_at=JANUARY
        ),
        Issue(key="i3", member=BOB, points=300, occurred_at=JANUARY),
        Issue(key="i4", member=CYD, points=70, funder=FUNDER, occurred_at=JANUARY),
        Issue(key="i5", member=DAN, points=40, expires_on=date(2026, 1, 20), occurred_at=JANUARY),
        Redeem(key="r1", member=ANN, points=120, occurred_at=JANUARY),
        Redeem(key="r2", member=ANN, points=0, occurred_at=JANUARY),
        Redeem(key="too much", member=ANN, points=10**9, occurred_at=JANUARY),
        Redeem(key="r3", member=BOB, points=250, occurred_at=JANUARY),
        Hold(key="h1", member=ANN, points=100, occurred_at=JANUARY),
        Hold(key="h2", member=ANN, points=60, occurred_at=JANUARY),
        Hold(key="h3", member=ANN, points=15, occurred_at=JANUARY),
        Capture(key="c1", member=ANN, hold_key="h1", points=80, occurred_at=JANUARY),
        Release(key="l1", member=ANN, hold_key="h2", occurred_at=JANUARY),
        Reverse(key="v1", member=ANN, operation_key="r1", points=20, occurred_at=FEBRUARY),
        Reverse(key="v2", member=BOB, operation_key="i3", occurred_at=FEBRUARY),
        Issue(key="i6", member=BOB, points=400, occurred_at=FEBRUARY),
        Redeem(key="r4", member=BOB, points=10, occurred_at=FEBRUARY),
        Expire(key="e1", member=DAN, occurred_at=FEBRUARY),
        Gift(key="g1", member=BOB, to_member="new", points=50, occurred_at=FEBRUARY),
        Adjust(
            key="a1",
            member=CYD,
            points=30,
            reason=ANN,
            actor=BOB,
            funder=FUNDER,
            occurred_at=FEBRUARY,
        ),
        Adjust(
            key="a2", member=CYD, points=-45, reason="typed twice", actor=BOB, occurred_at=FEBRUARY
        ),
        Merge(key="m1", member=CYD, into_member=BOB, occurred_at=FEBRUARY),
        Convert(key="x1", member=ANN, points=90, to_programme="other-club", occurred_at=FEBRUARY),
        Convert(
            key="x2",
            member=ANN,
            points=30,
            to_programme="other-club",
            to_member="gone",
            occurred_at=FEBRUARY,
        ),
    ]


async def make_everything(database: Database, code: str = "tea-club") -> Everything:
    """Have all of it happen.

    At the end some points are held, some are on their way to the other book, and somebody owes.
    """
    async with database.transaction() as connection:
        rules = Rules(debt=DebtPolicy.OWE, unit="leaves", display_scale=2)
        book = await create_programme(
            connection,
            code=code,
            party_id=1,
            name='Tea "Club" \\ [1]',
            time_zone="Asia/Shanghai",
            lanes=3,
            rules=rules,
        )
        other = await create_programme(
            connection,
            code="other-club",
            party_id=2,
            name="Other",
            time_zone="America/New_York",
            lanes=2,
        )
        await publish_conversion_rate(connection, book, other, 1, 3)
    ledger = Ledger(database)
    await ledger.submit(other, [Issue(key=key, member=key, points=5) for key in ("gone", "stays")])
    await ledger.submit(other, [Merge(key="m", member="gone", into_member="stays")])
    answers = await ledger.submit(book, _first())
    assert [answer.key for answer in answers if not answer.accepted] == ["too much"], [
        (answer.key, answer.refusal) for answer in answers if not answer.accepted
    ]
    assert await deliver_conversions(ledger) == 2
    await expire_book(ledger, book, "sweep", MARCH)
    answers = await ledger.submit(
        book,
        [
            Convert(key="x3", member=ANN, points=33, to_programme="other-club", occurred_at=MARCH),
            Redeem(key="r5", member="new", points=50, occurred_at=MARCH),
            Issue(key="i7", member="debtor", points=60, occurred_at=MARCH),
            Redeem(key="r6", member="debtor", points=60, occurred_at=MARCH),
            Reverse(key="v3", member="debtor", operation_key="i7", occurred_at=MARCH),
        ],
    )
    assert all(answer.accepted for answer in answers), [answer.refusal for answer in answers]
    async with database.transaction() as connection:
        kinds = await connection.execute(
            text("SELECT DISTINCT kind FROM ledger.journal WHERE refusal IS NULL")
        )
        assert set(kinds.scalars()) == {int(kind) for kind in OperationKind}
    return Everything(book, other)
