"""Programmes: a brand's points, their time zone and the rules they follow.

Each programme has one book, and `book_id` stands for both.
"""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson
from sqlalchemy import Row, bindparam, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.book.calendar import known_time_zones
from ledger.book.limits import LANES_MAX, NAME_LENGTH_MAX
from ledger.book.rules import ProgrammeInvalid, Rules, require_valid, rules_as_json, rules_from_json
from ledger.refusal import Refusal
from ledger.tables import book, lane

CODE_PATTERN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
LANES_DEFAULT = 16


class ProgrammeNotFound(Refusal):
    """There is no such programme, or the party that asks may not see it."""

    code: ClassVar[str] = "programme-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such programme."


class ProgrammeExists(Refusal):
    """The programme code is taken already."""

    code: ClassVar[str] = "programme-exists"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "A programme with this code exists already."


@dataclass(frozen=True, slots=True)
class Programme:
    """A brand's points programme.

    `lanes` is fixed when the programme is created. Its days are those of `time_zone`.
    """

    book_id: int
    code: str
    party_id: int
    name: str
    time_zone: str
    lanes: int
    rules: Rules


def require_name(name: str) -> None:
    """Refuse a name that people could not read.

    Raises:
        ProgrammeInvalid: it is too long, blank, or not printable.
    """
    if not 1 <= len(name) <= NAME_LENGTH_MAX or not name.isprintable() or name.isspace():
        raise ProgrammeInvalid(
            f"name has 1 to {NAME_LENGTH_MAX} printable characters, not all of them blank"
        )


def _require_valid(code: str, name: str, time_zone: str, lanes: int) -> None:
    if not CODE_PATTERN.fullmatch(code):
        raise ProgrammeInvalid(
            "code is 1 to 64 of a-z, 0-9 and '-', neither starting nor ending with '-'"
        )
    require_name(name)
    if not 1 <= lanes <= LANES_MAX:
        raise ProgrammeInvalid(f"lanes is 1 to {LANES_MAX}")
    if time_zone not in known_time_zones():
        raise ProgrammeInvalid(
            f"time_zone {time_zone[:NAME_LENGTH_MAX]!r} is not in the IANA time zone database"
        )


_NO_RULES = Rules()


async def create_programme(
    connection: AsyncConnection,
    *,
    code: str,
    party_id: int,
    name: str,
    time_zone: str,
    rules: Rules = _NO_RULES,
    lanes: int = LANES_DEFAULT,
) -> Programme:
    """Open the book of a new programme.

    Raises:
        ProgrammeInvalid: a setting is out of range.
        ProgrammeExists: the code is taken. Between two that create it at once, the unique key
            decides.
    """
    _require_valid(code, name, time_zone, lanes)
    require_valid(rules)
    values = {
        "code": code,
        "party_id": party_id,
        "name": name,
        "time_zone": time_zone,
        "lanes": lanes,
        "rules": rules_as_json(rules),
    }
    row = await connection.execute(
        upsert(book)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["code"])
        .returning(book.c.book_id)
    )
    book_id = row.scalar_one_or_none()
    if book_id is None:
        raise ProgrammeExists(f"programme {code!r} exists")
    await connection.execute(
        insert(lane), [{"book_id": book_id, "lane": number} for number in range(lanes)]
    )
    return Programme(book_id, code, party_id, name, time_zone, lanes, rules)


_COLUMNS = (
    book.c.book_id,
    book.c.code,
    book.c.party_id,
    book.c.name,
    book.c.time_zone,
    book.c.lanes,
    book.c.rules,
)
_BY_BOOK = select(*_COLUMNS).where(book.c.book_id == bindparam("of_book"))


def _programme(row: Row[*tuple[Any, ...]]) -> Programme:
    book_id, code, party_id, name, time_zone, lanes, rules = row
    return Programme(
        book_id, code, party_id, name, time_zone, lanes, rules_from_json(orjson.dumps(rules))
    )


async def find_programme(connection: AsyncConnection, code: str) -> Programme:
    """The programme of a code.

    Raises:
        ProgrammeNotFound: there is none.
    """
    row = (await connection.execute(select(*_COLUMNS).where(book.c.code == code))).one_or_none()
    if row is None:
        raise ProgrammeNotFound(f"there is no programme {code!r}")
    return _programme(row)


async def find_programme_by_book(connection: AsyncConnection, book_id: int) -> Programme:
    """The programme whose book this is.

    Raises:
        ProgrammeNotFound: there is none.
    """
    row = (await connection.execute(_BY_BOOK, {"of_book": book_id})).one_or_none()
    if row is None:
        raise ProgrammeNotFound(f"there is no book {book_id}")
    return _programme(row)


async def load_programmes(
    connection: AsyncConnection, *, party_id: int | None = None
) -> list[Programme]:
    """All programmes, or one party's, by code."""
    query = select(*_COLUMNS).order_by(book.c.code)
    if party_id is not None:
        query = query.where(book.c.party_id == party_id)
    return [_programme(row) for row in await connection.execute(query)]
