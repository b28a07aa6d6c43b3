"""Connection: where a supplier takes orders, its secret, its checks, its stage and its health."""

import base64
import secrets
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.shell import Shell, enter, enter_form
from api.console.supply import words
from api.console.supply.frame import party_of
from api.console.supply.typed import said
from api.http.auth import PAGE, Call
from api.pages.forms import Form
from catalog import OVERLAP_SECONDS

TERMS = (
    "timeout_ms",
    "concurrency_max",
    "rate_per_second",
    "deadline_seconds",
    "absent_proves_after_seconds",
    "first_query_after_seconds",
    "waiting_max",
)
ACCOUNTS = ("ok", "ok_async", "refuse", "slow", "lost", "out_of_stock", "late")
SECRET_BYTES = 32
CHECKS_SHOWN = 20
OFFERS_SHOWN = 500
_MISSING = "endpoint-not-found"


def new_secret() -> str:
    """A secret as Standard Webhooks writes one."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


async def _page(
    shell: Shell,
    *,
    form: Form | None = None,
    problem: Any = None,
    status: int = 200,
    proposed: str = "",
) -> Response[bytes]:
    party = party_of(shell)
    endpoint = await shell.get("/v1/parties/{party}/endpoint", party=party)
    if not endpoint.is_good and endpoint.code != _MISSING:
        endpoint_problem = endpoint.problem
    else:
        endpoint_problem = None
    stage = await shell.get("/v1/parties/{party}/stage", party=party)
    checks = await shell.get("/v1/parties/{party}/checks", {"limit": CHECKS_SHOWN}, party=party)
    health = await shell.get("/v1/parties/{party}/deliveries", {"days": 7}, party=party)
    card = await shell.get("/v1/scorecards/{party}", party=party)
    offers = await shell.get("/v1/offers", {"limit": OFFERS_SHOWN})
    direct = [
        each
        for each in offers.items
        if each["fulfilment"] == "direct" and each["supplier"] == party
    ]
    return shell.page(
        "supply/connection.html",
        status=status,
        form=form,
        problem=problem or endpoint_problem,
        words=words,
        party=party,
        suffix="" if party == shell.user.party.code else f"?party={party}",
        endpoint=endpoint.json if endpoint.is_good else None,
        stage=stage.json if stage.is_good else None,
        checks=checks.items,
        health=health.json if health.is_good else None,
        card=card.json["supplier"] if card.is_good else None,
        direct=[(each["code"], f"{each['name']} ({each['code']})") for each in direct],
        proposed=proposed or new_secret(),
        overlap=OVERLAP_SECONDS,
        accounts=ACCOUNTS,
    )


@get("/console/connection", opt=PAGE, include_in_schema=False)
async def connection(request: Call) -> Response[bytes]:
    """How the exchange reaches a supplier, and how that goes."""
    return await _page(await enter(request, "suppliers.manage"))


@post("/console/connection", opt=PAGE, include_in_schema=False)
async def set_endpoint(request: Call) -> Response[bytes]:
    """Set the address, the secret and the terms."""
    shell, form = await enter_form(request, "suppliers.manage")
    party = party_of(shell)
    body = {
        "url": form.text("url"),
        "secret": form.text("secret"),
        **said((name, form.whole(name)) for name in TERMS),
    }
    answer = await shell.act("PUT", "/v1/parties/{party}/endpoint", body, form=form, party=party)
    if answer.is_good:
        return shell.done(_back(shell), "The connection was set.")
    return await _page(shell, form=form, problem=answer.problem, status=answer.status)


@post("/console/connection/secret", opt=PAGE, include_in_schema=False)
async def replace_secret(request: Call) -> Response[bytes]:
    """Replace the secret, and leave the address and the terms as they are."""
    shell, form = await enter_form(request, "suppliers.manage")
    party = party_of(shell)
    held = await shell.need("/v1/parties/{party}/endpoint", party=party)
    body = {
        "url": held["url"],
        "secret": form.text("new_secret"),
        **said({"overlap_seconds": form.whole("overlap_seconds")}.items()),
        **said((name, held[name]) for name in TERMS),
    }
    answer = await shell.act("PUT", "/v1/parties/{party}/endpoint", body, form=form, party=party)
    if answer.is_good:
        return shell.done(_back(shell), "The secret was replaced.")
    return await _page(
        shell,
        problem=answer.problem,
        status=answer.status,
        proposed=form.text("new_secret"),
    )


@post("/console/connection/checks", opt=PAGE, include_in_schema=False)
async def run_check(request: Call) -> Response[bytes]:
    """Have the kit check the endpoint."""
    shell, form = await enter_form(request, "suppliers.manage")
    party = party_of(shell)
    body = {
        "offer_code": form.text("offer_code"),
        "accounts": said((name, form.optional(f"accounts.{name}")) for name in ACCOUNTS),
        **said((name, form.whole(name)) for name in ("orders", "concurrency")),
    }
    answer = await shell.act("POST", "/v1/parties/{party}/check", body, form=form, party=party)
    if answer.is_good:
        path = f"/console/connection/checks/{answer.json['check_id']}"
        return shell.done(_with_party(shell, path), "The check begins. It takes some minutes.")
    return await _page(shell, form=form, problem=answer.problem, status=answer.status)


@get("/console/connection/checks/{check:int}", opt=PAGE, include_in_schema=False)
async def report(request: Call, check: FromPath[int]) -> Response[bytes]:
    """What a check has found."""
    shell = await enter(request, "orders.read")
    party = party_of(shell)
    found = await shell.need("/v1/parties/{party}/checks/{check}", party=party, check=check)
    return shell.page(
        "supply/check.html",
        words=words,
        found=found,
        back=_back(shell),
        is_running=found["state"] in {"waiting", "running"},
    )


def _back(shell: Shell) -> str:
    return _with_party(shell, "/console/connection")


def _with_party(shell: Shell, path: str) -> str:
    party = party_of(shell)
    return path if party == shell.user.party.code else f"{path}?party={party}"


ROUTES = [connection, set_endpoint, replace_secret, run_check, report]
