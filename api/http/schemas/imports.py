"""Imports: files of offers, shops, members and card codes."""

from datetime import datetime
from typing import Annotated, Literal, NotRequired, TypedDict

from pydantic import Field

from api.http.schemas.answers import WordsAnswer
from api.http.schemas.types import NO_CONTROL_PATTERN, Body, TimeZone

KindName = Literal["offers", "shops", "members", "codes"]
StateName = Literal["received", "checked", "applying", "done", "refused"]
RowStatus = Literal["created", "updated", "unchanged", "rejected"]
EncodingName = Literal["utf-8", "utf-16", "gb18030", "big5"]
MAPPED_LENGTH_MAX = 200
MAPPED_COLUMNS_MAX = 60
ColumnName = Annotated[str, Field(min_length=1, max_length=40, pattern="^[a-z_]+$")]
Mapped = Annotated[
    str, Field(min_length=1, max_length=MAPPED_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)
]
MappedColumns = Annotated[dict[ColumnName, Mapped], Field(max_length=MAPPED_COLUMNS_MAX)]


class MappingBody(Body):
    """What a partner's files call our columns, and how they write money and days."""

    kind: KindName
    columns: MappedColumns = Field(default_factory=dict)
    constants: MappedColumns = Field(default_factory=dict)
    unit: Literal["yuan", "fen"] = "yuan"
    date_format: Literal["year-first", "day-first", "month-first"] = "year-first"
    time_zone: TimeZone = "Asia/Shanghai"


class MappingAnswer(TypedDict):
    """A saved mapping."""

    name: str
    kind: KindName
    columns: dict[str, str]
    constants: dict[str, str]
    unit: Literal["yuan", "fen"]
    date_format: str
    time_zone: str


class ApplyImportBody(Body):
    """How an import that was checked is to be applied."""

    accept_partial: bool = False


class FileColumnAnswer(TypedDict):
    """A column of the file. `column` names ours, or is null if it is not read."""

    heading: str
    column: str | None
    filled_percent: int


class ImportFileAnswer(TypedDict):
    """What was found in the file. What may be a secret is hidden in `first_rows`."""

    bytes: int
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    rows: int
    columns: list[FileColumnAnswer]
    first_rows: list[list[str]]


class CountsAnswer(TypedDict):
    """What became of the rows, or would become of them."""

    created: int
    updated: int
    unchanged: int
    rejected: int


class ImportRowAnswer(TypedDict):
    """What became of one row. `code` says why it was rejected."""

    line: int
    key: str | None
    status: RowStatus
    code: str | None
    column: str | None
    message: WordsAnswer | None


class RefusedImportAnswer(TypedDict):
    """Why the file as a whole was refused."""

    code: str
    detail: str
    line: NotRequired[int]
    columns: NotRequired[list[str]]


class ImportAnswer(TypedDict):
    """An import as it stands."""

    import_id: int
    kind: KindName
    state: StateName
    sha256: str
    dry_run: bool
    offer_id: int | None
    programme: str | None
    file: ImportFileAnswer | None
    line_done: int
    counts: CountsAnswer
    rejected: list[ImportRowAnswer]
    refused: RefusedImportAnswer | None
    received_at: datetime
    ended_at: datetime | None
