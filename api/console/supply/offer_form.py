"""A new offer, and the next version of one: a form with everything that an offer can say."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.shell import Shell
from api.console.supply import words
from api.console.supply.frame import choices, enter_supplier, enter_supplier_form
from api.console.supply.typed import (
    said,
    shown_instant,
    shown_minor,
    typed_instant,
    typed_lines,
    typed_minor,
)
from api.http.auth import PAGE, Call
from api.pages.forms import Form
from ledger import JSON

CURRENCIES = ("CNY", "USD", "EUR", "HKD")
CATEGORIES_SHOWN = 1_000
HOURS_ROWS = 3
"""So many rows of weekdays and hours the form has."""
LANGUAGES = ("zh", "en")
_TEXTS = ("name", "subtitle", "terms_text")
_MONEY = ("face_value_minor", "threshold_minor", "discount_cap_minor")
_NUMBERS = (
    "points",
    "discount_permille",
    "use_within_days",
    "use_after_days",
    "per_member",
    "per_member_per_day",
    "per_day",
    "quantity_max",
    "gift_hops",
    "return_within_days",
    "reverse_minutes",
)
_WORDS = (
    *("name", "subtitle", "terms_text", "currency", "fulfilment", "kind", "category"),
    *("presented_brand", "counts_as_used", "account_pattern", "use_from", "use_until"),
)
_INSTANTS = ("valid_from", "valid_until", "visible_from")
_PLACES = ("codes", "groups", "regions")


def body_of(form: Form, zone: str) -> dict[str, JSON]:
    """What was typed, as the interface takes it."""
    currency = form.text("currency")
    said_texts = {
        language: said((name, form.optional(f"texts.{language}.{name}")) for name in _TEXTS)
        for language in LANGUAGES
    }
    return said(
        [
            *((name, form.optional(name)) for name in _WORDS),
            *((name, form.whole(name)) for name in _NUMBERS),
            *((name, typed_minor(form, name, currency)) for name in _MONEY),
            *((name, typed_instant(form, name, zone)) for name in _INSTANTS),
            ("images", typed_lines(form, "images")),
            ("closed_on", typed_lines(form, "closed_on")),
            ("texts", said(said_texts.items())),
            ("usable", _usable(form)),
            ("use_times", _use_times(form)),
        ]
    )


def _usable(form: Form) -> JSON:
    where = form.text("usable")
    if where not in {"none", "all", "some"}:
        return None
    some = said((name, typed_lines(form, f"usable.shops.{name}")) for name in _PLACES)
    return {"online": form.is_checked("usable.online"), "shops": some if where == "some" else where}


def _use_times(form: Form) -> list[JSON]:
    found: list[JSON] = []
    for row in range(HOURS_ROWS):
        days = [int(each) for each in form.all(f"use_times.{row}.weekdays") if each.isdecimal()]
        opens = form.optional(f"use_times.{row}.opens")
        closes = form.optional(f"use_times.{row}.closes")
        if days or opens or closes:
            found.append(said({"weekdays": days, "opens": opens, "closes": closes}.items()))
    return found


def values_of(offer: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """The fields of the form as an offer says them: the next version begins with these."""
    usable = offer["usable"]
    shops = usable["shops"] if usable else ""
    found: dict[str, Any] = {
        **{name: offer[name] for name in (*_WORDS, *_NUMBERS)},
        **{name: shown_minor(offer[name], offer["currency"]) for name in _MONEY},
        **{name: shown_instant(offer[name], zone) for name in _INSTANTS},
        "valid_from": None,
        "valid_until": None,
        "images": "\n".join(offer["images"]),
        "closed_on": "\n".join(offer["closed_on"]),
        "usable": "some" if isinstance(shops, dict) else shops,
        "usable.online": bool(usable and usable["online"]),
        "use_times": offer["use_times"] or [],
    }
    for name in _PLACES:
        listed = shops[name] if isinstance(shops, dict) else []
        found[f"usable.shops.{name}"] = ", ".join(listed)
    for language in LANGUAGES:
        for name, text in ((offer["texts"] or {}).get(language) or {}).items():
            found[f"texts.{language}.{name}"] = text
    return found


async def _page(
    shell: Shell,
    *,
    offer: Mapping[str, Any] | None = None,
    form: Form | None = None,
    problem: Any = None,
    status: int = 200,
) -> Response[bytes]:
    categories = await shell.get("/v1/categories", {"limit": CATEGORIES_SHOWN})
    values = {} if offer is None else values_of(offer, shell.f.zone)
    return shell.page(
        "supply/offer_form.html",
        status=status,
        form=form,
        problem=problem,
        offer=offer,
        values=values,
        words=words,
        is_sent=form is not None,
        currencies=CURRENCIES,
        hours_rows=HOURS_ROWS,
        languages_said=LANGUAGES,
        categories=[("", "–"), *((each["path"], each["path"]) for each in categories.items)],
        kinds=[("", shell._("What follows from the rest")), *choices(shell, words.KINDS)],
        fulfilments=choices(shell, words.FULFILMENTS),
        counts=[("", shell._("What follows from the rest")), *choices(shell, words.COUNTS_AS_USED)],
    )


@get("/console/offers/new", opt=PAGE, include_in_schema=False)
async def new_offer(request: Call) -> Response[bytes]:
    """The form of a new offer."""
    return await _page(await enter_supplier(request, "offers.write"))


@post("/console/offers", opt=PAGE, include_in_schema=False)
async def publish(request: Call) -> Response[bytes]:
    """Publish an offer, or keep it as a draft."""
    shell, form = await enter_supplier_form(request, "offers.write")
    body = {"code": form.text("code"), **body_of(form, shell.f.zone)}
    if form.text("as") == "draft":
        body["state"] = "DRAFT"
    answer = await shell.act("POST", "/v1/offers", body, form=form)
    if answer.is_good:
        path = f"/console/offers/{answer.json['offer_id']}"
        if answer.json["state"] == "DRAFT":
            return shell.done(path, "The draft was kept.")
        return shell.done(path, "The offer was published.")
    return await _page(shell, form=form, problem=answer.problem, status=answer.status)


@get("/console/offers/{offer_id:int}/version", opt=PAGE, include_in_schema=False)
async def new_version(request: Call, offer_id: FromPath[int]) -> Response[bytes]:
    """The form of the next version. It says at first what the latest one says."""
    shell = await enter_supplier(request, "offers.write")
    offer = await shell.need("/v1/offers/{offer}", offer=offer_id)
    return await _page(shell, offer=offer)


@post("/console/offers/{offer_id:int}/version", opt=PAGE, include_in_schema=False)
async def add_version(request: Call, offer_id: FromPath[int]) -> Response[bytes]:
    """Publish the next version of an offer."""
    shell, form = await enter_supplier_form(request, "offers.write")
    body = body_of(form, shell.f.zone)
    answer = await shell.act("POST", "/v1/offers/{offer}/versions", body, form=form, offer=offer_id)
    if answer.is_good:
        return shell.done(f"/console/offers/{offer_id}", "The next version was published.")
    offer = await shell.need("/v1/offers/{offer}", offer=offer_id)
    return await _page(shell, offer=offer, form=form, problem=answer.problem, status=answer.status)


ROUTES = [new_offer, publish, new_version, add_version]
