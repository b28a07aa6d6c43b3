"""Members from a file: described, given points once, and never named in what is kept."""

import asyncio
import csv
import os
import signal
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from catalog import Party, create_party
from catalog.imports import FileMapping, Wish, about_mended, find_mended, members, work_on_import
from catalog.imports.job import Import
from catalog.imports.members import key_of
from catalog.imports.reading import CHUNK_ROWS
from catalog.members import Profile, Tag, Tier, declare_tags, declare_tiers, find_profile, resolve
from exchange.fulfil import DataKeys
from ledger import Database, Ledger
from ledger.asks import Issue, Merge
from ledger.book import Programme, create_programme
from tests.catalog.imports.files import (
    VAULT,
    counts,
    csv_of,
    found,
    imported,
    importer,
    outcomes,
    sent,
    xlsx_of,
)
from tests.catalog.imports.files import (
    key_of as party_key_of,
)
from tests.catalog.imports.test_imports import let_the_lease_end, start_worker

HEADINGS = ["会员号", "手机号", "openid", "邮箱", "等级", "标签", "生日", "期初积分", "积分到期"]
ANN = [
    "ann",
    "138 0013 8000",
    "wx1:oAnn",
    "Ann@Mail.cn",
    "gold",
    "品牌:coffee",
    "02-29",
    "1,200",
    "",
]
BOB = ["bob", "+8613900139000", "", "", "", "brand:coffee;行为:active", "", "", ""]


class Died(BaseException):
    """Stands for the end of a process: nothing catches it."""


@dataclass
class Market:
    """A brand with a programme that has declared tags and tiers."""

    database: Database
    brand: Party
    programme: Programme

    def wish(self, rows: Any, *, raw: bytes | None = None, **more: Any) -> Wish:
        said: dict[str, Any] = {"programme": "market", "may_issue": True, "may_apply": True} | more
        return Wish("members", raw or csv_of([HEADINGS, *rows]), **said)

    async def imported(self, rows: Any, **more: Any) -> Import:
        return await imported(self.database, self.brand, self.wish(rows, **more))

    async def rejected(self, job: Import) -> list[tuple[int, str | None, str | None]]:
        return [
            (row.line, row.code, row.column)
            for row in await outcomes(self.database, job)
            if row.status == "rejected"
        ]

    async def profile(self, member: str) -> Profile:
        async with self.database.transaction() as connection:
            return await find_profile(connection, self.programme.book_id, member)

    async def all(self, query: str) -> list[Any]:
        async with self.database.transaction() as connection:
            values = {"book_id": self.programme.book_id}
            return list(await connection.execute(text(query), values))

    async def issues(self) -> list[tuple[str, str, int]]:
        """The keys, members and points of all that was issued."""
        rows = await self.all(
            "SELECT key, member, amount FROM ledger.journal JOIN ledger.account"
            " USING (book_id, account_id) WHERE book_id = :book_id AND kind = 1 AND amount > 0"
            " AND part = 0 ORDER BY key"
        )
        return [(row.key, row.member, row.amount) for row in rows]


async def open_market(database: Database) -> Market:
    async with database.transaction() as connection:
        brand = await create_party(
            connection, code="market", name="Market", roles=["brand"], category=None
        )
        programme = await create_programme(
            connection, code="market", party_id=brand.party_id, name="Market", time_zone="UTC"
        )
        tags = [Tag("brand:coffee", "Coffee"), Tag("behaviour:active", "Active")]
        await declare_tags(connection, programme.book_id, tags)
        tiers = [Tier("gold", "Gold", 2), Tier("silver", "Silver", 1)]
        await declare_tiers(connection, programme.book_id, tiers)
    return Market(database, brand, programme)


@pytest.fixture
async def market(database: Database) -> Market:
    return await open_market(database)


async def test_members_are_described_and_begin_with_points(market: Market) -> None:
    checked = await market.imported([ANN, BOB], may_apply=False)
    assert (checked.state, counts(checked)) == ("checked", (2, 0, 0, 0))
    assert await market.all("SELECT member FROM catalog.member WHERE book_id = :book_id") == []
    assert await market.issues() == []

    job = await market.imported([ANN, BOB])
    assert (job.import_id, job.state, counts(job)) == (checked.import_id, "done", (2, 0, 0, 0))
    assert await market.issues() == [(f"import:{job.sha256.hex()[:16]}:2", "ann", 1200)]
    ann = await market.profile("ann")
    now = ann.first_seen + timedelta(seconds=1)
    tier = ann.tier(now)
    assert tier is not None
    assert (ann.birthday, tier.tier, [each.tag for each in ann.tags]) == (
        *("02-29", "gold"),
        ["brand:coffee"],
    )
    digester = await DataKeys(market.database, VAULT).digester(market.programme.book_id)
    for kind, value in (("phone", "13800138000"), ("openid", "wx1:oAnn"), ("email", "ann@mail.cn")):
        async with market.database.transaction() as connection:
            known = [digester.identify(kind, value)]
            who = await resolve(connection, market.programme.book_id, known)
        assert who == ("ann", [kind])

    # The same members in another file: nothing is new but what it says otherwise.
    quiet = [*ANN[:7], "", ""]
    silver = [*BOB[:4], "silver", *BOB[5:]]
    job = await market.imported([quiet, silver, ["cleo", *[""] * 8]])
    assert counts(job) == (1, 1, 1, 0)
    assert await market.profile("ann") == ann
    assert len(await market.issues()) == 1


