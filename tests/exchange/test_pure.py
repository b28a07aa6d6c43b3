"""Codes, seals, signatures and decisions: what needs no database."""

import base64
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.coupons import CouponNotFound, CouponState, normalise_code
from exchange.coupons.codes import (
    ALPHABET,
    BOOK_MAX,
    new_code,
    new_request_number,
    parse_code,
    parse_request_number,
)
from exchange.coupons.lifecycle import (
    CLOCK_TOLERANCE_SECONDS,
    COUPON_MOVES,
    ORDER_MOVES,
    OrderState,
    Standing,
    judge_reversal,
    judge_use,
    last_day,
)
from exchange.fulfil import Seal, require_secret
from exchange.fulfil.orders import Order
from exchange.fulfil.supplier import (
    CallbackForged,
    SecretInvalid,
    Outcome,
    SupplierAnswer,
    sign,
    verify,
)
from exchange.fulfil.vault import VaultBroken
from exchange.fulfil.verdict import DeliveryPolicy, decide_delivery
from ledger import Refusal
from ledger.asks import FUTURE_MAX
from tests.exchange.fixtures import SECRET

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
    account="ann",
    face_value_minor=100,
    currency="USD",
    redeemed_at=NOW,
)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(st.integers(1, BOOK_MAX))
def test_a_code_carries_its_book(book_id: int) -> None:
    assert parse_code(new_code(book_id)) == book_id
    assert parse_request_number(new_request_number(book_id)) == book_id


@given(st.integers(1, BOOK_MAX), st.data())
def test_a_slip_of_one_character_is_noticed(book_id: int, data: st.DataObject) -> None:
    code = new_code(book_id)
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([sign for sign in ALPHABET if sign != code[place]]))
    with pytest.raises(CouponNotFound):
        normalise_code(code[:place] + other + code[place + 1 :])


@given(st.text(max_size=80))
def test_any_text_is_a_code_or_not_found(text: str) -> None:
    with suppress(CouponNotFound):
        assert normalise_code(normalise_code(text)) == normalise_code(text)


def test_a_seal_opens_for_its_owner_with_its_key_only() -> None:
    old, new = Seal(b"o" * 32), Seal(b"n" * 32, retired=[b"o" * 32])
    sealed = old.seal("whsec_x", party_id=7)
    assert b"whsec" not in sealed
    assert old.seal("whsec_x", party_id=7) != sealed
    assert new.open(sealed, party_id=7) == "whsec_x"
    for seal, stored, party_id in (
        (old, sealed, 8),
        (Seal(b"x" * 32), sealed, 7),
        (old, sealed[:-1] + bytes([sealed[-1] ^ 1]), 7),
        (old, b"plain", 7),
        (old, b"s1:", 7),
    ):
        with pytest.raises(VaultBroken):
            seal.open(stored, party_id=party_id)
    with pytest.raises(ValueError, match="32 bytes"):
        Seal(b"short")


def test_a_signature_is_for_one_identifier_body_and_time() -> None:
    headers = sign(SECRET, "id-1", "body", NOW)
    verify(SECRET, headers, b"body", NOW + timedelta(minutes=4))
    for changed, body, at in (
        (headers, b"bodY", NOW),
        (headers | {"webhook-id": "id-2"}, b"body", NOW),
        (headers | {"webhook-timestamp": "1"}, b"body", NOW),
        (headers | {"webhook-timestamp": "9" * 11}, b"body", NOW),
        (headers | {"webhook-timestamp": "9" * 12}, b"body", NOW),
        (headers | {"webhook-signature": "v1,"}, b"body", NOW),
        (headers, b"\xff", NOW),
        (headers, b"body", NOW + timedelta(minutes=6)),
    ):
        with pytest.raises(CallbackForged):
            verify(SECRET, changed, body, at)


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


@given(st.sampled_from(CouponState), st.none() | DAYS, DAYS)
def test_judgements_are_legal_moves(state: CouponState, expires_on: date | None, day: date) -> None:
    at = datetime.combine(day, NOW.timetz())
    standing = Standing(state, NOW, expires_on, at if state is CouponState.USED else None)
    past = expires_on is not None and expires_on < day
    usable = judge_use(standing, max(at, NOW), day, max(at, NOW)) is None
    assert usable == (state in (CouponState.ACTIVE, CouponState.EXPIRED) and not past)
    verdict = judge_reversal(standing, day)
    if state is CouponState.USED:
        assert verdict is (CouponState.EXPIRED if past else CouponState.ACTIVE)
        assert verdict in COUPON_MOVES[state]
    else:
        assert isinstance(verdict, Refusal)


@given(st.timedeltas(timedelta(days=-9_000), timedelta(days=9_000)))
def test_a_coupon_is_not_used_before_it_is_redeemed(after: timedelta) -> None:
    at = NOW + after
    refusal = judge_use(Standing(CouponState.ACTIVE, NOW, None, None), at, NOW.date(), max(at, NOW))
    assert (refusal is None) == (after >= -timedelta(seconds=CLOCK_TOLERANCE_SECONDS))
    assert refusal is None or refusal.extra == {"redeemed_at": NOW}


@given(st.timedeltas(timedelta(0), timedelta(days=9_000)))
def test_a_use_is_not_dated_in_the_future(ahead: timedelta) -> None:
    refusal = judge_use(Standing(CouponState.ACTIVE, NOW, None, None), NOW + ahead, NOW.date(), NOW)
    assert (refusal is None) == (ahead <= FUTURE_MAX)
    assert refusal is None or refusal.code == "occurred-in-future"


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_" + "A" * 33, "whsec_" + "A" * 28, "whsec_" + "A" * 92, "A" * 44],
)
def test_a_secret_that_nobody_can_sign_with_is_refused(secret: str) -> None:
    with pytest.raises(SecretInvalid):
        require_secret(secret)


@pytest.mark.parametrize("size", [24, 25, 26, 32, 64])
def test_a_secret_of_standard_webhooks_is_good(size: int) -> None:
    require_secret("whsec_" + base64.b64encode(b"\xff" * size).decode())


@pytest.mark.parametrize("secret", ["whsec_" + "A" * 33, "whsec_", "whsec_Ω"])
def test_a_secret_that_cannot_sign_verifies_nothing(secret: str) -> None:
    with pytest.raises(CallbackForged):
        verify(secret, sign(SECRET, "id-1", "body", NOW), b"body", NOW)


def test_the_last_day_is_counted_from_the_redemption() -> None:
    assert last_day(date(2026, 1, 1), 30) == date(2026, 1, 31)
    assert last_day(date(2026, 1, 1), None) is None
    assert last_day(date.max, 3_650) == date.max


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
