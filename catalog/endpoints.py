"""How a supplier is reached: the address of its fulfilment service and the secret that signs what is sent there.

The secret arrives and stays encrypted: this package never sees it in clear.
"""

from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import (
    ENCRYPTED_SECRET_BYTES_MAX,
    HOST_LABEL_LENGTH_MAX,
    HOST_LENGTH_MAX,
    URL_LENGTH_MAX,
)
from catalog.parties import PartyNotFound
from catalog.tables import endpoint, party
from ledger import Refusal


class InvalidEndpoint(Refusal):
    """The address is no plain HTTP(S) address, or the encrypted secret is empty or too long."""

    code: ClassVar[str] = "invalid-endpoint"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The endpoint is not a plain http or https address with a secret."


class EndpointNotFound(Refusal):
    """The supplier has set no endpoint."""

    code: ClassVar[str] = "endpoint-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "The supplier has no endpoint."


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address without trailing slash, and the signing secret as its caller encrypted it."""

    url: str
    encrypted_secret: bytes = field(repr=False)


async def set_endpoint(
    connection: AsyncConnection, party_id: int, *, url: str, encrypted_secret: bytes
) -> Endpoint:
    """Set or replace the endpoint of a supplier; the last of two at once stands. One round trip.

    Raises:
        InvalidEndpoint: the address is not http(s)://host…, carries a user, query or fragment, or
            something is too long; a host that no
            resolver would take is refused here rather than at each order.
        PartyNotFound: no supplier has this id.
    """
    check_url(url)
    if not 0 < len(encrypted_secret) <= ENCRYPTED_SECRET_BYTES_MAX:
        raise InvalidEndpoint(
            f"the encrypted secret has 1 to {ENCRYPTED_SECRET_BYTES_MAX} bytes", field="secret"
        )
    address = url.rstrip("/")
    supplier = select(party.c.party_id, literal(address), literal(encrypted_secret)).where(
        party.c.party_id == party_id, party.c.roles.contains(["supplier"])
    )
    new = insert(endpoint).from_select(["party_id", "url", "encrypted_secret"], supplier)
    statement = new.on_conflict_do_update(
        index_elements=[endpoint.c.party_id],
        set_={
            "url": new.excluded.url,
            "encrypted_secret": new.excluded.encrypted_secret,
            "changed_at": func.now(),
        },
    ).returning(endpoint.c.party_id)
    if (await connection.execute(statement)).scalar_one_or_none() is None:
        raise PartyNotFound(f"there is no supplier {party_id}")
    return Endpoint(address, encrypted_secret)


async def find_endpoint(connection: AsyncConnection, party_id: int) -> Endpoint:
    """The endpoint of a supplier, or EndpointNotFound. One round trip."""
    statement = select(endpoint.c.url, endpoint.c.encrypted_secret).where(
        endpoint.c.party_id == party_id
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise EndpointNotFound(f"party {party_id} has no endpoint")
    return Endpoint(row.url, row.encrypted_secret)


def check_url(url: str) -> None:
    """Raise InvalidEndpoint unless `url` is http or https, with a host, and without user, query or fragment."""
    if (
        len(url) > URL_LENGTH_MAX
        or not url.isascii()
        or any(sign <= " " or sign == "\x7f" for sign in url)
    ):
        raise InvalidEndpoint(
            f"an address is visible ASCII of at most {URL_LENGTH_MAX} characters", field="url"
        )
    try:
        parts = urlsplit(url)
        good = _is_plain(parts)
    except ValueError as malformed:
        raise InvalidEndpoint(
            f"the address cannot be read: {malformed}", field="url"
        ) from malformed
    if not good:
        raise InvalidEndpoint(
            "an address is http or https with a host, without user, query or fragment", field="url"
        )


def _is_plain(parts: SplitResult) -> bool:
    """Reading the port raises ValueError when it is none."""
    port_is_good = parts.port is None or parts.port > 0
    named = (
        parts.scheme in {"http", "https"}
        and _is_host(parts.hostname or "")
        and "@" not in parts.netloc
    )
    return named and port_is_good and not parts.query and not parts.fragment


def _is_host(host: str) -> bool:
    """Whether its labels have lengths that DNS allows; an address in numbers has them too."""
    labels = host.removesuffix(".").split(".")
    return len(host) <= HOST_LENGTH_MAX and all(
        0 < len(label) <= HOST_LABEL_LENGTH_MAX for label in labels
    )