async def test_a_workbook_has_whole_dates_of_birth_and_only_the_day_is_kept(market: Market) -> None:
    row = ["ann", "", "", "", "", "", "1990-05-20", 7.0, "2099-12-31"]
    mapping = FileMapping(columns={"member": "卡号"})
    file = xlsx_of([["卡号", *HEADINGS[1:]], row])
    job = await market.imported([], raw=file, mapping=mapping)
    assert counts(job) == (1, 0, 0, 0), await market.rejected(job)
    assert (await market.profile("ann")).birthday == "05-20"
    (lot,) = await market.all(
        "SELECT expires_on FROM ledger.journal WHERE book_id = :book_id AND kind = 1"
    )
    assert lot.expires_on.isoformat() == "2099-12-31"


async def test_a_rejected_row_changes_nothing_and_names_its_column(market: Market) -> None:
    await market.imported([ANN, BOB])
    await merge(market, "gone", "ann")
    before = await market.issues()
    bad: list[tuple[list[str], str, str | None]] = [
        (["d1", "13800138000", *[""] * 5, "5", ""], "identifier-taken", "phone"),
        (["d2", *[""] * 3, "platinum", "", "", "5", ""], "tier-unknown", "tier"),
        (["d3", *[""] * 4, "brand:tea", "", "5", ""], "tag-unknown", "tags"),
        (["gone", *[""] * 6, "5", ""], "member-merged", "member"),
        (["d4", *[""] * 6, "5", "2001-01-01"], "already-expired", "expires_on"),
        (["d5", "13700137000", *[""] * 5, "5", ""], "identifier-repeated", "phone"),
        (["d6", *[""] * 5, "02-30", "5", ""], "birthday-invalid", "birthday"),
        (["ok", *[""] * 6, "5", ""], "row-repeated", None),
    ]
    good = ["ok", "13700137000", *[""] * 5, "9", ""]
    rows = [good, *(row for row, _, _ in bad)]
    expected = [(line, code, column) for line, (_, code, column) in enumerate(bad, start=3)]
    job = await market.imported(rows)
    assert (job.state, counts(job)) == ("checked", (1, 0, 0, len(bad)))
    assert await market.rejected(job) == expected
    assert await market.issues() == before

    job = await market.imported(rows, accept_partial=True)
    assert (job.state, counts(job)) == ("done", (1, 0, 0, len(bad)))
    assert await market.rejected(job) == expected
    assert [each for each in await market.issues() if each not in before] == [
        (key_of(job.sha256, 2), "ok", 9)
    ]
    known = await market.all("SELECT member FROM catalog.member WHERE book_id = :book_id")
    assert {row.member for row in known} <= {"ann", "bob", "ok", "gone"}

    job = await market.imported([["e1", *[""] * 6, "5", ""], ["e2", *[""] * 8]], may_issue=False)
    assert await market.rejected(job) == [(2, "points-not-permitted", "points")]


async def merge(market: Market, member: str, into: str) -> None:
    """Merge a member into another one. Both have points, which takes no row of theirs."""
    ledger = Ledger(market.database)
    for operation in (
        Issue(key=f"0-{member}", member=member, points=1),
        Issue(key=f"0-{into}", member=into, points=1),
        Merge(key=f"merge-{member}", member=member, into_member=into),
    ):
        (made,) = await ledger.submit(market.programme, [operation])
        assert made.accepted, made.refusal


async def test_points_that_the_ledger_refuses_reject_their_row(market: Market) -> None:
    """The same file, read in another way: its points came already, and are not changed."""
    file = csv_of([["会员号", "积分", "生日"], ["ann", "5", ""], ["bob", "", "01-31"]])
    job = await market.imported([], raw=file)
    assert counts(job) == (2, 0, 0, 0)
    mapping = FileMapping(constants={"expires_on": "2099-12-31"})
    again = await market.imported([], raw=file, mapping=mapping)
    assert (again.import_id != job.import_id, again.state) == (True, "done")
    assert await market.rejected(again) == [(2, "idempotency-key-reused", "points")]
    assert counts(again) == (0, 0, 1, 1)
    assert await market.issues() == [(key_of(job.sha256, 2), "ann", 5)]


