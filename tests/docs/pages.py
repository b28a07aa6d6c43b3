"""Reads the documentation: its pages, the fenced blocks with the mark before each, the tables."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"

_BLOCK = re.compile(
    r"^<!-- (?P<mark>[^\n]*?) -->\n```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_PLACE = re.compile(r"(?:## (\w+):|\*\*`([\w/]+)`\*\*)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block with the mark before it: `run`, `answer`, `serve` or `file NAME`."""

    mark: str
    language: str
    text: str


def pages() -> list[Path]:
    """Every page that a reader may open."""
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


def blocks(page: Path) -> list[Block]:
    """The marked blocks of a page, in order."""
    return [Block(*found.groups()) for found in _BLOCK.finditer(page.read_text(encoding="utf-8"))]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCED.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes for the headings of a page."""
    return {
        re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        for text in _HEADING.findall(prose(page))
    }


def sections(page: Path) -> dict[str, str]:
    """The text under each heading of a page. Headings are without backquotes."""
    parts = re.split(r"^#{1,6} +(.+?)\s*$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {
        heading.replace("`", ""): text
        for heading, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def rows(page: Path) -> list[list[str]]:
    """The cells of every table row of a page, without head rows and rules."""
    found: list[list[str]] = []
    lines = page.read_text(encoding="utf-8").splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("|") and not line.startswith("|--") and not following.startswith("|--"):
            found.append([cell.strip().replace("`", "") for cell in line.strip("|").split("|")])
    return found


def rooms(page: Path) -> list[str]:
    """The rooms in the tables of the map, as `package/wing/room`.

    A table belongs to the package in the heading before it, or to the wing in bold.
    """
    found: list[str] = []
    place, is_rooms = "", False
    for line in page.read_text(encoding="utf-8").splitlines():
        if below := _PLACE.match(line):
            place = below[1] or below[2]
        if not line.startswith("|"):
            is_rooms = False
        elif line.startswith("| room |"):
            is_rooms = True
        elif is_rooms and not line.startswith("|--"):
            found += [f"{place}/{name}" for name in re.findall(r"`(\w+)`", line.split("|")[1])]
    return found
