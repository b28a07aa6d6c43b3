"""Operations drawn for a book as it stands.

Most of them have something to work on, and amounts often meet a limit exactly.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from ledger.asks import (
    Adjust,
    Capture,
    Convert,
    Expire,
    Gift,
    Hold,
    Issue,
    Merge,
    Operation,
    Redeem,
    Release,
    Reverse,
)
from ledger.book import Cap, Capped, DebtPolicy, ExpiryKind, ExpiryPlan, Rules, Window
from tests.properties.oracle import Oracle
from tests.properties.oracle_book import Ask, Reversible
from tests.properties.oracle_wallet import Rulebook, total

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = time(0, 30)
FUNDERS = (None, None, "kiosk", "Äther")
FAR = datetime(2500, 1, 1, tzinfo=ZONE)
CLASSES: dict[str, type[Operation]] = {
    "issue": Issue,
    "redeem": Redeem,
    "hold": Hold,
    "capture": Capture,
    "release": Release,
    "reverse": Reverse,
    "gift": Gift,
    "adjust": Adjust,
    "convert": Convert,
    "merge": Merge,
    "expire": Expire,
}
KINDS = st.sampled_from(
    ["issue"] * 8
    + ["redeem"] * 4
    + ["hold"] * 4
    + ["capture"] * 4
    + ["release"] * 3
    + ["reverse"] * 6
    + ["gift"] * 5
    + ["adjust"] * 2
    + ["convert"] * 4
    + ["merge"] * 2
    + ["expire"]
)
GIVEN = st.sampled_from((8, 5, 3, 13, 21))
SPENT = (3, 2, 1, 5, 8, 13)
SPENDING = ("redeem", "hold", "gift", "convert")
# Few values, close together: what goes wrong with a date goes wrong on its first or last day.
DAYS = st.sampled_from((-1, 0, 0, 1, 1, 2, 31))
# Hypothesis draws the first of several values more often than its share. So rare values never come
# first.
OFTEN = st.sampled_from((True,) * 7 + (False,))
BACK = st.sampled_from((0,) * 12 + (1, 1, 2, 31))


def _caps(*kinds: str) -> st.SearchStrategy[tuple[tuple[str, str, int], ...]]:
    """At most one cap for each kind."""
    cap = st.tuples(st.sampled_from(("day", "month", "year")), st.sampled_from((8, 21, 40)))
    each = st.none() | cap
    return st.tuples(*(each for _ in kinds)).map(
        lambda drawn: tuple(
            (kind, *cap) for kind, cap in zip(kinds, drawn, strict=True) if cap is not None
        )
    )


PLANS = st.sampled_from(
    (
        ("none", 0, ()),
        ("days", 2, ()),
        ("months", 1, ()),
        ("dates", 0, ((1, 31), (2, 29))),
        ("dates", 1, ((2, 29),)),
        *(("sliding", 2, ()),) * 3,
        ("sliding", 31, ()),
    )
)


@st.composite
def rulebooks(draw: st.DrawFn) -> Rulebook:
    """A programme's rules. Most programmes lack most of them, so that points do move."""
    plan, count, dates = draw(PLANS)
    return Rulebook(
        zone=ZONE.key,
        plan=plan,
        count=count,
        dates=dates,
        available_after=draw(st.sampled_from((0, 0, 0, 1))),
        debt=draw(st.sampled_from(("refuse", "take", "owe", "owe"))),
        grace=draw(st.sampled_from((None, 0, 2))),
        caps=draw(st.just(()) | _caps("issue", "redeem")),
        balance_max=draw(st.sampled_from((None, None, 34, 13))),
    )


def rules_of(book: Rulebook) -> Rules:
    """The same rules in the ledger's words."""
    return Rules(
        expiry=ExpiryPlan(ExpiryKind(book.plan), book.count, book.dates),
        available_after_days=book.available_after,
        debt=DebtPolicy(book.debt),
        grace_days=book.grace,
        caps=tuple(Cap(Capped(kind), Window(window), points) for kind, window, points in book.caps),
        balance_max=book.balance_max,
    )


def operation_of(ask: Ask) -> Operation:
    """The ledger's operation."""
    return CLASSES[ask.kind](key=ask.key, member=ask.member, occurred_at=ask.at, **ask.given)


