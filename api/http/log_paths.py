"""Addresses as the log shows them: without what a brand calls its members.

A member's reference may be a phone number. Keys of operations are the caller's own words, and may
hold one. An address that is not known here may hold anything.
"""

import re
from typing import Any, cast

from litestar.types import HTTPScope

HIDDEN_PARAMETERS = frozenset({"member", "key"})
UNMATCHED = "(none)"
"""What stands for an address that is not known here."""
_PARAMETER = re.compile(r"{(\w+)}")


def template_of(scope: HTTPScope) -> str:
    """The template of the request's address, with the names of its parameters."""
    return cast("dict[str, Any]", scope).get("path_template") or UNMATCHED


def shown_path(scope: HTTPScope) -> str:
    """The request's address, with the names of those parameters that the log must not hold."""
    values = cast("dict[str, Any]", scope).get("path_params") or {}

    def shown(found: re.Match[str]) -> str:
        name = found[1]
        return found[0] if name in HIDDEN_PARAMETERS else str(values.get(name, found[0]))

    return _PARAMETER.sub(shown, template_of(scope))
