"""What encoding a file has: a pure decision over its bytes.

A byte order mark decides. Without one, the file is UTF-8 if all of it is. Else it is GB18030 if all
of it is. The order matters: text in UTF-8 often reads as GB18030 too, and the other way round it
hardly ever does. Text in Big5 reads as GB18030 as well, but becomes private-use characters, which
no text of a shop holds. So such a reading is doubtful, and whoever sends the file says what it is.
"""

import codecs
from dataclasses import dataclass
from typing import ClassVar

from ledger import Refusal

STATABLE = ("utf-8", "utf-16", "gb18030", "big5")
"""The encodings that whoever sends a file may state."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0x10FFFF))
_BYTE_ORDER_MARK = "\ufeff"


class EncodingUnknown(Refusal):
    """The bytes of the file are no text in an encoding that is read here, or in the stated one."""

    code: ClassVar[str] = "encoding-unknown"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The file is no text in an encoding that is read here."


class EncodingDoubtful(Refusal):
    """The file reads as GB18030, but with private-use characters. It may be Big5."""

    code: ClassVar[str] = "encoding-doubtful"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The encoding of the file is doubtful, and has to be stated."


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, and the encoding it was read in."""

    text: str
    encoding: str


def decode(raw: bytes, stated: str | None = None) -> Decoded:
    """The text of a file. What is `stated` counts, unless a byte order mark says otherwise.

    Raises:
        EncodingUnknown: the bytes are not text in an encoding that is read here.
        EncodingDoubtful: they read as GB18030 with private-use characters.
    """
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return Decoded(_strictly(raw, name), name)
    if stated is not None:
        if stated not in STATABLE:
            raise EncodingUnknown(f"the encodings are: {', '.join(STATABLE)}", encoding=stated)
        return Decoded(_strictly(raw, stated), stated)
    try:
        return Decoded(_strictly(raw, "utf-8"), "utf-8")
    except EncodingUnknown:
        found = _strictly(raw, "gb18030")
    if any(least <= ord(sign) <= most for sign in set(found) for least, most in _PRIVATE):
        raise EncodingDoubtful(
            "the file reads as GB18030 only with private-use characters, as text in Big5 does:"
            " state its encoding"
        )
    return Decoded(found, "gb18030")


def _strictly(raw: bytes, name: str) -> str:
    """The text without its byte order mark. Text has no NUL, but UTF-16 without a mark has."""
    try:
        found = raw.decode(name)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise EncodingUnknown(f"line {line} is not {name}", encoding=name, line=line) from None
    if "\0" in found:
        raise EncodingUnknown(f"the file holds NUL, so it is no text in {name}", encoding=name)
    return found.removeprefix(_BYTE_ORDER_MARK)
