"""Gzip whose bytes follow from the text alone, counted and hashed while it is written.

The header names no file, no time and no system.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator
from typing import IO

_HEADER = bytes((0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255))
"""Deflate, no flags, no time, no hint of the level, "unknown" for the system (RFC 1952)."""

LEVEL = 1
"""Most of a line is a digest, which nothing makes smaller. So the quickest level will do."""
BUFFER_BYTES = 256 * 1024
"""How much text is gathered before it is zipped."""


class Zipped:
    """Writes text, gzipped, to an open file."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._of_text, self._of_file = hashlib.sha256(), hashlib.sha256()
        self._crc = self._text_bytes = self.file_bytes = 0
        self._put(_HEADER)

    def write(self, text: bytes) -> None:
        """Write more of the text."""
        self._of_text.update(text)
        self._crc = zlib.crc32(text, self._crc)
        self._text_bytes += len(text)
        self._put(self._deflate.compress(text))

    def end(self) -> None:
        """Write what is held back. Nothing is written after it."""
        self._put(self._deflate.flush())
        self._put(struct.pack("<II", self._crc, self._text_bytes & 0xFFFFFFFF))

    @property
    def text_sha256(self) -> bytes:
        """The SHA-256 of the text so far."""
        return self._of_text.digest()

    @property
    def file_sha256(self) -> bytes:
        """The SHA-256 of the file so far."""
        return self._of_file.digest()

    def _put(self, data: bytes) -> None:
        if data:
            self._of_file.update(data)
            self.file_bytes += len(data)
            self._target.write(data)


def parts_of(source: IO[bytes], size: int) -> Iterator[bytes]:
    """What an open file holds, so many bytes at a time."""
    while part := source.read(size):
        yield part
