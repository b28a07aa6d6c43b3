"""Defects planted in the import of members: each is found by the test written for it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from catalog.imports import members
from ledger import Database
from tests.catalog.imports import test_members
from tests.properties.planted import Defect
from tests.properties.test_planted import SIGNS, WAIT_SECONDS

pytestmark = pytest.mark.campaign


async def _described(database: Database) -> None:
    market = await test_members.open_market(database)
    await test_members.test_members_are_described_and_begin_with_points(market)


async def _rejected(database: Database) -> None:
    market = await test_members.open_market(database)
    await test_members.test_a_rejected_row_changes_nothing_and_names_its_column(market)


async def _cut_off(database: Database) -> None:
    market = await test_members.open_market(database)
    with pytest.MonkeyPatch.context() as patched:
        await test_members.test_after_each_step_that_fails_the_next_round_does_the_rest(
            market, patched, "_issue"
        )


async def _cut_off_before(database: Database) -> None:
    market = await test_members.open_market(database)
    with pytest.MonkeyPatch.context() as patched:
        await test_members.test_after_each_step_that_fails_the_next_round_does_the_rest(
            market, patched, "keep_rows"
        )


DEFECTS: list[tuple[Defect, Callable[[Database], Awaitable[None]]]] = [
    (
        Defect(
            "the key of an issue lacks the line",
            members,
            "key_of",
            "[:SHA_DIGITS]}:{line}",
            "[:SHA_DIGITS]}",
        ),
        _described,
    ),
    (
        Defect(
            "who goes on issues points under another key",
            members,
            "_issue",
            "key_of(taken.job.sha256, row.line)",
            "key_of(taken.lease.bytes, row.line)",
        ),
        _cut_off,
    ),
    (
        Defect(
            "points are issued before their members are stored, and again under another key",
            members,
            "apply_members",
            "outcomes = await load_kept(connection, taken, rows)",
            "outcomes = await load_kept(connection, taken, rows); await _submit(ledger,"
            " book.programme, [Issue(key=f'{taken.lease}:{row.line}', member=row.key,"
            " points=row.values['points']) for row in rows if row.code is None and"
            " row.values['points']], taken.recorded_by)",
        ),
        _cut_off_before,
    ),
    (
        Defect(
            "the points of a rejected row are issued",
            members,
            "_gives",
            'outcome.status != "rejected" and bool(row.values["points"])',
            'bool(row.values.get("points"))',
        ),
        _rejected,
    ),
    (
        Defect(
            "the member of a rejected row is stored",
            members,
            "_said",
            "if row.line not in refused",
            "if row.code is None",
        ),
        _rejected,
    ),
]


@pytest.mark.parametrize(("defect", "check"), DEFECTS, ids=[each.name for each, _ in DEFECTS])
async def test_a_planted_defect_in_the_import_of_members_is_found(
    defect: Defect,
    check: Callable[[Database], Awaitable[None]],
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        async with asyncio.timeout(WAIT_SECONDS):
            await check(database)
