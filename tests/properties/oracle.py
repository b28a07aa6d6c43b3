"""What a points ledger should answer, written a second time: slow, plain, and without a line of the ledger's own code.

An operation is tried on the state itself and the state is put back as it was where it is refused; an atomic batch the same.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.properties.oracle_wallet import LotName, Parts, Purse, Rulebook, split, total

AHEAD_MAX = timedelta(minutes=5)


@dataclass(frozen=True)
class Ask:
    """An operation: `given` holds what is particular to its kind."""

    kind: str
    key: str
    member: str
    at: datetime
    given: Mapping[str, Any] = field(default_factory=dict)

    def body(self) -> tuple[object, ...]:
        """All but the key."""
        return (self.kind, self.member, self.at, dict(self.given))

    @property
    def points(self) -> int:
        """Points asked for."""
        return self.given.get("points") or 0


@dataclass
class Said:
    """What is answered. `extra` is what a refusal must tell besides its code."""

    code: str
    points: int
    balance: int | None
    expires_on: date | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    is_replay: bool = False
    is_stored: bool = True


class Refused(Exception):
    """Nothing happens."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code, self.extra = code, extra


@dataclass
class Aside:
    """Points of a hold or a conversion until something becomes of them."""

    member: str
    parts: Parts
    day: date
    until: datetime | None = None
    state: str = "open"
    conversion: dict[str, Any] | None = None
    is_credited: bool | None = None
    """Of a conversion that the worker took to the other programme: whether it was accepted there."""


@dataclass
class Deed:
    """An accepted operation that may be reversed: `left` of its points were not. `parts` is what it took, `lot` what an issue made."""

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
    aside: dict[str, Aside] = field(default_factory=dict)
    deeds: dict[str, Deed] = field(default_factory=dict)
    accepted: dict[str, str] = field(default_factory=dict)
    """The member of every accepted operation, by key."""
    accounts: dict[str, int] = field(default_factory=dict)
    answers: dict[str, tuple[tuple[object, ...], Said]] = field(default_factory=dict)


Outcome = tuple[int, date | None, dict[str, Any]]
"""Points moved, their last day, details."""


