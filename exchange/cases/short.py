"""Short: an offer's card codes do not cover what brands have stock of. Each of them gets a case.

A round of the worker finds it when the codes become few (`exchange.codes.low`). What is not sent
meanwhile is refused to members, so a person asks the supplier. The next time the codes become few,
a case is opened again.
"""

from collections.abc import Sequence

from catalog import WORKER
from catalog.offers import load_own_offer
from exchange.cases.kinds import CaseKind
from exchange.cases.open import NewCase, open_case
from exchange.codes.low import LowCodes
from ledger import Database


async def open_short(database: Database, low: Sequence[LowCodes]) -> int:
    """Open the cases of codes that have become too few. Returns how many were opened."""
    opened = 0
    for codes in low:
        for programme, stock in codes.stocked if codes.is_short else ():
            if not stock:
                continue
            async with database.transaction(actor=WORKER) as connection:
                offer = await load_own_offer(connection, codes.offer_id)
                found = NewCase(
                    book_id=programme.book_id,
                    kind=CaseKind.CODES_SHORT,
                    supplier_id=offer.supplier_id,
                    home_party_id=programme.party_id,
                    offer_id=codes.offer_id,
                    evidence={
                        "available": codes.available,
                        "low_below": codes.low_below,
                        "stock": stock,
                    },
                    again=True,
                )
                opened += await open_case(connection, found) is not None
    return opened
