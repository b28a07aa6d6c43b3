"""One attempt, on the wire: a signed POST to a guarded address, and what came back.

Nothing is retried here, no redirect is followed, and no more of an answer is read than is kept.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import httpx2

from api.events.retry import Result
from api.events.secrets import signed
from catalog import EndpointNotAllowed
from exchange.fulfil import described

ATTEMPT_SECONDS_MAX = 15.0
"""How long one attempt may take in all, from the name of the host to the end of the answer."""
CONNECT_SECONDS_MAX = 5.0
ANSWER_SECONDS_MAX = 2.0
"""How long the body of an answer is waited for, once its status is there."""
ANSWER_BYTES_MAX = 2_048
"""So much of an answer is kept."""
_TIMEOUT = httpx2.Timeout(None, connect=CONNECT_SECONDS_MAX)
TOO_SLOW = "no answer in time"


@dataclass(frozen=True, slots=True)
class Post:
    """What is sent, and by which secrets it is signed."""

    url: str
    identifier: str
    body: bytes
    secrets: Sequence[str] = field(repr=False)


async def send(http: httpx2.AsyncClient, post: Post, now: datetime) -> Result:
    """Send one event once. It never raises for anything the network or the receiver does."""
    started = time.monotonic()

    def after() -> int:
        return round((time.monotonic() - started) * 1_000)

    headers = {
        **signed(post.secrets, post.identifier, post.body, now),
        "content-type": "application/json",
        "user-agent": "comity-webhooks",
    }
    try:
        async with (
            asyncio.timeout(ATTEMPT_SECONDS_MAX),
            http.stream(
                "POST", post.url, content=post.body, headers=headers, timeout=_TIMEOUT
            ) as response,
        ):
            return Result(
                after(),
                status=response.status_code,
                answer=await _beginning(response),
                retry_after=response.headers.get("retry-after"),
            )
    except EndpointNotAllowed as error:
        return Result(after(), problem=str(error))
    except TimeoutError:
        return Result(after(), problem=TOO_SLOW)
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
        return Result(after(), problem=described(error))


async def _beginning(response: httpx2.Response) -> str:
    """The first part of an answer, as text. It is not read to its end, and may be cut off."""
    kept = b""
    # It has answered with its status. What comes after that changes nothing.
    with suppress(httpx2.HTTPError, TimeoutError):
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            async for chunk in response.aiter_raw():
                kept += chunk
                if len(kept) >= ANSWER_BYTES_MAX:
                    break
    return kept[:ANSWER_BYTES_MAX].decode(errors="replace").replace("\x00", "")
