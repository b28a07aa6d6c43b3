"""The SQL of the tree keeps to forms that mean the same on one server and on a cluster.

Each rule is shown to bite by a planted example.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from ledger import Database, Placement, driver, service_url
from loadtests.cluster.tables import placed
from tests.architecture.statements import (
    Statement,
    as_sent,
    cross_book,
    inner_statements,
    modules,
    statements,
)

EXPLAINED_MIN = 100
"""How many statements the server can explain as they stand. The others are templates."""
VIEWS = ("ledger.operation", "ledger.entry")
"""Views of the journal: a statement about them is one about a distributed table."""
COMPLETED = {
    "exchange.coupons.read._QUERY": "each reader adds the book to its conditions",
    "settlement.period_lines.allocate._SHARED": "a part of others, which are listed",
    "settlement.period_lines.allocate._TAKEN_BACK": "a part of others, which are listed",
    "settlement.statements.drafts.SUMMED": "a part of others, which are listed",
    "settlement.explain.lines._SELECT": "each reader adds the book, or the month that it proves",
}
"""Statements that are sent only with something added."""

_LOCKS = re.compile(r"\bFOR (NO KEY )?UPDATE\b")
_WRITING_CTE = re.compile(r"\bAS (MATERIALIZED )?\( ?(INSERT|UPDATE|DELETE)\b")
_CLOCK = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|random)\(\)"
    r"|\bCURRENT_(DATE|TIME|TIMESTAMP)\b",
    re.IGNORECASE,
)
_UPSERT = re.compile(r"\bDO UPDATE SET\b(.*?)(?=\bRETURNING\b|\) ?,|$)")
_VALUE = r"(\$\d+|:\w+)"
_ONE_BOOK = re.compile(
    rf"\bbook_id = ({_VALUE}|CAST\({_VALUE})"
    rf"|\(\s?book_id\b[^)]*\) (SELECT|VALUES \() ?{_VALUE}"
    rf"|\bSELECT {_VALUE}(::\w+)? AS book_id\b"
)
_SKIPS_SOME = re.compile(r"\bINSERT INTO\b.*\bSELECT\b.*\bON CONFLICT\b.*\bDO NOTHING\b")


def locks_beside_writes(found: Iterable[Statement]) -> Iterator[str]:
    """A cluster cannot pass on the rows of a locking subquery to one that writes."""
    for each in found:
        if _LOCKS.search(each.sql) and _WRITING_CTE.search(each.sql):
            yield each.place


def clocks_in_upserts(found: Iterable[Statement]) -> Iterator[str]:
    """A cluster refuses functions there that are not the same on every node."""
    for each in found:
        if any(_CLOCK.search(changed[1]) for changed in _UPSERT.finditer(each.sql)):
            yield each.place


def without_a_book(found: Iterable[Statement], listed: Mapping[str, str]) -> Iterator[str]:
    """A cluster sends such a statement to every node, whosever member it is about."""
    about = "|".join(map(re.escape, (*placed(Placement.DISTRIBUTED), *VIEWS)))
    distributed = re.compile(rf"(?<!')\b({about})\b")
    for each in found:
        if each.sql in listed or each.place in COMPLETED:
            continue
        if distributed.search(each.sql) and not _ONE_BOOK.search(each.sql):
            yield each.place


def counts_of_skipped_rows(source: str, names: Mapping[str, object], module: str) -> Iterator[str]:
    """A cluster counts the rows selected, not those inserted: count what RETURNING gives."""
    skipping = {
        name
        for name, value in names.items()
        if isinstance(value, str | type(text(""))) and _SKIPS_SOME.search(as_sent(value))
    }
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        inside = any(
            _SKIPS_SOME.search(each.sql)
            for each in inner_statements(ast.unparse(function), dict(names), module)
        )
        reads = {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
        built = {"from_select", "on_conflict_do_nothing"} <= reads
        if "rowcount" in reads and (used & skipping or inside or built):
            yield f"{module}.{function.name}"


def planted(sql: str) -> list[Statement]:
    return [Statement("planted", as_sent(text(sql)))]


def test_the_tree_has_statements_of_every_package() -> None:
    found = {each.place.partition(".")[0] for each in statements()}
    assert found >= {"ledger", "catalog", "exchange", "settlement"}


def test_nothing_locks_rows_for_a_writing_subquery() -> None:
    assert list(locks_beside_writes(statements())) == []


def test_no_upsert_asks_the_clock() -> None:
    assert list(clocks_in_upserts(statements())) == []


def test_every_statement_about_members_names_its_book() -> None:
    assert list(without_a_book(statements(), cross_book())) == []


def test_nothing_counts_the_rows_that_an_insert_may_have_skipped() -> None:
    found = [
        place
        for module in modules()
        for place in counts_of_skipped_rows(
            Path(str(module.__file__)).read_text(encoding="utf-8"), vars(module), module.__name__
        )
    ]
    assert found == []


def test_what_is_listed_as_across_books_is_about_members_and_locks_nothing() -> None:
    listed = [Statement(place, sql) for sql, place in cross_book().items()]
    assert list(without_a_book(listed, {})) == [each.place for each in listed]
    assert [each.place for each in listed if _LOCKS.search(each.sql)] == []


async def test_no_trigger_has_a_transition_table(database: Database) -> None:
    query = text("""
        SELECT tgrelid::regclass || '.' || tgname FROM pg_trigger
        WHERE coalesce(tgoldtable, tgnewtable) IS NOT NULL
    """)
    async with database.transaction() as connection:
        assert list((await connection.execute(query)).scalars()) == []


async def test_a_planted_transition_table_is_found(database_url: str) -> None:
    owner = await asyncpg.connect(database_url)
    try:
        await owner.execute("""
            CREATE TRIGGER planted AFTER INSERT ON settlement.line
                REFERENCING NEW TABLE AS inserted
                FOR EACH STATEMENT EXECUTE FUNCTION settlement.require_open_period()
        """)
        opened = await Database.open(service_url(database_url))
        try:
            with pytest.raises(AssertionError, match=r"settlement\.line\.planted"):
                await test_no_trigger_has_a_transition_table(opened)
        finally:
            await opened.close()
    finally:
        await owner.close()


@pytest.mark.parametrize(
    "sql",
    [
        """
        WITH locked AS (SELECT coupon_id FROM exchange.coupon WHERE book_id = :book_id FOR UPDATE),
            steps AS (INSERT INTO exchange.receipt_step (book_id) SELECT :book_id FROM locked)
        SELECT 1
        """,
        """
        WITH due AS MATERIALIZED (SELECT 1 FROM exchange.coupon FOR NO KEY UPDATE SKIP LOCKED),
            moved AS (UPDATE exchange.coupon SET state = 'USED' RETURNING 1)
        SELECT * FROM moved
        """,
    ],
)
def test_a_planted_lock_beside_a_write_is_found(sql: str) -> None:
    assert list(locks_beside_writes(planted(sql))) == ["planted"]


@pytest.mark.parametrize("clock", ["now()", "clock_timestamp()", "CURRENT_TIMESTAMP"])
def test_a_planted_clock_in_an_upsert_is_found(clock: str) -> None:
    sql = f"""
        INSERT INTO ledger.request (book_id, key) VALUES (:book_id, :key)
        ON CONFLICT (book_id, key) DO UPDATE SET key = excluded.key, recorded_at = {clock}
    """
    assert list(clocks_in_upserts(planted(sql))) == ["planted"]
    assert list(clocks_in_upserts(planted(f"SELECT {clock}"))) == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM exchange.coupon WHERE code = :code",
        "SELECT * FROM ledger.operation WHERE key = :key",
        "DELETE FROM ledger.outbox WHERE outbox_id = ANY(:ids)",
        "UPDATE ledger.hold SET state = 1 FROM unnest(:books) AS t(book_id) WHERE seq = 1",
    ],
)
def test_a_planted_statement_without_a_book_is_found(sql: str) -> None:
    assert list(without_a_book(planted(sql), {})) == ["planted"]
    assert list(without_a_book(planted(sql), {planted(sql)[0].sql: "planted.CROSS_BOOK"})) == []


@pytest.mark.parametrize(
    "source",
    [
        "def f(c): return c.execute(_STORE).rowcount",
        "async def f(c):\n    stored = await c.execute(_STORE)\n    return stored.rowcount < 1",
        "def f(c): return c.execute('INSERT INTO t SELECT 1 ON CONFLICT DO NOTHING').rowcount",
        "def f(c): return c.execute(i.from_select(x).on_conflict_do_nothing()).rowcount",
    ],
)
def test_a_planted_count_of_skipped_rows_is_found(source: str) -> None:
    store = text("INSERT INTO t (a) SELECT a FROM s ORDER BY a ON CONFLICT DO NOTHING")
    assert list(counts_of_skipped_rows(source, {"_STORE": store}, "planted")) == ["planted.f"]


def test_a_planted_statement_inside_a_function_is_found() -> None:
    source = "def f():\n    return f'SELECT {_NAMES} FROM ledger.lane WHERE lane = {lane}'"
    (found,) = inner_statements(source, {"_NAMES": "seq"}, "planted")
    assert found == Statement("planted:2", "SELECT seq FROM ledger.lane WHERE lane = lane")


async def test_the_service_may_do_what_its_statements_ask(database: Database) -> None:
    """The server looks at the privileges of a statement before it explains its plan."""
    refused, explained = {}, set()
    for statement in statements():
        async with database.transaction() as connection:
            raw = await driver(connection)
            await connection.execute(text("SELECT 1"))
            try:
                await raw.execute(f"EXPLAIN (GENERIC_PLAN) {statement.sql}")
            except asyncpg.InsufficientPrivilegeError as error:
                refused[statement.place] = str(error)
            except asyncpg.PostgresError:
                # A template whose other part only a running function knows, or SQLite's.
                await connection.rollback()
                continue
            explained.add(statement.place)
            await connection.rollback()
    assert refused == {}
    assert len(explained) > EXPLAINED_MIN
