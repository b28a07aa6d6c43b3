"""Parties: who takes part, one of them whole, and a new one with its first user."""

import re
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.run.users import parties_to_choose
from api.console.run.words import PARTY_ROLES, ROLES, STAGES
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.identity.roles import roles_for
from api.identity.users import LOCALES
from api.pages.ask import Answer
from api.pages.forms import Form
from api.pages.translations import LANGUAGES

PATH = "/console/parties"
PROFILE = ("legal_name", "credit_code", "address", "phone", "bank", "bank_account")
FIRST_ROLE = {"brand": "marketer", "supplier": "manager"}


async def _list(
    shell: Shell,
    *,
    form: Form | None = None,
    answer: Answer | None = None,
    made: Any = None,
) -> Response[bytes]:
    shell.shown_at = PATH
    parties = await parties_to_choose(shell)
    role, wanted = shell.query.get("role", ""), shell.query.get("q", "").lower()
    categories = await shell.get("/v1/categories", {"limit": 1000})
    return shell.page(
        "run/parties.html",
        status=200 if answer is None or answer.is_good else answer.status,
        form=form,
        problem=None if answer is None else answer.problem,
        rows=[
            each
            for each in parties
            if (not role or role in each["roles"])
            and (wanted in each["code"] or wanted in each["name"].lower())
        ],
        segments=[
            ("", shell._("All"), len(parties)),
            *(
                (name, shell._(text), sum(name in each["roles"] for each in parties))
                for name, text in PARTY_ROLES.items()
            ),
        ],
        role=role,
        wanted=wanted,
        party_roles=PARTY_ROLES,
        categories=[(each["path"], each["path"]) for each in categories.items],
        locales=[(each, LANGUAGES[each]) for each in LOCALES],
        made=made,
    )


@get(PATH, opt=PAGE, include_in_schema=False)
async def parties_page(request: Call) -> Response[bytes]:
    """All parties."""
    return await _list(await enter(request, "parties.read"))


@post(PATH, opt=PAGE, include_in_schema=False, status_code=200)
async def add_party(request: Call) -> Response[bytes]:
    """Add a party, and invite its first user where one is named."""
    shell, form = await enter_form(request, "exchange.manage", name="party")
    body: dict[str, Any] = {name: form.text(name) for name in ("code", "name")}
    body["roles"] = form.all("roles")
    if form.text("category"):
        body["category"] = form.text("category")
    if form.text("user_name") and not form.text("email"):
        # The party would be added without the user who was named.
        form.blame({"errors": [{"pointer": "/email", "detail": "Field required"}]})
        return await _list(shell, form=form)
    answer = await shell.act("POST", "/v1/parties", body, form=form)
    if not answer.is_good:
        return await _list(shell, form=form, answer=answer)
    if not form.text("email"):
        return shell.done(f"{PATH}/{body['code']}", "The party was added.")
    chosen = next((FIRST_ROLE[each] for each in FIRST_ROLE if each in body["roles"]), "operator")
    user = {name: form.text(name) for name in ("email", "locale")}
    first = Form({"_key": f"{form.key[:56]}-user"})
    invited = await shell.act(
        "POST",
        "/v1/users",
        {**user, "name": form.text("user_name") or form.text("email"), "role": chosen},
        form=first,
        query={"party": str(body["code"])},
    )
    if invited.is_good:
        return await _list(shell, made=invited.json)
    # The party is there; what is wrong with its first user is said on the party's own page.
    return await _one(shell, str(body["code"]), answer=invited)


async def _one(
    shell: Shell, code: str, *, form: Form | None = None, answer: Answer | None = None
) -> Response[bytes]:
    shell.shown_at = f"{PATH}/{code}"
    party = await shell.need("/v1/parties/{party}", party=code)
    programmes = await shell.get("/v1/programmes")
    profile = await shell.get("/v1/parties/{party}/billing-profile", party=code)
    found: dict[str, Any] = {"users": None, "keys": None, "stage": None, "trusted": None}
    found |= {"deliveries": None, "endpoint": None}
    if shell.may("users.manage"):
        found["users"] = (await shell.get("/v1/users", {"party": code})).items
    if shell.may("keys.manage"):
        keys = (await shell.get("/v1/parties/{party}/keys", party=code)).items
        found["keys"] = [each for each in keys if each["revoked_at"] is None]
    if "supplier" in party["roles"]:
        reads = {"stage": "stage", "deliveries": "deliveries", "endpoint": "endpoint"}
        for name, rest in reads.items():
            read = await shell.get(f"/v1/parties/{{party}}/{rest}", party=code)
            found[name] = read.json if read.is_good else None
        trust = await shell.get("/v1/parties/{party}/trust", party=code)
        found["trusted"] = trust.json["trusted"] if trust.is_good else None
    return shell.page(
        "run/party.html",
        status=200 if answer is None or answer.is_good else answer.status,
        form=form,
        problem=None if answer is None else answer.problem,
        party=party,
        party_roles=PARTY_ROLES,
        roles=ROLES,
        possible=roles_for(party["roles"]),
        stages=STAGES,
        stage_choices=[(name, shell._(STAGES[name][0])) for name in STAGES],
        programmes=[each for each in programmes.items if each["party"] == code],
        profile=profile.json if profile.is_good else {},
        profile_fields=PROFILE,
        **found,
    )


