"""How a member is let in: a brand's server asks for a launch, and its link works once.

The token is `book.random`. The number of the book is no secret; it tells where to look. Only the
hash of the token is stored. The deleted row of a launch makes two arrivals at once safe: the second
finds none.

A brand may hand over the account to which recharges go. It is stored encrypted, under a key that is
made of the token (AES-256-GCM). So nobody can read it who has the database alone, and it is gone
with the visit.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from api.identity.links import digest_of_token
from api.identity.member_tables import launch, member_visit
from ledger import Refusal, read_clock

LAUNCH_SECONDS = 60
LAUNCH_SECONDS_MAX = 600
VISIT_SECONDS = 2 * 3600
RETURN_URL_LENGTH_MAX = 500
NONCE_LENGTH_BYTES = 12
_TOKEN = re.compile(r"([0-9]{1,10})\.[A-Za-z0-9_-]{43}")


class LaunchInvalid(Refusal):
    """The link was used, is too old, or was never made. The brand's app makes another."""

    code: ClassVar[str] = "launch-invalid"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "This link does not work any more."


@dataclass(frozen=True, slots=True)
class Launch:
    """A link that lets a member in once, until it is too old."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class MemberVisit:
    """A member who was let in. `account`: where recharges go, if the brand said it."""

    book_id: int
    member: str
    locale: str | None
    return_url: str | None
    account: str | None


async def make_launch(
    connection: AsyncConnection,
    book_id: int,
    *,
    member: str,
    locale: str | None,
    return_url: str | None,
    account: str | None = None,
    seconds: int = LAUNCH_SECONDS,
) -> Launch:
    """Let a member in by a link that works once. Three round trips. Old launches go."""
    now = await read_clock(connection)
    token = f"{book_id}.{secrets.token_urlsafe(32)}"
    expires_at = now + timedelta(seconds=seconds)
    await connection.execute(
        delete(launch).where(launch.c.book_id == book_id, launch.c.expires_at < now)
    )
    await connection.execute(
        insert(launch).values(
            book_id=book_id,
            token_sha256=digest_of_token(token),
            member=member,
            locale=locale,
            return_url=return_url,
            account=_sealed(token, account),
            expires_at=expires_at,
        )
    )
    return Launch(token, expires_at)


def launch_path(token: str, framed_for: str | None) -> str:
    """Where a launch leads. The token stands in the fragment, which no server and no log sees.

    So where the pages may stand in a frame, the address names the programme, too.
    """
    return f"/m/{f'?p={framed_for}' if framed_for else ''}#t={token}"


async def arrive(connection: AsyncConnection, token: str) -> str:
    """Use a launch up, and begin a visit. Returns the token of the visit.

    Raises:
        LaunchInvalid: the link does not work any more.
    """
    book_id = book_of(token)
    if book_id is None:
        raise LaunchInvalid("ask your app for another link")
    gone = await connection.execute(
        delete(launch)
        .where(
            launch.c.book_id == book_id,
            launch.c.token_sha256 == digest_of_token(token),
            launch.c.expires_at > func.clock_timestamp(),
        )
        .returning(launch.c.member, launch.c.locale, launch.c.return_url, launch.c.account)
    )
    row = gone.one_or_none()
    if row is None:
        raise LaunchInvalid("ask your app for another link")
    now = await read_clock(connection)
    visit = f"{book_id}.{secrets.token_urlsafe(32)}"
    await connection.execute(
        delete(member_visit).where(
            member_visit.c.book_id == book_id, member_visit.c.expires_at < now
        )
    )
    await connection.execute(
        insert(member_visit).values(
            book_id=book_id,
            token_sha256=digest_of_token(visit),
            member=row.member,
            locale=row.locale,
            return_url=row.return_url,
            account=_sealed(visit, _opened(token, row.account)),
            expires_at=now + timedelta(seconds=VISIT_SECONDS),
        )
    )
    return visit


async def find_visit(connection: AsyncConnection, token: str) -> MemberVisit | None:
    """Who was let in with this token. None: nobody, or no longer. One round trip."""
    book_id = book_of(token)
    if book_id is None:
        return None
    statement = select(
        member_visit.c.book_id,
        member_visit.c.member,
        member_visit.c.locale,
        member_visit.c.return_url,
        member_visit.c.account,
    ).where(
        member_visit.c.book_id == book_id,
        member_visit.c.token_sha256 == digest_of_token(token),
        member_visit.c.expires_at > func.clock_timestamp(),
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        return None
    account = _opened(token, row.account)
    return MemberVisit(row.book_id, row.member, row.locale, row.return_url, account)


async def end_visit(connection: AsyncConnection, token: str) -> None:
    """Let the member out."""
    book_id = book_of(token)
    await connection.execute(
        delete(member_visit).where(
            member_visit.c.book_id == book_id,
            member_visit.c.token_sha256 == digest_of_token(token),
        )
    )


def book_of(token: str) -> int | None:
    """The book that a token names, whether it is good or not. None: it is no token."""
    found = _TOKEN.fullmatch(token)
    number = None if found is None else int(found[1])
    return number if number is not None and number < 2**31 else None


def _cipher(token: str) -> AESGCM:
    """A key of its own for each token: a token has 256 random bits, so its digest has as many."""
    return AESGCM(hmac.digest(token.encode(), b"comity: the account of a visit", "sha256"))


def _sealed(token: str, account: str | None) -> bytes | None:
    if account is None:
        return None
    nonce = secrets.token_bytes(NONCE_LENGTH_BYTES)
    return nonce + _cipher(token).encrypt(nonce, account.encode(), None)


def _opened(token: str, sealed: bytes | None) -> str | None:
    if sealed is None:
        return None
    nonce, rest = sealed[:NONCE_LENGTH_BYTES], sealed[NONCE_LENGTH_BYTES:]
    try:
        return _cipher(token).decrypt(nonce, rest, None).decode()
    except InvalidTag:
        return None  # somebody changed the row; then the member types the account
