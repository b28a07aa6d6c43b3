"""Who goes next, of one process and of several: without a database, and without an event loop."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pytest

from ledger.write import queues as queues_module
from ledger.write.queues import (
    CROWDED_OPERATIONS_MIN,
    OPERATIONS_BESIDE_OTHERS_MAX,
    OPERATIONS_PER_TRANSACTION_MAX,
    SHARED_OPERATIONS_MIN,
    TRANSACTIONS_PER_BOOK,
    TRANSACTIONS_PER_CROWDED_BOOK,
    Queues,
)


@dataclass(frozen=True, slots=True, eq=False)
class Waiter:
    """A ticket of so many operations."""

    name: str
    lanes: tuple[int, ...]
    operations: Sequence[int] = (1,)


def waiting(*waiters: Waiter) -> Queues[Waiter]:
    queues: Queues[Waiter] = Queues()
    queues.add(waiters)
    return queues


def many(lanes: Iterable[int], count: int, name: str = "") -> list[Waiter]:
    """Single operations of each lane, lane by lane."""
    return [Waiter(f"{name}{lane}-{number}", (lane,)) for lane in lanes for number in range(count)]


def names(waiters: Iterable[Waiter]) -> list[str]:
    return [waiter.name for waiter in waiters]


def lanes_of(waiters: Iterable[Waiter]) -> set[int]:
    return {lane for waiter in waiters for lane in waiter.lanes}


def test_all_that_waits_goes_together() -> None:
    queues = waiting(Waiter("a", (0,)), Waiter("b", (1,)), Waiter("c", (0,)))
    assert queues.operations == 3
    assert names(queues.start()) == ["a", "b", "c"]
    assert (queues.operations, queues.running, queues.busy) == (0, 1, {0, 1})
    assert queues.start() == []


def test_what_comes_for_a_busy_lane_waits_until_it_is_free() -> None:
    queues = waiting(Waiter("a", (0,)))
    first = queues.start()
    queues.add([Waiter("b", (0,)), Waiter("c", (1,))])
    assert not queues.is_ready(0)
    second = queues.start()
    assert names(second) == ["c"]
    queues.end(first)
    assert queues.is_ready(0)
    assert names(queues.start()) == ["b"]
    queues.end(second)
    assert queues.busy == {0}


def test_a_ticket_of_several_lanes_waits_until_it_is_first_in_all_of_them() -> None:
    queues = waiting(Waiter("a", (0,)), Waiter("both", (0, 1)), Waiter("b", (1,)))
    assert queues.is_ready(0)
    assert not queues.is_ready(1), "both came before b"
    assert queues.take(0).name == "a"
    assert queues.is_ready(1)
    assert names(queues.start()) == ["both", "b"]


def test_a_ticket_of_several_lanes_waits_for_a_busy_one() -> None:
    queues = waiting(Waiter("a", (0,)))
    first = queues.start()
    queues.add([Waiter("both", (1, 0)), Waiter("b", (1,))])
    assert queues.start() == [], "b does not overtake"
    queues.end(first)
    assert names(queues.start()) == ["both", "b"]


def test_no_more_transactions_than_a_book_may_have_are_under_way() -> None:
    queues = waiting()
    for lane in range(TRANSACTIONS_PER_BOOK + 1):
        queues.add([Waiter(str(lane), (lane,))])
        started = queues.start()
        assert bool(started) is (lane < TRANSACTIONS_PER_BOOK)
    assert queues.operations == 1


def test_a_crowded_book_has_more_transactions_each_with_its_share_of_the_lanes() -> None:
    lanes = range(8)
    queues = waiting(*many(lanes, CROWDED_OPERATIONS_MIN))
    shares = []
    while started := queues.start():
        shares.append(lanes_of(started))
    groups = TRANSACTIONS_PER_CROWDED_BOOK
    assert shares == [{lane for lane in lanes if lane % groups == n} for n in range(groups)]


def test_a_transaction_takes_no_more_than_it_may() -> None:
    queues = waiting(*many([0], OPERATIONS_PER_TRANSACTION_MAX + 1))
    assert len(queues.start()) == OPERATIONS_PER_TRANSACTION_MAX
    assert queues.operations == 1


def test_large_transactions_of_two_processes_want_the_same_lanes_or_none_in_common() -> None:
    # Lanes wait in the order in which they were first asked for: another one in each process.
    for order in ([0, 1, 2, 3], [1, 2, 3, 0]):
        queues = waiting(*many(order, SHARED_OPERATIONS_MIN // 4))
        wanted = [frozenset(lanes_of(queues.start())) for _ in range(TRANSACTIONS_PER_BOOK)]
        assert set(wanted) == {frozenset({0, 2}), frozenset({1, 3})}


def test_a_submission_of_many_lanes_does_not_wait_for_those_that_came_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = (many(range(4), 20, name) for name in "ab")
    monkeypatch.setattr(queues_module, "SHARED_OPERATIONS_MIN", len(one) + len(other) + 1)
    monkeypatch.setattr(queues_module, "OPERATIONS_PER_TRANSACTION_MAX", len(one))
    queues = waiting(*one, *other)
    first = queues.start()
    assert {name[0] for name in names(first)} == {"a"}
    queues.end(first)
    assert {name[0] for name in names(queues.start())} == {"b"}


def test_a_lane_that_waits_is_not_passed_over_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues_module, "OPERATIONS_PER_TRANSACTION_MAX", 2)
    queues = waiting(*many([0, 1], 10), Waiter("one", (2,)))
    first = queues.start()
    assert lanes_of(first) == {0, 1}
    queues.end(first)
    assert "one" in names(queues.start()), "with the second transaction of eleven"


def test_lanes_that_wait_for_another_are_not_looked_at_for_every_ticket(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks: list[int] = []
    is_ready = Queues.is_ready

    def noted(queues: Queues[Waiter], lane: int) -> bool:
        looks.append(lane)
        return is_ready(queues, lane)

    monkeypatch.setattr(Queues, "is_ready", noted)
    singles = many([0], 300)
    queues = waiting(*singles, Waiter("every lane", (0, 1, 2, 3)))
    taken: list[Waiter] = []
    while started := queues.start():
        taken += started
        queues.end(started)
    assert len(taken) == len(singles) + 1
    assert taken[-1].name == "every lane"
    assert len(looks) < 2 * len(singles)


def test_beside_others_a_book_has_one_large_transaction_at_a_time_and_a_smaller_one() -> None:
    queues = waiting(*many(range(16), OPERATIONS_PER_TRANSACTION_MAX // 16))
    queues.is_beside_others = True
    first = queues.start()
    assert len(first) == OPERATIONS_BESIDE_OTHERS_MAX
    queues.add(many(range(16, 32), SHARED_OPERATIONS_MIN))
    assert queues.start() == []
    queues.end(first)
    queues.is_beside_others = False
    assert len(queues.start()) > 0
    assert len(queues.start()) > 0


def test_beside_others_few_operations_wait_for_nothing() -> None:
    queues = waiting(Waiter("a", (0,)))
    queues.is_beside_others = True
    assert names(queues.start()) == ["a"]
    queues.add([Waiter("b", (1,))])
    assert names(queues.start()) == ["b"]
