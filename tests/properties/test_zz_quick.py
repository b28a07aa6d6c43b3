import os
import time

import pytest
from hypothesis import Phase

from tests.properties.ledger_machine import run_histories


@pytest.mark.timeout(900)
def test_quick(database_url):
    t = time.monotonic()
    phases = [Phase.generate] + ([Phase.shrink] if os.environ.get("SHRINK") else [])
    met = run_histories(
        database_url, examples=int(os.environ.get("N", "20")), phases=phases, is_random=bool(os.environ.get("RND"))
    )
    print("SECONDS", time.monotonic() - t)
    for k, v in sorted(met.items()):
        print(k, v)
