"""Which account of a party's general ledger stands for which account of the money book (pure).

A mapping is a CSV file with the heading `account,code`. An account is `bank`, `open:CODE` or
`net:CODE` of a party, or `open:*` or `net:*` for all parties that are not named.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from settlement.journal.names import AccountName

HEADING = ["account", "code"]
MAPPING_ROWS_MAX = 10_000
MAPPING_BYTES_MAX = 1 << 20
CODE_LENGTH_MAX = 64
_KINDS = ("open", "net")


class MappingInvalid(ValueError):
    """The file does not map accounts, or leaves out some that were moved."""


@dataclass(frozen=True, slots=True)
class AccountMapping:
    """The code of each account, by its name in the file."""

    codes: Mapping[str, str]

    def find_code(self, name: AccountName) -> str | None:
        """The code of an account, by its own name or that of its kind."""
        if name.party is None:
            return self.codes.get(name.kind)
        own = self.codes.get(f"{name.kind}:{name.party}")
        return self.codes.get(f"{name.kind}:*") if own is None else own

    def require_codes(self, names: Iterable[AccountName]) -> None:
        """Check that all of these accounts have a code.

        Raises:
            MappingInvalid: some have none. All of them are told.
        """
        if missing := [name.text for name in names if self.find_code(name) is None]:
            raise MappingInvalid(f"no code for {', '.join(sorted(missing))}")


def read_mapping(stored: bytes) -> AccountMapping:
    """The mapping in a CSV file, in UTF-8.

    Raises:
        MappingInvalid: it is none. The line is told.
    """
    if len(stored) > MAPPING_BYTES_MAX:
        raise MappingInvalid(f"the file has more than {MAPPING_BYTES_MAX} bytes")
    try:
        text = stored.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MappingInvalid("the file is not in UTF-8") from error
    codes: dict[str, str] = {}
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        if [cell.strip() for cell in next(rows, [])] != HEADING:
            raise MappingInvalid("line 1: the heading is account,code")
        for row in rows:
            if row:
                account, code = _entry(row, rows.line_num)
                if account in codes:
                    raise MappingInvalid(f"line {rows.line_num}: {account} is there twice")
                codes[account] = code
            if len(codes) > MAPPING_ROWS_MAX:
                raise MappingInvalid(f"there are more than {MAPPING_ROWS_MAX} accounts")
    except csv.Error as error:
        raise MappingInvalid(f"line {rows.line_num}: {error}") from error
    return AccountMapping(codes)


def _entry(row: list[str], line: int) -> tuple[str, str]:
    if len(row) != len(HEADING):
        raise MappingInvalid(f"line {line}: there are {len(row)} fields, not {len(HEADING)}")
    account, code = (cell.strip() for cell in row)
    kind, colon, party = account.partition(":")
    if account != "bank" and not (kind in _KINDS and colon and party):
        raise MappingInvalid(f"line {line}: {account!r} is not bank, open:… or net:…")
    if not 0 < len(code) <= CODE_LENGTH_MAX or not code.isprintable():
        raise MappingInvalid(f"line {line}: a code has 1 to {CODE_LENGTH_MAX} characters")
    return account, code
