"""What is told of an event, the ledger operation that pays for it, and what is answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from catalog.members import Identifier
from exchange.earning.decide import Why
from exchange.earning.terms import EVENT_PATTERN, INVITE, PRODUCT_CODE, is_event
from ledger import Refusal
from ledger.asks import Answer, CapExceeded, Issue, OperationInvalid, fingerprint_of


class NotEarned(Refusal):
    """The event earns nothing. `why` says why.

    The ledger stores it under the key of the event, so that a replay is told the same. To whoever
    told of the event it is no error.
    """

    code: ClassVar[str] = "not-earned"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The event earns no points."


class SubjectRequired(Refusal):
    """The rule counts subjects, and the event names none."""

    code: ClassVar[str] = "subject-required"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "An event of this rule names its subject."


class ProductCodeNotFound(Refusal):
    """The programme has no product code like this."""

    code: ClassVar[str] = "product-code-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such product code."


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnRequest:
    """One event of one member. A malformed one is refused when it is made.

    - `subject`: what the event is about, such as an order, a page or a round of a game.
    - `friend`: how the friend is known who was invited.
    - `product_code`: the digest of the code.
    - `invited_at`: of an invite whose friend has meanwhile used a coupon. The rules of then count.
    - `source`: what the event follows from, if the exchange itself tells of it. It earns once.
    """

    key: str
    member: str
    event: str
    subject: str | None = None
    occurred_at: datetime | None = None
    friend: Identifier | None = None
    product_code: bytes | None = None
    store: str | None = None
    channel: str | None = None
    staff: str | None = None
    invited_at: datetime | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        if not is_event(self.event):
            raise OperationInvalid(f"an event is like {EVENT_PATTERN}", field="event")
        for name, event in (("friend", INVITE), ("product_code", PRODUCT_CODE)):
            if (getattr(self, name) is not None) != (self.event == event):
                raise OperationInvalid(f"{name} belongs to the event {event}", field=name)
        checked = self.operation()
        object.__setattr__(self, "occurred_at", checked.occurred_at)

    def operation(self) -> "EarnIssue":
        """The operation that gives the points. How many, and who funds them, is judged later."""
        return EarnIssue(
            key=self.key,
            member=self.member,
            occurred_at=self.occurred_at,
            points=1,
            store=self.store,
            channel=self.channel,
            staff=self.staff,
            reference=self.subject,
            request=self,
        )

    def fingerprint(self) -> int:
        """The fingerprint of everything that was told except the key."""
        friend, code = self.friend, self.product_code
        return fingerprint_of(
            [
                *("earn", self.member, self.event, self.subject),
                self.occurred_at.isoformat() if self.occurred_at is not None else None,
                [friend.kind, friend.digest.hex()] if friend is not None else None,
                code.hex() if code is not None else None,
                *(self.store, self.channel, self.staff, self.source),
            ]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnIssue(Issue):
    """Gives the points of an event."""

    request: EarnRequest

    def fingerprint(self) -> int:
        """The request's own: neither points nor funder are part of what was told."""
        return self.request.fingerprint()


def not_earned(why: Why, rule: str | None = None) -> NotEarned:
    """The stored answer to an event that earns nothing."""
    return NotEarned(f"the event earns nothing: {why}", why=why, rule=rule)


def why_of(answer: Answer | Refusal) -> Why | None:
    """Why an event has earned or not. None: it is refused for another reason."""
    if isinstance(answer, Refusal):
        return None
    if answer.refusal is None:
        return "given"
    if answer.refusal["code"] == CapExceeded.code:
        return "cap"
    found: Why | None = answer.refusal.get("why")
    return found if answer.refusal["code"] == NotEarned.code else None
