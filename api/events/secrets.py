"""The secrets that sign webhooks: encrypted at rest, and replaced without a gap.

A new secret signs at once. The one before signs beside it until its time is over: each message then
has two signatures, and a receiver that knows either of them takes it.
"""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from standardwebhooks import Webhook

from exchange.fulfil import Vault

SECRET_BYTES = 32
OVERLAP_SECONDS = 86_400
"""How long a replaced secret still signs, unless the caller says otherwise."""
OVERLAP_SECONDS_MAX = 604_800

_LOAD = text(
    """
    SELECT endpoint_id, party_id, encrypted_secret, false AS is_former FROM api.webhook_endpoint
    UNION ALL
    SELECT endpoint_id, party_id, former_secret, true FROM api.webhook_endpoint
    WHERE former_secret IS NOT NULL
    ORDER BY endpoint_id
    """
)
_REPLACE = text(
    """
    UPDATE api.webhook_endpoint SET encrypted_secret = :value
    WHERE endpoint_id = :endpoint_id AND encrypted_secret = :before
    """
)
_REPLACE_FORMER = text(
    """
    UPDATE api.webhook_endpoint SET former_secret = :value
    WHERE endpoint_id = :endpoint_id AND former_secret = :before
    """
)


@dataclass(frozen=True, slots=True)
class WebhookSecret:
    """A secret of an endpoint as the vault has encrypted it."""

    endpoint_id: int
    party_id: int
    value: bytes = field(repr=False)
    is_former: bool

    @property
    def name(self) -> str:
        """What it is, for people."""
        return f"secret of webhook endpoint {self.endpoint_id}"


def new_secret() -> str:
    """A new secret, as Standard Webhooks writes it."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def signed(plain: Sequence[str], identifier: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of a message, with a signature by each of these secrets. Pure."""
    at = now.astimezone(UTC)
    signatures = [Webhook(each).sign(identifier, at, body.decode()) for each in plain]
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def decrypted(vault: Vault, party_id: int, *encrypted: bytes | None) -> list[str]:
    """The secrets in clear.

    Raises:
        VaultBroken: a key of the vault is missing.
    """
    return [vault.decrypt(each, party_id=party_id) for each in encrypted if each is not None]


async def load_webhook_secrets(connection: AsyncConnection) -> list[WebhookSecret]:
    """All that the vault has encrypted of endpoints. One round trip."""
    return [
        WebhookSecret(row.endpoint_id, row.party_id, bytes(row.encrypted_secret), row.is_former)
        for row in await connection.execute(_LOAD)
    ]


async def replace_webhook_secret(
    connection: AsyncConnection, secret: WebhookSecret, value: bytes
) -> None:
    """Store the same secret in another form. If it was changed meanwhile, nothing happens."""
    statement = _REPLACE_FORMER if secret.is_former else _REPLACE
    await connection.execute(
        statement, {"endpoint_id": secret.endpoint_id, "before": secret.value, "value": value}
    )
