"""What an import is, what somebody wants done with a file, and why it is refused."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

import orjson

from catalog.imports.headings import FileMapping, Kind
from ledger import JSON, Refusal

RETRY_AFTER_SECONDS = 5

State = Literal["received", "checked", "applying", "done", "refused"]
ENDED: frozenset[State] = frozenset({"checked", "done", "refused"})
"""Nobody works on such an import."""


class TooManyImports(Refusal):
    """The party has its share of files at the service. Nothing was done with this one.

    Retry-After says when to try again.
    """

    code: ClassVar[str] = "too-many-imports"
    status: ClassVar[int] = 429
    title: ClassVar[str] = "Too many files of the party wait to be imported."
    is_transient: ClassVar[bool] = True

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail, retry_after_seconds=RETRY_AFTER_SECONDS)


class ImportNotFound(Refusal):
    """The party has no such import."""

    code: ClassVar[str] = "import-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such import."


class ImportStep(Refusal):
    """The import is not in a state for this step, or has rejected rows that nobody accepted."""

    code: ClassVar[str] = "import-step-refused"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The import cannot take this step now."


class ImportCancelled(Refusal):
    """Somebody of the party has cancelled the import."""

    code: ClassVar[str] = "import-cancelled"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The import was cancelled."


class ImportFailed(Refusal):
    """The work on the import failed, and not by the file's fault. It can be sent again."""

    code: ClassVar[str] = "import-failed"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "The import failed."


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants done with a file.

    `programme` is the code of the one whose members they are, and `may_issue` says whether they
    may begin with points. `may_apply`: it is not a dry run.
    """

    kind: Kind
    file: bytes = field(repr=False)
    encoding: str | None = None
    mapping: FileMapping = field(default_factory=FileMapping)
    offer_id: int | None = None
    programme: str | None = None
    may_issue: bool = False
    may_apply: bool = False
    accept_partial: bool = False

    @property
    def options(self) -> dict[str, JSON]:
        """How the file is to be read, and for members, what it may do in which programme."""
        found: dict[str, JSON] = {"encoding": self.encoding, "mapping": self.mapping.document()}
        if self.programme is not None:
            found |= {"programme": self.programme, "may_issue": self.may_issue}
        return found

    def identity(self) -> bytes:
        """What makes the import the same one."""
        about = [self.options, self.offer_id]
        digest = hashlib.sha256(orjson.dumps(about, option=orjson.OPT_SORT_KEYS))
        digest.update(b"\n" + self.file)
        return digest.digest()


@dataclass(frozen=True, slots=True)
class Import:
    """An import as it stands. `line_done`: up to which line rows are applied."""

    import_id: int
    kind: Kind
    sha256: bytes
    offer_id: int | None
    options: Mapping[str, Any]
    may_apply: bool
    accept_partial: bool
    state: State
    file: Mapping[str, Any] | None
    refusal: Mapping[str, Any] | None
    rows_read: int
    line_done: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    received_at: datetime
    ended_at: datetime | None

    @property
    def encoding(self) -> str | None:
        """The encoding that whoever sent the file stated."""
        stated: str | None = self.options["encoding"]
        return stated

    @property
    def programme(self) -> str | None:
        """The code of the programme whose members they are."""
        code: str | None = self.options.get("programme")
        return code

    @property
    def may_issue(self) -> bool:
        """Whether whoever sent it may give members points to begin with."""
        return bool(self.options.get("may_issue"))

    @property
    def mapping(self) -> FileMapping:
        """How its columns are to be read."""
        return FileMapping.of_document(self.options["mapping"])


@dataclass(frozen=True, slots=True)
class Taken:
    """An import that a worker has taken, with its lease and its file."""

    job: Import
    party_id: int
    lease: UUID
    sealed_file: bytes = field(repr=False)
    recorded_by: int | None


def about_file(import_id: int) -> bytes:
    """What the sealed file of an import is bound to."""
    return f"import:{import_id}".encode()


def about_mended(import_id: int) -> bytes:
    """What its sealed file of rejected rows is bound to."""
    return f"import-rejected:{import_id}".encode()


IMPORT_FIELDS = tuple(Import.__dataclass_fields__)


def import_of(row: Mapping[Any, Any]) -> Import:
    """The import of a row that holds IMPORT_FIELDS."""
    return Import(**{name: row[name] for name in IMPORT_FIELDS})
