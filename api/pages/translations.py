"""What pages say, in each language. The source strings are English.

The Chinese texts stand in `locale/zh/`, one file for each part of the pages, called a wing. They
are read once, when the first page in Chinese is shown. A text without a translation is shown as it
is, and a test finds it.

One English word may need several in Chinese: an open month is not an open offer. So a page says
what the file of its own wing says, and looks into the others only for what is missing there.
"""

import gettext
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from api.identity.users import LOCALES, Locale

DIRECTORY = Path(__file__).parent / "locale"
LANGUAGES: Mapping[Locale, str] = {"en": "English", "zh-Hans": "中文"}
"""The languages, each by its own name."""
_FOLDERS: Mapping[Locale, str] = {"en": "en", "zh-Hans": "zh"}
FRAME = "shell"
"""The file of what is around every page of the console, and of the pages of no other wing."""
ACCEPT_LENGTH_MAX = 200


class Catalogue(gettext.NullTranslations):
    """The texts of one language."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__()
        self.texts = texts

    def gettext(self, message: str) -> str:
        """The text in this language."""
        return self.texts.get(message) or message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The text for so many. Chinese has one form for every number."""
        return self.texts.get(msgid1) or (msgid1 if n == 1 else msgid2)


@cache
def catalogue(locale: Locale, wing: str = FRAME) -> Catalogue:
    """The texts of a language, from all its files. Those of the wing take precedence.

    A wing without a file of its own speaks as the frame does.
    """
    paths = sorted((DIRECTORY / _FOLDERS[locale]).glob("*.po"))
    own = wing if any(path.stem == wing for path in paths) else FRAME
    texts: dict[str, str] = {}
    for path in sorted(paths, key=lambda path: path.stem == own):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh" if locale != "en" else "en"):
                key, text = _first(message.id), _first(message.string)
                if key and text:
                    texts[key] = text
    return Catalogue(texts)


def _first(text: str | Sequence[str] | None) -> str:
    """A text, or the first of its forms."""
    return text if isinstance(text, str) else text[0] if text else ""


def preferred(accept_language: str) -> Locale:
    """The language that a browser asks for. Chinese of every kind is shown in simplified signs."""
    best: tuple[float, Locale] = (0.0, "en")
    for part in accept_language[:ACCEPT_LENGTH_MAX].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            share = float(weight or 1)
        except ValueError:
            continue
        found: Locale | None = {"zh": "zh-Hans", "en": "en"}.get(tag.lower()[:2])  # type: ignore[assignment]
        if found is not None and share > best[0]:
            best = (share, found)
    return best[1]


def read_locale(text: str | None) -> Locale | None:
    """The language of this code, if pages have it."""
    return next((each for each in LOCALES if each == text), None)
