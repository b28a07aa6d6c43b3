"""How the exchange does: books, messages, workers, months, and what waits for a person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litestar import Response, get, post

from api.console.run import columns
from api.console.run.words import LIGHTS, STAGES, WHY
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.pages.ask import PAGE_LIMIT, Answer

PATH = "/console/system"
STUCK_SECONDS = 300
OLD_MESSAGE_SECONDS = 300

Said = tuple[str, str, str]
"""What is looked at, its tone, and what is said of it."""


def health(shell: Shell, status: Mapping[str, Any]) -> list[Said]:
    """What a person should know first: each part, and whether it does well."""
    _, f = shell._, shell.f
    found: list[Said] = []
    verify = status["verify"]
    if verify is None:
        found.append((_("Verification"), "warn", _("not run on this machine yet")))
    else:
        tone = "bad" if verify["defects"] else "ok"
        said = f"{_('defects')}: {f.number(verify['defects'])}, "
        found.append((_("Verification"), tone, said + f.ago(verify["verified_at"], shell.now)))
    late = [each for each in status["books"] if each["sealed"] < each["records"]]
    seals = [each["sealed_at"] for each in status["books"] if each["sealed_at"]]
    newest = f.ago(max(seals), shell.now) if seals else _("no seal yet")
    found.append((_("Last seal"), "ok" if seals or not late else "warn", newest))
    silent = [each for each in status["workers"] if each["is_silent"]]
    working = len(status["workers"]) - len(silent)
    tone = "ok" if working else "bad"
    said = f"{f.number(working)} {_('at work')}"
    if silent:
        said += f", {f.number(len(silent))} {_('silent')}"
    found.append((_("Workers"), tone, said))
    oldest = min(
        (each["oldest_at"] for each in status["outbox"] if each["oldest_at"]), default=None
    )
    said, tone = _("none waits"), "ok"
    if oldest is not None:
        said = f.ago(oldest, shell.now)
        age = shell.now - datetime.fromisoformat(oldest)
        tone = "warn" if age.total_seconds() > OLD_MESSAGE_SECONDS else "ok"
    found.append((_("Oldest message"), tone, said))
    parked = sum(each["parked"] for each in status["outbox"]) + status["rejected_uses"]
    said = f.number(parked) if parked else _("none")
    found.append((_("Set aside"), "bad" if parked else "ok", said))
    return found


async def _page(shell: Shell, answer: Answer | None = None) -> Response[bytes]:
    shell.shown_at = PATH
    status = await shell.need("/v1/status")
    cursor = shell.query.get("cursor")
    rejected = await shell.get("/v1/rejected-uses", {"cursor": cursor, "limit": PAGE_LIMIT})
    parked = await shell.get("/v1/orders", {"parked": True, "limit": PAGE_LIMIT})
    return shell.page(
        "run/system.html",
        status=200 if answer is None or answer.is_good else answer.status,
        problem=None if answer is None else answer.problem,
        state=status,
        health=health(shell, status),
        rejected=rejected.items,
        next_cursor=rejected.next_cursor,
        parked=parked.items,
        lights=LIGHTS,
        stages=STAGES,
        why=WHY,
    )


@get(PATH, opt=PAGE, include_in_schema=False)
async def system_page(request: Call) -> Response[bytes]:
    """The state of the service, and what is parked."""
    shell = await enter(request, "parties.read")
    if shell.query.get("export") == "csv":
        return await shell.export(
            "/v1/rejected-uses", {}, name="rejected-uses", columns=columns.REJECTED_USES
        )
    return await _page(shell)


@post(f"{PATH}/retry-uses", opt=PAGE, include_in_schema=False, status_code=200)
async def retry_uses(request: Call) -> Response[bytes]:
    """Hand the uses that could not be billed back to the service."""
    shell, form = await enter_form(request, "exchange.manage")
    answer = await shell.act("POST", "/v1/rejected-uses/retry", form=form)
    if not answer.is_good:
        return await _page(shell, answer)
    return shell.done(PATH, "They are tried again.")


@post(f"{PATH}/retry-order", opt=PAGE, include_in_schema=False, status_code=200)
async def retry_order(request: Call) -> Response[bytes]:
    """Have the parked message of an order handled again."""
    shell, form = await enter_form(request, "orders.act")
    answer = await shell.act(
        "POST", "/v1/orders/{number}/replay", form=form, number=form.text("number") or "-"
    )
    if not answer.is_good:
        return await _page(shell, answer)
    return shell.done(PATH, "The order is handled again.")


ROUTES = [system_page, retry_uses, retry_order]
