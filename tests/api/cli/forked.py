"""Commands of `comity` as processes that need not start an interpreter.

A command takes two seconds to import what it needs, and most take no time to do their work. So a
server process, started by this file, imports all that once. For each command it forks: the child
has the environment, the directory and the files that the command is to have, runs `api.cli` as
`python -m api.cli` does, and ends as that would.

That a command imports what it needs is seen where it starts by itself: `python -m api.cli`.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[3]
IMPORTED = (
    *("api.cli.main", "api.cli.books", "api.serve"),
    *("api.process.actor", "api.process.bootstrap", "api.process.rotation"),
)


def run(words: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, as `subprocess.run` does."""
    asked, told = _server()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        here = f"/proc/{os.getpid()}/fd"
        request = {
            "words": words,
            "environment": dict(environment),
            "directory": str(Path.cwd()),
            "files": [f"{here}/{output.fileno()}", f"{here}/{errors.fileno()}"],
        }
        asked.write(json.dumps(request) + "\n")
        asked.flush()
        status = int(told.readline())
        return subprocess.CompletedProcess(words, status, _read(output), _read(errors))


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


@cache
def _server() -> tuple[IO[str], IO[str]]:
    """The requests to the server, and its answers. It ends with this process."""
    process = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    atexit.register(process.communicate)
    return process.stdin, process.stdout


def _serve() -> None:
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    for name in IMPORTED:
        importlib.import_module(name)
    gc.freeze()
    for line in requests:
        child = os.fork()
        if not child:
            requests.close()
            answers.close()
            _become(json.loads(line))
            return
        _, ended = os.waitpid(child, 0)
        answers.write(f"{os.waitstatus_to_exitcode(ended)}\n")
        answers.flush()


def _become(request: dict[str, Any]) -> None:
    """Be the command from now on."""
    for number, path in enumerate((os.devnull, *request["files"])):
        file = os.open(path, os.O_RDWR)
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["directory"])
    sys.argv = ["api.cli", *request["words"]]
    runpy.run_module("api.cli", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _serve()
