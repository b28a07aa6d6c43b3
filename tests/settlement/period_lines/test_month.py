"""A month's lines of the period and shares, from uses in the database."""

import random
import sys
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from ledger import Database
from settlement.cards import RateCard
from settlement.closing.dry_run import run_dry
from settlement.period_lines import add_allocations, add_period_lines
from settlement.rating import rate_pending
from tests.conftest import owner_transaction
from tests.settlement.fixtures import World, create_world, renamed, send_reversal, send_uses, use

CARD: dict[str, Any] = {
    "currency": "USD",
    "legs": [
        {
            "leg": "coupon_cost",
            "payer": "home",
            "payee": "supplier",
            "model": "volume",
            "tiers": [{"to": 4, "rate": "100"}, {"rate": "90.5"}],
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
        {
            "leg": "referral",
            "payer": "supplier",
            "payee": "home",
            "model": "percent",
            "rate": "0.05",
            "missing": "zero",
            "cap": {"per": "offer_month", "minor": 700},
        },
        {
            "leg": "service",
            "payer": "home",
            "payee": "supplier",
            "rate": "0.5",
            "round": "statement",
            "minimum": {"per": "contract_month", "minor": 5},
        },
    ],
}
MONTHS = ("2017-01", "2017-02")

# A use: its number, month and order; and whether it is reversed not at all, in its own month, or in
# the next.
EVENTS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 20_000), st.sampled_from([None, 0, 1])),
    max_size=9,
)


async def publish(
    database: Database, world: World, document: Any = None, home_party_id: int | None = None
) -> None:
    """The card holds between mint and films from 2017 on. A home party of 0 is any."""
    card = RateCard.of_document(document or CARD)
    parties = {
        "home": world.homes[0].party_id if home_party_id is None else home_party_id,
        "supplier": world.suppliers[0].party_id,
        "operator": world.operator.party_id,
    }
    async with owner_transaction(database) as connection:
        card_id = await connection.scalar(
            text(
                """
                INSERT INTO settlement.rate_card (home_party_id, supplier_party_id,
                    operator_party_id, valid_from, document, document_sha256, named_parties, state,
                    published_at)
                VALUES (:home, :supplier, :operator, :day, CAST(:document AS jsonb), :sha256, '{}',
                    'published', now())
                RETURNING card_id
                """
            ),
            {
                **parties,
                "day": date(2017, 1, 1),
                "document": orjson.dumps(card.to_document()).decode(),
                "sha256": card.sha256,
            },
        )
        await connection.execute(
            text(
                """
                WITH stated AS (
                    INSERT INTO settlement.contract (home_party_id, supplier_party_id,
                        operator_party_id, version, coupon_cost_minor, platform_fee_minor, currency,
                        rounding, validity)
                    VALUES (:home, :supplier, :operator, 1, 0, 0, 'USD', 'half_up', '[2017-01-01,)')
                    RETURNING contract_id
                )
                INSERT INTO settlement.rate_card_version (contract_id, card_id)
                SELECT contract_id, :card FROM stated
                """
            ),
            {**parties, "card": card_id},
        )


async def close_by_hand(database: Database, month: str) -> None:
    """Compute a month as its closing does, each step twice: the second changes nothing."""
    state = text(
        "UPDATE settlement.period SET state = :state, closed_at = :at WHERE month = :month"
    )
    async with owner_transaction(database) as connection:
        await connection.execute(
            text("INSERT INTO settlement.period (month) VALUES (:month) ON CONFLICT DO NOTHING"),
            {"month": month},
        )
        await connection.execute(state, {"state": "closing", "at": None, "month": month})
    for step in (add_period_lines, add_period_lines, add_allocations, add_allocations):
        await step(database, month, lambda done, total: None)
    async with owner_transaction(database) as connection:
        closed_at = datetime(2020, 1, 1, tzinfo=UTC)
        await connection.execute(state, {"state": "closed", "at": closed_at, "month": month})


