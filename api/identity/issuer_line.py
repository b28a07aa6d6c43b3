"""Calls to the issuer, the organisation's sign-in service: short, few at once, never redirected.

The operator chose the issuer, so it is trusted, and may have a private address. Because no redirect
is followed, it sends no call to anybody else.
"""

import asyncio
import ssl
from collections.abc import Mapping
from functools import cached_property
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx2
import orjson

from ledger import Refusal

ISSUER_SECONDS_MAX = 10
"""How long one call to the issuer may take in all."""
ISSUER_BYTES_MAX = 262_144
ISSUER_CALLS_MAX = 16
"""Calls of one process to the issuer at once. The others wait, within their time."""

JSON = Any


class IssuerUnreachable(Refusal):
    """The issuer does not answer, or says that it has trouble."""

    code: ClassVar[str] = "issuer-unreachable"
    status: ClassVar[int] = HTTPStatus.BAD_GATEWAY
    title: ClassVar[str] = "The sign-in service of your organisation does not answer."


class IssuerAnswerInvalid(Refusal):
    """What the issuer answers cannot be believed, such as a token for somebody else."""

    code: ClassVar[str] = "issuer-answer-invalid"
    status: ClassVar[int] = HTTPStatus.BAD_GATEWAY
    title: ClassVar[str] = "The answer of your organisation's sign-in service is not valid."


class IssuerRefused(Refusal):
    """The issuer did not let the user in, or does not take its own code any more."""

    code: ClassVar[str] = "issuer-refused"
    status: ClassVar[int] = HTTPStatus.UNAUTHORIZED
    title: ClassVar[str] = "The sign-in service of your organisation did not let you in."


class IssuerLine:
    """Asks the issuer. No connection is kept, as users sign in seldom."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(ISSUER_CALLS_MAX)

    async def ask(
        self,
        method: str,
        address: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> JSON:
        """The document that the issuer answers with.

        Raises:
            IssuerUnreachable: there is no answer, or trouble at the other end.
            IssuerRefused: it refuses what was asked.
            IssuerAnswerInvalid: it answers something else.
        """
        sent = {"accept": "application/json", "user-agent": "comity", **(headers or {})}
        try:
            async with (
                asyncio.timeout(ISSUER_SECONDS_MAX),
                self._places,
                httpx2.AsyncClient(
                    verify=self._tls, trust_env=False, follow_redirects=False
                ) as http,
                http.stream(method, address, content=content, headers=sent) as response,
            ):
                status, body = response.status_code, await _body(response)
        except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
            raise IssuerUnreachable(f"no answer from {urlsplit(address).hostname}") from error
        return _document(status, body)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx2.create_ssl_context(trust_env=False)


async def _body(response: httpx2.Response) -> bytes:
    body = b""
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > ISSUER_BYTES_MAX:
            raise IssuerAnswerInvalid("it is too long")
    return body


def _document(status: int, body: bytes) -> JSON:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        raise IssuerUnreachable(f"it answers with the status {status}")
    try:
        document = orjson.loads(body)
    except ValueError:
        document = None
    if status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        said = document.get("error") if isinstance(document, dict) else None
        raise IssuerRefused(f"it says: {shortened(str(said or status))}")
    if status != HTTPStatus.OK:
        raise IssuerAnswerInvalid(f"it answers with the status {status}")
    if not isinstance(document, dict):
        raise IssuerAnswerInvalid("it is no JSON object")
    return document


def shortened(text: str) -> str:
    """The beginning of what somebody else says, to be shown and logged."""
    return "".join(each for each in text[:200] if each.isprintable())
