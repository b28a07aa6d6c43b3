"""Whose orders may be sent now: suppliers are served in turn, and a silent one is left to rest.

Each supplier has a few places for requests in flight. While all of its places are taken, or while
it rests, its orders wait in the database and others' orders pass them. A supplier never takes more
than half of what the others leave, so several slow ones leave room for the next. No supplier can
hold up another, however many orders it has and however long it takes.

A supplier that was silent several times in a row gets a rest. After that, a single request tries
whether it answers again (half-open). If it does, all of its places are open; if not, the next rest
is twice as long.

This is kept in memory, for each process by itself. A lost process loses no order: only what it knew
of silence, which the next one finds out again.
"""

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

IN_FLIGHT_MAX = 50
"""Requests to one supplier at a time, in each process, while there are places enough."""
IN_FLIGHT_ALL_MAX = 200
SILENCES_MAX = 5
REST_SECONDS_MIN = 5.0
REST_SECONDS_MAX = 60.0


@dataclass
class _Supplier:
    in_flight: int = 0
    silences: int = 0
    rest_seconds: float = 0.0
    rests_until: datetime | None = None

    def room(self, at: datetime, room_of_all: int) -> int:
        """How many requests may be sent now, if `room_of_all` places are free."""
        if self.rests_until is None:
            share = max(1, (room_of_all + self.in_flight) // 2)
            return min(IN_FLIGHT_MAX, share) - self.in_flight
        # A rest longer than the longest means that the clock was put back.
        left = (self.rests_until - at).total_seconds()
        return 0 if 0 < left <= REST_SECONDS_MAX or self.in_flight else 1

    def heard(self) -> None:
        """It answered. That ends a rest."""
        self.silences, self.rest_seconds, self.rests_until = 0, 0.0, None

    def silent(self, at: datetime) -> None:
        """It did not answer. After several times a rest begins."""
        self.silences += 1
        if self.silences < SILENCES_MAX:
            return
        if self.rests_until is None or at >= self.rests_until:
            longer = max(2 * self.rest_seconds, REST_SECONDS_MIN)
            self.rest_seconds = min(longer, REST_SECONDS_MAX)
            self.rests_until = at + timedelta(seconds=self.rest_seconds)


@dataclass
class Places:
    """The places that one round has taken, by supplier. What is left is given back at its end."""

    turns: "Turns"
    began: datetime
    taken: Counter[int] = field(default_factory=Counter)
    _started: float = field(default_factory=time.monotonic)

    @property
    def at(self) -> datetime:
        """The round's time, which goes on while requests are open."""
        return self.began + timedelta(seconds=time.monotonic() - self._started)

    def take(self, supplier_id: int, wanted: int = 1) -> int:
        """Take up to `wanted` places, and tell how many there were."""
        granted = max(0, min(wanted, self.turns.room(supplier_id, self.at), self.turns.room_of_all))
        self.turns.suppliers[supplier_id].in_flight += granted
        self.taken[supplier_id] += granted
        return granted

    def give_back(self, supplier_id: int, count: int = 1) -> None:
        """Give places back that no request was sent for."""
        assert self.taken[supplier_id] >= count, "a place is given back once"
        self.taken[supplier_id] -= count
        self.turns.suppliers[supplier_id].in_flight -= count

    def handed_on(self) -> "Places":
        """The same places for somebody who goes on after this round."""
        other = Places(self.turns, self.began, self.taken, self._started)
        self.taken = Counter()
        return other

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for supplier_id, count in self.taken.items():
            self.give_back(supplier_id, count)

    def answered(self, supplier_id: int, *, silent: bool) -> None:
        """Give a place back, and remember whether the supplier answered."""
        self.give_back(supplier_id)
        supplier = self.turns.suppliers[supplier_id]
        if silent:
            supplier.silent(self.at)
        else:
            supplier.heard()


class Turns:
    """What a process knows of its suppliers: requests in flight, and silence."""

    def __init__(self) -> None:
        self.suppliers: defaultdict[int, _Supplier] = defaultdict(_Supplier)

    @property
    def room_of_all(self) -> int:
        """How many more requests may be in flight, to all suppliers together."""
        return IN_FLIGHT_ALL_MAX - sum(each.in_flight for each in self.suppliers.values())

    def room(self, supplier_id: int, at: datetime) -> int:
        """How many more requests may be sent to a supplier now."""
        return self.suppliers[supplier_id].room(at, self.room_of_all)

    def without_room(self, at: datetime) -> list[int]:
        """The suppliers whose orders must wait now."""
        room_of_all = self.room_of_all
        return [n for n, each in self.suppliers.items() if each.room(at, room_of_all) <= 0]

    def places(self, now: datetime) -> Places:
        """The places of a round. Those that it has not given back are given back at its end."""
        return Places(self, now)
