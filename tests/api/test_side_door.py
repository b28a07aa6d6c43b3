"""Health checks, metrics and the description can be at a port of their own, and only there."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.embedded.services import temporary_data_dir
from api.kept_files import SettingsError
from api.process.children import free_port
from api.settings import Settings
from tests.api.test_serve import comity, get, serving

PAGES = (
    "/livez",
    "/readyz",
    "/metrics",
    "/docs",
    "/openapi.json",
    "/static/docs.js",
    "/static/swagger/LICENSE",
)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with temporary_data_dir("comity-side-door-") as directory:
        yield directory


def test_pages_for_those_who_run_the_service_have_their_own_port(data_dir: Path) -> None:
    port, inside = free_port(), free_port()
    settings: dict[str, Any] = {
        "COMITY_OPERATIONS_PORT": str(inside),
        "COMITY_OPERATIONS_HOST": "127.0.0.1",
        "COMITY_WORKERS": "2",
    }
    with serving(data_dir, port, **settings) as process:
        key = (data_dir / "operator.key").read_text().strip()
        for path in PAGES:
            assert get(inside, path)[0] == 200, path
            for spelling in (path, f"{path}/", path.replace("/", "//", 1)):
                assert get(port, spelling)[0] == 404, spelling
        for path in ("/v1/parties", "/v1/parties/self", "/problems", "/problems/not-found"):
            assert get(port, path, key)[0] == 200, path
            assert get(inside, path, key)[0] == 404, path
        assert b"comity_http_requests_total" in get(inside, "/metrics")[1]
        process.terminate()
        assert process.wait(30) == 0
    with pytest.raises(ConnectionRefusedError):
        get(inside, "/livez")


def test_without_it_all_is_at_one_port(data_dir: Path) -> None:
    port = free_port()
    with serving(data_dir, port):
        for path in PAGES:
            assert get(port, path)[0] == 200, path


def test_a_side_door_in_use_is_one_sentence(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        inside = str(taken.getsockname()[1])
        ended = comity(
            *("serve", "--data-dir", str(data_dir)),
            *("--port", str(free_port()), "--operations-port", inside),
        )
    assert ended.returncode == 1
    assert "COMITY_OPERATIONS_PORT" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_both_doors_cannot_be_one() -> None:
    with pytest.raises(SettingsError, match=r"COMITY_OPERATIONS_PORT: .*another port"):
        Settings.load(port=8000, operations_port=8000)
