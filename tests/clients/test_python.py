"""A Python client is generated from the description, compiles, and calls a running service."""

import sys
from pathlib import Path

import pytest

from tests.clients.conftest import World
from tests.clients.page import fetch, part, run, without_curl, write_files

PROGRAMS = Path(sys.executable).parent


@pytest.mark.timeout(300)
async def test_the_python_client_is_generated_and_calls_the_service(
    world: World, directory: Path
) -> None:
    commands, following = part("python")
    write_files(directory)
    await fetch(world, directory)
    environment = {**world.environment, "PATH": f"{PROGRAMS}:{world.environment['PATH']}"}
    run(["sh", "-ceu", without_curl(commands)], directory, environment)
    modules = list((directory / "comity_client" / "api").rglob("*_*.py"))
    assert len(modules) > 60
    (directory / "mypy.ini").write_text("[mypy]\n", encoding="utf-8")
    # Of the generated code, what the program uses is checked, too.
    checked = ["-m", "mypy", "--no-incremental", "--no-error-summary", "--cache-dir=/dev/null"]
    run([sys.executable, *checked, "comity_client", "calls.py"], directory, environment)
    said = run([sys.executable, "calls.py"], directory, {**environment, "PYTHONPATH": "."})
    assert said == following[-1].text
