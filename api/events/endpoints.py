"""Webhook endpoints: where a party wants its events sent.

Locks: adding counts a party's endpoints under an advisory lock of the party. Whoever changes an
endpoint locks its row. Who claims deliveries of it passes over a row that is locked (`deliver`).

An endpoint that is disabled gets nothing, and loses nothing: what waits for it waits on, and goes
out when it is enabled again. What happens meanwhile is in the log alone. `deliveries` sends it
later, if somebody asks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from api.events.catalogue import require_types
from catalog import SupplierNetworks, require_url
from ledger import NO_BOOK, Event, Refusal, tell

ENDPOINTS_MAX = 16
"""The most webhook endpoints of one party."""
DESCRIPTION_LENGTH_MAX = 200
BY_ITS_PARTY = "its party has disabled it"
EndpointState = Literal["enabled", "disabled"]


class WebhookEndpointNotFound(Refusal):
    """The party has no such webhook endpoint."""

    code: ClassVar[str] = "webhook-endpoint-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such webhook endpoint."


class WebhookEndpointDisabled(Refusal):
    """Nothing is sent to a webhook endpoint that is disabled. Enable it first."""

    code: ClassVar[str] = "webhook-endpoint-disabled"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The webhook endpoint is disabled."
    is_transient: ClassVar[bool] = True


class TooManyWebhookEndpoints(Refusal):
    """The party has as many webhook endpoints as it may have. Remove one first."""

    code: ClassVar[str] = "too-many-webhook-endpoints"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The party has too many webhook endpoints."
    is_transient: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """An endpoint as its party sees it. No `types`: all of them.

    `former_until`: so long the secret before signs, too. `reason` says why it is disabled.
    `failing_since`: everything has failed since then.
    """

    endpoint_id: int
    url: str
    description: str | None
    types: list[str]
    state: EndpointState
    reason: str | None
    failing_since: datetime | None
    disabled_at: datetime | None
    created_at: datetime
    former_until: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an endpoint is to be. No `types`: all of them."""

    url: str
    types: Sequence[str]
    description: str | None = None
    state: EndpointState = "enabled"


_COLUMNS = """endpoint_id, url, description, types, state, reason, failing_since, disabled_at,
        created_at, CASE WHEN former_until > now() THEN former_until END AS former_until"""

_TAKE_TURN = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('api.webhook_endpoint', :party_id))"
)

_COUNT = text("SELECT count(*) FROM api.webhook_endpoint WHERE party_id = :party_id")

_ADD = text(
    f"""
    INSERT INTO api.webhook_endpoint (party_id, url, description, types, encrypted_secret)
    VALUES (:party_id, :url, :description, :types, :secret)
    RETURNING {_COLUMNS}
    """
).bindparams(bindparam("types", type_=ARRAY(TEXT)), bindparam("secret", type_=BYTEA))

_LIST = text(
    f"""
    SELECT {_COLUMNS} FROM api.webhook_endpoint WHERE party_id = :party_id ORDER BY endpoint_id
    """
)

_FIND = text(
    f"""
    SELECT {_COLUMNS} FROM api.webhook_endpoint
    WHERE endpoint_id = :endpoint_id AND party_id = :party_id
    """
)

_LOCK = text(
    """
    SELECT endpoint_id, encrypted_secret FROM api.webhook_endpoint
    WHERE endpoint_id = :endpoint_id AND party_id = :party_id FOR UPDATE
    """
)

_CHANGE = text(
    f"""
    UPDATE api.webhook_endpoint
    SET url = :url, description = :description, types = :types, state = :state,
        reason = CASE :state WHEN 'disabled' THEN coalesce(reason, :reason) END,
        disabled_at = CASE :state WHEN 'disabled' THEN coalesce(disabled_at, :now) END,
        failing_since = CASE WHEN state = :state THEN failing_since END
    WHERE endpoint_id = :endpoint_id
    RETURNING {_COLUMNS}
    """
).bindparams(
    bindparam("types", type_=ARRAY(TEXT)),
    *(bindparam(name, type_=TEXT) for name in ("url", "description", "state", "reason")),
    bindparam("now", type_=TIMESTAMP(timezone=True)),
)

_ROTATE = text(
    f"""
    UPDATE api.webhook_endpoint
    SET encrypted_secret = :secret,
        former_secret = CASE WHEN :until > :now THEN encrypted_secret END,
        former_until = CASE WHEN :until > :now THEN :until END
    WHERE endpoint_id = :endpoint_id
    RETURNING {_COLUMNS}
    """
).bindparams(
    bindparam("secret", type_=BYTEA),
    *(bindparam(name, type_=TIMESTAMP(timezone=True)) for name in ("until", "now")),
)

_REMOVE = text(
    """
    DELETE FROM api.webhook_endpoint WHERE endpoint_id = :endpoint_id AND party_id = :party_id
    """
)

_DISABLE = text(
    """
    UPDATE api.webhook_endpoint SET state = 'disabled', disabled_at = :now, reason = :reason
    WHERE endpoint_id = :endpoint_id AND state = 'enabled'
    RETURNING party_id, url
    """
).bindparams(bindparam("now", type_=TIMESTAMP(timezone=True)))


