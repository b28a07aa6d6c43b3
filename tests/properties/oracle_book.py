"""The oracle's book: what it is asked, what it answers, and what may change.

The oracle has its own words, so that nobody takes its objects for the ledger's: it is asked an
`Ask` and has `Said` something. A member has a `Purse`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.properties.oracle_wallet import LotName, Parts, Purse, Rulebook, total

AHEAD_MAX = timedelta(minutes=5)


@dataclass(frozen=True)
class Ask:
    """An operation. `given` has the fields of its kind."""

    kind: str
    key: str
    member: str
    at: datetime
    given: Mapping[str, Any] = field(default_factory=dict)

    def body(self) -> tuple[object, ...]:
        """Everything but the key."""
        return (self.kind, self.member, self.at, dict(self.given))

    @property
    def points(self) -> int:
        """Points asked for."""
        return self.given.get("points") or 0


@dataclass
class Said:
    """An answer. `extra` is what a refusal must say besides its code."""

    code: str
    points: int
    balance: int | None
    expires_on: date | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    is_replay: bool = False
    is_stored: bool = True


class Refused(Exception):
    """The operation is refused, and nothing happens."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code, self.extra = code, extra


@dataclass
class SetAside:
    """The points of a hold or a conversion, which are set aside until it ends."""

    member: str
    parts: Parts
    day: date
    until: datetime | None = None
    state: str = "open"
    conversion: dict[str, Any] | None = None
    is_credited: bool | None = None
    """Whether the other programme accepted the conversion. None until a worker took it there."""


@dataclass
class Reversible:
    """An accepted operation that can be reversed.

    `left` are the points that have not been reversed yet. `parts` is what the operation took, and
    `lot` is what an issue made.
    """

    kind: str
    member: str
    left: int
    day: date
    parts: Parts = field(default_factory=list)
    lot: LotName | None = None


@dataclass
class State:
    """Everything an operation may change."""

    purses: dict[str, Purse] = field(default_factory=dict)
    aside: dict[str, SetAside] = field(default_factory=dict)
    reversibles: dict[str, Reversible] = field(default_factory=dict)
    accepted: dict[str, str] = field(default_factory=dict)
    """The member of every accepted operation, by key."""
    accounts: dict[str, int] = field(default_factory=dict)
    answers: dict[str, tuple[tuple[object, ...], Said]] = field(default_factory=dict)


class OracleBook:
    """One book. `rates` has the numerator and denominator of each version, by target."""

    def __init__(self, rules: Rulebook, code: str = "book") -> None:
        self.rules, self.code = rules, code
        self.rates: dict[str, list[tuple[int, int]]] = {}
        self.state = State()

    # Questions

    def purse(self, member: str) -> Purse | None:
        """A member's points. None where there is no wallet."""
        return self.state.purses.get(member)

    def balance(self, member: str, day: date) -> int | None:
        """Spendable points. None where there is no wallet."""
        purse = self.purse(member)
        return purse.spendable(day) if purse else None

    def held(self, member: str) -> int:
        """Points set aside."""
        return sum(
            total(aside.parts)
            for aside in self.state.aside.values()
            if aside.member == member and aside.state == "open"
        )

    def owner(self, member: str) -> str:
        """Who owns a member's points now."""
        purse = self.purse(member)
        return member if purse is None or purse.into is None else self.owner(purse.into)

    # What operations have in common

    def _require_taken(self, ask: Ask, now: datetime) -> None:
        if ask.at > now + AHEAD_MAX:
            raise Refused("occurred-in-future")
        purse = self.purse(ask.member)
        if purse is not None and purse.into is not None:
            raise Refused("member-merged", into=purse.into)
        opens = ask.kind in {"issue", "credit"} or (
            ask.kind in {"redeem", "hold"} and ask.points == 0
        )
        if purse is None and not opens:
            raise Refused("member-not-found")

    def _move(self, source: str, target: str, points: int) -> None:
        self.state.accounts[source] = self.state.accounts.get(source, 0) - points
        self.state.accounts[target] = self.state.accounts.get(target, 0) + points

    def _sweep(self, purse: Purse, lots: list[LotName]) -> int:
        gone = total(purse.take(lots, purse.points()))
        self._move("wallets", "breakage", gone)
        return gone

    def _lapse(self, purse: Purse, day: date) -> None:
        """Before anything else, let undated points expire whose sliding day is past."""
        self._sweep(
            purse,
            [lot for lot in list(purse.lots) if lot[1] is None and not purse.is_alive(lot, day)],
        )

    def _slide(self, purse: Purse, day: date) -> None:
        if self.rules.plan == "sliding":
            until = day + timedelta(self.rules.count)
            purse.slides_until = (
                until if purse.slides_until is None else max(purse.slides_until, until)
            )

    def _count(self, purse: Purse, kind: str, day: date, points: int) -> None:
        for capped, window, most in self.rules.caps:
            if capped == kind:
                start = self.rules.window_start(window, day)
                counted, used = purse.used.get((kind, window), (start, 0))
                if start > counted:
                    counted, used = start, 0
                if used + points > most:
                    raise Refused("cap-exceeded", capped=kind, window=window, cap=most, used=used)
                if points:
                    purse.used[kind, window] = (counted, used + points)

    def _uncount(self, purse: Purse, capped: str, day: date, points: int) -> None:
        for (kind, window), (start, used) in purse.used.items():
            if kind == capped and start == self.rules.window_start(window, day):
                purse.used[kind, window] = (start, max(0, used - points))

    def _require_room(self, member: str, purse: Purse, points: int) -> None:
        most = self.rules.balance_max
        if most is not None and purse.points() + self.held(member) + points > most:
            raise Refused("balance-too-large")

    def _require_few_lots(self, purse: Purse) -> None:
        if len(purse.lots) > self.rules.lots_max:
            raise Refused("too-many-lots")

    def _add(self, purse: Purse, lot: LotName, points: int, source: str) -> date | None:
        """Repay what is owed, and put the rest into the lot.

        Returns the last day of what was put there.
        """
        repaid = min(purse.debt, points)
        purse.debt -= repaid
        self._move(source, "debt", repaid)
        self._move(source, "wallets", points - repaid)
        if points == repaid:
            return None
        purse.put(lot, points - repaid)
        self._require_few_lots(purse)
        return lot[1] if lot[1] is not None else purse.slides_until

    def _spend(self, purse: Purse, day: date, points: int) -> Parts:
        lots = [lot for lot in purse.in_order() if purse.is_spendable(lot, day)]
        # Points cannot be spent on a day before they came, whatever is there by now.
        there = {lot: purse.there(lot, day) for lot in lots}
        spendable = sum(there.values()) - purse.debt
        if spendable < points:
            raise Refused("insufficient-points", points=points, spendable=spendable)
        parts: Parts = []
        for lot in lots:
            parts += purse.take([lot], min(there[lot], points - total(parts)))
        return parts

    def note(self, before: State, day: date) -> None:
        """Note what every lot has gained since, by an operation of this day."""
        for member, purse in self.state.purses.items():
            old = before.purses.get(member, Purse()).lots
            for lot in {**old, **purse.lots}:
                gained = purse.lots.get(lot, 0) - old.get(lot, 0)
                if gained:
                    days = purse.days.setdefault(lot, {})
                    days[day] = days.get(day, 0) + gained

    def _give_back(self, purse: Purse, day: date, parts: Parts) -> None:
        for lot, points in parts:
            if self.rules.grace is None or purse.is_alive(lot, day):
                purse.put(lot, points)
            else:
                purse.put((None, day + timedelta(self.rules.grace), lot[2]), points)
