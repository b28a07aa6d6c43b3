"""Reads a file of a partner, as bytes or as text, and returns its rows."""

from pathlib import Path

import pytest

from tests.settlement.partner_files.files import Read, reader_in


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a file into the test's own folder."""
    return reader_in(tmp_path)
