"""Programmes: a brand's points and their rules."""

from datetime import date, datetime
from decimal import Decimal
from typing import cast

from litestar import Response, get, post
from litestar.params import JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, is_operator, own_programme
from api.http.auth import BRAND, CHANGES, Call, context_of
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.problems import RoleRequired
from api.http.schemas.answers import Page
from api.http.schemas.operations import AccountName
from api.http.schemas.programmes import (
    DatedRulesAnswer,
    ExpiryAnswer,
    ExpiryBody,
    ProgrammeAnswer,
    ProgrammeBody,
    TotalsAnswer,
    TrialBalanceAnswer,
)
from api.http.times import AsOf, instant_of, require_past
from catalog import Party, find_party, find_party_by_id
from ledger import JSON, read, read_clock
from ledger.book import (
    Cap,
    Capped,
    DatedRules,
    DebtPolicy,
    ExpiryKind,
    ExpiryPlan,
    Programme,
    Rules,
    Window,
    create_programme,
    load_programmes,
    programme_day,
)
from settlement import plain as plain_decimal

TAGS = ["programmes"]


_render_totals = Copier(TotalsAnswer, read.Totals, "programme")


def render_dated_rules(rules: Rules) -> list[DatedRulesAnswer]:
    """What holds from which day on. What the programme was opened with has none."""
    stages: list[tuple[date | None, Rules | DatedRules]] = [(None, rules)]
    stages += [(each.since, each) for each in rules.dated]
    return [
        {
            "since": since,
            "point_value": _decimal(held.point_value),
            "expiry": _expiry(held.expiry),
            "available_after_days": held.available_after_days,
            "debt": held.debt.value,
        }
        for since, held in stages
    ]


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else plain_decimal(value)


def _expiry(plan: ExpiryPlan) -> ExpiryAnswer:
    return {
        "kind": plan.kind.value,
        "count": plan.count,
        "dates": [f"{month:02}-{day:02}" for month, day in plan.dates],
    }


def expiry_plan(data: ExpiryBody) -> ExpiryPlan:
    """A plan of expiry as it was asked for."""
    dates = tuple((int(each[:2]), int(each[3:])) for each in data.dates)
    return ExpiryPlan(ExpiryKind(data.kind), data.count, dates)


def render_programme(programme: Programme, party: str, now: datetime) -> ProgrammeAnswer:
    """A programme with the rules that hold now."""
    rules = programme.rules.on(programme_day(now, programme.time_zone))
    return {
        "code": programme.code,
        "name": programme.name,
        "party": party,
        "time_zone": programme.time_zone,
        "unit": rules.unit,
        "display_scale": rules.display_scale,
        "point_value": _decimal(rules.point_value),
        "currency": rules.currency,
        "expiry": _expiry(rules.expiry),
        "available_after_days": rules.available_after_days,
        "debt": rules.debt.value,
        "grace_days": rules.grace_days,
        "caps": [
            {"kind": cap.kind.value, "window": cap.window.value, "points": cap.points}
            for cap in rules.caps
        ],
        "balance_max": rules.balance_max,
        "dated_rules": render_dated_rules(programme.rules),
    }


def _rules(data: ProgrammeBody) -> Rules:
    return Rules(
        unit=data.unit,
        display_scale=data.display_scale,
        point_value=data.point_value,
        currency=data.currency,
        expiry=expiry_plan(data.expiry),
        available_after_days=data.available_after_days,
        debt=DebtPolicy(data.debt),
        grace_days=data.grace_days,
        caps=tuple(Cap(Capped(cap.kind), Window(cap.window), cap.points) for cap in data.caps),
        balance_max=data.balance_max,
    )


async def _owner(connection: AsyncConnection, request: Call, code: str | None) -> Party:
    caller = request.user.party
    if code is None or code == caller.code:
        owner = caller
    elif is_operator(request.user):
        owner = await find_party(connection, code)
    else:
        raise RoleRequired("a brand makes programmes for itself alone", roles=["operator"])
    owner.require("brand")
    return owner


@post("/v1/programmes", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def add_programme(request: Call, data: JSONBody[ProgrammeBody]) -> Response[ProgrammeAnswer]:
    """Open a programme: a brand for itself, the operator for any brand.

    A brand takes its own code, or one that begins with its own code and `--`. The operator takes
    any code that is free.
    """

    async def act(connection: AsyncConnection) -> JSON:
        owner = await _owner(connection, request, data.party)
        if not is_operator(request.user):
            owner.require_programme_code(data.code)
        programme = await create_programme(
            connection,
            code=data.code,
            party_id=owner.party_id,
            name=data.name,
            time_zone=data.time_zone,
            rules=_rules(data),
        )
        return render_programme(programme, owner.code, await read_clock(connection))

    return await answer_once(request, context_of(request).database, act)


@get("/v1/programmes", guards=[BRAND], tags=TAGS)
async def programmes(request: Call) -> Page[ProgrammeAnswer]:
    """The caller's programmes. The operator sees all of them."""
    caller = request.user.party
    async with context_of(request).database.transaction() as connection:
        found = await load_programmes(
            connection, party_id=None if is_operator(request.user) else caller.party_id
        )
        owners = {caller.party_id: caller}
        for programme in found:
            if programme.party_id not in owners:
                owners[programme.party_id] = await find_party_by_id(connection, programme.party_id)
        now = await read_clock(connection)
    items = [
        render_programme(programme, owners[programme.party_id].code, now) for programme in found
    ]
    return {"items": items, "next_cursor": None}


@get("/v1/programmes/{programme:str}", guards=[BRAND], tags=TAGS)
async def programme_by_code(request: Call, code: ProgrammeInPath) -> ProgrammeAnswer:
    """One programme."""
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        owner = await find_party_by_id(connection, programme.party_id)
        return render_programme(programme, owner.code, await read_clock(connection))


@get("/v1/programmes/{programme:str}/totals", guards=[BRAND], tags=TAGS)
async def programme_totals(request: Call, code: ProgrammeInPath) -> TotalsAnswer:
    """The totals of a programme since its beginning.

    They say what was issued, redeemed and expired, and what is held, on its way to other programmes
    and outstanding.
    """
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        found = await read.totals(connection, programme)
    return _render_totals(found, programme=programme.code)


@get("/v1/programmes/{programme:str}/trial-balance", guards=[BRAND], tags=TAGS)
async def trial_balance(
    request: Call, code: ProgrammeInPath, as_of: AsOf = None
) -> TrialBalanceAnswer:
    """The balances of every kind of account, now or at a past instant. Their sum is zero."""
    instant = instant_of(as_of)
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        if instant is not None:
            await require_past(connection, instant)
        found = await read.trial_balance(connection, programme, instant)
    return {
        "programme": programme.code,
        "as_of": instant,
        "accounts": [
            {"account": cast("AccountName", account), "balance": balance}
            for account, balance in found
        ],
    }


ROUTES = [add_programme, programmes, programme_by_code, programme_totals, trial_balance]
