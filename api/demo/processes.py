"""What the demo and the showcase have in common where they run processes."""

import base64
import json
import secrets
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_SECRET_BYTES = 24


def write_supplier_secrets(path: Path, suppliers: Sequence[str]) -> dict[str, str]:
    """Make new signing secrets for this run. Only the suppliers' server reads the file."""
    made = {
        code: "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
        for code in suppliers
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(made), encoding="utf-8")
    return made


@contextmanager
def ending_on_sigterm() -> Iterator[None]:
    """Let SIGTERM end all blocks, so that the processes that were started here are stopped."""

    def end(*_: object) -> None:
        raise SystemExit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
