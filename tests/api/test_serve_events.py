"""A service of its own tells what happened: by webhook, as a stream, and to the commands."""

import http.client
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook

from api.process.children import free_port
from tests.api.cli import forked
from tests.api.test_serve import START_SECONDS, change, data_dir, serving

__all__ = ["data_dir"]
SECRET = "whsec_" + "A" * 43 + "="


@contextmanager
def receiver() -> Iterator[tuple[str, list[tuple[dict[str, str], str]]]]:
    """A small server that takes everything. Gives its address, and what it got."""
    got: list[tuple[dict[str, str], str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            del arguments

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", got
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def until_it_has(got: list[Any]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not got:
        assert time.monotonic() < deadline, "nothing came"
        time.sleep(0.05)


def test_events_reach_receivers_streams_and_commands_and_streams_end_with_the_service(
    data_dir: Path,
) -> None:
    port = free_port()
    service = f"http://127.0.0.1:{port}"
    # What does not end by itself is not killed before the test has failed.
    with (
        receiver() as (url, got),
        serving(
            data_dir,
            port,
            COMITY_SUPPLIER_NETWORKS="127.0.0.0/8",
            COMITY_SHUTDOWN_TIMEOUT="600",
        ) as process,
    ):
        key = (data_dir / "operator.key").read_text().strip()
        status, made = change(port, "/v1/webhook-endpoints", key, "one", {"url": url})
        assert status == 201, made
        endpoint = json.loads(made)
        ping = f"/v1/webhook-endpoints/{endpoint['endpoint_id']}/test"
        assert change(port, ping, key, "two", {})[0] == 202
        until_it_has(got)
        headers, body = got.pop()
        event = Webhook(endpoint["secret"]).verify(body, headers)
        assert (event["type"], event["sequence"]) == ("test.ping", 1)

        options = ["--url", service, "--after", "0", "--count", "1"]
        told = forked.run(["events", "tail", "--json", *options], {**os.environ, "API_KEY": key})
        assert json.loads(told.stdout) == json.loads(body), told.stderr
        listen = ["webhooks", "listen", "--forward-to", url, "--secret", SECRET, "--json"]
        sent = forked.run([*listen, *options], {**os.environ, "API_KEY": key})
        assert json.loads(sent.stdout)["status"] == 204, sent.stderr
        headers, body = got.pop()
        assert Webhook(SECRET).verify(body, headers)["id"] == event["id"]
        wrong = forked.run(["events", "tail", "--key", "cmty_x", *options], {**os.environ})
        assert wrong.returncode == 1
        assert "Traceback" not in wrong.stderr

        lines, streams = [], []
        for _ in range(3):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
            lines.append(line)
            line.request("GET", "/v1/events/stream", headers={"Authorization": f"Bearer {key}"})
            streams.append(line.getresponse())
            assert streams[-1].readline().startswith(b":")
        process.terminate()
        assert process.wait(START_SECONDS) == 0, "a stream held up the end"
        assert [stream.read() for stream in streams] == [b"\n"] * 3
        for line in lines:
            line.close()
