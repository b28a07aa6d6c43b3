"""Product codes: batches of codes that are printed on goods."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import NO_CONTROL_PATTERN, Body, Label, Slug
from exchange.earning import PRODUCT_CODE_LENGTH_MAX, PRODUCT_CODES_MAX

BatchState = Literal["OPEN", "ENDED", "VOIDED"]
_Code = Annotated[
    str,
    Field(min_length=1, max_length=2 * PRODUCT_CODE_LENGTH_MAX, pattern=NO_CONTROL_PATTERN),
]


class ProductBatchBody(Body):
    """A new batch of product codes, which give points by an earning rule."""

    batch: Slug
    label: Label
    rule: Slug


class ProductCodesBody(Body):
    """Up to 10,000 codes that are on goods already. Case, blanks and dashes do not matter."""

    codes: Annotated[list[_Code], Field(min_length=1, max_length=PRODUCT_CODES_MAX)]


class NewProductCodesBody(Body):
    """How many codes to make."""

    count: Annotated[int, Field(ge=1, le=PRODUCT_CODES_MAX)]


class ProductBatchAnswer(TypedDict):
    """A batch of product codes, and what came of it."""

    batch: str
    label: str
    rule: str
    state: BatchState
    codes: int
    earned: int
    points: int
    recorded_at: datetime
    closed_at: datetime | None


class ProductCodesAnswer(TypedDict):
    """How many codes are new, how many the programme has already, and which cannot be codes."""

    batch: str
    accepted: int
    existing: int
    rejected: list[int]


class NewProductCodesAnswer(TypedDict):
    """Codes that were made. They are shown this once: only their digests are stored."""

    batch: str
    codes: list[str]
