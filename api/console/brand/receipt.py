"""The receipt of a coupon as people read it: each step a sentence, with its time.

What a step keeps beside its name is told in words, and only what is known here. Nothing of it is
shown as it is stored.
"""

from collections.abc import Callable, Mapping
from typing import Any

from api.console.brand.words import DECISIONS, _
from api.console.shell import Shell

STEPS: Mapping[str, tuple[str, str]] = {
    "redeemed": (_("Redeemed: the points are set aside or spent."), ""),
    "sent": (_("The order was sent to the supplier."), ""),
    "accepted": (_("The supplier has the order and works on it."), ""),
    "unconfirmed": (_("The supplier did not answer. It is being asked."), "warn"),
    "waiting": (_("The order waits. It will be sent again under the same number."), "warn"),
    "delivered": (_("The right was delivered."), "ok"),
    "returned": (_("Delivery failed for certain. The points are back."), "bad"),
    "used": (_("The coupon was used."), "ok"),
    "use-reversed": (_("The use was taken back."), "warn"),
    "expired": (_("The coupon expired."), "bad"),
    "revealed": (_("The member was shown the card code."), "ok"),
    "locked": (_("A till holds the coupon for a while."), "warn"),
    "unlocked": (_("The till let the coupon go."), ""),
    "given": (_("The member offered it to somebody."), "warn"),
    "gift-withdrawn": (_("The gift was taken back."), ""),
    "received": (_("Somebody took the gift. The coupon has a new code."), "ok"),
    "given-back": (_("The member gave it back. The points are back."), "bad"),
    "deactivated": (_("The operator withdrew it."), "bad"),
    "disputed": (_("Somebody says that something is wrong. A person looks."), "warn"),
    "decided": (_("A person decided."), "ok"),
}
"""Each step as a sentence, and its tone."""

Step = tuple[str, str, str, str]


def timeline(shell: Shell, steps: list[Mapping[str, Any]]) -> list[Step]:
    """The steps for `ui.timeline`: sentence, instant, tone, note."""
    return [_told(shell, step) for step in steps]


def _told(shell: Shell, step: Mapping[str, Any]) -> Step:
    sentence, tone = STEPS.get(step["step"], (_("Something happened."), ""))
    return shell._(sentence), step["occurred_at"], tone, note_of(shell, step["detail"] or {})


def note_of(shell: Shell, detail: Mapping[str, Any]) -> str:
    """What a step keeps beside its name, in words."""
    known: tuple[tuple[str, Callable[[Any], str]], ...] = (
        ("points", lambda value: shell._("%s points") % shell.f.number(int(value))),
        ("decision", lambda value: shell._(DECISIONS.get(str(value), _("Decided")))),
        ("store", lambda value: shell._("Where: %s") % value),
        ("reference", lambda value: shell._("Reference: %s") % value),
        ("from", lambda value: shell._("From: %s") % value),
        ("to", lambda value: shell._("To: %s") % value),
        ("until", lambda value: shell._("Until: %s") % shell.f.instant(str(value))),
        ("note", lambda value: shell._("Note: %s") % value),
        ("reason", lambda value: shell._("Reason: %s") % value),
        ("case", lambda value: shell._("Case: %s") % value),
    )
    told = []
    for name, tell in known:
        value = detail.get(name)
        if value is None or isinstance(value, dict | list):
            continue
        try:
            told.append(tell(value))
        except ValueError:
            continue
    return " · ".join(told)
