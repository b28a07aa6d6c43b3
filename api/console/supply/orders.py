"""Deliveries: the orders at suppliers, by state and age, and what is known of one."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.shell import Shell, enter, enter_form
from api.console.supply import columns, words
from api.console.supply.frame import offer_names, segments
from api.http.auth import PAGE, Call
from api.pages.ask import PAGE_LIMIT

AGES = (60, 300, 3_600, 86_400)
Step = tuple[str, str | None, str, str]
"""What happened, when, the colour of its mark, and a note."""


def may_act(shell: Shell) -> bool:
    """Whether the user may have an order asked about, or tried again."""
    return shell.may("orders.act") and shell.is_party("operator")


def _filters(shell: Shell) -> dict[str, str | None]:
    names = ["state", "supplier", "older_than_seconds", "side"]
    if shell.is_party("operator"):
        names.append("parked")
    return {name: shell.query.get(name) for name in names}


@get("/console/orders", opt=PAGE, include_in_schema=False)
async def orders(request: Call) -> Response[bytes]:
    """Orders that have not ended, or those in a state, the oldest first."""
    shell = await enter(request, "orders.read")
    query = _filters(shell)
    if shell.query.get("export") == "csv":
        return await shell.export("/v1/orders", query, name="orders", columns=columns.ORDERS)
    page = {**query, "cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT}
    answer = await shell.get("/v1/orders", page)
    return shell.page(
        "supply/orders.html",
        status=answer.status,
        problem=answer.problem,
        words=words,
        rows=answer.items,
        next_cursor=answer.next_cursor,
        states=segments(shell, words.ORDER_STATES),
        ages=AGES,
        is_both=shell.is_party("brand") and shell.is_party("supplier"),
        may_act=may_act(shell),
        names=await offer_names(shell),
    )


def steps_of(shell: Shell, order: Mapping[str, Any]) -> list[Step]:
    """What has happened to an order, in the order of time, and what comes next."""
    known: list[Step] = [(shell._("The member redeemed it"), order["created_at"], "ok", "")]
    if order["submitted_at"]:
        note = shell._("%(number)s times sent") % {"number": order["submissions"]}
        known.append((shell._("It was sent to the supplier"), order["submitted_at"], "ok", note))
    if order["queries"]:
        note = shell._("%(number)s times asked") % {"number": order["queries"]}
        known.append((shell._("The supplier was asked"), None, "", note))
    if order["parked_at"]:
        note = order["parked_reason"] or ""
        known.append((shell._("It waits for a person"), order["parked_at"], "bad", note))
    if order["finished_at"]:
        is_good = order["state"] == "SUCCESS"
        text = shell._("It was delivered") if is_good else shell._("It failed: points went back")
        tone = "ok" if is_good else "bad"
        known.append((text, order["finished_at"], tone, order["reason"] or ""))
        return known
    if order["promised_at"]:
        known.append((shell._("The supplier promised it by"), order["promised_at"], "warn", ""))
    if order["query_at"]:
        known.append((shell._("The supplier is asked next"), order["query_at"], "", ""))
    known.append((shell._("It is not sent any more after"), order["deadline_at"], "", ""))
    return known


async def _one(
    shell: Shell, number: str, *, problem: Any = None, status: int = 200
) -> Response[bytes]:
    order = await shell.need("/v1/orders/{order}", order=number)
    return shell.page(
        "supply/order.html",
        status=status,
        problem=problem,
        words=words,
        order=order,
        steps=steps_of(shell, order),
        names=await offer_names(shell),
        may_act=may_act(shell),
    )


@get("/console/orders/{number:str}", opt=PAGE, include_in_schema=False)
async def one_order(request: Call, number: FromPath[str]) -> Response[bytes]:
    """One order, with its steps."""
    return await _one(await enter(request, "orders.read"), number)


@post("/console/orders/{number:str}/query-now", opt=PAGE, include_in_schema=False)
async def ask_now(request: Call, number: FromPath[str]) -> Response[bytes]:
    """Have the supplier asked about an order now."""
    shell, form = await enter_form(request, "orders.act")
    answer = await shell.act("POST", "/v1/orders/{order}/query-now", form=form, order=number)
    if answer.is_good:
        return shell.done(f"/console/orders/{number}", "The supplier is asked now.")
    return await _one(shell, number, problem=answer.problem, status=answer.status)


@post("/console/orders/{number:str}/replay", opt=PAGE, include_in_schema=False)
async def replay(request: Call, number: FromPath[str]) -> Response[bytes]:
    """Have the parked message of an order tried again."""
    shell, form = await enter_form(request, "orders.act")
    answer = await shell.act("POST", "/v1/orders/{order}/replay", form=form, order=number)
    if answer.is_good:
        return shell.done(f"/console/orders/{number}", "It is tried again.")
    return await _one(shell, number, problem=answer.problem, status=answer.status)


ROUTES = [orders, one_order, ask_now, replay]
