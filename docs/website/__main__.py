"""Builds the documentation as a site of plain files, in `var/docs` (`make docs`).

The pages are those that a reader of the checkout opens: the README and its neighbours, and
everything beneath docs/. They are copied aside first, since a site has only what lies in it:

- A link to another file of the checkout gets a copy of that file.
- A link to a folder leads to the folder's README, which is made here if it has none.

The build needs no network, and the site loads nothing from elsewhere. A link or an anchor that
leads nowhere fails the build.
"""

import argparse
import io
import json
import logging
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

from properdocs.commands.build import build
from properdocs.config import load_config
from properdocs.exceptions import Abort

ROOT = Path(__file__).parents[2]
SITE = ROOT / "var" / "docs"
# In the order of docs/README.md; a chapter of another name comes after these.
CHAPTERS = {
    "roles": "At a desk",
    "how-to": "Do",
    "reference": "Look up",
    "explanation": "Understand",
    "internals": "Inside",
    "decisions": "Why it is so",
}

_FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<=\]\()([^)\s#]+)((?:#[^)\s]*)?\))")
_TITLE = re.compile(r"^# +(.+?)\s*$", re.MULTILINE)

_SETTINGS = {
    "site_name": "Comity",
    "strict": True,
    "use_directory_urls": False,
    "theme": {
        "name": "mkdocs",
        "color_mode": "auto",
        "user_color_mode_toggle": True,
        "highlightjs": False,  # it would be loaded from elsewhere
    },
    "validation": {
        "omitted_files": "ignore",
        "not_found": "warn",
        "absolute_links": "warn",
        "unrecognized_links": "warn",
        "anchors": "warn",
    },
}


def anchor(heading: str, separator: str) -> str:
    """The name of a heading in a link, as where the pages are read without being built."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", separator)


def pages(root: Path) -> Iterator[Path]:
    """Every page, relative to the root."""
    for page in (*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))):
        yield page.relative_to(root)


def copy_pages(root: Path, target: Path) -> None:
    """Copy every page to where the site is built, with what it links to."""
    for page in pages(root):
        copied = target / page
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_text(_page_of_site(root, target, page), encoding="utf-8")
    for folder in sorted({page.parent for page in pages(root)}):
        index = target / folder / "README.md"
        if not index.exists():
            index.write_text(_index(target / folder), encoding="utf-8")


def navigation(target: Path) -> list[dict[str, object]]:
    """The menu: the README, the tutorial, a chapter for each folder of docs/, and the project."""
    found = sorted({path.parent for path in (target / "docs").glob("*/*.md")}, key=_chapter)
    chapters: list[dict[str, object]] = [
        {CHAPTERS.get(path.name, path.name.capitalize()): _listed(target, path)} for path in found
    ]
    project = [name for name in _listed(target, target) if name != "README.md"]
    learn = [*_listed(target, target / "docs")]
    return [{"Comity": "README.md"}, {"Learn": learn}, *chapters, {"Project": project}]


def make_site(root: Path, site: Path) -> None:
    """Build the site of a checkout.

    Raises:
        Abort: A link leads nowhere, or a page cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="comity-docs-") as directory:
        target = Path(directory) / "pages"
        copy_pages(root, target)
        toc: dict[str, Callable[[str, str], str]] = {"slugify": anchor}
        config = load_config(
            io.BytesIO(json.dumps(_SETTINGS).encode()),
            config_file_path=str(target.with_name("properdocs.yml")),
            docs_dir=str(target),
            site_dir=str(site),
            nav=navigation(target),
            markdown_extensions=[{"toc": toc}],
        )
        build(config)


def _page_of_site(root: Path, target: Path, page: Path) -> str:
    folder = root / page.parent

    def link(found: re.Match[str]) -> str:
        place, rest = found.groups()
        linked = (folder / unquote(place)).resolve()
        if linked.is_dir():
            return f"{place.rstrip('/')}/README.md{rest}"
        if linked.is_file() and linked.suffix != ".md" and linked.is_relative_to(root):
            copied = target / linked.relative_to(root)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(linked, copied)
        return f"{place}{rest}"

    parts = _FENCED.split((root / page).read_text(encoding="utf-8"))
    return "".join(
        part if part.startswith("```") else _LINK.sub(link, part) for part in parts if part
    )


def _index(folder: Path) -> str:
    """A page that lists the pages of a folder."""
    lines = [f"# {CHAPTERS.get(folder.name, folder.name.capitalize())}", ""]
    for page in sorted(folder.glob("*.md")):
        title = _TITLE.search(page.read_text(encoding="utf-8"))
        lines.append(f"- [{title[1] if title else page.stem}]({page.name})")
    return "\n".join([*lines, ""])


def _listed(target: Path, folder: Path) -> list[str]:
    names = [path.relative_to(target).as_posix() for path in sorted(folder.glob("*.md"))]
    return sorted(names, key=lambda name: not name.endswith("README.md"))


def _chapter(folder: Path) -> tuple[bool, int, str]:
    known = list(CHAPTERS)
    return (
        folder.name not in known,
        known.index(folder.name) if folder.name in known else 0,
        folder.name,
    )


def main() -> None:
    """Build the site."""
    parser = argparse.ArgumentParser(prog="make docs", description=__doc__.partition("\n")[0])
    parser.add_argument("--to", type=Path, default=SITE, help="where the site is written")
    site = parser.parse_args().to.resolve()
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        make_site(ROOT, site)
    except Abort as error:
        sys.exit(str(error))
    sys.stdout.write(f"The documentation is at {site / 'index.html'}\n")


if __name__ == "__main__":
    main()
