"""What an auditor runs at the machine: `comity seal`, `comity verify` and `comity export`.

Answers go to standard output, progress to standard error.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ledger import Database
from ledger.audit import (
    Defect,
    Format,
    Head,
    HeadsInvalid,
    check_seals,
    export_book,
    heads_as_json,
    heads_from_json,
    seal_book,
    verify_book,
)
from ledger.book import Programme, find_programme, load_programmes
from settlement import load_periods
from settlement.rating import load_rejected
from settlement.statements import verify_statements

PLAIN_LINE_SECONDS = 5.0
"""Without a terminal, how long after a line about progress comes the next."""
WRITE_BYTES = 1 << 16

Tick = Callable[[int, int], None]
"""Told how much is done, and of how much."""


@contextmanager
def told_progress(console: Console, task: str) -> Iterator[Tick]:
    """A bar on a terminal, a line now and then anywhere else."""
    if not console.is_terminal:
        last = time.monotonic()

        def tell(done: int, total: int) -> None:
            nonlocal last
            if time.monotonic() - last >= PLAIN_LINE_SECONDS:
                last = time.monotonic()
                console.print(f"{task}: {done:,} of {total:,}", highlight=False, soft_wrap=True)

        yield tell
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task(task, total=None)
        yield lambda done, total: progress.update(bar, completed=done, total=total)


async def chosen_programmes(database: Database, codes: Sequence[str]) -> list[Programme]:
    """The programmes of the codes; all of them where there are none."""
    async with database.transaction() as connection:
        if codes:
            return [await find_programme(connection, code) for code in codes]
        return await load_programmes(connection)


async def seal(
    database: Database,
    codes: Sequence[str],
    heads_file: Path | None,
    output: Console,
    errors: Console,
) -> None:
    """Seal the books, print what each is sealed to, and write the heads into a new file."""
    heads: list[Head] = []
    for programme in await chosen_programmes(database, codes):
        with told_progress(errors, f"sealing {programme.code}") as tick:
            sealed = await seal_book(database, programme, tick)
        records = sum(head.seq for head in sealed)
        output.print(f"{programme.code}: {records} records sealed", highlight=False, soft_wrap=True)
        heads += sealed
    if heads_file is not None:
        with heads_file.open("xb") as file:
            file.write(heads_as_json(heads))
            file.flush()
            os.fsync(file.fileno())


def require_folder(path: Path, option: str) -> None:
    """Raise click.BadParameter where no file can be made at `path`: before the work, not after it."""
    if not os.access(path.absolute().parent, os.W_OK):
        raise click.BadParameter(
            f"no file can be written in {path.absolute().parent}", param_hint=option
        )


def read_heads_file(path: Path) -> list[Head]:
    """The heads of a file. Raises click.BadParameter where it is not one of heads."""
    try:
        return heads_from_json(path.read_bytes())
    except HeadsInvalid as error:
        raise click.BadParameter(
            f"{path} is not a file of heads: {error}", param_hint="--heads"
        ) from error


async def verify(
    database: Database,
    codes: Sequence[str],
    heads: Sequence[Head] | None,
    output: Console,
    errors: Console,
) -> int:
    """Check the books, the seals, the statements of closed months, and tell of uses set aside; returns how many defects there are."""

    def tell(name: str, defects: Sequence[object]) -> int:
        told = "sound" if not defects else f"{len(defects)} defects"
        output.print(f"{name}: {told}", highlight=False, soft_wrap=True)
        for defect in defects:
            output.print(f"  {defect}", style="red", markup=False, soft_wrap=True)
        return len(defects)

    programmes = await chosen_programmes(database, codes)
    defects_count = 0
    for programme in programmes:
        defects_count += tell(
            programme.code, await _book_defects(database, programme, heads, errors)
        )
    missing = (
        set()
        if codes
        else {head.book for head in heads or ()} - {programme.code for programme in programmes}
    )
    for code in sorted(missing):
        defects_count += tell(code, ["heads were exported of this book, and it is not there"])
    async with database.transaction() as connection:
        months = [
            period.month for period in await load_periods(connection) if period.state == "closed"
        ]
    for month in months:
        async with database.transaction() as connection:
            numbers = await verify_statements(connection, month)
        changed = [f"statement {number} does not follow from its lines" for number in numbers]
        defects_count += tell(f"statements of {month}", changed)
    async with database.transaction() as connection:
        rejected = await load_rejected(connection)
    return defects_count + (tell("uses set aside", rejected) if rejected else 0)


async def _book_defects(
    database: Database, programme: Programme, heads: Sequence[Head] | None, errors: Console
) -> list[Defect]:
    with told_progress(errors, f"replaying {programme.code}") as tick:
        async with database.transaction() as connection:
            defects = await verify_book(
                connection, programme, lambda _check, number, count: tick(number - 1, count)
            )
    with told_progress(errors, f"seals of {programme.code}") as tick:
        async with database.transaction() as connection:
            return defects + await check_seals(connection, programme, heads, tick)


async def export(database: Database, code: str, form: Format, output: Path | None) -> None:
    """Write a book's journal to standard output or into a file, which is there when it is whole and not before."""
    async with database.transaction() as connection:
        programme = await find_programme(connection, code)
    with _replaced(output) as write:
        pieces: list[str] = []
        size = 0
        async with database.transaction() as connection:
            async for piece in export_book(connection, programme, form):
                pieces.append(piece)
                size += len(piece)
                if size >= WRITE_BYTES:
                    write("".join(pieces).encode())
                    pieces, size = [], 0
        write("".join(pieces).encode())


@contextmanager
def _replaced(path: Path | None) -> Iterator[Callable[[bytes], object]]:
    """What writes to a file that takes its place when the block ends well; to standard output without a path."""
    if path is None:
        yield sys.stdout.buffer.write
        sys.stdout.buffer.flush()
        return
    target = path.resolve()
    if target.exists() and not target.is_file():  # a device or a pipe is written to, not replaced
        with target.open("wb") as device:
            yield device.write
        return
    with tempfile.NamedTemporaryFile(
        dir=target.parent, prefix=f".{target.name}.", delete=False
    ) as file:
        try:
            yield file.write
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(target)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
