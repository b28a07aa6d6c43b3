"""How a partner's files are to be read: what they call our columns, and how they write values."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

import orjson

from ledger import JSON
from ledger.book import CURRENCY_PATTERN, known_time_zones
from settlement.partner_files.refusals import MappingInvalid

Unit = Literal["yuan", "fen"]
Sign = Literal["plain", "negated"]
DayFormat = Literal["year-first", "day-first", "month-first"]
Encoding = Literal["utf-8", "utf-16", "gb18030", "big5"]
Delimiter = Literal["comma", "semicolon", "tab", "bar"]

COLUMNS = (
    "line_key",
    "code",
    "code_sha256",
    "request_number",
    "reference",
    "offer",
    "store",
    "member",
    "used_on",
    "amount",
    "refund",
    "kind",
    "currency",
)
"""Ours. `refund` is taken off `amount`, and a row whose `kind` says so is a refund."""
KEYS = ("line_key", "code", "code_sha256", "request_number", "reference")
"""A row needs one of them at least, so that it can be found among our lines."""
CONSTANT = ("offer", "store", "currency")
"""What may be the same for all rows of a file."""
HEADING_LENGTH_MAX = 200
DELIMITERS: Mapping[Delimiter, str] = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}

_CHOICES: Mapping[str, tuple[str | None, ...]] = {
    "unit": (None, *get_args(Unit)),
    "sign": get_args(Sign),
    "date_format": get_args(DayFormat),
    "encoding": (None, *get_args(Encoding)),
    "delimiter": (None, *get_args(Delimiter)),
}


@dataclass(frozen=True, slots=True)
class FileMapping:
    """What is stated of a file. All that is not stated is found out.

    `columns` gives the headings of some of our columns, and `constants` the value of some for all
    rows. `sign` is `negated` where a partner writes as negative what it is owed. Times without an
    offset are of `time_zone`, by default of the exchange's calendar. `sheet` is one of a workbook.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    unit: Unit | None = None
    sign: Sign = "plain"
    date_format: DayFormat = "year-first"
    time_zone: str | None = None
    encoding: Encoding | None = None
    delimiter: Delimiter | None = None
    sheet: str | None = None

    def document(self) -> dict[str, JSON]:
        """The mapping as it is stored."""
        return asdict(self)

    def digest(self) -> bytes:
        """What the mapping is known by: equal mappings have the same."""
        return hashlib.sha256(orjson.dumps(self.document(), option=orjson.OPT_SORT_KEYS)).digest()

    @staticmethod
    def of_document(document: Mapping[str, Any]) -> "FileMapping":
        """The mapping that is stored as this document."""
        return FileMapping(**document)


def require_mapping(mapping: FileMapping) -> None:
    """Raise MappingInvalid unless a file can be read so."""
    for part, known in ((mapping.columns, COLUMNS), (mapping.constants, CONSTANT)):
        for name, value in part.items():
            if name not in known:
                raise MappingInvalid(
                    f"there is no column {name[:100]!r} here: {', '.join(known)}", column=name[:100]
                )
            if not 0 < len(value.strip()) <= HEADING_LENGTH_MAX or not value.isprintable():
                raise MappingInvalid(
                    f"{name} is 1 to {HEADING_LENGTH_MAX} printable characters", column=name
                )
    twice = sorted(mapping.columns.keys() & mapping.constants.keys())
    if twice:
        raise MappingInvalid(f"{twice[0]} has a heading and a constant", column=twice[0])
    for name, choices in _CHOICES.items():
        if getattr(mapping, name) not in choices:
            said = ", ".join(each for each in choices if each)
            raise MappingInvalid(f"{name} is one of: {said}", field=name)
    if mapping.time_zone is not None and mapping.time_zone not in known_time_zones():
        raise MappingInvalid("there is no such time zone", field="time_zone")
    currency = mapping.constants.get("currency")
    if currency is not None and not _is_currency(currency):
        raise MappingInvalid("a currency is three capital letters", column="currency")


def _is_currency(text: str) -> bool:
    return re.fullmatch(CURRENCY_PATTERN, text) is not None
