"""Reads docs/how-to/clients.md, and does what it says."""

import subprocess
from pathlib import Path

import httpx2

from tests.clients.conftest import World
from tests.docs.pages import DOCS, Block, blocks

PAGE = DOCS / "how-to" / "clients.md"
RUN_SECONDS = 240


def part(mark: str) -> tuple[str, list[Block]]:
    """The commands of a language, and the blocks that follow until its answer."""
    marked = blocks(PAGE)
    begin = [block.mark for block in marked].index(mark)
    following = marked[begin + 1 :]
    end = [block.mark for block in following].index("answer")
    return marked[begin].text, following[: end + 1]


def write_files(directory: Path) -> None:
    """Write the files that the page shows."""
    for block in blocks(PAGE):
        if block.mark.startswith("file "):
            name = block.mark.removeprefix("file ")
            (directory / name).write_text(block.text, encoding="utf-8")


async def fetch(world: World, directory: Path) -> None:
    """Fetch the description, which the page does with curl."""
    async with httpx2.AsyncClient(base_url=world.url, trust_env=False, timeout=60) as http:
        found = await http.get("/openapi.json")
    (directory / "openapi.json").write_bytes(found.content)


def without_curl(commands: str) -> str:
    """The commands after the description was fetched."""
    first, rest = commands.split("\n", 1)
    assert first == 'curl -s "$SERVICE_URL/openapi.json" > openapi.json'
    return rest


def run(command: list[str], directory: Path, environment: dict[str, str]) -> str:
    """What a command prints. It must succeed."""
    done = subprocess.run(
        command,
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=RUN_SECONDS,
    )
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout
