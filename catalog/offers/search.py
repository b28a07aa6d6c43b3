"""Offers are found by the words of their names, subtitles and presented brands.

Chinese has no spaces between its words, so a text is kept as the pairs of its neighbouring
characters, and as the beginnings of the words of other scripts (migration 0018). Every pair and
word that is sought must be there, which an index answers. Then each run of characters must stand in
the text as it was sought.
"""

import re
from typing import ClassVar

from ledger import Refusal

QUERY_LENGTH_MAX = 50

# Of a version `v`, for a text `:q` that is not null.
FOUND = """(
            v.search_grams @> catalog.search_grams(CAST(:q AS text), true)
            AND cardinality(catalog.search_runs(CAST(:q AS text))) > 0
            AND NOT EXISTS (
                SELECT FROM unnest(catalog.search_runs(CAST(:q AS text))) AS run
                WHERE strpos(v.search_text, run) = 0
            )
        )"""

# Of a version `v`: in the category, or beneath it.
WITHIN = """(
            v.category = :category OR starts_with(v.category, CAST(:category AS text) || '.')
        )"""


class SearchInvalid(Refusal):
    """A text that is sought is too long, or has neither a letter nor a digit."""

    code: ClassVar[str] = "search-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The text to search for is too long, or has neither letters nor digits."


def require_query(q: str) -> None:
    """Raise SearchInvalid unless `q` has a letter or digit, and at most QUERY_LENGTH_MAX signs."""
    if len(q) > QUERY_LENGTH_MAX or re.search(r"[^\W_]", q) is None or "\x00" in q:
        raise SearchInvalid(
            f"a text to search for has 1 to {QUERY_LENGTH_MAX} characters, and a letter or digit",
            field="q",
        )
