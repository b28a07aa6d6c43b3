"""The stored contracts: stated by the operator, loaded for the uses that are rated."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import ClassVar

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Refusal, outbox
from settlement.calendar import FourEyesRequired, load_calendar
from settlement.cards import RateCard
from settlement.rating.terms import (
    TERMS,
    VALIDITY_TERMS,
    Contract,
    Contracts,
    ContractTerms,
    require_terms,
    terms_by_name,
)
from settlement.rating.told import tell_of_contract
from settlement.rating.uses import TOPICS

ANY = 0
"""Stored for a party that a contract leaves open. Under the unique keys NULLs are never equal."""


class ContractOverlaps(Refusal):
    """Another version between the same parties covers days of this one, with other terms."""

    code: ClassVar[str] = "contract-overlaps"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Another version of the contract covers the same days."


_TERM_COLUMNS = tuple(name for name in TERMS if name not in VALIDITY_TERMS)

_OWN_COLUMNS = f"""contract.contract_id, nullif(contract.home_party_id, {ANY}) AS home_party_id,
        nullif(contract.supplier_party_id, {ANY}) AS supplier_party_id, contract.version,
        {", ".join(f"contract.{name}" for name in _TERM_COLUMNS)},
        lower(contract.validity) AS valid_from, upper(contract.validity) AS valid_until"""

CONTRACTS = f"""
    SELECT {_OWN_COLUMNS}, card.card_id, card.document, card.named_parties
    FROM settlement.contract LEFT JOIN settlement.rate_card_version USING (contract_id)
        LEFT JOIN settlement.rate_card AS card USING (card_id)
"""
"""Reads contracts as `contract_of` takes them, with the cards that they stand for."""

_OF_SCOPE = text(
    f"""
    {CONTRACTS}
    WHERE contract.home_party_id = :home AND contract.supplier_party_id = :supplier
    ORDER BY contract.version
    """
)

_OF_PARTIES = text(
    f"""
    {CONTRACTS}
    WHERE contract.home_party_id = ANY(CAST(:homes AS integer[]))
      AND contract.supplier_party_id = ANY(CAST(:suppliers AS integer[]))
      AND contract.validity && daterange(CAST(:first AS date), CAST(:last AS date), '[]')
    """
)

_OF_ID = text(f"{CONTRACTS} WHERE contract.contract_id = :contract_id")

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
    UPDATE settlement.contract SET validity = daterange(lower(validity), CAST(:ends_on AS date))
    WHERE contract_id = :contract_id
    """
)

_INSERT = text(
    f"""
    INSERT INTO settlement.contract
        (home_party_id, supplier_party_id, version, {", ".join(_TERM_COLUMNS)}, validity)
    VALUES (:home, :supplier, :version, {", ".join(f":{name}" for name in _TERM_COLUMNS)},
        daterange(CAST(:valid_from AS date), CAST(:valid_until AS date)))
    RETURNING {_OWN_COLUMNS}
    """
)

