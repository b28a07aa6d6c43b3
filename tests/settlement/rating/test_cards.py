"""Rate cards: written, published, interrupted, ended; rated by; read by those whom they bind."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import PartyNotFound, create_party, find_party
from ledger import Database
from settlement.calendar import FourEyesRequired
from settlement.cards import RateCardInvalid
from settlement.rating import (
    ContractTerms,
    count_touched,
    end_contract,
    find_card,
    list_cards,
    list_contracts,
    publish_card,
    rate_pending,
    set_contract,
    withdraw_card,
    write_card,
)
from settlement.rating.cards import (
    ContractEndRefused,
    ContractNotFound,
    Published,
    RateCardNotDraft,
    RateCardNotFound,
)
from settlement.rating.contracts import ContractOverlaps
from settlement.rating.touched import RateInClosedMonth
from settlement.statements import verify_statements
from tests.conftest import owner_transaction
from tests.settlement.fixtures import (
    FEBRUARY,
    MARCH,
    World,
    close,
    create_world,
    lines,
    rate_uses,
    send_uses,
    use,
)

SHARE = {
    "currency": "USD",
    "legs": [
        {"leg": "coupon_cost", "payer": "home", "payee": "supplier", "model": "percent",
         "basis": "order", "rate": "0.125", "tax": {"rate": "0.06", "inclusive": True}},
        {"leg": "referral", "payer": "supplier", "payee": "club", "rate": "2.5",
         "round": "statement"},
        {"leg": "platform_fee", "payer": "home", "payee": "operator", "model": "package",
         "package": {"size": 3, "price": "500"}},
        {"leg": "delivery", "payer": "home", "payee": "supplier", "rate": "9",
         "event": "delivered"},
    ],
}  # fmt: skip


async def write(
    connection: AsyncConnection, world: World, document: Any = SHARE, **days: Any
) -> int:
    """A draft between the first brand and the first supplier."""
    said = {"valid_from": date(2017, 1, 1), "valid_until": None, **days}
    stored = await write_card(
        connection,
        world.operator,
        document,
        home_party_id=world.homes[0].party_id,
        supplier_party_id=world.suppliers[0].party_id,
        **said,
    )
    return stored.card_id


async def publish(
    connection: AsyncConnection, world: World, document: Any = SHARE, **days: Any
) -> Published:
    """A card that holds."""
    return await publish_card(connection, await write(connection, world, document, **days))


def flat(rate: str) -> dict[str, Any]:
    """A card of one flat leg."""
    leg = {"leg": "coupon_cost", "payer": "home", "payee": "supplier", "rate": rate}
    return {"currency": "USD", "legs": [leg]}


@pytest.fixture
async def world(database: Database) -> World:
    world = await create_world(database)
    async with database.transaction() as connection:
        await create_party(connection, code="club", name="club", roles=["brand"], category=None)
    return world


async def test_every_leg_of_a_use_gets_its_line_with_what_it_was_rated_from(
    database: Database, world: World
) -> None:
    told = replace(
        use(world, 1), order_minor=8999, paid_minor=7499, store="west", request_number="FO-1",
        offer_version=3, redeemed_at=datetime(2017, 1, 2, tzinfo=UTC),
    )  # fmt: skip
    async with database.transaction() as connection:
        made = await publish(connection, world)
        assert await rate_uses(connection, [told, replace(use(world, 2), order_minor=800)]) == 8
        assert await rate_uses(connection, [told]) == 0, "told again, it changes nothing"
    assert (made.stored.state, made.contract.version, made.touched.rated_uses) == (
        "published",
        1,
        0,
    )
    rated = {line.leg: line for line in await lines(database) if line.use_id == "1.1"}
    assert {
        leg: (str(line.rate_minor), line.amount_minor, line.leg_number)
        for leg, line in rated.items()
    } == {
        "coupon_cost": ("1124.875000", 1125, 0),
        "referral": ("2.500000", 3, 1),
        "platform_fee": ("0.000000", 0, 2),
        "delivery": ("0.000000", 0, None),
    }
    cost, referral = rated["coupon_cost"], rated["referral"]
    assert cost.calculation == (
        "order of order_minor: 8999, percent x 0.125: 1124.875 = 1125 USD minor (half_up)"
    )
    assert (cost.card_id, float(cost.tax_rate), cost.tax_inclusive) == (
        made.stored.card_id,
        0.06,
        True,
    )
    assert (cost.face_minor, cost.order_minor, cost.paid_minor) == (100, 8999, 7499)
    assert (cost.store, cost.request_number, cost.offer_version) == ("west", "FO-1", 3)
    assert cost.redeemed_at == datetime(2017, 1, 2, tzinfo=UTC)
    assert referral.payer_party_id == world.suppliers[0].party_id
    assert referral.payee_party_id == dict(made.stored.named)["club"]


async def test_a_use_waits_while_its_offer_or_its_order_does_not_fit(
    database: Database, world: World
) -> None:
    async with database.transaction() as connection:
        await publish(connection, world)
        await publish(
            connection,
            world,
            flat("60") | {"currency": "CNY"},
            valid_from=date(2017, 2, 1),
        )
        assert await rate_uses(connection, [use(world, 1), use(world, 2, FEBRUARY)]) == 0
        reasons = await connection.scalars(
            text("SELECT last_error FROM ledger.outbox WHERE topic <> 'event' ORDER BY outbox_id")
        )
    assert list(reasons) == [
        "basis-missing: the rate card needs order_minor of uses of offer offer-1",
        "currency-differs: offer offer-2 is in USD, and the contract that covers it in CNY",
    ]


async def test_a_card_interrupts_what_has_an_end_and_a_version_ends_without_a_successor(
    database: Database, world: World
) -> None:
    async with database.transaction() as connection:
        standing = await publish(connection, world, flat("60"), valid_until=date(2017, 7, 1))
        days = {"valid_from": date(2017, 3, 1), "valid_until": date(2017, 4, 1)}
        await publish(connection, world, flat("30"), **days)
        held = [
            (each.contract.card_id, each.contract.valid_from, each.contract.valid_until)
            for each in await list_contracts(connection, world.operator)
        ][1:]
        first, other = standing.stored.card_id, standing.stored.card_id + 1
        assert held == [
            (first, date(2017, 1, 1), date(2017, 3, 1)),
            (other, date(2017, 3, 1), date(2017, 4, 1)),
            (first, date(2017, 4, 1), date(2017, 7, 1)),
        ]
        await rate_uses(connection, [use(world, 1, datetime(2017, 5, 3, tzinfo=UTC))])
        contract_id = (await list_contracts(connection, world.operator))[-1].contract.contract_id
        for day in (date(2017, 4, 1), date(2017, 7, 2)):
            with pytest.raises(ContractEndRefused):
                await end_contract(connection, contract_id, day)
        for _ in range(2):
            ended = await end_contract(connection, contract_id, date(2017, 5, 1))
            assert ended.contract.valid_until == date(2017, 5, 1)
            assert ended.touched.rated_uses == 1, "it keeps its price"
        with pytest.raises(ContractNotFound):
            await end_contract(connection, 4711, date(2017, 5, 1))
        with pytest.raises(ContractOverlaps):
            await publish(connection, world, flat("1"), valid_until=date(2017, 3, 2))


async def test_a_price_that_comes_late_says_how_many_uses_it_touches(
    database: Database, world: World
) -> None:
    home, supplier = world.homes[0].party_id, world.suppliers[0].party_id
    other = replace(use(world, 9, FEBRUARY), supplier_party_id=world.suppliers[1].party_id)
    waiting = replace(use(world, 5), currency="CNY")
    async with database.transaction() as connection:
        await rate_uses(connection, [use(world, 1), use(world, 2, FEBRUARY), other])
        await rate_uses(connection, [use(world, 3, FEBRUARY), use(world, 4, MARCH)])
    assert (await close(database, "2017-01")).totals.uses == 1
    async with database.transaction() as connection:
        await send_uses(connection, [waiting])
        late = await write(connection, world, flat("20"))
        with pytest.raises(RateInClosedMonth):
            await publish_card(connection, late)
    async with database.transaction() as connection:
        made = await publish_card(connection, late, accept_late=True)
        assert (made.touched.rated_uses, made.touched.late_uses) == (3, 1)
        # A contract that is less near touches nothing that a nearer one has rated.
        terms = ContractTerms(
            world.operator.party_id, made.contract.coupon_cost_minor,
            made.contract.platform_fee_minor, "USD", date(2017, 2, 1),
        )  # fmt: skip
        wide = await set_contract(connection, terms, home_party_id=None, supplier_party_id=None)
        assert (await count_touched(connection, wide)).rated_uses == 4
    assert await rate_pending(database) == 1
    async with database.transaction() as connection:
        same = replace(terms, valid_from=date(2017, 2, 2))
        near = await set_contract(connection, same, home_party_id=home, supplier_party_id=supplier)
        assert (await count_touched(connection, near)).rated_uses == 3


async def test_a_draft_is_published_once_and_by_another_key_where_that_is_wanted(
    database: Database, world: World
) -> None:
    async with owner_transaction(database) as owner:
        await owner.execute(text("UPDATE settlement.calendar SET four_eyes = true"))
    async with database.transaction(actor=1) as connection:
        card_id = await write(connection, world)
        with pytest.raises(FourEyesRequired):
            await publish_card(connection, card_id)
        terms = ContractTerms(
            world.operator.party_id, Decimal(1), Decimal(1), "USD", date(2017, 1, 1)
        )
        with pytest.raises(FourEyesRequired):
            await set_contract(connection, terms, home_party_id=None, supplier_party_id=None)
    async with database.transaction() as connection:
        with pytest.raises(FourEyesRequired):
            await publish_card(connection, card_id)
    async with database.transaction(actor=2) as connection:
        made = await publish_card(connection, card_id)
        assert (made.stored.written_by, made.stored.published_by) == (1, 2)
        for step in (publish_card, withdraw_card):
            with pytest.raises(RateCardNotDraft):
                await step(connection, card_id)
        with pytest.raises(RateCardNotFound):
            await publish_card(connection, card_id + 1)
        draft = await write(connection, world, flat("1"))
        for _ in range(2):
            assert (await withdraw_card(connection, draft)).state == "withdrawn"
        with pytest.raises(RateCardNotDraft):
            await publish_card(connection, draft)
    for change in (
        "UPDATE settlement.rate_card SET valid_from = '2018-01-01'",
        "UPDATE settlement.rate_card SET state = 'draft', published_at = NULL",
        "DELETE FROM settlement.rate_card",
        "UPDATE settlement.rate_card_version SET card_id = 2",
    ):
        with pytest.raises(DBAPIError, match="never change"):
            async with owner_transaction(database) as connection:
                await connection.execute(text(change))


async def test_nobody_but_those_whom_a_card_binds_reads_it_and_only_their_legs(
    database: Database, world: World
) -> None:
    async with database.transaction() as connection:
        made = await publish(connection, world)
        draft = await write(connection, world, flat("1"), valid_from=date(2018, 1, 1))
        card_id = made.stored.card_id
        member = await find_party(connection, "club")
        seen = {
            world.operator: "coupon_cost referral platform_fee delivery",
            world.homes[0]: "coupon_cost platform_fee delivery",
            world.suppliers[0]: "coupon_cost referral delivery",
            member: "referral",
            world.homes[1]: None,
            world.suppliers[1]: None,
        }
        for viewer, legs in seen.items():
            found = await list_cards(connection, viewer)
            drafts = [each.stored.card_id for each in found if each.stored.state == "draft"]
            assert drafts == ([draft] if viewer is world.operator else [])
            with pytest.raises(RateCardNotFound):
                await find_card(connection, viewer, draft + (viewer is world.operator))
            stated = [each for each in found if each.stored.state == "published"]
            if legs is None:
                assert stated == []
                with pytest.raises(RateCardNotFound):
                    await find_card(connection, viewer, card_id)
                continue
            card = await find_card(connection, viewer, card_id)
            assert stated == [card]
            assert [leg.leg for leg in card.legs] == legs.split()
            assert (card.sha256 is None) is (viewer is not world.operator)
            assert card.contract_ids == (made.contract.contract_id,)
        mine = await list_contracts(connection, world.suppliers[1])
        assert [[leg.leg for leg in each.legs] for each in mine] == [["coupon_cost"]]
        assert [each.sha256 for each in mine] == [None], "the fee could be found by trying"
        assert len(await list_contracts(connection, world.homes[0])) == 2
        assert len(await list_contracts(connection, world.operator, after=1, limit=1)) == 1


async def test_what_a_card_cannot_say_of_its_parties(database: Database, world: World) -> None:
    async with database.transaction() as connection:
        for payee, refused in (("mint", RateCardInvalid), ("nobody", PartyNotFound)):
            document = flat("1")
            document["legs"][0]["payee"] = payee
            with pytest.raises(refused):
                await write(connection, world, document)


async def test_nobody_owes_itself_and_the_month_closes(database: Database, world: World) -> None:
    own = replace(use(world, 1), supplier_party_id=world.homes[0].party_id)
    async with database.transaction() as connection:
        await rate_uses(connection, [own, use(world, 2)])
    assert (await close(database, "2017-01")).totals.coupon_cost_minor == 60
    async with database.transaction() as connection:
        assert await verify_statements(connection, "2017-01") == []
    assert len(await lines(database)) == 4, "the line is kept, and is on no bill"
