"""What is changed behind the ledger's back is found, by the check that is meant for it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta

import asyncpg
import pytest

from ledger import Database, Ledger, service_url
from ledger.asks import Expire, Gift, Hold, Issue, Merge, Redeem, Reverse
from ledger.audit import verify_book
from ledger.audit.checks import CHECKS
from ledger.book import (
    DebtPolicy,
    ExpiryKind,
    ExpiryPlan,
    Rules,
    create_programme,
    find_programme,
    load_programmes,
)
from tests.conftest import create_from_template, on_database
from tests.ledger.full_book import JANUARY, fill

DENSE = "records are dense"
FOLLOW = "each entry's balance"
CHAIN = "each record names"
WALLETS = "wallets hold what their last entry"
LATEST = "a wallet knows the latest day"
LOTS = "lots hold what their entries moved"
ORDER = "no lot is empty"
EXPIRY = "the next expiry"
TAKEN = "holds and conversions are of the points"
ENDED = "holds and conversions end once"
FUNDER = "what is set aside comes back"
OPEN = "wallets and lanes hold what is set aside"
REVERSED = "an operation is not reversed"
MOVES = "every operation moves its points"
SWEPT = "a book's sweep counts"
HALVES = "both halves"
PAIRS = "a gift is received"
MERGED = "merged wallets"
LANES = "wallets are in the lane"
OWN = "the lanes' own accounts"
ZERO = "the book sums to zero"
CONSENTS = "each consent and each member's month"

_LAST = "(lane, seq) IN (SELECT lane, max(seq) FROM ledger.journal WHERE book_id = 1 GROUP BY lane)"

TAMPERINGS: list[tuple[str, str]] = [
    (DENSE, "UPDATE ledger.lane SET seq = seq + 1"),
    (DENSE, f"DELETE FROM ledger.journal WHERE {_LAST}"),
    (DENSE, "DELETE FROM ledger.journal WHERE key = 'i2'"),
    (DENSE, "DELETE FROM ledger.journal WHERE part = 1"),
    (DENSE, "UPDATE ledger.journal SET part = 7 WHERE part = 1"),
    (DENSE, "UPDATE ledger.journal SET kind = 2 WHERE part = 1 AND kind = 4"),
    (DENSE, "UPDATE ledger.journal SET metadata = '{}' WHERE part = 1"),
    (DENSE, "UPDATE ledger.journal SET recorded_at = now() WHERE part = 1"),
    (DENSE, "UPDATE ledger.journal SET previous = NULL WHERE part = 1"),
    (DENSE, "UPDATE ledger.journal SET account_id = account_id + 1 WHERE key = 'i2'"),
    (FOLLOW, "UPDATE ledger.journal SET balance = balance + 1 WHERE key = 'i2'"),
    (FOLLOW, "UPDATE ledger.journal SET held = held + 1 WHERE key = 'h2'"),
    (FOLLOW, "UPDATE ledger.journal SET held = NULL WHERE key = 'h2'"),
    (FOLLOW, "UPDATE ledger.journal SET debt = 1 WHERE key = 'i2'"),
    (FOLLOW, "UPDATE ledger.journal SET amount = amount + 1 WHERE key = 'i2'"),
    (FOLLOW, "UPDATE ledger.journal SET to_kind = 1 WHERE key = 'i2'"),
    (FOLLOW, "UPDATE ledger.journal SET from_kind = 15, to_kind = 0 WHERE key = 'i2'"),
    (CHAIN, "UPDATE ledger.journal SET previous = NULL WHERE key = 'i3'"),
    (CHAIN, "UPDATE ledger.journal SET previous = previous - 1 WHERE key = 'i3'"),
    (CHAIN, "UPDATE ledger.journal SET previous = seq - 1 WHERE key = 'free'"),
    (CHAIN, "UPDATE ledger.journal SET slides_until = '2026-12-31' WHERE key = 'i3'"),
    (CHAIN, "UPDATE ledger.account SET last_seq = last_seq - 1 WHERE member = 'ann'"),
    (CHAIN, "UPDATE ledger.account SET last_seq = NULL WHERE member = 'ann'"),
    (CHAIN, "UPDATE ledger.account SET slides_until = '2026-12-31' WHERE member = 'ann'"),
    (LATEST, "UPDATE ledger.account SET latest_on = latest_on - 1 WHERE member = 'ann'"),
    (LATEST, "UPDATE ledger.account SET latest_on = '2099-01-01' WHERE member = 'ann'"),
    (WALLETS, "UPDATE ledger.account SET balance = balance + 1 WHERE member = 'ann'"),
    (WALLETS, "UPDATE ledger.account SET held = held + 1 WHERE member = 'ann'"),
    (WALLETS, "UPDATE ledger.account SET debt = debt + 1 WHERE member = 'ann'"),
    (WALLETS, "DELETE FROM ledger.account WHERE member = 'ann'"),
    (
        LOTS,
        (
            "UPDATE ledger.account SET lots = replace(lots::text, '2026-07', '2026-08')::json"
            " WHERE member = 'dan'"
        ),
    ),
    (
        LOTS,
        (
            "UPDATE ledger.account SET lots = jsonb_set(lots::jsonb, '{0,points}', '1')::json"
            " WHERE member = 'dan'"
        ),
    ),
    (
        LOTS,
        (
            "UPDATE ledger.account SET lots = jsonb_set(lots::jsonb, '{0,funder}', '\"me\"')::json"
            " WHERE member = 'dan'"
        ),
    ),
    (
        LOTS,
        (
            "UPDATE ledger.account"
            " SET lots = jsonb_set(lots::jsonb, '{0,available_on}', '\"2026-01-01\"')::json"
            " WHERE member = 'dan'"
        ),
    ),
    (LOTS, "UPDATE ledger.account SET lots = '[]' WHERE member = 'dan'"),
    (LOTS, "UPDATE ledger.journal SET expires_on = '2099-01-01' WHERE key = 'i2'"),
    (LOTS, "UPDATE ledger.journal SET available_on = '2026-01-10' WHERE key = 'i2'"),
    (LOTS, "UPDATE ledger.journal SET funder = 'somebody' WHERE key = 'i1'"),
    (
        ORDER,
        (
            "UPDATE ledger.account SET lots = (lots::jsonb || '[{\"points\": 0}]')::json"
            " WHERE member = 'dan'"
        ),
    ),
    (
        ORDER,
        (
            "UPDATE ledger.account SET lots = (lots::jsonb || (lots::jsonb -> 0))::json"
            " WHERE member = 'dan'"
        ),
    ),
    (EXPIRY, "UPDATE ledger.account SET next_expiry = next_expiry + 1 WHERE member = 'dan'"),
    (EXPIRY, "UPDATE ledger.account SET next_expiry = NULL WHERE member = 'dan'"),
    (EXPIRY, "UPDATE ledger.account SET next_expiry = '2026-12-31' WHERE member = 'eve'"),
    (TAKEN, "UPDATE ledger.hold SET points = points + 1 WHERE state = 0"),
    (TAKEN, "UPDATE ledger.hold SET account_id = account_id + 256 WHERE state = 1"),
    (TAKEN, "DELETE FROM ledger.hold WHERE state = 0"),
    (TAKEN, "UPDATE ledger.journal SET to_kind = 5 WHERE to_kind = 2"),
    (ENDED, "UPDATE ledger.hold SET state = 2 WHERE state = 1"),
    (ENDED, "UPDATE ledger.hold SET state = 1 WHERE state = 2"),
    (ENDED, "UPDATE ledger.hold SET state = 1 WHERE state = 0"),
    (ENDED, "UPDATE ledger.hold SET state = 0 WHERE state = 2"),
    (ENDED, "UPDATE ledger.journal SET subject = NULL WHERE key = 'captured'"),
    (ENDED, "UPDATE ledger.journal SET subject = subject + 256 WHERE key = 'released'"),
    (ENDED, "UPDATE ledger.journal SET refusal = '{}' WHERE key = 'released'"),
    (ENDED, "UPDATE ledger.journal SET kind = 15 WHERE key = 'released'"),
    (FUNDER, "UPDATE ledger.journal SET funder = 'somebody' WHERE key = 'released'"),
    (OPEN, "UPDATE ledger.lane SET held = held + 1, issuance = issuance - 1"),
    (OPEN, "UPDATE ledger.lane SET clearing = 0, held = held + clearing WHERE clearing > 0"),
    (OPEN, "UPDATE ledger.hold SET state = 2 WHERE state = 0"),
    (REVERSED, "UPDATE ledger.journal SET points = 61 WHERE key = 'returned'"),
    (REVERSED, "UPDATE ledger.journal SET subject = NULL WHERE key = 'returned'"),
    (
        REVERSED,
        "UPDATE ledger.journal SET subject = seq::bigint << 8 | lane WHERE key = 'returned'",
    ),
    (REVERSED, "UPDATE ledger.journal SET refusal = '{}' WHERE key = 'r'"),
    (MOVES, "UPDATE ledger.journal SET points = coalesce(points, amount) + 1 WHERE key = 'i2'"),
    (MOVES, "UPDATE ledger.journal SET points = 1 WHERE key = 'free'"),
    (MOVES, "UPDATE ledger.journal SET points = 5 WHERE key = 'taken'"),
    (MOVES, "UPDATE ledger.journal SET refusal = '{}' WHERE key = 'i2'"),
    (MOVES, "UPDATE ledger.journal SET refusal = NULL WHERE key = 'too-much'"),
    (MOVES, "UPDATE ledger.journal SET kind = 12 WHERE key = 'i2'"),
    (MOVES, "UPDATE ledger.journal SET kind = 7 WHERE key = 'i2'"),
    (MOVES, "UPDATE ledger.journal SET to_kind = 2 WHERE to_kind = 1"),
    (MOVES, "UPDATE ledger.journal SET from_kind = 6 WHERE from_kind = 0"),
    (SWEPT, "UPDATE ledger.journal SET points = points + 1 WHERE key = 'sweep'"),
    (SWEPT, "UPDATE ledger.journal SET detail = '{\"wallets\": 99}' WHERE key = 'sweep'"),
    (SWEPT, "UPDATE ledger.journal SET reference = 'another' WHERE key LIKE 'sweep %'"),
    (HALVES, "UPDATE ledger.journal SET expires_on = '2026-09-30' WHERE kind = 11"),
    (HALVES, "UPDATE ledger.journal SET funder = 'somebody' WHERE kind = 17 AND part = 0"),
    (PAIRS, "UPDATE ledger.journal SET detail = '{\"to\": \"dan\"}' WHERE key = 'gift'"),
    (PAIRS, "UPDATE ledger.journal SET subject = subject + 256 WHERE kind = 11 AND part = 0"),
    (PAIRS, "UPDATE ledger.journal SET refusal = '{}' WHERE key = 'merge'"),
    (MERGED, "UPDATE ledger.account SET merged_into = NULL WHERE member = 'eve'"),
    (MERGED, "UPDATE ledger.account SET merged_into = 'dan' WHERE member = 'eve'"),
    (MERGED, "UPDATE ledger.account SET merged_into = 'ann' WHERE member = 'dan'"),
    (MERGED, "UPDATE ledger.account SET balance = 1 WHERE member = 'eve'"),
    (LANES, "UPDATE ledger.account SET member = 'someone' WHERE member = 'ann'"),
    (LANES, "UPDATE ledger.lane SET accounts = accounts + 1"),
    (LANES, "UPDATE ledger.account SET account_id = account_id + 25600 WHERE member = 'ann'"),
    *(
        (OWN, f"UPDATE ledger.lane SET {kind} = {kind} {change} 1")
        for kind, change in {
            "issuance": "-",
            "redemption": "+",
            "breakage": "+",
            "held": "+",
            "transit": "+",
            "clearing": "+",
            "adjustment": "-",
            "debt": "-",
            "converted_out": "+",
            "converted_in": "-",
        }.items()
    ),
    (ZERO, "UPDATE ledger.lane SET issuance = issuance - 1"),
    (ZERO, "UPDATE ledger.lane SET transit = transit + 1, issuance = issuance - 1"),
    (ZERO, "UPDATE ledger.lane SET debt = debt - 1, adjustment = adjustment + 1"),
    (ZERO, "UPDATE ledger.account SET debt = debt + 1 WHERE member = 'dan'"),
    (ZERO, "UPDATE ledger.account SET balance = balance + 1 WHERE member = 'dan'"),
    *(
        (CONSENTS, f"UPDATE ledger.{change}")
        for change in (
            "consent SET points = points + 1",
            "consent SET version = 2",
            "consent_month SET points = points - 1",
            "consent_month SET month = '2000-01'",
            "consent_month SET member = 'eve'",
        )
    ),
    (
        CONSENTS,
        (
            "ALTER TABLE ledger.consent DROP CONSTRAINT consent_check;"
            "UPDATE ledger.consent SET points_max = points - 1"
        ),
    ),
    (CONSENTS, "DELETE FROM ledger.consent"),
    (CONSENTS, "DELETE FROM ledger.consent_month"),
]


@pytest.fixture(scope="module")
def template(migrated_url: str, worker_name: str) -> Iterator[str]:
    """The name of a database with a full book, made once, to be copied."""
    name = f"verified_{worker_name}"

    async def execute(statement: str) -> None:
        admin = await asyncpg.connect(on_database(migrated_url, "postgres"))
        try:
            await admin.execute(statement)
        finally:
            await admin.close()

    async def build() -> None:
        await execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin = await asyncpg.connect(on_database(migrated_url, "postgres"))
        try:
            await create_from_template(admin, name, "comity")
        finally:
            await admin.close()
        database = await Database.open(service_url(on_database(migrated_url, name)))
        try:
            await fill(database, Ledger(database))
        finally:
            await database.close()

    asyncio.run(build())
    yield name
    asyncio.run(execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


@pytest.fixture
async def copy_url(template: str, migrated_url: str, worker_name: str) -> AsyncIterator[str]:
    """The address of this test's own copy of the full book."""
    name = f"copied_{worker_name}"
    admin = await asyncpg.connect(on_database(migrated_url, "postgres"))
    try:
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await create_from_template(admin, name, template)
        yield on_database(migrated_url, name)
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await admin.close()


