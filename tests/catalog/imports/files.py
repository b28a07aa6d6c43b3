"""Files for the tests of imports: written as people's programs write them."""

import csv
import io
from collections.abc import Sequence
from functools import partial

import xlsxwriter

from catalog import FindPartyKey, Party, PartyKey, create_party
from catalog.imports import Importer, Wish, add_import, find_import, work_on_import
from catalog.imports.job import Import
from catalog.imports.rows import RowOutcome, list_rows
from catalog.imports.work import Tell
from exchange.fulfil import DataKeys, Vault, party_keys_of
from ledger import Database, Ledger

VAULT = Vault(b"k" * 32)
KEYS = party_keys_of(VAULT)

Rows = Sequence[Sequence[object]]


def csv_of(rows: Rows, *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Rows as CSV."""
    output = io.StringIO()
    csv.writer(output, delimiter=delimiter).writerows(rows)
    return output.getvalue().encode(encoding)


def xlsx_of(rows: Rows, *, first_line: int = 1) -> bytes:
    """Rows as the first sheet of a workbook."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("数据")
        for number, row in enumerate(rows, start=first_line - 1):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, place, value)
                else:
                    sheet.write(number, place, value)
    return output.getvalue()


async def supplier_of(database: Database, code: str = "cinema") -> Party:
    async with database.transaction() as connection:
        return await create_party(
            connection, code=code, name=code.title(), roles=["supplier"], category=None
        )


async def key_of(database: Database, party: Party) -> PartyKey:
    async with database.transaction() as connection:
        return await KEYS(connection, party.party_id)


async def sent(database: Database, party: Party, wish: Wish) -> Import:
    """Add an import, without any work on it."""
    async with database.transaction() as connection:
        key = await KEYS(connection, party.party_id)
        return await add_import(connection, party.party_id, wish, key)


async def found(database: Database, party: Party, job: Import) -> Import:
    async with database.transaction() as connection:
        return await find_import(connection, party.party_id, job.import_id)


def importer(database: Database, keys: FindPartyKey = KEYS, tell: Tell | None = None) -> Importer:
    """What works on imports, with the keys of these tests."""
    digester = DataKeys(database, VAULT).digester
    return Importer(Ledger(database), keys, digester, tell)


async def imported(
    database: Database, party: Party, wish: Wish, keys: FindPartyKey = KEYS
) -> Import:
    """An import and all the work on it."""
    job = await sent(database, party, wish)
    await work_on_import(importer(database, keys))
    return await found(database, party, job)


async def outcomes(database: Database, job: Import) -> list[RowOutcome]:
    async with database.transaction() as connection:
        return await list_rows(connection, job.import_id, limit=1_000)


def counts(job: Import) -> tuple[int, int, int, int]:
    """Created, updated, unchanged and rejected rows."""
    return job.created, job.updated, job.unchanged, job.rejected


dry = partial(Wish, may_apply=False)
wet = partial(Wish, may_apply=True)
