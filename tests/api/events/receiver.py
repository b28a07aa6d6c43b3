"""A receiver of webhooks for the tests: a real server on a loopback socket, hostile when told so.

It knows the wire from the outside, and verifies what it gets with the Standard Webhooks library.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook

HUGE_BYTES = 20_000_000


@dataclass
class Receiver:
    """What it got, and what it answers next: a status, or a manner.

    `hang` never answers, `huge` answers with more than anybody wants, `away` sends elsewhere. When
    nothing is planned, it answers 204.
    """

    port: int = 0
    scheme: str = "http"
    planned: list[int | str] = field(default_factory=list)
    always: int | str = 204
    headers: str = ""
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/hook"

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.requests]

    @property
    def sequences(self) -> list[int]:
        return [document["sequence"] for document in self.documents]

    def verified(self, secret: str, number: int = -1) -> Any:
        """What a request says, if the library finds it signed by this secret."""
        headers, body = self.requests[number]
        return Webhook(secret).verify(body.decode(), headers)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self._one(reader, writer):
                pass
        writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {
            name.lower(): value
            for name, _, value in (line.partition(": ") for line in head[1:])
            if name
        }
        body = await reader.readexactly(int(headers["content-length"]))
        self.paths.append(head[0].split(" ")[1])
        self.requests.append((headers, body))
        manner = self.planned.pop(0) if self.planned else self.always
        if manner == "hang":
            await asyncio.Event().wait()
        if manner == "huge":
            writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {HUGE_BYTES}\r\n\r\n".encode())
            for _ in range(HUGE_BYTES // 1_000_000):
                writer.write(b"x" * 1_000_000)
                await writer.drain()
            return True
        status, more = (302, "Location: /elsewhere\r\n") if manner == "away" else (manner, "")
        writer.write(
            f"HTTP/1.1 {status} Said\r\n{more}{self.headers}Content-Length: 2\r\n\r\nok".encode()
            if status != 204
            else b"HTTP/1.1 204 Said\r\n\r\n"
        )
        await writer.drain()
        return True


@asynccontextmanager
async def receiving(*receivers: Receiver, certificate: Path | None = None) -> AsyncIterator[None]:
    """Run these receivers. With a certificate, they speak TLS."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    servers = []
    connections: set[asyncio.Task[Any]] = set()
    for receiver in receivers:

        async def serve(
            reader: asyncio.StreamReader,
            writer: asyncio.StreamWriter,
            receiver: Receiver = receiver,
        ) -> None:
            task = asyncio.current_task()
            assert task is not None
            connections.add(task)
            try:
                await receiver.answer(reader, writer)
            except asyncio.CancelledError:
                writer.close()
            finally:
                connections.discard(task)

        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        receiver.port = server.sockets[0].getsockname()[1]
        receiver.scheme = "http" if context is None else "https"
        servers.append(server)
    try:
        yield
    finally:
        for server in servers:
            server.close()
        await _ended(connections)


async def _ended(tasks: Iterable[asyncio.Task[Any]]) -> None:
    unfinished = list(tasks)
    for task in unfinished:
        task.cancel()
    await asyncio.gather(*unfinished, return_exceptions=True)


def certificate_of_another(folder: Path) -> Path:
    """A certificate, with its key, for a name that nobody here has."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "another.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("another.example")]), False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "another.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path
