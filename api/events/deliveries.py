"""The log of deliveries, and what is sent again because somebody asks for it.

A delivery that is sent again begins anew, with all its attempts before it. A receiver knows the
event by its id.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from api.events.catalogue import ASKED_FOR
from api.events.endpoints import (
    WebhookEndpointDisabled,
    find_webhook_endpoint,
)
from api.events.envelope import ID_PREFIX
from catalog import BIGINT_MAX
from ledger import Refusal

DeliveryState = Literal["waiting", "delivered", "failed"]
REPLAY_MAX = 10_000
"""The most deliveries that one request has sent again."""


class DeliveryNotFound(Refusal):
    """The party has no such delivery, or no longer."""

    code: ClassVar[str] = "delivery-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such delivery."


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: when, for how long, and what came back. `problem` says why nothing did."""

    attempt: int
    started_at: datetime
    milliseconds: int
    status: int | None
    problem: str | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one endpoint. It is due at `due_at`, if it waits.

    `attempts` were made in all, and `made` is what came of each.
    """

    delivery_id: int
    endpoint_id: int
    event_id: UUID
    sequence: int
    type: str
    state: DeliveryState
    attempts: int
    due_at: datetime | None
    created_at: datetime
    ended_at: datetime | None
    made: tuple[Attempt, ...] = ()

    @property
    def event(self) -> str:
        """The name of the event."""
        return f"{ID_PREFIX}{self.event_id.hex}"


@dataclass(frozen=True, slots=True)
class DeliveriesWanted:
    """Which deliveries are listed. None stands for any."""

    endpoint_id: int | None = None
    state: DeliveryState | None = None
    type: str | None = None


_COLUMNS = """d.delivery_id, d.endpoint_id, v.event_id, d.sequence, v.type, d.state, d.attempts,
        CASE d.state WHEN 'waiting' THEN d.due_at END AS due_at, d.created_at, d.ended_at"""

_LIST = text(
    f"""
    SELECT {_COLUMNS}
    FROM api.delivery AS d
        JOIN api.event AS v ON v.party_id = d.party_id AND v.sequence = d.sequence
    WHERE d.party_id = :party_id AND d.delivery_id < :before
        AND (CAST(:endpoint_id AS bigint) IS NULL OR d.endpoint_id = :endpoint_id)
        AND (CAST(:state AS text) IS NULL OR d.state = :state)
        AND (CAST(:type AS text) IS NULL OR v.type = :type)
    ORDER BY d.delivery_id DESC LIMIT :limit
    """
)

_ATTEMPTS = text(
    """
    SELECT delivery_id, attempt, started_at, milliseconds, status, problem, answer
    FROM api.delivery_attempt WHERE delivery_id = ANY(:deliveries) ORDER BY delivery_id, attempt
    """
).bindparams(bindparam("deliveries", type_=ARRAY(BIGINT)))

_LOCK = text(
    """
    SELECT d.endpoint_id FROM api.delivery AS d
    WHERE d.delivery_id = :delivery_id AND d.party_id = :party_id FOR UPDATE
    """
)

_AGAIN = text(
    """
    UPDATE api.delivery
    SET state = 'waiting', tries = 0, due_at = :now, leased_until = NULL, ended_at = NULL
    WHERE delivery_id = :delivery_id
    """
)

_FAILED_AGAIN = text(
    """
    WITH failed AS (
        SELECT d.delivery_id FROM api.delivery AS d
            JOIN api.event AS v ON v.party_id = d.party_id AND v.sequence = d.sequence
        WHERE d.endpoint_id = :endpoint_id AND d.state = 'failed' AND v.recorded_at >= :since
        ORDER BY d.sequence LIMIT :limit
    )
    UPDATE api.delivery AS d SET state = 'waiting', tries = 0, due_at = :now, ended_at = NULL
    FROM failed WHERE d.delivery_id = failed.delivery_id AND d.state = 'failed'
    RETURNING d.delivery_id
    """
).bindparams(*(bindparam(name, type_=TIMESTAMP(timezone=True)) for name in ("since", "now")))

# While an endpoint is disabled, what happens is in the log alone. A ping is for one endpoint.
_MISSED = text(
    """
    INSERT INTO api.delivery (endpoint_id, party_id, sequence, due_at)
    SELECT e.endpoint_id, v.party_id, v.sequence, :now
    FROM api.webhook_endpoint AS e JOIN api.event AS v ON v.party_id = e.party_id
    WHERE e.endpoint_id = :endpoint_id AND v.recorded_at >= greatest(:since, e.created_at)
        AND v.type <> 'test.ping'
        AND (
            v.type = ANY(e.types) OR cardinality(e.types) = 0 AND v.type <> ALL(:asked_for)
        )
        AND NOT EXISTS (
            SELECT FROM api.delivery AS d
            WHERE d.endpoint_id = e.endpoint_id AND d.sequence = v.sequence
        )
    ORDER BY v.sequence LIMIT :limit
    ON CONFLICT ON CONSTRAINT delivery_event_key DO NOTHING
    RETURNING delivery_id
    """
).bindparams(
    *(bindparam(name, type_=TIMESTAMP(timezone=True)) for name in ("since", "now")),
    bindparam("asked_for", type_=ARRAY(TEXT)),
)


async def list_deliveries(
    connection: AsyncConnection,
    party_id: int,
    wanted: DeliveriesWanted,
    *,
    before: int | None = None,
    limit: int,
) -> list[Delivery]:
    """A page of the deliveries of a party, the latest first, with their attempts.

    Two round trips.
    """
    page = {
        "party_id": party_id,
        "before": BIGINT_MAX if before is None else before,
        "limit": limit,
        "endpoint_id": wanted.endpoint_id,
        "state": wanted.state,
        "type": wanted.type,
    }
    rows = (await connection.execute(_LIST, page)).mappings().all()
    attempts = await _attempts(connection, [row["delivery_id"] for row in rows])
    return [Delivery(**row, made=tuple(attempts.get(row["delivery_id"], ()))) for row in rows]


async def _attempts(
    connection: AsyncConnection, deliveries: Collection[int]
) -> dict[int, list[Attempt]]:
    found: dict[int, list[Attempt]] = {}
    rows: Any = await connection.execute(_ATTEMPTS, {"deliveries": list(deliveries)})
    for delivery_id, *facts in rows:
        found.setdefault(delivery_id, []).append(Attempt(*facts))
    return found


async def replay_delivery(
    connection: AsyncConnection, party_id: int, delivery_id: int, now: datetime
) -> Delivery:
    """Send an event to its endpoint again, now. Four round trips.

    Raises:
        DeliveryNotFound: the party has no such delivery.
        WebhookEndpointDisabled: nothing is sent to the endpoint.
    """
    named = {"delivery_id": delivery_id, "party_id": party_id}
    endpoint_id = (await connection.execute(_LOCK, named)).scalar_one_or_none()
    if endpoint_id is None:
        raise DeliveryNotFound(f"there is no delivery {delivery_id}")
    await require_enabled(connection, party_id, endpoint_id)
    await connection.execute(_AGAIN, {"delivery_id": delivery_id, "now": now})
    (replayed,) = await list_deliveries(
        connection, party_id, DeliveriesWanted(), before=delivery_id + 1, limit=1
    )
    return replayed


async def replay_failed(
    connection: AsyncConnection, party_id: int, endpoint_id: int, since: datetime, now: datetime
) -> int:
    """Send what an endpoint did not get since then: what failed, and what it was not sent.

    At most REPLAY_MAX of either. Returns how many deliveries that are. Three round trips.

    Raises:
        WebhookEndpointNotFound: the party has none of this number.
        WebhookEndpointDisabled: nothing is sent to the endpoint.
    """
    await require_enabled(connection, party_id, endpoint_id)
    bound = {"endpoint_id": endpoint_id, "since": since, "now": now, "limit": REPLAY_MAX}
    failed = (await connection.execute(_FAILED_AGAIN, bound)).all()
    unnamed = {"asked_for": sorted(ASKED_FOR)}
    missed = (await connection.execute(_MISSED, bound | unnamed)).all()
    return len(failed) + len(missed)


async def require_enabled(connection: AsyncConnection, party_id: int, endpoint_id: int) -> None:
    """Require an endpoint of the party to which something is sent. One round trip.

    Raises:
        WebhookEndpointNotFound: the party has none of this number.
        WebhookEndpointDisabled: it is disabled.
    """
    endpoint = await find_webhook_endpoint(connection, party_id, endpoint_id)
    if endpoint.state == "disabled":
        raise WebhookEndpointDisabled(f"{endpoint.reason}", reason=endpoint.reason)