async def computed(database: Database, world: World, events: Any, seed: int | None) -> Any:
    """All lines, lines of the period and shares, when the events come in an order of their own.

    Every message comes twice.
    """
    order = random.Random(seed)
    sent = [
        renamed(
            use(world, number, datetime(2017, 1 + month, 10, tzinfo=UTC)),
            order_minor=amount,
        )
        for number, (month, amount, _) in enumerate(events)
    ]
    for month in range(2):
        now = [each for each in sent if each.used_at.month == 1 + month] * 2
        order.shuffle(now)
        for each in now:
            async with database.transaction() as connection:
                await send_uses(connection, [each])
            if order.random() < 0.3:
                await rate_pending(database, limit=order.randint(1, 3))
        undone = [
            each
            for each, (used, _, reversed_in) in zip(sent, events, strict=True)
            if reversed_in is not None and used + reversed_in == month
        ] * 2
        order.shuffle(undone)
        for each in undone:
            at = datetime(2017, 1 + month, 20, tzinfo=UTC) + timedelta(seconds=each.coupon_id)
            async with database.transaction() as connection:
                await send_reversal(connection, each, at)
        async with owner_transaction(database) as connection:
            await connection.execute(text("UPDATE ledger.outbox SET available_at = now()"))
        while await rate_pending(database):
            async with owner_transaction(database) as connection:
                await connection.execute(text("UPDATE ledger.outbox SET available_at = now()"))
        await close_by_hand(database, MONTHS[month])
    async with database.transaction() as connection:
        return [
            [dict(row) for row in (await connection.execute(text(query))).mappings()]
            for query in (
                (
                    "SELECT use_id, leg, kind, month, amount_minor, leg_number FROM settlement.line"
                    ' ORDER BY use_id COLLATE "C", leg COLLATE "C", kind COLLATE "C"'
                ),
                (
                    "SELECT month, period_line_id, kind, leg, amount_minor, tax_minor, calculation"
                    ' FROM settlement.period_line ORDER BY month, period_line_id COLLATE "C"'
                ),
                (
                    "SELECT use_id, leg, kind, month, effective_minor, tax_minor"
                    " FROM settlement.allocation"
                    ' ORDER BY use_id COLLATE "C", leg COLLATE "C", kind COLLATE "C"'
                ),
            )
        ]


async def emptied(
    database: Database, document: Any = None, home_party_id: int | None = None
) -> World:
    """Parties, the card, and nothing else: Hypothesis runs many examples in one database."""
    async with owner_transaction(database) as connection:
        await connection.execute(
            text(
                """
                TRUNCATE settlement.allocation, settlement.period_line, settlement.line,
                    settlement.rate_card_version, settlement.rate_card, settlement.contract,
                    settlement.period, settlement.statement, settlement.statement_step,
                    ledger.outbox RESTART IDENTITY CASCADE
                """
            )
        )
        # No actor is of a party here, so nothing refers to the parties any more.
        await connection.execute(text("DELETE FROM catalog.party"))
        await connection.execute(text("ALTER TABLE catalog.party ALTER party_id RESTART"))
    world = await create_world(database)
    await publish(database, world, document, home_party_id)
    return world