@pytest.fixture
async def copied(copy_url: str) -> AsyncIterator[Database]:
    database = await Database.open(service_url(copy_url), pool_size=1)
    try:
        yield database
    finally:
        await database.close()


async def test_a_book_of_all_operations_has_no_defects(copied: Database) -> None:
    told: list[tuple[str, int, int]] = []
    async with copied.transaction() as connection:
        programmes = await load_programmes(connection)
    for programme in programmes:
        told.clear()
        async with copied.transaction() as connection:
            assert (
                await verify_book(connection, programme, lambda *told_now: told.append(told_now))
                == []
            )
        assert told == [
            (check, number, len(CHECKS)) for number, check in enumerate(CHECKS, start=1)
        ]


async def test_the_rare_cases_are_no_defects(database: Database, ledger: Ledger) -> None:
    """Lapses in other records, operations that move nothing, reversals after a merge."""
    rules = Rules(expiry=ExpiryPlan(ExpiryKind.SLIDING, 30), debt=DebtPolicy.TAKE, grace_days=10)
    async with database.transaction() as connection:
        programme = await create_programme(
            connection,
            code="tea-club",
            party_id=1,
            name="Tea",
            time_zone="UTC",
            rules=rules,
            lanes=4,
        )
    may, june = JANUARY + timedelta(days=120), JANUARY + timedelta(days=160)
    answers = await ledger.submit(
        programme,
        [
            Issue(key="lapses", member="ann", points=50, occurred_at=JANUARY),
            Issue(
                key="dated",
                member="ann",
                points=50,
                occurred_at=JANUARY,
                expires_on=date(2027, 1, 1),
            ),
            Issue(
                key="dies", member="ann", points=5, occurred_at=JANUARY, expires_on=date(2026, 2, 1)
            ),
            Redeem(key="free", member="ann", points=0, occurred_at=JANUARY),
            Hold(key="free hold", member="ann", points=0, occurred_at=JANUARY),
            Redeem(key="r", member="ann", points=5, occurred_at=JANUARY),
            Issue(key="after the lapse", member="ann", points=7, occurred_at=may),
            Gift(key="gift", member="ann", to_member="bob", points=57, occurred_at=may),
            Redeem(key="too much", member="ann", points=1, occurred_at=may),
            Reverse(
                key="all spent", member="ann", operation_key="after the lapse", occurred_at=may
            ),
            Reverse(key="to the grace", member="ann", operation_key="r", points=2, occurred_at=may),
            Merge(key="merge", member="bob", into_member="ann", occurred_at=june),
            Reverse(key="after the merge", member="ann", operation_key="r", occurred_at=june),
            Issue(key="again", member="dan", points=1, occurred_at=JANUARY),
            Redeem(key="all", member="dan", points=1, occurred_at=JANUARY),
            Merge(key="empty", member="dan", into_member="ann", occurred_at=june),
            Reverse(key="an heir's", member="ann", operation_key="all", occurred_at=june),
            Expire(key="expire", member="ann", occurred_at=june),
        ],
    )
    assert [answer.key for answer in answers if not answer.accepted] == ["too much"]
    assert (answers[9].points, answers[15].points) == (0, 0)
    async with database.transaction() as connection:
        assert await verify_book(connection, programme) == []


