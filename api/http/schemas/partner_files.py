"""Partners' files: kept as they came, and how they are to be read."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import NO_CONTROL_PATTERN, Body, TimeZone

FILE_HEADING_LENGTH_MAX = 200
FILE_COLUMNS_MAX = 13
FileColumnName = Annotated[str, Field(min_length=1, max_length=40, pattern="^[a-z0-9_]+$")]
FileHeading = Annotated[
    str, Field(min_length=1, max_length=FILE_HEADING_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)
]
FileColumns = Annotated[dict[FileColumnName, FileHeading], Field(max_length=FILE_COLUMNS_MAX)]
UnitName = Literal["yuan", "fen"]
DelimiterName = Literal["comma", "semicolon", "tab", "bar"]
FileEncodingName = Literal["utf-8", "utf-16", "gb18030", "big5"]


class FileMappingBody(Body):
    """What a partner's files call our columns, and how they write money, days and text."""

    columns: FileColumns = Field(default_factory=dict)
    constants: FileColumns = Field(default_factory=dict)
    unit: UnitName | None = None
    sign: Literal["plain", "negated"] = "plain"
    date_format: Literal["year-first", "day-first", "month-first"] = "year-first"
    time_zone: TimeZone | None = None
    encoding: FileEncodingName | None = None
    delimiter: DelimiterName | None = None
    sheet: FileHeading | None = None


class FileMappingAnswer(TypedDict):
    """How files are to be read. A preset is everybody's, and stays as it is."""

    name: str
    preset: bool
    columns: dict[str, str]
    constants: dict[str, str]
    unit: UnitName | None
    sign: Literal["plain", "negated"]
    date_format: Literal["year-first", "day-first", "month-first"]
    time_zone: str | None
    encoding: FileEncodingName | None
    delimiter: DelimiterName | None
    sheet: str | None


class FileMappingsAnswer(TypedDict):
    """The presets and the party's own mappings."""

    mappings: list[FileMappingAnswer]


class PartnerFileAnswer(TypedDict):
    """A partner's file that is kept. The same bytes are the same file."""

    file: int
    supplier: str
    sha256: str
    bytes: int
    received_at: datetime


class RejectedRowAnswer(TypedDict):
    """A row of a file that cannot be used, and why."""

    row: int
    column: str
    problem: str
    amount_minor: int | None


class ControlTotalAnswer(TypedDict):
    """What a file itself says that its rows come to."""

    row: int
    of: Literal["all", "charges", "refunds"]
    rows: int | None
    amount_minor: int | None


class FindingAnswer(TypedDict):
    """Something about a file that people should know."""

    code: Literal["columns-ignored", "digits-lost", "total-differs"]
    detail: str


class ReadingAnswer(TypedDict):
    """What was found in a file beside its rows. `rejected` lists the first rows of those."""

    rows: int
    total_minor: int
    refunds: int
    format: Literal["csv", "xlsx"]
    packing: Literal["gzip", "zip"] | None
    entry: str | None
    sheet: str | None
    encoding: str | None
    delimiter: str | None
    unit: UnitName
    heading_row: int
    columns: dict[str, str]
    ignored: list[str]
    notes: int
    rejected_count: int
    rejected: list[RejectedRowAnswer]
    totals: list[ControlTotalAnswer]
    findings: list[FindingAnswer]
