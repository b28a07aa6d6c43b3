"""One month from an empty database to a settled bill, with a real server and a real supplier."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import orjson
import pytest

from catalog import new_key_text
from exchange.fulfil.supplier import require_signature, sign
from tests.http.conftest import BEGIN, SECRET, Caller, accepted, add_party, offer, refused, stock

START_SECONDS = 60.0
STOP_SECONDS = 30.0
USED_ON = "2017-01-31T20:00:00Z"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Supplier:
    """A supplier's server. It answers signed orders with 202, and sends signed callbacks."""

    outcomes: dict[str, str] = field(default_factory=dict)
    """How an order ends, by the member's account. By default, SUCCESS."""
    orders: list[str] = field(default_factory=list)
    callbacks: list[int] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
                # Signatures are case-sensitive.
                original = {
                    line.split(": ", 1)[0].lower(): line.split(": ", 1)[1]
                    for line in head[1:]
                    if ": " in line
                }
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                require_signature(SECRET, original, body, datetime.now(UTC))
                assert head[0].startswith("POST /supplier/orders "), head[0]
                task = asyncio.create_task(self.deliver(orjson.loads(body)))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)
                answer = b'{"status": "PROCESSING"}'
                writer.write(
                    b"HTTP/1.1 202 Accepted\r\ncontent-length: %d\r\n\r\n%s" % (len(answer), answer)
                )
                await writer.drain()
        writer.close()

    async def deliver(self, order: dict[str, str]) -> None:
        self.orders.append(order["request_number"])
        status = self.outcomes.get(order["member_account"], "SUCCESS")
        body = orjson.dumps(
            {
                "request_number": order["request_number"],
                "status": status,
                "supplier_reference": "s-1",
            }
        )
        async with httpx2.AsyncClient(trust_env=False) as http:
            forged = await http.post(
                order["callback_url"], content=body, headers={"Content-Type": "application/json"}
            )
            refused(forged, 401, "callback-forged")
            for _ in range(2):
                headers = sign(SECRET, "callback", body.decode(), datetime.now(UTC))
                headers["Content-Type"] = "application/json"
                response = await http.post(order["callback_url"], content=body, headers=headers)
                self.callbacks.append(response.status_code)


@pytest.fixture
async def supplier_server() -> AsyncIterator[tuple[Supplier, str]]:
    supplier = Supplier()
    server = await asyncio.start_server(supplier.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield supplier, f"http://127.0.0.1:{port}/supplier"
    finally:
        server.close()
        await asyncio.gather(*supplier.tasks)


@dataclass
class Process:
    """A running `comity serve`."""

    popen: subprocess.Popen[bytes]
    url: str
    operator_key: str
    log: Path

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self.popen.poll() is None, self.log.read_text()
            with contextlib.suppress(httpx2.HTTPError):
                if httpx2.get(f"{self.url}/readyz", trust_env=False).status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())


@pytest.fixture
def process(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Process]:
    """`comity serve` on the database of this test, started as an operator would."""
    port, key, log = free_port(), new_key_text(), tmp_path / "serve.log"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("COMITY_")
    }
    environment |= {
        "COMITY_DATABASE_URL": database_url,
        "COMITY_REDIS_URL": redis_url,
        "COMITY_DATA_DIR": str(tmp_path / "data"),
        "COMITY_PORT": str(port),
        "COMITY_OPERATOR_KEY": key,
        "COMITY_SUPPLIER_NETWORKS": "127.0.0.0/8",
    }
    with log.open("wb") as output:
        popen = subprocess.Popen(
            [str(Path(sys.executable).parent / "comity"), "serve"],
            env=environment,
            stdout=output,
            stderr=output,
        )
    running = Process(popen, f"http://127.0.0.1:{port}", key, log)
    try:
        running.wait_until_ready()
        yield running
    finally:
        if popen.poll() is None:
            popen.send_signal(signal.SIGTERM)
            popen.wait(STOP_SECONDS)


async def _isolated(operator: Caller, grocer: Caller, rival: Caller) -> None:
    """An offer of the rival is as missing to the grocer. The operator is told why."""
    base = "/v1/programmes/grocer"
    isolated = accepted(await rival.post("/v1/offers", offer("o")))["offer_id"]
    at = {"occurred_at": USED_ON}
    problem = refused(
        await grocer.post(f"{base}/rights", {"member": "m1", "offer_id": isolated, **at}),
        404,
        "offer-not-found",
    )
    assert "grocery" not in str(problem | {"instance": ""})
    decision = accepted(await operator.get(f"{base}/offers/{isolated}/isolation"), 200)
    assert "grocery" in decision["explanation"]


