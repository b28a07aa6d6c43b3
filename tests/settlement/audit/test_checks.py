"""What is changed between coupons, lines and messages is found, by the check meant for it."""

import itertools
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from catalog import create_party, find_party
from exchange.use.events import CouponUsed
from ledger import Database, Ledger
from ledger.asks import Convert, Issue
from ledger.book import Programme, create_programme, give_consent, publish_conversion_rate
from ledger.finish import deliver_conversions
from settlement.audit import verify_uses
from settlement.audit.checks import CHECKS
from settlement.rating import (
    ContractTerms,
    publish_card,
    rate_pending,
    set_contract,
    write_card,
)
from tests.exchange.fixtures import World, active, open_world
from tests.ledger.fixtures import generous
from tests.tampering import missed

USES = "every use is billed"
REVERSALS = "every reversal is billed"
LEGS = "a use is charged in both legs"
AMOUNT = "an amount is its rate"
TOLD = "what is billed or waits"
CONVERSIONS = "each conversion with a price"

LINE = "settlement.line"
WAITING = "ledger.outbox SET payload ="
REJECTED = "INSERT INTO settlement.rejected_message (book_id, outbox_id, topic, payload, attempts, "

TAMPERINGS: list[tuple[str, str]] = [
    (USES, f"DELETE FROM {LINE} WHERE use_id = '1.1'"),
    (USES, f"DELETE FROM {LINE} WHERE use_id = '2.2'"),
    (USES, f"UPDATE {LINE} SET use_id = '1.9' WHERE use_id = '1.1'"),
    (USES, f"UPDATE {LINE} SET book_id = 99 WHERE use_id = '1.1'"),
    (USES, "DELETE FROM ledger.outbox WHERE topic = 'coupon.used'"),
    (USES, f"UPDATE {WAITING} payload - 'use' WHERE topic = 'coupon.used'"),
    (USES, f"UPDATE {WAITING} '{{}}' WHERE topic = 'coupon.used'"),
    (USES, "DELETE FROM settlement.rejected_message WHERE topic = 'coupon.used'"),
    (
        USES,
        (
            f"{REJECTED} reason) SELECT book_id, outbox_id, topic, payload, 5, 'twice'"
            " FROM ledger.outbox WHERE topic = 'coupon.used'"
        ),
    ),
    (USES, "UPDATE exchange.coupon SET uses = uses + 1 WHERE coupon_id = 1"),
    (USES, "UPDATE exchange.coupon SET uses = 0 WHERE coupon_id = 1"),
    (USES, "DELETE FROM exchange.coupon WHERE coupon_id = 1"),
    (REVERSALS, f"DELETE FROM {LINE} WHERE use_id = '2.1' AND kind = 'reversal'"),
    (REVERSALS, "DELETE FROM ledger.outbox WHERE topic = 'coupon.use_reversed'"),
    (REVERSALS, "UPDATE exchange.coupon SET state = 'ACTIVE' WHERE coupon_id = 1"),
    (REVERSALS, "UPDATE exchange.coupon SET state = 'USED' WHERE coupon_id = 3"),
    (REVERSALS, f"UPDATE {LINE} SET kind = 'reversal' WHERE use_id = '1.1'"),
    (LEGS, f"DELETE FROM {LINE} WHERE use_id = '1.1' AND leg = 'platform_fee'"),
    (
        LEGS,
        f"DELETE FROM {LINE} WHERE use_id = '2.1' AND leg = 'coupon_cost' AND kind = 'reversal'",
    ),
    (LEGS, f"UPDATE {LINE} SET amount_minor = amount_minor - 1 WHERE kind = 'reversal'"),
    (LEGS, f"UPDATE {LINE} SET payee_party_id = payee_party_id + 1 WHERE kind = 'reversal'"),
    (LEGS, f"UPDATE {LINE} SET currency = 'CNY' WHERE kind = 'reversal'"),
    (AMOUNT, f"UPDATE {LINE} SET amount_minor = amount_minor + 1 WHERE use_id = '1.1'"),
    (AMOUNT, f"UPDATE {LINE} SET rate_minor = rate_minor + 1 WHERE use_id = '1.1'"),
    (AMOUNT, f"UPDATE {LINE} SET currency = 'CNY' WHERE use_id = '1.1'"),
    (AMOUNT, f"UPDATE {LINE} SET calculation = 'as agreed' WHERE use_id = '1.1'"),
    (AMOUNT, f"UPDATE {LINE} SET month = '2999-01' WHERE use_id = '1.1'"),
    (AMOUNT, f"UPDATE {LINE} SET late = true WHERE use_id = '1.1'"),
    (AMOUNT, f"UPDATE {LINE} SET used_at = used_at - interval '1 second' WHERE use_id = '1.1'"),
    *(
        (TOLD, f"UPDATE {LINE} SET {changed} WHERE use_id = '1.1'")
        for changed in (
            "member = 'someone'",
            "offer_id = offer_id + 1",
            "offer_code = 'another'",
            "programme = 'another'",
            "home_party_id = home_party_id + 1",
            "supplier_party_id = supplier_party_id + 1",
            "coupon_code_sha256 = ''",
            "coupon_code_tail = 'ZZZZ'",
            "occurred_at = occurred_at - interval '1 second'",
        )
    ),
    *(
        (TOLD, f"UPDATE {WAITING} payload || '{{\"{key}\"\\: \"0\"}}' WHERE topic LIKE 'coupon.%'")
        for key in ("supplier_id", "home_party_id", "member", "code", CouponUsed.INSTANT_KEY)
    ),
    *(
        (CONVERSIONS, f"UPDATE {LINE} SET {changed} WHERE leg = 'conversion'")
        for changed in (
            "book_id = 99",
            "use_id = '9-9'",
            "points = points + 1",
            "member = 'someone'",
            "rate_minor = rate_minor + 1",
            "home_party_id = home_party_id + 1",
            "supplier_party_id = supplier_party_id + 1",
            "occurred_at = occurred_at - interval '1 second'",
        )
    ),
    (CONVERSIONS, f"DELETE FROM {LINE} WHERE leg = 'conversion'"),
    (CONVERSIONS, "DELETE FROM ledger.outbox WHERE topic = 'ledger.converted'"),
    (CONVERSIONS, "DELETE FROM settlement.rejected_message WHERE topic = 'ledger.converted'"),
    *(
        (
            CONVERSIONS,
            (
                f'UPDATE {WAITING} payload || \'{{"{key}"\\: "0"}}\''
                " WHERE topic = 'ledger.converted'"
            ),
        )
        for key in ("credit", "points", "price_minor", "from_party_id", "converted_at")
    ),
    (AMOUNT, f"UPDATE {LINE} SET amount_minor = amount_minor + 1 WHERE leg = 'conversion'"),
    (TOLD, "UPDATE exchange.receipt_step SET occurred_at = '2017-01-01' WHERE step = 'used'"),
]


