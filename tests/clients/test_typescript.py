"""A TypeScript client compiles, and calls a running service.

It does so with the types that are published, and with those that are generated from the
description.

`make client-typescript` runs this. It needs Node and npm, which nothing else here does.
"""

import shutil
from pathlib import Path

import pytest

from tests.clients.conftest import World
from tests.clients.page import fetch, part, run, without_curl, write_files
from tests.docs.pages import REFERENCE

PUBLISHED = REFERENCE / "comity.d.ts"
TOOLS = Path(__file__).parent / "typescript"


@pytest.mark.node
@pytest.mark.timeout(300)
@pytest.mark.skipif(
    shutil.which("node") is None or shutil.which("npm") is None,
    reason="the TypeScript client needs Node and npm, and this machine has not both",
)
async def test_the_typescript_client_is_generated_and_calls_the_service(
    world: World, directory: Path
) -> None:
    commands, following = part("typescript")
    (compiling,) = [block.text for block in following if block.mark == "compile"]
    for name in ("package.json", "package-lock.json"):
        shutil.copy(TOOLS / name, directory / name)
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], directory, world.environment)
    write_files(directory)
    await fetch(world, directory)
    shutil.copy(PUBLISHED, directory / PUBLISHED.name)
    for preparing in ("true", without_curl(commands)):
        run(["sh", "-ceu", preparing], directory, world.environment)
        run(["sh", "-ceu", compiling], directory, world.environment)
        said = run(["node", "calls.js"], directory, world.environment)
        assert said == following[-1].text
        (directory / "calls.js").unlink()
