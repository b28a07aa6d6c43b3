"""What a shop asks when it uses a coupon or reverses a use, and what it is told."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson

from ledger.operations import KEY_LENGTH_MAX, NOTE_LENGTH_MAX, OperationInvalid
from ledger.refusal import JSON, Refusal, StoredRefusal

FINGERPRINT_BYTES = 16
Verb = Literal["use", "reverse-use"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRequest:
    """One use of one coupon, or one reversal of it. `reference` is the supplier's own word for it; a malformed request is refused when made.

    `occurred_at` is the business time; None means now, and is what a replay without it compares equal to.
    """

    key: str
    code: str
    occurred_at: datetime | None = None
    store: str | None = None
    reference: str | None = None

    def __post_init__(self) -> None:
        for name, value, length_max in (
            ("key", self.key, KEY_LENGTH_MAX),
            ("store", self.store, NOTE_LENGTH_MAX),
            ("reference", self.reference, NOTE_LENGTH_MAX),
        ):
            if value is not None and not (0 < len(value) <= length_max and value.isprintable()):
                raise OperationInvalid(f"{name} has 1 to {length_max} printable characters", field=name)
        if self.occurred_at is not None and self.occurred_at.tzinfo is None:
            raise OperationInvalid("occurred_at needs a UTC offset", field="occurred_at")

    def fingerprint(self, verb: Verb, code: str) -> bytes:
        """Of everything that was asked for, but the key."""
        occurred_at = self.occurred_at.isoformat() if self.occurred_at is not None else None
        body = orjson.dumps([verb, code, occurred_at, self.store, self.reference])
        return hashlib.blake2b(body, digest_size=FINGERPRINT_BYTES).digest()


@dataclass(frozen=True, slots=True)
class UseAnswer:
    """The answer to a use: `document` is the coupon's new state, or the refusal's document. A replay has the same document, byte for byte."""

    key: str
    document: dict[str, JSON]
    accepted: bool
    replayed: bool = False

    @property
    def refusal(self) -> Refusal | None:
        """The refusal to raise, where there is one."""
        return None if self.accepted else StoredRefusal(self.document)


def refused(key: str, refusal: Refusal) -> UseAnswer:
    """The answer that refuses; through JSON and back, so that it is made of what a replay will read."""
    return UseAnswer(key, orjson.loads(orjson.dumps(refusal.document())), accepted=False)


def accepted(key: str, document: dict[str, JSON]) -> UseAnswer:
    """The answer that accepts; through JSON and back likewise."""
    return UseAnswer(key, orjson.loads(orjson.dumps(document)), accepted=True)
