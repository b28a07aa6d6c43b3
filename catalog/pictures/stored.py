"""Pictures as they are stored, found and removed.

The name of a picture is the SHA-256 of its bytes, so the same bytes are one row, whoever sent them
first. Two that are sent at once may both pass the count of a party's pictures: the limit keeps a
party from filling the disk, and one more does not.
"""

import hashlib
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.parties import Party
from catalog.pictures.content import type_of
from ledger import Refusal

PICTURES_PER_PARTY_MAX = 5_000


class PictureNotFound(Refusal):
    """There is no such picture, or it is another party's where one's own was asked for."""

    code: ClassVar[str] = "picture-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such picture."


class TooManyPictures(Refusal):
    """The party has as many pictures as a party may have. Remove some."""

    code: ClassVar[str] = "too-many-pictures"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The party has too many pictures."


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture."""

    picture: str
    """Its name: the SHA-256 of its bytes, in hexadecimal digits."""
    media_type: str
    content: bytes


_COUNT = text("SELECT count(*) FROM catalog.picture WHERE party_id = :party_id")

_KEEP = text(
    """
    INSERT INTO catalog.picture (sha256, party_id, media_type, content)
    VALUES (:sha256, :party_id, :media_type, :content)
    ON CONFLICT DO NOTHING
    """
)

_FIND = text("SELECT media_type, content FROM catalog.picture WHERE sha256 = :sha256")

_REMOVE = text(
    """
    DELETE FROM catalog.picture
    WHERE sha256 = :sha256 AND party_id = coalesce(CAST(:party_id AS integer), party_id)
    """
)


async def keep_picture(connection: AsyncConnection, party: Party, content: bytes) -> Picture:
    """Keep a picture of a party. The same bytes again are the same picture.

    Raises:
        PictureInvalid: see `content.type_of`.
        TooManyPictures: the party has as many as it may have.
    """
    media_type = type_of(content)
    digest = hashlib.sha256(content).digest()
    kept = await connection.scalar(_COUNT, {"party_id": party.party_id}) or 0
    if kept >= PICTURES_PER_PARTY_MAX:
        raise TooManyPictures(f"a party has at most {PICTURES_PER_PARTY_MAX:,} pictures")
    row = {
        "sha256": digest,
        "party_id": party.party_id,
        "media_type": media_type,
        "content": content,
    }
    await connection.execute(_KEEP, row)
    return Picture(digest.hex(), media_type, content)


async def find_picture(connection: AsyncConnection, picture: str) -> Picture:
    """A picture by its name.

    Raises:
        PictureNotFound: there is none.
    """
    found = (await connection.execute(_FIND, {"sha256": _digest(picture)})).one_or_none()
    if found is None:
        raise PictureNotFound(f"there is no picture {picture}")
    return Picture(picture, found.media_type, found.content)


async def remove_picture(connection: AsyncConnection, picture: str, party: Party | None) -> None:
    """Remove a picture of a party. Without a party, whoever has sent it.

    Raises:
        PictureNotFound: the party has none of this name.
    """
    row = {
        "sha256": _digest(picture),
        "party_id": None if party is None else party.party_id,
    }
    if (await connection.execute(_REMOVE, row)).rowcount == 0:
        raise PictureNotFound(f"there is no picture {picture}")


def _digest(picture: str) -> bytes:
    try:
        return bytes.fromhex(picture)
    except ValueError:
        raise PictureNotFound("a picture is named by 64 hexadecimal digits") from None
