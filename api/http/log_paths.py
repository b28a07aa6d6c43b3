"""Addresses as the log shows them: without what a brand calls its members.

A member's reference may be a phone number. Keys of operations are the caller's own words, and may
hold one. A token lets in whoever has it. An address that is not known here may hold anything.
"""

import re
from functools import cache
from typing import Any, cast

from litestar.types import HTTPScope

HIDDEN_PARAMETERS = frozenset({"member", "key", "token"})
UNMATCHED = "(none)"
"""What stands for an address that is not known here."""
_PARAMETER = re.compile(r"{(\w+)}")


def template_of(scope: HTTPScope) -> str:
    """The template of the request's address, with the names of its parameters."""
    return cast("dict[str, Any]", scope).get("path_template") or UNMATCHED


def shown_path(scope: HTTPScope) -> str:
    """The request's address, with the names of those parameters that the log must not hold."""
    values = cast("dict[str, Any]", scope).get("path_params") or {}
    pieces = _pieces(template_of(scope))
    if len(pieces) == 1:
        return pieces[0][0]
    return "".join([str(values.get(name, text)) if name else text for text, name in pieces])


@cache
def _pieces(template: str) -> list[tuple[str, str]]:
    """The text of a template, piece by piece, each with the parameter that stands for it, if any.

    Parameters that the log must not hold are text.
    """
    texts = _PARAMETER.split(template)
    pieces = [(texts[0], "")]
    for name, text in zip(texts[1::2], texts[2::2], strict=True):
        pieces += [(f"{{{name}}}", "" if name in HIDDEN_PARAMETERS else name), (text, "")]
    return pieces
