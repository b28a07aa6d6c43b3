"""Who reads a contract or a rate card: the parties that it binds, and the operator.

A contract binds its brand and its supplier. One that is for any brand binds each of them, and so
with suppliers. A card binds also the parties that its legs name. A party sees the legs in which it
pays or is paid, and no others: what the brand pays the operator is nobody else's business. The
digest is of the whole card, so it is told only to who sees the whole: a price that is hidden could
be found by trying.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from settlement.cards import Leg, RateCard
from settlement.rating.cards import CARDS, RateCardNotFound, StoredCard, card_of
from settlement.rating.contracts import CONTRACTS, contract_of
from settlement.rating.terms import Contract

PAGE_MAX = 1000

# The one rule of who is bound. Each of them is `card` or `contract` and has the columns.
_BOUND = """(CAST(:everything AS boolean)
        OR CAST(:is_brand AS boolean) AND {of}.home_party_id IN (0, :party_id)
        OR CAST(:is_supplier AS boolean) AND {of}.supplier_party_id IN (0, :party_id)
        OR coalesce(card.named_parties, '{{}}') @? CAST(:names AS jsonpath))"""

_LIST_CONTRACTS = text(
    f"""
    {CONTRACTS}
    WHERE contract.contract_id > :after AND {_BOUND.format(of="contract")}
    ORDER BY contract.contract_id LIMIT :limit
    """
)

_STATED = "(CAST(:everything AS boolean) OR card.state = 'published')"

_LIST_CARDS = text(
    f"""
    {CARDS}
    WHERE card.card_id > :after AND {_STATED} AND {_BOUND.format(of="card")}
    ORDER BY card.card_id LIMIT :limit
    """
)

_FIND_CARD = text(
    f"""
    {CARDS}
    WHERE card.card_id = :card_id AND {_STATED} AND {_BOUND.format(of="card")}
    """
)

_VERSIONS = text(
    """
    SELECT card_id, contract_id FROM settlement.rate_card_version
    WHERE card_id = ANY(CAST(:cards AS integer[])) ORDER BY contract_id
    """
)


@dataclass(frozen=True, slots=True)
class ReadContract:
    """A version of a contract, and the legs of it that a viewer may see.

    `sha256` is None where the viewer does not see all legs.
    """

    contract: Contract
    legs: tuple[Leg, ...]
    sha256: bytes | None


@dataclass(frozen=True, slots=True)
class ReadCard:
    """A rate card, the legs of it that a viewer may see, and the versions that stand for it."""

    stored: StoredCard
    legs: tuple[Leg, ...]
    sha256: bytes | None
    contract_ids: tuple[int, ...]


async def list_contracts(
    connection: AsyncConnection, viewer: Party, *, after: int = 0, limit: int = 100
) -> list[ReadContract]:
    """A page of the contracts that bind a party, in order of their numbers: those after `after`."""
    rows = await connection.execute(_LIST_CONTRACTS, _viewer(viewer) | _page(after, limit))
    return [_read_contract(row, viewer) for row in rows.mappings()]


async def list_cards(
    connection: AsyncConnection, viewer: Party, *, after: int = 0, limit: int = 100
) -> list[ReadCard]:
    """A page of the rate cards that bind a party. The operator sees drafts as well."""
    rows = await connection.execute(_LIST_CARDS, _viewer(viewer) | _page(after, limit))
    return await _read_cards(connection, [card_of(row) for row in rows.mappings()], viewer)


async def find_card(connection: AsyncConnection, viewer: Party, card_id: int) -> ReadCard:
    """A rate card that binds a party.

    Raises:
        RateCardNotFound: there is none, or it binds others. The answer is the same.
    """
    rows = await connection.execute(_FIND_CARD, _viewer(viewer) | {"card_id": card_id})
    row = rows.mappings().one_or_none()
    if row is None:
        raise RateCardNotFound("there is no such rate card")
    return (await _read_cards(connection, [card_of(row)], viewer))[0]


def legs_of(
    card: RateCard,
    named: Mapping[str, int],
    viewer: Party,
    *,
    home_party_id: int | None,
    supplier_party_id: int | None,
    operator_party_id: int,
) -> tuple[Leg, ...]:
    """The legs in which a party pays or is paid, by its part in the contract. Pure."""
    party_id = viewer.party_id
    parts = {code for code, named_id in named.items() if named_id == party_id}
    if "brand" in viewer.roles and home_party_id in {None, party_id}:
        parts.add("home")
    if "supplier" in viewer.roles and supplier_party_id in {None, party_id}:
        parts.add("supplier")
    if operator_party_id == party_id:
        parts.add("operator")
    if "operator" in viewer.roles:
        return card.legs
    return tuple(leg for leg in card.legs if {leg.payer, leg.payee} & parts)


def _read_contract(row: RowMapping, viewer: Party) -> ReadContract:
    contract = contract_of(row)
    card = contract.card
    legs = legs_of(
        card,
        dict(contract.named),
        viewer,
        home_party_id=contract.home_party_id,
        supplier_party_id=contract.supplier_party_id,
        operator_party_id=contract.operator_party_id,
    )
    return ReadContract(contract, legs, card.sha256 if legs == card.legs else None)


async def _read_cards(
    connection: AsyncConnection, cards: list[StoredCard], viewer: Party
) -> list[ReadCard]:
    rows = await connection.execute(_VERSIONS, {"cards": [each.card_id for each in cards]})
    versions: dict[int, list[int]] = {}
    for card_id, contract_id in rows:
        versions.setdefault(card_id, []).append(contract_id)
    return [_read_card(stored, tuple(versions.get(stored.card_id, ())), viewer) for stored in cards]


def _read_card(stored: StoredCard, contract_ids: tuple[int, ...], viewer: Party) -> ReadCard:
    legs = legs_of(
        stored.card,
        dict(stored.named),
        viewer,
        home_party_id=stored.home_party_id,
        supplier_party_id=stored.supplier_party_id,
        operator_party_id=stored.operator_party_id,
    )
    sha256 = stored.card.sha256 if legs == stored.card.legs else None
    return ReadCard(stored, legs, sha256, contract_ids)


def _viewer(viewer: Party) -> dict[str, object]:
    return {
        "everything": "operator" in viewer.roles,
        "is_brand": "brand" in viewer.roles,
        "is_supplier": "supplier" in viewer.roles,
        "party_id": viewer.party_id,
        "names": f"$.* ? (@ == {viewer.party_id})",
    }


def _page(after: int, limit: int) -> dict[str, int]:
    return {"after": after, "limit": max(1, min(limit, PAGE_MAX))}
