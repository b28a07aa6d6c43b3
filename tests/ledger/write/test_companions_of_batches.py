"""A companion of operations that are decided together: it acts on what is accepted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Ledger
from ledger.asks import BatchMode, Issue, Item, OperationInvalid, Redeem
from ledger.book import Programme

TOGETHER = [BatchMode.ATOMIC, BatchMode.STOP_ON_ERROR]


@dataclass(frozen=True)
class Watching:
    """Notes what was accepted, or refuses."""

    refuses: bool = False
    accepted: list[str] = field(default_factory=list, compare=False)

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        del connection
        for item in items if self.refuses else ():
            item.refuse(OperationInvalid("refused beside"))

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        del connection
        for item in items:
            self.accepted.append(item.operation.key)
            item.detail = {"seen": True}


@pytest.mark.parametrize("mode", TOGETHER)
async def test_a_companion_acts_on_what_a_batch_has_accepted(
    ledger: Ledger, programme: Programme, mode: BatchMode
) -> None:
    companion = Watching()
    good = [Issue(key=f"i{number}", member="m", points=5) for number in range(3)]
    await ledger.submit(programme, good[:1])
    operations = [*good, good[1]]
    answers = await ledger.submit(programme, operations, mode=mode, companion=companion)
    assert [each.accepted for each in answers] == [True] * 4
    assert companion.accepted == ["i1", "i2"]
    assert [each.detail for each in answers[1:3]] == [{"seen": True}] * 2


@pytest.mark.parametrize("mode", TOGETHER)
async def test_a_companion_does_nothing_for_what_a_batch_has_refused(
    ledger: Ledger, programme: Programme, mode: BatchMode
) -> None:
    companion = Watching()
    operations = [
        Issue(key="i", member="m", points=5),
        Redeem(key="r", member="m", points=6),
        Issue(key="later", member="m", points=5),
    ]
    answers = await ledger.submit(programme, operations, mode=mode, companion=companion)
    assert companion.accepted == ([] if mode is BatchMode.ATOMIC else ["i"])
    assert [each.accepted for each in answers] == [mode is not BatchMode.ATOMIC, False, False]


@pytest.mark.parametrize("mode", TOGETHER)
async def test_a_companion_refuses_nothing_of_a_batch(
    ledger: Ledger, programme: Programme, mode: BatchMode
) -> None:
    operation = Issue(key="i", member="m", points=5)
    with pytest.raises(ValueError, match="independent"):
        await ledger.submit(programme, [operation], mode=mode, companion=Watching(refuses=True))
    with pytest.raises(ValueError, match="independent"):
        await ledger.submit(programme, [operation], mode=mode, payloads=[1])
    (answer,) = await ledger.submit(programme, [operation], mode=mode)
    assert answer.accepted
    assert not answer.replayed
