"""Pages: every text in both languages, nothing inline, and no file that is not what it says."""

import gzip
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from api.console.brand import columns as of_brand
from api.console.money import columns as of_money
from api.console.run import columns as of_run
from api.console.supply import columns as of_supply
from api.identity.users import Locale
from api.pages.assets import DIRECTORY as STATIC
from api.pages.translations import DIRECTORY as LOCALE
from api.pages.translations import FRAME, catalogue

ROOT = Path(__file__).parents[2]
WINGS = ("pages", "console", "member")
CSS_BYTES_MAX = 12_000
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\bstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "done": (2,)}
CONSOLE = ROOT / "api/console/templates"
EXPORT = re.compile(r"ui\.export\(|\bexport='?csv")
COLUMNS = (of_brand, of_money, of_run, of_supply)
WITHOUT_EXPORT = {
    # Lines are chosen in these forms. The page of the statement exports them.
    "money/adjustment_form.html",
    "money/dispute_form.html",
    # It saves the entries in three forms that ledgers read, CSV among them.
    "money/journal.html",
    # Each row is asked by itself: no list has them, and a file would be hundreds of questions.
    "supply/pools.html",
}
"""Pages with a list that goes on, and no file of it."""
CJK = re.compile(r"[\u4e00-\u9fff]")
HALF_WIDTH = re.compile(rf"{CJK.pattern}[,;:?!()]|[,;:?!()]{CJK.pattern}|{CJK.pattern}\.")
"""A sign of another script beside a Chinese one."""


def templates() -> list[Path]:
    return sorted(
        path for wing in WINGS for path in (ROOT / "api" / wing / "templates").rglob("*.html")
    )


@cache
def texts() -> tuple[tuple[Path, str], ...]:
    """Every text of the pages that is translated, with the file that has it."""
    return tuple(_extracted())


def _extracted() -> Iterator[tuple[Path, str]]:
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


def test_every_text_can_be_filled_in() -> None:
    """A page fills in each text, also where nothing is to be filled in. So a % alone is a fault."""
    chinese = {each for path in LOCALE.glob("zh/*.po") for each in catalogue_of(path).values()}
    for text in chinese | {text for _, text in texts() if text}:
        assert isinstance(text % defaultdict(int), str)


def test_chinese_texts_have_chinese_punctuation() -> None:
    found = [
        text
        for text in catalogue("zh-Hans").texts.values()
        if HALF_WIDTH.search(re.sub(r"%\(\w+\)s|%s", "", text))
    ]
    assert found == []


def test_a_page_says_the_words_of_its_own_wing() -> None:
    """One English word can need several in Chinese, such as issued points and statements."""
    files = {path.stem: catalogue_of(path) for path in LOCALE.glob("zh/*.po")}
    wrong = set()
    for path, text in texts():
        wing = wing_of(path)
        said = {texts_of[text] for texts_of in files.values() if text in texts_of}
        own = files.get(wing, files[FRAME]).get(text)
        shown = catalogue("zh-Hans", wing).gettext(text)
        if said and shown != own and len(said) > 1:
            wrong.add((wing, text))
    assert wrong == set()


def wing_of(path: Path) -> str:
    """The wing whose page has a text: the folder of its template or handler."""
    return path.parent.name


def catalogue_of(path: Path) -> dict[str, str]:
    """The texts of one file."""
    with path.open("rb") as file:
        return {
            _first(each.id): _first(each.string) for each in read_po(file, locale="zh") if each.id
        }


def _first(text: object) -> str:
    return text if isinstance(text, str) else str(text[0])  # type: ignore[index]


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


def test_a_list_that_goes_on_can_be_had_as_a_file() -> None:
    pages = {
        path.relative_to(CONSOLE).as_posix(): path.read_text(encoding="utf-8")
        for path in CONSOLE.rglob("*.html")
    }
    with_pager = {name for name, text in pages.items() if "ui.pager(" in text}
    assert {name for name in with_pager if not EXPORT.search(pages[name])} == WITHOUT_EXPORT


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("columns", COLUMNS, ids=lambda module: module.__name__.split(".")[-2])
def test_no_two_columns_of_a_file_have_the_same_heading(
    columns: ModuleType, language: Locale
) -> None:
    """The second would take the place of the first."""
    said = catalogue(language, columns.__name__.split(".")[-2])
    lists = {name: each for name, each in vars(columns).items() if isinstance(each, dict)}
    for name, held in lists.items():
        if name.isupper():
            headings = [said.gettext(text) for text in held]
            assert len(headings) == len({*headings}), (name, headings)


@pytest.mark.parametrize("directory", [STATIC, ROOT / "tests/browser"], ids=lambda path: path.name)
def test_files_of_others_are_what_they_say_and_have_their_licences(directory: Path) -> None:
    rows = [
        [cell.strip().strip("`") for cell in line.split("|")]
        for line in (directory / "VENDORED.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    stated = {name for _, name, *_ in rows}
    assert stated >= {path.name for path in directory.glob("*.min.js")}
    for _, name, _, licence, digest, _ in rows:
        assert hashlib.sha256((directory / name).read_bytes()).hexdigest() == digest, name
        texts_of_licences = re.findall(r"\]\(([^)]+)\)", licence)
        assert texts_of_licences, name
        assert all((directory / text).is_file() for text in texts_of_licences), name


def test_the_styles_are_within_their_budget() -> None:
    sizes = [len(gzip.compress(path.read_bytes(), 9)) for path in STATIC.glob("*.css")]
    assert sum(sizes) <= CSS_BYTES_MAX
