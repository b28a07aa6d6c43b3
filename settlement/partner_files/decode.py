"""The text of a file in UTF-8, whatever encoding it came in, a piece at a time.

A byte order mark decides. Without one, what is stated counts. Else the file is UTF-16 if it has the
zeros of UTF-16, UTF-8 if all of it is, and GB18030 if all of it is that. The order matters: text in
UTF-8 often reads as GB18030, too. Text in Big5 reads as GB18030 with private-use characters. Such a
file is refused until somebody states its encoding.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from settlement.partner_files.refusals import refuse_whole
from settlement.partner_files.unpack import PIECE_BYTES

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMES = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_SAMPLE_BYTES = 4_096
_ZEROS_PERCENT_MIN = 30
"""UTF-16 has a zero in every character of ASCII. Of Chinese text, digits and commas are such."""


@dataclass(frozen=True, slots=True)
class Text:
    """A file in UTF-8 without a byte order mark, and the encoding that it came in."""

    path: Path
    encoding: str


class _NotInThis(Exception):
    """The bytes are no text in this encoding, or one that it hardly can be."""

    def __init__(self, codec: str, line: int) -> None:
        super().__init__()
        self.codec = codec
        self.line = line


def decode(source: Path, folder: Path, stated: str | None) -> Text:
    """The text of a file.

    Raises:
        PartnerFileInvalid: it is no text, or no text in the stated encoding.
    """
    with source.open("rb") as stream:
        start = stream.read(_SAMPLE_BYTES)
    codec = next((codec for mark, codec in _MARKS if start.startswith(mark)), None)
    codec = codec or stated or _by_zeros(start)
    try:
        if codec is not None:
            return _written(source, folder, codec)
        for _ in _pieces(source, "utf-8"):
            pass
        return Text(source, "utf-8")
    except _NotInThis as error:
        if codec is not None:
            name = _NAMES.get(codec, codec)
            raise refuse_whole(f"not {name.upper()}", error.line) from None
        not_utf8 = error
    try:
        found = _written(source, folder, "gb18030")
    except _NotInThis:
        raise refuse_whole("not UTF-8", not_utf8.line) from None
    if _has_private(found.path):
        raise refuse_whole(
            "the file reads as GB18030 only with private-use characters, as text in Big5 does:"
            " state its encoding in a mapping"
        )
    return found


def _by_zeros(start: bytes) -> str | None:
    """UTF-16 without a mark has zeros at even places, or at odd ones."""
    half = max(1, len(start) // 2)
    for codec, place in (("utf-16-be", 0), ("utf-16-le", 1)):
        if start[place::2].count(0) * 100 >= half * _ZEROS_PERCENT_MIN:
            return codec
    return None


def _written(source: Path, folder: Path, codec: str) -> Text:
    target = folder / "text"
    with target.open("w", encoding="utf-8", newline="") as output:
        for piece in _pieces(source, codec):
            output.write(piece)
    return Text(target, _NAMES.get(codec, codec))


def _has_private(path: Path) -> bool:
    return any(_PRIVATE.search(piece) for piece in _pieces(path, "utf-8"))


def _pieces(source: Path, codec: str) -> Iterator[str]:
    """The text, strictly. Text has no NUL.

    Raises:
        PartnerFileInvalid: there is one.
    """
    decoder = codecs.getincrementaldecoder(codec)()
    line = 1
    with source.open("rb") as stream:
        while True:
            raw = stream.read(PIECE_BYTES)
            try:
                piece = decoder.decode(raw, final=not raw)
            except UnicodeDecodeError as error:
                broken = error.object[: error.start].count(b"\n")
                raise _NotInThis(codec, line + broken) from None
            if "\0" in piece:
                raise refuse_whole("the file holds NUL, so it is no text", line)
            yield piece
            if not raw:
                return
            line += piece.count("\n")
