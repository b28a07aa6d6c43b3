"""What a file has changed, as the audit log has it: by whoever sent the file or had it applied.

The entries of a chunk are made by one statement, in the transaction that makes their changes. Each
has the key `import:{sha16}:{line}` of its row, as the points of members have. Of card codes, a
chunk has one entry, which names their offer and the first row with a new code: a request with
codes is logged once, too, and no entry may name a code.
"""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.actors import WORKER
from catalog.audit import Deed, note
from catalog.imports.job import Taken


async def log_rows(
    connection: AsyncConnection, taken: Taken, object_kind: str, changed: Mapping[str, object]
) -> None:
    """Log the objects that rows have changed, by the keys of the rows. One round trip at most."""
    actor_id = WORKER if taken.recorded_by is None else taken.recorded_by
    deed = Deed(actor_id, f"import_{taken.job.kind}", taken.party_id)
    await note(connection, deed, object_kind, list(changed.values()), list(changed))
