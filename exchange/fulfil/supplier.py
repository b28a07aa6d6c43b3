"""The wire to a supplier: requests signed by Standard Webhooks, and what their answers prove.

    POST {url}/orders
        An order. Answered by 202 {"status": "PROCESSING"}
        or 200 {"status": "SUCCESS" | "FAILED" | "PARTIAL"}.
    GET {url}/orders/{request_number}
        What became of an order? Answered by 200 {"status": …}
        or 404 {"status": "NOT_FOUND", "request_number": …}.
    POST {callback_url}
        The supplier's word, signed with the same secret.

The request number is the supplier's idempotency key and the `webhook-id` of both requests. Only
connection errors are retried here, because no byte of the request has left then. If anything else
goes wrong, the outcome is UNKNOWN and the caller asks again by the same number.

A status in a 200 or 202 is the supplier's word. So is a 404 to a query, if it names the number that
the supplier does not hold. Any other answer proves nothing: a bare 404 may come from a gateway in
front of a supplier that has delivered.
"""

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import ClassVar
from urllib.parse import quote

import httpx2
import orjson
import stamina
from standardwebhooks import Webhook

from catalog import EndpointNotAllowed
from ledger import JSON, Refusal

SECRET_PREFIX = "whsec_"
SECRET_LENGTH_BYTES_MIN = 24
SECRET_LENGTH_BYTES_MAX = 64
SIGNATURE_TOLERANCE_SECONDS = 300
ANSWER_LENGTH_MAX_BYTES = 65_536
REFERENCE_LENGTH_MAX = 200
REASON_LENGTH_MAX = 500
PROBLEM_LENGTH_MAX = 500
CONNECT_ATTEMPTS_MAX = 3
CONNECT_RETRY_SECONDS = 2.0
CONNECT_WAIT_SECONDS = 0.05
CONNECT_SECONDS_MAX = 5.0
"""How long one attempt to connect may take, or to get a connection of the pool."""
TIMESTAMP_LENGTH_MAX = 11
SIGNATURES_MAX = 10
UNREACHABLE = "the supplier could not be reached"
UNANSWERED = "the supplier did not answer"
UNCLEAR = "the supplier's answer is not one that Comity knows"
# How long an answer may take is the delivery policy's to say, and nobody else's: see `calls`.
_TIMEOUT = httpx2.Timeout(None, connect=CONNECT_SECONDS_MAX, pool=CONNECT_SECONDS_MAX)
_HEADERS_SENT = ("http11.send_request_headers.complete", "http2.send_request_headers.complete")
"""What the connection tells once the beginning of a request was handed to the network."""
_NOTHING_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class SecretInvalid(Refusal):
    """The secret that both sides sign with does not have the form of Standard Webhooks."""

    code: ClassVar[str] = "secret-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The secret is not whsec_ and 24 to 64 bytes in Base64."


class CallbackForged(Refusal):
    """The signature is missing, wrong, or too old or new to trust."""

    code: ClassVar[str] = "callback-forged"
    status: ClassVar[int] = 401
    title: ClassVar[str] = "The signature of the callback does not verify."


class Outcome(StrEnum):
    """What one request to a supplier has proven."""

    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    PARTIAL = "PARTIAL"
    """It delivered a part. That is no success and no failure: a person decides."""
    UNKNOWN = "UNKNOWN"
    """Nothing is proven."""
    NOT_SENT = "NOT_SENT"
    """No connection was made, so the supplier cannot have seen the request."""
    NOT_FOUND = "NOT_FOUND"
    """The supplier answered a query that it held no order of this number at that moment."""


_SAID = {
    str(each): each
    for each in (Outcome.PROCESSING, Outcome.SUCCESS, Outcome.FAILED, Outcome.PARTIAL)
}


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a supplier is reached, and the secret that both sides sign with."""

    url: str
    secret: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One right to be delivered, as the supplier sees it."""

    request_number: str
    offer_code: str
    member_account: str
    face_value_minor: int
    currency: str
    callback_url: str

    def body(self) -> bytes:
        """The order's JSON document."""
        return orjson.dumps(self)