@get(f"{PATH}/{{party:str}}", opt=PAGE, include_in_schema=False)
async def party_page(request: Call, party: FromPath[str]) -> Response[bytes]:
    """One party: programmes, keys, users, endpoint, stage, billing profile, trust, categories."""
    return await _one(await enter(request, "parties.read"), party)


@post(f"{PATH}/{{party:str}}/name", opt=PAGE, include_in_schema=False, status_code=200)
async def rename(request: Call, party: FromPath[str]) -> Response[bytes]:
    """Give the party another name."""
    shell, form = await enter_form(request, "profile.write")
    answer = await shell.act(
        "PUT", "/v1/parties/{party}/name", {"name": form.text("name")}, form=form, party=party
    )
    if not answer.is_good:
        return await _one(shell, party, form=form, answer=answer)
    return shell.done(f"{PATH}/{party}", "The name was changed.")


@post(f"{PATH}/{{party:str}}/categories", opt=PAGE, include_in_schema=False, status_code=200)
async def set_categories(request: Call, party: FromPath[str]) -> Response[bytes]:
    """Change in which categories the party trades, or look at what that would close."""
    shell, form = await enter_form(request, "exchange.manage")
    wanted = [each for each in re.split(r"[\s,]+", form.text("categories")) if each]
    body: dict[str, Any] = {"categories": wanted, "dry_run": form.is_checked("try")}
    answer = await shell.act("POST", "/v1/parties/{party}/categories", body, form=form, party=party)
    if not answer.is_good:
        return await _one(shell, party, form=form, answer=answer)
    if form.is_checked("try"):
        shell.shown_at = f"{PATH}/{party}"
        return shell.page(
            "run/closing.html", party=party, wanted=wanted, closes=answer.json["closes"]
        )
    return shell.done(f"{PATH}/{party}", "The categories were changed.")


@post(f"{PATH}/{{party:str}}/trust", opt=PAGE, include_in_schema=False, status_code=200)
async def set_trust(request: Call, party: FromPath[str]) -> Response[bytes]:
    """Whether its offers are listed without a review."""
    shell, form = await enter_form(request, "exchange.manage")
    body: dict[str, Any] = {"trusted": form.text("trusted") == "yes"}
    answer = await shell.act("PUT", "/v1/parties/{party}/trust", body, form=form, party=party)
    if not answer.is_good:
        return await _one(shell, party, answer=answer)
    return shell.done(f"{PATH}/{party}", "The trust was changed.")


@post(f"{PATH}/{{party:str}}/stage", opt=PAGE, include_in_schema=False, status_code=200)
async def set_stage(request: Call, party: FromPath[str]) -> Response[bytes]:
    """Put the supplier to another stage."""
    shell, form = await enter_form(request, "exchange.manage", name="stage")
    body: dict[str, Any] = {"stage": form.text("stage")}
    if form.text("share"):
        share = form.whole("share")
        body["share_permyriad"] = share * 100 if isinstance(share, int) else share
    if form.text("reason"):
        body["reason"] = form.text("reason")
    answer = await shell.act("POST", "/v1/parties/{party}/stage", body, form=form, party=party)
    if not answer.is_good:
        return await _one(shell, party, form=form, answer=answer)
    return shell.done(f"{PATH}/{party}", "The stage was changed.")


@post(f"{PATH}/{{party:str}}/profile", opt=PAGE, include_in_schema=False, status_code=200)
async def set_profile(request: Call, party: FromPath[str]) -> Response[bytes]:
    """Who the party is on invoices."""
    shell, form = await enter_form(request, "profile.write", name="profile")
    body: dict[str, Any] = {name: form.text(name) for name in PROFILE if form.text(name)}
    answer = await shell.act(
        "PUT", "/v1/parties/{party}/billing-profile", body, form=form, party=party
    )
    if not answer.is_good:
        return await _one(shell, party, form=form, answer=answer)
    return shell.done(f"{PATH}/{party}", "The billing profile was stated.")


ROUTES = [
    parties_page,
    add_party,
    party_page,
    rename,
    set_categories,
    set_trust,
    set_stage,
    set_profile,
]
