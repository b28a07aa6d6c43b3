"""Files as answers: an open file that is sent in chunks, with its name and its SHA-256."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

from litestar.response import Stream

CHUNK_BYTES = 256 * 1024
SHA256_HEADER = "Comity-Content-SHA256"


def send_file(path: Path, *, name: str, media_type: str, sha256: str) -> Stream:
    """A file as an answer. It is opened at once, so its name may go before it is sent.

    The open file outlives its name, and is gone once it is closed. So it is never left behind, even
    if the answer fails.
    """
    source = path.open("rb")
    return Stream(
        _chunks(source),
        # As a header, because the framework would add a second charset to a text media type.
        headers={
            "Content-Type": media_type,
            "Content-Disposition": f'attachment; filename="{name}"',
            SHA256_HEADER: sha256,
        },
    )


async def _chunks(source: IO[bytes]) -> AsyncIterator[bytes]:
    with source:
        while chunk := source.read(CHUNK_BYTES):
            yield chunk
