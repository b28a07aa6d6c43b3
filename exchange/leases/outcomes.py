"""The last step with what a till has told: what became of each use, stored once, and listed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from exchange.cases.kinds import CaseKind
from exchange.cases.open import NewCase, open_case
from exchange.coupons.codes import CouponNotFound
from exchange.coupons.read import Coupon
from exchange.leases.leases import find_lease
from exchange.leases.terms import Lease
from exchange.leases.told import LeaseUseState, Taken
from ledger import JSON, Database, outbox

OFFLINE_CONFLICT_TOPIC = "coupon.offline_conflict"
TOLD_MAX = 500
"""The most conflicts that one round tells of."""
_CONFLICTS = frozenset({"coupon-already-used", "coupon-not-active", "coupon-locked"})
"""Refusals of a coupon that another one was faster with. The till could not know."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LeaseUse:
    """A use as it is stored."""

    number: int
    key: str
    occurred_at: datetime
    state: LeaseUseState
    answer: dict[str, JSON] | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a use at its coupon. `conflict` is what the outbox is told."""

    state: LeaseUseState
    document: dict[str, JSON]
    conflict: dict[str, JSON] | None = None
    book_id: int = 0


_SETTLE = text(
    f"""
    UPDATE exchange.lease_use SET state = :state, answer = CAST(:answer AS json)
    WHERE lease_id = :lease_id AND number = :number AND state = '{LeaseUseState.TAKEN}'
    """
)

_PAGE = text(
    """
    SELECT number, key, occurred_at, state, answer, recorded_at FROM exchange.lease_use
    WHERE lease_id = :lease_id AND number > :after
        AND (CAST(:state AS text) IS NULL OR state = :state)
    ORDER BY number LIMIT :limit
    """
)


def outcome_of(  # noqa: PLR0917 - all that an outcome tells of
    lease: Lease,
    number: int,
    taken: Taken,
    coupon: Coupon | None,
    refusal: dict[str, JSON] | None,
    accepted: Mapping[str, JSON] | None = None,
) -> Outcome:
    """What became of a use, by the refusal of its coupon or by the answer that accepted it."""
    document: dict[str, JSON] = {
        "number": number,
        "outcome": "used",
        "coupon": taken.token.coupon_id,
        "use": None,
        "occurred_at": taken.use.occurred_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "borne_by": None,
        "fault": None,
    }
    if refusal is None:
        assert accepted is not None
        return Outcome(LeaseUseState.USED, document | {"use": accepted["use"]})
    # A coupon that was there and whose code is gone was given on meanwhile.
    is_conflict = coupon is not None and refusal["code"] in _CONFLICTS | {CouponNotFound.code}
    state = LeaseUseState.CONFLICT if is_conflict else LeaseUseState.REFUSED
    document |= {"outcome": state.lower(), "borne_by": lease.bearer, "fault": refusal}
    if coupon is None or not is_conflict:
        return Outcome(state, document)
    told: dict[str, JSON] = {
        "lease_id": lease.lease_id,
        "number": number,
        "coupon_id": coupon.coupon_id,
        "offer_id": coupon.offer_id,
        "offer_code": coupon.offer_code,
        "supplier_id": lease.supplier_id,
        "home_party_id": coupon.home_party_id,
        "shop": lease.shop,
        "borne_by": lease.bearer,
        "is_billed": False,
        "face_value_minor": coupon.face_value_minor,
        "currency": coupon.currency,
        "occurred_at": document["occurred_at"],
        "reason": refusal["code"],
    }
    return Outcome(state, document, told, coupon.book_id)


async def settle_use(
    connection: AsyncConnection, lease: Lease, number: int, outcome: Outcome
) -> None:
    """Store what became of a use, once. A conflict is told of, and opens a case, along with it."""
    bound = {
        "lease_id": lease.lease_id,
        "number": number,
        "state": outcome.state,
        "answer": orjson.dumps(outcome.document).decode(),
    }
    is_first = (await connection.execute(_SETTLE, bound)).rowcount == 1
    if not is_first or outcome.conflict is None:
        return
    await outbox.append(connection, outcome.book_id, OFFLINE_CONFLICT_TOPIC, [outcome.conflict])
    found = NewCase(
        book_id=outcome.book_id,
        kind=CaseKind.OFFLINE_CONFLICT,
        supplier_id=lease.supplier_id,
        home_party_id=outcome.conflict["home_party_id"],
        coupon_id=outcome.conflict["coupon_id"],
        subject=f"lease:{lease.lease_id}.{number}",
        evidence=outcome.conflict,
    )
    await open_case(connection, found)


async def list_lease_uses(
    connection: AsyncConnection,
    supplier: Party | None,
    lease_id: int,
    *,
    shop: str | None = None,
    state: LeaseUseState | None = None,
    after: int,
    limit: int,
) -> list[LeaseUse]:
    """A page of what was told of a lease, in order of number.

    Raises:
        LeaseNotFound: there is no such lease of the supplier, or of this shop of it.
    """
    lease = await find_lease(connection, supplier, lease_id, shop)
    bound = {"lease_id": lease.lease_id, "after": after, "state": state, "limit": limit}
    rows = (await connection.execute(_PAGE, bound)).mappings()
    return [LeaseUse(**{**row, "state": LeaseUseState(row["state"])}) for row in rows]


async def tell_conflicts(database: Database) -> int:
    """Put conflicts into the log, where operators have them watched. Returns how many."""
    async with database.transaction() as connection:
        messages = await outbox.claim(connection, [OFFLINE_CONFLICT_TOPIC], TOLD_MAX)
        await outbox.done(connection, messages)
    for message in messages:
        _log.warning("coupon_offline_conflict", book_id=message.book_id, **message.payload)
    return len(messages)
