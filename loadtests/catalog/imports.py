"""Measure imports: how many rows a second are checked and applied, and what each of them costs."""

import csv
import io
import os
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from catalog import Party, create_party
from catalog.imports import Importer, Kind, Wish, add_import, find_import, work_on_import
from catalog.members import Tag, Tier, declare_tags, declare_tiers
from exchange.fulfil import DataKeys, Vault, party_keys_of
from ledger import Database, Ledger
from ledger.book import create_programme

ROWS, QUICK_ROWS = 50_000, 600
PROGRAMME = "importer"
Row = Sequence[str]


class NotImported(Exception):
    """A file was not applied as a whole."""


@dataclass(frozen=True, slots=True)
class ImportFigure:
    """How fast the files of one kind are checked and applied.

    `processor_us` is what a row costs this process and those that read its files, and
    `database_us` what it costs PostgreSQL, where the system tells.
    """

    name: str
    rows: int
    seconds: float
    rows_per_second: int
    processor_us: float
    database_us: float | None


def _members(number: int) -> Row:
    phone = f"138{number:08}"
    return (f"m{number}", phone, f"wx1:o{number}", "gold", "brand:coffee", "02-29")


def _members_with_points(number: int) -> Row:
    phone = f"139{number:08}"
    return (f"p{number}", phone, f"wx2:o{number}", "gold", "brand:coffee", "02-29", "500")


def _shops(number: int) -> Row:
    return (f"s{number}", f"Shop {number}", "310101", "east;big", "营业")


def _offers(number: int) -> Row:
    return (f"o{number}", f"Offer {number}", "25.50", "1200", "own_code", "2017-01-01", "2")


_MEMBER = ("member", "phone", "openid", "tier", "tags", "birthday")
_OFFER = ("code", "name", "face_value", "points", "fulfilment", "valid_from", "per_member")
FILES: dict[str, tuple[Kind, Row, Callable[[int], Row]]] = {
    "members": ("members", _MEMBER, _members),
    "members with points": ("members", (*_MEMBER, "points"), _members_with_points),
    "offers": ("offers", _OFFER, _offers),
    "shops": ("shops", ("code", "name", "region", "groups", "state"), _shops),
}


def _file(headings: Row, row: Callable[[int], Row], rows: int) -> bytes:
    output = io.StringIO()
    csv.writer(output).writerows([headings, *map(row, range(rows))])
    return output.getvalue().encode()


def _own_seconds() -> float:
    """Processor time of this process and of those that it has started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _database_seconds(postmaster: int | None) -> float | None:
    """Processor time of PostgreSQL and of its processes, by what the system says of them."""
    if postmaster is None:
        return None
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            used = _fields(stat)
        except OSError:
            continue  # it has ended meanwhile
        if int(stat.parent.name) == postmaster:
            ticks += sum(map(int, used[11:15]))  # with those of its processes that have ended
        elif int(used[1]) == postmaster:
            ticks += sum(map(int, used[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _fields(stat: Path) -> list[str]:
    """What Linux says of a process, from its state on. The second is the process it is of."""
    return stat.read_text().rpartition(")")[2].split()


async def _postmaster(database: Database) -> int | None:
    """The process whose processes serve the database. None where the system does not tell."""
    async with database.transaction() as connection:
        backend = await connection.scalar(text("SELECT pg_backend_pid()"))
    stat = Path(f"/proc/{backend}/stat")
    return int(_fields(stat)[1]) if stat.exists() else None


async def measure_imports(url: str, rows: int) -> list[ImportFigure]:
    """Import a file of each kind, which is new as a whole. `url` is the service's.

    Raises:
        NotImported: a file was rejected in part.
    """
    database = await Database.open(url)
    try:
        async with database.transaction() as connection:
            party = await create_party(
                connection, code=PROGRAMME, name="I", roles=["brand", "supplier"], category=None
            )
            programme = await create_programme(
                connection, code=PROGRAMME, party_id=party.party_id, name="I", time_zone="UTC"
            )
            await declare_tags(connection, programme.book_id, [Tag("brand:coffee", "Coffee")])
            await declare_tiers(connection, programme.book_id, [Tier("gold", "Gold", 1)])
        vault = Vault(b"k" * 32)
        digester = DataKeys(database, vault).digester
        importer = Importer(Ledger(database), party_keys_of(vault), digester)
        postmaster = await _postmaster(database)
        return [await _measure(importer, party, name, rows, postmaster) for name in FILES]
    finally:
        await database.close()


async def _measure(
    importer: Importer, party: Party, name: str, rows: int, postmaster: int | None
) -> ImportFigure:
    kind, headings, row = FILES[name]
    is_of_members = kind == "members"
    wish = Wish(
        kind,
        _file(headings, row, rows),
        programme=PROGRAMME if is_of_members else None,
        may_issue=is_of_members,
        may_apply=True,
    )
    async with importer.database.transaction() as connection:
        key = await importer.find_party_key(connection, party.party_id)
        job = await add_import(connection, party.party_id, wish, key)
    own, theirs, started = _own_seconds(), _database_seconds(postmaster), time.perf_counter()
    await work_on_import(importer, job.import_id)
    seconds = time.perf_counter() - started
    own, after = _own_seconds() - own, _database_seconds(postmaster)
    async with importer.database.transaction() as connection:
        done = await find_import(connection, party.party_id, job.import_id)
    if done.created != rows:
        raise NotImported(f"{name}: {done.created} of {rows} rows were created, {done.rejected} no")
    return ImportFigure(
        name,
        rows,
        round(seconds, 2),
        round(rows / seconds),
        round(own / rows * 1e6, 1),
        None if theirs is None or after is None else round((after - theirs) / rows * 1e6, 1),
    )


def import_table(figures: list[ImportFigure]) -> str:
    """The figures as lines."""
    head = f"{'import':22}{'rows':>8}{'rows/s':>9}{'us a row':>10}{'of PostgreSQL':>15}"
    return "\n".join(
        [
            head,
            *(
                f"{each.name:22}{each.rows:>8}{each.rows_per_second:>9}{each.processor_us:>10}"
                f"{each.database_us or '-':>15}"
                for each in figures
            ),
        ]
    )
