"""The programs of docs/how-to/python-client.md say what the page shows, on a real service."""

import importlib.metadata
import json
import sys
from pathlib import Path

import pytest
from comity.client import Comity, PermissionProblem

from tests.clients.conftest import World
from tests.clients.page import run
from tests.docs.pages import DOCS, ROOT, blocks

PAGE = DOCS / "how-to" / "python-client.md"


async def test_the_programs_of_the_page_say_what_it_shows(world: World, directory: Path) -> None:
    marked = blocks(PAGE)
    programs = [each for each in marked if each.mark.startswith("file ")]
    assert len(programs) == 5
    for program, answer in zip(marked[::2], marked[1::2], strict=True):
        name = program.mark.removeprefix("file ")
        (directory / name).write_text(program.text, encoding="utf-8")
        assert answer.mark == "answer"
        assert run([sys.executable, "-P", name], directory, world.environment) == answer.text, name
    _beyond_the_page(world)
    _status(world, directory)


def _beyond_the_page(world: World) -> None:
    """What the service says about the same programme, in this process."""
    url, key = world.url, world.environment["BRAND_KEY"]
    with Comity(url, key) as brand:
        history = list(brand.each_member_history("tea-club", "m-1002", limit=1))
        assert sorted(entry["points"] for entry in history) == [10, 20, 30]
        # An address that is called by hand is known, too: one operation, one key, one answer.
        body = {"member": "m-1001", "points": 40}
        path = "/v1/programmes/tea-club/issue"
        assert brand.request("POST", path, body=body, key="order-4711")["balance"] == 40
    with Comity(url, world.environment["OPERATOR_KEY"]) as operator:
        parties = {each["code"] for each in operator.each("/v1/parties", query={"limit": 1})}
        assert parties >= {"tea-club", "cinema"}
    with Comity(url, "cmty_wrong") as stranger:
        with pytest.raises(PermissionProblem) as caught:
            stranger.get_own_party()
        assert caught.value.status == 401


def _status(world: World, directory: Path) -> None:
    """`comity status`, of the same service."""
    command = [sys.executable, "-m", "api.cli", "status", "--url", world.url]
    environment = {**world.environment, "PYTHONPATH": str(ROOT)}
    found = json.loads(run([*command, "--json"], directory, environment))
    assert (found["status"], found["url"]) == ("ok", world.url)
    assert found["parts"]["database"] == "ok"
    assert found["version"] == importlib.metadata.version("comity")
    assert len(found["workers"]) == 1
    assert found["last_seal_seconds"] is None
    said = run(command, directory, environment).splitlines()
    assert said[0] == f"ok: {world.url}, release {found['version']}"
    assert said[-1] == "last verification: none that this machine knows of"
