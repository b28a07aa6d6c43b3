"""How fast uses are rated: by the rule alone, and from the outbox to their lines."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from api.process.login import ensure_login
from catalog import create_party
from exchange.use import USED_TOPIC, CouponUsed
from ledger import JSON, Database, outbox
from settlement.cards import Inputs, RateCard, rate_line
from settlement.rating import ContractTerms, rate_pending, set_contract

USES = 200_000
MESSAGES_AT_ONCE = 10_000
USED_AT = datetime(2026, 1, 10, 12, tzinfo=UTC)
SHARE: dict[str, Any] = {
    "currency": "CNY",
    "legs": [
        {"leg": "coupon_cost", "payer": "home", "payee": "supplier", "model": "percent",
         "basis": "subsidy", "rate": "0.4", "max_minor": "2000"},
        {"leg": "platform_fee", "payer": "home", "payee": "operator", "rate": "10.5"},
    ],
}  # fmt: skip


async def measure(url: str, *, scale: float) -> JSON:
    """Uses a second. Both take two legs of each use; one process does all of it."""
    uses = round(USES * scale)
    legs = RateCard.of_document(SHARE).legs
    began = time.perf_counter()
    for number in range(uses):
        inputs = Inputs(USED_AT.date(), "ticket", 4_500, 8_999 + number, 7_499)
        for leg in legs:
            rate_line(leg, inputs)
    by_rule = time.perf_counter() - began
    database = await Database.open(await ensure_login(url, ""))
    try:
        await _send(database, uses)
        began = time.perf_counter()
        while await rate_pending(database, MESSAGES_AT_ONCE):
            pass
        stored = time.perf_counter() - began
    finally:
        await database.close()
    return {
        "uses": uses,
        "rated_per_second": round(uses / by_rule),
        "stored_per_second": round(uses / stored),
    }


async def _send(database: Database, uses: int) -> None:
    """Parties, a contract, and the messages of their uses."""
    async with database.transaction() as connection:
        home = await create_party(
            connection, code="home", name="Home", roles=["brand"], category=None
        )
        supplier = await create_party(
            connection, code="films", name="Films", roles=["supplier"], category=None
        )
        operator = await create_party(
            connection, code="us", name="Us", roles=["operator"], category=None
        )
        terms = ContractTerms(
            operator.party_id, Decimal("60.5"), Decimal("10.5"), "CNY", date(2026, 1, 1)
        )
        await set_contract(connection, terms, home_party_id=None, supplier_party_id=None)
    for first in range(1, uses + 1, MESSAGES_AT_ONCE):
        payloads = [
            CouponUsed(
                book_id=1,
                coupon_id=number,
                use=1,
                code=f"code-{number:012}",
                offer_id=1,
                offer_code="ticket",
                supplier_id=supplier.party_id,
                home_party_id=home.party_id,
                programme="home",
                member=f"member-{number % 50_000}",
                points=20,
                face_value_minor=4_500,
                currency="CNY",
                store="west",
                reference=f"till-{number}",
                order_minor=8_999,
                paid_minor=7_499,
                used_at=USED_AT,
            ).to_payload()
            for number in range(first, min(first + MESSAGES_AT_ONCE, uses + 1))
        ]
        async with database.transaction() as connection:
            await outbox.append(connection, 1, USED_TOPIC, payloads)


def lines(figures: Any) -> Iterator[str]:
    """The figures in words."""
    yield (
        f"{figures['uses']:,} uses: {figures['rated_per_second']:,} a second are rated by the rule,"
        f" {figures['stored_per_second']:,} a second from the outbox to their lines"
    )