@dataclass
class OperationDrawer:
    """Draws operations from a book, its members, and the batch drawn so far."""

    oracle: Oracle
    other_code: str
    today: date
    members: list[str] = field(default_factory=lambda: ["ann", "bob", "cyd"])
    """Those that were not merged into others."""
    gone: list[str] = field(default_factory=list)
    batch: list[Ask] = field(default_factory=list)
    serial: int = 0

    def now(self, back: int = 0) -> datetime:
        """Half past midnight. In UTC it is still the day before."""
        return datetime.combine(self.today - timedelta(back), HOUR, ZONE)

    def key(self) -> str:
        """A new key."""
        self.serial += 1
        return f"k{self.serial}"

    def draw(self, data: st.DataObject) -> Ask:
        """Any operation of the book."""
        kind = data.draw(KINDS)
        member = data.draw(st.sampled_from(self.members * 12 + self.gone))
        owing = [name for name in self.members if self._debt(name)]
        if owing and data.draw(OFTEN):
            # Debts are rare, and so is what can happen to them.
            member = data.draw(st.sampled_from(owing))
            kind = data.draw(st.sampled_from(("issue", "merge", "adjust")))
        rich = [name for name in self.members if self._balance(name)]
        if kind in SPENDING and rich and data.draw(OFTEN):
            member = data.draw(st.sampled_from(rich))
        if self.oracle.purse(member) is None and data.draw(OFTEN):
            kind = "issue"
        given: dict[str, Any] = {}
        if kind in {"capture", "release"}:
            kind, member, given = self._ending(data, kind, member)
        elif kind == "reverse":
            kind, member, given = self._reversal(data, member)
        if not given and kind != "expire":
            given = getattr(self, f"_{kind}")(data, member)
        at = FAR if data.draw(st.integers(0, 80)) == 47 else self.now(data.draw(BACK))
        return Ask(
            kind,
            self.key(),
            member,
            at,
            {name: value for name, value in given.items() if value is not None},
        )

    def _debt(self, member: str) -> int:
        purse = self.oracle.purse(member)
        return purse.debt if purse is not None else 0

    def _balance(self, member: str) -> int:
        return max(self.oracle.balance(member, self.today) or 0, 0)

    def _points(self, data: st.DataObject, member: str) -> int:
        """A small number, or all points there are, and now and then one more."""
        balance = self._balance(member)
        fitting = [points for points in SPENT if points < balance]
        return (
            data.draw(st.sampled_from((*fitting, max(balance - 1, 1), balance)))
            if balance and data.draw(OFTEN)
            else balance + 1
        )

    def _day(self, data: st.DataObject) -> date | None:
        after = data.draw(st.none() | DAYS)
        return None if after is None else self.today + timedelta(after)

    def _issue(self, data: st.DataObject, member: str) -> dict[str, Any]:
        return {
            "points": data.draw(GIVEN),
            "funder": data.draw(st.sampled_from(FUNDERS)),
            "available_on": self._day(data) if not data.draw(OFTEN) else None,
            "expires_on": self._day(data),
        }

    def _redeem(self, data: st.DataObject, member: str) -> dict[str, Any]:
        return {"points": self._points(data, member) if data.draw(OFTEN) else 0}

    def _hold(self, data: st.DataObject, member: str) -> dict[str, Any]:
        days = data.draw(st.sampled_from((0, None, -1, 1, None, -1)))
        ends = None if days is None else self.now(-days)
        return {**self._redeem(data, member), "expires_at": ends if data.draw(OFTEN) else FAR}

    def _gift(self, data: st.DataObject, member: str) -> dict[str, Any]:
        others = [other for other in [*self.members * 6, *self.gone] if other != member]
        return {
            "to_member": data.draw(st.sampled_from(others)),
            "points": self._points(data, member),
        }

    def _merge(self, data: st.DataObject, member: str) -> dict[str, Any]:
        others = [other for other in [*self.members * 6, *self.gone] if other != member]
        return {"into_member": data.draw(st.sampled_from(others))}

    def _adjust(self, data: st.DataObject, member: str) -> dict[str, Any]:
        texts = {"reason": "goodwill", "actor": "kim"}
        if data.draw(st.booleans()):
            return {"points": -self._points(data, member), **texts}
        return {
            "points": data.draw(GIVEN),
            "funder": data.draw(st.sampled_from(FUNDERS)),
            "expires_on": self._day(data),
            **texts,
        }

    def _convert(self, data: st.DataObject, member: str) -> dict[str, Any]:
        return {
            "points": self._points(data, member),
            "to_programme": self.other_code if data.draw(OFTEN) else "nowhere",
            "to_member": data.draw(st.sampled_from((member, member, *self.members))),
            "rate_version": data.draw(st.sampled_from((None, None, None, 1, None, None, 2))),
        }

    def _pick(self, data: st.DataObject, likely: list[str], all_of_them: list[str]) -> str | None:
        """Mostly a key that fits. None where there is no key at all."""
        if data.draw(OFTEN):
            return data.draw(st.sampled_from(likely[-4:])) if likely else None
        return data.draw(st.sampled_from(all_of_them[-12:])) if all_of_them else None

    def _part(self, data: st.DataObject, points: int, *, is_several: bool) -> int | None:
        """A part of what was taken, from several lots or from one. None: all of it."""
        if is_several and points > 1 and data.draw(OFTEN):
            return data.draw(st.sampled_from((1, max(1, points // 2), points - 1)))
        if not data.draw(st.booleans()):
            return None
        return data.draw(
            st.sampled_from(
                (1, max(1, points // 2), max(1, points - 1), max(1, points), points + 1)
            )
        )

    def _is_short(self, reversible: Reversible) -> bool:
        """Whether an issue's points are spent in part, so that its reversal leaves a debt."""
        purse = self.oracle.purse(self.oracle.owner(reversible.member))
        return reversible.kind == "issue" and purse is not None and purse.points() < reversible.left

    def _owned(self, data: st.DataObject, owner: str, member: str) -> str:
        return owner if data.draw(OFTEN) else member

    def _ending(
        self, data: st.DataObject, kind: str, member: str
    ) -> tuple[str, str, dict[str, Any]]:
        """The end of a hold, or a hold where there is none to end."""
        aside = self.oracle.state.aside
        new = {ask.key: ask for ask in self.batch if ask.kind == "hold" and ask.points}
        opened = [
            key for key, held in aside.items() if held.state == "open" and held.conversion is None
        ]
        key = self._pick(data, [*opened, *new], [*aside, *new])
        if key is None:
            return "hold", member, {}
        owner, points = (
            (new[key].member, new[key].points)
            if key in new
            else (aside[key].member, total(aside[key].parts))
        )
        is_several = key in aside and len(aside[key].parts) > 1
        part = self._part(data, points, is_several=is_several) if kind == "capture" else None
        return kind, self._owned(data, owner, member), {"hold_key": key, "points": part}

    def _reversal(self, data: st.DataObject, member: str) -> tuple[str, str, dict[str, Any]]:
        """A reversal, or a redemption where there is nothing to reverse."""
        state = self.oracle.state
        new = {ask.key: ask for ask in self.batch if ask.kind in {"issue", "redeem", "capture"}}
        fitting = [key for key, reversible in state.reversibles.items() if reversible.left]
        if data.draw(st.booleans()):
            spent = [key for key in fitting if state.reversibles[key].kind != "issue"]
            fitting = (
                [key for key in spent if len(state.reversibles[key].parts) > 1] or spent or fitting
            )
        elif self.oracle.rules.debt == "owe":
            fitting = [key for key in fitting if self._is_short(state.reversibles[key])] or fitting
        key = self._pick(data, [*fitting, *new], [*state.answers, *new])
        if key is None:
            return "redeem", member, {}
        if key in new:
            owner, left = new[key].member, new[key].points
        elif key in state.reversibles:
            owner, left = (
                self.oracle.owner(state.reversibles[key].member),
                state.reversibles[key].left,
            )
        else:
            owner, left = state.accepted.get(key, member), 1
        points = self._part(
            data,
            left,
            is_several=key in state.reversibles and len(state.reversibles[key].parts) > 1,
        )
        return "reverse", self._owned(data, owner, member), {"operation_key": key, "points": points}
