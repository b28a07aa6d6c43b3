"""Roles of users, and what each may: one table, from which guards, docs and tests are made.

A permission opens addresses of the interface; which ones stands in `api/http/permissions.py`. Two
lift a limit instead (`role_limits`). What the party itself may not do, none of its users may.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from catalog import Role as PartyRole
from ledger import Refusal

Permission = Literal[
    "self.read",
    "programmes.read",
    "members.read",
    "market.read",
    "offers.read",
    "isolation.read",
    "coupons.read",
    "uses.read",
    "orders.read",
    "figures.read",
    "contracts.read",
    "statements.read",
    "journal.read",
    "reconciliations.read",
    "liability.read",
    "audit.read",
    "parties.read",
    "programmes.manage",
    "points.adjust",
    "points.adjust_any",
    "points.write",
    "members.write",
    "rights.write",
    "coupons.use",
    "coupons.reverse",
    "coupons.reverse_any",
    "coupons.manage",
    "offers.write",
    "market.write",
    "shops.write",
    "statements.agree",
    "statements.run",
    "periods.close",
    "reconciliations.write",
    "liability.write",
    "contracts.write",
    "orders.act",
    "suppliers.manage",
    "profile.write",
    "vetoes.write",
    "keys.manage",
    "users.manage",
    "exchange.manage",
]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)

RoleName = Literal[
    "operator",
    "finance",
    "auditor",
    "marketer",
    "brand_finance",
    "service",
    "manager",
    "till",
]
ROLE_NAMES: tuple[RoleName, ...] = get_args(RoleName)


@dataclass(frozen=True, slots=True)
class Role:
    """What users with a role may, and which party can have such users."""

    party_role: PartyRole
    permissions: frozenset[Permission]


class RoleUnknown(Refusal):
    """There is no such role, or the party cannot have users with it."""

    code: ClassVar[str] = "role-unknown"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "Users of this party cannot have such a role."


_READING = frozenset(each for each in PERMISSIONS if each.endswith(".read"))
_BRAND = frozenset[Permission](
    {
        "self.read",
        "programmes.read",
        "members.read",
        "market.read",
        "offers.read",
        "isolation.read",
        "coupons.read",
        "orders.read",
        "figures.read",
        "statements.read",
        "liability.read",
    }
)
_SUPPLIER = frozenset[Permission](
    {
        "self.read",
        "offers.read",
        "isolation.read",
        "market.read",
        "uses.read",
        "orders.read",
        "figures.read",
        "contracts.read",
        "statements.read",
        "reconciliations.read",
    }
)

ROLES: Mapping[RoleName, Role] = {
    "operator": Role("operator", frozenset(PERMISSIONS)),
    "finance": Role(
        "operator",
        (_READING - {"members.read", "coupons.read", "audit.read"})
        | {
            "contracts.write",
            "statements.agree",
            "statements.run",
            "periods.close",
            "reconciliations.write",
            "liability.write",
            "profile.write",
        },
    ),
    "auditor": Role("operator", _READING),
    "marketer": Role(
        "brand",
        # It makes the brand's API keys, so it reads whatever a key with the scope `read` can read.
        _BRAND
        | {
            "contracts.read",
            "journal.read",
            "reconciliations.read",
            "programmes.manage",
            "points.write",
            "points.adjust",
            "points.adjust_any",
            "members.write",
            "rights.write",
            "market.write",
            "offers.write",
            "vetoes.write",
            "keys.manage",
            "users.manage",
        },
    ),
    "brand_finance": Role(
        "brand",
        (_BRAND - {"members.read", "coupons.read"})
        | {
            "contracts.read",
            "journal.read",
            "reconciliations.read",
            "statements.agree",
            "liability.write",
            "profile.write",
        },
    ),
    "service": Role(
        "brand",
        frozenset(
            {
                "self.read",
                "programmes.read",
                "members.read",
                "market.read",
                "coupons.read",
                "orders.read",
                "points.adjust",
                "rights.write",
            }
        ),
    ),
    "manager": Role(
        "supplier",
        _SUPPLIER
        | {
            "coupons.use",
            "coupons.reverse",
            "coupons.reverse_any",
            "coupons.manage",
            "offers.write",
            "market.write",
            "shops.write",
            "statements.agree",
            "reconciliations.write",
            "orders.act",
            "suppliers.manage",
            "profile.write",
            "vetoes.write",
            "keys.manage",
            "users.manage",
        },
    ),
    "till": Role(
        "supplier", frozenset({"self.read", "uses.read", "coupons.use", "coupons.reverse"})
    ),
}


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """What somebody with these roles may. A role that is not known any more opens nothing."""
    known: Mapping[str, Role] = {str(name): role for name, role in ROLES.items()}
    return frozenset[Permission]().union(
        *(known[name].permissions for name in roles if name in known)
    )


def require_role(name: str, party_roles: Iterable[PartyRole]) -> RoleName:
    """The role of this name, if a party with these roles can have users with it.

    Raises:
        RoleUnknown: it cannot.
    """
    possible = roles_for(party_roles)
    for each in possible:
        if each == name:
            return each
    raise RoleUnknown(f"choose among: {', '.join(possible)}", field="role")


def roles_for(party_roles: Iterable[PartyRole]) -> tuple[RoleName, ...]:
    """The roles that users of such a party can have."""
    has = set(party_roles)
    return tuple(name for name, role in ROLES.items() if role.party_role in has)


def names_of_roles(text: str) -> frozenset[str]:
    """The roles that a setting names, with commas between them."""
    return frozenset(each for each in (part.strip() for part in text.split(",")) if each)


def require_role_names(text: str) -> str:
    """A setting that names roles.

    Raises:
        ValueError: there is no such role.
    """
    if unknown := sorted(names_of_roles(text) - set(ROLE_NAMES)):
        message = f"there is no role {unknown[0]}; the roles are: {', '.join(ROLE_NAMES)}"
        raise ValueError(message)
    return text
