"""The suppliers' server of the demo, as its own process, over signed HTTP."""

import base64
import json
import os
import queue
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from standardwebhooks import Webhook

from api.demo.supplier_process import running_supplier

SECRET = "whsec_" + base64.b64encode(b"a secret of the two sides").decode()


class Comity:
    """Receives the callbacks, and refuses as often as it is told."""

    def __init__(self) -> None:
        self.received: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()
        self.refusals = 0
        comity = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                comity.received.put(
                    ({name.lower(): value for name, value in self.headers.items()}, body)
                )
                self.send_response(503 if comity.refusals else 200)
                comity.refusals = max(0, comity.refusals - 1)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/callbacks"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def comity() -> Iterator[Comity]:
    receiver = Comity()
    yield receiver
    receiver.close()


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    (tmp_path / "secrets.json").write_text(json.dumps({"acme": SECRET}), encoding="utf-8")
    return tmp_path / "secrets.json", tmp_path / "orders.sqlite3", tmp_path / "supplier.log"


@pytest.fixture
def supplier(files: tuple[Path, Path, Path]) -> Iterator[str]:
    secrets, orders, log = files
    with running_supplier(secrets, orders, log) as url:
        yield url


def signed(body: str, secret: str = SECRET) -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "webhook-id": "message",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("message", now, body),
    }


def order(url: str, comity: Comity, number: str) -> httpx2.Response:
    body = json.dumps({"request_number": number, "offer_code": "7", "callback_url": comity.url})
    return httpx2.post(f"{url}/acme/orders", content=body, headers=signed(body))


def test_an_order_is_answered_later_by_a_signed_callback_once(
    supplier: str, comity: Comity
) -> None:
    answers = [order(supplier, comity, "n-1") for _ in range(2)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (202, {"status": "PROCESSING"})
    ] * 2
    headers, body = comity.received.get(timeout=10)
    told = Webhook(SECRET).verify(body, headers)
    assert told == {"request_number": "n-1", "status": "SUCCESS", "supplier_reference": "acme/n-1"}
    with pytest.raises(queue.Empty):
        comity.received.get(timeout=0.5)


def test_a_callback_that_is_not_taken_comes_again(supplier: str, comity: Comity) -> None:
    comity.refusals = 2
    order(supplier, comity, "n-1")

    assert len({comity.received.get(timeout=10)[1] for _ in range(3)}) == 1


def test_an_order_is_known_by_its_number_alone(supplier: str, comity: Comity) -> None:
    order(supplier, comity, "n-1")

    known = httpx2.get(f"{supplier}/acme/orders/n-1", headers=signed(""))
    unknown = httpx2.get(f"{supplier}/acme/orders/n-2", headers=signed(""))
    assert (known.status_code, known.json()["status"]) == (200, "SUCCESS")
    assert (unknown.status_code, unknown.json()) == (
        404,
        {"status": "NOT_FOUND", "request_number": "n-2"},
    )


def test_without_the_right_signature_nothing_is_taken(supplier: str, comity: Comity) -> None:
    body = json.dumps({"request_number": "n-1", "offer_code": "7", "callback_url": comity.url})
    forged = "whsec_" + base64.b64encode(b"another secret altogether").decode()

    for headers in ({}, signed(body, forged), signed(body + " ")):
        assert (
            httpx2.post(f"{supplier}/acme/orders", content=body, headers=headers).status_code == 401
        )
    assert (
        httpx2.post(f"{supplier}/nobody/orders", content=body, headers=signed(body)).status_code
        == 401
    )
    assert httpx2.get(f"{supplier}/acme/orders/n-1", headers=signed("")).status_code == 404


def test_an_untold_outcome_survives_a_killed_supplier(
    files: tuple[Path, Path, Path], comity: Comity
) -> None:
    secrets, orders, log = files
    comity.refusals = 1_000
    with running_supplier(secrets, orders, log) as url:
        order(url, comity, "n-1")
        comity.received.get(timeout=10)
        os.kill(int(log.with_suffix(".pid").read_text(encoding="ascii")), signal.SIGKILL)
    comity.refusals = 0
    while not comity.received.empty():
        comity.received.get()

    with running_supplier(secrets, orders, log):
        assert json.loads(comity.received.get(timeout=10)[1])["request_number"] == "n-1"
