"""The README, the tutorial and the guides for brands and suppliers do what they say.

Their commands are run here, and the answers they show are compared with the real ones.
"""

import contextlib
import http.client
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.embedded.services import temporary_data_dir
from api.process.children import free_port
from tests.docs.pages import DOCS, ROOT, Block, blocks

START_SECONDS = 60.0
STOP_SECONDS = 30.0
SHELL_SECONDS = 300.0
SEPARATOR = "--8<-- next block --8<--"
ANYTHING = "…"

PROGRAMS = Path(sys.executable).parent
SHOWN_URL = "http://127.0.0.1:8000"
SHOWN_SUPPLIER_PORT = "9000"
SHOWN_DATA_DIR = "/tmp/comity-tutorial"
GUIDES = (
    "offer-rights",
    "know-your-members",
    "use-at-the-shop",
    "run-a-points-day",
    "import-a-file",
    "give-back-and-give-on",
    "sell-card-codes",
    "swap-rights",
    "use-offline",
    "read-the-figures",
    "decide-a-case",
    "let-members-earn",
    "show-members-their-points",
    "dispute-a-bill",
    "net-and-pay",
    "account-for-points",
    "close-a-month",
    "receive-webhooks",
    # It ends with a canary, in which few of the other guides' members are.
    "check-yourself",
)

needs_curl = pytest.mark.skipif(
    shutil.which("curl") is None, reason="the examples are for curl, which is not installed"
)


@dataclass
class Service:
    """A running `comity serve`, with another data directory and port than the shown ones."""

    url: str
    data_dir: Path
    environment: dict[str, str]
    output: Path

    def as_here(self, text: str) -> str:
        """A text of the documentation, changed to fit this service."""
        text = text.replace(SHOWN_URL, self.url).replace(SHOWN_DATA_DIR, str(self.data_dir))
        return text.replace(".venv/bin/", f"{PROGRAMS}/").replace("python3 ", f"{sys.executable} ")

    def shown_here(self, block: Block) -> Block:
        """A block of the documentation, changed in the same way."""
        return Block(block.mark, block.language, self.as_here(block.text))


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """What `make serve` starts for a newcomer, with its own servers."""
    port, output = free_port(), tmp_path / "serve.txt"
    with temporary_data_dir("comity-docs-") as data_dir:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("COMITY_")
        }
        environment |= {"COMITY_DATA_DIR": str(data_dir), "NO_PROXY": "*", "no_proxy": "*"}
        environment |= {"COMITY_SUPPLIER_NETWORKS": "127.0.0.0/8"}
        running = Service(f"http://127.0.0.1:{port}", data_dir, environment, output)
        with output.open("wb") as stdout, (tmp_path / "serve.log").open("wb") as stderr:
            process = subprocess.Popen(
                [str(PROGRAMS / "comity"), "serve", "--port", str(port)],
                env=environment,
                stdout=stdout,
                stderr=stderr,
            )
        try:
            _wait_until_announced(process, running, tmp_path / "serve.log", port)
            yield running
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_SECONDS)


def _wait_until_announced(
    process: subprocess.Popen[bytes], running: Service, log: Path, port: int
) -> None:
    deadline = time.monotonic() + START_SECONDS
    while "operator.key" not in running.output.read_text(encoding="utf-8"):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
        time.sleep(0.05)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/readyz")
    assert connection.getresponse().status == 200
    connection.close()


def type_in(service: Service, commands: Sequence[str], directory: Path) -> list[str]:
    """Run commands one after the other in one shell. Returns the standard output of each."""
    script = f"\necho; echo '{SEPARATOR}'\n".join(["set -eu", *commands])
    shell = subprocess.Popen(
        ["sh", "-c", script],
        cwd=directory,
        env=service.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        output, errors = shell.communicate(timeout=SHELL_SECONDS)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)
    assert shell.returncode == 0, f"{output[-3000:]}\n{errors[-3000:]}"
    return output.split(SEPARATOR)[1:]


def documents(text: str) -> list[Any]:
    """The JSON documents of a text, one after the other."""
    found, position, decoder = [], 0, json.JSONDecoder()
    text = text.strip()
    while position < len(text):
        document, position = decoder.raw_decode(text, position)
        found.append(document)
        position += len(text[position:]) - len(text[position:].lstrip())
    return found


