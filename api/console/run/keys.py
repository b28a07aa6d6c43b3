"""API keys of a party: made, rotated, revoked. The operator chooses whose."""

from datetime import datetime, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.run.users import address, parties_to_choose, party_of, whose
from api.console.run.words import KEY_STATES, SCOPES
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.http.permissions import grant_of
from api.pages.ask import Answer
from api.pages.forms import Form
from catalog import KEY_OVERLAP_SECONDS, KEY_OVERLAP_SECONDS_MAX, scopes_of
from catalog import SCOPES as SCOPE_NAMES

PATH = "/console/keys"
OVERLAPS = (0, 3600, KEY_OVERLAP_SECONDS, KEY_OVERLAP_SECONDS_MAX)
ENDING_SECONDS = 7 * 86_400


def _state(key: dict[str, Any], now: datetime) -> str:
    if key["revoked_at"] is not None:
        return "revoked"
    if key["expires_at"] is None:
        return "active"
    end = datetime.fromisoformat(key["expires_at"])
    if end <= now:
        return "ended"
    return "ending" if end - now < timedelta(seconds=ENDING_SECONDS) else "active"


def _keys_path(shell: Shell, rest: str = "") -> str:
    """The address of the interface for the chosen party's keys."""
    party = whose(shell)
    if party is None or party == shell.user.party.code:
        return f"/v1/keys{rest}"
    return f"/v1/parties/{{party}}/keys{rest}"


async def _list(
    shell: Shell, *, form: Form | None = None, answer: Answer | None = None, made: Any = None
) -> Response[bytes]:
    shell.shown_at = PATH
    party = await party_of(shell)
    found = await shell.need(_keys_path(shell), party=whose(shell) or "")
    for each in found["items"]:
        each["state"] = _state(each, shell.now)
    state, maker = shell.query.get("state", "active"), shell.query.get("maker", "")
    in_force = ("active", "ending")
    rows = [
        each
        for each in reversed(found["items"])
        if (state == "all" or (each["state"] in in_force) == (state == "active"))
        and (not maker or each["created_by"] == maker)
    ]
    grant = grant_of(shell.user).scopes & scopes_of(party["roles"])
    is_own = party["code"] == shell.user.party.code
    return shell.page(
        "run/keys.html",
        status=200 if answer is None or answer.is_good else answer.status,
        form=form,
        problem=None if answer is None else answer.problem,
        party=party,
        parties=await parties_to_choose(shell),
        rows=rows,
        state=state,
        maker=maker,
        states=KEY_STATES,
        scopes=SCOPES,
        grant=[
            each for each in SCOPE_NAMES if each in (grant if is_own else scopes_of(party["roles"]))
        ],
        overlaps=[
            (each, shell.f.seconds(each) if each else shell._("At once")) for each in OVERLAPS
        ],
        names=await names_of(shell, {each["created_by"] for each in rows}),
        made=made,
        here=lambda path: address(path, shell),
    )


async def names_of(shell: Shell, actors: set[str | None]) -> dict[str, str]:
    """Who the users among these actors are, as far as they are of a party that one may look at."""
    if not any(each and each.startswith("user:") for each in actors):
        return {}
    if not shell.may("users.manage"):
        return {}
    known: dict[str, str] = {}
    for party in dict.fromkeys((None, whose(shell))):
        found = await shell.get("/v1/users", {"party": party})
        for each in found.items:
            known[f"user:{each['user_id']}"] = f"{each['name'] or each['email']}"
    return known


@get(PATH, opt=PAGE, include_in_schema=False)
async def keys_page(request: Call) -> Response[bytes]:
    """The API keys of a party."""
    return await _list(await enter(request, "keys.manage"))


@post(PATH, opt=PAGE, include_in_schema=False, status_code=200)
async def make_key(request: Call) -> Response[bytes]:
    """Make a key. It is shown once, on the page that answers."""
    shell, form = await enter_form(request, "keys.manage", name="key")
    days = form.whole("days")
    end = None
    if isinstance(days, int) and 0 < days <= 3650:  # noqa: PLR2004 - ten years
        end = (shell.now + timedelta(days=days)).isoformat()
    elif days is not None:
        end = str(days)
    body = {"label": form.text("label"), "expires_at": end, "shop": form.optional("shop")}
    sent = {name: value for name, value in body.items() if value is not None}
    if form.all("scopes"):
        sent["scopes"] = form.all("scopes")  # type: ignore[assignment]
    answer = await shell.act(
        "POST", _keys_path(shell), dict(sent), form=form, party=whose(shell) or ""
    )
    if not answer.is_good:
        return await _list(shell, form=form, answer=answer)
    return await _list(shell, made=answer.json)


@post(f"{PATH}/{{key_id:int}}/rotate", opt=PAGE, include_in_schema=False, status_code=200)
async def rotate_key(request: Call, key_id: FromPath[int]) -> Response[bytes]:
    """Replace a key. The new one is shown once, on the page that answers."""
    shell, form = await enter_form(request, "keys.manage", name="rotate")
    answer = await shell.act(
        "POST",
        _keys_path(shell, "/{key_id}/rotate"),
        {"overlap_seconds": form.whole("overlap_seconds")},
        form=form,
        party=whose(shell) or "",
        key_id=key_id,
    )
    return await _list(shell, answer=answer, made=answer.json if answer.is_good else None)


@post(f"{PATH}/{{key_id:int}}/revoke", opt=PAGE, include_in_schema=False, status_code=200)
async def revoke_key(request: Call, key_id: FromPath[int]) -> Response[bytes]:
    """Revoke a key."""
    shell, form = await enter_form(request, "keys.manage")
    answer = await shell.act(
        "DELETE",
        _keys_path(shell, "/{key_id}"),
        form=form,
        party=whose(shell) or "",
        key_id=key_id,
    )
    if not answer.is_good:
        return await _list(shell, answer=answer)
    return shell.done(address(PATH, shell), "The key was revoked.")


ROUTES = [keys_page, make_key, rotate_key, revoke_key]
