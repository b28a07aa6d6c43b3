"""The page about roles, made of the tables: `python -m tests.docs.roles_page` writes it anew."""

import sys
from pathlib import Path

from api.http.permission_table import ADDRESSES
from api.identity.roles import PERMISSIONS, ROLES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "roles.md"
HEAD = """# Roles of users

What a user of the console may. `read` permissions show, the others change something. What the party
itself may not do, none of its users may.

"""
BETWEEN = """
`operator`, `finance` and `auditor` are roles for the operator, `marketer`, `brand_finance` and
`service` for brands, `manager` and `till` for suppliers. A user can have several, and act for
several parties. Whoever has `users.manage` gives the roles of its own party; the operator gives
those of any.

Two permissions lift a limit, and open no address. Without `points.adjust_any`, a user adjusts or
reverses at most `COMITY_SERVICE_ADJUST_POINTS_MAX` points at once. Without `coupons.reverse_any`, a
user takes a use back within an hour, or within the minutes that its offer gives tills if they are
fewer.

## What each permission opens

"""


def roles_page() -> str:
    """The page as it is to be."""
    roles = [f"`{name}`" for name in ROLES]
    lines = [f"| permission | {' | '.join(roles)} |", "|---" * (len(roles) + 1) + "|"]
    for permission in PERMISSIONS:
        held = ("yes" if permission in role.permissions else "" for role in ROLES.values())
        lines.append(f"| `{permission}` | {' | '.join(held)} |")
    opened = ["| permission | addresses |", "|---|---|"]
    for permission in PERMISSIONS:
        addresses = ", ".join(f"`{each}`" for each in ADDRESSES.get(permission, ()))
        opened.append(f"| `{permission}` | {addresses} |")
    return HEAD + "\n".join(lines) + "\n" + BETWEEN + "\n".join(opened) + "\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(roles_page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")


if __name__ == "__main__":
    main()
