"""Pages: every text in both languages, nothing inline, and no file that is not what it says."""

import gzip
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract

from api.pages.assets import DIRECTORY as STATIC
from api.pages.translations import catalogue

ROOT = Path(__file__).parents[2]
WINGS = ("pages", "console", "member")
CSS_BYTES_MAX = 12_000
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\bstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "done": (2,)}
CJK = re.compile(r"[\u4e00-\u9fff]")
HALF_WIDTH = re.compile(rf"{CJK.pattern}[,;:?!()]|[,;:?!()]{CJK.pattern}|{CJK.pattern}\.")
"""A sign of another script beside a Chinese one."""


def templates() -> list[Path]:
    return sorted(
        path for wing in WINGS for path in (ROOT / "api" / wing / "templates").rglob("*.html")
    )


def texts() -> Iterator[tuple[Path, str]]:
    """Every text of the pages that is translated, with the file that has it."""
    sources = [path for wing in WINGS for path in (ROOT / "api" / wing).rglob("*.py")]
    for method, paths in (("jinja2.ext:babel_extract", templates()), ("python", sources)):
        for path in paths:
            with path.open("rb") as file:
                for _, message, _, _ in extract(
                    method,
                    file,
                    KEYWORDS,
                    options={"silent": "false", "extensions": "jinja2.ext.do"},
                ):
                    yield path, message if isinstance(message, str) else message[0]


def test_every_text_of_a_page_has_a_translation() -> None:
    known = catalogue("zh-Hans")
    missing = {
        (str(path.relative_to(ROOT)), text)
        for path, text in texts()
        if text and known.gettext(text) == text and not _is_the_same(text)
    }
    assert missing == set()


def test_chinese_texts_have_chinese_punctuation() -> None:
    found = [
        text
        for text in catalogue("zh-Hans").texts.values()
        if HALF_WIDTH.search(re.sub(r"%\(\w+\)s|%s", "", text))
    ]
    assert found == []


def _is_the_same(text: str) -> bool:
    """Whether a text is written alike in every language: a name, a code, a sign."""
    return (
        re.fullmatch(r"[\W\d_]*|API|CSV|XLSX|PDF|Parquet|TOTP|OIDC|SHA-256|URL|QR|ID", text)
        is not None
    )


def test_placeholders_are_the_same_in_both_languages() -> None:
    placeholder = re.compile(r"%\(\w+\)s")
    known = catalogue("zh-Hans")
    for path, text in texts():
        translated = known.gettext(text)
        assert sorted(placeholder.findall(text)) == sorted(placeholder.findall(translated)), path


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_inline(path: Path) -> None:
    found = INLINE.findall(path.read_text(encoding="utf-8"))
    assert found == []


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_of_a_template_is_written_in_chinese(path: Path) -> None:
    """Chinese stands in the catalogues. The one exception is the name of the language itself."""
    text = path.read_text(encoding="utf-8").replace("中文", "")
    assert CJK.findall(text) == []


def test_files_of_others_are_what_they_say() -> None:
    rows = [
        line.split("|")
        for line in (STATIC / "VENDORED.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    stated = {row[1].strip().strip("`"): row[4].strip().strip("`") for row in rows}
    assert len(stated) >= 3
    for name, digest in stated.items():
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest, name


def test_the_styles_are_within_their_budget() -> None:
    sizes = [len(gzip.compress(path.read_bytes(), 9)) for path in STATIC.glob("*.css")]
    assert sum(sizes) <= CSS_BYTES_MAX
