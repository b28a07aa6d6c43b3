"""A database whose connections go silent: no answer, no end. New connections work again later."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from api.embedded.places import POSTGRES_SOCKET
from ledger import Database, service_url
from ledger.silence import UNACKNOWLEDGED_MILLISECONDS, socket_of
from tests.http.conftest import Caller, MakeSettings, accepted, refused, serving

HEARD_SECONDS = 10.0
BACK_SECONDS = 45.0
LOOK_SECONDS = 0.05


class Proxy:
    """Passes bytes between TCP connections and the server, as long as it is not silent."""

    def __init__(self, socket_path: str) -> None:
        self._socket_path = socket_path
        self._tasks: set[asyncio.Task[None]] = set()
        self._era = asyncio.Event()
        self.is_silent = False

    def go_silent(self) -> None:
        """Pass nothing more. The connections stay open, and new ones are accepted."""
        self.is_silent = True
        self._era.set()

    def recover(self) -> None:
        """Pass on what new connections say. Those that fell silent stay silent."""
        self.is_silent = False
        self._era = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        era = self._era
        with suppress(asyncio.CancelledError):
            up_reader, up_writer = await asyncio.open_unix_connection(self._socket_path)
            try:
                await asyncio.gather(
                    self._pass_on(reader, up_writer, era), self._pass_on(up_reader, writer, era)
                )
            finally:
                up_writer.close()
                writer.close()

    @staticmethod
    async def _pass_on(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, era: asyncio.Event
    ) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                if era.is_set():
                    continue
                writer.write(data)
                await writer.drain()
        writer.close()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class Lateness:
    """How much later than it should a thread came to work: a busy machine is no defect.

    A thread, so that what keeps the event loop from its work does not count.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.ended = threading.Event()

    def measure(self) -> None:
        began = time.monotonic()
        while not self.ended.wait(LOOK_SECONDS):
            now = time.monotonic()
            self.seconds, began = self.seconds + now - began - LOOK_SECONDS, now


@pytest.fixture
def lateness() -> Iterator[Lateness]:
    measured = Lateness()
    thread = threading.Thread(target=measured.measure)
    thread.start()
    yield measured
    measured.ended.set()
    thread.join()


@pytest.fixture
async def proxy(database_url: str) -> AsyncIterator[tuple[Proxy, str]]:
    """A proxy on loopback, and the service's address through it."""
    address = make_url(database_url)
    made = Proxy(f"{address.query['host']}/{POSTGRES_SOCKET}")
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    url = address.set(host="127.0.0.1", port=port, query={"ssl": "disable"})
    yield made, service_url(url.render_as_string(hide_password=False))
    server.close()
    await made.close()


async def test_the_kernel_probes_connections(proxy: tuple[Proxy, str]) -> None:
    database = await Database.open(proxy[1])
    try:
        async with database.driver_transaction() as connection:
            found = socket_of(connection)
            assert found is not None
            assert found.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            timeout = found.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
            assert timeout == UNACKNOWLEDGED_MILLISECONDS
    finally:
        await database.close()


@pytest.mark.timeout(180)
async def test_callers_hear_in_time_and_the_service_comes_back(
    proxy: tuple[Proxy, str], brand: Caller, make_settings: MakeSettings, lateness: Lateness
) -> None:
    middle, url = proxy
    accepted(await brand.post("/v1/programmes/grocer/issue", {"member": "m", "points": 1}))
    async with serving(make_settings(database_url=SecretStr(url))) as (_, client):
        caller = Caller(client, brand.key)

        async def issue(key: str) -> tuple[int, float]:
            started, late_before = time.monotonic(), lateness.seconds
            response = await caller.post(
                "/v1/programmes/grocer/issue",
                {"member": "m", "points": 1},
                key=key,
            )
            if response.status_code == 503:
                refused(response, 503, "unavailable")
                assert int(response.headers["retry-after"]) >= 1
            took = time.monotonic() - started - (lateness.seconds - late_before)
            return response.status_code, took

        keys = [f"silent-{number}" for number in range(8)]
        assert (await issue("before"))[0] == 201
        middle.go_silent()
        heard = await asyncio.gather(*map(issue, keys))
        assert {status for status, _ in heard} == {503}
        assert max(seconds for _, seconds in heard) <= HEARD_SECONDS
        assert (await client.get("/readyz")).status_code == 503
        assert (await issue("while"))[1] <= HEARD_SECONDS

        middle.recover()
        recovered = time.monotonic()
        waiting = [*keys, "while"]
        while waiting:
            answers = await asyncio.gather(*map(issue, waiting))
            assert max(seconds for _, seconds in answers) <= HEARD_SECONDS
            waiting = [
                key for key, (status, _) in zip(waiting, answers, strict=True) if status == 503
            ]
            assert time.monotonic() - recovered - lateness.seconds < BACK_SECONDS
        assert (await client.get("/readyz")).status_code == 200
        member = accepted(await caller.get("/v1/programmes/grocer/members/m"), 200)
        assert member["spendable"] == 2 + len(keys) + 1, "nothing was done twice"
