"""How much of one party's flood is decided between another's single operation and its answer."""

import asyncio

import pytest

from ledger import Database, Ledger, turns
from ledger.asks import Issue
from ledger.book import Programme, create_programme
from ledger.decide.decider import Decider
from ledger.write.batch import OPERATIONS_PER_ROUND
from ledger.write.ticket import OPERATIONS_PER_TICKET_MAX

BATCHES = 40


async def test_a_single_operation_waits_for_a_portion_of_a_flood_and_not_for_the_flood(
    database: Database, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Rests are as long as somebody else needs, and not as long as the portion took. So it does not
    # matter how fast this machine is.
    monkeypatch.setattr(turns, "RESTS_PER_PORTION_MAX", 1e9)
    async with database.transaction() as connection:
        loud = await create_programme(
            connection, code="loud", party_id=7, name="Loud", time_zone="UTC", lanes=4
        )
    ledger, decided, begun = Ledger(database), [0], asyncio.Event()
    await ledger.submit(programme, [Issue(key="first", member="m", points=1)])
    decide = Decider.decide

    def counted(self: Decider, *arguments: object) -> object:
        decided[0] += self.sheet.programme.party_id == 7
        begun.set()
        return decide(self, *arguments)  # type: ignore[arg-type]

    flood = [
        [Issue(key=f"{batch}-{n}", member=f"m{n}", points=1) for n in range(1_000)]
        for batch in range(BATCHES)
    ]
    monkeypatch.setattr(Decider, "decide", counted)
    batches = [asyncio.create_task(ledger.submit(loud, each)) for each in flood]
    between = []
    for number in range(3):
        begun.clear()
        await begun.wait()
        before = decided[0]
        only = Issue(key=f"only-{number}", member="m", points=1)
        (answer,) = await ledger.submit(programme, [only])
        between.append(decided[0] - before)
        assert answer.accepted
    assert sum(between) < BATCHES * 1_000 / 4, between
    # The portion that was under way when it came, and one that began before it had a connection.
    assert max(between) <= 2 * (OPERATIONS_PER_ROUND + OPERATIONS_PER_TICKET_MAX), between
    await asyncio.gather(*batches)
