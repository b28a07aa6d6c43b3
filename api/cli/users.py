"""`comity users`: who signs in at the console, managed on the machine itself.

Who runs these commands needs no session. So the operator can always let itself in again.
"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from api.cli.listing import json_option, show_json
from api.cli.session import data_dir_option, output, with_database

if TYPE_CHECKING:
    from api.identity.users import Invited, User
    from ledger import Database


@click.group(cls=click.RichGroup)
def users() -> None:
    """Invite, list and disable users of the console on the machine itself."""


@users.command("invite")
@data_dir_option
@click.argument("email")
@click.option("--party", default="operator", show_default=True, help="For whom the user acts.")
@click.option("--role", help="What the user may do. By default, the first role of the party.")
@click.option("--name", help="How the user is called. By default, as the address says.")
@click.option("--locale", type=click.Choice(["en", "zh-Hans"]), default="en", show_default=True)
def invite(
    *,
    data_dir: Path | None,
    email: str,
    party: str,
    role: str | None,
    name: str | None,
    locale: str,
) -> None:
    """Let EMAIL act for a party, and print the one-time link. It works for a day."""
    from typing import cast

    from api.identity.roles import require_role, roles_for
    from api.identity.users import Locale, invite_user
    from api.process.actor import deed_of_user
    from api.settings import Settings
    from catalog import find_party, note

    async def run(database: "Database") -> "Invited":
        async with database.transaction() as connection:
            found = await find_party(connection, party)
            chosen = require_role(role or roles_for(found.roles)[0], found.roles)
            deed = await deed_of_user(connection, "comity users invite")
            invited = await invite_user(
                connection,
                found.party_id,
                email=email,
                name=name or email.partition("@")[0],
                role=chosen,
                locale=cast("Locale", locale),
            )
            await note(connection, deed, "user", [invited.user.user_id])
            return invited

    invited = with_database(data_dir, run)
    click.echo(f"{Settings.load().public_url}/console/invitations/{invited.token}")


@users.command("list")
@data_dir_option
@click.option("--party", default="operator", show_default=True, help="Whose users.")
@json_option
def list_users(data_dir: Path | None, party: str, *, as_json: bool) -> None:
    """List the users of a party."""
    from rich.table import Table

    from api.identity.users import load_users
    from catalog import find_party

    async def read(database: "Database") -> "list[tuple[User, tuple[str, ...]]]":
        async with database.transaction() as connection:
            return list(
                await load_users(connection, (await find_party(connection, party)).party_id)
            )

    found = with_database(data_dir, read)
    if as_json:
        show_json([{**asdict(user), "roles": list(roles)} for user, roles in found])
        return
    table = Table("id", "e-mail", "name", "roles", "signs in", "disabled")
    for user, roles in found:
        table.add_row(
            str(user.user_id),
            user.email,
            user.name,
            ", ".join(roles),
            "yes" if user.has_password else "not yet",
            "" if user.disabled_at is None else user.disabled_at.isoformat(timespec="seconds"),
        )
    output.print(table)


@users.command("disable")
@data_dir_option
@click.argument("user_id", type=int)
def disable(data_dir: Path | None, user_id: int) -> None:
    """Let the user numbered USER_ID in no more, for any party."""
    from api.identity.users import disable_user, find_user
    from api.process.actor import deed_of_user
    from catalog import note

    async def run(database: "Database") -> None:
        async with database.transaction() as connection:
            await find_user(connection, user_id)
            deed = await deed_of_user(connection, "comity users disable")
            await disable_user(connection, user_id)
            await note(connection, deed, "user", [user_id])

    with_database(data_dir, run)


@users.command("reset")
@data_dir_option
@click.argument("user_id", type=int)
def reset(data_dir: Path | None, user_id: int) -> None:
    """Print a one-time link with which the user numbered USER_ID sets another password.

    A disabled user can come in again by it.
    """
    from api.identity.links import make_invitation
    from api.identity.users import enable_user, find_user
    from api.process.actor import deed_of_user
    from api.settings import Settings
    from catalog import note

    async def run(database: "Database") -> str:
        async with database.transaction() as connection:
            await find_user(connection, user_id)
            deed = await deed_of_user(connection, "comity users reset")
            await enable_user(connection, user_id)
            token, _ = await make_invitation(connection, user_id)
            await note(connection, deed, "user", [user_id])
            return token

    token = with_database(data_dir, run)
    click.echo(f"{Settings.load().public_url}/console/invitations/{token}")
