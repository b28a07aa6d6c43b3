"""A process that lives for one file loads what reads files, and not the service."""

import subprocess
import sys

import pytest

from settlement.partner_files.process import LEAN

SERVICE = ("sqlalchemy", "asyncpg", "pydantic", "structlog", "settlement.statements")


@pytest.mark.parametrize(
    ("module", "needed"),
    [
        ("settlement.reconcile.compare", "settlement.reconcile.matching"),
        ("settlement.partner_files.preview", "settlement.partner_files.judged"),
    ],
)
def test_only_what_is_needed_is_loaded(module: str, needed: str) -> None:
    # It says what it loads. Without a folder to work on, it then ends.
    command = [sys.executable, "-P", "-X", "importtime", str(LEAN), module]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    loaded = {line.rpartition("|")[2].strip() for line in said.splitlines()}
    assert needed in loaded
    assert not loaded & set(SERVICE)
