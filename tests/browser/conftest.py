"""A real Chromium at a served showcase, with a user for each role.

Debian's package is used. Where there is none, these tests are skipped, but not in continuous
integration, which installs it.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from rich.console import Console

from api.cli.session import with_database
from api.demo.showcase.run import KEYS_FILE, ShowcaseOptions, build_showcase
from api.demo.showcase.story import Size
from api.embedded.services import temporary_data_dir
from api.identity.passwords import Passwords
from api.identity.roles import ROLES, RoleName
from api.identity.users import invite_user, set_password
from api.process.children import free_port
from catalog import Role, find_party
from ledger import Database

BRAND, SUPPLIER = "freshway", "bean-house"
"""For whom users of brands and suppliers act."""
SMALL = Size(members=60, months=4)
PARTIES: dict[Role, str] = {"operator": "operator", "brand": BRAND, "supplier": SUPPLIER}
PASSWORD = "a quiet mountain stream"
START_SECONDS = 60


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--pictures", help="a folder for the pictures of the documentation, as `make pictures` does"
    )


@dataclass(frozen=True, slots=True)
class Site:
    """A served showcase, and who signs in as what."""

    url: str
    data_dir: Path
    emails: dict[RoleName, str]
    programme: str
    brand_key: str
    """A key of the brand of that programme, as its server has one."""


def chromium() -> str:
    """The browser's program, or a skipped test."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("continuous integration installs Chromium")
        pytest.skip("Chromium is not installed: apt-get install chromium fonts-noto-cjk")
    return found


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    """Chromium without a window. As root it has no sandbox of its own.

    While it runs, this thread has an event loop, so the site is made before, and it ends with the
    module.
    """
    assert site.url
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield launched
        launched.close()


@contextmanager
def served(data_dir: Path) -> Iterator[str]:
    """`comity serve` on this data directory. Gives the address."""
    port = free_port()
    environment = {name: text for name, text in os.environ.items() if "COMITY_" not in name}
    environment |= {"NO_PROXY": "*", "COMITY_SUPPLIER_NETWORKS": "127.0.0.0/8"}
    command = [sys.executable, "-m", "api.cli", "serve", "--data-dir", str(data_dir)]
    log = data_dir / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port)], env=environment, stdout=output, stderr=output
        )
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + START_SECONDS
    try:
        while not _is_ready(url):
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


async def add_users(database: Database) -> dict[RoleName, str]:
    """A user for each role, for the first party that can have such users."""
    hashed = await Passwords().hash(PASSWORD)
    emails: dict[RoleName, str] = {}
    async with database.transaction() as connection:
        for name, role in ROLES.items():
            party = await find_party(connection, PARTIES[role.party_role])
            emails[name] = f"{name}@example.com"
            invited = await invite_user(
                connection, party.party_id, email=emails[name], name=name, role=name
            )
            await set_password(connection, invited.user.user_id, hashed)
    return emails


@contextmanager
def showcase(size: Size) -> Iterator[Site]:
    """A showcase of this size, served."""
    chromium()
    with temporary_data_dir("comity-browser-") as data_dir:
        build_showcase(ShowcaseOptions(size=size), data_dir, Console(quiet=True))
        with served(data_dir) as url:
            keys = json.loads((data_dir / "showcase" / KEYS_FILE).read_text(encoding="utf-8"))
            yield Site(
                url=url,
                data_dir=data_dir,
                emails=with_database(data_dir, add_users),
                programme=BRAND,
                brand_key=next(iter(keys[BRAND].values())),
            )


_OPEN = ExitStack()
_SITES: list[Site] = []


@pytest.fixture(scope="module")
def site() -> Site:
    """A small showcase, served. The modules share it."""
    if not _SITES:
        _SITES.append(_OPEN.enter_context(showcase(SMALL)))
    return _SITES[0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, None, None]:
    """End the site with the last of these tests: what is served is never idle."""
    try:
        yield
    finally:
        if nextitem is None or item.path.parent != nextitem.path.parent:
            _OPEN.close()
            _SITES.clear()
