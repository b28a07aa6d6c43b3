"""Whoever owns the database changes the bill behind the service's back, and `verify` finds it.

Each tampering is done on a copy of the same two months, with triggers and foreign keys off.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from ledger import Database, engine_url, service_url
from ledger.audit import ChainHead
from ledger.book import load_programmes
from settlement.audit import compare_chains, load_chains, verify_settlement, verify_uses
from settlement.statements.issue import head_of, link
from tests.conftest import create_from_template, on_database
from tests.settlement.audit.proved import build
from tests.tampering import disarm

S, L, P = "settlement.statement", "settlement.line", "settlement.period_line"
CHARGE = "kind = 'charge' AND leg = 'coupon_cost'"
OF_1 = f"WHERE use_id = '1.1' AND {CHARGE}"
CINEMA = "WHERE sequence = (SELECT min(sequence) FROM settlement.statement WHERE kind = 'coupons')"
ISSUED = f"{CINEMA} AND year IS NOT NULL"
LAST = f"WHERE sequence = (SELECT max(sequence) FROM {S})"
PAID = "WHERE state = 'settled'"
RATED, COMPUTED = "it is rated otherwise", "it is computed otherwise"
UNFIT = "does not follow from its lines"
NUMBERING = "settlement.numbering"

TAMPERINGS: dict[str, tuple[str, str]] = {
    "a statement is deleted": (f"DELETE FROM {S} {ISSUED}", "numbers have no gaps"),
    "a statement is deleted, and its lines are": (
        f"DELETE FROM {S} {LAST}; DELETE FROM {L} WHERE month = (SELECT max(month) FROM {L})",
        "numbers have no gaps",
    ),
    "the last number is taken back": (
        f"DELETE FROM {S} {LAST}; UPDATE {NUMBERING} SET last_sequence = last_sequence - 1",
        UNFIT,
    ),
    "a number is skipped": (f"UPDATE {S} SET sequence = sequence + 1 {LAST}", "have no gaps"),
    "a number is another": (f"UPDATE {S} SET number = '2017-900000' {LAST}", UNFIT),
    "a month is open again": (
        "UPDATE settlement.period SET state = 'open' WHERE state = 'closed'",
        "numbered statements are of closed months",
    ),
    **{
        f"{column} of a billed line is another": (f"UPDATE {L} SET {column} = {value} {OF_1}", told)
        for column, value, told in (
            ("payer_party_id", "supplier_party_id", RATED),
            ("payee_party_id", "payee_party_id + 1", RATED),
            ("rate_minor", "rate_minor + 1", RATED),
            ("currency", "'CNY'", RATED),
            ("amount_minor", "amount_minor - 1", RATED),
            ("calculation", "calculation || ' '", RATED),
            ("tax_rate", "0.05", RATED),
            ("leg_number", "NULL", RATED),
            ("card_id", "NULL", "its contract or card is not there"),
            ("contract_id", "99", "its contract or card is not there"),
            ("offer_id", "offer_id + 1", "what is billed or waits"),
            ("occurred_at", "occurred_at + interval '1 s'", "what is billed or waits"),
            ("used_at", "used_at + interval '1 s'", "an amount is its rate"),
            ("coupon_code_tail", "'ZZZZ'", "what is billed or waits"),
            ("coupon_code_sha256", "sha256('x')", "what is billed or waits"),
            ("store", "'elsewhere'", UNFIT),
            ("member", "'somebody'", "what is billed or waits"),
            ("month", "'2000-01'", UNFIT),
        )
    },
    "a flat price is another": (
        "UPDATE settlement.contract SET coupon_cost_minor = 61.5 WHERE coupon_cost_minor > 0",
        RATED,
    ),
    "a line is deleted": (f"DELETE FROM {L} {OF_1}", "a use is charged in both legs"),
    "a line is on no statement": (
        f"UPDATE {L} SET operator_party_id = 99 {OF_1}",
        UNFIT,
    ),
    "a use is never billed": (
        (
            f"DELETE FROM {L} WHERE use_id = '6.1'; UPDATE settlement.period_book"
            " SET uses = uses - 1 WHERE uses > 1"
        ),
        "programme market has",
    ),
    "the count of uses is another": (
        "UPDATE settlement.period_book SET uses = uses + 1",
        "those that were counted",
    ),
    "a reversal gives back less": (
        (
            f"UPDATE {L} SET amount_minor = amount_minor + 1 WHERE use_id = '4.1'"
            " AND kind = 'reversal' AND leg = 'coupon_cost'"
        ),
        "a reversal takes back",
    ),
    "a share of a reversal is another": (
        (
            "UPDATE settlement.allocation SET effective_minor = effective_minor + 1"
            " WHERE kind = 'reversal' AND leg = 'coupon_cost'"
        ),
        "a reversal takes back",
    ),
    "a share is another": (
        f"UPDATE settlement.allocation SET effective_minor = effective_minor + 1 {OF_1}",
        COMPUTED,
    ),
    "tax moves between lines": (
        (
            "UPDATE settlement.allocation SET tax_minor = tax_minor + CASE use_id WHEN '1.1' THEN 1"
            f" ELSE -1 END WHERE use_id IN ('1.1', '3.1') AND {CHARGE}"
        ),
        COMPUTED,
    ),
    "a share is deleted": (f"DELETE FROM settlement.allocation {OF_1}", COMPUTED),
    "a share is added": (
        (
            "INSERT INTO settlement.allocation SELECT book_id, use_id, leg, kind, month, 0, 0"
            f" FROM {L} WHERE use_id = '5.1' AND {CHARGE}"
        ),
        COMPUTED,
    ),
    "a period line is another": (
        f"UPDATE {P} SET amount_minor = amount_minor - 1 WHERE kind = 'tier'",
        COMPUTED,
    ),
    "how a period line came about is another": (
        f"UPDATE {P} SET calculation = '{{}}' WHERE kind = 'package'",
        COMPUTED,
    ),
    "tax of a period is another": (
        f"UPDATE {P} SET tax_minor = tax_minor + 1 WHERE kind = 'tax'",
        COMPUTED,
    ),
    "a period line is deleted": (f"DELETE FROM {P} WHERE kind = 'tier'", COMPUTED),
    "a period line is added": (
        (
            f"INSERT INTO {P} (month, payer_party_id, payee_party_id, operator_party_id, currency,"
            " period_line_id, kind, leg, calculation, amount_minor) SELECT month, payer_party_id,"
            " payee_party_id, operator_party_id, currency, 'free:1', 'free', leg, '{}', 0"
            f" FROM {P} WHERE kind = 'tier' LIMIT 1"
        ),
        COMPUTED,
    ),
    **{
        f"{column} of a statement is another": (f"UPDATE {S} SET {column} = {value} {where}", told)
        for column, value, where, told in (
            ("state", "'settled'", ISSUED, "state is settled"),
            ("state", "'final'", PAID, "state is final"),
            ("payer_agreed_at", "now()", ISSUED, "payer_agreed_at is"),
            ("payee_agreed_at", "payee_agreed_at - interval '1 day'", PAID, "payee_agreed_at is"),
            ("reviewed_by", "7", PAID, "reviewed_by is 7"),
            ("issued_by", "7", PAID, "issued_by is 7"),
            ("voided_at", "now()", PAID, "voided_at is"),
            ("due_on", "due_on + 1", PAID, UNFIT),
            ("issued_at", "issued_at - interval '1 day'", PAID, UNFIT),
            ("payee_party_id", "payee_party_id + 50", PAID, UNFIT),
            ("coupon_cost_minor", "coupon_cost_minor + 1", PAID, UNFIT),
            ("tax_minor", "tax_minor + 1", PAID, UNFIT),
            ("uses", "uses + 1", PAID, UNFIT),
            ("file_sha256", "sha256('x')", PAID, UNFIT),
            ("chain_sha256", "sha256('x')", PAID, UNFIT),
            ("disputed_minor", "disputed_minor + 1", PAID, "what is in question"),
            ("disputed_minor", "0", ISSUED, "what is in question"),
        )
    },
    "a step is deleted": (
        (
            "DELETE FROM settlement.statement_step WHERE step = 'finalise'; "
            f"UPDATE {S} SET state = 'agreed' {PAID}"
        ),
        "state is agreed, not settled",
    ),
    "an agreement is deleted": (
        "DELETE FROM settlement.statement_step WHERE step = 'agree'",
        "agreed_at is",
    ),
    "the bytes of a file are others": (
        "UPDATE settlement.statement_file_part SET content = set_byte(content, 20, 1)",
        UNFIT,
    ),
    "the bytes of a file are gone": ("DELETE FROM settlement.statement_file_part", "files of"),
    "a file is gone": ("DELETE FROM settlement.statement_file", "files of statements are kept"),
    "what a file counts is another": (
        "UPDATE settlement.statement_file SET line_count = line_count + 1",
        "files of statements count their lines",
    ),
    "a daily bill is another": (
        "INSERT INTO settlement.daily_bill VALUES (2, '2017-01-01', 1, 1, sha256('x'), now())",
        "daily bills are what they were",
    ),
    "an adjustment is above its line": (
        f"UPDATE {P} SET amount_minor = -5000 WHERE kind = 'adjustment'",
        "no line is credited by more",
    ),
    "an adjustment is above its statement": (
        f"UPDATE {P} SET amount_minor = -5000 WHERE kind = 'adjustment'",
        "no statement is credited by more",
    ),
    "an adjustment is not what was agreed": (
        "UPDATE settlement.adjustment SET amount_minor = amount_minor - 1",
        "corrections are posted",
    ),
    "an adjustment is taken away": (
        "DELETE FROM settlement.adjustment",
        "corrections are posted",
    ),
    "an adjustment is taken away with its line": (
        f"DELETE FROM settlement.adjustment; DELETE FROM {P} WHERE kind = 'adjustment'",
        "corrections and invoices are those of the history",
    ),
    "a dispute is taken away": (
        (
            "DELETE FROM settlement.dispute WHERE state = 'open'; "
            f"UPDATE {S} SET disputed_minor = 0, state = 'issued' {ISSUED}"
        ),
        "a dispute of its history is not there",
    ),
    "a dispute has another end": (
        "UPDATE settlement.dispute SET state = 'rejected' WHERE state = 'accepted'",
        "is rejected, not accepted",
    ),
    "a dispute is about less": (
        "UPDATE settlement.dispute_line SET amount_minor = 1",
        "disputes are about what was billed",
    ),
    "an invoice is another": (
        "UPDATE settlement.invoice SET gross_minor = gross_minor + 1, net_minor = net_minor + 1",
        "invoices have the sums",
    ),
    "an invoice is taken away": (
        "DELETE FROM settlement.invoice",
        "corrections and invoices are those of the history",
    ),
    "a payment is another": (
        "UPDATE settlement.payment SET amount_minor = amount_minor - 1",
        "posted otherwise",
    ),
    "a payment is taken away": ("DELETE FROM settlement.payment", "posted without a reason"),
    "money is posted otherwise": (
        "UPDATE ledger.money_entry SET amount_minor = amount_minor + 1 WHERE seq = 1",
        "does not follow from its chain",
    ),
    "a rate card says something else": (
        (
            "UPDATE settlement.rate_card SET"
            " document = jsonb_set(document, '{legs,0,tiers,0,rate}', '\"99\"')"
        ),
        "its document is not the one that was written",
    ),
    "a rate card says nothing": (
        "UPDATE settlement.rate_card SET document = '{}'",
        "its document is not the one that was written",
    ),
    "a rate card has another digest, too": (
        (
            "UPDATE settlement.contract SET validity = validity; UPDATE settlement.rate_card SET"
            " named_parties = '{}', document_sha256 = sha256('x')"
        ),
        "its document is not the one that was written",
    ),
}


class Proved:
    """The two months in a database of their own, and what was exported of them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.heads: list[ChainHead] = []

    async def make(self) -> None:
        name = make_url(self.url).database
        administrator = await asyncpg.connect(on_database(self.url, "postgres"))
        await administrator.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await create_from_template(administrator, str(name), "comity")
        await administrator.close()
        database = await Database.open(service_url(self.url))
        await build(database)
        async with database.transaction() as connection:
            self.heads = await load_chains(connection)
        await database.close()
        owner = create_async_engine(engine_url(self.url), poolclass=NullPool)
        async with owner.begin() as connection:
            await disarm(connection)
        await owner.dispose()


