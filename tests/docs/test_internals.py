"""The pages about the code name files that are there, and the map names every room."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, rooms
from tests.docs.test_reference import PACKAGES

MAP = DOCS / "internals" / "map.md"
PAGES = [
    ROOT / "CONTRIBUTING.md",
    *sorted((DOCS / "internals").glob("*.md")),
    *sorted((DOCS / "decisions").glob("*.md")),
]
EXAMPLES = {"package/wing/room.py"}
"""Paths that stand for any path: in the template of a decision."""
_QUOTED = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?:[\w.-]+/)+(?:[\w.-]+\.[a-z]+)?|\w+\.py")


def rooms_on_disk() -> set[str]:
    """Every room: `package/wing/room`, without desks, programs to start and versions."""
    found = {
        path.relative_to(ROOT).with_suffix("")
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
    }
    return {
        path.as_posix()
        for path in found
        if path.name not in {"__init__", "__main__"} and path.parent.name != "versions"
    }


def paths_named(text: str) -> set[str]:
    """What stands in backquotes and reads like a file or a folder of the tree.

    In a command such as `make t T=tests/ledger/read/`, that is the word after the last equals sign.
    """
    words = {
        word.rpartition("=")[2].partition("::")[0]
        for quoted in _QUOTED.findall(text)
        for word in quoted.split()
    }
    return {word for word in words if _PATH.fullmatch(word)} - EXAMPLES


def test_the_map_names_every_room_and_no_other() -> None:
    named = rooms(MAP)

    assert sorted(named) == sorted(rooms_on_disk())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_paths_lead_to_files_of_the_tree(page: Path) -> None:
    # What is made by a run is not in the tree.
    named = {path for path in paths_named(page.read_text(encoding="utf-8")) if path[:4] != "var/"}

    missing = {path for path in named if not is_there(path, page)}
    assert not missing


def is_there(path: str, page: Path) -> bool:
    """A path counts from the root. A name alone may also be beside the other files named."""
    if (ROOT / path).exists():
        return True
    return "/" not in path and any(
        (ROOT / folder / path).is_file() for folder in folders_named(page)
    )


def folders_named(page: Path) -> set[str]:
    """The folders of the files and folders that a page names in full."""
    named = {path for path in paths_named(page.read_text(encoding="utf-8")) if "/" in path}
    return {path if path.endswith("/") else path.rpartition("/")[0] for path in named} | set(
        PACKAGES
    )


def test_rooms_are_read_with_their_wing(tmp_path: Path) -> None:
    page = tmp_path / "map.md"
    text = MAP.read_text(encoding="utf-8")
    page.write_text(text.replace("| `sweep` |", "| `sweeper` |"), encoding="utf-8")

    assert set(rooms(page)) ^ set(rooms(MAP)) == {"ledger/finish/sweep", "ledger/finish/sweeper"}


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("see `ledger/write/lanes.py` (`once`)", {"ledger/write/lanes.py"}),
        ("run `make t T=tests/ledger/read/`", {"tests/ledger/read/"}),
        ("`tests/a.py::test_b` and `tests/shards/`", {"tests/a.py", "tests/shards/"}),
        ("`api/http`, `/v1/parties/`, `a == b/c`, `oracle.py`", {"oracle.py"}),
    ],
    ids=["a file", "a command", "a test", "others"],
)
def test_paths_are_told_from_other_words(text: str, paths: set[str]) -> None:
    assert paths_named(text) == paths
