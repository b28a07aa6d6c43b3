"""An OpenID Connect issuer for the tests: a real server on a loopback socket, which lies when told.

It signs by hand, with a key of its own, and knows the protocol from the outside.
"""

import asyncio
import base64
import hashlib
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

CLIENT_ID = "comity"
CLIENT_SECRET = "s: e/cret"


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def number(value: int) -> str:
    return text(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65_537, 2_048)


@dataclass
class Issuer:
    """`claims` are what its next tokens say differently; None leaves a claim out.

    `answers` are what its addresses answer instead: a status and a document.
    """

    email: str = ""
    port: int = 0
    key: rsa.RSAPrivateKey = field(default_factory=new_key)
    signing_key: rsa.RSAPrivateKey | None = None
    header: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def be_honest(self, email: str) -> None:
        self.email, self.signing_key = email, None
        for lies in (self.header, self.claims, self.userinfo, self.answers):
            lies.clear()

    def let_in(self, location: str) -> dict[str, str]:
        """What the browser is sent back with, after a user has signed in at this address."""
        assert location.startswith(f"{self.url}/authorize?")
        asked = dict(parse_qsl(urlsplit(location).query))
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT_ID)
        assert (asked["code_challenge_method"], asked["scope"]) == ("S256", "openid email")
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token_for(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        said = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "sub": "user-1",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "email": self.email,
            "email_verified": True,
            **self.claims,
        }
        claims = {name: value for name, value in said.items() if value is not None}
        header = {"alg": "RS256", "kid": "one", "typ": "JWT", **self.header}
        body = ".".join(text(json.dumps(part).encode()) for part in (header, claims))
        if header["alg"] == "none":
            return f"{body}."
        key = self.signing_key or self.key
        return f"{body}.{text(key.sign(body.encode(), padding.PKCS1v15(), SHA256()))}"

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        if path in self.answers:
            return self.answers[path]
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "userinfo_endpoint": f"{self.url}/userinfo",
            }
        if path == "/keys":
            known = self.key.public_key().public_numbers()
            mine = {"kty": "RSA", "kid": "one", "n": number(known.n), "e": number(known.e)}
            return 200, {"keys": [{"kty": "of the future", "kid": "two"}, mine]}
        if path == "/userinfo":
            assert headers["authorization"] == "Bearer access"
            return 200, {"sub": "user-1", **self.userinfo}
        assert path == "/token"
        return self.exchange(headers, dict(parse_qsl(body.decode())))

    def exchange(self, headers: dict[str, str], given: dict[str, str]) -> tuple[int, Any]:
        pair = base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode()
        if pair != f"{CLIENT_ID}:s%3A%20e%2Fcret":
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(given["code"], None)
        if asked is None or asked["redirect_uri"] != given["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        if (
            text(hashlib.sha256(given["code_verifier"].encode()).digest())
            != asked["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        return 200, {
            "access_token": "access",
            "token_type": "Bearer",
            "id_token": self.token_for(asked),
        }

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        path = head[0].split(" ")[1]
        self.paths.append(path)
        status, document = self.answer(path, headers, body)
        sent = json.dumps(document).encode()
        more = f"Location: {self.url}/elsewhere\r\n" if status == 302 else ""
        writer.write(
            f"HTTP/1.1 {status} Said\r\n{more}Content-Type: application/json\r\n"
            f"Content-Length: {len(sent)}\r\nConnection: close\r\n\r\n".encode()
            + sent
        )
        await writer.drain()
        writer.close()


@asynccontextmanager
async def issuing() -> AsyncIterator[Issuer]:
    issuer = Issuer()
    issuer.server = await asyncio.start_server(issuer.serve, "127.0.0.1", 0)
    issuer.port = issuer.server.sockets[0].getsockname()[1]
    try:
        yield issuer
    finally:
        issuer.server.close()
