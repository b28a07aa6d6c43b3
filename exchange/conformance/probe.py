"""Requests of the kit: as the exchange sends them, and as nobody should.

Nothing is sent twice by itself, and no answer is more than what came back.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote

import httpx2
import orjson

from exchange.conformance.story import Reply
from exchange.fulfil.supplier import ANSWER_LENGTH_MAX_BYTES, described, sign
from ledger import JSON

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the kit. `extra` are members of its document that no order has, or others."""

    number: str
    offer_code: str
    member_account: str
    face_value_minor: int
    currency: str
    callback_url: str
    extra: Mapping[str, JSON] | None = None

    def body(self) -> bytes:
        """Its JSON document."""
        document = {
            "request_number": self.number,
            "offer_code": self.offer_code,
            "member_account": self.member_account,
            "face_value_minor": self.face_value_minor,
            "currency": self.currency,
            "callback_url": self.callback_url,
        }
        return orjson.dumps(document | dict(self.extra or {}))


@dataclass(frozen=True, slots=True)
class Forged:
    """How a request differs from one that is signed as it should be."""

    secret: str | None = None
    age_seconds: float = 0.0
    signed_body: bytes | None = None
    more_signatures: tuple[str, ...] = ()
    """Secrets whose signatures stand before the good one."""


PROPER = Forged()


@dataclass(frozen=True, slots=True)
class Probe:
    """Sends requests to one supplier."""

    http: httpx2.AsyncClient
    url: str
    secret: str
    clock: Clock
    answer_seconds: float

    async def order(self, order: Order, forged: Forged = PROPER) -> Reply:
        """Send an order."""
        return await self._send("POST", "/orders", order.number, order.body(), forged)

    async def query(self, number: str, forged: Forged = PROPER) -> Reply:
        """Ask what became of an order."""
        return await self._send("GET", f"/orders/{quote(number, safe='')}", number, b"", forged)

    async def _send(
        self, method: str, path: str, number: str, body: bytes, forged: Forged
    ) -> Reply:
        headers = self._headers(number, body, forged)
        began = asyncio.get_running_loop().time()

        def reply(status: int | None, answer: bytes, problem: str | None = None) -> Reply:
            seconds = asyncio.get_running_loop().time() - began
            return Reply(f"{method} order", number, status, _document(answer), seconds, problem)

        try:
            async with (
                asyncio.timeout(self.answer_seconds),
                self.http.stream(
                    method,
                    f"{self.url.rstrip('/')}{path}",
                    content=body,
                    headers=headers,
                    timeout=None,
                ) as response,
            ):
                answer = b""
                async for chunk in response.aiter_bytes():
                    answer += chunk
                    if len(answer) > ANSWER_LENGTH_MAX_BYTES:
                        return reply(response.status_code, b"")
                return reply(response.status_code, answer)
        except TimeoutError:
            return reply(None, b"", "no answer in time")
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as error:
            return reply(None, b"", described(error))

    def _headers(self, number: str, body: bytes, forged: Forged) -> dict[str, str]:
        at = self.clock() - timedelta(seconds=forged.age_seconds)
        signed = (forged.signed_body if forged.signed_body is not None else body).decode()
        headers = sign(forged.secret or self.secret, number, signed, at)
        before = [sign(each, number, signed, at) for each in forged.more_signatures]
        signatures = [each["webhook-signature"] for each in (*before, headers)]
        headers["webhook-signature"] = " ".join(signatures)
        if body:
            headers["content-type"] = "application/json"
        return headers


def _document(body: bytes) -> dict[str, JSON] | None:
    try:
        document: JSON = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None


def with_account(order: Order, account: str) -> Order:
    """The same number for another account."""
    return replace(order, member_account=account)


def with_extra(order: Order, extra: Mapping[str, JSON]) -> Order:
    """The order with other members in its document."""
    return replace(order, extra=extra)
