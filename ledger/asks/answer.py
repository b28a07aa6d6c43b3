"""What the ledger answers to an operation, and the answer's document."""

from dataclasses import dataclass
from datetime import date, datetime

from ledger.asks.operation import Operation, OperationKind
from ledger.refusal import JSON


def points_asked(operation: Operation) -> int:
    """The points that an operation asks for in its field `points`.

    0 where it does not say how many. This stands here, and not in `Operation`, because this module
    is compiled: each operation is asked once.
    """
    points: int = getattr(operation, "points", None) or 0
    return points


@dataclass(slots=True, init=False)
class Answer:
    """What the ledger answers to an operation.

    When the answer is replayed, `document` is the same, byte for byte.
    """

    key: str
    kind: OperationKind
    member: str
    lane: int
    seq: int
    """The number of the operation's record in its lane.

    0 where nothing was stored: the key was used with another body, or the batch had stopped.
    """
    points: int
    """Points moved; for a refused operation the points asked for."""
    balance: int | None
    """Points the member may spend after the operation, on the day it occurred.

    None where there is no wallet.
    """
    occurred_at: datetime
    expires_on: date | None
    refusal: dict[str, JSON] | None
    detail: dict[str, JSON] | None
    subject: int | None
    """The record that was ended or reversed, as a number (`wallet.subject_of`).

    It is stored, but no part of the document.
    """
    replayed: bool

    # A dataclass would make this method at run time, and mypyc could not compile it. Each operation
    # has an answer, so it matters.
    def __init__(  # noqa: PLR0917 - the fields in their order
        self,
        key: str,
        kind: OperationKind,
        member: str,
        lane: int,
        seq: int,
        points: int,
        balance: int | None,
        occurred_at: datetime,
        expires_on: date | None = None,
        refusal: dict[str, JSON] | None = None,
        detail: dict[str, JSON] | None = None,
        subject: int | None = None,
        replayed: bool = False,  # noqa: FBT001, FBT002 - a field
    ) -> None:
        self.key = key
        self.kind = kind
        self.member = member
        self.lane = lane
        self.seq = seq
        self.points = points
        self.balance = balance
        self.occurred_at = occurred_at
        self.expires_on = expires_on
        self.refusal = refusal
        self.detail = detail
        self.subject = subject
        self.replayed = replayed

    @property
    def operation(self) -> str | None:
        """The operation's identifier, `lane-seq`. None where nothing was stored."""
        return f"{self.lane}-{self.seq}" if self.seq else None

    @property
    def accepted(self) -> bool:
        """Whether the operation took effect."""
        return self.refusal is None

    def document(self) -> dict[str, JSON]:
        """The answer as JSON, without `replayed`."""
        document: dict[str, JSON] = {
            "operation": self.operation,
            "key": self.key,
            "kind": self.kind.name.lower(),
            "status": "accepted" if self.refusal is None else "rejected",
            **({"member": self.member} if self.member else {}),  # a whole book's sweep has none
            "points": self.points,
            "balance": self.balance,
            "occurred_at": self.occurred_at,
        }
        if self.expires_on is not None:
            document["expires_on"] = self.expires_on
        if self.refusal is not None:
            document["refusal"] = self.refusal
        if self.detail is not None:
            document.update(self.detail)
        return document
