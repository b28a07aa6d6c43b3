"""Who may log in, as data: one person for each role that a party has in the world (pure)."""

from dataclasses import dataclass

from api.demo.showcase.world import World

OPERATOR_ROLES = ("operator", "auditor")
_NAMES = ("陈晨", "李薇", "王磊", "赵敏", "周航", "林悦", "吴桐", "徐静", "孙浩", "郭佳")


@dataclass(frozen=True, slots=True)
class Login:
    """A person: in which role, of which party, by which name."""

    role: str
    party: str
    name: str


def logins_of(world: World) -> list[Login]:
    """All people of the showcase, each with a name of its own as far as there are names."""
    wanted = [(role, "operator") for role in OPERATOR_ROLES]
    wanted += [(role, party.code) for party in world.parties for role in party.logins]
    return [
        Login(role, party, _NAMES[place % len(_NAMES)])
        for place, (role, party) in enumerate(wanted)
    ]
