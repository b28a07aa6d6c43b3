"""The oracle by itself: it never makes or loses points, and agrees with worked examples."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.drawn_operations import ZONE, OperationDrawer, rulebooks
from tests.properties.oracle import Oracle
from tests.properties.oracle_book import Ask, Said
from tests.properties.oracle_wallet import Rulebook, total

DAY = date(2016, 1, 28)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def check_books(oracle: Oracle) -> None:
    state = oracle.state
    accounts = Counter(state.accounts)
    assert sum(accounts.values()) == 0
    assert accounts["wallets"] == sum(purse.points() for purse in state.purses.values())
    assert accounts["debt"] == -sum(purse.debt for purse in state.purses.values())
    opened = [aside for aside in state.aside.values() if aside.state == "open"]
    assert accounts["held"] == sum(
        total(aside.parts) for aside in opened if aside.conversion is None
    )
    assert accounts["clearing"] == sum(
        total(aside.parts) for aside in opened if aside.conversion is not None
    )
    for purse in state.purses.values():
        assert all(points > 0 for points in purse.lots.values())
        assert purse.debt >= 0
        assert purse.into is None or (not purse.lots and not purse.debt)


@settings(max_examples=40)
@given(data=st.data(), rules=rulebooks())
def test_points_are_neither_made_nor_lost(data: st.DataObject, rules: Rulebook) -> None:
    oracle = Oracle(rules)
    oracle.rates["other"] = [(1, 3)]
    drawer = OperationDrawer(oracle, "other", DAY)
    for _ in range(20):
        asks = [drawer.draw(data) for _ in range(data.draw(st.integers(1, 3)))]
        mode = data.draw(st.sampled_from(("independent", "atomic", "stop_on_error")))
        said = oracle.submit(asks, mode, NOW)
        for ask, one in zip(asks, said, strict=True):
            if ask.kind == "merge" and one.code == "ok":
                drawer.members[drawer.members.index(ask.member)] = f"new-{ask.key}"
                drawer.gone.append(ask.member)
        check_books(oracle)


class Told:
    """A book whose history is told day by day, in January 2016."""

    def __init__(self, **rules: Any) -> None:
        self.oracle = Oracle(Rulebook(zone=ZONE.key, **rules))

    def tell(self, day: int, kind: str, member: str = "ann", **given: Any) -> Said:
        key = f"{kind}{len(self.oracle.state.answers)}"
        ask = Ask(
            kind, given.pop("key", key), member, datetime(2016, 1, day, 0, 30, tzinfo=ZONE), given
        )
        return self.oracle.submit([ask], "independent", NOW)[0]


def test_what_is_left_of_a_capture_goes_back_to_the_lot_taken_last() -> None:
    told = Told(grace=3)
    told.tell(1, "issue", points=5, expires_on=date(2016, 1, 5))
    told.tell(1, "issue", points=5, expires_on=date(2016, 1, 9))
    told.tell(1, "hold", key="h", points=8)
    said = told.tell(7, "capture", key="c", hold_key="h", points=6)
    assert (said.points, said.detail, said.balance) == (6, {"released": 2}, 4)
    # One of the six points came from the second lot and is alive. Those of the first lot live three
    # more days.
    told.tell(7, "reverse", operation_key="c", points=2)
    assert told.oracle.state.purses["ann"].lots == {
        (None, date(2016, 1, 9), None): 5,
        (None, date(2016, 1, 10), None): 1,
    }


def test_a_claw_back_owes_what_is_missing_and_the_next_issue_repays_it() -> None:
    told = Told(debt="owe")
    told.tell(1, "issue", key="i", points=10)
    told.tell(1, "redeem", points=7)
    said = told.tell(2, "reverse", operation_key="i")
    assert (said.points, said.detail, said.balance) == (10, {"owed": 7}, -7)
    assert told.tell(3, "issue", points=9).balance == 2


def test_undated_points_of_a_sliding_plan_are_dead_the_day_after() -> None:
    told = Told(plan="sliding", count=2)
    assert told.tell(1, "issue", points=4).expires_on == date(2016, 1, 3)
    assert told.tell(3, "redeem", points=1).balance == 3
    assert told.tell(6, "redeem", points=1).code == "insufficient-points"
    assert told.oracle.state.accounts.get("breakage", 0) == 0
    assert told.tell(6, "issue", points=2).balance == 2
    assert told.oracle.state.accounts["breakage"] == 3


def test_an_atomic_batch_leaves_nothing_but_its_refusals() -> None:
    told = Told()
    at = datetime(2016, 1, 1, tzinfo=ZONE)
    asks = [
        Ask("issue", "a", "ann", at, {"points": 3}),
        Ask("redeem", "b", "ann", at, {"points": 4}),
    ]
    said = told.oracle.submit(asks, "atomic", NOW)
    assert [(one.code, one.extra) for one in said] == [
        ("batch-aborted", {"refused_key": "b"}),
        ("insufficient-points", {"points": 4, "spendable": 3}),
    ]
    assert told.oracle.state.purses == {}


def test_an_activity_slides_undated_points_before_it_spends() -> None:
    told = Told(plan="sliding", count=2)
    told.tell(1, "issue", points=5)
    told.tell(1, "issue", points=3, expires_on=date(2016, 1, 4))
    told.tell(3, "redeem", points=3)
    assert told.oracle.state.purses["ann"].lots == {(None, None, None): 5}


def test_an_ended_hold_is_its_owners_after_a_merge() -> None:
    told = Told()
    for member in ("ann", "bob"):
        told.tell(1, "issue", member, points=5)
    told.tell(1, "hold", key="h", points=2)
    told.tell(1, "release", hold_key="h")
    told.tell(1, "merge", into_member="bob")
    assert told.tell(1, "release", hold_key="h").code == "member-merged"
    assert told.tell(1, "release", "bob", hold_key="h").code == "hold-closed"


def test_points_are_spent_on_no_day_before_they_came_or_after_they_went() -> None:
    told = Told()
    told.tell(1, "issue", points=10)
    told.tell(10, "redeem", points=8)
    told.tell(20, "issue", points=50)
    assert told.tell(5, "redeem", points=3).extra == {"points": 3, "spendable": 2}
    assert told.tell(5, "redeem", points=2).code == "ok"
    assert told.tell(19, "redeem", points=1).extra == {"points": 1, "spendable": 0}


def test_an_issue_reversed_on_a_day_before_its_own_leaves_no_less_than_none() -> None:
    told = Told()
    told.tell(10, "issue", key="i", points=15)
    told.tell(5, "reverse", operation_key="i", points=4)
    assert told.tell(5, "redeem", points=1).extra == {"points": 1, "spendable": 0}
    assert told.tell(10, "redeem", points=11).code == "ok"


def test_caps_go_on_counting_after_a_merge() -> None:
    told = Told(caps=(("redeem", "day", 10),))
    for day, member, points in ((1, "ann", 3), (2, "bob", 4), (2, "cyd", 5)):
        told.tell(day, "issue", member, points=20)
        told.tell(day, "redeem", member, points=points)
    told.tell(2, "merge", "ann", into_member="bob")
    told.tell(2, "merge", "bob", into_member="cyd")
    assert told.tell(2, "redeem", "cyd", points=2).extra["used"] == 9
