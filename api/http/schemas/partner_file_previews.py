"""What a partner's file would be read as."""

from datetime import date
from typing import TypedDict

from api.http.schemas.partner_files import FileMappingBody, ReadingAnswer
from api.http.schemas.types import Body, Slug


class PartnerFilePreviewBody(Body):
    """By which saved mapping a file is to be read, or what is stated of it for once."""

    mapping: Slug | None = None
    stated: FileMappingBody | None = None


class PreviewedCurrencyAnswer(TypedDict):
    """What the rows of a currency come to."""

    currency: str | None
    rows: int
    amount_minor: int


class PreviewedLineAnswer(TypedDict):
    """A row as it is written, by our columns, and as it is understood."""

    row: int
    written: dict[str, str]
    used_on: date
    amount_minor: int
    currency: str | None


class PartnerFilePreviewAnswer(TypedDict):
    """What a file would be read as. Nothing was compared or stored."""

    file: int
    supplier: str
    reading: ReadingAnswer
    refused: str | None
    time_zone: str
    source_time_zone: str
    currencies: list[PreviewedCurrencyAnswer]
    lines: list[PreviewedLineAnswer]
