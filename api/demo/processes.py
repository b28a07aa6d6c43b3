"""What the demo and the showcase have in common where they run processes."""

import base64
import json
import secrets
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx2

from api.client import AsyncComity
from api.demo.tally import Connect, Tally

CONNECTIONS_MAX = 64
PATIENCE_SECONDS = 120.0
UNANSWERED_MAX = 1
"""The service is the demo's own. If it does not answer, it has died."""
_SECRET_BYTES = 24


@asynccontextmanager
async def connecting(service_url: str, tally: Tally) -> AsyncIterator[Connect]:
    """Connect to the service, as whoever has an API key. What is sent is counted.

    Proxies of the environment are for other services than the one that was just started.
    """
    limits = httpx2.Limits(max_connections=CONNECTIONS_MAX)
    async with httpx2.AsyncClient(trust_env=False, limits=limits) as http:
        anyone = AsyncComity(
            service_url,
            None,
            http=http,
            patience_seconds=PATIENCE_SECONDS,
            unanswered_max=UNANSWERED_MAX,
            on_answer=tally.note,
        )
        yield lambda api_key: anyone.with_options(api_key=api_key)


def write_supplier_secrets(path: Path, suppliers: Sequence[str]) -> dict[str, str]:
    """Make new signing secrets for this run. Only the suppliers' server reads the file."""
    made = {
        code: "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
        for code in suppliers
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(made), encoding="utf-8")
    return made


@contextmanager
def ending_on_sigterm() -> Iterator[None]:
    """Let SIGTERM end all blocks, so that the processes that were started here are stopped."""

    def end(*_: object) -> None:
        raise SystemExit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