async def add_webhook_endpoint(
    connection: AsyncConnection,
    party_id: int,
    wanted: Wanted,
    encrypted_secret: bytes,
    networks: SupplierNetworks,
) -> WebhookEndpoint:
    """Add an endpoint, which is enabled at first. Three round trips.

    Raises:
        EndpointInvalid, EndpointNotAllowed: the address is none to which something may be sent.
        EventTypeUnknown: one of the types is none.
        TooManyWebhookEndpoints: the party has as many as it may have.
    """
    url = _allowed(wanted.url, networks)
    types = require_types(wanted.types)
    await connection.execute(_TAKE_TURN, {"party_id": party_id})
    if (await connection.scalar(_COUNT, {"party_id": party_id}) or 0) >= ENDPOINTS_MAX:
        raise TooManyWebhookEndpoints(f"a party has at most {ENDPOINTS_MAX}", limit=ENDPOINTS_MAX)
    values = {
        "party_id": party_id,
        "url": url,
        "description": wanted.description,
        "types": list(types),
        "secret": encrypted_secret,
    }
    return _endpoint((await connection.execute(_ADD, values)).one())


async def load_webhook_endpoints(
    connection: AsyncConnection, party_id: int
) -> list[WebhookEndpoint]:
    """All endpoints of a party, in the order in which they were added. One round trip."""
    return [_endpoint(row) for row in await connection.execute(_LIST, {"party_id": party_id})]


async def find_webhook_endpoint(
    connection: AsyncConnection, party_id: int, endpoint_id: int
) -> WebhookEndpoint:
    """One endpoint. One round trip.

    Raises:
        WebhookEndpointNotFound: the party has none of this number.
    """
    wanted = {"party_id": party_id, "endpoint_id": endpoint_id}
    row = (await connection.execute(_FIND, wanted)).one_or_none()
    if row is None:
        raise WebhookEndpointNotFound(f"there is no webhook endpoint {endpoint_id}")
    return _endpoint(row)


async def change_webhook_endpoint(
    connection: AsyncConnection,
    party_id: int,
    endpoint_id: int,
    wanted: Wanted,
    *,
    networks: SupplierNetworks,
    now: datetime,
) -> WebhookEndpoint:
    """Make an endpoint what it is to be. Enabled again, it begins anew. Two round trips.

    Raises:
        WebhookEndpointNotFound: the party has none of this number.
        EndpointInvalid, EndpointNotAllowed: the address is none to which something may be sent.
        EventTypeUnknown: one of the types is none.
    """
    await _lock(connection, party_id, endpoint_id)
    values = {
        "endpoint_id": endpoint_id,
        "url": _allowed(wanted.url, networks),
        "description": wanted.description,
        "types": list(require_types(wanted.types)),
        "state": wanted.state,
        "reason": BY_ITS_PARTY,
        "now": now,
    }
    return _endpoint((await connection.execute(_CHANGE, values)).one())


async def rotate_webhook_secret(
    connection: AsyncConnection,
    party_id: int,
    endpoint_id: int,
    encrypted_secret: bytes,
    *,
    overlap_seconds: int,
    now: datetime,
) -> WebhookEndpoint:
    """Give an endpoint another secret. The one before signs beside it for `overlap_seconds`.

    One that still signed beside that does so no more. Two round trips.

    Raises:
        WebhookEndpointNotFound: the party has none of this number.
    """
    await _lock(connection, party_id, endpoint_id)
    values = {
        "endpoint_id": endpoint_id,
        "secret": encrypted_secret,
        "until": now + timedelta(seconds=overlap_seconds),
        "now": now,
    }
    return _endpoint((await connection.execute(_ROTATE, values)).one())


async def remove_webhook_endpoint(
    connection: AsyncConnection, party_id: int, endpoint_id: int
) -> bool:
    """Remove an endpoint with its secrets and its deliveries. Says whether it was there."""
    wanted = {"party_id": party_id, "endpoint_id": endpoint_id}
    return (await connection.execute(_REMOVE, wanted)).rowcount > 0


async def disable_webhook_endpoint(
    connection: AsyncConnection, endpoint_id: int, reason: str, now: datetime
) -> None:
    """Send nothing to an endpoint any more, and tell its party so. One that is, stays so."""
    disabled = {"endpoint_id": endpoint_id, "reason": reason, "now": now}
    row = (await connection.execute(_DISABLE, disabled)).one_or_none()
    if row is not None:
        data = {"endpoint_id": endpoint_id, "url": row.url, "reason": reason}
        await tell(connection, NO_BOOK, [Event(row.party_id, "endpoint.disabled", data)])


def _allowed(url: str, networks: SupplierNetworks) -> str:
    networks.require_endpoint(require_url(url))
    return url


async def _lock(connection: AsyncConnection, party_id: int, endpoint_id: int) -> None:
    wanted = {"party_id": party_id, "endpoint_id": endpoint_id}
    if (await connection.execute(_LOCK, wanted)).one_or_none() is None:
        raise WebhookEndpointNotFound(f"there is no webhook endpoint {endpoint_id}")


def _endpoint(row: Row[Any]) -> WebhookEndpoint:
    facts: Sequence[Any] = row
    return WebhookEndpoint(*facts)
