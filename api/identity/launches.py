"""How a member is let in: a brand's server asks for a launch, and its link works once.

The token is `book.random`. The number of the book is no secret; it tells where to look. Only the
hash of the token is stored. The deleted row of a launch makes two arrivals at once safe: the second
finds none.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

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
LAUNCH_PATH = "/m/#t="
"""What comes before the token: it stands in the fragment, which no server and no log sees."""
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
    """A member who was let in."""

    book_id: int
    member: str
    locale: str | None
    return_url: str | None


async def make_launch(
    connection: AsyncConnection,
    book_id: int,
    *,
    member: str,
    locale: str | None,
    return_url: str | None,
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
            expires_at=expires_at,
        )
    )
    return Launch(token, expires_at)


async def arrive(connection: AsyncConnection, token: str) -> str:
    """Use a launch up, and begin a visit. Returns the token of the visit.

    Raises:
        LaunchInvalid: the link does not work any more.
    """
    book_id = _book_of(token)
    if book_id is None:
        raise LaunchInvalid("ask your app for another link")
    gone = await connection.execute(
        delete(launch)
        .where(
            launch.c.book_id == book_id,
            launch.c.token_sha256 == digest_of_token(token),
            launch.c.expires_at > func.clock_timestamp(),
        )
        .returning(launch.c.member, launch.c.locale, launch.c.return_url)
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
            expires_at=now + timedelta(seconds=VISIT_SECONDS),
        )
    )
    return visit


async def find_visit(connection: AsyncConnection, token: str) -> MemberVisit | None:
    """Who was let in with this token. None: nobody, or no longer. One round trip."""
    book_id = _book_of(token)
    if book_id is None:
        return None
    statement = select(
        member_visit.c.book_id,
        member_visit.c.member,
        member_visit.c.locale,
        member_visit.c.return_url,
    ).where(
        member_visit.c.book_id == book_id,
        member_visit.c.token_sha256 == digest_of_token(token),
        member_visit.c.expires_at > func.clock_timestamp(),
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else MemberVisit(*row)


async def end_visit(connection: AsyncConnection, token: str) -> None:
    """Let the member out."""
    book_id = _book_of(token)
    await connection.execute(
        delete(member_visit).where(
            member_visit.c.book_id == book_id,
            member_visit.c.token_sha256 == digest_of_token(token),
        )
    )


def _book_of(token: str) -> int | None:
    found = _TOKEN.fullmatch(token)
    number = None if found is None else int(found[1])
    return number if number is not None and number < 2**31 else None
