"""Reconcile a supplier's file with what we billed for its coupons.

One COPY writes our lines, as of one instant, into a temporary folder. A process of its own checks
the partner's file there and matches it with them. Rows that nobody knows there are looked for in
the neighbouring months and among other suppliers' uses. The run is stored under the digests of both
inputs. The same file against the same lines is one run, and answers again with its result.

The transactions are short: each COPY, the look elsewhere, the look for an earlier run, and the
storing (`stored`). No connection is held in between, while files are read and matched.
"""

import asyncio
import hashlib
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database, allow_time
from settlement.breaks.read import Break, BreakFilter, list_breaks
from settlement.breaks.runs import Reader, Run, find_run
from settlement.calendar import load_calendar
from settlement.months import require_month
from settlement.partner_files.mapping import FileMapping
from settlement.reconcile.apart import compare_apart
from settlement.reconcile.lines import (
    RECONCILE_TIMEOUT_SECONDS,
    OurSide,
    copy_elsewhere,
    copy_our_side,
)
from settlement.reconcile.stored import ClaimsOutOfDate, find_known, store_run
from settlement.reconcile.theirs import state_reading

BREAKS_LISTED_MAX = 10_000
"""The most breaks in an answer. All of them can be read page by page."""
ATTEMPTS_MAX = 5
"""How often a comparison is made when other runs of the supplier are stored meanwhile."""


@dataclass(frozen=True, slots=True)
class Result:
    """One run with its first breaks.

    `replayed`: the same inputs had been reconciled before.
    """

    run: Run
    breaks: tuple[Break, ...]
    replayed: bool

    @property
    def reconciliation_id(self) -> int:
        """The number of the run."""
        return self.run.reconciliation_id

    @property
    def matched(self) -> int:
        """How many of the partner's records agree with our uses."""
        return self.run.matched

    @property
    def break_count(self) -> int:
        """How many records of either side do not agree."""
        return self.run.break_count


class _Known(Exception):
    """A run with the same inputs is there."""

    def __init__(self, reconciliation_id: int) -> None:
        super().__init__()
        self.reconciliation_id = reconciliation_id


async def reconcile(
    database: Database,
    supplier_party_id: int,
    file: Path | bytes,
    *,
    month: str | None,
    now: datetime,
    mapping: FileMapping | None = None,
    actor: int | None = None,
) -> Result:
    """Compare a supplier's file with our charges for its coupons: those billed in a month, or all.

    When it is cancelled, the process that compares is ended, and nothing is stored.

    Raises:
        MonthInvalid: `month` is not YYYY-MM.
        PartnerFileTooLarge: the file is over a limit. Nothing is stored.
        PartnerFileInvalid: lines of the file are at fault. It is refused whole, and nothing is
            stored.
    """
    if month is not None:
        require_month(month)
    attempt = _Attempt(database, supplier_party_id, month, mapping=mapping, now=now, actor=actor)
    found, replayed = await _try(attempt, file)
    async with database.transaction() as connection:
        return await read_result(connection, supplier_party_id, found, replayed=replayed)


async def _try(attempt: "_Attempt", file: Path | bytes) -> tuple[int, bool]:
    """Compare until no other run of the supplier was stored meanwhile."""
    for _ in range(ATTEMPTS_MAX - 1):
        with (
            suppress(ClaimsOutOfDate),
            tempfile.TemporaryDirectory(prefix="comity-reconcile-") as folder,
        ):
            return await attempt.run(file, Path(folder))
    with tempfile.TemporaryDirectory(prefix="comity-reconcile-") as folder:
        return await attempt.run(file, Path(folder))


async def read_result(
    connection: AsyncConnection, supplier_party_id: int, reconciliation_id: int, *, replayed: bool
) -> Result:
    """A stored run, as its supplier sees it, with its first breaks."""
    run = await find_run(connection, Reader(supplier_party_id), reconciliation_id)
    breaks = await list_breaks(
        connection, reconciliation_id, BreakFilter(), limit=BREAKS_LISTED_MAX
    )
    return Result(run, tuple(breaks), replayed)


class _Attempt:
    """What the attempts of one reconciliation have in common."""

    def __init__(
        self,
        database: Database,
        supplier_party_id: int,
        month: str | None,
        *,
        mapping: FileMapping | None,
        now: datetime,
        actor: int | None,
    ) -> None:
        self._database = database
        self._supplier = supplier_party_id
        self._month = month
        self._now = now
        self._mapping = mapping
        self._actor = actor

    async def run(self, file: Path | bytes, work: Path) -> tuple[int, bool]:
        """Compare, and store what was found. Returns the run, and whether it was there before.

        Raises:
            ClaimsOutOfDate: another run of the supplier was stored meanwhile.
        """
        partner = work / "partner.file"
        if isinstance(file, bytes):
            await asyncio.to_thread(partner.write_bytes, file)
        else:
            await asyncio.to_thread(partner.symlink_to, file.resolve())
        async with self._database.transaction() as connection:
            zone = (await load_calendar(connection)).time_zone
        await asyncio.to_thread(state_reading, work, self._mapping, zone)
        ours = await copy_our_side(self._database, self._supplier, self._month, work)
        await asyncio.to_thread(_write_task, work, ours)
        file_sha256 = await asyncio.to_thread(_digest, partner)

        async def look(wanted: Sequence[tuple[Any, ...]]) -> None:
            target = work / "elsewhere.csv"
            await copy_elsewhere(self._database, self._supplier, self._month, wanted, target)
            await self._require_new(await self._inputs(work, file_sha256))

        try:
            matching = await compare_apart(work, look)
            inputs = await self._inputs(work, file_sha256)
            await self._require_new(inputs)
        except _Known as known:
            return known.reconciliation_id, True
        async with self._database.transaction(actor=self._actor) as connection:
            await allow_time(connection, RECONCILE_TIMEOUT_SECONDS)
            return await store_run(connection, inputs, matching, work, newest_known=ours.newest_run)

    async def _require_new(self, inputs: dict[str, object]) -> None:
        async with self._database.transaction() as connection:
            known = await find_known(connection, inputs)
        if known is not None:
            raise _Known(known)

    async def _inputs(self, work: Path, file_sha256: bytes) -> dict[str, object]:
        return {
            "supplier_party_id": self._supplier,
            "month": self._month,
            "file_sha256": file_sha256,
            "lines_sha256": await asyncio.to_thread(_digest_lines, work),
            "mapping_sha256": self._mapping and self._mapping.digest(),
            "ran_at": self._now,
        }


def _write_task(work: Path, ours: OurSide) -> None:
    task = {"offers": ours.offers, "rates": ours.rates, "today": ours.today}
    (work / "task.json").write_bytes(orjson.dumps(task))


def _digest(path: Path) -> bytes:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def _digest_lines(work: Path) -> bytes:
    """The digest of our lines, and of those elsewhere if rows may mean any."""
    digest = _digest(work / "ours.csv")
    elsewhere = work / "elsewhere.csv"
    if elsewhere.exists() and elsewhere.stat().st_size:
        return hashlib.sha256(digest + _digest(elsewhere)).digest()
    return digest