async def _month(operator: Caller, supplier: Supplier, supplier_url: str) -> None:
    grocer = await add_party(
        operator, "grocer", "brand", category="grocery.fresh", permissions=("import",)
    )
    rival = await add_party(operator, "rival", "supplier", category="grocery.packaged")
    cinema = await add_party(
        operator, "cinema", "supplier", category="leisure", permissions=("import",)
    )
    accepted(
        await cinema.put("/v1/parties/cinema/endpoint", {"url": supplier_url, "secret": SECRET}),
        200,
    )
    rule = {"kind": "node", "category": "grocery", "valid_from": "2017-01-01T00:00:00Z"}
    accepted(await operator.post("/v1/isolation-rules", rule))
    terms = {
        "coupon_cost_minor": "60",
        "platform_fee_minor": 10,
        "currency": "CNY",
        "valid_from": "2017-01-01",
    }
    accepted(await operator.post("/v1/contracts", terms))
    accepted(
        await grocer.post(
            "/v1/programmes",
            {"code": "grocer", "name": "Grocer points", "expiry": {"kind": "months", "count": 6}},
        )
    )
    base = "/v1/programmes/grocer"
    for member in ("m1", "m2"):
        body = {"member": member, "points": 50, "occurred_at": BEGIN}
        accepted(await grocer.post(f"{base}/issue", body))

    await _isolated(operator, grocer, rival)
    at = {"occurred_at": USED_ON}
    offer_id = await stock(cinema, grocer, fulfilment="direct")
    supplier.outcomes["m2"] = "FAILED"
    rights = [
        {"key": f"r-{member}", "member": member, "offer_id": offer_id, "account": member, **at}
        for member in ("m1", "m2")
    ]
    answers = accepted(
        await grocer.post(f"{base}/rights/batch", {"rights": rights}, key=None), 200
    )["answers"]
    assert [(each["state"], each["balance"]) for each in answers] == [("HELD", 30), ("HELD", 30)]
    receipts = [
        accepted(await grocer.get(f"{base}/coupons/{each['coupon']}", wait_seconds=10), 200)
        for each in answers
    ]
    assert [receipt["state"] for receipt in receipts] == ["ACTIVE", "RETURNED"]
    assert receipts[1]["code"] is None
    steps = [step["step"] for step in receipts[1]["steps"]]
    assert (steps[0], steps[-1]) == ("redeemed", "returned")
    totals = accepted(await grocer.get(f"{base}/totals"), 200)
    assert (totals["issued"], totals["redeemed"], totals["held"], totals["outstanding"]) == (
        100,
        20,
        0,
        80,
    )

    use = {"code": receipts[0]["code"], "reference": "till-1", **at}
    accepted(await cinema.post("/v1/coupons/use", use))
    closing = accepted(await operator.post("/v1/periods/2017-01/close", {}, key="close"), 200)
    assert (closing["statements"], closing["uses"], closing["billed_minor"]) == (2, 1, 70)
    await _bill(grocer, cinema, rival)


async def _bill(grocer: Caller, cinema: Caller, rival: Caller) -> None:
    fees, statement = accepted(await grocer.get("/v1/statements", month="2017-01"), 200)["items"]
    assert (statement["payer_party"], statement["payee_party"]) == ("grocer", "cinema")
    assert (statement["coupon_cost_minor"], statement["platform_fee_minor"]) == (60, 0)
    assert (fees["kind"], fees["payer_party"], fees["billed_minor"]) == ("fees", "grocer", 10)
    refused(await cinema.get(f"/v1/statements/{fees['statement_id']}"), 404, "statement-not-found")
    path = f"/v1/statements/{statement['statement_id']}"
    assert accepted(await cinema.get(path), 200) == statement
    refused(await rival.get(path), 404, "statement-not-found")
    assert accepted(await rival.get("/v1/statements"), 200)["items"] == []
    csv = await cinema.get(f"{path}/download", format="csv")
    assert csv.headers["content-type"].startswith("text/csv")
    assert "till-1" in csv.text
    xlsx = await grocer.get(f"{path}/download", format="xlsx")
    assert xlsx.content.startswith(b"PK")
    assert statement["number"] in xlsx.headers["content-disposition"]
    refused(await grocer.get(f"{path}/download", format="exe"), 400, "request-invalid")

    rows = (
        b"reference,offer_code,member,used_on,amount_minor\n"
        b"till-1,ticket,m1,2017-01-31,60\ntill-2,ticket,m9,2017-01-31,60\n"
    )
    headers = {"Content-Type": "text/csv"}
    first = await cinema.post(
        "/v1/reconciliations", content=rows, headers=headers, key="rec", month="2017-01"
    )
    found = accepted(first)
    assert found["matched"] == 1
    assert [each["category"] for each in found["breaks"]] == ["missing_ours"]
    again = await cinema.post(
        "/v1/reconciliations", content=rows, headers=headers, key="rec", month="2017-01"
    )
    assert again.content == first.content
    refused(
        await cinema.post("/v1/reconciliations", content=b"x,y\n", headers=headers),
        422,
        "partner-file-invalid",
    )


async def test_a_month_from_an_empty_database_to_a_reconciled_bill(
    process: Process, supplier_server: tuple[Supplier, str]
) -> None:
    supplier, supplier_url = supplier_server
    async with httpx2.AsyncClient(base_url=process.url, trust_env=False, timeout=30) as client:
        await _month(Caller(client, process.operator_key), supplier, supplier_url)
        assert supplier.callbacks == [200] * 4
        assert len(set(supplier.orders)) == len(supplier.orders) == 2
        for garbage in (
            "/v1/programmes/%ff%fe/totals",
            "/v1/programmes/a%00b/totals",
            "/v1/programmes/%0a/totals",
        ):
            response = await Caller(client, process.operator_key).get(garbage)
            assert response.status_code == 404, response.text
    process.popen.send_signal(signal.SIGTERM)
    assert process.popen.wait(STOP_SECONDS) == 0, process.log.read_text()
    assert process.operator_key not in process.log.read_text()
