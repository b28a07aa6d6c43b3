"""The sixteen cases that a supplier's test server is played, and what is found (pure).

A supplier steers its test server by the accounts of the orders. Where an account of ours cannot be
one of theirs, `accounts` names the one that stands for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

KIT_VERSION = 1
"""Rises when a case asks for more. Reports of an older kit prove nothing any more."""
WIRE_VERSION = 1
"""Of the three messages between the exchange and a supplier."""
ORDERS_DEFAULT = 200
ORDERS_MAX = 2_000
CONCURRENCY_DEFAULT = 20
CONCURRENCY_MAX = 100
FASTER_MAX = 1_000
EVIDENCE_LINES_MAX = 20
EVIDENCE_LENGTH_MAX = 300


class Verdict(StrEnum):
    """What a case has shown."""

    PASS = "pass"
    FAIL = "fail"
    NOT_SUPPORTED = "not-supported"
    """The test server does not do what the case needs, so nothing was shown."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `is_must`: a supplier that fails it meets no member."""

    number: int
    name: str
    is_must: bool


_NAMES = (
    "an order is delivered",
    "an order is delivered later, and called back",
    "an order is refused",
    "one number sent ten times at once",
    "one number with another body",
    "an answer that comes too late",
    "an answer that is lost",
    "a query for an unknown number",
    "an offer that is out of stock",
    "a callback that we do not take at once",
    "a callback whose answer is lost",
    "requests that are not ours",
    "unusual orders",
    "a failure stays a failure",
    "many orders at once",
    "two secrets",
)
MUST = frozenset({*range(1, 9), 12})
"""The cases that a supplier may not fail."""
CASES = tuple(Case(place, name, place in MUST) for place, name in enumerate(_NAMES, 1))
"""In the order in which they are played."""

ACCOUNTS = ("ok", "ok-async", "refuse", "slow", "lost", "out-of-stock", "late")
"""The accounts by which a test server is steered."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a case has shown, what proves it, and what the supplier can do about it."""

    case: Case
    verdict: Verdict
    sentence: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the kit waits for what must happen, and watches for what must not."""

    answer_seconds: float = 10.0
    delivery_seconds: float = 60.0
    callback_seconds: float = 300.0
    watch_seconds: float = 15.0
    poll_seconds: float = 1.0

    def faster(self, times: float) -> "Pace":
        """All of it in a fraction of the time, for a test server that is quick."""
        return Pace(
            self.answer_seconds / times,
            self.delivery_seconds / times,
            self.callback_seconds / times,
            self.watch_seconds / times,
            self.poll_seconds / times,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is checked, and how.

    - `offer`: the supplier's own code of an offer that its test server delivers.
    - `accounts`: the test server's own names of our accounts.
    - `second_secret`: one that the supplier takes beside the first. Without it, nothing is shown of
      a change of secrets.
    - `only`: the numbers of the cases to play. None: all.
    """

    offer: str
    accounts: Mapping[str, str] = field(default_factory=dict)
    face_value_minor: int = 100
    currency: str = "CNY"
    orders: int = ORDERS_DEFAULT
    concurrency: int = CONCURRENCY_DEFAULT
    second_secret: str | None = field(default=None, repr=False)
    only: frozenset[int] | None = None
    pace: Pace = field(default_factory=Pace)

    def account(self, name: str) -> str:
        """The account that stands for ours at the test server."""
        return self.accounts.get(name, name)

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases to play, in order."""
        return tuple(case for case in CASES if self.only is None or case.number in self.only)
