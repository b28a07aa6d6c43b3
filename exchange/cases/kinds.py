"""What cases there are, and what a person may decide in each. Pure.

A case is about something that no rule can decide: two proofs that exclude each other, or no proof
for too long. Nothing that was proven is ever overwritten. So what may be decided depends on whether
the order has ended by now:

- An order without an end may be ended: `deliver` or `return_points`, or it is waited for.
- An order that has ended stays as it ended. Its points may be given back as goodwill, the
  supplier's claim may be accepted or rejected, or a right may be given once more.
"""

from enum import StrEnum
from typing import ClassVar

from exchange.coupons.lifecycle import FINAL_ORDER_STATES, OrderState
from exchange.coupons.receipt import GOODWILL
from ledger import Refusal


class CaseKind(StrEnum):
    """Why somebody must look."""

    LATE_SUCCESS = "late_success"
    """The supplier says that it delivered, after its failure was proven and the points went back.
    """
    LATE_FAILURE = "late_failure"
    """The supplier says that it failed, after its success was proven and the points were spent."""
    CONTRADICTION = "contradiction"
    """The supplier acknowledged an order, and then said that it has none."""
    STUCK = "stuck"
    """The promised time is past, and nothing is proven."""
    COMPLAINT = "complaint"
    """The member says that it is not there."""
    PARTIAL = "partial"
    """The supplier delivered a part."""
    CODES_SHORT = "codes_short"
    """There are fewer card codes than were promised."""
    OFFLINE_CONFLICT = "offline_conflict"
    """A till without a connection used a coupon that could not be used."""


class Decision(StrEnum):
    """What a person decides."""

    DELIVER = "deliver"
    """It was delivered: the points are spent. This needs evidence."""
    RETURN_POINTS = "return_points"
    """It was not: the points go back."""
    KEEP_WAITING = "keep_waiting"
    """The supplier gets until a stated time."""
    RETURN_POINTS_GOODWILL = GOODWILL
    """The points go back although the delivery is proven, and the coupon cannot be used."""
    KEEP = "keep"
    """Everything stays as it is."""
    ACCEPT_SUPPLIER = "accept_supplier"
    """The supplier is paid for what it delivered late. The points stay with the member."""
    REJECT_SUPPLIER = "reject_supplier"
    """The supplier is not paid."""
    REINSTATE = "reinstate"
    """The member agrees to pay again, and gets the right under a new coupon."""


class DecisionNotAllowed(Refusal):
    """A case of this kind, with its order as it stands, cannot be decided like this."""

    code: ClassVar[str] = "decision-not-allowed"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "This case cannot be decided like this."


_OPEN_ORDER = frozenset({Decision.DELIVER, Decision.RETURN_POINTS, Decision.KEEP_WAITING})
_GOODWILL = frozenset({Decision.RETURN_POINTS_GOODWILL, Decision.KEEP})
_OF_CLAIM = frozenset({Decision.ACCEPT_SUPPLIER, Decision.REJECT_SUPPLIER})
_ALLOWED: dict[CaseKind, frozenset[Decision]] = {
    CaseKind.LATE_SUCCESS: _OF_CLAIM | {Decision.REINSTATE},
    CaseKind.LATE_FAILURE: _GOODWILL,
    CaseKind.CODES_SHORT: frozenset({Decision.KEEP, Decision.KEEP_WAITING}),
    CaseKind.OFFLINE_CONFLICT: _OF_CLAIM,
}
"""The kinds whose decisions do not depend on the order."""


def allowed_decisions(
    kind: CaseKind, order_state: OrderState | None, *, returned: bool = False
) -> list[Decision]:
    """What may be decided, in alphabetical order.

    `order_state` is None where no supplier delivers the right. `returned` says that the points are
    back already.
    """
    allowed = _ALLOWED.get(kind)
    if allowed is None:
        if order_state is not None and order_state not in FINAL_ORDER_STATES:
            allowed = _OPEN_ORDER
        else:
            allowed = _GOODWILL
    if returned:
        allowed -= {Decision.RETURN_POINTS_GOODWILL}
    return sorted(allowed)


def require_allowed(decision: Decision, allowed: list[Decision]) -> None:
    """Require that this is one of the allowed decisions.

    Raises:
        DecisionNotAllowed: it is not. The refusal lists those that are.
    """
    if decision not in allowed:
        listed = [str(each) for each in allowed]
        raise DecisionNotAllowed(f"allowed here: {', '.join(listed)}", allowed=listed)
