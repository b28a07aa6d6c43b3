"""What the description says of users of the console, and of whom the operator trusts."""

from api.http.described_row import described as _row

_USER = "party-not-found user-not-found"

USERS = {
    "trust": _row("get_trust", "Get whether a supplier is trusted", "party-not-found role-missing"),
    "users": _row("list_users", "List the users of a party", "party-not-found"),
    "invite_user": _row(
        "invite_user",
        "Invite a user",
        "party-not-found role-unknown email-invalid user-exists too-many-users",
    ),
    "user_by_id": _row("get_user", "Get a user", _USER),
    "put_user_roles": _row(
        "set_user_roles",
        "Set the roles of a user",
        f"{_USER} role-unknown last-operator",
    ),
    "make_user_link": _row(
        "make_user_link", "Make another link for a user", f"{_USER} user-of-others"
    ),
    "remove_user": _row("remove_user", "Take a user out of a party", f"{_USER} last-operator"),
    "disable_user": _row(
        "disable_user", "Let a user in no more", f"{_USER} user-of-others last-operator"
    ),
}
