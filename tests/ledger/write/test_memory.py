"""What a process remembers of its lanes: right, or forgotten, and never more than the limit."""

import pytest

from ledger.decide.wallet import LaneState, Wallet
from ledger.write import memory as memory_module
from ledger.write.memory import Memory

BOOK = 1


def state(lane: int, seq: int, *members: str) -> LaneState:
    wallets = {member: Wallet(number, member) for number, member in enumerate(members)}
    return LaneState(lane, seq, len(wallets), wallets, [])


def loaded(memory: Memory, lane: int, seq: int, book_id: int = BOOK) -> set[str]:
    fresh = state(lane, seq)
    memory.load(book_id, {lane: fresh})
    return set(fresh.wallets)


def test_a_lane_is_remembered_as_it_was_left() -> None:
    memory = Memory()
    left = state(3, 7, "ann", "bob")
    memory.remember(BOOK, {3: left})
    found = state(3, 7)
    memory.load(BOOK, {3: found})
    assert found.wallets is left.wallets


def test_what_somebody_else_wrote_since_is_not_taken_from_memory() -> None:
    memory = Memory()
    memory.remember(BOOK, {3: state(3, 7, "ann")})
    assert loaded(memory, 3, 8) == set()
    assert loaded(memory, 4, 7) == set(), "another lane"
    assert loaded(memory, 3, 7, BOOK + 1) == set(), "another book"
    assert loaded(memory, 3, 7) == {"ann"}


def test_what_is_forgotten_is_not_known() -> None:
    memory = Memory()
    memory.remember(BOOK, {lane: state(lane, 7, "ann") for lane in range(3)})
    memory.forget(BOOK, [0, 2, 9])
    assert [loaded(memory, lane, 7) for lane in range(3)] == [set(), {"ann"}, set()]
    assert memory._wallets == 1


def test_beyond_the_limit_the_lanes_written_longest_ago_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_module, "REMEMBERED_WALLETS_MAX", 4)
    memory = Memory()
    for lane in range(3):
        memory.remember(BOOK, {lane: state(lane, 1, "ann", "bob")})
    assert [bool(loaded(memory, lane, 1)) for lane in range(3)] == [False, True, True]
    memory.remember(BOOK, {1: state(1, 2, "ann", "bob")})
    memory.remember(BOOK, {0: state(0, 1, "ann")})
    assert [bool(loaded(memory, lane, 2 if lane == 1 else 1)) for lane in range(3)] == [
        True,
        True,
        False,
    ]


def test_wallets_that_a_failed_transaction_added_are_not_counted_twice() -> None:
    memory = Memory()
    kept = state(0, 1, "ann")
    memory.remember(BOOK, {0: kept})
    kept.wallets["bob"] = Wallet(9, "bob")
    memory.forget(BOOK, [0])
    assert memory._wallets == 0
