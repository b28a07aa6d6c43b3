"""Deliver: which attempts are made now, and what became of them.

A delivery is claimed in one transaction, sent without one, and what came of it is noted in another.
A claim is a lease: for LEASE_SECONDS nobody else takes the delivery, and it is due again when that
is over. So a worker that dies in between loses nothing. The event is sent again, under the same id.
What is noted names the lease. A worker whose lease is over changes nothing.

Of one endpoint, IN_FLIGHT_MAX attempts at most are under way, over all processes: claims lock the
endpoint's row and count the leases. One at which everything has failed lately has one at a time,
and those at which it has not come first. So a receiver that hangs holds a few places for a few
seconds, and those of others are free.
"""

import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx2
import structlog
from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from api.events.endpoints import disable_webhook_endpoint
from api.events.envelope import LoggedEvent
from api.events.retry import FAILING_DAYS_MAX, Next, Result, fails_too_long, judge
from api.events.secrets import decrypted
from api.events.send import ATTEMPT_SECONDS_MAX, Post, send
from exchange.fulfil import Vault, VaultBroken
from ledger import Database, read_clock

IN_FLIGHT_MAX = 4
"""The most attempts at one endpoint at once."""
IN_FLIGHT_ALL_MAX = 160
"""The most attempts of one process at once."""
LEASE_SECONDS = 4 * ATTEMPT_SECONDS_MAX
"""Longer than an attempt takes, with what is noted of it."""
ENDPOINTS_MAX = 100
"""The most endpoints that one round looks at."""
GONE = "it answered 410: it is gone"
FAILING = f"everything has failed for {FAILING_DAYS_MAX} days"
NOT_SIGNED = "its secret cannot be decrypted"

_log = structlog.get_logger("comity.events")

Start = Callable[[Coroutine[Any, Any, None]], object]

# A delivery that is leased is due when its lease ends, which is before the horizon. So the index
# leads to the few that are under way, however many wait behind them. OFFSET keeps the planner from
# reading all that are due, only to find whose they are.
_HEADS = text(
    """
    SELECT e.endpoint_id FROM api.webhook_endpoint AS e
    WHERE e.state = 'enabled' AND EXISTS (
        SELECT FROM api.delivery AS d
        WHERE d.endpoint_id = e.endpoint_id AND d.state = 'waiting' AND d.due_at <= :now
        OFFSET 0
    ) AND (
        SELECT count(*) FROM api.delivery AS d
        WHERE d.endpoint_id = e.endpoint_id AND d.state = 'waiting' AND d.leased_until > :now
            AND d.due_at > :now AND d.due_at < :horizon
    ) < CASE WHEN e.failing_since IS NULL THEN CAST(:in_flight AS integer) ELSE 1 END
    ORDER BY e.failing_since NULLS FIRST, e.endpoint_id LIMIT :limit
    FOR NO KEY UPDATE OF e SKIP LOCKED
    """
).bindparams(*(bindparam(name, type_=TIMESTAMP(timezone=True)) for name in ("now", "horizon")))

