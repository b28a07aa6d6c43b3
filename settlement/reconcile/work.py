"""The worker's round: one upload, from its turn to its end.

While the file is compared, a second task keeps the lease. It ends the work when nobody wants the
upload any more. Every way out says what became of the upload. A worker that cannot even do that has
died, and its lease ends by itself.
"""

import asyncio
import tempfile
from pathlib import Path

from ledger import Database, Refusal, is_lost_database
from settlement.partner_files.stored import find_file, write_file
from settlement.reconcile.runs import Result, reconcile
from settlement.reconcile.uploads import (
    Upload,
    end_upload,
    give_back,
    keep_upload,
    take_upload,
)

KEEP_SECONDS = 1.0
"""How often a worker says that it is still at it, and asks whether it is still wanted."""


async def work_on_upload(database: Database) -> int:
    """Reconcile the file whose turn it is. Returns how many files were taken: one or none."""
    upload = await take_upload(database)
    if upload is None:
        return 0
    work = asyncio.create_task(_reconcile(database, upload))
    is_wanted = True
    try:
        while is_wanted and not (await asyncio.wait({work}, timeout=KEEP_SECONDS))[0]:
            is_wanted = await keep_upload(database, upload)
    finally:
        if not work.done():
            work.cancel()
            await asyncio.wait({work})
    if not is_wanted:
        await give_back(database, upload)
        return 1
    try:
        await end_upload(database, upload, work.result())
    except Exception as error:
        if not is_lost_database(error):
            await end_upload(database, upload, None)
        raise
    return 1


async def _reconcile(database: Database, upload: Upload) -> Result | Refusal:
    try:
        with tempfile.TemporaryDirectory(prefix="comity-upload-") as folder:
            return await reconcile(
                database,
                upload.supplier_party_id,
                await _file_of(database, upload, Path(folder)),
                month=upload.month,
                now=upload.taken_at,
                mapping=upload.mapping,
                actor=upload.recorded_by,
            )
    except Refusal as refusal:
        return refusal


async def _file_of(database: Database, upload: Upload, folder: Path) -> Path | bytes:
    """The bytes that came with the upload, or those of the file that it names."""
    if upload.partner_file_id is None:
        assert upload.file is not None, "an open upload has a file"
        return upload.file
    async with database.transaction() as connection:
        file = await find_file(connection, upload.supplier_party_id, upload.partner_file_id)
    await write_file(database, file, folder / "file")
    return folder / "file"
