"""Pictures of offers."""

from typing import Annotated, Literal, TypedDict

from pydantic import Field

PICTURE_PATTERN = "^[0-9a-f]{64}$"

PictureName = Annotated[str, Field(min_length=64, max_length=64, pattern=PICTURE_PATTERN)]


class PictureAnswer(TypedDict):
    """A picture that is kept."""

    picture: str
    media_type: Literal["image/svg+xml", "image/png", "image/jpeg", "image/webp"]
    bytes: int
    address: str