_NUMBERS = itertools.count()


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    """The exchange, its contract, and uses and reversals that are billed or wait to be.

    Coupon 1 is used. Coupon 2 is used again after a reversal. The use of coupon 3 is reversed. The
    use of coupon 4 and the reversal of another one wait; the use of coupon 6 is set aside. So it is
    with three conversions: one is billed, one is set aside, one waits.
    """
    async with open_world(database) as world:
        async with database.transaction() as connection:
            operator = await create_party(
                connection, code="exchange", name="Exchange", roles=["operator"], category=None
            )
            terms = ContractTerms(
                operator.party_id, Decimal("60.4"), Decimal("9.5"), "USD", date(2000, 1, 1)
            )
            await set_contract(connection, terms, home_party_id=None, supplier_party_id=None)
        source = await _source(world)
        codes = [(await active(world))[1] for _ in range(6)]
        for number in (0, 1, 2, 4):
            assert (await world.use(codes[number])).accepted
        for number in (1, 2):
            assert (await world.reverse(codes[number])).accepted
        assert (await world.use(codes[1])).accepted
        await _convert(world, source)
        while await rate_pending(database):
            pass
        assert (await world.use(codes[5])).accepted
        await _convert(world, source)
        async with database.transaction() as connection:
            await connection.execute(
                text(
                    "WITH aside AS (DELETE FROM ledger.outbox WHERE topic <> 'event'"
                    f" RETURNING *) {REJECTED} reason)"
                    " SELECT book_id, outbox_id, topic, payload, 5, 'unreadable' FROM aside"
                )
            )
        await _convert(world, source)
        assert (await world.use(codes[3])).accepted
        assert (await world.reverse(codes[4])).accepted
        yield world


