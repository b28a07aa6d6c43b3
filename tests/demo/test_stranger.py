"""A stranger on the demo's port: it gets nothing, and the demo says so and ends."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.embedded.services import temporary_data_dir
from api.process.children import ChildFailed, free_port, taken_port, url_of

RUN_SECONDS = 100.0


class Stranger:
    """Answers every request with 200, as if it were ready, and keeps what it was sent."""

    def __init__(self, address: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.heard: list[bytes] = []
        self._socket = socket.socket(family)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        try:
            self._socket.bind((address, port))
            self._socket.listen()
        except OSError:
            self._socket.close()
            raise
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    def _answer(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self.heard.append(connection.recv(65_536))
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                    b"content-length: 2\r\nconnection: close\r\n\r\n{}"
                )

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with temporary_data_dir("comity-test-stranger-") as directory:
        yield directory


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "::"])
def test_the_demo_sends_nothing_to_a_stranger_on_its_port(
    address: str, data_dir: Path, tmp_path: Path
) -> None:
    port = free_port()
    stranger = Stranger(address, port)
    try:
        ended = subprocess.run(
            [
                *(sys.executable, "-m", "api.cli", "demo", "--days", "1"),
                *("--port", str(port), "--data-dir", str(data_dir), "--output", str(tmp_path)),
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=RUN_SECONDS,
        )
    finally:
        stranger.close()
    assert ended.returncode == 1, ended.stdout
    assert stranger.heard == []
    assert f"port {port} cannot be taken" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "::"])
def test_nobody_can_share_a_port_that_was_taken(address: str) -> None:
    with taken_port() as listening:
        _, port = listening.getsockname()
        with pytest.raises(OSError, match="in use"):
            Stranger(address, port)
        with pytest.raises(ChildFailed, match=f"port {port} cannot be taken"), taken_port(port):
            pass
        assert url_of(listening) == f"http://127.0.0.1:{port}"
