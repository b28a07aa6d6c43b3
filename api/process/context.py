"""The parts of one process, put together at its start and kept in the application's state.

They are one object and not a dependency each: an injected dependency costs about as much as a small
request.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import BlockingConnectionPool, Redis

from api.events.live import Live
from api.identity.half_way import HalfWay
from api.identity.oidc import Oidc, open_oidc
from api.identity.passwords import Passwords
from api.process.addresses import Addresses
from api.process.bell import Bell
from api.process.caches import KeyCache, PartyCodes, Recent
from api.process.clock import warn_of_clock
from api.process.deliveries import Deliveries
from api.process.guesses import Guesses
from api.process.hearts import Hearts, process_name
from api.process.limits import TokenBuckets
from api.process.misses import CodeMisses
from api.process.places import Places
from api.process.probe import Probe
from api.process.refusals import Refusals
from api.process.sold_out import ValkeySoldOut
from api.process.stored_secrets import open_vault
from api.settings import Settings
from exchange.fulfil import DataKeys, Vault
from exchange.redeem import QuoteKeys
from exchange.use import GatheredUses
from ledger import Database, Ledger
from ledger.book import Programme

VALKEY_TIMEOUT_SECONDS = 0.25
VALKEY_CONNECTIONS_MAX = 64
VALKEY_WAIT_SECONDS = 2.0
"""How long somebody waits for one of these connections. A crowd must not look as if Valkey were
away: then nobody would be limited."""
UPLOADS_WAITING_MAX = 64
"""Requests of one process that may wait for their files to be reconciled. Each keeps its body."""
UPLOADS_WAITING_SHARE = 4
"""How many of them may be one party's."""
PREVIEWS_AT_ONCE_MAX = 4
"""Partners' files that are previewed at once by one process. Each may take much memory."""
PREVIEWS_AT_ONCE_SHARE = 2
"""How many of them may be one party's."""


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of one process.

    A request has a place in `reading` while its body arrives, and one in `in_flight` while it is
    worked on. While the worker reconciles its file, it has one in `uploading` instead, and while a
    file is previewed, one in `previewing`.

    The last seven are bells. They ring when there may be `orders` to send, `uses` to rate,
    `conversions` to deliver, `uploads` to reconcile, files to import (`imports`) or `webhooks` to
    send, and when there were `changes` of coupons that somebody may wait for.
    """

    settings: Settings
    database: Database
    ledger: Ledger
    process: str
    redis: Redis
    vault: Vault
    quote_keys: QuoteKeys
    data_keys: DataKeys
    keys: KeyCache
    passwords: Passwords
    half_way: HalfWay
    oidc: Oidc | None
    programmes: Recent[Programme]
    codes: PartyCodes
    request_limits: TokenBuckets
    misses: CodeMisses
    tills: GatheredUses
    sold_out: ValkeySoldOut
    wrong_keys: Guesses
    addresses: Addresses
    reading: Places
    in_flight: Places
    refusals: Refusals
    uploading: Places
    previewing: Places
    deliveries: Deliveries
    live: Live
    hearts: Hearts
    probe: Probe
    orders: Bell
    uses: Bell
    conversions: Bell
    uploads: Bell
    imports: Bell
    webhooks: Bell
    changes: Bell


def _connect_valkey(settings: Settings) -> Redis:
    return Redis.from_pool(
        BlockingConnectionPool.from_url(
            settings.redis_url.get_secret_value(),
            max_connections=VALKEY_CONNECTIONS_MAX,
            timeout=VALKEY_WAIT_SECONDS,
            socket_timeout=VALKEY_TIMEOUT_SECONDS,
            socket_connect_timeout=VALKEY_TIMEOUT_SECONDS,
        )
    )


def _misses(redis: Redis, settings: Settings) -> CodeMisses:
    per_second, burst = settings.code_misses_per_second, int(settings.code_misses_burst)
    return CodeMisses(redis, per_second=per_second, burst=burst)


def _oidc(settings: Settings) -> Oidc | None:
    return open_oidc(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        settings.oidc_domains,
        public_url=settings.public_url,
        vault_keys=settings.vault_keys,
    )


@asynccontextmanager
async def open_context(settings: Settings) -> AsyncIterator[Context]:
    """Connect to the servers that the settings name, and close the connections at the end.

    Raises:
        SettingsError: a key of the vault is missing or cannot be read.
        UnsafeDurability: the database may lose acknowledged commits.
    """
    vault = open_vault(settings)
    url = settings.database_url.get_secret_value()
    database = await Database.open(url, pool_size=settings.database_pool_size)
    ledger, process = Ledger(database), process_name()
    try:
        probe = Probe(await Database.open(url, pool_size=1), vault, ledger, process)
    except BaseException:
        await database.close()
        raise
    redis = _connect_valkey(settings)
    changes, keys = Bell(), KeyCache(database)
    deliveries, live = Deliveries(database, changes), Live(database, url)
    try:
        await warn_of_clock(database)
        yield Context(
            settings=settings,
            database=database,
            ledger=ledger,
            process=process,
            redis=redis,
            vault=vault,
            quote_keys=QuoteKeys(settings.vault_keys),
            data_keys=DataKeys(database, vault),
            keys=keys,
            passwords=Passwords(),
            half_way=HalfWay(settings.vault_keys),
            oidc=_oidc(settings),
            programmes=Recent(),
            codes=PartyCodes(),
            request_limits=TokenBuckets(
                redis, "rate", per_second=settings.rate_per_second, burst=int(settings.rate_burst)
            ),
            misses=_misses(redis, settings),
            tills=GatheredUses(database),
            sold_out=ValkeySoldOut(redis),
            wrong_keys=Guesses(redis, "keys"),
            addresses=Addresses(settings.proxy_networks),
            reading=Places(settings.requests_in_flight_max),
            in_flight=Places(settings.requests_in_flight_max),
            refusals=Refusals(),
            uploading=Places(UPLOADS_WAITING_MAX, UPLOADS_WAITING_SHARE),
            previewing=Places(PREVIEWS_AT_ONCE_MAX, PREVIEWS_AT_ONCE_SHARE),
            deliveries=deliveries,
            live=live,
            hearts=Hearts(),
            probe=probe,
            orders=Bell(),
            uses=Bell(),
            conversions=Bell(),
            uploads=Bell(),
            imports=Bell(),
            webhooks=Bell(),
            changes=changes,
        )
    finally:
        await live.close()
        await deliveries.close()
        await keys.close()
        await redis.aclose()
        await probe.close()
        await database.close()
