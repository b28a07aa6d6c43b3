"""What pages of suppliers have in common: who comes in, for which party, what can be chosen."""

from collections.abc import Iterable, Mapping

from api.console.shell import NotForYou, Shell, enter, enter_form
from api.console.supply.words import Badges
from api.http.auth import Call
from api.identity.roles import Permission
from api.pages.forms import Form

NAMES_MAX = 1000
"""The names of so many offers are read for a list. Beyond them, an offer is called by its code."""


async def enter_supplier(request: Call, permission: Permission) -> Shell:
    """Let a supplier's user into a page.

    Raises:
        NotSignedIn: nobody is signed in.
        NotForYou: the user's roles do not include the page, or the party is no supplier.
    """
    shell = await enter(request, permission)
    _require_supplier(shell)
    return shell


async def enter_supplier_form(
    request: Call, permission: Permission, *, name: str = "form"
) -> tuple[Shell, Form]:
    """Let a supplier's user in who sends a form.

    Raises:
        ForeignForm: the form was not sent from a page of ours.
        NotSignedIn: nobody is signed in.
        NotForYou: the user's roles do not include the page, or the party is no supplier.
    """
    shell, form = await enter_form(request, permission, name=name)
    _require_supplier(shell)
    return shell, form


def language(shell: Shell) -> str:
    """The reader's language, as the interface calls it."""
    return "en" if shell.locale == "en" else "zh"


async def offer_names(shell: Shell) -> dict[str, str]:
    """What the supplier's own offers are called in the reader's language, by their codes."""
    if not shell.is_party("supplier") or not shell.may("offers.read"):
        return {}
    own = await shell.get("/v1/offers", {"limit": NAMES_MAX})
    shell.calls.pop()  # it only helps to read the page
    tongue = language(shell)
    return {
        each["code"]: ((each["texts"] or {}).get(tongue) or {}).get("name") or each["name"]
        for each in own.items
        if each["supplier"] == shell.user.party.code
    }


def party_of(shell: Shell) -> str:
    """The party that a page is about: the user's own, or the one that an operator names."""
    named = shell.query.get("party")
    return named if named and shell.is_party("operator") else shell.user.party.code


def segments(
    shell: Shell, table: Badges, values: Iterable[str] | None = None
) -> list[tuple[str, str, None]]:
    """The states of a list, as segments to choose from."""
    chosen = table if values is None else values
    return [(value, shell._(table[value][0]), None) for value in chosen]


def choices(shell: Shell, table: Mapping[str, str]) -> list[tuple[str, str]]:
    """The values of a closed list, as a field offers them."""
    return [(value, shell._(text)) for value, text in table.items()]


def _require_supplier(shell: Shell) -> None:
    if not shell.is_party("supplier"):
        raise NotForYou("this page is for suppliers")