async def _source(world: World) -> Programme:
    """Another brand's programme, whose points are worth one of this programme's and cost it."""
    async with world.database.transaction() as connection:
        party = await create_party(
            connection, code="miles", name="Miles", roles=["brand"], category=None
        )
        source = await create_programme(
            connection, code="miles", party_id=party.party_id, name="Miles", time_zone="UTC"
        )
        await publish_conversion_rate(connection, source, world.programme, 1, 1)
        terms = generous(price_minor=Decimal("2.5"))
        await give_consent(connection, world.programme, source, terms)
    given = Issue(key="i", member="ann", points=10_000)
    (answer,) = await Ledger(world.database).submit(source, [given])
    assert answer.accepted
    return source


async def _convert(world: World, source: Programme) -> None:
    ledger = Ledger(world.database)
    sent = Convert(
        key=f"c{next(_NUMBERS)}",
        member="ann",
        points=900,
        to_programme=world.programme.code,
        to_member="ann",
    )
    (answer,) = await ledger.submit(source, [sent])
    assert answer.accepted
    assert await deliver_conversions(ledger) == 1


async def test_uses_that_are_billed_wait_or_are_set_aside_are_no_defect(world: World) -> None:
    told: list[str] = []
    async with world.database.transaction() as connection:
        assert (
            await verify_uses(connection, world.programme, lambda name, *_: told.append(name)) == []
        )
    assert told == list(CHECKS)


async def test_every_tampering_is_found_by_its_check(world: World, database_url: str) -> None:
    assert await missed(database_url, world.programme, CHECKS, TAMPERINGS) == []


def test_every_check_is_tried() -> None:
    tried = {name for name in CHECKS for check, _ in TAMPERINGS if name.startswith(check)}
    assert tried == set(CHECKS)


async def test_a_use_under_a_rate_card_has_a_line_for_each_of_its_legs(
    world: World, database_url: str
) -> None:
    leg = {"payer": "home", "payee": "supplier", "rate": "10"}
    legs = [{"leg": name, **leg} for name in ("coupon_cost", "delivery", "referral")]
    async with world.database.transaction() as connection:
        operator = await find_party(connection, "exchange")
        document = {"currency": "USD", "legs": [*legs, {**legs[0], "leg": "fee", "event": "used"}]}
        card = await write_card(
            connection,
            operator,
            document,
            home_party_id=None,
            supplier_party_id=world.supplier.party_id,
            valid_from=date(2000, 1, 1),
            valid_until=None,
        )
        await publish_card(connection, card.card_id)
    while await rate_pending(world.database):
        pass
    async with world.database.transaction() as connection:
        assert await verify_uses(connection, world.programme, lambda *_: None) == []
    of_card = f"{LINE} WHERE kind = 'charge' AND card_id IS NOT NULL"
    tamperings = [
        (LEGS, f"DELETE FROM {of_card} AND leg = 'referral'"),
        (LEGS, f"UPDATE {LINE} SET card_id = NULL WHERE kind = 'charge'"),
        (AMOUNT, f"UPDATE {LINE} SET rate_minor = 12 WHERE leg = 'referral'"),
    ]
    assert await missed(database_url, world.programme, CHECKS, tamperings) == []
