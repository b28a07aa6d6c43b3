"""What a till tells of a lease, and the first step with it: what is known, refused and taken."""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.codes import CouponNotFound
from exchange.coupons.signatures import Signatures
from exchange.coupons.tokens import CouponToken, read_token
from exchange.leases.terms import Lease, LeaseQuotaUsed, judge_upload
from ledger import JSON, Refusal
from ledger.idempotency import KeyReused

UPLOAD_ITEMS_MAX = 500


class LeaseUseState(StrEnum):
    """What became of a use that a till told of."""

    TAKEN = "TAKEN"
    USED = "USED"
    CONFLICT = "CONFLICT"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineUse:
    """One use, as the till tells it. `key` names it within its lease."""

    key: str
    token: str
    occurred_at: datetime
    reference: str | None = None
    staff: str | None = None
    order_minor: int | None = None

    def fingerprint(self) -> bytes:
        """The fingerprint of everything that was told except the key."""
        at = self.occurred_at.astimezone(UTC).isoformat()
        told = [self.token, at, self.reference, self.staff, self.order_minor]
        return hashlib.sha256(orjson.dumps(told)).digest()


@dataclass(frozen=True, slots=True)
class Taken:
    """A use that the lease allows, on its way to the coupon."""

    use: OfflineUse
    token: CouponToken


@dataclass(slots=True)
class Plan:
    """An upload after its first step. Each place has a refusal or a number."""

    refused: dict[int, Refusal] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    taken: dict[int, Taken] = field(default_factory=dict)
    """By number: what is to be used now."""
    stored: dict[int, dict[str, JSON]] = field(default_factory=dict)
    """By number: what was answered before."""
    new: list[int] = field(default_factory=list)
    """The places of what was told for the first time."""


_KNOWN = text(
    """
    SELECT number, key, fingerprint, coupon_sha256, occurred_at, state, answer
    FROM exchange.lease_use
    WHERE lease_id = :lease_id AND (key = ANY (:keys) OR coupon_sha256 = ANY (:coupons))
    """
).bindparams(bindparam("keys", type_=ARRAY(TEXT)), bindparam("coupons", type_=ARRAY(BYTEA)))

_COUNT = text(
    """
    UPDATE exchange.lease SET used = used + :count
    WHERE lease_id = :lease_id AND used + :count <= quota
    """
)

_TAKE = text(
    f"""
    INSERT INTO exchange.lease_use (
        lease_id, number, key, fingerprint, coupon_sha256, occurred_at, state
    )
    SELECT CAST(:lease_id AS bigint), CAST(:before AS integer) + place, key, fingerprint,
        coupon_sha256, occurred_at, '{LeaseUseState.TAKEN}'
    FROM unnest(:keys, :fingerprints, :coupons, :times) WITH ORDINALITY
        AS told (key, fingerprint, coupon_sha256, occurred_at, place)
    """
).bindparams(
    bindparam("keys", type_=ARRAY(TEXT)),
    bindparam("fingerprints", type_=ARRAY(BYTEA)),
    bindparam("coupons", type_=ARRAY(BYTEA)),
    bindparam("times", type_=ARRAY(TIMESTAMP(timezone=True))),
)


async def plan_upload(
    connection: AsyncConnection,
    lease: Lease,
    signatures: Signatures,
    uses: Sequence[OfflineUse],
    now: datetime,
) -> Plan:
    """What is known, what the lease refuses, and the numbers of what it allows."""
    plan, tokens = Plan(), _tokens(signatures, uses)
    known = await _known(connection, lease, uses, tokens.values(), plan)
    for place, use in enumerate(uses):
        token = tokens.get(place)
        if token is None:
            plan.refused[place] = CouponNotFound("there is no such coupon")
            continue
        number, fingerprint = known.find(use, token)
        if fingerprint != use.fingerprint():
            plan.refused[place] = KeyReused(f"key {use.key!r} was first used with another use")
            continue
        if number is None:
            fault = judge_upload(lease, token, use.occurred_at, now)
            if fault is None and lease.used + len(plan.new) >= lease.quota:
                fault = LeaseQuotaUsed(f"the lease allows {lease.quota} uses")
            if fault is not None:
                plan.refused[place] = fault
                continue
            plan.new.append(place)
            number = lease.used + len(plan.new)
            known.add(use, token, number)
        plan.numbers[place] = number
        if number not in plan.stored:
            plan.taken.setdefault(number, Taken(use, token))
    return plan


def _tokens(signatures: Signatures, uses: Sequence[OfflineUse]) -> dict[int, CouponToken]:
    """By place: the tokens that are ours."""
    tokens = {}
    for place, use in enumerate(uses):
        with suppress(CouponNotFound):
            tokens[place] = read_token(signatures, use.token)
    return tokens


class _Known:
    """The uses of a lease that are known: by their keys, and by coupon and time."""

    def __init__(self) -> None:
        self._by_key: dict[str, tuple[int, bytes]] = {}
        self._by_use: dict[tuple[bytes, datetime], int] = {}

    def find(self, use: OfflineUse, token: CouponToken) -> tuple[int | None, bytes]:
        """The number of a use, if it is known, and the fingerprint of its key."""
        same = _identity(token), use.occurred_at.astimezone(UTC)
        return self._by_key.get(use.key, (self._by_use.get(same), use.fingerprint()))

    def add(self, use: OfflineUse, token: CouponToken, number: int) -> None:
        """Know one more."""
        self.put(use.key, number, use.fingerprint(), _identity(token), use.occurred_at)

    def put(self, key: str, number: int, fingerprint: bytes, identity: bytes, at: datetime) -> None:
        """Know one, by what is stored of it."""
        self._by_key[key] = number, fingerprint
        self._by_use[identity, at.astimezone(UTC)] = number


async def _known(
    connection: AsyncConnection,
    lease: Lease,
    uses: Sequence[OfflineUse],
    tokens: Iterable[CouponToken],
    plan: Plan,
) -> _Known:
    bound = {
        "lease_id": lease.lease_id,
        "keys": [use.key for use in uses],
        "coupons": [_identity(token) for token in tokens],
    }
    known = _Known()
    for row in await connection.execute(_KNOWN, bound):
        identity = bytes(row.coupon_sha256)
        known.put(row.key, row.number, bytes(row.fingerprint), identity, row.occurred_at)
        if row.state != LeaseUseState.TAKEN:
            plan.stored[row.number] = row.answer
    return known


def _identity(token: CouponToken) -> bytes:
    """Stands for the coupon of a token, in a table that names no member's coupon."""
    return hashlib.sha256(f"{token.book_id}.{token.coupon_id}".encode()).digest()


async def take_uses(
    connection: AsyncConnection, lease: Lease, plan: Plan, uses: Sequence[OfflineUse]
) -> None:
    """Count what is new against the quota, and store it."""
    if not plan.new:
        return
    counted = {"lease_id": lease.lease_id, "count": len(plan.new)}
    if (await connection.execute(_COUNT, counted)).rowcount == 0:
        raise AssertionError("a locked lease was counted beyond its quota")
    new = [uses[place] for place in plan.new]
    bound = {
        "lease_id": lease.lease_id,
        "before": lease.used,
        "keys": [use.key for use in new],
        "fingerprints": [use.fingerprint() for use in new],
        "coupons": [_identity(plan.taken[plan.numbers[place]].token) for place in plan.new],
        "times": [use.occurred_at for use in new],
    }
    await connection.execute(_TAKE, bound)
