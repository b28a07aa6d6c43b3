"""A process dies while it rates: nothing is half done, and the next one does it whole.

It is one transaction. Each test ends it after another step. `closing/test_killed.py` kills a
closing.
"""

import sys
from typing import Any

import pytest

from ledger import Database
from settlement.rating import rate_pending
from tests.settlement.fixtures import (
    JANUARY,
    close,
    create_world,
    lines,
    pending,
    send_reversal,
    send_uses,
    use,
)


def die_after(monkeypatch: pytest.MonkeyPatch, step: str, times: int = 1) -> None:
    """Have the process end when it has taken this step so many times."""
    module, _, name = step.rpartition(".")
    real = getattr(sys.modules[module], name)
    taken = 0

    async def dying(*arguments: Any, **options: Any) -> Any:
        nonlocal taken
        taken += 1
        answer = await real(*arguments, **options)
        if taken == times:
            raise SystemError
        return answer

    monkeypatch.setattr(step, dying)


@pytest.mark.parametrize(
    "step",
    ["rating.rate.stamp", "rating.rate.write_charges", "rating.rate.write_reversals", "done"],
)
async def test_a_rater_that_dies_leaves_all_to_the_next(
    database: Database, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await send_uses(connection, [use(world, 1), use(world, 2, home=1)])
        await send_reversal(connection, use(world, 2, home=1), JANUARY)
    with monkeypatch.context() as broken:
        die_after(broken, "ledger.outbox.done" if step == "done" else f"settlement.{step}")
        with pytest.raises(SystemError):
            await rate_pending(database)
    assert (await lines(database), await pending(database)) == ([], 3)
    assert await rate_pending(database) == 3
    assert (len(await lines(database)), await pending(database)) == (6, 0)
    totals = (await close(database, "2017-01")).totals
    assert (totals.uses, totals.reversals, totals.billed_minor) == (2, 1, 70)
