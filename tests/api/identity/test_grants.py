"""Which API keys a user can make: those whose every address the user's roles open, too."""

import pytest

from api.http.permissions import PERMISSION_OF, grant_of
from api.http.scopes import ADDRESSES
from api.identity.roles import ROLES, RoleName, permissions_of
from api.identity.sessions import UserIdentity
from catalog import Grant, Party, scopes_of


def user(role: RoleName) -> UserIdentity:
    party = Party(1, "tea", "Tea", frozenset({ROLES[role].party_role}))
    return UserIdentity(
        party=party,
        key_id=-1,
        actor_id=1,
        grant=Grant(scopes_of(party.roles)),
        user_id=1,
        roles=(role,),
        permissions=permissions_of([role]),
    )


@pytest.mark.parametrize(
    "role", [name for name, role in ROLES.items() if "keys.manage" in role.permissions]
)
def test_who_makes_keys_can_make_one_that_reads(role: RoleName) -> None:
    assert "read" in grant_of(user(role)).scopes


@pytest.mark.parametrize("role", ROLES)
def test_a_key_never_opens_what_its_maker_may_not(role: RoleName) -> None:
    maker = user(role)
    party_may = permissions_of(
        name for name, each in ROLES.items() if each.party_role in maker.party.roles
    )
    for scope in grant_of(maker).scopes:
        for address in ADDRESSES[scope]:
            needed = PERMISSION_OF[address]
            assert needed in maker.permissions or needed not in party_may, (scope, address)
