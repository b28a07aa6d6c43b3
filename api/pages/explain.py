"""A problem of the interface as a sentence for a person, in that person's language.

The title of a problem is an English sentence. Its translation stands with the other texts, under
the title itself. What is wrong with a field is said in the interface's words: the usual ones are
told here as people say them, and any other is told as it is.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from api.pages.translations import Catalogue


def _(text: str) -> str:
    """Mark a text for translation. It is translated where it is shown."""
    return text


_WANTED: Sequence[tuple[str, str]] = (
    ("Field required", _("Fill this in.")),
    ("Input should be a valid (?:integer|number).*", _("Type a number here.")),
    ("Input should be greater than or equal to (?P<least>.+)", _("Not less than %(least)s.")),
    ("Input should be greater than (?P<least>.+)", _("More than %(least)s.")),
    ("Input should be less than or equal to (?P<most>.+)", _("Not more than %(most)s.")),
    ("Input should be less than (?P<most>.+)", _("Less than %(most)s.")),
    (
        "String should have at least (?P<count>[0-9]+) characters?",
        _("At least %(count)s characters."),
    ),
    (
        "String should have at most (?P<count>[0-9]+) characters?",
        _("At most %(count)s characters."),
    ),
    ("List should have at least (?P<count>[0-9]+) items?.*", _("Choose at least %(count)s.")),
    ("List should have at most (?P<count>[0-9]+) items?.*", _("Choose at most %(count)s.")),
    ("Input should be '.+", _("Choose one of those that are offered.")),
    ("Input should be a valid (?:string|boolean|list|dictionary|object).*", _("Fill this in.")),
    ("Input should be a day(?: as text)?, like .+", _("A day, like 2017-01-31.")),
    ("Input should be a day that exists", _("There is no such day.")),
    ("Input should be a month, like .+", _("A month, like 2017-01.")),
    ("Input should be a time (?:as text )?with an offset, like .+", _("A day and a time.")),
    ("Input should be a time of day, like .+", _("A time of day, like 09:30.")),
    ("Input should be three capital letters, like CNY", _("Three capital letters, like CNY.")),
    (
        "Input should be the name of a time zone, like .+",
        _("The name of a time zone, like Asia/Shanghai."),
    ),
    ("Input should be an absolute http or https address.+", _("An address, like https://….")),
    (
        "Input should be lower-case letters and digits, with (?:single )?hyphens between.+",
        _("Lower-case letters and digits, with hyphens between."),
    ),
    (
        "Input should be letters and digits, with dots, hyphens and underscores between.+",
        _("Letters and digits, with dots, hyphens and underscores between."),
    ),
    (
        "Input should be a member's reference .+",
        _("A member's reference, without slashes."),
    ),
    ("Input should be a decimal number as text.*", _("A decimal number, like 0.5.")),
    ("Input should be a share of 1 .+", _("A share of 1, like 0.5.")),
    ("Input should be a region of six digits.+", _("Six digits, like 110101.")),
    (
        "Input should be a text without control characters.*",
        _("A text without spaces at its ends."),
    ),
)
"""What the interface says of a field, and how a person is told of it."""
_KNOWN = tuple((re.compile(pattern), text) for pattern, text in _WANTED)


def explain(problem: Mapping[str, Any], texts: Catalogue) -> str:
    """What went wrong."""
    return texts.gettext(str(problem.get("title", "")))


def wanted(detail: str, texts: Catalogue) -> str:
    """What is wanted of a field, from what the interface says is wrong with it."""
    for pattern, text in _KNOWN:
        if found := pattern.fullmatch(detail):
            return texts.gettext(text) % found.groupdict()
    return detail
