"""A process dies while it rates or closes: nothing is half done, and the next one does it whole.

Both are one transaction. Each test ends it after another step.
"""

import sys
from typing import Any

import pytest

from ledger import Database
from settlement import load_periods
from settlement.rating import rate_pending
from settlement.statements import list_statements, verify_statements
from tests.settlement.fixtures import (
    JANUARY,
    World,
    close,
    create_world,
    lines,
    pending,
    rate,
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


@pytest.mark.parametrize(
    ("step", "times"),
    [("open_missing", 1), ("_set_state", 1), ("issue_statements", 1), ("_set_state", 2)],
)
async def test_a_closer_that_dies_leaves_the_month_open(
    database: Database, monkeypatch: pytest.MonkeyPatch, step: str, times: int
) -> None:
    world: World = await create_world(database)
    await rate(database, use(world, 1), use(world, 2, home=1))
    with monkeypatch.context() as broken:
        die_after(broken, f"settlement.statements.close.{step}", times)
        with pytest.raises(SystemError):
            await close(database, "2017-01")
    async with database.transaction() as connection:
        assert {period.state for period in await load_periods(connection)} == {"open"}
        assert await list_statements(connection, world.operator) == []
    await rate(database, use(world, 3))
    closing = await close(database, "2017-01")
    assert (closing.replayed, closing.totals.uses, closing.totals.late_lines) == (False, 3, 0)
    async with database.transaction() as connection:
        numbers = [each.number for each in await list_statements(connection, world.operator)]
        assert await verify_statements(connection, "2017-01") == []
    expected = [f"2017-00000{sequence}" for sequence in range(1, 5)]
    assert numbers == expected, "a closing that came to nothing took none"
