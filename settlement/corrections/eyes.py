"""Two pairs of eyes: who lets a correction pass is not who has prepared it."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from settlement.calendar import load_calendar

_ACTOR = text(
    """
    SELECT nullif(current_setting('comity.actor', true), '')::integer
    """
)


async def require_other_eyes(connection: AsyncConnection, prepared_by: int | None) -> None:
    """Refuse who has prepared what is to be done now, if the exchange wants two pairs of eyes.

    Two round trips.

    Raises:
        FourEyesRequired: the actor of the transaction has prepared it, or nobody knows who it is.
    """
    calendar = await load_calendar(connection)
    calendar.require_other(await connection.scalar(_ACTOR), {prepared_by})
