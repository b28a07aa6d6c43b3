"""The loop that reads the books for their liability, so that no request reads much.

It stands beside the others in `loops`. A month that does not tie out is logged each time, and stays
open until a person has found out why.
"""

from collections.abc import Awaitable, Callable, Sequence

import structlog

from api.process.bell import Bell
from api.process.context import Context
from api.worker.supervise import Loop
from ledger import Refusal
from ledger.book import Programme
from settlement.liability import keep_up

POLL_SECONDS = 60.0
ROUND_SECONDS_MAX = 14_400.0

Programmes = Callable[[Context], Awaitable[Sequence[Programme]]]
"""Loads all programmes."""

_log = structlog.get_logger("comity.worker")


def liability_loop(context: Context, programmes: Programmes) -> Loop:
    """Goes on with months that are being frozen, and reads ahead in books with a frozen month."""

    async def read() -> int:
        for programme in await programmes(context):
            try:
                await keep_up(context.database, programme)
            except Refusal as refusal:
                _log.warning("liability_refused", programme=programme.code, problem=refusal.code)
        return 0

    return Loop("liability", read, Bell(), POLL_SECONDS, ROUND_SECONDS_MAX)
