"""The heads of sealed lanes, as a document to keep outside the database.

A head stands for every record of a lane up to its last seal. Somebody who can write to the database
can compute the seals anew, but cannot change a head that was kept elsewhere. `seal.check_seals`
compares the two. The document is JSON.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

HEAD_HEX = r"^[0-9a-f]{64}$"


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a lane's chain when it was sealed: `head` stands for every record up to `seq`.

    `book` is the programme's code.
    """

    book: str
    lane: int
    seq: int
    head: bytes
    sealed_at: datetime


class HeadsInvalid(ValueError):
    """The document does not hold heads as `heads_as_json` writes them."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _StoredHead(_Strict):
    book: str
    lane: int = Field(strict=True)
    seq: int = Field(strict=True)
    head: str = Field(pattern=HEAD_HEX)
    sealed_at: datetime


class _Document(_Strict):
    version: Literal[1]
    heads: list[_StoredHead]


def heads_as_json(heads: Sequence[Head]) -> bytes:
    """The document to keep, with a line feed at its end."""
    document = _Document(
        version=1,
        heads=[
            _StoredHead(
                book=each.book,
                lane=each.lane,
                seq=each.seq,
                head=each.head.hex(),
                sealed_at=each.sealed_at,
            )
            for each in heads
        ],
    )
    return orjson.dumps(
        document.model_dump(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    )


def heads_from_json(stored: bytes) -> list[Head]:
    """The heads of a document.

    Raises:
        HeadsInvalid: it is not such a document.
    """
    try:
        document = _Document.model_validate_json(stored)
    except ValidationError as error:
        first = error.errors()[0]
        raise HeadsInvalid(
            f"{'.'.join(map(str, first['loc']))}: {first['msg']}".lstrip(": ")
        ) from error
    return [
        Head(each.book, each.lane, each.seq, bytes.fromhex(each.head), each.sealed_at)
        for each in document.heads
    ]