_STANDS_FOR = text(
    """
    INSERT INTO settlement.rate_card_version (contract_id, card_id) VALUES (:contract_id, :card_id)
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
        FourEyesRequired: one key is not enough: another publishes what it has written.
        ContractOverlaps: some of the days belong to a version that begins on `valid_from` or later,
            or that has an end of its own.
    """
    require_terms(terms)
    if (await load_calendar(connection)).four_eyes:
        raise FourEyesRequired("a rate card is written by one key and published by another")
    await lock_contracts(connection)
    return await state_version(connection, home_party_id, supplier_party_id, terms)


async def lock_contracts(connection: AsyncConnection) -> None:
    """Keep raters and other writers of contracts out until the caller's transaction ends."""
    # Versions of one pair are numbered under this lock. The key WITHOUT OVERLAPS also holds against
    # a writer that does not take it. The lock waits for raters, so `hasten` sees what they have
    # postponed. It also holds off new raters until they can see the terms.
    await connection.execute(_CHANGE)


async def state_version(
    connection: AsyncConnection,
    home_party_id: int | None,
    supplier_party_id: int | None,
    terms: ContractTerms,
    card_id: int | None = None,
) -> Contract:
    """State a version under `lock_contracts`, with the card that it stands for.

    A card may interrupt a version that has an end, too: a promotion is often within one.

    Raises:
        ContractOverlaps: some of the days belong to a version that cannot end or be interrupted.
    """
    home, supplier = home_party_id or ANY, supplier_party_id or ANY
    rows = (await connection.execute(_OF_SCOPE, {"home": home, "supplier": supplier})).mappings()
    versions = [contract_of(row) for row in rows]
    for version in versions:
        if version.terms == terms and version.card_id == card_id:
            return version
    standing = _standing(versions, terms, may_have_end=card_id is not None)
    if standing is not None:
        await end_version(connection, standing, terms.valid_from)
    number = len(versions) + 1
    stated = await _insert(connection, (home, supplier), number, terms, card_id)
    if standing is not None and terms.valid_until not in {None, standing.valid_until}:
        assert terms.valid_until is not None
        resumed = replace(standing.terms, valid_from=terms.valid_until)
        await _insert(connection, (home, supplier), number + 1, resumed, standing.card_id)
    await outbox.hasten(connection, TOPICS)
    await tell_of_contract(connection, stated)
    return stated


async def end_version(connection: AsyncConnection, version: Contract, ends_on: date) -> None:
    """Let a version hold no longer than until a day after it began. The caller has the lock."""
    ending = {"contract_id": version.contract_id, "ends_on": ends_on}
    await connection.execute(_END, ending)


async def find_version(connection: AsyncConnection, contract_id: int) -> Contract | None:
    """A version by its number."""
    rows = await connection.execute(_OF_ID, {"contract_id": contract_id})
    row = rows.mappings().one_or_none()
    return None if row is None else contract_of(row)


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
    return Contracts(contract_of(row) for row in rows.mappings())


async def _insert(
    connection: AsyncConnection,
    scope: tuple[int, int],
    version: int,
    terms: ContractTerms,
    card_id: int | None,
) -> Contract:
    home, supplier = scope
    name = {"home": home, "supplier": supplier, "version": version}
    rows = await connection.execute(_INSERT, name | terms_by_name(terms))
    made = contract_of(rows.mappings().one())
    if card_id is None:
        return made
    stands_for = {"contract_id": made.contract_id, "card_id": card_id}
    await connection.execute(_STANDS_FOR, stands_for)
    found = await find_version(connection, made.contract_id)
    assert found is not None
    return found


def contract_of(row: RowMapping) -> Contract:
    """The contract in a row of `CONTRACTS`."""
    facts = dict(row)
    document, named = facts.pop("document", None), facts.pop("named_parties", None)
    if document is not None:
        facts["stated"] = RateCard.of_document(document)
        facts["named"] = tuple(sorted(named.items()))
    return Contract(**facts)


def _standing(
    versions: Iterable[Contract], terms: ContractTerms, *, may_have_end: bool
) -> Contract | None:
    """The version that the terms end or interrupt: one that began earlier, mostly open-ended.

    Raises:
        ContractOverlaps: they touch any other version.
    """
    touched = [version for version in versions if _overlap(version, terms)]
    for version in touched:
        is_within = (
            may_have_end
            and version.valid_until is not None
            and terms.valid_until is not None
            and terms.valid_until <= version.valid_until
        )
        if version.valid_from >= terms.valid_from or not (version.valid_until is None or is_within):
            raise ContractOverlaps(
                f"version {version.version} holds from {version.valid_from}",
                version=version.version,
            )
    # Versions do not overlap each other, so at most one of them reaches beyond the first day.
    return touched[0] if touched else None


def _overlap(one: ContractTerms, other: ContractTerms) -> bool:
    begins_before_end = other.valid_until is None or one.valid_from < other.valid_until
    return begins_before_end and (one.valid_until is None or other.valid_from < one.valid_until)
