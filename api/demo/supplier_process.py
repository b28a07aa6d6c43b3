"""The suppliers' server as a process beside the demo."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.process.children import running_child, status_of, taken_port, url_of


@contextmanager
def running_supplier(
    secrets: Path, orders: Path, log: Path, behaviours: Path | None = None
) -> Iterator[str]:
    """Run the suppliers' server on a free port, and give its base URL when it answers.

    It ends when its standard input closes, and so it never outlives the demo.

    Raises:
        ChildFailed: it did not start, or was not ready in time.
    """
    with taken_port() as listening:
        command = [sys.executable, "-m", "api.demo.supplier"]
        command += ["--socket", str(listening.fileno())]
        command += ["--secrets", str(secrets), "--orders", str(orders)]
        command += [] if behaviours is None else ["--behaviours", str(behaviours)]
        url = url_of(listening)

        def is_ready() -> bool:
            return status_of(url) is not None

        with running_child("the suppliers' server", command, log, is_ready, listening):
            yield url