def agree(shown: Any, answered: Any) -> bool:
    """Whether an answer is what is shown.

    `…` stands for any text, alone also for any whole number, and as a member for those left out.
    """
    if shown == ANYTHING and type(answered) is int:
        return True
    if isinstance(shown, dict) and isinstance(answered, dict):
        named = {name: value for name, value in shown.items() if name != ANYTHING}
        complete = ANYTHING in shown or named.keys() == answered.keys()
        return complete and all(
            name in answered and agree(value, answered[name]) for name, value in named.items()
        )
    if isinstance(shown, list) and isinstance(answered, list):
        return len(shown) == len(answered) and all(map(agree, shown, answered))
    if isinstance(shown, str) and isinstance(answered, str):
        return re.fullmatch(".*".join(map(re.escape, shown.split(ANYTHING))), answered) is not None
    return type(shown) is type(answered) and bool(shown == answered)


def compare(shown: Block, printed: str) -> None:
    """Compare what was printed with what is shown."""
    if shown.language == "json":
        expected, found = documents(shown.text), documents(printed)
    else:
        expected = shown.text.strip().splitlines()
        found = [line.lstrip("\ufeff") for line in printed.strip().splitlines()]
    assert len(expected) == len(found), f"shown:\n{shown.text}\nprinted:\n{printed}"
    for each, other in zip(expected, found, strict=True):
        assert agree(each, other), f"shown:\n{each}\nprinted:\n{other}"


def follow(service: Service, marked: Sequence[Block], directory: Path) -> None:
    """Run the blocks in order, and compare every answer.

    A command without a shown answer must print nothing.
    """
    runs, answers = [], []
    for place, block in enumerate(marked):
        if block.mark.startswith("file "):
            (directory / block.mark.removeprefix("file ")).write_text(
                service.as_here(block.text), encoding="utf-8"
            )
        elif block.mark == "run":
            after = [*marked[place + 1 : place + 2]]
            runs.append(service.as_here(block.text))
            answers.append(
                after[0] if after and after[0].mark == "answer" else Block("answer", "text", "")
            )
    for shown, printed in zip(answers, type_in(service, runs, directory), strict=True):
        compare(service.shown_here(shown), printed)


def announced(marked: Sequence[Block]) -> Block:
    """The block that shows what `make serve` prints."""
    place = [block.mark for block in marked].index("serve")
    assert marked[place].text.strip().splitlines()[-1] == "make serve"
    assert marked[place + 1].mark == "answer"
    return marked[place + 1]


@needs_curl
@pytest.mark.timeout(SHELL_SECONDS + START_SECONDS)
def test_readme_tutorial_and_guides_do_what_they_say(service: Service, tmp_path: Path) -> None:
    """One reader follows all of them on one service. Each goes on where the one before ends."""
    readme, tutorial = blocks(ROOT / "README.md"), blocks(DOCS / "tutorial.md")
    supplier_port = str(free_port())
    guide = [
        Block(each.mark, each.language, each.text.replace(SHOWN_SUPPLIER_PORT, supplier_port))
        for each in blocks(DOCS / "how-to" / "supply.md")
    ]

    for shown in (announced(readme), announced(tutorial)):
        compare(service.shown_here(shown), service.output.read_text(encoding="utf-8"))
    guides = [
        [
            Block(each.mark, each.language, each.text.replace(SHOWN_SUPPLIER_PORT, supplier_port))
            for each in blocks(DOCS / "how-to" / f"{name}.md")
        ]
        for name in GUIDES
    ]
    follow(service, [*readme, *tutorial, *guide, *itertools.chain(*guides)], tmp_path)


@pytest.mark.parametrize(
    "page",
    [
        *(ROOT / "README.md", DOCS / "tutorial.md", DOCS / "how-to" / "supply.md"),
        *(DOCS / "how-to" / f"{name}.md" for name in GUIDES),
    ],
    ids=str,
)
def test_every_command_for_curl_is_run(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    marked = "".join(block.text for block in blocks(page))

    assert marked.count("curl ") == len(re.findall(r"^\s*(?:\w+=\$\()?curl ", text, re.MULTILINE))


def test_answers_are_compared_strictly() -> None:
    assert agree({"a": "x…z", "b": [1]}, {"a": "xyz", "b": [1]})
    assert agree({"a": 1, ANYTHING: ANYTHING}, {"a": 1, "b": 2})
    assert not agree({"a": 1}, {"a": 1, "b": 2})
    assert not agree({"a": 1, "b": 2}, {"a": 1})
    assert not agree({"a": 1}, {"a": True})
    assert not agree([1], [1, 2])
    assert not agree("x…", "yx")
    assert len(documents('{"a": 1}\n [2]')) == 2
