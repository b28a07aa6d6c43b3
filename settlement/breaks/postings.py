"""What must stand behind an adjustment or a write-off.

Other wings do it, in the transaction that resolves the break.
"""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class WriteOff:
    """A difference within the tolerance that is given up.

    `difference_minor` is ours less theirs: more than zero is what we billed and do not get, as the
    partner sees it. The document of its posting is `break:` and `break_id`.
    """

    break_id: int
    reconciliation_id: int
    supplier_party_id: int
    home_party_id: int
    difference_minor: int
    currency: str


class Postings(Protocol):
    """What a resolution needs of others. Both raise a Refusal, and then nothing is resolved."""

    async def require_adjustment(
        self, connection: AsyncConnection, adjustment_id: int, supplier_party_id: int
    ) -> None:
        """Refuse an adjustment that there is not, or that is another supplier's."""

    async def post_write_off(self, connection: AsyncConnection, write_off: WriteOff) -> None:
        """Post what is given up."""
