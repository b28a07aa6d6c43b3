"""An offer in the words of one language, as far as its supplier has said them (pure)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from catalog.offers.rows import Offer
from catalog.offers.terms import TEXT_NAMES, Language


def in_language(offer: Offer, language: Language | None) -> Offer:
    """The offer with its name, subtitle and terms in the language. What is not said stays."""
    said: Mapping[str, str] = {}
    if language is not None and offer.texts is not None:
        said = offer.texts.get(language, {})
    known: dict[str, Any] = {name: said[name] for name in TEXT_NAMES if name in said}
    return replace(offer, **known)