@dataclass(frozen=True, slots=True)
class SupplierAnswer:
    """An outcome with what the supplier said about it.

    `reason` is shown to the brand: the supplier's own word, or one of the few sentences here.
    `problem` is what went wrong on the wire, for the operator's log alone. It would tell a brand
    what the exchange's network looks like from inside.
    """

    outcome: Outcome
    reason: str | None = None
    supplier_reference: str | None = None
    problem: str | None = None

    @property
    def is_silent(self) -> bool:
        """Whether the supplier could not be reached, or was and did not answer."""
        return self.problem is not None and self.reason in (UNREACHABLE, UNANSWERED)


def require_secret(secret: str) -> None:
    """Require a secret that every implementation of Standard Webhooks can sign with.

    Raises:
        SecretInvalid: it is not `whsec_` and 24 to 64 bytes in Base64.
    """
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError as error:
        raise SecretInvalid(
            "the part after whsec_ is not Base64 with its padding", field="secret"
        ) from error
    if (
        not secret.startswith(SECRET_PREFIX)
        or not SECRET_LENGTH_BYTES_MIN <= len(key) <= SECRET_LENGTH_BYTES_MAX
    ):
        limits = f"{SECRET_LENGTH_BYTES_MIN} to {SECRET_LENGTH_BYTES_MAX}"
        raise SecretInvalid(
            f"a secret is {SECRET_PREFIX} and {limits} bytes in Base64", field="secret"
        )


def sign(secret: str, identifier: str, body: str, now: datetime) -> dict[str, str]:
    """The Standard Webhooks headers of a message."""
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(identifier, now.astimezone(UTC), body),
    }


