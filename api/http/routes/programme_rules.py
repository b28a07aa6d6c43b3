"""The rules of a programme: what may be changed of them, and what held before."""

from litestar import get, put
from litestar.params import JSONBody

from api.http.acting import ProgrammeInPath, own_programme
from api.http.auth import BRAND, Call, context_of
from api.http.deeds import changing, note_change
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after
from api.http.routes.programmes import render_programme
from api.http.schemas.answers import Page
from api.http.schemas.programmes import ProgrammeAnswer, RulesBody, RulesVersionAnswer
from catalog import INTEGER_MAX, find_party_by_id, load_actor_names
from ledger.book import Cap, Capped, Changeable, RulesVersion, Window, change_rules, list_versions

TAGS = ["programmes"]


@put("/v1/programmes/{programme:str}/rules", guards=[BRAND], tags=TAGS)
async def put_rules(
    request: Call, code: ProgrammeInPath, data: JSONBody[RulesBody]
) -> ProgrammeAnswer:
    """Let other rules hold in a programme. What was decided before stays as it is.

    They hold for everybody within a few seconds. A cap that is new counts from then on.
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
        changed = await change_rules(connection, programme, wanted)
        owner = await find_party_by_id(connection, changed.party_id)
        await note_change(request, connection, None)
    context.programmes.put(code, changed)
    return render_programme(changed, owner.code)


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
    is_full = len(found) == limit and found[-1].version > 1
    return {
        "items": [_render(each, actors.get(each.replaced_by or 0)) for each in found],
        "next_cursor": str(found[-1].version) if is_full else None,
    }


def _render(held: RulesVersion, replaced_by: str | None) -> RulesVersionAnswer:
    return {
        "version": held.version,
        "name": held.name,
        "unit": held.rules.unit,
        "available_after_days": held.rules.available_after_days,
        "caps": [
            {"kind": cap.kind.value, "window": cap.window.value, "points": cap.points}
            for cap in held.rules.caps
        ],
        "balance_max": held.rules.balance_max,
        "replaced_at": held.replaced_at,
        "replaced_by": replaced_by,
    }


ROUTES = [put_rules, rules_versions]
