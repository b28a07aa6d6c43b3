"""Who runs this process: the user of the operating system, as the audit log names it."""

import os
import pwd

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Deed, ensure_actor


async def deed_of_user(connection: AsyncConnection, action: str) -> Deed:
    """What whoever runs this process does by a command."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # an account without a name, as in some containers
        name = str(os.getuid())
    return Deed(await ensure_actor(connection, "command", name), action)
