"""Offers: what a supplier sells, in versions and states, and what the operator reviews."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from api.console.shell import Shell, enter, enter_form
from api.console.supply import columns, words
from api.console.supply.frame import segments
from api.console.supply.typed import said
from api.http.auth import PAGE, Call
from api.identity.roles import Permission
from api.pages.ask import PAGE_LIMIT


def _(text: str) -> str:
    return text


DONE: Mapping[str, str] = {
    "submit": _("The offer was submitted."),
    "pause": _("The offer is paused."),
    "resume": _("The offer is listed again."),
    "end": _("The offer has ended."),
    "approve": _("The offer is listed."),
    "reject": _("The offer went back to its supplier."),
    "deactivate": _("The offer was taken out for good."),
}
REVIEW = frozenset({"approve", "reject", "deactivate"})
_VERBS: Mapping[str, tuple[str, ...]] = {
    "DRAFT": ("submit",),
    "IN_REVIEW": ("approve", "reject", "deactivate"),
    "LISTED": ("pause", "end", "deactivate"),
    "PAUSED": ("resume", "pause", "end", "deactivate"),
    "ENDED": ("deactivate",),
    "DEACTIVATED": (),
}
"""What may be said to an offer in a state. The interface decides, this only shows buttons."""
_REVISED = frozenset({"DRAFT", "IN_REVIEW", "LISTED", "PAUSED"})


def verbs_for(shell: Shell, offer: Mapping[str, Any]) -> list[str]:
    """What the user may say to an offer that stands like this."""
    if not shell.may("offers.write"):
        return []
    is_operator = shell.is_party("operator")
    is_own = offer["supplier"] == shell.user.party.code
    found = []
    for verb in _VERBS[offer["state"]]:
        if verb in REVIEW:
            is_possible = is_operator
        elif verb == "pause" and offer["state"] == "PAUSED":
            is_possible = is_operator and offer["paused_by"] == "supplier"
        elif verb == "resume" and offer["paused_by"] == "operator":
            is_possible = is_operator
        else:
            is_possible = is_own or is_operator
        if is_possible:
            found.append(verb)
    return found


async def _counts(shell: Shell, **query: Any) -> dict[str, dict[str, Any]]:
    """How many rights were redeemed and used in the last days, by the key of each group."""
    if not shell.may("figures.read"):
        return {}
    side = "supplier" if shell.is_party("supplier") else None
    answer = await shell.get("/v1/figures/funnel", {"side": side, **query})
    if not answer.is_good:
        return {}
    return {str(each["key"]): each for each in answer.json["groups"]}


@get("/console/offers", opt=PAGE, include_in_schema=False)
async def offers(request: Call) -> Response[bytes]:
    """The own offers, or for the operator those of all."""
    shell = await enter(request, "offers.read")
    query = {name: shell.query.get(name) for name in ("state", "category", "q")}
    if shell.query.get("export") == "csv":
        return await shell.export("/v1/offers", query, name="offers", columns=columns.OFFERS)
    page = {**query, "cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT}
    answer = await shell.get("/v1/offers", page)
    sees_all = not shell.is_party("supplier")
    in_review = None
    if sees_all and not query["state"] and shell.may("offers.write"):
        in_review = await shell.get("/v1/offers", {"state": "IN_REVIEW", "limit": 100})
    return shell.page(
        "supply/offers.html",
        status=answer.status,
        problem=answer.problem,
        words=words,
        rows=answer.items,
        next_cursor=answer.next_cursor,
        states=segments(shell, words.OFFER_STATES),
        counts=await _counts(shell, by="offer") if answer.items else {},
        may_publish=shell.may("offers.write") and shell.is_party("supplier"),
        sees_all=sees_all,
        in_review=0 if in_review is None else len(in_review.items),
    )


async def one_page(
    shell: Shell, offer_id: int, *, problem: Any = None, status: int = 200
) -> Response[bytes]:
    """One offer, with its versions, and where it is sold."""
    offer = await shell.need("/v1/offers/{offer}", offer=offer_id)
    versions = await shell.get("/v1/offers/{offer}/versions", {"limit": 100}, offer=offer_id)
    totals = await _counts(shell, by="offer", offer_id=offer_id)
    brands = await _counts(shell, by="brand", offer_id=offer_id)
    is_own = offer["supplier"] == shell.user.party.code and shell.may("offers.write")
    return shell.page(
        "supply/offer.html",
        status=status,
        problem=problem,
        words=words,
        offer=offer,
        versions=versions.items,
        total=totals.get(str(offer_id)),
        brands=list(brands.values()),
        verbs=verbs_for(shell, offer),
        review=REVIEW,
        may_revise=is_own and offer["state"] in _REVISED,
    )


@get("/console/offers/{offer_id:int}", opt=PAGE, include_in_schema=False)
async def one_offer(request: Call, offer_id: FromPath[int]) -> Response[bytes]:
    """One offer."""
    return await one_page(await enter(request, "offers.read"), offer_id)


@post("/console/offers/{offer_id:int}/{verb:str}", opt=PAGE, include_in_schema=False)
async def say(request: Call, offer_id: FromPath[int], verb: FromPath[str]) -> Response[bytes]:
    """Say a verb to an offer: submit, pause, resume, end, approve, reject or deactivate."""
    needed: Permission = "offers.write"
    shell, form = await enter_form(request, needed)
    if verb not in DONE:
        raise NotFoundException
    body = said({"reason": form.optional("reason"), "coupons": form.optional("coupons")}.items())
    answer = await shell.act(
        "POST", f"/v1/offers/{{offer}}/{verb}", body, form=form, offer=offer_id
    )
    if answer.is_good:
        return shell.done(f"/console/offers/{offer_id}", DONE[verb])
    return await one_page(shell, offer_id, problem=answer.problem, status=answer.status)


ROUTES = [offers, one_offer, say]
