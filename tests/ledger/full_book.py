"""A book in which every kind of operation has happened, and some were refused.

At the end some points are held, some are on their way to another book, and a member owes.
"""

from collections.abc import Sequence
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
from ledger.book import (
    DebtPolicy,
    Programme,
    Rules,
    create_programme,
    give_consent,
    publish_conversion_rate,
)
from ledger.book.calendar import months
from ledger.finish import deliver_conversions, expire_book
from tests.ledger.fixtures import generous

NAME = 'Tea "Club" \\ [1]'
RULES = Rules(expiry=months(6), debt=DebtPolicy.OWE, grace_days=30, unit="leaves", display_scale=2)
JANUARY = datetime(2026, 1, 10, 12, tzinfo=UTC)
JUNE = datetime(2026, 6, 2, 12, tzinfo=UTC)
JULY = datetime(2026, 7, 2, 12, tzinfo=UTC)

BEFORE_DELIVERY: Sequence[Operation] = (
    Issue(
        key="i1",
        member="ann",
        points=50,
        occurred_at=JANUARY,
        expires_on=date(2026, 6, 30),
        funder="mint",
    ),
    Issue(key="i2", member="ann", points=50, occurred_at=JANUARY, expires_on=date(2026, 5, 31)),
    Issue(key="i3", member="ann", points=50, occurred_at=JANUARY, available_on=date(2026, 5, 1)),
    Redeem(key="r", member="ann", points=60, occurred_at=JANUARY, store="s1"),
    Redeem(key="free", member="ann", points=0, occurred_at=JANUARY),
    Reverse(key="returned", member="ann", operation_key="r", points=20, occurred_at=JANUARY),
    Hold(key="h1", member="ann", points=30, occurred_at=JANUARY),
    Hold(key="h2", member="ann", points=10, occurred_at=JANUARY),
    Hold(key="h3", member="ann", points=5, occurred_at=JANUARY),
    Capture(key="captured", member="ann", hold_key="h1", points=11, occurred_at=JANUARY),
    Release(key="released", member="ann", hold_key="h2", occurred_at=JANUARY),
    Gift(key="gift", member="ann", to_member="bob", points=40, occurred_at=JANUARY),
    Convert(
        key="sent",
        member="bob",
        points=10,
        to_programme="mile-club",
        to_member="bob",
        occurred_at=JANUARY,
    ),
    Convert(
        key="returned-conversion",
        member="bob",
        points=8,
        to_programme="mile-club",
        to_member="gone",
        occurred_at=JANUARY,
    ),
)
AFTER_DELIVERY: Sequence[Operation] = (
    Convert(
        key="open",
        member="bob",
        points=7,
        to_programme="mile-club",
        to_member="bob",
        occurred_at=JANUARY,
    ),
    Issue(key="spent", member="dan", points=50, occurred_at=JANUARY),
    Redeem(key="spends", member="dan", points=45, occurred_at=JANUARY),
    Reverse(key="owed", member="dan", operation_key="spent", occurred_at=JANUARY),
    Issue(key="repays", member="dan", points=20, occurred_at=JANUARY),
    Adjust(
        key="added", member="dan", points=40, reason="goodwill", actor="desk", occurred_at=JANUARY
    ),
    Adjust(
        key="taken", member="dan", points=-5, reason="mistake", actor="desk", occurred_at=JANUARY
    ),
    Issue(key="e1", member="eve", points=50, occurred_at=JANUARY),
    Issue(key="e2", member="eve", points=50, occurred_at=JANUARY, funder="mint"),
    Redeem(key="e3", member="eve", points=99, occurred_at=JANUARY),
    Reverse(key="e4", member="eve", operation_key="e1", occurred_at=JANUARY),
    Merge(key="merge", member="eve", into_member="ann", occurred_at=JANUARY),
    Issue(key="old", member="bob", points=9, occurred_at=JANUARY, expires_on=date(2026, 2, 1)),
    Expire(key="expire", member="bob", occurred_at=JUNE),
)
REFUSED: Sequence[Operation] = (
    Redeem(key="too-much", member="ann", points=10**6, occurred_at=JANUARY),
    Redeem(key="nobody", member="zoe", points=5, occurred_at=JANUARY),
    Issue(key="too-late", member="eve", points=1, occurred_at=JANUARY),
)


async def _accepted(ledger: Ledger, programme: Programme, operations: Sequence[Operation]) -> None:
    answers = await ledger.submit(programme, operations)
    assert [answer.refusal for answer in answers] == [None] * len(answers)


async def fill(database: Database, ledger: Ledger) -> Programme:
    """Make the book "tea-club", its partner "mile-club", and everything that happens in them."""
    async with database.transaction() as connection:
        programme = await create_programme(
            connection,
            code="tea-club",
            party_id=1,
            name=NAME,
            time_zone="Asia/Shanghai",
            rules=RULES,
            lanes=4,
        )
        target = await create_programme(
            connection, code="mile-club", party_id=1, name="Mile Club", time_zone="UTC", lanes=2
        )
        await publish_conversion_rate(connection, programme, target, 1, 2)
        await give_consent(connection, target, programme, generous())
    # A conversion to a member that was merged away comes back.
    await _accepted(
        ledger,
        target,
        [
            Issue(key="i", member="gone", points=1, occurred_at=JANUARY),
            Issue(key="j", member="here", points=1, occurred_at=JANUARY),
            Merge(key="m", member="gone", into_member="here", occurred_at=JANUARY),
        ],
    )
    await _accepted(ledger, programme, BEFORE_DELIVERY)
    assert await deliver_conversions(ledger, limit=10) == 2
    await _accepted(ledger, programme, AFTER_DELIVERY)
    for answer in await ledger.submit(programme, REFUSED):
        assert answer.refusal is not None
    assert (await expire_book(ledger, programme, "sweep", JULY)).accepted
    async with database.transaction() as connection:
        kinds = await connection.execute(
            text("SELECT DISTINCT kind FROM ledger.journal WHERE refusal IS NULL")
        )
        assert set(kinds.scalars()) == {int(kind) for kind in OperationKind}
    return programme
