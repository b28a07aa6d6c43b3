"""The application in this process, on real servers. Tests call it over HTTP without a socket."""

import asyncio
import base64
import itertools
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

import httpx2
import pytest
from litestar import Litestar
from pydantic import SecretStr
from sqlalchemy import text

from api.embedded.services import Addresses
from api.events.record import record_events
from api.settings import Settings
from catalog import SCOPES, create_party, ensure_key, new_key_text, scopes_of
from catalog.imports import work_on_import
from ledger import Database, service_url
from settlement.reconcile import work_on_upload
from tests.catalog.imports.files import importer
from tests.conftest import TEMPLATE, renew_database
from tests.http.applications import application
from tests.http.promises import promises_of

JSON = Any
SECRET = "whsec_" + base64.b64encode(os.urandom(32)).decode()
BEGIN = "2017-01-01T00:00:00Z"
PROGRAMME = "/v1/programmes/grocer"
"""The address of the programme of `brand`."""

# For tests that do not care about keys: each request has a new one.
_KEYS = itertools.count(1)


@dataclass(slots=True)
class Caller:
    """A party that calls the service with its key."""

    http: httpx2.AsyncClient
    key: str
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **query: str | int) -> httpx2.Response:
        return await self.http.get(path, params=query, headers=self._sent())

    async def post(
        self,
        path: str,
        body: JSON = None,
        *,
        key: str | None = "",
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **query: str,
    ) -> httpx2.Response:
        sent = {**self._sent(), **(headers or {})}
        if key is not None:
            sent["Idempotency-Key"] = key or f"key-{next(_KEYS)}"
        if content is not None:
            sent.setdefault("Content-Type", "application/json")
            return await self.http.post(path, content=content, headers=sent, params=query)
        return await self.http.post(path, json=body, headers=sent, params=query)

    async def put(self, path: str, body: JSON, *, key: str | None = None) -> httpx2.Response:
        sent = self._sent()
        if key is not None:
            sent["Idempotency-Key"] = key or f"key-{next(_KEYS)}"
        return await self.http.put(path, json=body, headers=sent)

    async def delete(self, path: str) -> httpx2.Response:
        return await self.http.delete(path, headers=self._sent())

    def _sent(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", **self.headers}


def accepted(response: httpx2.Response, status: int = 201) -> JSON:
    """The document of an answer. The answer must have this status."""
    assert response.status_code == status, (response.status_code, response.text)
    return response.json()


def refused(response: httpx2.Response, status: int, code: str) -> JSON:
    """The problem document of an answer. It must be this refusal, in the form of RFC 9457."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    document = response.json()
    assert (response.status_code, document["type"]) == (status, f"/problems/{code}"), document
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    assert document["instance"] == response.request.url.path
    return document


MakeSettings = Callable[..., Settings]


def settings_of(database_url: str, redis_url: str, /, **changes: object) -> Settings:
    """Settings of a service on these servers."""
    return Settings.load(
        **{
            "database_url": SecretStr(service_url(database_url)),
            "redis_url": SecretStr(redis_url),
            "secret_key": SecretStr(base64.b64encode(b"k" * 32).decode()),
            "run_worker": False,
            "supplier_networks": "127.0.0.0/8",
            "database_pool_size": 5,
            **changes,
        }
    )


@pytest.fixture
def make_settings(database_url: str, redis_url: str) -> MakeSettings:
    """Settings of a service on this test's servers."""
    return partial(settings_of, database_url, redis_url)


def leaving_streams(app: Any) -> Callable[[Any, Any, Any], Awaitable[None]]:
    """The application, to a client that leaves a stream of events as soon as it says something.

    A client without a socket gives an answer when it is whole, and such a stream never is.
    """

    async def call(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] != "/v1/events/stream":
            await app(scope, receive, send)
            return
        said, is_whole = asyncio.Event(), False
        asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def read() -> Any:
            if (message := next(asked, None)) is not None:
                return message
            await said.wait()
            return {"type": "http.disconnect"}

        async def tell(message: Any) -> None:
            nonlocal is_whole
            await send(message)
            if message["type"] == "http.response.body":
                is_whole = not message.get("more_body", False)
                said.set()

        await app(scope, read, tell)
        if not is_whole:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return call


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[tuple[Litestar, httpx2.AsyncClient]]:
    """The running application, and a client of it, which checks that problems are described."""
    with application(settings) as app:
        transport = httpx2.ASGITransport(
            app=cast("Any", leaving_streams(app)), raise_app_exceptions=False
        )
        async with (
            _running(app),
            httpx2.AsyncClient(
                transport=transport,
                base_url="http://comity.test",
                event_hooks={"response": [promises_of(app).check]},
            ) as client,
        ):
            yield app, client


@asynccontextmanager
async def _running(app: Litestar) -> AsyncIterator[None]:
    """The lifespan of an application, in a task of its own.

    It has a task group, which must be left in the task that entered it, but a fixture may be set up
    and torn down in different tasks.
    """
    started, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await stop.wait()

    life = asyncio.create_task(live())
    begun = asyncio.create_task(started.wait())
    await asyncio.wait({life, begun}, return_when=asyncio.FIRST_COMPLETED)
    begun.cancel()
    try:
        if life.done():
            await life
        yield
    finally:
        stop.set()
        await life


@dataclass(frozen=True, slots=True)
class Stocked:
    """A database in which the operator and the brand of the tests are, and their keys."""

    template: str
    operator_key: str
    brand_key: str


@pytest.fixture(scope="session")
def stocked_once(migrated_url: str, worker_name: str, addresses: Addresses) -> Stocked:
    """Made once for each process: to make a brand takes longer than most tests take."""
    template = f"stocked_{worker_name}"

    async def make() -> Stocked:
        url = await renew_database(migrated_url, template)
        database = await Database.open(service_url(url))
        operator_key = await _add_operator(database)
        await database.close()
        settings = settings_of(url, f"{addresses.redis_url}?db=14")
        async with serving(settings) as (_, client):
            brand = await _add_brand(Caller(client, operator_key))
        return Stocked(template, operator_key, brand.key)

    return asyncio.run(make())


@pytest.fixture
def stocked(request: pytest.FixtureRequest) -> Stocked | None:
    """What is there from the start in a test that has the brand."""
    if "brand" not in request.fixturenames:
        return None
    return cast("Stocked", request.getfixturevalue("stocked_once"))


@pytest.fixture
def database_template(stocked: Stocked | None) -> str:
    """The database that a test's own is copied from."""
    return TEMPLATE if stocked is None else stocked.template


@pytest.fixture
async def operator_key(database: Database, stocked: Stocked | None) -> str:
    """The key of an operator, as `comity serve` makes one."""
    return await _add_operator(database) if stocked is None else stocked.operator_key


async def _add_operator(database: Database) -> str:
    text_of_key = new_key_text()
    async with database.transaction() as connection:
        operator = await create_party(
            connection, code="operator", name="Operator", roles=["operator"], category=None
        )
        await ensure_key(connection, operator.party_id, text_of_key, scopes=SCOPES)
    return text_of_key


@pytest.fixture
async def http(make_settings: MakeSettings) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the application, without background work."""
    async with serving(make_settings()) as (_, client):
        yield client


@pytest.fixture
async def reconciler(database: Database) -> AsyncIterator[None]:
    """The part of the background work that reads files, and moves events into the log."""
    works = importer(database)

    async def work() -> None:
        while True:
            is_idle = not await work_on_upload(database) and not await work_on_import(works)
            if is_idle and not await record_events(database):
                await asyncio.sleep(0.05)

    task = asyncio.create_task(work())
    yield
    task.cancel()
    await asyncio.wait({task})


@pytest.fixture
def operator(http: httpx2.AsyncClient, operator_key: str) -> Caller:
    return Caller(http, operator_key)


async def add_party(
    operator: Caller, code: str, *roles: str, category: str, permissions: tuple[str, ...] = ()
) -> Caller:
    """Add a party, and its category if that is missing. The result has the party's key.

    The key may all that the roles allow. It may import with the permission `import` alone.
    """
    for path in itertools.accumulate(category.split("."), "{}.{}".format):
        await operator.post("/v1/categories", {"path": path})
    party = {"code": code, "name": code.title(), "roles": list(roles), "category": category}
    accepted(await operator.post("/v1/parties", party))
    body: JSON = {"label": "test"}
    if permissions:
        body["scopes"] = sorted(scopes_of(cast("Any", roles)))
    made = accepted(await operator.post(f"/v1/parties/{code}/keys", body))
    return Caller(operator.http, made["key"])


@pytest.fixture
async def brand(operator: Caller, stocked: Stocked | None) -> Caller:
    """A grocer, with a programme that has the same code."""
    if stocked is None:
        return await _add_brand(operator)
    return Caller(operator.http, stocked.brand_key)


async def _add_brand(operator: Caller) -> Caller:
    caller = await add_party(
        operator, "grocer", "brand", category="grocery.fresh", permissions=("import",)
    )
    accepted(
        await caller.post(
            "/v1/programmes",
            {"code": "grocer", "name": "Grocer points", "expiry": {"kind": "months", "count": 6}},
        )
    )
    return caller


@pytest.fixture
async def other_brand(operator: Caller) -> Caller:
    """A pharmacy, with a programme that has the same code. It is a stranger to the grocer."""
    caller = await add_party(
        operator, "pharmacy", "brand", category="health.drugs", permissions=("import",)
    )
    accepted(await caller.post("/v1/programmes", {"code": "pharmacy", "name": "Pharmacy points"}))
    return caller


@pytest.fixture
async def supplier(operator: Caller) -> Caller:
    """A cinema, which supplies offers."""
    return await add_party(
        operator, "cinema", "supplier", category="leisure.cinema", permissions=("import",)
    )


def offer(code: str = "ticket", **changes: JSON) -> JSON:
    """The body of an offer. Its coupons are codes of the exchange."""
    return {
        "code": code,
        "name": "A ticket",
        "face_value_minor": 100,
        "currency": "CNY",
        "points": 20,
        "fulfilment": "own_code",
        "valid_from": BEGIN,
        **changes,
    }


async def grants_all(supplier: Caller, quantity_max: int = 1_000_000, **changes: JSON) -> int:
    """Let the supplier grant any brand what it asks for. Returns the id of these terms."""
    terms = {
        "offer_id": None,
        "brands": None,
        "quantity_max": quantity_max,
        "valid_from": BEGIN,
        **changes,
    }
    stated = accepted(await supplier.post("/v1/supply-terms", terms))
    return int(stated["terms_id"])


async def stock(
    supplier: Caller, brand: Caller, programme: str = "grocer", quantity: int = 5, **changes: JSON
) -> int:
    """Publish an offer, grant all brands all of it, and procure some. Returns the offer's id."""
    offer_id: int = accepted(await supplier.post("/v1/offers", offer(**changes)))["offer_id"]
    await grants_all(supplier)
    item = {
        "key": f"stock-{next(_KEYS)}",
        "offer_id": offer_id,
        "quantity": quantity,
        "window_from": BEGIN,
    }
    answers = accepted(
        await brand.post(
            f"/v1/programmes/{programme}/allotments", {"allotments": [item]}, key=None
        ),
        200,
    )
    assert answers["answers"][0]["status"] == "accepted", answers
    return offer_id


@pytest.fixture
async def member(brand: Caller) -> str:
    """A member of the grocer, with 100 points."""
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 100}))
    return "m1"


