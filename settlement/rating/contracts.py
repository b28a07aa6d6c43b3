"""The stored contracts: stated by the operator, loaded for the uses that are rated."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import ClassVar

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Refusal, outbox
from settlement.rating.terms import (
    TERMS,
    VALIDITY_TERMS,
    Contract,
    Contracts,
    ContractTerms,
    require_terms,
    terms_by_name,
)
from settlement.rating.uses import TOPICS

ANY = 0
"""Stored for a party that a contract leaves open. Under the unique keys NULLs are never equal."""


class ContractOverlaps(Refusal):
    """Another version between the same parties covers days of this one, with other terms."""

    code: ClassVar[str] = "contract-overlaps"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Another version of the contract covers the same days."


_TERM_COLUMNS = tuple(name for name in TERMS if name not in VALIDITY_TERMS)

_COLUMNS = f"""contract_id, nullif(home_party_id, {ANY}) AS home_party_id,
        nullif(supplier_party_id, {ANY}) AS supplier_party_id, version, {", ".join(_TERM_COLUMNS)},
        lower(validity) AS valid_from, upper(validity) AS valid_until"""

_OF_SCOPE = text(
    f"""
    SELECT {_COLUMNS} FROM settlement.contract
    WHERE home_party_id = :home AND supplier_party_id = :supplier
    ORDER BY version
    """
)

_OF_PARTIES = text(
    f"""
    SELECT {_COLUMNS} FROM settlement.contract
    WHERE home_party_id = ANY(CAST(:homes AS integer[]))
      AND supplier_party_id = ANY(CAST(:suppliers AS integer[]))
      AND validity && daterange(CAST(:first AS date), CAST(:last AS date), '[]')
    """
)

_CHANGE = text(
    """
    SELECT pg_advisory_xact_lock(hashtextextended('settlement.contract', 0))
    """
)

_HOLD = text(
    """
    SELECT pg_advisory_xact_lock_shared(hashtextextended('settlement.contract', 0))
    """
)

_END = text(
    """
    UPDATE settlement.contract SET validity = daterange(lower(validity), CAST(:valid_from AS date))
    WHERE contract_id = :contract_id
    """
)

_INSERT = text(
    f"""
    INSERT INTO settlement.contract
        (home_party_id, supplier_party_id, version, {", ".join(_TERM_COLUMNS)}, validity)
    VALUES (:home, :supplier, :version, {", ".join(f":{name}" for name in _TERM_COLUMNS)},
        daterange(CAST(:valid_from AS date), CAST(:valid_until AS date)))
    RETURNING {_COLUMNS}
    """
)


async def set_contract(
    connection: AsyncConnection,
    terms: ContractTerms,
    *,
    home_party_id: int | None,
    supplier_party_id: int | None,
) -> Contract:
    """State the terms from a day on. An open-ended version that began earlier ends that day.

    The same terms again change nothing.

    Terms with an end interrupt an open-ended version. It goes on from `valid_until`, as a version
    of its own. Lines that were rated before keep the version they were rated by. What waits to be
    rated becomes due at once, as it may have waited for this contract.

    Raises:
        ContractInvalid: a rate, the currency, the rounding or the days are outside their limits.
        ContractOverlaps: some of the days belong to a version that begins on `valid_from` or later,
            or that has an end of its own.
    """
    require_terms(terms)
    home, supplier = home_party_id or ANY, supplier_party_id or ANY
    # Versions of one pair are numbered under this lock. The key WITHOUT OVERLAPS also holds against
    # a writer that does not take it. The lock waits for raters, so `hasten` sees what they have
    # postponed. It also holds off new raters until they can see the terms.
    await connection.execute(_CHANGE)
    scope = {"home": home, "supplier": supplier}
    rows = (await connection.execute(_OF_SCOPE, scope)).mappings()
    versions = [_contract(row) for row in rows]
    known = next((version for version in versions if version.terms == terms), None)
    if known is not None:
        return known
    standing = _standing(versions, terms)
    if standing is not None:
        ending = {"contract_id": standing.contract_id, "valid_from": terms.valid_from}
        await connection.execute(_END, ending)
    stated = await _insert(connection, (home, supplier), len(versions) + 1, terms)
    if standing is not None and terms.valid_until is not None:
        resumed = replace(standing.terms, valid_from=terms.valid_until, valid_until=None)
        await _insert(connection, (home, supplier), len(versions) + 2, resumed)
    await outbox.hasten(connection, TOPICS)
    return stated


async def hold_contracts(connection: AsyncConnection) -> None:
    """Keep the contracts as they are until the caller's transaction ends.

    A rater takes this lock before it claims any message. So a change of contracts waits for this
    lock alone.
    """
    await connection.execute(_HOLD)


async def load_contracts(
    connection: AsyncConnection,
    home_party_ids: Collection[int],
    supplier_party_ids: Collection[int],
    first: date,
    last: date,
) -> Contracts:
    """Every contract that may apply between these parties on a day from `first` to `last`."""
    rows = await connection.execute(
        _OF_PARTIES,
        {
            "homes": [ANY, *home_party_ids],
            "suppliers": [ANY, *supplier_party_ids],
            "first": first,
            "last": last,
        },
    )
    return Contracts(_contract(row) for row in rows.mappings())


async def _insert(
    connection: AsyncConnection, scope: tuple[int, int], version: int, terms: ContractTerms
) -> Contract:
    home, supplier = scope
    name = {"home": home, "supplier": supplier, "version": version}
    rows = await connection.execute(_INSERT, name | terms_by_name(terms))
    return _contract(rows.mappings().one())


def _contract(row: RowMapping) -> Contract:
    return Contract(**row)


def _standing(versions: Iterable[Contract], terms: ContractTerms) -> Contract | None:
    """The version that the terms end or interrupt: an open-ended one that began earlier.

    Raises:
        ContractOverlaps: they touch any other version.
    """
    touched = [version for version in versions if _overlap(version, terms)]
    for version in touched:
        if version.valid_from >= terms.valid_from or version.valid_until is not None:
            raise ContractOverlaps(
                f"version {version.version} holds from {version.valid_from}",
                version=version.version,
            )
    # Versions do not overlap each other, so at most one of them is open-ended.
    return touched[0] if touched else None


def _overlap(one: ContractTerms, other: ContractTerms) -> bool:
    begins_before_end = other.valid_until is None or one.valid_from < other.valid_until
    return begins_before_end and (one.valid_until is None or other.valid_from < one.valid_until)
