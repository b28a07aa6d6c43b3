"""What the service reaches over a network, and what reaches the service."""

import asyncio
import http.client
from pathlib import Path
from urllib.parse import urlsplit

from redis.asyncio import Redis

from api.doctor.finding import Finding, sound, trouble, warning
from api.embedded.services import own_postgres
from api.embedded.sharing import is_used
from api.embedded.valkey import EmbeddedValkey
from api.settings import Settings
from catalog import PartyNotFound, Wire, load_wires
from exchange.fulfil import endpoint_state
from ledger import Database

ANSWER_SECONDS = 5.0
PAGE_BYTES_MAX = 1_000_000
CONNECTIONS_AT_ONCE = 20
SUPPLIERS_NAMED_MAX = 5


async def check_valkey(settings: Settings) -> Finding:
    """Valkey holds the counters of the limits. Without it, nobody is limited."""
    url = settings.redis_url.get_secret_value()
    advice = "See that it runs and that COMITY_REDIS_URL names it: meanwhile nobody is limited"
    if not url:
        if not is_used("valkey", settings.data_dir):
            return sound("valkey", "it starts with the service, which does not run now")
        url = _own_url(settings.data_dir)
        advice = "Look at valkey/valkey.log in the data directory: meanwhile nobody is limited"
    try:
        client = Redis.from_url(url)
    except ValueError:
        return warning("valkey", "COMITY_REDIS_URL is no address of a Valkey", advice)
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await client.ping()
    except Exception as error:  # noqa: BLE001 - whatever the client raises, Valkey is away
        return warning("valkey", f"it does not answer ({type(error).__name__})", advice)
    finally:
        await client.aclose()
    return sound("valkey", "it answers")


def _own_url(data_dir: Path) -> str:
    beside = own_postgres(data_dir)
    return EmbeddedValkey(beside.data_dir, beside.sockets, beside.account).url


async def check_suppliers(database: Database, settings: Settings) -> Finding:
    """A connection to each supplier must be possible. Nothing is sent."""
    async with database.transaction() as connection:
        wires = await load_wires(connection)
    turns = asyncio.Semaphore(CONNECTIONS_AT_ONCE)

    async def state(wire: Wire) -> str:
        if wire.url is None:
            return "has set no endpoint"
        async with turns:
            return await endpoint_state(wire.url, settings.networks)

    states = await asyncio.gather(*map(state, wires))
    away = [
        f"{wire.supplier} ({told})"
        for wire, told in zip(wires, states, strict=True)
        if told != "ok"
    ]
    if away:
        more = len(away) - SUPPLIERS_NAMED_MAX
        others = f" and {more} others" if more > 0 else ""
        return warning(
            "suppliers",
            f"{len(away)} of {len(wires)} cannot be sent orders: "
            f"{', '.join(away[:SUPPLIERS_NAMED_MAX])}{others}",
            "Ask them, and look at COMITY_SUPPLIER_NETWORKS if they are inside; their orders wait",
        )
    if not wires:
        return sound("suppliers", "none delivers itself")
    return sound("suppliers", f"all that deliver themselves can be reached: {len(wires)}")


async def check_public_address(settings: Settings, *, is_running: bool) -> Finding:
    """Suppliers call back at COMITY_PUBLIC_URL, so it must lead here."""
    state = await asyncio.to_thread(_public_state, settings.public_url)
    if state == "ok":
        return sound("public address", f"Comity answers at {settings.public_url}")
    if not is_running:
        return sound(
            "public address",
            f"{settings.public_url} does not answer, as the service does not run now",
        )
    return trouble(
        "public address",
        f"{settings.public_url}: {state}",
        "Set COMITY_PUBLIC_URL to the address that suppliers reach, and see that the proxy passes "
        "/v1/ and /problems: suppliers cannot call back",
    )


def _public_state(url: str) -> str:
    """`ok` if Comity's own page is at the address, or what is there."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        connection = kind(parts.hostname or "", parts.port, timeout=ANSWER_SECONDS)
    except (http.client.InvalidURL, ValueError):
        return "it is no address"
    try:
        connection.request("GET", f"{parts.path}/problems")
        response = connection.getresponse()
        page = response.read(PAGE_BYTES_MAX).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return f"no answer ({str(error) or type(error).__name__})"
    finally:
        connection.close()
    # A proxy that leads elsewhere may answer with a page of its own.
    is_ours = f"/problems/{PartyNotFound.code}" in page
    return "ok" if is_ours else f"another page answers, with status {response.status}"
