"""A supplier is suspended: the operator's log and the audit log tell why.

Only one that was staged and serves members is. One that nobody has staged stays open, as it always
was, and what it did is told elsewhere.
"""

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import WORKER, Deed, find_party_by_id, note
from catalog.stages import suspend

SUSPENSION = Deed(WORKER, "suspend_supplier")
LATE = "it said another end of an order that had ended"
ABSENT = "it had accepted an order, and then had none of its number"

_log = structlog.get_logger(__name__)


async def suspend_supplier(connection: AsyncConnection, supplier_id: int, reason: str) -> bool:
    """Suspend a supplier that serves members and was staged. Tells whether it was.

    One round trip, and two more if it was.
    """
    if not await suspend(connection, supplier_id, reason):
        return False
    party = await find_party_by_id(connection, supplier_id)
    await note(connection, SUSPENSION, "stage", [party.code])
    _log.warning("supplier_suspended", supplier=party.code, reason=reason)
    return True
