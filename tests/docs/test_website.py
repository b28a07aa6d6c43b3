"""The documentation as a site (`make docs`): it is whole, and reads from nowhere else."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from properdocs.exceptions import Abort

from docs.website.__main__ import make_site
from tests.docs.pages import ROOT

LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}


class Page(HTMLParser):
    """What a built page links to, what it loads, and the names within it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.names = {""}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: unescape(value or "") for name, value in attrs}
        if name := known.get("id"):
            self.names.add(name)
        if tag == "a" and "href" in known:
            self.links.append(known["href"])
        if tag in LOADED and LOADED[tag] in known:
            self.loaded.append(known[LOADED[tag]])


def test_the_site_is_whole_and_reads_from_nowhere_else(tmp_path: Path) -> None:
    site = tmp_path / "site"
    make_site(ROOT, site)

    built = {path: Page(path) for path in site.rglob("*.html")}
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        name = page.relative_to(ROOT).with_suffix(".html")
        assert site / (name.with_name("index.html") if name.stem == "README" else name) in built
    for path, made in built.items():
        for link in [*made.links, *made.loaded]:
            parts = urlsplit(link)
            if parts.scheme and link in made.links:
                continue  # a reader may follow it; nothing is loaded from there
            assert not parts.scheme, link
            assert not parts.netloc, link
            if path.name == "404.html" or not parts.path:
                continue
            linked = (path.parent / unquote(parts.path)).resolve()
            assert linked.is_file(), f"{path}: {link}"
            if linked in built:
                assert unquote(parts.fragment) in built[linked].names, f"{path}: {link}"
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(\s*[\"']?(?:https?:)?//", style.read_text(encoding="utf-8"))


def checkout(root: Path, text: str) -> Path:
    (root / "docs" / "how-to").mkdir(parents=True)
    (root / "README.md").write_text(f"# Small\n\n{text}\n", encoding="utf-8")
    (root / "docs" / "how-to" / "do.md").write_text("# Do `it`, now\n", encoding="utf-8")
    (root / "sum.py").write_text("print(1 + 1)\n", encoding="utf-8")
    return root


def test_files_and_folders_can_be_linked_to(tmp_path: Path) -> None:
    text = "[a](sum.py) [b](docs/how-to) [c](docs/how-to/do.md#do-it-now)\n\n```\n[d](none.md)\n```"
    make_site(checkout(tmp_path / "root", text), tmp_path / "site")

    assert (tmp_path / "site" / "sum.py").is_file()
    index = Page(tmp_path / "site" / "docs" / "how-to" / "index.html")
    assert "do.html" in index.links


@pytest.mark.parametrize("link", ["none.md", "docs/how-to/do.md#none", "none.py", "docs/none"])
def test_a_link_that_leads_nowhere_fails(tmp_path: Path, link: str) -> None:
    with pytest.raises(Abort):
        make_site(checkout(tmp_path / "root", f"[a]({link})"), tmp_path / "site")