Snapshot = dict[str, int]
Take = Callable[[], Awaitable[Snapshot]]
"""What the fixture `snapshot` gives: a function that takes a snapshot."""

_TABLES = text(
    """
    SELECT table_schema || '.' || table_name FROM information_schema.tables
    WHERE table_type = 'BASE TABLE'
        AND table_schema IN ('ledger', 'catalog', 'exchange', 'settlement', 'api')
    ORDER BY 1
    """
)


@pytest.fixture
def snapshot(database: Database) -> Take:
    """Counts the rows of every table, with a sum over their content.

    If two snapshots are equal, nothing has changed between them.
    """

    async def take() -> Snapshot:
        async with database.transaction() as connection:
            names = await connection.execute(_TABLES)
            found = {}
            for name in names.scalars():
                # The last use of a key is noted beside the requests, whatever they change.
                digest = f"""
                    SELECT count(*),
                        coalesce(sum(hashtext((to_jsonb(t) - 'last_used_at')::text)::bigint), 0)
                    FROM {name} AS t
                """
                rows, hashes = (await connection.execute(text(digest))).one()
                found[name], found[f"{name} content"] = int(rows), int(hashes)
        return found

    return take


def without_stored_answers(found: Snapshot) -> Snapshot:
    """A snapshot without the tables that store refusals under their keys.

    A process makes its own keys when it needs them first, whatever becomes of the request.
    """
    recorded = (
        *("ledger.journal", "ledger.lane", "ledger.request", "exchange.use_request"),
        *("exchange.data_key", "exchange.vault_key"),
    )
    return {name: value for name, value in found.items() if not name.startswith(recorded)}
