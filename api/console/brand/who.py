"""Conditions on members, as forms ask for them and as pages tell them.

Prices and access use the same conditions. A list is typed with commas between its names.
"""

from collections.abc import Mapping
from typing import Any

from api.console.brand.tasks import Field
from api.console.shell import Shell
from api.pages.forms import Form

LISTS = ("tiers", "tags_any", "tags_all", "tags_none")
NUMBERS = ("points_at_least", "points_at_most", "member_for_days_at_most")


def who_fields(
    shell: Shell, under: str, held: Mapping[str, Any] | None = None
) -> tuple[Field, ...]:
    """The fields of conditions. `under` is the name of the part of the body they belong to."""
    _, known = shell._, held or {}
    names = _names(shell)
    commas = _("Names with commas between them")
    fields = [
        Field(
            f"{under}.{name}",
            names[name],
            hint=commas,
            value=", ".join(known.get(name) or ()),
            attrs={"maxlength": 500},
        )
        for name in LISTS
    ]
    fields += [
        Field(
            f"{under}.{name}",
            names[name],
            "number",
            value=known.get(name),
            attrs={"min": 0, "step": 1},
        )
        for name in NUMBERS
    ]
    name = f"{under}.first_redemption"
    fields.append(
        Field(name, names["first_redemption"], "checkbox", value=known.get("first_redemption"))
    )
    return tuple(fields)


def read_who(form: Form, under: str) -> dict[str, Any]:
    """The conditions that were typed."""
    found: dict[str, Any] = {}
    for name in LISTS:
        typed = form.text(f"{under}.{name}").replace("，", ",").replace("、", ",").split(",")
        if named := [each.strip() for each in typed if each.strip()]:
            found[name] = named
    for name in NUMBERS:
        if (number := form.whole(f"{under}.{name}")) is not None:
            found[name] = number
    if form.is_checked(f"{under}.first_redemption"):
        found["first_redemption"] = True
    return found


def told_who(shell: Shell, who: Mapping[str, Any]) -> list[str]:
    """Conditions, each as a short text. Nothing: everybody."""
    names, told = _names(shell), []
    for name in LISTS:
        if who[name]:
            shown = [each or shell._("no tier") for each in who[name]]
            told.append(f"{names[name]}: {', '.join(shown)}")
    told += [
        f"{names[name]}: {shell.f.number(who[name])}" for name in NUMBERS if who[name] is not None
    ]
    if who["first_redemption"]:
        told.append(names["first_redemption"])
    return told


def _names(shell: Shell) -> dict[str, str]:
    _ = shell._
    return {
        "tiers": _("Of one of these tiers"),
        "tags_any": _("With one of these tags"),
        "tags_all": _("With all of these tags"),
        "tags_none": _("With none of these tags"),
        "points_at_least": _("With at least so many points"),
        "points_at_most": _("With at most so many points"),
        "member_for_days_at_most": _("A member for at most so many days"),
        "first_redemption": _("Only at the first redemption"),
    }