class Oracle:
    """One book. `rates` are (target, version) → (numerator, denominator)."""

    def __init__(self, rules: Rulebook, code: str = "book") -> None:
        self.rules, self.code = rules, code
        self.rates: dict[str, list[tuple[int, int]]] = {}
        self.state = State()

    # Questions

    def purse(self, member: str) -> Purse | None:
        """A member's points; None where there is no wallet."""
        return self.state.purses.get(member)

    def balance(self, member: str, day: date) -> int | None:
        """Spendable points; None where there is no wallet."""
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

    # Batches

    def submit(self, asks: Sequence[Ask], mode: str, now: datetime) -> list[Said]:
        """Answer a batch."""
        before = deepcopy(self.state)
        if mode == "atomic":
            # A key that was refused before, or used for another body, has the batch refused before any new operation is tried.
            known = [self._again(ask) if ask.key in before.answers else None for ask in asks]
            spoilt = [number for number, one in enumerate(known) if one is not None and one.code != "ok"]
            if spoilt:
                return [self._abort(ask, None, asks[spoilt[0]].key) for ask in asks]
        said: list[Said] = []
        for ask in asks:
            if mode == "stop_on_error" and any(one.code != "ok" for one in said):
                said.append(Said("batch-stopped", ask.points, None, is_stored=False))
            else:
                said.append(self._once(ask, now))
        refused = [number for number, one in enumerate(said) if one.code != "ok"]
        if mode != "atomic" or not refused:
            return said
        self.state = before
        first = refused[0]
        return [
            self._abort(ask, said[first] if number == first else None, asks[first].key)
            for number, ask in enumerate(asks)
        ]

    def _abort(self, ask: Ask, own: Said | None, first_key: str) -> Said:
        if ask.key in self.state.answers:
            return self._again(ask)
        balance = self.balance(ask.member, self.rules.day(ask.at))
        if own is not None:
            said = Said(own.code, ask.points, balance, extra=own.extra)
        else:
            said = Said("batch-aborted", ask.points, balance, extra={"refused_key": first_key})
        self.state.answers[ask.key] = (ask.body(), said)
        return said

    def _again(self, ask: Ask) -> Said:
        body, said = self.state.answers[ask.key]
        if body != ask.body():
            return Said("idempotency-key-reused", ask.points, None, is_stored=False)
        again = deepcopy(said)
        again.is_replay = True
        return again

    def _once(self, ask: Ask, now: datetime) -> Said:
        if ask.key in self.state.answers:
            return self._again(ask)
        said = self.apply(ask, now)
        self.state.answers[ask.key] = (ask.body(), said)
        return said

    def apply(self, ask: Ask, now: datetime) -> Said:
        """Answer one operation whose key is new."""
        day = self.rules.day(ask.at)
        before = deepcopy(self.state)
        try:
            self._require_taken(ask, now)
            points, expires_on, detail = getattr(self, f"_{ask.kind}")(ask, day)
        except Refused as refused:
            self.state = before
            return Said(refused.code, ask.points, self.balance(ask.member, day), extra=refused.extra)
        self.state.accepted[ask.key] = ask.member
        return Said("ok", points, self.balance(ask.member, day), expires_on, detail)

    # What operations have in common

    def _require_taken(self, ask: Ask, now: datetime) -> None:
        if ask.at > now + AHEAD_MAX:
            raise Refused("occurred-in-future")
        purse = self.purse(ask.member)
        if purse is not None and purse.into is not None:
            raise Refused("member-merged", into=purse.into)
        opens = ask.kind in {"issue", "credit"} or (ask.kind in {"redeem", "hold"} and ask.points == 0)
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
        """Undated points whose sliding day is past expire before anything else."""
        self._sweep(purse, [lot for lot in list(purse.lots) if lot[1] is None and not purse.is_alive(lot, day)])

    def _slide(self, purse: Purse, day: date) -> None:
        if self.rules.plan == "sliding":
            until = day + timedelta(self.rules.count)
            purse.slides_until = until if purse.slides_until is None else max(purse.slides_until, until)

    def _count(self, purse: Purse, kind: str, day: date, points: int) -> None:
        for capped, window, most in self.rules.caps:
            if capped == kind:
                start = self.rules.window_start(window, day)
                counted, used = purse.used.get((kind, window), (start, 0))
                if start > counted:
                    counted, used = start, 0
                if used + points > most:
                    raise Refused("cap-exceeded", capped=kind, window=window, cap=most, used=used)
                purse.used[kind, window] = (counted, used + points)

    def _uncount(self, purse: Purse, day: date, points: int) -> None:
        for (kind, window), (start, used) in purse.used.items():
            if kind == "redeem" and start == self.rules.window_start(window, day):
                purse.used[kind, window] = (start, max(0, used - points))

    def _require_room(self, member: str, purse: Purse, points: int) -> None:
        most = self.rules.balance_max
        if most is not None and purse.points() + self.held(member) + points > most:
            raise Refused("balance-too-large")

    def _require_few_lots(self, purse: Purse) -> None:
        if len(purse.lots) > self.rules.lots_max:
            raise Refused("too-many-lots")

    def _add(self, purse: Purse, lot: LotName, points: int, source: str) -> date | None:
        """Repay what is owed, put the rest into the lot; the last day of what was put there."""
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
        if purse.spendable(day) < points:
            raise Refused("insufficient-points")
        return purse.take([lot for lot in purse.in_order() if purse.is_spendable(lot, day)], points)

    def _give_back(self, purse: Purse, day: date, parts: Parts) -> None:
        for lot, points in parts:
            if self.rules.grace is None or purse.is_alive(lot, day):
                purse.put(lot, points)
            else:
                purse.put((None, day + timedelta(self.rules.grace), lot[2]), points)

    # The operations

    def _credit(self, ask: Ask, day: date) -> Outcome:
        """No issue: it has neither the delay nor the caps."""
        purse = self.state.purses.setdefault(ask.member, Purse())
        self._lapse(purse, day)
        self._require_room(ask.member, purse, ask.points)
        self._slide(purse, day)
        lot = (None, self.rules.last_day(day), ask.given["funder"])
        return ask.points, self._add(purse, lot, ask.points, "issuance"), {}

    def _issue(self, ask: Ask, day: date) -> Outcome:
        purse = self.state.purses.setdefault(ask.member, Purse())
        first = ask.given.get("available_on")
        if first is None and self.rules.available_after:
            first = day + timedelta(self.rules.available_after)
        last = ask.given.get("expires_on") or self.rules.last_day(day)
        if last is not None and last < max(day, first or day):
            raise Refused("already-expired")
        self._lapse(purse, day)
        self._count(purse, "issue", day, ask.points)
        self._require_room(ask.member, purse, ask.points)
        self._slide(purse, day)
        lot = (first, last, ask.given.get("funder"))
        is_all_repaid = purse.debt >= ask.points
        expires_on = self._add(purse, lot, ask.points, "issuance")
        self.state.deeds[ask.key] = Deed("issue", ask.member, ask.points, day, lot=None if is_all_repaid else lot)
        return ask.points, expires_on, {}

    def _taken(self, ask: Ask, day: date, target: str) -> Parts:
        """Points of an active member that count as redeemed."""
        purse = self.purse(ask.member)
        if purse is None:
            return []
        self._lapse(purse, day)
        parts = self._spend(purse, day, ask.points) if ask.points else []
        self._count(purse, "redeem", day, ask.points)
        self._slide(purse, day)
        self._move("wallets", target, ask.points)
        return parts

    def _redeem(self, ask: Ask, day: date) -> Outcome:
        parts = self._taken(ask, day, "redemption")
        if parts:
            self.state.deeds[ask.key] = Deed("redeem", ask.member, ask.points, day, parts)
        return ask.points, None, {}

    def _hold(self, ask: Ask, day: date) -> Outcome:
        parts = self._taken(ask, day, "held")
        if parts:
            self.state.aside[ask.key] = Aside(ask.member, parts, day, ask.given.get("expires_at"))
        return ask.points, None, {}

    def _open_hold(self, ask: Ask) -> Aside:
        aside = self.state.aside.get(ask.given["hold_key"])
        if aside is None or aside.member != ask.member or aside.conversion is not None:
            raise Refused("hold-not-found")
        if aside.state != "open":
            raise Refused("hold-closed")
        return aside

    def _capture(self, ask: Ask, day: date) -> Outcome:
        aside = self._open_hold(ask)
        if aside.until is not None and ask.at > aside.until:
            raise Refused("hold-expired")
        held = total(aside.parts)
        points = ask.points or held
        if points > held:
            raise Refused("capture-too-large")
        captured, rest = split(aside.parts, points)
        purse = self.state.purses[ask.member]
        self._give_back(purse, day, rest)
        self._uncount(purse, aside.day, held - points)
        self._move("held", "redemption", points)
        self._move("held", "wallets", held - points)
        aside.state = "captured"
        self.state.deeds[ask.key] = Deed("capture", ask.member, points, aside.day, captured)
        return points, None, {"released": held - points} if rest else {}

    def _release(self, ask: Ask, day: date) -> Outcome:
        aside = self._open_hold(ask)
        return self._return(aside, day, "held"), None, {}

    def _return(self, aside: Aside, day: date, source: str) -> int:
        purse, points = self.state.purses[aside.member], total(aside.parts)
        self._give_back(purse, day, aside.parts)
        self._uncount(purse, aside.day, points)
        self._move(source, "wallets", points)
        aside.state = "released"
        return points

    def _expire(self, ask: Ask, day: date) -> Outcome:
        purse = self.state.purses[ask.member]
        return self._sweep(purse, [lot for lot in list(purse.lots) if not purse.is_alive(lot, day)]), None, {}

    def expire_book(self, key: str, at: datetime) -> int:
        """Sweep every wallet; how many points expired."""
        gone = 0
        for member, purse in self.state.purses.items():
            if purse.into is None:
                gone += self._expire(Ask("expire", key, member, at), self.rules.day(at))[0]
        return gone

    def _reverse(self, ask: Ask, day: date) -> Outcome:
        key, purse = ask.given["operation_key"], self.state.purses[ask.member]
        if key not in self.state.accepted or self.owner(self.state.accepted[key]) != ask.member:
            raise Refused("operation-not-found")
        deed = self.state.deeds.get(key)
        if deed is None:
            raise Refused("not-reversible")
        points = ask.points or deed.left
        if points > deed.left or not deed.left:
            raise Refused("already-reversed", remaining=deed.left)
        if deed.kind == "issue":
            return self._claw_back(deed, purse, day, points)
        deed.parts, undone = split(deed.parts, deed.left - points)
        deed.left -= points
        self._give_back(purse, day, undone)
        self._uncount(purse, deed.day, points)
        self._move("redemption", "wallets", points)
        return points, None, {}

    def _claw_back(self, deed: Deed, purse: Purse, day: date, points: int) -> Outcome:
        is_dead = deed.lot is not None and not purse.is_alive(deed.lot, day)
        taken = total(purse.take([deed.lot], points)) if deed.lot is not None else 0
        owed = 0
        if not is_dead:
            others = [lot for lot in purse.in_order() if purse.is_alive(lot, day)]
            spendable = [lot for lot in others if purse.is_spendable(lot, day)]
            for lots in (spendable, others):
                taken += total(purse.take(lots, points - taken))
            if taken < points and self.rules.debt == "refuse":
                raise Refused("issue-spent")
            if self.rules.debt == "owe":
                owed = points - taken
        purse.debt += owed
        deed.left -= taken + owed
        self._move("wallets", "issuance", taken)
        self._move("debt", "issuance", owed)
        return taken + owed, None, {"owed": owed} if owed else {}

    def _gift(self, ask: Ask, day: date) -> Outcome:
        name = ask.given["to_member"]
        giver = self.state.purses[ask.member]
        recipient = self.state.purses.setdefault(name, Purse())
        self._lapse(giver, day)
        parts = self._spend(giver, day, ask.points)
        if recipient.into is not None:
            raise Refused("member-merged", into=recipient.into)
        self._require_room(name, recipient, ask.points)
        self._slide(giver, day)
        self._receive(recipient, giver, day, parts)
        return ask.points, None, {"to": name}

    def _receive(self, recipient: Purse, giver: Purse, day: date, parts: Parts) -> None:
        if any(lot[1] is None for lot, _ in parts) and giver.slides_until is not None:
            self._lapse(recipient, day)
            recipient.slides_until = max(giver.slides_until, recipient.slides_until or giver.slides_until)
        for lot, points in parts:
            recipient.put(lot, points)
        self._require_few_lots(recipient)

    def _merge(self, ask: Ask, day: date) -> Outcome:
        name = ask.given["into_member"]
        source, target = self.state.purses[ask.member], self.purse(name)
        if target is None:
            raise Refused("recipient-not-found")
        if target.into is not None:
            raise Refused("member-merged", into=target.into)
        if self.held(ask.member):
            raise Refused("holds-open")
        self._lapse(source, day)
        parts = source.take(list(source.lots), source.points())
        self._receive(target, source, day, parts)
        target.debt, source.debt, source.into = target.debt + source.debt, 0, name
        return total(parts), None, {"into": name}

    def _adjust(self, ask: Ask, day: date) -> Outcome:
        purse = self.state.purses[ask.member]
        detail = {"reason": ask.given["reason"], "actor": ask.given["actor"]}
        if ask.points < 0:
            self._spend(purse, day, -ask.points)
            self._move("wallets", "adjustment", -ask.points)
            return ask.points, None, detail
        last = ask.given.get("expires_on") or self.rules.last_day(day)
        if last is not None and last < day:
            raise Refused("already-expired")
        self._lapse(purse, day)
        self._slide(purse, day)
        expires_on = self._add(purse, (None, last, ask.given.get("funder")), ask.points, "adjustment")
        return ask.points, expires_on, detail

    # Conversions

    def _convert(self, ask: Ask, day: date) -> Outcome:
        target, versions = ask.given["to_programme"], self.rates.get(ask.given["to_programme"], [])
        version = ask.given.get("rate_version") or len(versions)
        if not 1 <= version <= len(versions):
            raise Refused("conversion-rate-not-found")
        numerator, denominator = versions[version - 1]
        credited = ask.points * numerator // denominator
        if not credited:
            raise Refused("conversion-too-small")
        purse = self.state.purses[ask.member]
        self._lapse(purse, day)
        parts = self._spend(purse, day, ask.points)
        self._slide(purse, day)
        self._move("wallets", "clearing", ask.points)
        to_member = ask.given.get("to_member") or ask.member
        detail = {"to": target, "to_member": to_member, "rate_version": version, "credited": credited}
        self.state.aside[ask.key] = Aside(ask.member, parts, day, conversion=detail)
        return ask.points, None, detail

    def settle(self, convert_key: str, at: datetime, *, is_credited: bool) -> int:
        """The end of a conversion: its points are gone or given back. How many they are."""
        aside = self.state.aside[convert_key]
        assert aside.state == "open", convert_key
        if not is_credited:
            return self._return(aside, self.rules.day(at), "clearing")
        self._move("clearing", "redemption", total(aside.parts))
        aside.state = "captured"
        return total(aside.parts)

    def release_overdue(self, hold_key: str, at: datetime) -> int:
        """A worker gives the points of a hold back."""
        aside = self.state.aside[hold_key]
        assert aside.state == "open", hold_key
        assert aside.until is not None, hold_key
        assert at > aside.until, hold_key
        return self._return(aside, self.rules.day(at), "held")
