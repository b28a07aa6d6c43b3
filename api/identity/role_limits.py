"""What some roles may only in small: how many points at once, and for how long a use goes back.

A limit binds users alone, and those whose roles do not lift it: the permission that does opens no
address. An API key goes by its scopes, and a till's by what the offer says.
"""

from typing import ClassVar

from api.identity.roles import Permission
from api.identity.sessions import UserIdentity
from catalog import Identity
from ledger import Refusal

ADJUST_ANY: Permission = "points.adjust_any"
REVERSE_ANY: Permission = "coupons.reverse_any"
REVERSE_MINUTES = 60
"""For so long after a use, somebody at the till takes it back. A manager may later."""


class PointsOverLimit(Refusal):
    """The user's role adjusts, or reverses, fewer points at once. A marketer may more."""

    code: ClassVar[str] = "points-over-limit"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "Your role adjusts fewer points at once."


def adjusts_any(caller: Identity) -> bool:
    """Whether the caller adjusts points without a limit for each operation."""
    return not isinstance(caller, UserIdentity) or ADJUST_ANY in caller.permissions


def require_small(points: int, points_max: int) -> None:
    """Refuse what is too much for a role at once.

    Raises:
        PointsOverLimit: it is.
    """
    if abs(points) > points_max:
        raise PointsOverLimit(
            f"at most {points_max} points at once; ask somebody who may more",
            field="points",
            limit=points_max,
        )


def reverse_minutes_of(caller: Identity) -> int | None:
    """For how many minutes after a use the caller can take it back. None: no matter how long."""
    is_bound = isinstance(caller, UserIdentity) and REVERSE_ANY not in caller.permissions
    return REVERSE_MINUTES if is_bound else None
