"""The loop that goes on with months that were left while they were closing."""

from api.process.bell import Bell
from api.process.context import Context
from api.worker.supervise import Loop
from settlement.closing import work_on_closing

CLOSE_POLL_SECONDS = 5.0
CLOSE_ROUND_SECONDS_MAX = 14_400.0


def closing_loop(context: Context) -> Loop:
    """Look for a month that is closing, and take its steps unless another process does."""

    async def close() -> int:
        return await work_on_closing(context.database)

    return Loop("close", close, Bell(), CLOSE_POLL_SECONDS, CLOSE_ROUND_SECONDS_MAX)
