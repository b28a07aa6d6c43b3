"""The tests of swaps share two brands."""

from collections.abc import AsyncIterator

import pytest

from ledger import Database
from tests.exchange.swaps.pair import Pair, open_pair


@pytest.fixture
async def pair(database: Database) -> AsyncIterator[Pair]:
    async with open_pair(database) as opened:
        yield opened
