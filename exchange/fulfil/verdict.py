"""What an order does next, decided from what its supplier has proven.

Pure: no database, no clock of its own.

The rules, each with its reason:

- A timeout, a broken connection or an answer without a status proves nothing. The order is UNKNOWN
  and asked about by the same request number.
- No connection at all proves that nothing arrived. The order goes back to CREATED, to be sent again
  under the same number.
- "No such order" in answer to a query proves that the supplier does not hold the number at that
  moment. The number is its idempotency key, so sending the *same* number again cannot deliver
  twice. A crash between committing SUBMITTING and sending leaves an order that needs this. It is
  sent at most `submissions_max` times, and only before the deadline.
- After that, "no such order" proves failure once the signature of the last request is too old to be
  accepted. Until then a request still under way could arrive, and the right would be delivered
  after the points went back.
- A supplier that acknowledged an order and then says it has none contradicts itself. Nothing is
  proven, and it is asked again. A person looks, too (`disputes`).
- A part is neither success nor failure. The supplier has the order, and a person decides.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from catalog import DeliveryTerms
from exchange.coupons.lifecycle import OrderState
from exchange.fulfil.orders import Order
from exchange.fulfil.supplier import SIGNATURE_TOLERANCE_SECONDS, Outcome, SupplierAnswer
from ledger.outbox import DELAY_SECONDS_MAX


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """How patient the exchange is with a supplier.

    A supplier's endpoint may say more (`of_supplier`). `absent_proves_after_seconds` is when "no
    such order" proves failure, at the earliest once no request can be under way any more. Nothing
    is asked before `first_query_after_seconds`.

    `lease_seconds` is how long a worker may take for one request. It exceeds
    `request_timeout_seconds`, so that no order is asked about while its own request is open.
    """

    request_timeout_seconds: float = 10.0
    lease_seconds: float = 30.0
    retry_seconds_min: float = 5.0
    retry_seconds_max: float = 3_600.0
    submissions_max: int = 3
    proof_margin_seconds: float = 60.0
    absent_proves_after_seconds: float = 0.0
    first_query_after_seconds: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.request_timeout_seconds < self.lease_seconds:
            raise ValueError("the lease must be longer than a request may take")
        if not 0 < self.retry_seconds_min <= self.retry_seconds_max or self.submissions_max < 1:
            raise ValueError("retries need a positive delay and at least one submission")
        if self.ahead_seconds_max > DELAY_SECONDS_MAX:
            raise ValueError(f"nothing is put off for more than {DELAY_SECONDS_MAX} seconds")

    def of_supplier(self, terms: DeliveryTerms) -> Self:
        """The policy with what a supplier's endpoint says."""
        return replace(
            self,
            absent_proves_after_seconds=float(terms.absent_proves_after_seconds or 0),
            first_query_after_seconds=float(terms.first_query_after_seconds or 0),
        )

    @property
    def proof_seconds(self) -> float:
        """How long after the last request "no such order" proves that none will come."""
        safe = SIGNATURE_TOLERANCE_SECONDS + self.proof_margin_seconds
        return max(safe, self.absent_proves_after_seconds)

    @property
    def ahead_seconds_max(self) -> float:
        """How far ahead a lease or the next look may be. What is further ahead is due.

        A clock was wrong when it was set, and the order would wait as long as it was wrong.
        """
        return max(self.lease_seconds, self.retry_seconds_max)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state that an order moves to or keeps, and when it is looked at next.

    `next_at` is the time of the next query for SUBMITTING, PROCESSING and UNKNOWN. For CREATED it
    is the time of the next submission, and for a final state it is None.
    """

    state: OrderState
    next_at: datetime | None
    reason: str | None
    supplier_reference: str | None


def retry_at(since: datetime, now: datetime, policy: DeliveryPolicy) -> datetime:
    """When to look again: after half the time that has passed since, within the policy's bounds.

    So the waits grow exponentially, and nobody has to count them. The first one may be longer.
    """
    wait = (now - since).total_seconds() / 2
    looked_at = now + timedelta(
        seconds=min(max(wait, policy.retry_seconds_min), policy.retry_seconds_max)
    )
    return max(looked_at, since + timedelta(seconds=policy.first_query_after_seconds))


def decide_delivery(
    order: Order, answer: SupplierAnswer, *, queried: bool, now: datetime, policy: DeliveryPolicy
) -> Verdict:
    """What an order does after an answer to its submission, or to a query about it (`queried`)."""
    since = order.submitted_at or order.created_at
    if answer.outcome in (Outcome.SUCCESS, Outcome.FAILED):
        state, next_at = OrderState(answer.outcome), None
    elif answer.outcome in (Outcome.PROCESSING, Outcome.PARTIAL):
        state, next_at = OrderState.PROCESSING, retry_at(since, now, policy)
    elif answer.outcome is Outcome.NOT_SENT and not queried:
        state, next_at = OrderState.CREATED, retry_at(order.created_at, now, policy)
    elif order.state is OrderState.PROCESSING:
        state, next_at = OrderState.PROCESSING, retry_at(since, now, policy)
    elif answer.outcome is Outcome.NOT_FOUND and queried:
        state, next_at = _absent(order, since, now, policy)
    else:
        state, next_at = OrderState.UNKNOWN, retry_at(since, now, policy)
    return Verdict(state, next_at, answer.reason, answer.supplier_reference)


def _absent(
    order: Order, since: datetime, now: datetime, policy: DeliveryPolicy
) -> tuple[OrderState, datetime | None]:
    if order.submissions < policy.submissions_max and now < order.deadline_at:
        return OrderState.CREATED, now
    if now >= since + timedelta(seconds=policy.proof_seconds):
        return OrderState.FAILED, None
    return OrderState.UNKNOWN, retry_at(since, now, policy)
