"""Settings of bills: the settlement calendar, who parties are on invoices, and daily bills."""

from typing import Any

from litestar import Response, get, post

from api.console.money.frame import save, show
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.pages.forms import Form

PROFILE = ("legal_name", "credit_code", "address", "phone", "bank", "bank_account")


async def _calendar_page(
    shell: Shell, *, form: Form | None = None, **values: Any
) -> Response[bytes]:
    calendar = await shell.need("/v1/settlement-calendar")
    return show(shell, "calendar", form=form, calendar=calendar, **values)


@get("/console/periods/calendar", opt=PAGE, include_in_schema=False)
async def calendar(request: Call) -> Response[bytes]:
    """The zone whose months are billed, and the terms of all bills."""
    return await _calendar_page(await enter(request, "periods.close"))


@post("/console/periods/calendar", opt=PAGE, include_in_schema=False)
async def set_calendar(request: Call) -> Response[bytes]:
    """State the calendar anew."""
    shell, form = await enter_form(request, "periods.close")
    body = {
        "time_zone": form.text("time_zone"),
        "four_eyes": form.is_checked("four_eyes"),
        "dispute_days": form.whole("dispute_days"),
        "payment_days": form.whole("payment_days"),
        "number_prefix": form.text("number_prefix"),
    }
    answer = await shell.act("PUT", "/v1/settlement-calendar", body, form=form)
    if answer.is_good:
        return shell.done("/console/periods/calendar", "The calendar is kept.")
    return await _calendar_page(shell, form=form, problem=answer.problem, status=answer.status)


async def _billing_page(
    shell: Shell, *, form: Form | None = None, **values: Any
) -> Response[bytes]:
    own = shell.user.party.code
    given = form.optional("party") if form is not None else shell.query.get("party")
    party = given or own
    found = await shell.get("/v1/parties/{party}/billing-profile", party=party)
    return show(
        shell,
        "billing",
        form=form,
        party=party,
        profile=found.json if found.is_good else None,
        **values,
    )


@get("/console/statements/billing", opt=PAGE, include_in_schema=False)
async def billing(request: Call) -> Response[bytes]:
    """Who a party is on invoices, and its daily bills."""
    return await _billing_page(await enter(request, "statements.read"))


@post("/console/statements/billing", opt=PAGE, include_in_schema=False)
async def set_billing(request: Call) -> Response[bytes]:
    """State anew who a party is on invoices."""
    shell, form = await enter_form(request, "profile.write")
    party = form.text("party") or shell.user.party.code
    body = {name: form.optional(name) for name in PROFILE}
    body["legal_name"] = form.text("legal_name")
    answer = await shell.act(
        "PUT", "/v1/parties/{party}/billing-profile", body, form=form, party=party
    )
    if answer.is_good:
        back = "" if party == shell.user.party.code else f"?party={party}"
        return shell.done(f"/console/statements/billing{back}", "The profile is kept.")
    return await _billing_page(shell, form=form, problem=answer.problem, status=answer.status)


@get("/console/statements/daily-bill", opt=PAGE, include_in_schema=False)
async def daily_bill(request: Call) -> Response[bytes]:
    """What was used at a supplier on one day, as a file."""
    shell = await enter(request, "statements.read")
    party = shell.query.get("party") or shell.user.party.code
    day = shell.query.get("day") or "-"
    return await save(shell, "/v1/parties/{party}/daily-bills/{day}", None, party=party, day=day)


ROUTES = [calendar, set_calendar, billing, set_billing, daily_bill]
