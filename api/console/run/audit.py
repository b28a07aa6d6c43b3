"""The audit log: who did what to what. Users of the own party stand there by name."""

from typing import Any

from litestar import Response, get

from api.console.run import columns
from api.console.run.keys import names_of
from api.console.run.users import parties_to_choose
from api.console.shell import Shell, enter
from api.http.auth import PAGE, Call
from api.pages.ask import PAGE_LIMIT

PATH = "/console/audit-log"
FILTERS = ("actor", "object", "party", "action")


async def _named(shell: Shell, rows: list[dict[str, Any]]) -> dict[str, str]:
    """The users among the actors, of the parties for which they acted."""
    if not shell.may("users.manage"):
        return {}
    known = await names_of(shell, {each["actor"] for each in rows})
    own = shell.user.party.code
    others = {
        each["party"]
        for each in rows
        if each["actor"] and each["actor"].startswith("user:") and each["party"] != own
    }
    for party in sorted(each for each in others if each):
        for user in (await shell.get("/v1/users", {"party": party})).items:
            known[f"user:{user['user_id']}"] = user["name"] or user["email"]
    return known


@get(PATH, opt=PAGE, include_in_schema=False)
async def audit_page(request: Call) -> Response[bytes]:
    """The entries of the log, the latest first."""
    shell = await enter(request, "audit.read")
    query = {name: shell.query.get(name) for name in FILTERS}
    if shell.query.get("export") == "csv":
        return await shell.export(
            "/v1/audit-log", query, name="audit-log", columns=columns.AUDIT_LOG
        )
    cursor = shell.query.get("cursor")
    answer = await shell.get("/v1/audit-log", {**query, "cursor": cursor, "limit": PAGE_LIMIT})
    rows = answer.items
    return shell.page(
        "run/audit.html",
        status=200 if answer.is_good else answer.status,
        problem=answer.problem,
        rows=rows,
        next_cursor=answer.next_cursor,
        names=await _named(shell, rows),
        parties=await parties_to_choose(shell),
        filters=query,
    )


ROUTES = [audit_page]