def require_signature(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Require that a message was signed with the secret within five minutes of now.

    Raises:
        CallbackForged: it was not, or nothing can be signed with the secret. The answer does not
            say which, so that a forger learns nothing.
    """
    by_name = {name.lower(): value for name, value in headers.items()}
    identifier, timestamp = by_name.get("webhook-id", ""), by_name.get("webhook-timestamp", "")
    if not identifier or not (
        timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= TIMESTAMP_LENGTH_MAX
    ):
        raise CallbackForged
    signed_at = datetime.fromtimestamp(0, tz=UTC) + timedelta(seconds=int(timestamp))
    try:
        require_secret(secret)
        expected = base64.b64decode(
            Webhook(secret).sign(identifier, signed_at, body.decode()).removeprefix("v1,")
        )
    except (SecretInvalid, UnicodeError) as error:
        raise CallbackForged from error
    matches = [
        hmac.compare_digest(expected, given)
        for given in _signatures(by_name.get("webhook-signature", ""))
    ]
    if not any(matches) or abs((now - signed_at).total_seconds()) > SIGNATURE_TOLERANCE_SECONDS:
        raise CallbackForged


def _signatures(header: str) -> list[bytes]:
    """The `v1` signatures of a header that can be decoded.

    A sender that rotates its secret sends several.
    """
    signatures = []
    for each in header.split(" ")[:SIGNATURES_MAX]:
        version, _, encoded = each.partition(",")
        if version == "v1":
            try:
                signatures.append(base64.b64decode(encoded, validate=True))
            except (binascii.Error, ValueError):
                continue
    return signatures


class SupplierClient:
    """Sends orders and asks about them, over one shared connection pool."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        """`http` keeps the pool. It must not follow redirects. Its own timeouts are not used."""
        self._http = http
        # A connection that is tried again is no news: the round tells of a supplier that is away.
        stamina.instrumentation.set_on_retry_hooks(())

    async def submit(
        self,
        destination: Destination,
        delivery: Delivery,
        now: datetime,
        sent: Callable[[], object] = lambda: None,
    ) -> SupplierAnswer:
        """Send one order, and read what the answer proves.

        `sent` is called when its first bytes have left. It never raises for anything the network or
        the supplier does.
        """
        return await self._send(
            "POST", f"{destination.url.rstrip('/')}/orders", destination, delivery, now, sent=sent
        )

    async def query(
        self,
        destination: Destination,
        delivery: Delivery,
        now: datetime,
        sent: Callable[[], object] = lambda: None,
    ) -> SupplierAnswer:
        """Ask what became of an order. `sent` as in `submit`.

        It never raises for anything the network or the supplier does.
        """
        path = quote(delivery.request_number, safe="")
        return await self._send(
            "GET",
            f"{destination.url.rstrip('/')}/orders/{path}",
            destination,
            delivery,
            now,
            sent=sent,
        )

    async def _send(
        self,
        method: str,
        url: str,
        destination: Destination,
        delivery: Delivery,
        now: datetime,
        *,
        sent: Callable[[], object],
    ) -> SupplierAnswer:
        async def trace(event: str, _: Mapping[str, object]) -> None:
            if event in _HEADERS_SENT:
                sent()

        body = delivery.body() if method == "POST" else b""
        headers = sign(destination.secret, delivery.request_number, body.decode(), now)
        if body:
            headers["content-type"] = "application/json"
        try:
            async for attempt in stamina.retry_context(
                on=_NOTHING_SENT,
                attempts=CONNECT_ATTEMPTS_MAX,
                timeout=CONNECT_RETRY_SECONDS,
                wait_initial=CONNECT_WAIT_SECONDS,
                wait_jitter=CONNECT_WAIT_SECONDS,
            ):
                with attempt:
                    async with self._http.stream(
                        method,
                        url,
                        content=body,
                        headers=headers,
                        timeout=_TIMEOUT,
                        extensions={"trace": trace},
                    ) as response:
                        return _read(
                            method,
                            response.status_code,
                            await _limited(response),
                            delivery.request_number,
                        )
        except EndpointNotAllowed as error:
            return SupplierAnswer(Outcome.NOT_SENT, UNREACHABLE, problem=str(error))
        except _NOTHING_SENT as error:
            return SupplierAnswer(Outcome.NOT_SENT, UNREACHABLE, problem=described(error))
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
            return SupplierAnswer(Outcome.UNKNOWN, UNANSWERED, problem=described(error))
        raise AssertionError("the retry context either returns or raises")


def described(error: Exception) -> str:
    """An error in one line, for a log."""
    return f"{type(error).__name__}: {error}"[:PROBLEM_LENGTH_MAX]


async def _limited(response: httpx2.Response) -> bytes:
    body = b""
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > ANSWER_LENGTH_MAX_BYTES:
            return b""
    return body


def _read(method: str, status: int, body: bytes, request_number: str) -> SupplierAnswer:
    try:
        document: JSON = orjson.loads(body)
    except orjson.JSONDecodeError:
        document = None
    said = document.get("status") if isinstance(document, dict) else None
    if (method, status, said) == ("GET", HTTPStatus.NOT_FOUND, "NOT_FOUND"):
        if document.get("request_number") == request_number:
            return SupplierAnswer(Outcome.NOT_FOUND, reason="the supplier has no such order")
        return SupplierAnswer(Outcome.UNKNOWN, UNCLEAR, problem="a 404 about another order")
    if (
        status not in (HTTPStatus.OK, HTTPStatus.ACCEPTED)
        or not isinstance(said, str)
        or said not in _SAID
    ):
        return SupplierAnswer(
            Outcome.UNKNOWN, UNCLEAR, problem=f"HTTP {status} without a known status"
        )
    return SupplierAnswer(
        _SAID[said],
        reason=optional_text(document, "reason", REASON_LENGTH_MAX),
        supplier_reference=optional_text(document, "supplier_reference", REFERENCE_LENGTH_MAX),
    )


def optional_text(document: Mapping[str, JSON], name: str, length_max: int) -> str | None:
    """A text of a supplier's document, cut to its limit. Any other value counts as absent."""
    value = document.get(name)
    return value.replace("\x00", "")[:length_max] if isinstance(value, str) else None
