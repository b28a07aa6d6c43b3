"""Messages that the service sends to a party's own address: were they really sent by it, just now?

They are signed by Standard Webhooks. While a secret is replaced, there are two of them: give both.
"""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from api.client.errors import WebhookInvalid

TOLERANCE_SECONDS = 300
SECRET_PREFIX = "whsec_"
_VERSION = "v1,"


def verify(
    body: bytes,
    headers: Mapping[str, str],
    secrets: str | Sequence[str],
    *,
    tolerance_seconds: float = TOLERANCE_SECONDS,
    now: float | None = None,
) -> Any:
    """What a message says, if it was signed with one of the secrets, and not long ago.

    `body` is exactly what arrived, before anything has read it. The same message can arrive more
    than once: remember its `webhook-id`.

    >>> import base64, hashlib, hmac, time
    >>> secret = "whsec_" + base64.b64encode(b"twenty-four bytes or more").decode()
    >>> body, sent_at = b'{"type": "test.ping"}', str(int(time.time()))
    >>> signed = b"msg_1." + sent_at.encode() + b"." + body
    >>> digest = hmac.digest(b"twenty-four bytes or more", signed, hashlib.sha256)
    >>> headers = {
    ...     "webhook-id": "msg_1",
    ...     "webhook-timestamp": sent_at,
    ...     "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    ... }
    >>> verify(body, headers, secret)["type"]
    'test.ping'

    Raises:
        WebhookInvalid: it was not, or a header is missing, or it is not JSON.
        ValueError: a secret is not one.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    try:
        message_id = lowered["webhook-id"]
        sent_at = lowered["webhook-timestamp"]
        signatures = lowered["webhook-signature"].split()
    except KeyError as error:
        raise WebhookInvalid(f"there is no header {error.args[0]}") from None
    signed = f"{message_id}.{sent_at}.".encode() + body
    known = [secrets] if isinstance(secrets, str) else secrets
    expected = [_signature(_decoded(secret), signed) for secret in known]
    given = [each.removeprefix(_VERSION) for each in signatures if each.startswith(_VERSION)]
    if not any(hmac.compare_digest(a.encode(), b.encode()) for a in expected for b in given):
        raise WebhookInvalid("no signature is by one of the secrets")
    seconds = time.time() if now is None else now
    if not sent_at.isdecimal() or abs(seconds - int(sent_at)) > tolerance_seconds:
        raise WebhookInvalid("it was not sent just now")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise WebhookInvalid("it is not JSON") from None


def _signature(secret: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()


def _decoded(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not key:
        raise ValueError("a secret of webhooks is whsec_ and base64")
    return key
