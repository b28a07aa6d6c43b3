"""What a points ledger should answer, written a second time.

The oracle is slow and plain, and uses none of the ledger's code. It tries an operation on the state
itself. If the operation is refused, it puts the state back as it was. It does the same with an
atomic batch.
"""

from collections.abc import Sequence
from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

from tests.properties.oracle_book import Ask, OracleBook, Refused, Reversible, Said, SetAside
from tests.properties.oracle_wallet import Parts, Purse, split, total

Outcome = tuple[int, date | None, dict[str, Any]]
"""Points moved, their last day, details."""


class Oracle(OracleBook):
    """The operations of one book, by themselves and in batches."""

    # Batches

    def submit(self, asks: Sequence[Ask], mode: str, now: datetime) -> list[Said]:
        """Answer a batch."""
        before = deepcopy(self.state)
        if mode == "atomic":
            spoilt = [
                ask.key for number, ask in enumerate(asks) if self._is_spoilt(ask, asks[:number])
            ]
            if spoilt:
                return [self._abort(ask, None, spoilt[0]) for ask in asks]
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

    def _is_spoilt(self, ask: Ask, earlier: Sequence[Ask]) -> bool:
        """Whether its key was refused before, or used for another body.

        Either refuses an atomic batch before anything is tried.
        """
        if ask.key in self.state.answers:
            return self._again(ask).code != "ok"
        first = next((other for other in earlier if other.key == ask.key), ask)
        return first.body() != ask.body()

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
            return Said(
                refused.code, ask.points, self.balance(ask.member, day), extra=refused.extra
            )
        self.note(before, day)
        self.state.accepted[ask.key] = ask.member
        return Said("ok", points, self.balance(ask.member, day), expires_on, detail)

    # The operations

    def _credit(self, ask: Ask, day: date) -> Outcome:
        """Unlike an issue, a credit has neither the return window nor the caps."""
        purse = self.state.purses.setdefault(ask.member, Purse())
        self._require_room(ask.member, purse, ask.points)
        self._lapse(purse, day)
        self._slide(purse, day)
        lot = (None, self.rules.last_day(day), ask.given["funder"])
        return ask.points, self._add(purse, lot, ask.points, "converted_in"), {}

    def _issue(self, ask: Ask, day: date) -> Outcome:
        purse = self.state.purses.setdefault(ask.member, Purse())
        first = ask.given.get("available_on")
        if first is None and self.rules.available_after:
            first = day + timedelta(self.rules.available_after)
        last = ask.given.get("expires_on") or self.rules.last_day(day)
        if last is not None and last < max(day, first or day):
            raise Refused("already-expired")
        self._count(purse, "issue", day, ask.points)
        # Lapsed points take up room until they are written off, as all dead points do.
        self._require_room(ask.member, purse, ask.points)
        self._lapse(purse, day)
        self._slide(purse, day)
        lot = (first, last, ask.given.get("funder"))
        is_all_repaid = purse.debt >= ask.points
        expires_on = self._add(purse, lot, ask.points, "issuance")
        self.state.reversibles[ask.key] = Reversible(
            "issue", ask.member, ask.points, day, lot=None if is_all_repaid else lot
        )
        return ask.points, expires_on, {}

    def _taken(self, ask: Ask, day: date, target: str) -> Parts:
        """Take points as an activity of the member; they count as redeemed."""
        purse = self.purse(ask.member)
        if purse is None:
            return []
        self._lapse(purse, day)
        # This very activity lets sliding points live longer. So they are spent after the points
        # that end in between.
        self._slide(purse, day)
        parts = self._spend(purse, day, ask.points) if ask.points else []
        self._count(purse, "redeem", day, ask.points)
        self._move("wallets", target, ask.points)
        return parts

    def _redeem(self, ask: Ask, day: date) -> Outcome:
        parts = self._taken(ask, day, "redemption")
        if parts:
            self.state.reversibles[ask.key] = Reversible(
                "redeem", ask.member, ask.points, day, parts
            )
        return ask.points, None, {}

    def _hold(self, ask: Ask, day: date) -> Outcome:
        parts = self._taken(ask, day, "held")
        if parts:
            self.state.aside[ask.key] = SetAside(
                ask.member, parts, day, ask.given.get("expires_at")
            )
        return ask.points, None, {}

    def _open_hold(self, ask: Ask) -> SetAside:
        aside = self.state.aside.get(ask.given["hold_key"])
        if aside is None or self.owner(aside.member) != ask.member or aside.conversion is not None:
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
        self._uncount(purse, "redeem", aside.day, held - points)
        self._move("held", "redemption", points)
        self._move("held", "wallets", held - points)
        aside.state = "captured"
        self.state.reversibles[ask.key] = Reversible(
            "capture", ask.member, points, aside.day, captured
        )
        return points, None, {"released": held - points} if rest else {}

    def _release(self, ask: Ask, day: date) -> Outcome:
        aside = self._open_hold(ask)
        return self._return(aside, day, "held"), None, {}

    def _return(self, aside: SetAside, day: date, source: str) -> int:
        purse, points = self.state.purses[aside.member], total(aside.parts)
        self._give_back(purse, day, aside.parts)
        if aside.conversion is None:  # caps do not count conversions
            self._uncount(purse, "redeem", aside.day, points)
        self._move(source, "wallets", points)
        aside.state = "released"
        return points

    def _expire(self, ask: Ask, day: date) -> Outcome:
        purse = self.state.purses[ask.member]
        return (
            self._sweep(purse, [lot for lot in list(purse.lots) if not purse.is_alive(lot, day)]),
            None,
            {},
        )

    def expire_book(self, key: str, at: datetime) -> int:
        """Sweep every wallet, and return how many points expired."""
        gone, before = 0, deepcopy(self.state)
        for member, purse in self.state.purses.items():
            if purse.into is None:
                gone += self._expire(Ask("expire", key, member, at), self.rules.day(at))[0]
        self.note(before, self.rules.day(at))
        return gone

    def _reverse(self, ask: Ask, day: date) -> Outcome:
        key, purse = ask.given["operation_key"], self.state.purses[ask.member]
        if key not in self.state.accepted or self.owner(self.state.accepted[key]) != ask.member:
            raise Refused("operation-not-found")
        reversible = self.state.reversibles.get(key)
        if reversible is None:
            raise Refused("not-reversible")
        points = ask.points or reversible.left
        if points > reversible.left or not reversible.left:
            raise Refused("already-reversed", remaining=reversible.left)
        if reversible.kind == "issue":
            outcome = self._claw_back(reversible, purse, day, points)
            self._uncount(purse, "issue", reversible.day, outcome[0])
            return outcome
        reversible.parts, undone = split(reversible.parts, reversible.left - points)
        reversible.left -= points
        self._give_back(purse, day, undone)
        self._uncount(purse, "redeem", reversible.day, points)
        self._move("redemption", "wallets", points)
        return points, None, {}

    def _claw_back(self, reversible: Reversible, purse: Purse, day: date, points: int) -> Outcome:
        is_dead = reversible.lot is not None and not purse.is_alive(reversible.lot, day)
        taken = total(purse.take([reversible.lot], points)) if reversible.lot is not None else 0
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
        reversible.left -= taken + owed
        self._move("wallets", "issuance", taken)
        self._move("debt", "issuance", owed)
        return taken + owed, None, {"owed": owed} if owed else {}

    def _gift(self, ask: Ask, day: date) -> Outcome:
        name = ask.given["to_member"]
        giver = self.state.purses[ask.member]
        recipient = self.state.purses.setdefault(name, Purse())
        self._lapse(giver, day)
        self._slide(giver, day)
        parts = self._spend(giver, day, ask.points)
        if recipient.into is not None:
            raise Refused("member-merged", into=recipient.into)
        self._require_room(name, recipient, ask.points)
        self._receive(recipient, giver, day, parts)
        return ask.points, None, {"to": name}

    def _receive(self, recipient: Purse, giver: Purse, day: date, parts: Parts) -> None:
        if any(lot[1] is None for lot, _ in parts) and giver.slides_until is not None:
            self._lapse(recipient, day)
            recipient.slides_until = max(
                giver.slides_until, recipient.slides_until or giver.slides_until
            )
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
        for window in {**source.used, **target.used}:
            counts = [purse.used[window] for purse in (source, target) if window in purse.used]
            latest = max(start for start, _ in counts)
            used = sum(points for start, points in counts if start == latest)
            target.used[window] = (latest, used)
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
        expires_on = self._add(
            purse, (None, last, ask.given.get("funder")), ask.points, "adjustment"
        )
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
        self._slide(purse, day)
        parts = self._spend(purse, day, ask.points)
        self._move("wallets", "clearing", ask.points)
        detail = {
            "to": target,
            "to_member": ask.given["to_member"],
            "rate_version": version,
            "credited": credited,
        }
        self.state.aside[ask.key] = SetAside(ask.member, parts, day, conversion=detail)
        return ask.points, None, detail

    def end_conversion(self, convert_key: str, at: datetime, *, is_credited: bool) -> int:
        """End a conversion: its points are gone or given back. Returns how many they are."""
        aside = self.state.aside[convert_key]
        assert aside.state == "open", convert_key
        if not is_credited:
            return self._return_later(aside, at, "clearing")
        self._move("clearing", "converted_out", total(aside.parts))
        aside.state = "captured"
        return total(aside.parts)

    def release_overdue(self, hold_key: str, at: datetime) -> int:
        """A worker gives the points of an overdue hold back."""
        aside = self.state.aside[hold_key]
        assert aside.state == "open", hold_key
        assert aside.until is not None, hold_key
        assert at > aside.until, hold_key
        return self._return_later(aside, at, "held")

    def _return_later(self, aside: SetAside, at: datetime, source: str) -> int:
        """Give back what was set aside, at the instant that a worker chose."""
        before, day = deepcopy(self.state), self.rules.day(at)
        points = self._return(aside, day, source)
        self.note(before, day)
        return points
