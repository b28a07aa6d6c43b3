"""What may be a picture, and of which type it is: read from its bytes (pure)."""

from collections.abc import Mapping
from typing import ClassVar

from catalog.pictures.svg import svg_fault
from ledger import Refusal

PICTURE_BYTES_MAX = 262_144
SVG_TYPE = "image/svg+xml"

_BEGINNINGS: Mapping[str, tuple[bytes, int, bytes]] = {
    "image/png": (b"\x89PNG\r\n\x1a\n", 12, b"IHDR"),
    "image/jpeg": (b"\xff\xd8\xff", 0, b""),
    "image/webp": (b"RIFF", 8, b"WEBP"),
}
"""How the bytes of a type begin, and what stands at a later place."""

PICTURE_TYPES = (SVG_TYPE, *_BEGINNINGS)


class PictureInvalid(Refusal):
    """It is too large, no SVG, PNG, JPEG or WebP, or an SVG with something that is not allowed."""

    code: ClassVar[str] = "picture-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The picture cannot be kept."


def type_of(content: bytes) -> str:
    """The media type of a picture.

    Raises:
        PictureInvalid: it is empty or too large, of no known type, or an SVG that could run or load
            something.
    """
    if not 0 < len(content) <= PICTURE_BYTES_MAX:
        raise PictureInvalid(f"a picture has 1 to {PICTURE_BYTES_MAX:,} bytes")
    for media_type, (beginning, place, mark) in _BEGINNINGS.items():
        if content.startswith(beginning) and content[place:].startswith(mark):
            return media_type
    fault = svg_fault(content)
    if fault is not None:
        raise PictureInvalid(fault)
    return SVG_TYPE
