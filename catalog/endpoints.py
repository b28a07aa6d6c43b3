"""How to reach a supplier: its fulfilment service's address and the secret that signs requests.

The secret arrives encrypted and stays so. The caller encrypts it, and this package never sees it in
clear.
"""

import re
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import Integer, literal, literal_column, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.addresses import SupplierNetworks
from catalog.delivery_terms import DEFAULT_TERMS, TERM_NAMES, DeliveryTerms
from catalog.parties import PartyNotFound
from catalog.stages.stages import fall_back_to_checked
from catalog.tables import endpoint, offer, offer_version, party
from ledger import Refusal

URL_LENGTH_MAX = 500
HOST_LENGTH_MAX = 253
HOST_LABEL_LENGTH_MAX = 63
_LABEL = re.compile(r"[A-Za-z0-9_-]+")
ENCRYPTED_SECRET_BYTES_MAX = 4_096


class EndpointInvalid(Refusal):
    """The address is not a plain http or https one, or the secret is empty or too long."""

    code: ClassVar[str] = "endpoint-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The endpoint is not a plain http or https address with a secret."


class EndpointNotFound(Refusal):
    """The supplier has set no endpoint."""

    code: ClassVar[str] = "endpoint-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "The supplier has no endpoint."


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address without a trailing slash, and the signing secret as the caller encrypted it."""

    url: str
    encrypted_secret: bytes = field(repr=False)
    terms: DeliveryTerms = DEFAULT_TERMS


@dataclass(frozen=True, slots=True)
class Wire:
    """A supplier to which orders are sent, and its address. None if it has set none."""

    supplier: str
    url: str | None


async def set_endpoint(
    connection: AsyncConnection,
    party_id: int,
    *,
    url: str,
    encrypted_secret: bytes,
    networks: SupplierNetworks = SupplierNetworks(),  # noqa: B008 - frozen
    is_same_secret: bool = False,
    terms: DeliveryTerms = DEFAULT_TERMS,
) -> Endpoint:
    """Set or replace the endpoint of a supplier. Of two calls at once the last stands.

    `terms` replace those that were stated before. A supplier that was staged is to be checked
    again, unless address and secret (`is_same_secret`) stay what they were.

    One round trip, and one more if they do not. A host that no resolver would take is refused here
    rather than at each order. `networks` are where suppliers may be. Nothing is resolved here: a
    name is judged when it is connected to.

    Raises:
        EndpointNotAllowed: it states an address outside `networks`, or in an unusual form.
        EndpointInvalid: the address is not http or https with a host. It has a user, a query or a
            fragment. Or the address or the secret has a length that is not allowed.
        PartyNotFound: no supplier has this id.
    """
    networks.require_endpoint(require_url(url))
    if not 0 < len(encrypted_secret) <= ENCRYPTED_SECRET_BYTES_MAX:
        raise EndpointInvalid(
            f"the encrypted secret has 1 to {ENCRYPTED_SECRET_BYTES_MAX} bytes", field="secret"
        )
    address = url.rstrip("/")
    said = [literal(getattr(terms, name), Integer) for name in TERM_NAMES]
    supplier = select(party.c.party_id, literal(address), literal(encrypted_secret), *said).where(
        party.c.party_id == party_id, party.c.roles.contains(["supplier"])
    )
    new = insert(endpoint).from_select(
        ["party_id", "url", "encrypted_secret", *TERM_NAMES], supplier
    )
    statement = new.on_conflict_do_update(
        index_elements=[endpoint.c.party_id],
        set_={
            "url": new.excluded.url,
            "encrypted_secret": new.excluded.encrypted_secret,
            "changed_at": new.excluded.changed_at,
            "recorded_by": new.excluded.recorded_by,
            **{name: new.excluded[name] for name in TERM_NAMES},
        },
    ).returning(endpoint.c.party_id, literal_column("old.url").label("old_url"))
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise PartyNotFound(f"there is no supplier {party_id}")
    if row.old_url != address or not is_same_secret:
        await fall_back_to_checked(connection, party_id, "its address or its secret has changed")
    return Endpoint(address, encrypted_secret, terms)


async def find_endpoint(
    connection: AsyncConnection, party_id: int, *, locked: bool = False
) -> Endpoint:
    """The endpoint of a supplier, or EndpointNotFound. One round trip.

    `locked`: nobody else changes it until the transaction ends.
    """
    said = [endpoint.c[name] for name in TERM_NAMES]
    statement = select(endpoint.c.url, endpoint.c.encrypted_secret, *said).where(
        endpoint.c.party_id == party_id
    )
    row = (
        await connection.execute(statement.with_for_update() if locked else statement)
    ).one_or_none()
    if row is None:
        raise EndpointNotFound(f"party {party_id} has no endpoint")
    terms = DeliveryTerms(**dict(zip(TERM_NAMES, row[2:], strict=True)))
    return Endpoint(row.url, row.encrypted_secret, terms)


async def load_wires(connection: AsyncConnection) -> list[Wire]:
    """Where the suppliers are reached that deliver themselves or have an endpoint, by code."""
    delivers = (
        select(offer.c.offer_id)
        .join(offer_version, offer_version.c.offer_id == offer.c.offer_id)
        .where(
            offer.c.supplier_id == party.c.party_id,
            offer_version.c.version == offer.c.latest_version,
            offer_version.c.fulfilment == "direct",
        )
        .exists()
    )
    statement = (
        select(party.c.code, endpoint.c.url)
        .select_from(party.outerjoin(endpoint, endpoint.c.party_id == party.c.party_id))
        .where(party.c.roles.contains(["supplier"]), or_(endpoint.c.url.is_not(None), delivers))
        .order_by(party.c.code)
    )
    return [Wire(row.code, row.url) for row in await connection.execute(statement)]


def require_url(url: str) -> SplitResult:
    """Check that `url` is http or https with a host, and has no user, query or fragment.

    Returns its parts.

    Raises:
        EndpointInvalid: it is not.
    """
    if (
        len(url) > URL_LENGTH_MAX
        or not url.isascii()
        or any(sign <= " " or sign == "\x7f" for sign in url)
    ):
        raise EndpointInvalid(
            f"an address is visible ASCII of at most {URL_LENGTH_MAX} characters", field="url"
        )
    try:
        parts = urlsplit(url)
        good = _is_plain(parts)
    except ValueError as malformed:
        raise EndpointInvalid(
            f"the address cannot be read: {malformed}", field="url"
        ) from malformed
    if not good:
        raise EndpointInvalid(
            "an address is http or https with a host, without user, query or fragment", field="url"
        )
    return parts


def _is_plain(parts: SplitResult) -> bool:
    """Whether these are the parts of an address we take.

    Raises:
        ValueError: the port is not a number.
    """
    port_is_good = parts.port is None or parts.port > 0
    named = (
        parts.scheme in {"http", "https"}
        and ("[" in parts.netloc or _is_host(parts.hostname or ""))
        and "@" not in parts.netloc
    )
    return named and port_is_good and not parts.query and not parts.fragment


def _is_host(host: str) -> bool:
    """Whether its labels have characters and lengths of DNS. Those of a numeric address have."""
    labels = host.removesuffix(".").split(".")
    return len(host) <= HOST_LENGTH_MAX and all(
        len(label) <= HOST_LABEL_LENGTH_MAX and _LABEL.fullmatch(label) for label in labels
    )
