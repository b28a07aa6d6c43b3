"""Scopes: what an API key may do, within what the roles of its party may do.

A key has a set of them. What each address asks for stands in one table, `api/http/scopes.py`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, get_args

from catalog.parties import Role
from ledger import Refusal

Scope = Literal[
    "read",
    "points",
    "rights",
    "coupons",
    "offers",
    "statements",
    "reconcile",
    "admin",
    "import",
    "till",
]
"""`import`: requests may give an `occurred_at` other than now.

`till`: what a till of one shop needs, and a part of `coupons`.
"""
SCOPES: tuple[Scope, ...] = get_args(Scope)
SCOPES_OF_ROLE: Mapping[Role, frozenset[Scope]] = {
    "operator": frozenset(SCOPES),
    "brand": frozenset({"read", "points", "rights", "offers", "statements", "admin", "import"}),
    "supplier": frozenset(
        {"read", "coupons", "offers", "statements", "reconcile", "admin", "import", "till"}
    ),
}
IMPORT: Literal["import"] = "import"
ADMIN: Literal["admin"] = "admin"
COUPONS: Literal["coupons"] = "coupons"
TILL: Literal["till"] = "till"
_NAMED_ONLY = frozenset({IMPORT, TILL})
"""Nobody has these who does not ask for them."""


class ScopeUnknown(Refusal):
    """A scope does not exist, the roles of the party have no use for it, or it needs a shop."""

    code: ClassVar[str] = "scope-unknown"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "A key of this party cannot have such a scope."


class ScopeRequired(Refusal):
    """The API key lacks the scope that the request needs."""

    code: ClassVar[str] = "scope-required"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "The API key lacks the scope for this request."


class KeyExceedsMaker(Refusal):
    """A key would be made that may do more, in more shops or for longer than the key that makes it.

    A request that names no scopes, shop or end gets those of the key that makes it.
    """

    code: ClassVar[str] = "key-exceeds-maker"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "An API key can make none that may more than itself."


@dataclass(frozen=True, slots=True)
class Grant:
    """What a key may, in which shop, and until when. No shop: any. No end: until it is revoked."""

    scopes: frozenset[Scope]
    shop: str | None = None
    expires_at: datetime | None = None

    @property
    def is_till(self) -> bool:
        """Whether the key is a till's: it acts in its shop alone, on what that shop has used."""
        return TILL in self.scopes and COUPONS not in self.scopes


def scopes_of(roles: Collection[Role]) -> frozenset[Scope]:
    """The scopes that a key of a party with these roles can have."""
    return frozenset[Scope]().union(*(SCOPES_OF_ROLE[role] for role in roles))


def granted(
    roles: Collection[Role],
    scopes: Collection[Scope] | None,
    shop: str | None,
    expires_at: datetime | None,
    maker: Grant | None,
) -> Grant:
    """What a new key may. What is None is as wide as the maker may give it.

    Nobody gets `import` or `till` who does not ask for it. No maker: somebody at the machine
    itself, who may give everything.

    Raises:
        ScopeUnknown: a scope is unknown, or is none that the roles have a use for. Or none is left,
            or a till has no shop.
        KeyExceedsMaker: the key would have more than its maker.
    """
    possible = scopes_of(roles)
    if scopes is None:
        chosen = (possible if maker is None else possible & maker.scopes) - _NAMED_ONLY
    else:
        chosen = frozenset(scopes)
    if not chosen or not chosen <= possible:
        raise ScopeUnknown(f"choose among: {', '.join(sorted(possible))}", field="scopes")
    made = Grant(chosen, shop, expires_at)
    if maker is not None:
        made = Grant(chosen, shop or maker.shop, expires_at or maker.expires_at)
        require_within(made, maker)
    if made.is_till and made.shop is None:
        raise ScopeUnknown(f"the scope {TILL} belongs to a key of one shop", field="shop")
    return made


def require_within(grant: Grant, maker: Grant) -> None:
    """Refuse what is more than the maker has.

    Raises:
        KeyExceedsMaker: it is more.
    """
    implied = {TILL} if COUPONS in maker.scopes else set()
    if more := grant.scopes - maker.scopes - implied:
        raise KeyExceedsMaker(f"the key that asks lacks: {', '.join(sorted(more))}", field="scopes")
    if maker.shop is not None and grant.shop != maker.shop:
        raise KeyExceedsMaker(f"the key that asks is bound to {maker.shop!r}", field="shop")
    if maker.expires_at is not None and (
        grant.expires_at is None or grant.expires_at > maker.expires_at
    ):
        raise KeyExceedsMaker("the key that asks ends before that", field="expires_at")