async def test_a_dry_run_tells_what_the_closing_comes_to(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await emptied(database)
    owed = text(
        """
        SELECT payer_party_id, payee_party_id, CAST(sum(amount_minor) AS bigint) FROM (
            SELECT month, payer_party_id, payee_party_id, amount_minor FROM settlement.line
            UNION ALL
            SELECT month, payer_party_id, payee_party_id, amount_minor FROM settlement.period_line
        ) AS billed WHERE month = :month GROUP BY payer_party_id, payee_party_id
        """
    )
    close = close_by_hand

    async def asked_before(database: Database, month: str) -> None:
        async with database.transaction() as connection:
            dry = await run_dry(connection, month, datetime(2020, 1, 1, tzinfo=UTC))
        await close(database, month)
        async with database.transaction() as connection:
            rows = [tuple(row) for row in await connection.execute(owed, {"month": month})]
        told = [(each.payer_party_id, each.payee_party_id, each.billed_minor) for each in dry.pairs]
        assert sorted(told) == sorted(rows)
        assert sum(each.billed_minor for each in dry.currencies) == sum(row[2] for row in rows)

    monkeypatch.setattr(sys.modules[__name__], "close_by_hand", asked_before)
    used: Any = [(0, 9000, 1)] * 6 + [(0, 9000, 0), (0, 100, None), (1, 5, None)]
    await computed(database, world, used, None)


@pytest.mark.parametrize(("per", "home"), [("offer_month", None), ("contract_month", 0)])
async def test_a_reversal_of_an_earlier_month_makes_no_minimum_due(
    database: Database, per: str, home: int | None
) -> None:
    leg = {"leg": "coupon_cost", "payer": "home", "payee": "supplier", "rate": "80"}
    least = {"minimum": {"per": per, "minor": 500}}
    world = await emptied(database, {"currency": "USD", "legs": [{**leg, **least}]}, home)
    _, period_lines, _ = await computed(database, world, [(0, 900, 1)], None)
    # February gives back what January came to, and nobody has used anything in it.
    found = [(each["month"], each["kind"], each["amount_minor"]) for each in period_lines]
    assert found == [("2017-01", "minimum", 420), ("2017-02", "tier", -420)]


async def test_a_line_has_no_tax_of_a_minimum_that_nothing_shares(database: Database) -> None:
    tax = {"rate": "0.06", "inclusive": False}
    parties = {"payer": "home", "payee": "operator", "tax": tax}
    fee = {**parties, "leg": "platform_fee", "rate": "100"}
    # One pays for what is delivered, and at least this: nothing is.
    least = {"per": "contract_month", "minor": 5000}
    kept = {**parties, "leg": "upkeep", "event": "delivered", "rate": "9", "minimum": least}
    world = await emptied(database, {"currency": "USD", "legs": [fee, kept]})
    used: Any = [(0, 900, 1), (1, 900, None)]
    _, period_lines, shares = await computed(database, world, used, None)
    taxes = {(each["month"], each["tax_minor"]) for each in period_lines if each["kind"] == "tax"}
    # 6 % of 5,100; and in February, less what the reversed use had.
    assert taxes == {("2017-01", 306), ("2017-02", 306 - 6)}
    assert {each["tax_minor"] for each in shares if each["kind"] == "charge"} == {6}


def plain_total(leg: str, uses: int, orders: dict[int, list[int]]) -> int:
    """What a leg comes to, as a person would reckon it from the card."""
    if leg == "coupon_cost":
        return uses * 100 if uses < 4 else (uses * 181 + 1) // 2
    if leg == "platform_fee":
        return -(-uses // 3) * 500
    if leg == "service":
        return max((uses + 1) // 2, 5)
    return sum(min(700, sum((each * 5 + 50) // 100 for each in of)) for of in orders.values())


FEW = settings(
    max_examples=2,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)


@FEW
@given(events=EVENTS, seed=st.integers(0, 10**6))
@example(events=[(0, 9000, 1)] * 6 + [(0, 9000, 0), (0, 100, None), (1, 5, None)], seed=1)
async def test_events_in_any_order_come_to_the_same(
    database: Database, events: Any, seed: int
) -> None:
    await _any_order(database, events, seed)


@pytest.mark.campaign
@settings(FEW, max_examples=150)
@given(events=EVENTS, seed=st.integers(0, 10**6))
async def test_many_events_in_any_order_come_to_the_same(
    database: Database, events: Any, seed: int
) -> None:
    await _any_order(database, events, seed)


async def _any_order(database: Database, events: Any, seed: int) -> None:
    world = await emptied(database)
    lines, period_lines, shares = await computed(database, world, events, None)
    world = await emptied(database)
    assert await computed(database, world, events, seed) == [lines, period_lines, shares]
    _check_totals(events, lines, period_lines, shares)
    _check_reversals(lines, period_lines, shares)


def _check_totals(events: Any, lines: Any, period_lines: Any, shares: Any) -> None:
    for month, name in enumerate(MONTHS):
        standing = [
            (number % 3, amount)
            for number, (used, amount, reversed_in) in enumerate(events)
            if used == month and reversed_in != 0
        ]
        orders: dict[int, list[int]] = defaultdict(list)
        for offer, amount in standing:
            orders[offer].append(amount)
        gone = {
            f"{number}.1"
            for number, (used, _, reversed_in) in enumerate(events)
            if used + (reversed_in or 0) == month and used != month
        }
        for leg in ("coupon_cost", "platform_fee", "referral", "service"):
            in_lines = sum(
                line["amount_minor"]
                for line in lines
                if (line["month"], line["leg"]) == (name, leg) and line["use_id"] not in gone
            )
            added = sum(
                line["amount_minor"]
                for line in period_lines
                if (line["month"], line["leg"]) == (name, leg)
                and not line["period_line_id"].endswith("given_back")
            )
            assert in_lines + added == plain_total(leg, len(standing), orders), (name, leg)
        tax = sum(line["tax_minor"] for line in period_lines if line["month"] == name)
        shared = sum(share["tax_minor"] for share in shares if share["month"] == name)
        assert tax == shared, name


def _check_reversals(lines: Any, period_lines: Any, shares: Any) -> None:
    effective = {(each["use_id"], each["leg"], each["kind"]): each for each in shares}
    given_back = 0
    for line in lines:
        key = (line["use_id"], line["leg"], "charge")
        if line["kind"] == "reversal" and key in effective:
            charge = effective[key]
            back = effective[line["use_id"], line["leg"], "reversal"]
            assert charge["effective_minor"] + back["effective_minor"] == 0
            assert charge["tax_minor"] + back["tax_minor"] == 0
            given_back += back["effective_minor"] - line["amount_minor"]
    written = sum(
        line["amount_minor"]
        for line in period_lines
        if line["period_line_id"].endswith("given_back")
    )
    assert written == given_back
