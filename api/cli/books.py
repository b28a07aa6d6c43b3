"""What `comity seal`, `comity verify` and `comity export` do to the books."""

import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import rich_click as click
from rich.console import Console

from api.cli.listing import show_json
from api.cli.progress import shown_progress
from api.kept_files import SettingsError, sync_folders
from api.process.actor import deed_of_user
from api.process.last_verify import LastVerify, identity, keep_verify
from api.settings import Settings
from catalog import note
from catalog.procurement import verify_totals
from exchange.audit import verify_earnings, verify_rights
from ledger import Database, read_clock
from ledger.audit import (
    ChainHead,
    Defect,
    Format,
    Head,
    HeadsInvalid,
    chains_from_json,
    check_seals,
    export_book,
    heads_as_json,
    heads_from_json,
    seal_book,
    verify_book,
)
from ledger.book import Programme, find_programme, load_programmes
from settlement.audit import compare_chains, load_chains, verify_settlement, verify_uses
from settlement.journal import AccountMapping, JournalFormat, JournalScope, export_journal
from settlement.liability import verify_liability
from settlement.rating import load_rejected

WRITE_BYTES = 1 << 16


async def chosen_programmes(database: Database, codes: Sequence[str]) -> list[Programme]:
    """The programmes with these codes. Without codes, all of them."""
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
    *,
    as_json: bool,
) -> None:
    """Seal the books, print how much of each is sealed, and write the heads to a new file.

    The file has the ends of the chains of statements and of the money books as well.
    """
    heads: list[Head] = []
    told: list[dict[str, object]] = []
    for programme in await chosen_programmes(database, codes):
        with shown_progress(errors, f"sealing {programme.code}") as tick:
            sealed = await seal_book(database, programme, tick)
        async with database.transaction() as connection:
            deed = await deed_of_user(connection, "comity seal")
            await note(connection, deed, "programme", [programme.code])
        records = sum(head.seq for head in sealed)
        told.append({"programme": programme.code, "records": records})
        if not as_json:
            line = f"{programme.code}: {records} records sealed"
            output.print(line, highlight=False, soft_wrap=True)
        heads += sealed
    if heads_file is not None:
        async with database.transaction() as connection:
            chains = await load_chains(connection)
        with heads_file.open("xb") as file:
            file.write(heads_as_json(heads, chains))
            file.flush()
            os.fsync(file.fileno())
        sync_folders(heads_file)
    if as_json:
        show_json(told)


def require_folder(path: Path, option: str) -> None:
    """Require that a file can be made at `path`, before the work and not after it.

    Raises:
        click.BadParameter: its folder does not exist, or we may not write to it.
    """
    if not os.access(path.absolute().parent, os.W_OK):
        raise click.BadParameter(
            f"no file can be written in {path.absolute().parent}", param_hint=option
        )


@dataclass(frozen=True, slots=True)
class KeptHeads:
    """What a file of heads has: those of books, and the ends of other chains."""

    books: Sequence[Head]
    chains: Sequence[ChainHead] = ()


def read_heads_file(path: Path) -> KeptHeads:
    """The heads in a file.

    Raises:
        click.BadParameter: it is not a file of heads.
    """
    try:
        stored = path.read_bytes()
        return KeptHeads(heads_from_json(stored), chains_from_json(stored))
    except HeadsInvalid as error:
        raise click.BadParameter(
            f"{path} is not a file of heads: {error}", param_hint="--heads"
        ) from error


class _Report:
    """What `verify` tells, and how many defects it has found so far.

    Without a console it prints nothing.
    """

    def __init__(self, output: Console | None) -> None:
        self._output = output
        self.defects_count = 0
        self.document: list[dict[str, object]] = []

    def add(self, name: str, defects: Sequence[object]) -> None:
        """Tell the defects of one thing, or that it is sound."""
        self.defects_count += len(defects)
        self.document.append({"name": name, "defects": [str(each) for each in defects]})
        if self._output is None:
            return
        told = "sound" if not defects else f"{len(defects)} defects"
        self._output.print(f"{name}: {told}", highlight=False, soft_wrap=True)
        for defect in defects:
            self._output.print(f"  {defect}", style="red", markup=False, soft_wrap=True)