async def test_what_identifies_a_member_is_stored_nowhere_in_clear(market: Market) -> None:
    private = [*ANN[:1], "13800138000", "wx1:oSecretAnn", "secret.ann@mail.cn", *ANN[4:]]
    bad = ["secretbob", "13900139000", "", "nonsense@", "secretgold", "", "05-31", "", ""]
    job = await market.imported([private, bad], accept_partial=True)
    assert counts(job) == (1, 0, 0, 1)
    assert job.file is not None
    assert job.file["first_rows"][0] == [*["•••"] * 4, "gold", "品牌:coffee", "•••", "1,200", ""]
    assert [row.key for row in await outcomes(market.database, job)] == [None, None]
    tables = ("import_job", "import_row", "member", "member_identifier", "member_tag")
    for table in tables:
        whole = " ".join(
            row[0] for row in await market.all(f"SELECT t::text FROM catalog.{table} AS t")
        )
        for plain in ("13800138000", "SecretAnn", "secret.ann", "13900139000", "secretbob"):
            assert plain not in whole
            assert plain.encode().hex() not in whole
    async with market.database.transaction() as connection:
        sealed = await find_mended(connection, job.import_id)
        assert sealed is not None
    key = await party_key_of(market.database, market.brand)
    mended = key.open(sealed, about_mended(job.import_id)).decode("utf-8-sig")
    assert "13800138000" not in mended  # the good row is not repeated
    _, row = csv.reader(mended.splitlines())
    assert row[-2:-1] == ["email"]
    assert "nonsense" not in row[-1]


async def test_a_killed_worker_gives_no_points_twice_and_loses_none(
    market: Market, database_url: str
) -> None:
    rows = [[f"m{number:05}", *[""] * 6, str(number + 1), ""] for number in range(5 * CHUNK_ROWS)]
    rows.insert(700, ["bad", "1", *[""] * 5, "5", ""])
    job = await sent(market.database, market.brand, market.wish(rows, accept_partial=True))
    worker = await start_worker(database_url)
    while not await market.issues():
        assert worker.returncode is None
        await asyncio.sleep(0.005)
    os.kill(worker.pid, signal.SIGKILL)
    await worker.wait()
    cut = await found(market.database, market.brand, job)
    assert cut.state == "applying"
    await let_the_lease_end(market.database, job.import_id)
    assert await work_on_import(importer(market.database)) == 1
    whole = await found(market.database, market.brand, job)
    assert (whole.state, counts(whole)) == ("done", (len(rows) - 1, 0, 0, 1))
    given = await market.issues()
    assert sorted(points for _, _, points in given) == list(range(1, len(rows)))
    assert len({member for _, member, _ in given}) == len(rows) - 1
    kept = await market.all("SELECT status, count(*) AS n FROM catalog.import_row GROUP BY status")
    assert {row.status: row.n for row in kept} == {"created": len(rows) - 1, "rejected": 1}


@pytest.mark.parametrize("step", ["keep_rows", "_issue", "advance"])
async def test_after_each_step_that_fails_the_next_round_does_the_rest(
    market: Market, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The process dies after a step. Whatever was committed, the file ends in the same."""
    job = await sent(market.database, market.brand, market.wish([ANN, BOB]))
    real = getattr(members, step)

    async def dies(*given: Any) -> Any:
        made = await real(*given)
        raise Died(made)

    monkeypatch.setattr(members, step, dies)
    with pytest.raises(Died):
        await work_on_import(importer(market.database))
    monkeypatch.setattr(members, step, real)
    await let_the_lease_end(market.database, job.import_id)
    assert await work_on_import(importer(market.database)) == 1
    whole = await found(market.database, market.brand, job)
    assert (whole.state, counts(whole)) == ("done", (2, 0, 0, 0))
    assert await market.issues() == [(key_of(job.sha256, 2), "ann", 1200)]


async def test_who_merges_a_member_before_its_points_come_rejects_its_row(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = members._issue

    async def merged_before(*given: Any) -> Any:
        await merge(market, "ann", "bob")
        return await real(*given)

    monkeypatch.setattr(members, "_issue", merged_before)
    job = await market.imported([ANN, BOB])
    assert (job.state, counts(job)) == ("done", (1, 0, 0, 1))
    assert await market.rejected(job) == [(2, "member-merged", "points")]
    assert [points for _, _, points in await market.issues()] == [1, 1]


async def test_many_members_take_as_many_statements_as_one(market: Market) -> None:
    """Members of all sorts, new and known, by the same statements."""
    counted = []
    for round_of, many in enumerate((1, 1, 40)):
        sent_to_database: list[str] = []

        def note(*given: Any, told: list[str] = sent_to_database) -> None:
            told.append(given[2])

        rows = [
            [
                f"m{round_of}-{n}",
                f"138{round_of:04}{n:04}",
                "",
                "",
                "gold",
                "brand:coffee",
                "",
                "",
                "",
            ]
            for n in range(many)
        ]
        engine = market.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        await market.imported(rows)
        event.remove(engine, "before_cursor_execute", note)
        counted.append(len(sent_to_database))
    assert counted[1] == counted[2]  # the first one makes keys
