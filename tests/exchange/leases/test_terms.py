"""What a till was right to take, judged at the time of the use and by the clock of a till."""

from datetime import UTC, datetime, timedelta

import pytest

from exchange.coupons.signatures import Signatures, SigningKey
from exchange.coupons.tokens import CouponToken
from exchange.leases.terms import Lease, LeaseInvalid, LeaseTerms, judge_upload

BEGAN = datetime(2026, 5, 1, 9, tzinfo=UTC)
ENDS = BEGAN + timedelta(hours=8)
TELL = ENDS + timedelta(hours=72)
TEN = timedelta(minutes=10)
SECOND = timedelta(seconds=1)


def lease(**changes: object) -> Lease:
    facts: dict[str, object] = {
        "lease_id": 7,
        "supplier_id": 2,
        "shop": "basement",
        "offer_ids": [11, 12],
        "currency": "CNY",
        "value_max_minor": 1_500,
        "bearer": "shop",
        "quota": 50,
        "used": 20,
        "valid_from": BEGAN,
        "valid_until": ENDS,
        "upload_until": TELL,
        "closed_at": None,
    }
    return Lease(**facts | changes)  # type: ignore[arg-type]


def token(expires_at: datetime, offer_id: int = 11) -> CouponToken:
    return CouponToken(1, 99, offer_id, 1, None, expires_at, "mark")


@pytest.mark.parametrize(
    ("at", "now", "refusal"),
    [
        (BEGAN, TELL, None),
        (BEGAN - TEN, TELL, None),
        (BEGAN - TEN - SECOND, TELL, "lease-not-in-force"),
        (ENDS + TEN, TELL, None),
        (ENDS + TEN + SECOND, TELL, "lease-not-in-force"),
        (BEGAN + TEN, BEGAN, None),
        (BEGAN + TEN + SECOND, BEGAN, "lease-not-in-force"),
        (BEGAN, TELL + SECOND, "lease-over"),
    ],
)
def test_a_lease_holds_for_its_hours_and_is_told_of_for_three_days(
    at: datetime, now: datetime, refusal: str | None
) -> None:
    found = judge_upload(lease(), token(at + timedelta(minutes=1)), at, now)
    assert (found and found.code) == refusal


def test_a_token_holds_at_the_time_of_the_use_give_or_take_ten_minutes() -> None:
    at = BEGAN + timedelta(hours=1)
    shown = timedelta(seconds=120)
    for expires_at, refusal in (
        (at - TEN, None),
        (at - TEN - SECOND, "token-expired"),
        (at + TEN + shown, None),
        (at + TEN + shown + SECOND, "token-expired"),
    ):
        found = judge_upload(lease(), token(expires_at), at, TELL)
        assert (found and found.code) == refusal, expires_at
    found = judge_upload(lease(), token(at, offer_id=13), at, TELL)
    assert found is not None
    assert found.code == "offer-not-leased"


def test_what_is_at_stake_is_what_may_still_be_told() -> None:
    assert lease().exposure_at(TELL) == (30, 45_000)
    assert lease().exposure_at(TELL + SECOND) == (0, 0)
    assert lease(closed_at=BEGAN).exposure_at(BEGAN) == (0, 0)
    closed = judge_upload(lease(closed_at=BEGAN), token(BEGAN), BEGAN, BEGAN)
    assert closed is not None
    assert closed.code == "lease-over"


@pytest.mark.parametrize(
    "changes",
    [
        {"quota": 501},
        {"quota": 0},
        {"hours": 25},
        {"offer_ids": []},
        {"offer_ids": [1, 1]},
        {"bearer": "home"},
    ],
)
def test_a_lease_is_bounded(changes: dict[str, object]) -> None:
    facts: dict[str, object] = {"shop": "s", "offer_ids": [1], "quota": 500, "hours": 24}
    LeaseTerms(**facts).require_valid()  # type: ignore[arg-type]
    with pytest.raises(LeaseInvalid):
        LeaseTerms(**facts | changes).require_valid()  # type: ignore[arg-type]


def test_the_signed_text_is_short_enough_for_any_lease() -> None:
    signatures = Signatures([SigningKey(1, b"k" * 32)])
    largest = lease(offer_ids=list(range(2**53 - 100, 2**53)), shop="s" * 64, quota=500)
    assert signatures.read("cl1", largest.signed(signatures, "p" * 64))[4] == 500
