"""Webhooks: endpoints with their health, what was sent to them, and the catalogue of events."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.run import columns
from api.console.run.isolation import typed_instant
from api.console.run.words import DELIVERY_STATES, ENDPOINT_STATES
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.pages.ask import PAGE_LIMIT, Answer
from api.pages.forms import Form

PATH = "/console/webhooks"
PROGRAMMES_SHOWN = 20
"""So many programmes of a brand have their events of points shown."""
LOOKED_AT = 200
"""So many of the newest deliveries say how an endpoint does."""
OVERLAPS = (0, 3600, 86_400)


def _health(deliveries: list[Any]) -> dict[int, dict[str, Any]]:
    """How each endpoint does, by its newest deliveries."""
    found: dict[int, dict[str, Any]] = {}
    for each in deliveries:
        nothing = {"delivered": 0, "ended": 0, "waiting": 0, "problem": None}
        health = found.setdefault(each["endpoint_id"], nothing)
        health["delivered"] += each["state"] == "delivered"
        health["ended"] += each["state"] != "waiting"
        health["waiting"] += each["state"] == "waiting"
        last = each["attempts"][-1] if each["attempts"] else None
        if health["problem"] is None and last and each["state"] != "delivered":
            health["problem"] = last["problem"] or last["status"]
    return found


async def _types(shell: Shell) -> list[Any]:
    return (await shell.get("/v1/event-types")).items


async def _asked(shell: Shell) -> list[Any]:
    """Which events of points are told of the party's programmes. Only brands have any."""
    if not shell.is_party("brand"):
        return []
    own = (await shell.need("/v1/programmes"))["items"]
    return [
        await shell.need("/v1/programmes/{programme}/event-types", programme=each["code"])
        for each in own[:PROGRAMMES_SHOWN]
    ]


async def _list(
    shell: Shell, *, form: Form | None = None, answer: Answer | None = None, made: Any = None
) -> Response[bytes]:
    shell.shown_at = PATH
    endpoints = await shell.need("/v1/webhook-endpoints")
    asked = await _asked(shell)
    recent = (await shell.get("/v1/deliveries", {"limit": LOOKED_AT})).items
    return shell.page(
        "run/webhooks.html",
        status=200 if answer is None or answer.is_good else answer.status,
        form=form,
        problem=None if answer is None else answer.problem,
        rows=endpoints["items"],
        health=_health(recent),
        types=await _types(shell),
        states=ENDPOINT_STATES,
        asked=asked,
        made=made,
    )


def _body(form: Form) -> dict[str, Any]:
    body: dict[str, Any] = {"url": form.text("url"), "types": form.all("types")}
    if form.text("description"):
        body["description"] = form.text("description")
    if form.text("state"):
        body["state"] = form.text("state")
    return body


@get(PATH, opt=PAGE, include_in_schema=False)
async def webhooks_page(request: Call) -> Response[bytes]:
    """The endpoints of the party, and how each does."""
    return await _list(await enter(request, "keys.manage"))


@post(PATH, opt=PAGE, include_in_schema=False, status_code=200)
async def add_endpoint(request: Call) -> Response[bytes]:
    """Add an endpoint. Its secret is shown once, on the page that answers."""
    shell, form = await enter_form(request, "keys.manage", name="endpoint")
    answer = await shell.act("POST", "/v1/webhook-endpoints", _body(form), form=form)
    if not answer.is_good:
        return await _list(shell, form=form, answer=answer)
    return await _list(shell, made=answer.json)


@post(f"{PATH}/points", opt=PAGE, include_in_schema=False, status_code=200)
async def ask_for_points(request: Call) -> Response[bytes]:
    """Have events of a programme's points told, or no longer."""
    shell, form = await enter_form(request, "keys.manage")
    answer = await shell.act(
        "PUT",
        "/v1/programmes/{programme}/event-types",
        {"types": form.all("types")},
        form=form,
        programme=form.text("programme") or "-",
    )
    if not answer.is_good:
        return await _list(shell, answer=answer)
    return shell.done(PATH, "The events of points were changed.")


async def _one(
    shell: Shell,
    endpoint_id: int,
    *,
    form: Form | None = None,
    answer: Answer | None = None,
    made: Any = None,
) -> Response[bytes]:
    shell.shown_at = f"{PATH}/{endpoint_id}"
    endpoint = await shell.need("/v1/webhook-endpoints/{endpoint}", endpoint=endpoint_id)
    state = shell.query.get("state")
    query = {"endpoint_id": endpoint_id, "state": state, "cursor": shell.query.get("cursor")}
    sent = await shell.get("/v1/deliveries", {**query, "limit": PAGE_LIMIT})
    return shell.page(
        "run/webhook.html",
        status=200 if answer is None or answer.is_good else answer.status,
        form=form,
        problem=None if answer is None else answer.problem,
        endpoint=endpoint,
        rows=sent.items,
        next_cursor=sent.next_cursor,
        state=state or "",
        segments=[
            ("", shell._("All"), None),
            *((name, shell._(text), None) for name, (text, _) in DELIVERY_STATES.items()),
        ],
        types=await _types(shell),
        states=ENDPOINT_STATES,
        delivery_states=DELIVERY_STATES,
        overlaps=[
            (each, shell.f.seconds(each) if each else shell._("At once")) for each in OVERLAPS
        ],
        made=made,
    )


