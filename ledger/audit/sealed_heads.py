"""The heads of sealed lanes, as a document to keep outside the database.

A head stands for every record of a lane up to its last seal. Somebody who can write to the database
can compute the seals anew, but cannot change a head that was kept elsewhere. `seal.check_seals`
compares the two. The document is JSON. It may hold the ends of other chains, which their owners
compare.
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


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The end of another chain: `head` stands for all of it up to `seq`.

    `chain` is what is chained, and `part` which one of them it is.
    """

    chain: str
    part: str
    seq: int
    head: bytes


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


class _StoredChain(_Strict):
    seq: int = Field(strict=True)
    head: str = Field(pattern=HEAD_HEX)


class _Document(_Strict):
    version: Literal[1]
    heads: list[_StoredHead]
    chains: dict[str, dict[str, _StoredChain]] = Field(default_factory=dict)


def heads_as_json(heads: Sequence[Head], chains: Sequence[ChainHead] = ()) -> bytes:
    """The document to keep, with a line feed at its end."""
    by_chain: dict[str, dict[str, _StoredChain]] = {}
    for chain in chains:
        stored = _StoredChain(seq=chain.seq, head=chain.head.hex())
        by_chain.setdefault(chain.chain, {})[chain.part] = stored
    document = _Document(
        version=1,
        chains=by_chain,
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
    content = document.model_dump()
    if not chains:
        del content["chains"]
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def heads_from_json(stored: bytes) -> list[Head]:
    """The heads of a document.

    Raises:
        HeadsInvalid: it is not such a document.
    """
    return [
        Head(each.book, each.lane, each.seq, bytes.fromhex(each.head), each.sealed_at)
        for each in _read(stored).heads
    ]


def chains_from_json(stored: bytes) -> list[ChainHead]:
    """The ends of other chains in a document: none where it was written without them.

    Raises:
        HeadsInvalid: it is not such a document.
    """
    return [
        ChainHead(chain, part, each.seq, bytes.fromhex(each.head))
        for chain, parts in _read(stored).chains.items()
        for part, each in parts.items()
    ]


def _read(stored: bytes) -> _Document:
    try:
        return _Document.model_validate_json(stored)
    except ValidationError as error:
        first = error.errors()[0]
        raise HeadsInvalid(
            f"{'.'.join(map(str, first['loc']))}: {first['msg']}".lstrip(": ")
        ) from error
