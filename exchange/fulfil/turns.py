"""Whose orders may be sent now: suppliers are served in turn, and a silent one is left to rest.

Each supplier has a few places for requests in flight. While all of its places are taken, or while
it rests, its orders wait in the database and others' orders pass them. A supplier never takes more
than half of what the others leave, so several slow ones leave room for the next. No supplier can
hold up another, however many orders it has and however long it takes.

A supplier that is silent gets a rest, and then single requests try it (`breaker`). Its endpoint may
say how many requests it takes at a time, and in a second.

This is kept in memory, for each process by itself. A lost process loses no order: only what it knew
of silence, which the next one finds out again.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from catalog import DeliveryTerms
from exchange.fulfil import breaker
from exchange.fulfil.breaker import CLOSED, Breaker

IN_FLIGHT_MAX = 50
"""Requests to one supplier at a time, in each process, while there are places enough.

The supplier's endpoint may say fewer or more.
"""
IN_FLIGHT_ALL_MAX = 200


@dataclass
class _Supplier:
    in_flight: int = 0
    breaker: Breaker = CLOSED
    concurrency_max: int = IN_FLIGHT_MAX
    rate_per_second: int | None = None
    _tokens: float = 0.0
    _filled_at: datetime | None = None

    @property
    def rests_until(self) -> datetime | None:
        """When its rest ends, if it is left to rest."""
        return self.breaker.rests_until

    @property
    def rest_seconds(self) -> float:
        """How long its rest is."""
        return self.breaker.rest_seconds

    def room(self, at: datetime, room_of_all: int) -> int:
        """How many requests may be sent now, if `room_of_all` places are free."""
        if self.breaker.rests_until is not None:
            return 0 if self.breaker.rests(at) or self.in_flight else min(1, self._left(at))
        share = max(1, (room_of_all + self.in_flight) // 2)
        return min(min(self.concurrency_max, share) - self.in_flight, self._left(at))

    def _left(self, at: datetime) -> int:
        """How many requests its rate allows now. The bucket holds those of one second."""
        if self.rate_per_second is None:
            return IN_FLIGHT_ALL_MAX
        since = 1.0 if self._filled_at is None else (at - self._filled_at).total_seconds()
        if since:
            # A clock that was put back begins anew.
            gained = max(since, 0.0) * self.rate_per_second
            self._tokens = min(self._tokens + gained, float(self.rate_per_second))
            self._filled_at = at
        return int(self._tokens)

    def spend(self, count: int) -> None:
        """Count requests that are sent."""
        if self.rate_per_second is not None:
            self._tokens -= count


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
        self.turns.suppliers[supplier_id].spend(granted)
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
        supplier.breaker = breaker.next(supplier.breaker, self.at, silent=silent)


class Turns:
    """What a process knows of its suppliers: requests in flight, and silence."""

    def __init__(self) -> None:
        self.suppliers: defaultdict[int, _Supplier] = defaultdict(_Supplier)

    def learn(self, terms: Mapping[int, DeliveryTerms]) -> None:
        """Take over what suppliers say of how many requests they take."""
        for supplier_id, said in terms.items():
            supplier = self.suppliers[supplier_id]
            supplier.concurrency_max = said.concurrency_max or IN_FLIGHT_MAX
            supplier.rate_per_second = said.rate_per_second

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
