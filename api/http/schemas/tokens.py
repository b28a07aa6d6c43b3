"""Tokens of coupons, and the public keys that they are checked with."""

from datetime import datetime
from typing import Literal, TypedDict


class TokenAnswer(TypedDict):
    """What a member shows at a till for two minutes, and the code for tills that scan nothing."""

    coupon: int
    token: str
    expires_at: datetime
    code: str


class ExchangeKeyAnswer(TypedDict):
    """A public key in the form of a JSON Web Key."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    alg: Literal["EdDSA"]
    use: Literal["sig"]
    kid: str
    x: str
    holds_until: datetime | None


class ExchangeKeysAnswer(TypedDict):
    """The public keys of the exchange, the one that signs first."""

    keys: list[ExchangeKeyAnswer]