@pytest.fixture(scope="module")
def proved(migrated_url: str, worker_name: str) -> Proved:
    made = Proved(on_database(migrated_url, f"proved_{worker_name}"))
    asyncio.run(made.make())
    return made


@pytest.fixture
async def owner(proved: Proved) -> AsyncIterator[AsyncConnection]:
    """A transaction of the owner, with triggers and foreign keys off. It is undone at the end."""
    engine = create_async_engine(engine_url(proved.url), poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection
        await connection.rollback()
    await engine.dispose()


async def told(owner: AsyncConnection) -> str:
    """What `verify` says, as the owner's transaction sees the database."""

    @asynccontextmanager
    async def transaction() -> AsyncIterator[AsyncConnection]:
        yield owner

    programmes = await load_programmes(owner)
    uses = [each for programme in programmes for each in await verify_uses(owner, programme)]
    found = await verify_settlement(transaction, lambda _: nullcontext(lambda *_: None))
    return "\n".join(map(str, [*uses, *(each for defects in found.values() for each in defects)]))


async def tamper(owner: AsyncConnection, statements: str) -> None:
    for statement in statements.split("; "):
        changed = await owner.exec_driver_sql(statement)
        assert changed.rowcount > 0, statement


async def test_what_nobody_has_touched_is_sound(proved: Proved, owner: AsyncConnection) -> None:
    assert await told(owner) == ""
    assert [each.chain for each in proved.heads] == ["settlement", "money"]
    assert await compare_chains(owner, proved.heads) == []


@pytest.mark.parametrize("name", TAMPERINGS)
async def test_a_tampering_is_found(name: str, owner: AsyncConnection) -> None:
    statements, expected = TAMPERINGS[name]
    await tamper(owner, statements)
    assert expected in await told(owner)


async def test_a_history_that_was_written_anew_is_found_by_what_was_exported(
    proved: Proved, owner: AsyncConnection
) -> None:
    await tamper(owner, f"UPDATE {S} SET due_on = due_on + 1 {LAST}")
    last = text(f"SELECT *, sequence - 1 AS earlier FROM {S} {LAST}")
    row = (await owner.execute(last)).mappings().one()
    before = await owner.scalar(
        text(f"SELECT chain_sha256 FROM {S} WHERE sequence = :earlier"), {"earlier": row["earlier"]}
    )
    chain = link(bytes(before or b""), bytes(row["file_sha256"]), head_of(row))
    anew = text(f"UPDATE {S} SET chain_sha256 = :chain {LAST}")
    await owner.execute(anew, {"chain": chain})
    (found,) = await compare_chains(owner, proved.heads)
    assert "another chain" in found
    assert await told(owner) == "", "a chain made anew is right in itself"


async def test_money_that_was_taken_away_is_found_by_what_was_exported(
    proved: Proved, owner: AsyncConnection
) -> None:
    await tamper(owner, "DELETE FROM ledger.money_entry")
    (found,) = await compare_chains(owner, proved.heads)
    assert "is gone" in found