_CLAIM = text(
    """
    WITH picked AS (
        SELECT due.delivery_id
        FROM api.webhook_endpoint AS e, LATERAL (
            SELECT d.delivery_id FROM api.delivery AS d
            WHERE d.endpoint_id = e.endpoint_id AND d.state = 'waiting' AND d.due_at <= :now
            ORDER BY d.due_at, d.sequence
            LIMIT greatest(0,
                CASE WHEN e.failing_since IS NULL THEN CAST(:in_flight AS integer) ELSE 1 END - (
                    SELECT count(*) FROM api.delivery AS busy
                    WHERE busy.endpoint_id = e.endpoint_id AND busy.state = 'waiting'
                        AND busy.leased_until > :now
                        AND busy.due_at > :now AND busy.due_at < :horizon
                )
            )
        ) AS due
        WHERE e.endpoint_id = ANY(:endpoints)
        ORDER BY array_position(:endpoints, e.endpoint_id) LIMIT :limit
    ), claimed AS (
        UPDATE api.delivery AS d SET leased_until = :until, due_at = :until
        FROM picked WHERE d.delivery_id = picked.delivery_id
        RETURNING d.delivery_id, d.endpoint_id, d.party_id, d.sequence, d.tries, d.attempts
    )
    SELECT c.delivery_id, c.endpoint_id, c.tries, c.attempts, e.url, e.encrypted_secret,
        CASE WHEN e.former_until > :now THEN e.former_secret END AS former_secret,
        v.party_id, v.sequence, v.event_id, v.type, v.happened_at, v.data
    FROM claimed AS c JOIN api.webhook_endpoint AS e USING (endpoint_id)
        JOIN api.event AS v ON v.party_id = c.party_id AND v.sequence = c.sequence
    ORDER BY c.endpoint_id, c.sequence
    """
).bindparams(
    bindparam("endpoints", type_=ARRAY(BIGINT)),
    *(bindparam(name, type_=TIMESTAMP(timezone=True)) for name in ("now", "until", "horizon")),
)

_NOTE = text(
    """
    WITH noted AS (
        UPDATE api.delivery
        SET state = :state, attempts = attempts + 1, tries = tries + 1, leased_until = NULL,
            due_at = coalesce(:due_at, due_at), ended_at = :ended_at
        WHERE delivery_id = :delivery_id AND state = 'waiting' AND leased_until = :lease
        RETURNING delivery_id, attempts
    ), logged AS (
        INSERT INTO api.delivery_attempt (
            delivery_id, attempt, started_at, milliseconds, status, problem, answer
        )
        SELECT delivery_id, attempts, :started_at, :milliseconds, :status, :problem, :answer
        FROM noted
    )
    SELECT attempts FROM noted
    """
).bindparams(
    *(
        bindparam(name, type_=TIMESTAMP(timezone=True))
        for name in ("due_at", "ended_at", "lease", "started_at")
    ),
)

_WORKS = text(
    """
    UPDATE api.webhook_endpoint SET failing_since = NULL
    WHERE endpoint_id = :endpoint_id AND failing_since IS NOT NULL
    """
)

