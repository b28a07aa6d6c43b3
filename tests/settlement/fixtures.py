"""A small world for the tests of settlement: parties, one contract, uses made by number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party, create_party
from exchange.coupons.codes import ALPHABET, LANE_LENGTH, RANDOM_LENGTH, check_character
from exchange.use import USE_REVERSED_TOPIC, USED_TOPIC, CouponUsed, UseReversed
from ledger import Database, outbox
from settlement.closing import CloseWish, Closing, close_period
from settlement.closing.freeze import freeze
from settlement.rating import ContractTerms, set_contract
from settlement.rating.rate import CHUNK_MAX, rate_waiting
from settlement.rating.uses import TOPICS, Use, code_digest

JANUARY = datetime(2017, 1, 10, 12, tzinfo=UTC)
FEBRUARY = datetime(2017, 2, 10, 12, tzinfo=UTC)
MARCH = datetime(2017, 3, 10, 12, tzinfo=UTC)
LATER = datetime(2020, 1, 1, tzinfo=UTC)
OF_1999 = datetime(1999, 1, 1, tzinfo=UTC)
"""Before the contract of `create_world`."""


@dataclass(frozen=True)
class World:
    """The parties: an operator, two home brands and two suppliers."""

    operator: Party
    homes: tuple[Party, Party]
    suppliers: tuple[Party, Party]


async def create_world(database: Database, *, cost: str = "60", fee: str = "10") -> World:
    """Create the parties and a contract that covers all of them from 2000 on."""
    async with database.transaction() as connection:

        async def party(code: str, role: Any) -> Party:
            return await create_party(
                connection, code=code, name=f"{code} 名", roles=[role], category=None
            )

        world = World(
            await party("exchange", "operator"),
            (await party("mint", "brand"), await party("oak", "brand")),
            (await party("films", "supplier"), await party("music", "supplier")),
        )
        operator_id = world.operator.party_id
        terms = ContractTerms(operator_id, Decimal(cost), Decimal(fee), "USD", date(2000, 1, 1))
        await set_contract(connection, terms, home_party_id=None, supplier_party_id=None)
    return world


def code_of(number: int) -> str:
    """The code of book 1 with this number, with its check character."""
    random = "".join(ALPHABET[number >> 5 * place & 31] for place in range(RANDOM_LENGTH))
    body = "1" + "0" * LANE_LENGTH + random
    return body + check_character(body)


def use(
    world: World, number: int, used_at: datetime = JANUARY, *, home: int = 0, supplier: int = 0
) -> Use:
    """The use of this number: the same coupon, member and reference each time."""
    return Use(
        book_id=1 + home,
        use_id=f"{number}.1",
        coupon_id=number,
        coupon_code_sha256=code_digest(code_of(number)),
        coupon_code_tail=code_of(number)[-4:],
        offer_id=number % 3 + 1,
        offer_code=f"offer-{number % 3}",
        home_party_id=world.homes[home].party_id,
        supplier_party_id=world.suppliers[supplier].party_id,
        programme=world.homes[home].code,
        member=f"member-{number % 50}",
        reference=f"ref-{number}",
        used_at=used_at + timedelta(seconds=number % 3600),
    )


def _facts(event: Use) -> dict[str, Any]:
    """What the exchange tells of a use, beside the time."""
    return {
        "book_id": event.book_id,
        "coupon_id": event.coupon_id,
        "use": int(event.use_id.partition(".")[2]),
        "code": code_of(event.coupon_id),
        "offer_id": event.offer_id,
        "offer_code": event.offer_code,
        "supplier_id": event.supplier_party_id,
        "home_party_id": event.home_party_id,
        "programme": event.programme,
        "member": event.member,
        "points": 20,
        "face_value_minor": 100,
        "currency": event.currency or "USD",
        "store": event.store,
        "reference": event.reference,
        "swap_id": event.swap_id,
        "order_minor": event.order_minor,
        "paid_minor": event.paid_minor,
        "offer_version": event.offer_version,
        "request_number": event.request_number,
        "redeemed_at": event.redeemed_at,
        "counted": event.counted,
    }


def payload(event: Use) -> dict[str, Any]:
    """The use as the exchange sends it."""
    return CouponUsed(**_facts(event), used_at=event.used_at).to_payload()


async def send_uses(connection: AsyncConnection, uses: Sequence[Use]) -> None:
    """Put the uses into the outbox, as the exchange does."""
    for book_id in sorted({each.book_id for each in uses}):
        payloads = [payload(each) for each in uses if each.book_id == book_id]
        await outbox.append(connection, book_id, USED_TOPIC, payloads)


async def send_reversal(connection: AsyncConnection, event: Use, reversed_at: datetime) -> None:
    """Put the reversal of a use into the outbox, as the exchange does."""
    reversal = UseReversed(**_facts(event), reversed_at=reversed_at)
    await outbox.append(connection, event.book_id, USE_REVERSED_TOPIC, [reversal.to_payload()])


async def rate_uses(connection: AsyncConnection, uses: Sequence[Use]) -> int:
    """Send uses and rate what waits, in the caller's transaction.

    Returns how many charges these uses have more than before.
    """
    before = await _count(connection, "charge", uses)
    await send_uses(connection, uses)
    while await rate_waiting(connection, CHUNK_MAX):
        pass
    return await _count(connection, "charge", uses) - before


async def reverse_rated(
    connection: AsyncConnection, uses: Sequence[Use], reversed_at: datetime = JANUARY
) -> int:
    """Reverse uses in the caller's transaction.

    Returns how many reversals they have more than before.
    """
    before = await _count(connection, "reversal", uses)
    for each in uses:
        await send_reversal(connection, each, reversed_at)
    while await rate_waiting(connection, CHUNK_MAX):
        pass
    return await _count(connection, "reversal", uses) - before


async def _count(connection: AsyncConnection, kind: str, uses: Sequence[Use]) -> int:
    statement = text(
        "SELECT count(*) FROM settlement.line WHERE kind = :kind AND use_id = ANY(:uses)"
    )
    counted = await connection.execute(
        statement, {"kind": kind, "uses": [each.use_id for each in uses]}
    )
    return int(counted.scalar_one())


async def lines(database: Database) -> list[Any]:
    """Every line, in the order of the uses' numbers."""
    async with database.transaction() as connection:
        rows = await connection.execute(
            text(
                "SELECT * FROM settlement.line ORDER BY book_id, length(use_id), use_id, leg, kind"
            )
        )
        return list(rows)


def renamed(event: Use, **changes: Any) -> Use:
    """The use with other values in some of its fields."""
    return replace(event, **changes)


async def close(database: Database, month: str) -> Closing:
    """Close a month at a time when it is long over, without rating what waits before."""
    async with database.transaction() as connection:
        await freeze(connection, month, CloseWish(), LATER, None)
    return await close_period(database, month, now=LATER)


async def rate(database: Database, *uses: Use) -> int:
    """Rate uses in a transaction. Returns how many charges they have more than before."""
    async with database.transaction() as connection:
        return await rate_uses(connection, uses)


async def pending(database: Database) -> int:
    """How many messages wait to be rated."""
    async with database.transaction() as connection:
        return await outbox.pending(connection, TOPICS)


async def contract_of_1999(connection: AsyncConnection, world: World) -> None:
    """State a contract of all parties for the year 1999."""
    terms = ContractTerms(
        operator_party_id=world.operator.party_id,
        coupon_cost_minor=Decimal(50),
        platform_fee_minor=Decimal(5),
        currency="USD",
        valid_from=date(1999, 1, 1),
        valid_until=date(2000, 1, 1),
    )
    await set_contract(connection, terms, home_party_id=None, supplier_party_id=None)
