"""Connections to suppliers: judged by the address they go to, each time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from catalog import Address, SupplierNetworks, read_address
from exchange.fulfil import calls, open_supplier_client
from exchange.fulfil.connect import resolve
from exchange.fulfil.supplier import (
    UNANSWERED,
    UNCLEAR,
    UNREACHABLE,
    Delivery,
    Destination,
    Outcome,
    SupplierAnswer,
)
from tests.exchange.fixtures import LOOPBACK, SECRET, World, held
from tests.exchange.supplier_server import Behaviour

NOW = datetime.now(UTC)
DELIVERY = Delivery("FO-1", "ticket", "ann", 100, "USD", "https://comity.test/callback")
NOBODY = SupplierNetworks()


class Listener:
    """A server of the exchange's own network, which no supplier may have called."""

    def __init__(self) -> None:
        self.connections = 0
        self.requests = 0
        self.answer = b""
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while (await reader.readline()).strip():
            pass
        self.requests += 1
        writer.write(self.answer)
        writer.close()


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    listener = Listener()
    server = await asyncio.start_server(listener.serve, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()


class Dns:
    """A resolver that answers one name differently each time."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> list[Address]:
        self.asked += 1
        answer = self.answers[min(self.asked, len(self.answers)) - 1]
        return [read_address(each) for each in answer]


async def submit(url: str, networks: SupplierNetworks, dns: Dns | None = None) -> SupplierAnswer:
    async with open_supplier_client(networks, resolver=dns or resolve) as client:
        return await client.submit(Destination(url, SECRET), DELIVERY, NOW)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001"])
async def test_no_connection_is_made_inside(scheme: str, host: str) -> None:
    async with listening() as inside:
        answer = await submit(f"{scheme}://{host}:{inside.port}", NOBODY)
        assert (answer.outcome, answer.reason) == (Outcome.NOT_SENT, UNREACHABLE)
        assert inside.connections == 0


async def test_a_name_is_judged_on_what_it_resolves_to_when_it_is_connected_to() -> None:
    """The name led outside when it was set, and leads inside now."""
    async with listening() as inside:
        dns = Dns(["127.0.0.1"])
        answer = await submit(f"https://rebound.example:{inside.port}", NOBODY, dns)
        assert answer.outcome is Outcome.NOT_SENT
        assert answer.problem is not None
        assert "loopback" in answer.problem
        assert inside.connections == 0


async def test_a_name_is_resolved_once_and_what_was_judged_is_connected_to() -> None:
    """A resolver that answers differently the second time gains nothing."""
    listed = SupplierNetworks.read("127.0.0.2/32")
    async with listening() as inside:
        dns = Dns(["127.0.0.2"], ["127.0.0.1"])
        answer = await submit(f"http://rebound.example:{inside.port}", listed, dns)
        assert answer.outcome is Outcome.NOT_SENT
        assert inside.connections == 0


async def test_of_several_addresses_only_allowed_ones_are_tried() -> None:
    async with listening() as inside:
        inside.answer = b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n"
        dns = Dns(["10.0.0.1", "127.0.0.1", "169.254.169.254"])
        answer = await submit(f"http://mixed.example:{inside.port}", LOOPBACK, dns)
        assert (answer.outcome, answer.reason) == (Outcome.UNKNOWN, UNCLEAR)
        assert inside.requests == 1


async def test_without_https_the_public_internet_is_not_connected_to() -> None:
    answer = await submit("http://rights.example", LOOPBACK, Dns(["93.184.216.34"]))
    assert answer.outcome is Outcome.NOT_SENT
    assert "https" in str(answer.problem)


async def test_redirects_are_never_followed() -> None:
    async with listening() as inside, listening() as supplier:
        for status in (301, 302, 303, 307, 308):
            supplier.answer = (
                f"HTTP/1.1 {status} Away\r\nlocation: http://127.0.0.1:{inside.port}/\r\n"
                "content-length: 0\r\n\r\n"
            ).encode()
            answer = await submit(f"http://127.0.0.1:{supplier.port}", LOOPBACK)
            assert (answer.outcome, answer.reason) == (Outcome.UNKNOWN, UNCLEAR)
        assert inside.connections == 0


@pytest.mark.parametrize(
    ("behaviour", "reason", "problem"),
    [
        (Behaviour.BABBLE, UNCLEAR, "HTTP 500"),
        (Behaviour.DELIVER_IN_SILENCE, UNANSWERED, "RemoteProtocolError"),
        (Behaviour.HANG, UNANSWERED, "in time"),
    ],
)
async def test_the_receipt_has_a_stable_reason_and_the_log_the_raw_one(
    world: World, monkeypatch: pytest.MonkeyPatch, behaviour: Behaviour, reason: str, problem: str
) -> None:
    monkeypatch.setattr(calls._away, "_spells", {})
    world.server.behaviour = behaviour
    await held(world)
    with capture_logs() as logs:
        await world.submit()
    (told,) = [each for each in logs if each["event"] == "supplier_away"]
    assert problem in told["error"]
    assert reason == await world.scalar(
        "SELECT detail ->> 'reason' FROM exchange.receipt_step WHERE step = 'unconfirmed'"
    )


async def test_an_order_waits_while_its_suppliers_address_is_not_allowed(world: World) -> None:
    await held(world)
    async with open_supplier_client(NOBODY) as client:
        await replace(world.fulfilment, client=client).submit_orders(world.now)
    assert world.server.received.total() == 0
    assert await world.scalar("SELECT reason FROM exchange.fulfilment_order") == UNREACHABLE
    await world.drain(rounds=2)
    assert world.server.received.total() == 1
