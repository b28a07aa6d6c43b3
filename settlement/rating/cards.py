"""Rate cards as they are written, published, withdrawn and ended.

A draft is written once and never changes: another one is written instead. Publishing makes it a
version of the contract between its parties, in one transaction under the lock of the contracts.
Where the exchange wants four eyes, another key publishes a draft than the one that wrote it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal

import orjson
from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party, find_party
from ledger import Refusal
from settlement.calendar import FourEyesRequired, load_calendar
from settlement.cards import ROLES, RateCard, RateCardInvalid
from settlement.rating.contracts import (
    ANY,
    end_version,
    find_version,
    lock_contracts,
    state_version,
)
from settlement.rating.terms import Contract, ContractTerms, require_terms
from settlement.rating.told import tell_of_contract
from settlement.rating.touched import Touched, count_beyond, count_touched, require_open

CardState = Literal["draft", "published", "withdrawn"]


class RateCardNotFound(Refusal):
    """There is no such rate card, or it binds other parties."""

    code: ClassVar[str] = "rate-card-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such rate card."


class RateCardNotDraft(Refusal):
    """The rate card was published or withdrawn before."""

    code: ClassVar[str] = "rate-card-not-draft"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The rate card is no draft any more."


class ContractNotFound(Refusal):
    """There is no such version of a contract."""

    code: ClassVar[str] = "contract-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such contract."


class ContractEndRefused(Refusal):
    """The day lies outside the days of the version: it cannot end there."""

    code: ClassVar[str] = "contract-end-refused"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The contract cannot end on this day."


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCard:
    """A rate card between a home brand and a supplier. None stands for any party."""

    card_id: int
    home_party_id: int | None
    supplier_party_id: int | None
    operator_party_id: int
    valid_from: date
    valid_until: date | None
    card: RateCard
    named: tuple[tuple[str, int], ...]
    state: CardState
    written_at: datetime
    written_by: int | None
    published_at: datetime | None
    published_by: int | None


@dataclass(frozen=True, slots=True)
class Published:
    """A card that holds now, the version of the contract for it, and what it touches."""

    stored: StoredCard
    contract: Contract
    touched: Touched


@dataclass(frozen=True, slots=True)
class Ended:
    """A version whose end was stated, and what the days that it no longer covers touch."""

    contract: Contract
    touched: Touched


CARDS = f"""
    SELECT card_id, nullif(home_party_id, {ANY}) AS home_party_id,
        nullif(supplier_party_id, {ANY}) AS supplier_party_id, operator_party_id, valid_from,
        valid_until, document, named_parties, state, written_at, recorded_by AS written_by,
        published_at, published_by
    FROM settlement.rate_card AS card
