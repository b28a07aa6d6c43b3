"""A rate card as the fields of a form or as JSON, and the other way round. Pure.

People write amounts as money (12.30) and shares in percent (6), and a card has minor units and
shares of one, both as text. What cannot be read stays as it was typed, so that the interface says
what is wrong with it. A card that says more than the form has fields for is written as JSON.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from api.console.money.frame import precision
from api.pages.forms import Form
from settlement.cards import LEGS_MAX, TIERS_MAX

LEGS_SHOWN = 2
TIERS_SHOWN = 3
MODELS = ("flat", "percent", "volume", "graduated", "graduated_percent")
SHARES = ("percent", "graduated_percent")
BASES = ("order", "face", "net", "subsidy")
FIRST: Mapping[str, str] = {
    "currency": "CNY",
    "leg0_leg": "coupon_cost",
    "leg0_payee": "supplier",
    "leg1_leg": "platform_fee",
    "leg1_payee": "operator",
}
"""What a new card begins with: the brand pays the supplier, and the operator a fee."""

_DIGITS_MAX = 30
_PLAIN_LEG = frozenset(
    {"leg", "payer", "payee", "event", "model", "basis", "scope", "reset", "rate", "tiers", "free"}
    | {"min_minor", "max_minor", "cap", "minimum", "tax"}
)
_ROLES = ("home", "supplier", "operator")
_PLACE = re.compile(r"legs\[(\d+)\]\.(?:tiers\[(\d+)\]\.?)?([a-z_.]*)")
_FIELDS: Mapping[str, str] = {
    "free.first": "free",
    "free": "free",
    "min_minor": "min",
    "max_minor": "max",
    "cap.minor": "cap",
    "minimum.minor": "minimum",
    "tax.rate": "tax",
    "basis_tax_rate": "tax",
    "tiers": "tier0_rate",
}
"""Where a fault of the card is shown, if the field has another name than its place."""

EXAMPLE = {
    "currency": "CNY",
    "legs": [
        {"leg": "coupon_cost", "payer": "home", "payee": "supplier", "rate": "1900"},
        {"leg": "platform_fee", "payer": "home", "payee": "operator", "rate": "125"},
    ],
}
"""What a card as JSON begins with."""

Read = Callable[[str], str]


def written(document: Any) -> str:
    """A card as it is typed into a form."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def read_card(text: str) -> Any:
    """The card that was typed. What is no JSON is left as it is, and the interface refuses it."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


@dataclass(frozen=True, slots=True)
class TypedCard:
    """A card as it was typed. `rows`: which row of the form has which leg, and which its tiers."""

    document: dict[str, Any]
    rows: tuple[tuple[int, tuple[int, ...]], ...]


def read_card_fields(form: Form) -> TypedCard:
    """The card that was typed. A leg without a name, and a tier without anything, is left out."""
    legs, rows = [], []
    for row in range(rows_shown(form, "legs", LEGS_SHOWN, LEGS_MAX)):
        if form.text(f"leg{row}_leg"):
            leg, tiers = _leg(form, row)
            legs.append(leg)
            rows.append((row, tiers))
    document: dict[str, Any] = {"currency": form.text("currency"), "legs": legs}
    if form.text("rounding"):
        document["rounding"] = form.text("rounding")
    return TypedCard(document, tuple(rows))


def rows_shown(form: Form, name: str, least: int, most: int) -> int:
    """How many rows the form had."""
    typed = form.text(name)
    is_number = typed.isdecimal() and len(typed) <= len(str(most))
    return min(most, max(least, int(typed))) if is_number else least


def _leg(form: Form, row: int) -> tuple[dict[str, Any], tuple[int, ...]]:
    def typed(name: str) -> str:
        return form.text(f"leg{row}_{name}")

    currency = form.text("currency")
    model = typed("model") or "flat"
    read = read_share if model in SHARES else _money_in(currency)
    leg: dict[str, Any] = {name: typed(name) for name in ("leg", "payer", "payee")}
    leg |= {"model": model, "event": typed("event") or "any", "scope": typed("scope") or "contract"}
    if model in SHARES:
        leg["basis"] = typed("basis") or "order"
    if typed("rate"):
        leg["rate"] = read(typed("rate"))
    tiers, rows = _tiers(form, row, read)
    if tiers:
        leg["tiers"] = tiers
    return {**leg, **_extras(typed, currency)}, rows


def _extras(typed: Read, currency: str) -> dict[str, Any]:
    """Limits, free uses and tax, as far as they were typed."""
    found: dict[str, Any] = {
        f"{name}_minor": minor_text(typed(name), currency) for name in ("min", "max") if typed(name)
    }
    for name in ("cap", "minimum"):
        if typed(name):
            amount = _whole(minor_text(typed(name), currency))
            found[name] = {"per": typed(f"{name}_per") or "contract_month", "minor": amount}
    if typed("free"):
        found["free"] = {"first": _whole(typed("free"))}
    if typed("tax"):
        found["tax"] = {"rate": read_share(typed("tax")), "inclusive": typed("tax_way") != "added"}
    return found


def _tiers(form: Form, row: int, read: Read) -> tuple[list[dict[str, Any]], tuple[int, ...]]:
    tiers, rows = [], []
    for each in range(rows_shown(form, "tiers", TIERS_SHOWN, TIERS_MAX)):
        to, rate, fee = (form.text(f"leg{row}_tier{each}_{name}") for name in ("to", "rate", "fee"))
        if to or rate or fee:
            tier: dict[str, Any] = {"to": _whole(to) if to else None, "rate": read(rate)}
            if fee:
                tier["fee"] = minor_text(fee, form.text("currency"))
            tiers.append(tier)
            rows.append(each)
    return tiers, tuple(rows)


def card_field_values(document: Mapping[str, Any]) -> dict[str, str] | None:
    """What the fields show of a card. None if it says more than they can."""
    currency = str(document["currency"])
    values = {
        "currency": currency,
        "rounding": str(document.get("rounding", "half_up")),
        "legs": str(max(LEGS_SHOWN, len(document["legs"]))),
        "tiers": str(max(TIERS_SHOWN, *(len(each.get("tiers", ())) for each in document["legs"]))),
    }
    if document.get("round", "line") != "line":
        return None
    for row, leg in enumerate(document["legs"]):
        shown = _leg_values(leg, currency)
        if shown is None:
            return None
        values |= {f"leg{row}_{name}": value for name, value in shown.items()}
    return values


def _is_plain(leg: Mapping[str, Any]) -> bool:
    """Whether the form has fields for all that a leg says."""
    return (
        leg.keys() <= _PLAIN_LEG
        and leg.get("model", "flat") in MODELS
        and leg.get("reset", "month") == "month"
        and {leg["payer"], leg["payee"]} <= set(_ROLES)
        and leg.get("tax", {}).keys() <= {"rate", "inclusive"}
        and leg.get("free", {}).keys() <= {"first"}
    )


def _leg_values(leg: Mapping[str, Any], currency: str) -> dict[str, str] | None:
    if not _is_plain(leg):
        return None
    write = _percent if leg.get("model", "flat") in SHARES else _major_in(currency)
    names = ("leg", "payer", "payee", "model", "event", "basis", "scope")
    values = {name: leg[name] for name in names if name in leg}
    if "rate" in leg:
        values["rate"] = write(leg["rate"])
    for number, tier in enumerate(leg.get("tiers", ())):
        to = tier.get("to")
        values[f"tier{number}_to"] = "" if to is None else str(to)
        values[f"tier{number}_rate"] = write(tier["rate"])
        if "fee" in tier:
            values[f"tier{number}_fee"] = major_text(tier["fee"], currency)
    return {**values, **_extra_values(leg, currency)}


def _extra_values(leg: Mapping[str, Any], currency: str) -> dict[str, str]:
    values = {
        name: major_text(leg[f"{name}_minor"], currency)
        for name in ("min", "max")
        if f"{name}_minor" in leg
    }
    for name in ("cap", "minimum"):
        if name in leg:
            values[name] = major_text(str(leg[name]["minor"]), currency)
            values[f"{name}_per"] = leg[name]["per"]
    if "free" in leg:
        values["free"] = str(leg["free"]["first"])
    if "tax" in leg:
        values["tax"] = _percent(leg["tax"]["rate"])
        values["tax_way"] = "included" if leg["tax"]["inclusive"] else "added"
    return values


def blame_fields(form: Form, problem: Mapping[str, Any] | None, typed: TypedCard) -> None:
    """Note at a field what the interface says about its place in the card."""
    found = _PLACE.fullmatch(str((problem or {}).get("at", "")))
    if problem is None or found is None or int(found[1]) >= len(typed.rows):
        return
    row, tiers = typed.rows[int(found[1])]
    name = _FIELDS.get(found[3], found[3])
    if found[2] is not None and int(found[2]) < len(tiers):
        name = f"tier{tiers[int(found[2])]}_{name or 'rate'}"
    detail = str(problem.get("detail", ""))
    form.blame({"errors": [{"pointer": f"leg{row}_{name}", "detail": detail}]})


def minor_text(typed: str, currency: str) -> str:
    """An amount as people write it, in minor units as a card has it: 1.255 of CNY is 125.5."""
    return _moved(typed.replace(",", ""), precision(currency)) or typed


def major_text(minor: str, currency: str) -> str:
    """Minor units as people write them."""
    return _moved(minor, -precision(currency)) or minor


def read_share(typed: str) -> str:
    """A percentage as a share of one: 6 is 0.06."""
    return _moved(typed.removesuffix("%").strip(), -2) or typed


def _percent(share: str) -> str:
    return _moved(share, 2) or share


def _moved(text: str, places: int) -> str | None:
    """The number with its point moved, as plain text. None if it is no number."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or len(text) > _DIGITS_MAX or abs(number.adjusted()) > _DIGITS_MAX:
        return None
    plain = f"{number.scaleb(places):f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _whole(text: str) -> int | str:
    return int(text) if text.isdecimal() and len(text) <= _DIGITS_MAX else text


def _money_in(currency: str) -> Read:
    return lambda typed: minor_text(typed, currency)


def _major_in(currency: str) -> Read:
    return lambda minor: major_text(minor, currency)
