"""Netting runs as their parties and the operator see them.

A party sees the runs that it is in once they are advised, and of these its own position and its own
statements. What others owe each other does not concern it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from ledger import Refusal
from settlement.netting.steps import NettingState

PAGE_MAX = 1000


class NettingNotFound(Refusal):
    """There is no such netting run, or the party is not in it."""

    code: ClassVar[str] = "netting-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such netting run."


@dataclass(frozen=True, slots=True)
class NettingPosition:
    """What a party is owed and owes in a run, and what it has paid or got of the difference.

    `taken_out`: "removed" before the run was confirmed, or "defaulted" after.
    """

    party_id: int
    claims_minor: int
    debts_minor: int
    position_minor: int
    paid_minor: int
    taken_out: str | None

    @property
    def due_minor(self) -> int:
        """What is still to be paid: to the party, or by it if it is below zero."""
        return self.position_minor - self.paid_minor


@dataclass(frozen=True, slots=True)
class Netting:
    """A run: the statements of one currency, set off against each other.

    It takes statements that were issued up to `closure_on`. Positions are told on `advice_on`, and
    paid up to `call_on`. `revision` counts how often it was posted.
    """

    netting_id: int
    currency: str
    closure_on: date
    advice_on: date
    call_on: date
    state: NettingState
    revision: int
    drafted_at: datetime
    positions: tuple[NettingPosition, ...]


@dataclass(frozen=True, slots=True)
class NettedStatement:
    """A statement of a run, and what was due for it. `state`: planned, netted or taken_out."""

    statement_id: int
    number: str
    payer_party_id: int
    payee_party_id: int
    amount_minor: int
    state: str


_SEEN = """(CAST(:everything AS boolean) OR netting.state NOT IN ('draft', 'cancelled') AND EXISTS (
            SELECT FROM settlement.netting_party AS own
            WHERE own.netting_id = netting.netting_id AND own.party_id = :party_id
        ))"""

_RUN = "netting_id, currency, closure_on, advice_on, call_on, state, revision, drafted_at"

_LIST = text(
    f"""
    SELECT {_RUN} FROM settlement.netting
    WHERE netting_id > :after AND {_SEEN} ORDER BY netting_id LIMIT :limit
    """
)
_FIND = text(
    f"""
    SELECT {_RUN} FROM settlement.netting WHERE netting_id = :netting_id AND {_SEEN}
    """
)
# What a party has paid counts below zero, as the position that it pays.
_POSITIONS = text(
    """
    SELECT netting_id, party_id, claims_minor, debts_minor, position_minor, CAST(coalesce((
            SELECT sum(CASE WHEN is_received THEN -amount_minor ELSE amount_minor END)
            FROM settlement.payment
            WHERE payment.netting_id = netting_party.netting_id
                AND payment.party_id = netting_party.party_id
        ), 0) AS bigint) AS paid_minor, taken_out
    FROM settlement.netting_party
    WHERE netting_id = ANY (CAST(:netting_ids AS bigint[]))
        AND (CAST(:everything AS boolean) OR party_id = :party_id)
    ORDER BY netting_id, party_id
    """
)
_STATEMENTS = text(
    """
    SELECT statement_id, number, payer_party_id, payee_party_id, amount_minor,
        netting_statement.state
    FROM settlement.netting_statement JOIN settlement.statement USING (statement_id)
    WHERE netting_id = :netting_id AND statement_id > :after
        AND (CAST(:everything AS boolean) OR :party_id IN (payer_party_id, payee_party_id))
    ORDER BY statement_id LIMIT :limit
    """
)


async def list_nettings(
    connection: AsyncConnection, viewer: Party, *, after: int = 0, limit: int = 100
) -> list[Netting]:
    """A page of the runs that a party may see, in order of id: those after `after`.

    A page holds at most PAGE_MAX. Two round trips.
    """
    page = {"after": after, "limit": max(1, min(limit, PAGE_MAX))}
    rows = (await connection.execute(_LIST, {**page, **_viewer(viewer)})).all()
    positions = await _positions(connection, viewer, [row.netting_id for row in rows])
    return [_netting(row, positions) for row in rows]


async def find_netting(connection: AsyncConnection, viewer: Party, netting_id: int) -> Netting:
    """The run, if the party may see it. Two round trips.

    Raises:
        NettingNotFound: there is none, or the party is not in it, or it was not advised yet.
    """
    found = await connection.execute(_FIND, {"netting_id": netting_id, **_viewer(viewer)})
    row = found.one_or_none()
    if row is None:
        raise NettingNotFound
    return _netting(row, await _positions(connection, viewer, [netting_id]))


async def list_netted(
    connection: AsyncConnection,
    viewer: Party,
    netting_id: int,
    *,
    after: int = 0,
    limit: int = 100,
) -> list[NettedStatement]:
    """A page of a run's statements that a party may see, in order of id: those after `after`.

    Raises:
        NettingNotFound: there is no such run, or the party may not see it.
    """
    await find_netting(connection, viewer, netting_id)
    page = {"after": after, "limit": max(1, min(limit, PAGE_MAX)), "netting_id": netting_id}
    rows = await connection.execute(_STATEMENTS, {**page, **_viewer(viewer)})
    return [NettedStatement(*row) for row in rows]


async def _positions(
    connection: AsyncConnection, viewer: Party, netting_ids: Collection[int]
) -> dict[int, list[NettingPosition]]:
    found: dict[int, list[NettingPosition]] = {}
    where = {"netting_ids": sorted(netting_ids), **_viewer(viewer)}
    for row in await connection.execute(_POSITIONS, where):
        found.setdefault(row.netting_id, []).append(NettingPosition(*row[1:]))
    return found


def _netting(row: Sequence[Any], positions: Mapping[int, list[NettingPosition]]) -> Netting:
    return Netting(*(*row, tuple(positions.get(row[0], ()))))


def _viewer(party: Party) -> dict[str, object]:
    return {"party_id": party.party_id, "everything": "operator" in party.roles}
