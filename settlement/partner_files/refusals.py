"""Why a partner's file, or how it is to be read, is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ledger import JSON, Refusal

FAULTS_LISTED_MAX = 50


class PartnerFileInvalid(Refusal):
    """The file cannot be read, or too many of its rows cannot.

    `faults` lists the first faults as {line, column, problem}. `fault_count` counts those found.
    """

    code: ClassVar[str] = "partner-file-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The partner's file has faults."


class PartnerFileTooLarge(Refusal):
    """The file exceeds the limit of bytes or rows, as it is or when it is unpacked."""

    code: ClassVar[str] = "partner-file-too-large"
    status: ClassVar[int] = 413
    title: ClassVar[str] = "The partner's file is too large."


class PartnerFileNotFound(Refusal):
    """There is no such file, or it is not the caller's."""

    code: ClassVar[str] = "partner-file-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such file of a partner."


class MappingInvalid(Refusal):
    """A mapping names a column, a unit or a form of days that there is not."""

    code: ClassVar[str] = "mapping-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The mapping of columns is not valid."


class MappingNotFound(Refusal):
    """The party has saved no mapping with this name, and no preset has it."""

    code: ClassVar[str] = "mapping-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such mapping of columns."


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where. The column of a whole line is ""."""

    line: int
    column: str
    problem: str


def refuse(faults: Sequence[Fault], count: int | None = None) -> PartnerFileInvalid:
    """The refusal that names these faults. `count`: how many there are, if not all are here."""
    listed: JSON = [
        {"line": fault.line, "column": fault.column, "problem": fault.problem}
        for fault in faults[:FAULTS_LISTED_MAX]
    ]
    first = faults[0]
    where = f"line {first.line}" + (f", column {first.column}" if first.column else "")
    return PartnerFileInvalid(
        f"{where}: {first.problem}",
        faults=listed,
        fault_count=len(faults) if count is None else count,
    )


def refuse_whole(problem: str, line: int = 1) -> PartnerFileInvalid:
    """The refusal of a file as a whole."""
    return refuse([Fault(line, "", problem)])


def refusal_of(document: dict[str, JSON]) -> Refusal:
    """The refusal of a file, from its document."""
    kinds: dict[str, type[Refusal]] = {
        kind.code: kind for kind in (PartnerFileInvalid, PartnerFileTooLarge)
    }
    rest = {name: value for name, value in document.items() if name not in {"status", "title"}}
    return kinds[rest.pop("code")](rest.pop("detail"), **rest)
