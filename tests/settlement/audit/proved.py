"""Two closed months of an exchange with everything that a bill can have, to be tampered with."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from catalog import Party, create_party
from ledger import Database
from settlement.closing import close_period
from settlement.corrections import NewInvoice, Sums, record_invoice, void_statement
from settlement.disputes import NewDispute, answer_dispute, open_dispute
from settlement.months import first_day, next_month
from settlement.payments import Remittance, pay_statement
from settlement.rating import (
    ContractTerms,
    publish_card,
    rate_pending,
    set_contract,
    write_card,
)
from settlement.statements import issue_statement, list_statements, transition
from settlement.statements.disputed import LineKey
from settlement.statements.statements import Statement
from tests.exchange.fixtures import World, _stocked, active, open_world

CARD: dict[str, Any] = {
    "currency": "USD",
    "legs": [
        {
            "leg": "coupon_cost",
            "payer": "home",
            "payee": "supplier",
            "model": "volume",
            "tiers": [{"to": 3, "rate": "100"}, {"rate": "90.5"}],
            "tax": {"rate": "0.06", "inclusive": True},
        },
        {
            "leg": "platform_fee",
            "payer": "home",
            "payee": "operator",
            "model": "package",
            "package": {"size": 3, "price": "500"},
            "tax": {"rate": "0.2", "inclusive": False},
        },
    ],
}


async def build(database: Database) -> None:
    """Make the two months.

    Coupons 1 to 4 are of the cinema, under a card; 5 and 6 are of the hotel, under a flat contract.
    The use of 2 is reversed in its month, and that of 4 after the month has closed. Of the cinema's
    statement a line is disputed and accepted, and another disputed. The operator's is invoiced,
    agreed, final and paid. The hotel's is void and replaced.
    """
    async with open_world(database) as world:
        operator = await _agree_prices(world)
        month = await _use(world)
        closed_at = datetime.combine(first_day(next_month(month)), datetime.min.time(), UTC)
        closed_at += timedelta(days=40)
        await close_period(database, month, now=closed_at)
        await _act(world, operator, closed_at + timedelta(days=2))
        assert (await world.reverse((await world.coupon(4)).code)).accepted
        await _rate(world)
        await close_period(database, next_month(month), now=closed_at + timedelta(days=40))


async def _agree_prices(world: World) -> Party:
    async with world.database.transaction() as connection:
        operator = await create_party(
            connection, code="exchange", name="Exchange", roles=["operator"], category=None
        )
        terms = ContractTerms(
            operator.party_id, Decimal("60.4"), Decimal("9.5"), "USD", date(2000, 1, 1)
        )
        await set_contract(connection, terms, home_party_id=None, supplier_party_id=None)
        card = await write_card(
            connection,
            operator,
            CARD,
            home_party_id=world.brand.party_id,
            supplier_party_id=world.supplier.party_id,
            valid_from=date(2000, 1, 1),
            valid_until=None,
        )
        await publish_card(connection, card.card_id)
    return operator


async def _use(world: World) -> str:
    codes = [(await active(world))[1] for _ in range(4)]
    for code in codes:
        assert (await world.use(code)).accepted
    assert (await world.reverse(codes[1])).accepted
    async with world.database.transaction() as connection:
        room = await _stocked(
            connection,
            world.programme,
            world.brand,
            world.rival,
            code="room",
            fulfilment="own_code",
        )
    for _ in range(2):
        coupon_id = await world.redeem_one("ann", room, free=True)
        code = (await world.coupon(coupon_id)).code
        assert (await world.use(code, world.rival)).accepted
    await _rate(world)
    return str(await world.scalar("SELECT max(month) FROM settlement.line"))


async def _rate(world: World) -> None:
    await world.release_outbox()
    while await rate_pending(world.database):
        pass


async def _act(world: World, operator: Party, now: datetime) -> None:
    statements = await _statements(world.database, operator)
    of_cinema = _between(statements, world.brand, world.supplier)
    of_hotel = _between(statements, world.brand, world.rival)
    of_operator = _between(statements, world.brand, operator)
    async with world.database.transaction() as connection:
        for use, claimed in (("1.1", 50), ("3.1", 40)):
            key = LineKey(1, use, "coupon_cost", "charge")
            new = NewDispute("price", "less was agreed", [key], claimed)
            dispute = await open_dispute(connection, world.brand, of_cinema.statement_id, new, now)
            if use == "1.1":
                await answer_dispute(connection, world.supplier, dispute.dispute_id, "accept", now)
        await void_statement(connection, operator, of_hotel.statement_id, "an old address", now)
    async with world.database.transaction() as connection:
        replacement = await connection.scalar(
            text("SELECT statement_id FROM settlement.statement WHERE state = 'draft'")
        )
        await issue_statement(connection, int(replacement or 0), now, None)
        await _pay(connection, world, operator, of_operator, now)


async def _pay(
    connection: Any, world: World, operator: Party, bill: Statement, now: datetime
) -> None:
    net_minor = bill.billed_minor - bill.tax_minor
    sums = Sums(net_minor, bill.tax_minor, bill.billed_minor)
    new = NewInvoice("F-1", now.date(), sums)
    await record_invoice(connection, operator, bill.statement_id, new, now)
    for party in (world.brand, operator):
        await transition(connection, party, bill.statement_id, "agree", now)
    await transition(connection, operator, bill.statement_id, "finalise", now)
    remittance = Remittance(bill.billed_minor, now.date(), "wire 1")
    await pay_statement(connection, operator, bill.statement_id, remittance, now)


async def _statements(database: Database, operator: Party) -> Sequence[Statement]:
    async with database.transaction() as connection:
        return await list_statements(connection, operator)


def _between(statements: Sequence[Statement], payer: Party, payee: Party) -> Statement:
    (found,) = [
        each
        for each in statements
        if (each.payer_party_id, each.payee_party_id) == (payer.party_id, payee.party_id)
    ]
    return found
