"""A round of the worker on card codes."""

from collections.abc import Sequence

from exchange.codes.low import tell_low_codes, watch_codes
from exchange.codes.pools import settle_recalls
from exchange.codes.stock import keep_codes
from ledger import Database
from ledger.book import Programme


async def work_on_codes(database: Database, programmes: Sequence[Programme]) -> None:
    """Withdraw what is to go, have codes where they are needed, and tell which are few."""
    await settle_recalls(database, programmes)
    for programme in programmes:
        await keep_codes(database, programme)
    await watch_codes(database, programmes)
    await tell_low_codes(database)
