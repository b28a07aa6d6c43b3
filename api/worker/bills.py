"""The loops about bills.

| loop | what one round does |
|---|---|
| `close` | goes on with a month that was left while it was closing |
| `bills` | agrees where a statement's term is over; debits what was credited and reversed |
"""

from api.process.bell import Bell
from api.process.context import Context
from api.worker.supervise import Loop
from settlement.closing import work_on_closing
from settlement.corrections import counter_reversed
from settlement.statements import agree_by_silence

CLOSE_POLL_SECONDS = 5.0
CLOSE_ROUND_SECONDS_MAX = 14_400.0
BILLS_POLL_SECONDS = 60.0
"""The instant of a term counts, and not that of the round: nobody disputes in between."""


def bill_loops(context: Context) -> list[Loop]:
    """The loops about bills."""

    async def close() -> int:
        return await work_on_closing(context.database)

    async def bills() -> int:
        await counter_reversed(context.database)
        return await agree_by_silence(context.database)

    return [
        Loop("close", close, Bell(), CLOSE_POLL_SECONDS, CLOSE_ROUND_SECONDS_MAX),
        Loop("bills", bills, Bell(), BILLS_POLL_SECONDS),
    ]
