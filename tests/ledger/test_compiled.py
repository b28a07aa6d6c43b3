"""The ledger's hot path as sources, or compiled (`make test-compiled`).

The tests are the same. This one sees that they test what was asked for.
"""

from pathlib import Path

import pytest

from ledger.asks import answer
from ledger.decide import decider, wallet
from ledger.write import batch, draft, journal, ticket


def test_what_is_tested_is_what_was_asked_for(pytestconfig: pytest.Config) -> None:
    is_compiled = any(Path(path).name == "compiled" for path in pytestconfig.getini("pythonpath"))
    suffixes = {
        Path(str(module.__file__)).suffix
        for module in (answer, decider, draft, journal, ticket, wallet)
    }
    assert suffixes == ({".so"} if is_compiled else {".py"})
    assert Path(batch.__file__).suffix == ".py"
