"""Signed texts and tokens: what holds, what is refused, and which key has signed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text

from exchange.coupons.codes import CouponNotFound, new_code
from exchange.coupons.signatures import (
    RETIRED_KEY_SECONDS,
    SignatureInvalid,
    Signatures,
    SigningKey,
)
from exchange.coupons.tokens import (
    TOKEN_LENGTH_MAX,
    TOKEN_SECONDS,
    TokenExpired,
    new_token,
    read_token,
)
from exchange.fulfil.data_keys import (
    SIGNING,
    DataKeys,
    _holding,
    add_data_key,
    load_data_keys,
)
from tests.exchange.fixtures import World

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
OLD, NEW = SigningKey(3, b"o" * 32, NOW + timedelta(days=1)), SigningKey(7, b"n" * 32)
SIGNATURES = Signatures([OLD, NEW])
CODE = new_code(2**31 - 1, 1023)
FACTS: dict[str, Any] = {
    "book_id": 2**31 - 1,
    "coupon_id": 2**63 - 1,
    "offer_id": 2**63 - 1,
    "offer_version": 2**31 - 1,
    "last_day": date(2026, 12, 31),
}


def test_a_token_says_what_an_offline_till_needs_and_hides_the_code() -> None:
    token, expires_at = new_token(SIGNATURES, NOW, code=CODE, **FACTS)
    assert token.startswith("cq1.")
    assert len(token) <= TOKEN_LENGTH_MAX
    assert expires_at == NOW + timedelta(seconds=TOKEN_SECONDS)
    read = read_token(SIGNATURES, token)
    assert {name: getattr(read, name) for name in FACTS} == FACTS
    assert read.is_of(CODE)
    assert not read.is_of(new_code(1, 1)), "the code was replaced"
    assert read.why_stale(expires_at - timedelta(microseconds=1)) is None
    assert isinstance(read.why_stale(expires_at), TokenExpired)
    # As a till does it, without a line of ours.
    kind, said, signature = token.split(".")
    facts = orjson.loads(urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    (key,) = (each for each in SIGNATURES.public_keys() if each.key_id == facts[0])
    public = Ed25519PublicKey.from_public_bytes(key.value)
    public.verify(
        urlsafe_b64decode(signature + "=" * (-len(signature) % 4)), f"{kind}.{said}".encode()
    )
    assert facts[0] == NEW.key_id
    assert facts[6] == int(expires_at.timestamp())
    assert CODE not in str(facts)


def test_a_text_that_is_not_ours_is_refused() -> None:
    token, _ = new_token(SIGNATURES, NOW, code=CODE, **FACTS)
    kind, said, signature = token.split(".")
    other = orjson.dumps([7, 1, 2, 3, 4, None, 5, "x"])
    forged = urlsafe_b64encode(other).decode().rstrip("=")
    stranger = Signatures([SigningKey(7, b"x" * 32)])
    for wrong in (
        *("", ".", "..", "cq1", "cq1..", f"{kind}.{said}", f"{token}=", f"{token}.", f" {token}"),
        *(f"{kind}.{forged}.{signature}", f"{kind}.{said}.{said}", f"cl1.{said}.{signature}"),
        *(f"{kind}.é.{signature}", f"{kind}.{said}.{signature[:-1]}", "x" * 5_000),
        SIGNATURES.sign("cl1", [1, 2, 3, 4, None, 5, "x"]),
        SIGNATURES.sign("cq1", [1, 2]),
        SIGNATURES.sign("cq1", ["a", 2, 3, 4, None, 5, "x"]),
        SIGNATURES.sign("cq1", [2**40, 2, 3, 4, None, 5, "x"]),
        SIGNATURES.sign("cq1", [1, 2, 3, 4, "never", 5, "x"]),
        stranger.sign("cq1", [1, 2, 3, 4, None, 5, "x"]),
        Signatures([SigningKey(9, b"x" * 32)]).sign("cq1", [1, 2, 3, 4, None, 5, "x"]),
    ):
        with pytest.raises(CouponNotFound):
            read_token(SIGNATURES, wrong)
    with pytest.raises(SignatureInvalid):
        SIGNATURES.read("cl1", token)
    # The last character of a signature has bits that stand for nothing.
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = token[:-1] + last[last.index(token[-1]) + 1]
    with pytest.raises(CouponNotFound):
        read_token(SIGNATURES, twin)


def test_the_key_before_reads_on_and_the_newest_signs() -> None:
    before, _ = new_token(Signatures([OLD]), NOW, code=CODE, **FACTS)
    assert read_token(SIGNATURES, before).is_of(CODE)
    assert SIGNATURES.knows(before)
    assert not Signatures([NEW]).knows(before)
    assert Signatures([NEW]).knows("a text without a key")
    assert [(each.key_id, each.holds_until) for each in SIGNATURES.public_keys()] == [
        (NEW.key_id, None),
        (OLD.key_id, OLD.holds_until),
    ]


async def test_signing_keys_are_kept_encrypted_and_end_a_while_after_they_are_replaced(
    world: World,
) -> None:
    keys = world.fulfilment.data_keys
    first = await keys.signatures()
    (public,) = first.public_keys()
    old = first.sign("cq1", ["before"])
    async with world.database.transaction() as connection:
        stored = await connection.execute(
            text("SELECT encrypted_key FROM exchange.data_key WHERE purpose = 'signing'")
        )
        assert bytes(stored.scalar_one()).startswith(b"s1:"), "encrypted by the vault"
        await add_data_key(connection, world.vault, SIGNING)
    elsewhere = await DataKeys(world.database, world.vault).signatures()
    newest, replaced = elsewhere.public_keys()
    assert elsewhere.read("cq1", old) == ["before"]
    assert (replaced.key_id, replaced.value) == (public.key_id, public.value)
    assert newest.key_id != public.key_id
    assert replaced.holds_until is not None
    until = replaced.holds_until
    async with world.database.transaction() as connection:
        kept = [each for each in await load_data_keys(connection) if each.purpose == SIGNING]
    assert until == kept[1].recorded_at + timedelta(seconds=RETIRED_KEY_SECONDS)
    opened = [(each, bytes(32)) for each in kept]
    for now, holding in ((until - timedelta(seconds=1), [1, 0]), (until, [1])):
        held = _holding(opened, now)
        assert [each.key_id for each in held] == [kept[place].key_id for place in holding]
