"""The rules of a programme: what may be changed of them, and what held before."""

from datetime import date

from litestar import Response, get, post, put
from litestar.params import JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, own_programme
from api.http.auth import BRAND, CHANGES, Call, context_of
from api.http.deeds import changing, note_change
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after
from api.http.routes.programmes import expiry_plan, render_dated_rules, render_programme
from api.http.schemas.answers import Page
from api.http.schemas.programmes import (
    ProgrammeAnswer,
    RulesBody,
    RulesFromDayBody,
    RulesVersionAnswer,
)
from catalog import INTEGER_MAX, find_party_by_id, load_actor_names
from ledger import JSON, read_clock
from ledger.book import (
    Cap,
    Capped,
    Changeable,
    DebtPolicy,
    Programme,
    RulesFromDay,
    RulesVersion,
    Window,
    change_rules,
    change_rules_from,
    list_versions,
    programme_day,
)
from settlement.liability import require_currency

TAGS = ["programmes"]


@put("/v1/programmes/{programme:str}/rules", guards=[BRAND], tags=TAGS)
async def put_rules(
    request: Call, code: ProgrammeInPath, data: JSONBody[RulesBody]
) -> ProgrammeAnswer:
    """Let other rules hold in a programme. What was decided before stays as it is.

    They hold for everybody within a few seconds. A cap that is new counts from then on. The return
    window is that of points that are issued from today on.
    """
    programme = await own_programme(request, code)
    wanted = Changeable(
        name=data.name,
        unit=data.unit,
        available_after_days=data.available_after_days,
        caps=tuple(Cap(Capped(cap.kind), Window(cap.window), cap.points) for cap in data.caps),
        balance_max=data.balance_max,
    )
    context = context_of(request)
    async with changing(request, context.database) as connection:
        now = await read_clock(connection)
        changed = await change_rules(connection, programme, wanted, now)
        owner = await find_party_by_id(connection, changed.party_id)
        await note_change(request, connection, None)
    context.programmes.put(code, changed)
    return render_programme(changed, owner.code, now)


@post("/v1/programmes/{programme:str}/rules", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def add_rules(
    request: Call, code: ProgrammeInPath, data: JSONBody[RulesFromDayBody]
) -> Response[ProgrammeAnswer]:
    """Let other rules hold in a programme from a day on, or from today.

    An operation follows the rules of the day on which it occurred, so points that members have keep
    their last day. A change that is planned is taken back by one, from the same day, to what holds
    before. Who looks at the liability finds a new value from the month of its first day on.
    """
    programme = await own_programme(request, code)
    wanted = RulesFromDay(
        point_value=data.point_value,
        currency=data.currency,
        expiry=None if data.expiry is None else expiry_plan(data.expiry),
        available_after_days=data.available_after_days,
        debt=None if data.debt is None else DebtPolicy(data.debt),
    )
    context = context_of(request)
    changed: list[Programme] = []

    async def act(connection: AsyncConnection) -> JSON:
        now = await read_clock(connection)
        found = await change_rules_from(connection, programme, wanted, since=data.since, now=now)
        if data.currency is not None:
            await require_currency(connection, found, data.currency)
        owner = await find_party_by_id(connection, found.party_id)
        changed.append(found)
        return render_programme(found, owner.code, now)

    answer = await answer_once(request, context.database, act)
    if changed:
        context.programmes.put(code, changed[-1])
    return answer


@get("/v1/programmes/{programme:str}/rules", guards=[BRAND], tags=TAGS)
async def rules_versions(
    request: Call, code: ProgrammeInPath, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[RulesVersionAnswer]:
    """What holds in a programme, and what held before, the latest first."""
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        found = await list_versions(
            connection, programme, before=after(cursor, INTEGER_MAX) or None, limit=limit
        )
        actors = await load_actor_names(connection, [each.replaced_by for each in found])
        now = await read_clock(connection)
    is_full = len(found) == limit and found[-1].version > 1
    return {
        "items": [
            _render(
                each,
                actors.get(each.replaced_by or 0),
                programme_day(each.replaced_at or now, programme.time_zone),
            )
            for each in found
        ],
        "next_cursor": str(found[-1].version) if is_full else None,
    }


def _render(held: RulesVersion, replaced_by: str | None, last_day: date) -> RulesVersionAnswer:
    return {
        "version": held.version,
        "name": held.name,
        "unit": held.rules.unit,
        "available_after_days": held.rules.on(last_day).available_after_days,
        "caps": [
            {"kind": cap.kind.value, "window": cap.window.value, "points": cap.points}
            for cap in held.rules.caps
        ],
        "balance_max": held.rules.balance_max,
        "currency": held.rules.currency,
        "dated_rules": render_dated_rules(held.rules),
        "replaced_at": held.replaced_at,
        "replaced_by": replaced_by,
    }


ROUTES = [put_rules, add_rules, rules_versions]
