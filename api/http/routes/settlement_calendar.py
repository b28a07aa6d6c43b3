"""The settlement calendar: the zone whose months are billed, and the terms of all bills."""

from litestar import get, put
from litestar.params import JSONBody

from api.http.auth import OPERATOR, Call, context_of
from api.http.copying import Copier
from api.http.deeds import changing, note_change
from api.http.schemas.settlement_calendar import (
    SettlementCalendarAnswer,
    SettlementCalendarBody,
)
from ledger import read_clock
from settlement import Calendar, load_calendar, set_calendar

TAGS = ["billing"]

_render = Copier(SettlementCalendarAnswer, Calendar)


@get("/v1/settlement-calendar", tags=TAGS)
async def settlement_calendar(request: Call) -> SettlementCalendarAnswer:
    """The zone whose days and months are billed, and the terms of all bills."""
    async with context_of(request).database.transaction() as connection:
        return _render(await load_calendar(connection))


@put("/v1/settlement-calendar", guards=[OPERATOR], tags=TAGS)
async def set_settlement_calendar(
    request: Call, data: JSONBody[SettlementCalendarBody]
) -> SettlementCalendarAnswer:
    """State the calendar of all bills.

    The time zone can change until the first use is rated. Statements that are issued keep their
    terms.
    """
    wanted = Calendar(**data.model_dump())
    async with changing(request, context_of(request).database) as connection:
        now = await read_clock(connection)
        calendar = await set_calendar(connection, wanted, now, request.user.actor_id)
        answer = _render(calendar)
        await note_change(request, connection, {**answer})
    return answer


ROUTES = [settlement_calendar, set_settlement_calendar]
