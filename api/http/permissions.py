"""Which permission a user needs for which address: one table, as there is one of scopes.

API keys go by their scopes, users by the permissions of their roles (`api/identity/roles.py`). An
address that needs an API key stands here once, too, or the application does not start.
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from litestar import Litestar

from api.http.permission_table import ADDRESSES
from api.http.scopes import ADDRESSES as SCOPES
from api.http.scopes import guarded_addresses
from api.identity.roles import Permission, permissions_of, roles_for
from api.identity.sessions import UserIdentity
from catalog import Grant, Role, Scope, scopes_of
from ledger import Refusal

PERMISSION_OF: Mapping[str, Permission] = {
    address: permission for permission, addresses in ADDRESSES.items() for address in addresses
}
"""The permission of each address, which is written as its method and its path."""


class PermissionRequired(Refusal):
    """The user's roles do not let it do this."""

    code: ClassVar[str] = "permission-required"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "Your role does not include this."


def require_permission(address: str, permissions: frozenset[Permission]) -> None:
    """Let a user through whose roles open the address.

    Raises:
        PermissionRequired: they do not.
    """
    needed = PERMISSION_OF[address]
    if needed not in permissions:
        raise PermissionRequired(f"this needs the permission {needed}", permission=needed)


def grant_of(user: UserIdentity) -> Grant:
    """What API keys that a user makes may at most: scopes whose addresses are all open to it."""
    scopes = {
        scope
        for scope in scopes_of(user.party.roles)
        if all(PERMISSION_OF[each] in user.permissions for each in _needed(scope, user.party.roles))
    }
    return Grant(frozenset(scopes))


def _needed(scope: Scope, roles: frozenset[Role]) -> Iterator[str]:
    """The addresses of a scope that users of such a party can have any use for."""
    possible = permissions_of(roles_for(roles))
    return (each for each in SCOPES[scope] if PERMISSION_OF[each] in possible)


def require_every_permission(app: Litestar) -> None:
    """Refuse an application and a table of permissions that do not fit each other.

    Raises:
        RuntimeError: they do not.
    """
    served = set(guarded_addresses(app))
    if wrong := sorted(served ^ PERMISSION_OF.keys()):
        raise RuntimeError(f"api/http/permissions.py and the addresses differ in {wrong}")
