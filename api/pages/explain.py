"""A problem of the interface as a sentence for a person, in that person's language.

The title of a problem is an English sentence. Its translation stands with the other texts, under
the title itself.
"""

from collections.abc import Mapping
from typing import Any

from api.pages.translations import Catalogue


def explain(problem: Mapping[str, Any], texts: Catalogue) -> str:
    """What went wrong."""
    return texts.gettext(str(problem.get("title", "")))
