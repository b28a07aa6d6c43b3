"""`comity import`: files of offers, shops, members or card codes, on the service's database."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from api.cli.listing import json_option, show_json
from api.cli.session import data_dir_option, errors, load_settings, output, with_database

if TYPE_CHECKING:
    from catalog.imports import Import, RowOutcome, Wish
    from exchange.fulfil import Vault
    from ledger import Database

KINDS = ("offers", "shops", "members", "codes")
ENCODINGS = ("utf-8", "utf-16", "gb18030", "big5")
POLL_SECONDS = 0.5
REJECTED_SHOWN_MAX = 20


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What the rows are.")
@click.option("--party", required=True, help="The code of the party whose file it is.")
@click.option("--offer", type=int, help="For codes: the number of the offer.")
@click.option("--programme", help="For members: the code of the party's programme.")
@click.option("--map", "mapping", help="The name of a saved mapping of columns.")
@click.option("--encoding", type=click.Choice(ENCODINGS), help="By default, it is found out.")
@click.option("--apply/--dry-run", "is_applied", help="By default, the file is only checked.")
@click.option("--accept-partial", is_flag=True, help="Apply the good rows, though not all are.")
@click.option(
    "--rejected",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the rejected rows, to mend and import them.",
)
@json_option
@data_dir_option
def import_file(
    file: Path, data_dir: Path | None, rejected: Path | None, *, as_json: bool, **wanted: Any
) -> None:
    """Check a CSV or XLSX file and apply it row by row.

    It may be interrupted: the same command goes on where it was. A file that was applied already
    changes nothing. The command ends with 1 if the file was refused, or if rows were rejected and
    nothing was applied.
    """
    from api.cli.progress import shown_progress
    from api.process.stored_secrets import open_vault, require_vault

    with shown_progress(errors, file.name) as tell:

        async def work(database: "Database") -> "tuple[Import, list[RowOutcome]]":
            settings = load_settings(data_dir=data_dir)
            await require_vault(database, settings)
            vault = open_vault(settings)
            return await _import(database, vault, file, wanted, tell=tell, rejected=rejected)

        job, rows = with_database(data_dir, work)
    if as_json:
        _print_json(job, rows)
    else:
        _print(job, rows)
    if job.state == "refused" or (wanted["is_applied"] and job.state != "done"):
        sys.exit(1)


async def _import(
    database: "Database",
    vault: "Vault",
    file: Path,
    wanted: dict[str, Any],
    *,
    tell: Any,  # a callable of `progress`
    rejected: Path | None,
) -> "tuple[Import, list[RowOutcome]]":
    from api.process.actor import deed_of_user
    from catalog import PAGE_ITEMS_MAX, find_party, note
    from catalog.imports import (
        ENDED,
        Importer,
        about_mended,
        add_import,
        find_import,
        find_mended,
        list_rows,
        work_on_import,
    )
    from exchange.fulfil import DataKeys, party_keys_of
    from ledger import Ledger

    find_key = party_keys_of(vault)
    async with database.transaction() as connection:
        party = await find_party(connection, wanted["party"])
        deed = await deed_of_user(connection, "comity import")
    async with database.transaction(actor=deed.actor_id) as connection:
        wish = await _wish(connection, party, file, wanted)
        key = await find_key(connection, party.party_id)
        job = await add_import(connection, party.party_id, wish, key)
        await note(connection, deed, "import", [job.import_id])
    data_keys = DataKeys(database, vault)
    importer = Importer(Ledger(database), find_key, data_keys.digester, tell)
    while job.state not in ENDED:
        if not await work_on_import(importer, job.import_id):
            await asyncio.sleep(POLL_SECONDS)  # a worker of the service has it
        async with database.transaction() as connection:
            job = await find_import(connection, party.party_id, job.import_id)
        tell(max(0, job.created + job.updated + job.unchanged + job.rejected), job.rows_read)
    async with database.transaction() as connection:
        rows = await list_rows(connection, job.import_id, status="rejected", limit=PAGE_ITEMS_MAX)
        sealed = await find_mended(connection, job.import_id)
    if rejected is not None and sealed is not None:
        rejected.write_bytes(key.open(sealed, about_mended(job.import_id)))
    return job, rows


async def _wish(connection: Any, party: Any, file: Path, wanted: dict[str, Any]) -> "Wish":
    """What the options ask for.

    Raises:
        Refusal: the party, the offer or the mapping does not suit the kind.
    """
    from catalog.codes import require_own_offer
    from catalog.imports import (
        FileMapping,
        MappingNotFound,
        Wish,
        find_mapping,
        require_own_programme,
    )

    kind, offer_id, programme = wanted["kind"], wanted["offer"], wanted["programme"]
    if (kind == "codes") != (offer_id is not None):
        raise click.UsageError("--offer is needed for codes, and for nothing else")
    if (kind == "members") != (programme is not None):
        raise click.UsageError("--programme is needed for members, and for nothing else")
    if kind in {"offers", "codes"}:
        party.require("supplier")
    if offer_id is not None:
        await require_own_offer(connection, party, offer_id)
    if programme is not None:
        await require_own_programme(connection, party, programme)
    mapping = FileMapping()
    if wanted["mapping"] is not None:
        its_kind, mapping = await find_mapping(connection, party.party_id, wanted["mapping"])
        if its_kind != kind:
            raise MappingNotFound(f"the mapping {wanted['mapping']} is for {its_kind}")
    return Wish(
        kind,
        file.read_bytes(),
        encoding=wanted["encoding"],
        mapping=mapping,
        offer_id=offer_id,
        programme=programme,
        may_issue=programme is not None,
        may_apply=wanted["is_applied"],
        accept_partial=wanted["accept_partial"],
    )


def _print_json(job: "Import", rows: "list[RowOutcome]") -> None:
    from catalog.imports import sentences

    document = {
        "import_id": job.import_id,
        "kind": job.kind,
        "state": job.state,
        "counts": _counts(job),
        "file": job.file,
        "refused": job.refusal,
        "rejected": [
            {
                "line": row.line,
                "key": row.key,
                "code": row.code,
                "column": row.column,
                "message": sentences(row.code or "", row.detail),
            }
            for row in rows
        ],
    }
    show_json(document)


def _print(job: "Import", rows: "list[RowOutcome]") -> None:
    from catalog.imports import sentences

    if job.refusal is not None:
        errors.print(f"The file was refused: {job.refusal['detail']}.", soft_wrap=True)
        return
    for row in rows[:REJECTED_SHOWN_MAX]:
        where = f"line {row.line}" + (f", column {row.column}" if row.column else "")
        said = sentences(row.code or "", row.detail)["en"]
        errors.print(f"{where}: {said}.", highlight=False, soft_wrap=True)
    if len(rows) > REJECTED_SHOWN_MAX:
        errors.print(f"… and {job.rejected - REJECTED_SHOWN_MAX} more rows.", highlight=False)
    counted = ", ".join(f"{count} {status}" for status, count in _counts(job).items())
    verb = "Applied" if job.state == "done" else "Checked, and nothing was changed"
    output.print(f"{verb}: {counted}.", highlight=False, soft_wrap=True)


def _counts(job: "Import") -> dict[str, int]:
    return {
        "created": job.created,
        "updated": job.updated,
        "unchanged": job.unchanged,
        "rejected": job.rejected,
    }