async def verify(
    database: Database,
    codes: Sequence[str],
    heads: KeptHeads | None,
    output: Console,
    errors: Console,
    *,
    as_json: bool = False,
) -> int:
    """Check books, rights, uses, seals, stock and the bill, and report uses set aside.

    Returns how many defects there are.
    """
    report = _Report(None if as_json else output)
    programmes = await chosen_programmes(database, codes)
    books = None if heads is None else heads.books
    for programme in programmes:
        report.add(programme.code, await _book_defects(database, programme, books, errors))
    if not codes:
        gone = {head.book for head in books or ()} - {programme.code for programme in programmes}
        for code in sorted(gone):
            report.add(code, ["heads were exported of this book, and it is not there"])
    async with database.transaction() as connection:
        if miscounted := await verify_totals(connection):
            report.add("stock of all programmes", miscounted)
    await _verify_bills(database, report, errors)
    async with database.transaction() as connection:
        if heads is not None and (other := await compare_chains(connection, heads.chains)):
            report.add("exported heads", other)
    if as_json:
        show_json(report.document)
    return report.defects_count


async def verify_all(
    database: Database,
    settings: Settings,
    output: Console,
    errors: Console,
    *,
    heads: KeptHeads | None = None,
    as_json: bool = False,
) -> int:
    """Verify every book, and keep what was found for `comity doctor`. Returns how many defects.

    What cannot be kept is said, and is no defect.
    """
    async with database.transaction() as connection:
        began_at, here = await read_clock(connection), await identity(connection)
    count = await verify(database, (), heads, output, errors, as_json=as_json)
    try:
        keep_verify(settings, LastVerify(here, began_at, count))
    except SettingsError as error:
        errors.print(f"comity: {error}", highlight=False, soft_wrap=True)
    return count


async def _verify_bills(database: Database, report: _Report, errors: Console) -> None:
    found = await verify_settlement(database.transaction, lambda task: shown_progress(errors, task))
    for name, defects in found.items():
        report.add(name, defects)
    async with database.transaction() as connection:
        rejected = await load_rejected(connection)
    if rejected:
        report.add("uses set aside", rejected)


async def _book_defects(
    database: Database, programme: Programme, heads: Sequence[Head] | None, errors: Console
) -> list[Defect]:
    defects: list[Defect] = []
    for task, find in (
        ("replaying", verify_book),
        ("rights of", verify_rights),
        ("earnings of", verify_earnings),
        ("uses of", verify_uses),
        ("liability of", verify_liability),
    ):
        with shown_progress(errors, f"{task} {programme.code}") as tick:
            async with database.transaction() as connection:
                defects += await find(
                    connection, programme, lambda _check, number, count: tick(number - 1, count)
                )
    with shown_progress(errors, f"seals of {programme.code}") as tick:
        async with database.transaction() as connection:
            return defects + await check_seals(connection, programme, heads, tick)


async def export(database: Database, code: str, form: Format, output: Path | None) -> None:
    """Write a book's journal to standard output, or to a file that appears when it is complete."""
    async with database.transaction() as connection:
        programme = await find_programme(connection, code)
    with _replaced(output) as write:
        async with database.transaction() as connection:
            await _write_pieces(export_book(connection, programme, form), write)


async def write_journal(
    database: Database,
    scope: JournalScope,
    form: JournalFormat,
    mapping: AccountMapping | None,
    output: Path | None,
) -> None:
    """Write a money book to standard output, or to a file that appears when it is complete."""
    with _replaced(output) as write:
        async with database.transaction() as connection:
            await _write_pieces(export_journal(connection, scope, form, mapping), write)


async def _write_pieces(source: AsyncIterator[str], write: Callable[[bytes], object]) -> None:
    pieces: list[str] = []
    size = 0
    async for piece in source:
        pieces.append(piece)
        size += len(piece)
        if size >= WRITE_BYTES:
            write("".join(pieces).encode())
            pieces, size = [], 0
    write("".join(pieces).encode())


@contextmanager
def _replaced(path: Path | None) -> Iterator[Callable[[bytes], object]]:
    """Something to write with. The new file takes the place of `path` if the block ends well.

    Without a path it writes to standard output.
    """
    if path is None:
        yield sys.stdout.buffer.write
        sys.stdout.buffer.flush()
        return
    target = path.resolve()
    if target.exists() and not target.is_file():
        # A device or a pipe is written to, not replaced.
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
            sync_folders(target)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
