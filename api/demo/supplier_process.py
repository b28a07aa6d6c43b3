"""The suppliers' server as a process beside the demo."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.process.children import listens, running_child


@contextmanager
def running_supplier(secrets: Path, orders: Path, port: int, log: Path) -> Iterator[str]:
    """Run the suppliers' server, and give its base URL when it listens.

    It ends when its standard input closes, and so it never outlives the demo.

    Raises:
        ChildFailed: it did not start, or was not ready in time.
    """
    command = [sys.executable, "-m", "api.demo.supplier", "--port", str(port)]
    command += ["--secrets", str(secrets), "--orders", str(orders)]
    with running_child("the suppliers' server", command, log, lambda: listens(port)):
        yield f"http://127.0.0.1:{port}"