@get(f"{PATH}/{{endpoint_id:int}}", opt=PAGE, include_in_schema=False)
async def webhook_page(request: Call, endpoint_id: FromPath[int]) -> Response[bytes]:
    """One endpoint, and what was sent to it."""
    shell = await enter(request, "keys.manage")
    if shell.query.get("export") == "csv":
        await shell.need("/v1/webhook-endpoints/{endpoint}", endpoint=endpoint_id)
        return await shell.export(
            "/v1/deliveries",
            {"endpoint_id": endpoint_id, "state": shell.query.get("state")},
            name=f"webhook-{endpoint_id}-deliveries",
            columns=columns.DELIVERIES,
        )
    return await _one(shell, endpoint_id)


@post(f"{PATH}/{{endpoint_id:int}}/change", opt=PAGE, include_in_schema=False, status_code=200)
async def change_endpoint(request: Call, endpoint_id: FromPath[int]) -> Response[bytes]:
    """Change where it is, what it gets, and whether it is enabled."""
    shell, form = await enter_form(request, "keys.manage", name="endpoint")
    answer = await shell.act(
        "PUT",
        "/v1/webhook-endpoints/{endpoint}",
        _body(form),
        form=form,
        endpoint=endpoint_id,
    )
    if not answer.is_good:
        return await _one(shell, endpoint_id, form=form, answer=answer)
    return shell.done(f"{PATH}/{endpoint_id}", "The endpoint was changed.")


@post(f"{PATH}/{{endpoint_id:int}}/rotate", opt=PAGE, include_in_schema=False, status_code=200)
async def rotate_secret(request: Call, endpoint_id: FromPath[int]) -> Response[bytes]:
    """Replace the secret. The new one is shown once, on the page that answers."""
    shell, form = await enter_form(request, "keys.manage", name="rotate")
    answer = await shell.act(
        "POST",
        "/v1/webhook-endpoints/{endpoint}/rotate-secret",
        {"overlap_seconds": form.whole("overlap_seconds")},
        form=form,
        endpoint=endpoint_id,
    )
    made = answer.json if answer.is_good else None
    return await _one(shell, endpoint_id, answer=answer, made=made)


@post(f"{PATH}/{{endpoint_id:int}}/test", opt=PAGE, include_in_schema=False, status_code=200)
async def send_test(request: Call, endpoint_id: FromPath[int]) -> Response[bytes]:
    """Send a test event to the endpoint."""
    shell, form = await enter_form(request, "keys.manage")
    answer = await shell.act(
        "POST", "/v1/webhook-endpoints/{endpoint}/test", form=form, endpoint=endpoint_id
    )
    if not answer.is_good:
        return await _one(shell, endpoint_id, answer=answer)
    return shell.done(f"{PATH}/{endpoint_id}", "A test event is on its way. Load this page anew.")


@post(f"{PATH}/{{endpoint_id:int}}/replay", opt=PAGE, include_in_schema=False, status_code=200)
async def replay_failed(request: Call, endpoint_id: FromPath[int]) -> Response[bytes]:
    """Send again what the endpoint did not get since a time."""
    shell, form = await enter_form(request, "keys.manage", name="replay")
    answer = await shell.act(
        "POST",
        "/v1/webhook-endpoints/{endpoint}/replay-failed",
        {"since": typed_instant(shell, form.text("since"))},
        form=form,
        endpoint=endpoint_id,
    )
    if not answer.is_good:
        return await _one(shell, endpoint_id, form=form, answer=answer)
    return shell.done(f"{PATH}/{endpoint_id}", "What it did not get is sent again.")


@post(f"{PATH}/{{endpoint_id:int}}/replay-one", opt=PAGE, include_in_schema=False, status_code=200)
async def replay_one(request: Call, endpoint_id: FromPath[int]) -> Response[bytes]:
    """Send one event again."""
    shell, form = await enter_form(request, "keys.manage")
    delivery = form.text("delivery")
    answer = await shell.act(
        "POST",
        "/v1/deliveries/{delivery}/replay",
        form=form,
        delivery=delivery if delivery.isdecimal() else 0,
    )
    if not answer.is_good:
        return await _one(shell, endpoint_id, answer=answer)
    return shell.done(f"{PATH}/{endpoint_id}", "The event is sent again.")


@post(f"{PATH}/{{endpoint_id:int}}/remove", opt=PAGE, include_in_schema=False, status_code=200)
async def remove_endpoint(request: Call, endpoint_id: FromPath[int]) -> Response[bytes]:
    """Remove the endpoint with its deliveries."""
    shell, form = await enter_form(request, "keys.manage")
    answer = await shell.act(
        "DELETE", "/v1/webhook-endpoints/{endpoint}", form=form, endpoint=endpoint_id
    )
    if not answer.is_good:
        return await _one(shell, endpoint_id, answer=answer)
    return shell.done(PATH, "The endpoint was removed.")


@get(f"{PATH}/events", opt=PAGE, include_in_schema=False)
async def types_page(request: Call) -> Response[bytes]:
    """All types of events, each with an example."""
    shell = await enter(request, "keys.manage")
    roles = shell.user.party.roles
    return shell.page(
        "run/event_types.html",
        rows=[each for each in await _types(shell) if roles & set(each["told"])],
    )


@get(f"{PATH}/events/{{event:str}}", opt=PAGE, include_in_schema=False)
async def event_page(request: Call, event: FromPath[str]) -> Response[bytes]:
    """One event, as it was sent."""
    shell = await enter(request, "keys.manage")
    found = await shell.need("/v1/events/{event}", event=event)
    return shell.page("run/event.html", block="event", event=found)


ROUTES = [
    webhooks_page,
    add_endpoint,
    ask_for_points,
    webhook_page,
    change_endpoint,
    rotate_secret,
    send_test,
    replay_failed,
    replay_one,
    remove_endpoint,
    types_page,
    event_page,
]
