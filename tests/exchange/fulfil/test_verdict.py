"""What an order does next: every decision is a legal move, and points return only on proof."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.coupons.lifecycle import ORDER_MOVES, OrderState
from exchange.fulfil.orders import Order
from exchange.fulfil.supplier import SIGNATURE_TOLERANCE_SECONDS, Outcome, SupplierAnswer
from exchange.fulfil.verdict import DeliveryPolicy, decide_delivery, retry_at

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ORDER = Order(
    book_id=1,
    coupon_id=1,
    request_number="FO-1",
    supplier_id=2,
    home_party_id=3,
    state=OrderState.SUBMITTING,
    submissions=1,
    submitted_at=NOW,
    created_at=NOW,
    deadline_at=NOW + timedelta(days=1),
    member="ann",
    hold_key="k",
    points=20,
    offer_code="ticket",
    offer_id=4,
    offer_version=1,
    plain_account=None,
    encrypted_account=b"a1:",
    face_value_minor=100,
    currency="USD",
    redeemed_at=NOW,
)
ANSWERS = st.builds(SupplierAnswer, st.sampled_from(Outcome))


@given(
    answer=ANSWERS,
    state=st.sampled_from([OrderState.SUBMITTING, OrderState.PROCESSING, OrderState.UNKNOWN]),
    submissions=st.integers(1, 5),
    age_seconds=st.floats(0, 200_000),
    queried=st.booleans(),
)
def test_a_delivery_decision_is_a_legal_move_and_fails_only_on_proof(
    answer: SupplierAnswer, state: OrderState, submissions: int, age_seconds: float, queried: bool
) -> None:
    policy = DeliveryPolicy()
    order = replace(
        ORDER, state=state if queried else OrderState.SUBMITTING, submissions=submissions
    )
    now = NOW + timedelta(seconds=age_seconds)
    verdict = decide_delivery(order, answer, queried=queried, now=now, policy=policy)
    assert verdict.state is order.state or verdict.state in ORDER_MOVES[order.state]
    assert (verdict.next_at is None) == (verdict.state in (OrderState.SUCCESS, OrderState.FAILED))
    assert verdict.next_at is None or verdict.next_at >= now
    if verdict.state is OrderState.SUCCESS:
        assert answer.outcome is Outcome.SUCCESS
    if verdict.state is OrderState.FAILED and answer.outcome is not Outcome.FAILED:
        assert answer.outcome is Outcome.NOT_FOUND
        assert age_seconds >= 360
        assert order.state is not OrderState.PROCESSING
    if verdict.state is OrderState.CREATED:
        assert answer.outcome is Outcome.NOT_SENT or submissions < policy.submissions_max
        assert answer.outcome in (Outcome.NOT_SENT, Outcome.NOT_FOUND)
        assert queried == (answer.outcome is Outcome.NOT_FOUND)


@pytest.mark.parametrize(
    ("after_deadline", "state"), [(-1, OrderState.CREATED), (0, OrderState.FAILED)]
)
def test_in_the_instant_of_its_deadline_an_order_is_not_sent_again(
    after_deadline: int, state: OrderState
) -> None:
    now = ORDER.deadline_at + timedelta(microseconds=after_deadline)
    absent = SupplierAnswer(Outcome.NOT_FOUND)
    verdict = decide_delivery(ORDER, absent, queried=True, now=now, policy=DeliveryPolicy())
    assert verdict.state is state


@pytest.mark.parametrize(
    ("after_proof", "state"), [(-1, OrderState.UNKNOWN), (0, OrderState.FAILED)]
)
def test_absence_is_proof_from_the_instant_at_which_no_signature_holds(
    after_proof: int, state: OrderState
) -> None:
    policy = DeliveryPolicy()
    order = replace(ORDER, submissions=policy.submissions_max)
    proven_at = NOW + timedelta(seconds=SIGNATURE_TOLERANCE_SECONDS + policy.proof_margin_seconds)
    now = proven_at + timedelta(microseconds=after_proof)
    absent = SupplierAnswer(Outcome.NOT_FOUND)
    verdict = decide_delivery(order, absent, queried=True, now=now, policy=policy)
    assert verdict.state is state


@pytest.mark.parametrize(
    "settings",
    [
        {"request_timeout_seconds": 30.0},
        {"retry_seconds_min": 0.0},
        {"retry_seconds_max": 1.0},
        {"submissions_max": 0},
    ],
)
def test_a_policy_that_cannot_work_is_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must be|need"):
        DeliveryPolicy(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(("passed", "wait"), [(0, 5), (60, 30), (1_000, 500), (90_000, 3_600)])
def test_the_next_look_comes_after_half_the_time_that_has_passed(passed: int, wait: int) -> None:
    now = NOW + timedelta(seconds=passed)
    assert retry_at(NOW, now, DeliveryPolicy()) == now + timedelta(seconds=wait)
