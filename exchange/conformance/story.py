"""What was said about an order while a case was played (pure).

How far an answer is believed is as `exchange.fulfil.supplier` believes it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from exchange.conformance.case import EVIDENCE_LENGTH_MAX, EVIDENCE_LINES_MAX
from ledger import JSON

FINAL = frozenset({"SUCCESS", "FAILED"})
PARTIAL = "PARTIAL"
"""A part was delivered. That ends nothing: a person decides."""
_BELIEVED = frozenset({"PROCESSING", PARTIAL, *FINAL})
_CALLED = frozenset({PARTIAL, *FINAL})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a request. `status` is None if there was none, and `problem` says why."""

    request: str
    number: str
    status: int | None
    document: Mapping[str, JSON] | None
    seconds: float
    problem: str | None = None

    @property
    def said(self) -> str | None:
        """The status that Comity believes. None: the answer proves nothing."""
        said = self._text("status")
        if self.status in (HTTPStatus.OK, HTTPStatus.ACCEPTED):
            return said if said in _BELIEVED else None
        is_named = self._text("request_number") == self.number
        if self.status == HTTPStatus.NOT_FOUND and self.request.startswith("GET"):
            return said if said == "NOT_FOUND" and is_named else None
        return None

    @property
    def is_refused(self) -> bool:
        """Whether the request was turned away as one that should not have been sent."""
        return self.status is not None and 400 <= self.status < 500  # noqa: PLR2004

    @property
    def reason(self) -> str | None:
        """Why it was refused."""
        return self._text("reason")

    @property
    def reference(self) -> str | None:
        """The supplier's own number of the delivery."""
        return self._text("supplier_reference")

    def _text(self, name: str) -> str | None:
        value = None if self.document is None else self.document.get(name)
        return value if isinstance(value, str) else None

    def __str__(self) -> str:
        answer = self.problem if self.status is None else f"{self.status} {self._spoken()}"
        return f"{self.request} → {answer}, {round(self.seconds * 1000)} ms"

    def _spoken(self) -> str:
        if self.document is None:
            return "without JSON"
        return self._text("status") or "without a status"


@dataclass(frozen=True, slots=True)
class Callback:
    """A callback that came in. `answered` is the status it was answered with; 0: cut off."""

    number: str
    document: Mapping[str, JSON]
    is_signed: bool
    answered: int
    seconds: float = 0.0

    @property
    def said(self) -> str | None:
        """What is said of the delivery, if the callback is one that Comity believes."""
        said = self.document.get("status")
        return said if self.is_signed and isinstance(said, str) and said in _CALLED else None

    @property
    def reference(self) -> str | None:
        """The supplier's own number of the delivery."""
        value = self.document.get("supplier_reference")
        return value if isinstance(value, str) else None

    def __str__(self) -> str:
        signed = "" if self.is_signed else ", not signed by the secret"
        ours = "cut off" if not self.answered else f"answered {self.answered}"
        return f"callback: {self.document.get('status')}{signed}; {ours}"


@dataclass(slots=True)
class Story:
    """All that was said of one order, in the order in which it was said."""

    number: str
    sent: list[Reply] = field(default_factory=list)
    asked: list[Reply] = field(default_factory=list)
    callbacks: list[Callback] = field(default_factory=list)

    @property
    def said(self) -> list[str]:
        """What Comity believes of all that was said."""
        return [each.said for each in self._all if each.said is not None]

    @property
    def _all(self) -> list[Reply | Callback]:
        return [*self.sent, *self.asked, *self.callbacks]

    @property
    def ends(self) -> set[str]:
        """How the order ended, by what was said. More than one is a contradiction."""
        return set(self.said) & FINAL

    @property
    def references(self) -> set[str]:
        """The numbers of its deliveries. More than one were delivered more than once."""
        return {
            each.reference
            for each in self._all
            if each.reference is not None and each.said not in {None, "NOT_FOUND"}
        }

    def evidence(self) -> list[str]:
        """The lines that prove it."""
        return [str(each) for each in self._all]


def lines_of(*stories: Story, more: Iterable[str] = ()) -> tuple[str, ...]:
    """The evidence of some orders, cut to what a report has room for."""
    lines = [f"{story.number}: {line}" for story in stories for line in story.evidence()]
    kept = [*more, *lines][:EVIDENCE_LINES_MAX]
    return tuple(line[:EVIDENCE_LENGTH_MAX] for line in kept)
