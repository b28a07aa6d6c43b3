"""A supplier's file on a real socket: its client leaves, the service is killed, somebody waits."""

import asyncio
import http.client
import json
import time
from pathlib import Path

from api.process.children import free_port
from tests.api.test_serve import START_SECONDS, change, data_dir, serving
from tests.settlement.comparing import comparison

__all__ = ["data_dir"]


def upload(port: int, key: str) -> http.client.HTTPConnection:
    """Send a supplier's file, and leave its answer for later."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {
        "Authorization": f"Bearer {key}",
        "Idempotency-Key": "a-file",
        "Content-Type": "text/csv",
    }
    heading = b"reference,offer_code,member,used_on,amount_minor\n"
    connection.request("POST", "/v1/reconciliations", heading, headers)
    return connection


def test_a_file_is_reconciled_for_those_who_wait_and_once(data_dir: Path) -> None:
    with serving(data_dir, port := free_port()) as process:
        operator = (data_dir / "operator.key").read_text().strip()
        party = {"code": "cinema", "name": "Cinema", "roles": ["supplier"], "category": "leisure"}
        for path, body in (("/v1/categories", {"path": "leisure"}), ("/v1/parties", party)):
            assert change(port, path, operator, path, body)[0] == 201
        body = {"label": "till", "permissions": []}
        made = change(port, "/v1/parties/cinema/keys", operator, "key", body)
        key = json.loads(made[1])["key"]
        left = upload(port, key)
        with asyncio.run(comparison(process.pid)) as compared:
            left.close()
            deadline = time.monotonic() + START_SECONDS
            while not compared.has_ended():
                assert time.monotonic() < deadline, "the work goes on without its client"
                time.sleep(0.1)
        cut_off = upload(port, key)
        with asyncio.run(comparison(process.pid)):
            process.kill()
            process.wait()
        cut_off.close()
    with serving(data_dir, port := free_port()):
        answers = []
        for _ in range(2):
            asked = upload(port, key)
            with asked.getresponse() as response:
                answers.append((response.status, response.read()))
            asked.close()
        assert answers[0][0] == 201
        assert answers[1] == answers[0]
        assert json.loads(answers[0][1])["reconciliation_id"] == 1