async def test_an_empty_book_has_no_defects(database: Database) -> None:
    async with database.transaction() as connection:
        programme = await create_programme(
            connection, code="new", party_id=1, name="New", time_zone="UTC"
        )
    async with database.transaction() as connection:
        assert await verify_book(connection, programme) == []


@pytest.mark.parametrize(("check", "tampering"), TAMPERINGS)
async def test_every_tampering_is_found_by_its_check(
    copied: Database, copy_url: str, check: str, tampering: str
) -> None:
    owner = await asyncpg.connect(copy_url)
    try:
        # Triggers and foreign keys off, as only a superuser can have it.
        await owner.execute("SET session_replication_role = replica")
        assert int((await owner.execute(tampering)).split()[-1]) > 0
    finally:
        await owner.close()
    async with copied.transaction() as connection:
        # What comes in is counted where it comes in.
        of_target = check == CONSENTS
        programme = await find_programme(connection, "mile-club" if of_target else "tea-club")
    async with copied.transaction() as connection:
        found = {defect.check for defect in await verify_book(connection, programme)}
    assert any(name.startswith(check) for name in found), found


def test_every_check_is_tried() -> None:
    tried = {name for name in CHECKS for check, _ in TAMPERINGS if name.startswith(check)}
    assert tried == set(CHECKS)