"""
"""Reads rate cards as `card_of` takes them."""

_WRITE = text(
    """
    INSERT INTO settlement.rate_card (home_party_id, supplier_party_id, operator_party_id,
        valid_from, valid_until, document, document_sha256, named_parties)
    VALUES (:home, :supplier, :operator, :valid_from, :valid_until, CAST(:document AS jsonb),
        :sha256, CAST(:named AS jsonb))
    RETURNING card_id
    """
)

_OF_ID = text(f"{CARDS} WHERE card_id = :card_id")

_LOCKED = text(f"{CARDS} WHERE card_id = :card_id FOR UPDATE")

_ACTOR = text(
    """
    SELECT CAST(nullif(current_setting('comity.actor', true), '') AS integer)
    """
)

_PUBLISH = text(
    """
    UPDATE settlement.rate_card
    SET state = 'published', published_at = now(),
        published_by = CAST(nullif(current_setting('comity.actor', true), '') AS integer)
    WHERE card_id = :card_id
    """
)

_WITHDRAW = text(
    """
    UPDATE settlement.rate_card SET state = 'withdrawn' WHERE card_id = :card_id
    """
)


async def write_card(
    connection: AsyncConnection,
    operator: Party,
    document: Mapping[str, Any],
    *,
    home_party_id: int | None,
    supplier_party_id: int | None,
    valid_from: date,
    valid_until: date | None,
) -> StoredCard:
    """Write a draft. Nothing is rated by it before it is published.

    Raises:
        RateCardInvalid: the document says something unknown, unclear or beyond a limit.
        ContractInvalid: the days are none.
        PartyNotFound: a leg names a party that there is not.
    """
    card = RateCard.of_document(document)
    require_terms(_terms(card, operator.party_id, valid_from, valid_until))
    named = {
        role: (await find_party(connection, role)).party_id
        for role in sorted({role for leg in card.legs for role in (leg.payer, leg.payee)})
        if role not in ROLES
    }
    _require_two_sides(card, named, operator.party_id, home_party_id, supplier_party_id)
    card_id = await connection.scalar(
        _WRITE,
        {
            "home": home_party_id or ANY,
            "supplier": supplier_party_id or ANY,
            "operator": operator.party_id,
            "valid_from": valid_from,
            "valid_until": valid_until,
            "document": orjson.dumps(card.to_document()).decode(),
            "sha256": card.sha256,
            "named": orjson.dumps(named).decode(),
        },
    )
    return await _found(connection, int(card_id))


async def publish_card(
    connection: AsyncConnection, card_id: int, *, accept_late: bool = False
) -> Published:
    """Let a draft hold from its first day on. What it says never changes from now on.

    An earlier version ends that day, or is interrupted. What waits to be rated becomes due at once.

    Raises:
        RateCardNotFound: there is no such card.
        RateCardNotDraft: it was published or withdrawn before.
        FourEyesRequired: the same key wrote it.
        RateInClosedMonth: it begins in a closed month, and `accept_late` does not say so.
        ContractOverlaps: some of its days belong to another version that does not give way.
    """
    await lock_contracts(connection)
    stored = await _draft(connection, card_id)
    if (await load_calendar(connection)).four_eyes:
        actor = await connection.scalar(_ACTOR)
        if actor is None or actor == stored.written_by:
            raise FourEyesRequired("another key than the one that wrote the card publishes it")
    await require_open(connection, stored.valid_from, accept_late=accept_late)
    await connection.execute(_PUBLISH, {"card_id": card_id})
    contract = await state_version(
        connection,
        stored.home_party_id,
        stored.supplier_party_id,
        _terms(stored.card, stored.operator_party_id, stored.valid_from, stored.valid_until),
        card_id,
    )
    touched = await count_touched(connection, contract)
    return Published(await _found(connection, card_id), contract, touched)


async def withdraw_card(connection: AsyncConnection, card_id: int) -> StoredCard:
    """Give a draft up. Withdrawing it again changes nothing.

    Raises:
        RateCardNotFound: there is no such card.
        RateCardNotDraft: it was published.
    """
    stored = await _locked(connection, card_id)
    if stored.state == "withdrawn":
        return stored
    await _draft(connection, card_id)
    await connection.execute(_WITHDRAW, {"card_id": card_id})
    return await _found(connection, card_id)


async def end_contract(
    connection: AsyncConnection, contract_id: int, on: date, *, accept_late: bool = False
) -> Ended:
    """Let a version hold no longer than until a day. Ending it there again changes nothing.

    Uses from that day on are rated by a contract that is less near, or wait for one.

    Raises:
        ContractNotFound: there is no such version.
        ContractEndRefused: the day is not within the version's days.
        RateInClosedMonth: the day is in a closed month, and `accept_late` does not say so.
    """
    await lock_contracts(connection)
    version = await find_version(connection, contract_id)
    if version is None:
        raise ContractNotFound(f"there is no contract {contract_id}")
    if version.valid_until != on:
        if on <= version.valid_from or (
            version.valid_until is not None and version.valid_until < on
        ):
            raise ContractEndRefused(
                f"the version holds from {version.valid_from}"
                + ("" if version.valid_until is None else f" until {version.valid_until}")
            )
        await require_open(connection, on, accept_late=accept_late)
        await end_version(connection, version, on)
        ended = await find_version(connection, contract_id)
        assert ended is not None
        version = ended
        await tell_of_contract(connection, version)
    return Ended(version, await count_beyond(connection, version))


def card_of(row: RowMapping) -> StoredCard:
    """The card in a row of `CARDS`."""
    facts = dict(row)
    card = RateCard.of_document(facts.pop("document"))
    named = tuple(sorted(facts.pop("named_parties").items()))
    return StoredCard(**facts, card=card, named=named)


def _terms(
    card: RateCard, operator_party_id: int, valid_from: date, valid_until: date | None
) -> ContractTerms:
    """What the contract's version says beside its card."""
    return ContractTerms(
        operator_party_id=operator_party_id,
        coupon_cost_minor=Decimal(0),
        platform_fee_minor=Decimal(0),
        currency=card.currency,
        valid_from=valid_from,
        valid_until=valid_until,
        rounding=card.rounding,
    )


def _require_two_sides(
    card: RateCard,
    named: Mapping[str, int],
    operator_party_id: int,
    home_party_id: int | None,
    supplier_party_id: int | None,
) -> None:
    """Refuse a leg whose payer and payee are one party, by whatever name.

    Raises:
        RateCardInvalid: there is one.
    """
    roles: dict[str, int | None] = {
        **named,
        "operator": operator_party_id,
        "home": home_party_id,
        "supplier": supplier_party_id,
    }
    for number, leg in enumerate(card.legs):
        payer = roles[leg.payer]
        if payer is not None and payer == roles[leg.payee]:
            raise RateCardInvalid.at_place(f"legs[{number}].payee", "nobody pays itself")


async def _draft(connection: AsyncConnection, card_id: int) -> StoredCard:
    stored = await _locked(connection, card_id)
    if stored.state != "draft":
        raise RateCardNotDraft(f"rate card {card_id} was {stored.state}", state=stored.state)
    return stored


async def _locked(connection: AsyncConnection, card_id: int) -> StoredCard:
    return _one((await connection.execute(_LOCKED, {"card_id": card_id})).mappings().one_or_none())


async def _found(connection: AsyncConnection, card_id: int) -> StoredCard:
    return _one((await connection.execute(_OF_ID, {"card_id": card_id})).mappings().one_or_none())


def _one(row: RowMapping | None) -> StoredCard:
    if row is None:
        raise RateCardNotFound("there is no such rate card")
    return card_of(row)
