"""What waits is asked together; what fails, hangs or is given up harms nobody else."""

import asyncio
from collections.abc import Sequence

import pytest

from ledger.gather import PUT_OFF, Asking, Gatherer, PutOff


class _Clerk:
    """Answers numbers with their squares, when it is let. Negative numbers spoil an answer."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.open = asyncio.Event()
        self.begun = asyncio.Event()
        self.gatherer: Gatherer[str, int, int] = Gatherer(self.answer, together_max=5)

    async def answer(
        self, _: str, questions: Sequence[int], asking: Asking
    ) -> Sequence[int | PutOff]:
        self.asked.append(list(questions))
        self.begun.set()
        await self.open.wait()
        if any(each < 0 for each in questions):
            raise ValueError("negative")
        return [
            PUT_OFF if each == 0 and asking is Asking.TOGETHER else each * each
            for each in questions
        ]

    def ask(self, *numbers: int, key: str = "a") -> list[asyncio.Task[int]]:
        return [asyncio.create_task(self.gatherer.ask(key, each)) for each in numbers]


async def rounds(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_what_arrives_meanwhile_is_asked_together() -> None:
    clerk = _Clerk()
    tasks = clerk.ask(1)
    await rounds()
    tasks += clerk.ask(2, 3)
    tasks += clerk.ask(4, key="b")
    await rounds()
    assert clerk.asked == [[1], [4]], "another key waits for nobody"
    given_up = clerk.ask(9)[0]
    tasks += clerk.ask(5, 6, 7, 8)
    await rounds()
    given_up.cancel()
    clerk.open.set()
    assert await asyncio.gather(*tasks) == [1, 4, 9, 16, 25, 36, 49, 64]
    assert clerk.asked == [[1], [4], [2, 3, 5, 6, 7], [8]]


async def test_a_question_that_fails_or_is_put_off_is_asked_alone() -> None:
    clerk = _Clerk()
    clerk.open.set()
    tasks = clerk.ask(1, -1, 2)
    assert await tasks[0] == 1
    assert await tasks[2] == 4
    with pytest.raises(ValueError, match="negative"):
        await tasks[1]
    assert clerk.asked == [[1, -1, 2], [1], [-1], [2]]
    assert await asyncio.gather(*clerk.ask(3, 0)) == [9, 0]
    assert clerk.asked[4:] == [[3, 0], [0]]


async def test_an_answer_that_hangs_does_not_keep_the_next() -> None:
    clerk = _Clerk()
    hanging = clerk.ask(1)
    await rounds()
    clerk.begun.clear()
    tasks = clerk.ask(2)
    await clerk.begun.wait()
    assert clerk.asked == [[1], [2]]
    clerk.open.set()
    assert await asyncio.gather(*hanging, *tasks) == [1, 4]
