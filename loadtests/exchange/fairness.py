"""What other suppliers notice while some do not answer.

Orders come in one after the other, to each supplier in turn. First all suppliers answer (idle),
then some of them hang. Measured is how long the orders of those that answer take, from the commit
of the redemption to that of the delivery.
"""

import asyncio
import statistics
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.process.login import ensure_login
from catalog import Party, SupplierNetworks, create_category, create_party, set_endpoint
from catalog.offers import OfferTerms, publish_offer
from catalog.procurement import Wanted, procure, state_supply_terms
from exchange.fulfil import Fulfilment, Vault, open_supplier_client
from exchange.redeem import RightRequest, redeem_rights
from ledger import JSON, Database, Ledger, read_clock
from ledger.book import Programme, create_programme
from loadtests.exchange.place import Place
from loadtests.exchange.suppliers import Supplier, running_suppliers

LOOPBACK = SupplierNetworks.read("127.0.0.0/8")
SECRET = "whsec_" + "A" * 32
SENDERS = 4
POLL_SECONDS = 0.02
DRAIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many orders go to how many suppliers, and how many of these hang."""

    orders: int = 1_000
    suppliers: int = 10
    hanging: int = 3
    orders_per_second: int = 100


QUICK = Sizes(orders=60, suppliers=5, hanging=1, orders_per_second=60)


@dataclass(frozen=True, slots=True)
class Waits:
    """How long orders to suppliers that answer took, in milliseconds."""

    name: str
    orders: int
    p50_ms: float
    p95_ms: float


@dataclass(slots=True)
class _Exchange:
    database: Database
    ledger: Ledger
    programme: Programme
    brand: Party
    offers: list[int]
    fulfilment: Fulfilment


async def measure(place: Place, *, quick: bool) -> JSON:
    """The figures of both runs, and how many times longer the second took at p95."""
    sizes = QUICK if quick else Sizes()
    database = await Database.open(await ensure_login(place.url, ""))
    try:
        async with (
            running_suppliers(sizes.suppliers) as suppliers,
            open_supplier_client(LOOPBACK) as client,
        ):
            exchange = await _set_up(database, client, suppliers)
            idle = await _run("idle", exchange, sizes, suppliers, hanging=0)
            hung = await _run("some hang", exchange, sizes, suppliers, hanging=sizes.hanging)
    finally:
        await database.close()
    return {
        "sizes": asdict(sizes),
        "idle": asdict(idle),
        "some_hang": asdict(hung),
        "times_idle_at_p95": round(hung.p95_ms / idle.p95_ms, 2),
    }


def lines(figures: JSON) -> Iterator[str]:
    """The figures as a person reads them."""
    sizes = figures["sizes"]
    yield (
        f"{sizes['orders']} orders to {sizes['suppliers']} suppliers,"
        f" {sizes['hanging']} of which hang:"
    )
    for name in ("idle", "some_hang"):
        each = figures[name]
        yield f"  {each['name']:10}  p50 {each['p50_ms']:8.1f} ms  p95 {each['p95_ms']:8.1f} ms"
    yield f"  at p95 {figures['times_idle_at_p95']} times as long"


async def _set_up(database: Database, client: Any, suppliers: Sequence[Supplier]) -> _Exchange:
    ledger, vault = Ledger(database), Vault(b"k" * 32)
    async with database.transaction() as connection:
        began = await read_clock(connection) - timedelta(days=1)
        await create_category(connection, "grocery")
        await create_category(connection, "bills")
        brand = await create_party(
            connection, code="market", name="Market", roles=["brand"], category="grocery"
        )
        programme = await create_programme(
            connection, code="market", party_id=brand.party_id, name="Market", time_zone="UTC"
        )
        offers = [
            await _supplier(connection, vault, programme, brand, number, supplier, began)
            for number, supplier in enumerate(suppliers)
        ]
    fulfilment = Fulfilment(ledger, client, vault, "http://comity.example")
    return _Exchange(database, ledger, programme, brand, offers, fulfilment)


async def _supplier(  # noqa: PLR0917 - what a supplier is made of
    connection: AsyncConnection,
    vault: Vault,
    programme: Programme,
    brand: Party,
    number: int,
    supplier: Supplier,
    began: datetime,
) -> int:
    party = await create_party(
        connection,
        code=f"supplier-{number}",
        name=f"Supplier {number}",
        roles=["supplier"],
        category="bills",
    )
    await set_endpoint(
        connection,
        party.party_id,
        url=supplier.url,
        encrypted_secret=vault.encrypt(SECRET, party_id=party.party_id),
        networks=LOOPBACK,
    )
    terms = OfferTerms(
        name="Top-up",
        face_value_minor=1_000,
        currency="CNY",
        points=10,
        fulfilment="direct",
        valid_from=began,
    )
    offer = await publish_offer(connection, party, "top-up", terms)
    await state_supply_terms(
        connection,
        party,
        offer_id=offer.offer_id,
        brands=None,
        quantity_max=1_000_000,
        quantity_per_brand_max=None,
        valid_from=began,
        valid_until=None,
    )
    wanted = Wanted(
        offer_id=offer.offer_id, quantity=100_000, points=10, window_from=began, window_until=None
    )
    await procure(connection, programme.book_id, brand, wanted)
    return offer.offer_id


async def _run(
    name: str,
    exchange: _Exchange,
    sizes: Sizes,
    suppliers: Sequence[Supplier],
    *,
    hanging: int,
) -> Waits:
    for number, supplier in enumerate(suppliers):
        supplier.hangs = number < hanging
    async with exchange.database.transaction() as connection:
        began = await read_clock(connection)
    answering = exchange.offers[hanging:]
    expected = sum(1 for n in range(sizes.orders) if n % sizes.suppliers >= hanging)
    stop = asyncio.Event()
    with _working(exchange, stop):
        await _redeem(name, exchange, sizes)
        waits = await _delivered(exchange, answering, began, expected)
    waits.sort()
    p95 = waits[min(len(waits) - 1, int(len(waits) * 0.95))]
    return Waits(name, len(waits), round(statistics.median(waits), 1), round(p95, 1))


async def _redeem(name: str, exchange: _Exchange, sizes: Sizes) -> None:
    """Redeem the orders at their pace, one request each, to the suppliers in turn."""
    accounts = await exchange.fulfilment.data_keys.accounts()
    started = time.monotonic()
    open_requests: set[asyncio.Task[Any]] = set()
    for number in range(sizes.orders):
        due = started + number / sizes.orders_per_second
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        request = RightRequest(
            key=f"{name}-{number}",
            member=f"m-{number}",
            offer_id=exchange.offers[number % sizes.suppliers],
            free=True,
            account="13800001234",
        )
        call = redeem_rights(
            exchange.ledger, exchange.programme, exchange.brand, [request], accounts=accounts
        )
        open_requests.add(asyncio.create_task(call))
    for answers in await asyncio.gather(*open_requests):
        assert answers[0].accepted, answers[0].refusal


async def _delivered(
    exchange: _Exchange, offers: list[int], began: datetime, expected: int
) -> list[float]:
    """Wait for the deliveries to the suppliers that answer; how long each took, in ms."""
    statement = text(
        """
        SELECT extract(epoch FROM o.finished_at - c.recorded_at) * 1000
        FROM exchange.fulfilment_order o JOIN exchange.coupon c USING (book_id, coupon_id)
        WHERE book_id = :book_id AND c.offer_id = ANY(:offers) AND c.recorded_at >= :began
            AND o.state = 'SUCCESS'
        """
    )
    wanted = {"book_id": exchange.programme.book_id, "offers": offers, "began": began}
    until = time.monotonic() + DRAIN_SECONDS
    while True:
        async with exchange.database.transaction() as connection:
            waits = [
                float(each) for each in (await connection.execute(statement, wanted)).scalars()
            ]
        if len(waits) >= expected or time.monotonic() > until:
            return waits
        await asyncio.sleep(0.1)


@contextmanager
def _working(exchange: _Exchange, stop: asyncio.Event) -> Iterator[None]:
    """The worker's loops for orders, until the block ends."""
    rounds: set[asyncio.Task[None]] = set()

    def start(calls: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(calls)
        rounds.add(task)
        task.add_done_callback(rounds.discard)

    async def send() -> None:
        while not stop.is_set():
            if not await exchange.fulfilment.submit_orders(start=start):
                await asyncio.sleep(POLL_SECONDS)

    async def query() -> None:
        while not stop.is_set():
            if not await exchange.fulfilment.query_orders(start=start):
                await asyncio.sleep(1.0)

    tasks = [asyncio.create_task(send()) for _ in range(SENDERS)]
    tasks.append(asyncio.create_task(query()))
    try:
        yield
    finally:
        stop.set()
        for task in (*tasks, *rounds):
            task.cancel()
