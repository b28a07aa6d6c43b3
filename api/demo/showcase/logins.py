"""Who may log in, as data: one person for each role that a party has in the world (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.demo.showcase.world import Member, World

OPERATOR_ROLES = ("operator", "finance", "auditor")
_ROLES: Mapping[str, tuple[str, str]] = {
    "marketing": ("brand", "marketer"),
    "finance": ("brand", "brand_finance"),
    "customer_service": ("brand", "service"),
    "supplier": ("supplier", "manager"),
    "till": ("supplier", "till"),
}
"""The role of who does a kind of work, and which parties have such people."""
_NAMES = ("陈晨", "李薇", "王磊", "赵敏", "周航", "林悦", "吴桐", "徐静", "孙浩", "郭佳")


@dataclass(frozen=True, slots=True)
class Login:
    """A person: in which role, of which party, by which name."""

    role: str
    party: str
    name: str


def logins_of(world: World) -> list[Login]:
    """All people of the showcase. Each party has one at least."""
    wanted = [(role, "operator") for role in OPERATOR_ROLES]
    wanted += [(role, party.code) for party in world.parties for role in _roles_of(party)]
    return [
        Login(role, party, _NAMES[place % len(_NAMES)])
        for place, (role, party) in enumerate(wanted)
    ]


def _roles_of(party: Member) -> list[str]:
    return [_ROLES[work][1] for work in party.logins if _ROLES[work][0] in party.roles]
