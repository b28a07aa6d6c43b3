"""A programme's rules are changed, as far as the past does not depend on them.

Some hold at once, whatever the day of an operation: the name and the unit, caps and the largest
balance. Others hold from a day on (`dated`): when points expire, how soon they can be spent, what a
debt does, and what a point is worth. An operation follows those of its own day. So what is planned
needs nobody to be there when it begins, and what is stored keeps the days it was given.

Never changed are the grace, the currency and the time zone, nor whether points slide: last days
that are stored and days of the calendar were told with them.

What held before is kept, with the instant until which it held. An operation that is being decided
meanwhile, or by a process that has read the programme a moment ago, follows the rules before.

Races: two who change the rules. Both hold the book's row, so the second adds to what the first has
left.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.book.calendar import programme_day
from ledger.book.dated import RulesFromDay, with_change
from ledger.book.programme import Programme, find_programme_by_book, require_name
from ledger.book.rules import Cap, Rules, require_valid, rules_as_json, rules_from_json

VERSIONS_MAX = 1_000

_LOCK = text("SELECT FROM ledger.book WHERE book_id = :book_id FOR NO KEY UPDATE")

_KEEP = text(
    """
    INSERT INTO ledger.replaced_rules (book_id, version, name, rules, recorded_by)
    SELECT :book_id, coalesce(max(version), 0) + 1, CAST(:name AS text), CAST(:rules AS json),
        nullif(current_setting('comity.actor', true), '')::integer
    FROM ledger.replaced_rules WHERE book_id = :book_id
    """
)

_SET = text(
    """
    UPDATE ledger.book SET name = :name, rules = CAST(:rules AS json) WHERE book_id = :book_id
    """
)

_LIST = text(
    """
    SELECT version, name, rules, replaced_at, recorded_by FROM ledger.replaced_rules
    WHERE book_id = :book_id AND version < :before ORDER BY version DESC LIMIT :limit
    """
)

_LAST = text(
    """
    SELECT coalesce(max(version), 0) FROM ledger.replaced_rules WHERE book_id = :book_id
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changeable:
    """What may be changed of a programme."""

    name: str
    unit: str
    available_after_days: int
    caps: tuple[Cap, ...]
    balance_max: int | None


@dataclass(frozen=True, slots=True)
class RulesVersion:
    """Rules of a programme. What holds now has no `replaced_at`, nor anybody who replaced it."""

    version: int
    name: str
    rules: Rules
    replaced_at: datetime | None = None
    replaced_by: int | None = None


async def change_rules(
    connection: AsyncConnection, programme: Programme, wanted: Changeable, now: datetime
) -> Programme:
    """Let other rules hold from the transaction's commit on. Returns the programme as it is then.

    The return window is that of points issued from today on. Where nothing would change, nothing is
    kept. Up to four statements.

    Raises:
        ProgrammeInvalid: a rule is out of range.
    """
    require_name(wanted.name)
    before = await _locked(connection, programme)
    today = programme_day(now, before.time_zone)
    rules = replace(
        before.rules, unit=wanted.unit, caps=wanted.caps, balance_max=wanted.balance_max
    )
    window = RulesFromDay(available_after_days=wanted.available_after_days)
    rules = with_change(rules, window, since=today, today=today)
    return await _put(connection, before, replace(before, name=wanted.name, rules=rules))


async def change_rules_from(
    connection: AsyncConnection,
    programme: Programme,
    wanted: RulesFromDay,
    *,
    since: date | None,
    now: datetime,
) -> Programme:
    """Let other rules hold from a day on, or from today. Returns the programme as it is then.

    Where nothing would change, nothing is kept. Up to four statements.

    Raises:
        ProgrammeInvalid: a rule is out of range or may not be changed so, or the day is past.
    """
    before = await _locked(connection, programme)
    today = programme_day(now, before.time_zone)
    rules = with_change(before.rules, wanted, since=since or today, today=today)
    return await _put(connection, before, replace(before, rules=rules))


async def _locked(connection: AsyncConnection, programme: Programme) -> Programme:
    """The programme as it is, while nobody else changes it."""
    await connection.execute(_LOCK, {"book_id": programme.book_id})
    return await find_programme_by_book(connection, programme.book_id)


async def _put(connection: AsyncConnection, before: Programme, after: Programme) -> Programme:
    require_valid(after.rules)
    if after == before:
        return before
    await connection.execute(_KEEP, _stored(before))
    await connection.execute(_SET, _stored(after))
    return after


def _stored(programme: Programme) -> dict[str, Any]:
    return {
        "book_id": programme.book_id,
        "name": programme.name,
        "rules": orjson.dumps(rules_as_json(programme.rules)).decode(),
    }


async def list_versions(
    connection: AsyncConnection, programme: Programme, *, before: int | None = None, limit: int
) -> list[RulesVersion]:
    """A page of what has held in a programme, the latest first, before a version.

    The first of all is what holds now. Up to three statements.
    """
    assert 0 < limit <= VERSIONS_MAX, limit
    found: list[RulesVersion] = []
    if before is None:
        now = await find_programme_by_book(connection, programme.book_id)
        last = await connection.scalar(_LAST, {"book_id": programme.book_id})
        before = int(last or 0) + 1
        found.append(RulesVersion(before, now.name, now.rules))
    bound = {"book_id": programme.book_id, "before": before, "limit": limit - len(found)}
    for row in await connection.execute(_LIST, bound):
        rules = rules_from_json(orjson.dumps(row.rules))
        found.append(RulesVersion(row.version, row.name, rules, row.replaced_at, row.recorded_by))
    return found