_FAILS = text(
    """
    UPDATE api.webhook_endpoint SET failing_since = coalesce(failing_since, :now)
    WHERE endpoint_id = :endpoint_id RETURNING failing_since
    """
).bindparams(bindparam("now", type_=TIMESTAMP(timezone=True)))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process may send, until its lease is over."""

    delivery_id: int
    endpoint_id: int
    tries: int
    lease: datetime
    event: LoggedEvent
    url: str
    encrypted: tuple[bytes | None, bytes | None] = field(repr=False)


@dataclass(slots=True)
class Courier:
    """Delivers what is due, over one pool of connections that go to allowed addresses alone.

    `in_flight` counts the attempts of this process that are under way. `draw` gives the jitter.
    """

    database: Database
    http: httpx2.AsyncClient
    vault: Vault
    draw: Callable[[], float] = random.random
    in_flight: int = 0

    async def deliver(self, start: Start, now: datetime | None = None) -> int:
        """Claim what is due and start an attempt for each. Returns how many.

        `start` is given the attempts, which run beside the caller. Three round trips.
        """
        places = IN_FLIGHT_ALL_MAX - self.in_flight
        if places <= 0:
            return 0
        claimed = await claim_deliveries(self.database, places, now)
        for each in claimed:
            self.in_flight += 1
            start(self._attempt(each, now))
        return len(claimed)

    async def _attempt(self, claimed: Claimed, now: datetime | None) -> None:
        try:
            async with self.database.transaction() as connection:
                started_at = now or await read_clock(connection)
            result = await self._send(claimed, started_at)
            await note_attempt(
                self.database, claimed, result, started_at, drawn=self.draw(), now=now
            )
        finally:
            self.in_flight -= 1

    async def _send(self, claimed: Claimed, now: datetime) -> Result:
        try:
            secrets = decrypted(self.vault, claimed.event.party_id, *claimed.encrypted)
        except VaultBroken:
            # A secret is missing here. It is tried again, as if the receiver were away.
            _log.error("webhook_not_signed", endpoint=claimed.endpoint_id)
            return Result(0, problem=NOT_SIGNED)
        post = Post(claimed.url, claimed.event.id, claimed.event.body(), secrets)
        return await send(self.http, post, now)


async def claim_deliveries(
    database: Database, limit: int, now: datetime | None = None
) -> list[Claimed]:
    """Lease deliveries that are due. Three round trips."""
    async with database.transaction() as connection:
        now = now or await read_clock(connection)
        until = now + timedelta(seconds=LEASE_SECONDS)
        # Another process may have read a later time.
        horizon = until + timedelta(seconds=LEASE_SECONDS)
        wanted: dict[str, Any] = {"now": now, "horizon": horizon, "in_flight": IN_FLIGHT_MAX}
        heads = await connection.execute(_HEADS, {**wanted, "limit": ENDPOINTS_MAX})
        endpoints = list(heads.scalars())
        if not endpoints:
            return []
        leased = {"endpoints": endpoints, "until": until, "limit": limit}
        rows = (await connection.execute(_CLAIM, wanted | leased)).all()
    return [_claimed(row, until) for row in rows]


def _claimed(row: Row[Any], lease: datetime) -> Claimed:
    event = LoggedEvent(
        row.party_id, row.sequence, row.event_id, row.type, row.happened_at, row.data
    )
    encrypted = (row.encrypted_secret, row.former_secret)
    return Claimed(row.delivery_id, row.endpoint_id, row.tries, lease, event, row.url, encrypted)


async def note_attempt(
    database: Database,
    claimed: Claimed,
    result: Result,
    started_at: datetime,
    *,
    drawn: float,
    now: datetime | None = None,
) -> bool:
    """Note what came of an attempt. Says whether it counts: the lease may be over.

    Three round trips, and those of an endpoint that is disabled.
    """
    async with database.transaction() as connection:
        now = now or await read_clock(connection)
        following = judge(result, claimed.tries + 1, now, drawn)
        noted = await connection.execute(
            _NOTE, _values(claimed, result, following, started_at, now)
        )
        if noted.one_or_none() is None:
            return False
        await _judge_endpoint(connection, claimed.endpoint_id, following, now)
        return True


def _values(
    claimed: Claimed, result: Result, following: Next, started_at: datetime, now: datetime
) -> dict[str, object]:
    # What waits for an endpoint that is gone goes out if somebody enables it again.
    is_waiting = following.verdict in {"again", "gone"}
    return {
        "delivery_id": claimed.delivery_id,
        "lease": claimed.lease,
        "state": "waiting" if is_waiting else following.verdict,
        "due_at": following.due_at or now,
        "ended_at": None if is_waiting else now,
        "started_at": started_at,
        "milliseconds": result.milliseconds,
        "status": result.status,
        "problem": result.problem,
        "answer": result.answer,
    }


async def _judge_endpoint(
    connection: AsyncConnection, endpoint_id: int, following: Next, now: datetime
) -> None:
    """Note whether the endpoint works, and disable one that does not any more."""
    named = {"endpoint_id": endpoint_id}
    if following.verdict == "delivered":
        await connection.execute(_WORKS, named)
        return
    since = (await connection.execute(_FAILS, {**named, "now": now})).scalar_one_or_none()
    if following.verdict == "gone":
        await disable_webhook_endpoint(connection, endpoint_id, GONE, now)
    elif since is not None and fails_too_long(since, now):
        await disable_webhook_endpoint(connection, endpoint_id, FAILING, now)
