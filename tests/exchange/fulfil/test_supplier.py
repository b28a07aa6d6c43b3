"""The wire to a supplier: which secrets are good, and what a signature is for."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from exchange.fulfil import require_secret
from exchange.fulfil.supplier import (
    SIGNATURE_TOLERANCE_SECONDS,
    CallbackForged,
    SecretInvalid,
    require_signature,
    sign,
)
from tests.exchange.fixtures import SECRET

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_a_signature_is_for_one_identifier_body_and_time() -> None:
    headers = sign(SECRET, "id-1", "body", NOW)
    tolerance = timedelta(seconds=SIGNATURE_TOLERANCE_SECONDS)
    moment = timedelta(microseconds=1)
    for at in (NOW - tolerance, NOW + tolerance):
        require_signature(SECRET, headers, b"body", at)
    for changed, body, at in (
        (headers, b"bodY", NOW),
        (headers | {"webhook-id": "id-2"}, b"body", NOW),
        (headers | {"webhook-timestamp": "1"}, b"body", NOW),
        (headers | {"webhook-timestamp": "9" * 11}, b"body", NOW),
        (headers | {"webhook-timestamp": "9" * 12}, b"body", NOW),
        (headers | {"webhook-signature": "v1,"}, b"body", NOW),
        (headers, b"\xff", NOW),
        (headers, b"body", NOW - tolerance - moment),
        (headers, b"body", NOW + tolerance + moment),
    ):
        with pytest.raises(CallbackForged):
            require_signature(SECRET, changed, body, at)


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
        require_signature(secret, sign(SECRET, "id-1", "body", NOW), b"body", NOW)
