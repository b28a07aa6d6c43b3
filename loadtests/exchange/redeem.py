"""How many rights are redeemed in a second, with prices, eligibility, limits and stock at work.

Each right has a key and an answer of its own. The offers have limits per member and per day, and
stock in several batches. Price rules of every kind are in force: for a tier, on certain days, a
percent, for low balances. The brand has said who may have the offers, and isolation has rules.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from api.process.login import ensure_login
from catalog import Party, create_category, create_party, find_party
from catalog.isolation import Side, add_rule
from catalog.offers import OfferTerms, publish_offer
from catalog.parties import Role
from exchange.fulfil import DataKeys, Vault
from exchange.redeem import RightRequest, redeem_rights
from ledger import JSON, Database, Ledger, engine_url, read_clock
from ledger.asks import Issue
from ledger.book import Programme, create_programme
from loadtests.exchange.place import Place

BRAND, SUPPLIER = "till-brand", "till-supplier"
LANES = 16
POINTS = 1_000_000
PER_MEMBER = 1_000
SECRET_KEY = b"k" * 32
"""Encrypts what the bench keeps encrypted. Its databases end with it."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is redeemed, and in what batches. `at_once` batches are on their way at a time."""

    members: int = 5_000
    offers: int = 10
    batches: int = 60
    batch: int = 500
    at_once: int = 8


QUICK = Sizes(members=40, offers=2, batches=4, batch=20, at_once=2)

_TIER = text(
    "INSERT INTO catalog.tier (book_id, code, label, rank) VALUES (:book_id, 'gold', 'Gold', 1)"
)
_MEMBERS = text(
    """
    INSERT INTO catalog.member (book_id, member, first_seen)
    SELECT :book_id, 'm-' || n, now() FROM generate_series(0, :members - 1) n
    """
)
_TIERS = text(
    """
    INSERT INTO catalog.member_tier (book_id, member, period, tier)
    SELECT :book_id, 'm-' || n, tstzrange(now() - interval '1 day', NULL), 'gold'
    FROM generate_series(0, :members - 1, 4) n
    """
)
_STOCK = text(
    """
    INSERT INTO catalog.allotment (
        book_id, offer_id, allotment_no, granted, remaining, points, window_from
    )
    SELECT :book_id, :offer_id, n, 1000000, 1000000, 20, now() - interval '1 day'
    FROM generate_series(1, 3) n
    """
)
_PRICES = text(
    """
    INSERT INTO catalog.price_rule (
        book_id, price_id, effect, points, percent, schedule, who, label, valid_from
    ) VALUES
        (:book_id, 1, 'points', 20, NULL, '{}', '{}', 'All', now() - interval '1 day'),
        (:book_id, 2, 'percent', NULL, 50, '{"monthly": [8]}', '{}', 'Day',
            now() - interval '1 day'),
        (:book_id, 3, 'points', 15, NULL, '{}', '{"tiers": ["gold"]}', 'Gold',
            now() - interval '1 day'),
        (:book_id, 4, 'free', NULL, NULL, '{}', '{"points_at_most": 50}', 'Low',
            now() - interval '1 day'),
        (:book_id, 5, 'percent', NULL, 90, '{}', '{"member_for_days_at_most": 30}', 'New',
            now() - interval '1 day')
    """
)
_ACCESS = text(
    """
    INSERT INTO catalog.offer_access (book_id, offer_id, version, open_to)
    VALUES (:book_id, :offer_id, 1, '{"points_at_least": 100}')
    """
)


@dataclass(frozen=True, slots=True)
class Stage:
    """What a measurement of the exchange acts on."""

    programme: Programme
    brand: Party
    supplier: Party
    offers: tuple[int, ...]


async def build(connection: AsyncConnection, sizes: Sizes) -> Stage:
    """A brand with members, and a supplier with stocked offers."""
    for path in ("bench-retail", "bench-coffee", "bench-rival"):
        await create_category(connection, path)
    parties: tuple[tuple[str, Role, str], ...] = (
        (BRAND, "brand", "bench-retail"),
        (SUPPLIER, "supplier", "bench-coffee"),
        ("till-rival", "supplier", "bench-rival"),
    )
    for code, role, category in parties:
        await create_party(connection, code=code, name=code, roles=[role], category=category)
    brand, supplier = await find_party(connection, BRAND), await find_party(connection, SUPPLIER)
    for seller in ("till-rival", None):
        deny = Side(party=seller) if seller else Side(category="bench-rival")
        await add_rule(connection, effect="deny", buyer=Side(party=BRAND), supplier=deny)
    programme = await create_programme(
        connection, code=BRAND, party_id=brand.party_id, name=BRAND, time_zone="UTC", lanes=LANES
    )
    book = {"book_id": programme.book_id}
    await connection.execute(_TIER, book)
    for statement in (_MEMBERS, _TIERS):
        await connection.execute(statement, book | {"members": sizes.members})
    await connection.execute(_PRICES, book)
    now = await read_clock(connection)
    offers = []
    for number in range(sizes.offers):
        terms = OfferTerms(
            name=f"Latte {number}",
            face_value_minor=2_000,
            currency="CNY",
            points=20,
            fulfilment="own_code",
            valid_from=now,
            use_within_days=90,
            per_member=PER_MEMBER,
            per_day=100_000_000,
        )
        offer = await publish_offer(connection, supplier, f"latte-{number}", terms)
        offers.append(offer.offer_id)
        for statement in (_STOCK, _ACCESS):
            await connection.execute(statement, book | {"offer_id": offer.offer_id})
    return Stage(programme, brand, supplier, tuple(offers))


async def redeem_all(
    ledger: Ledger, stage: Stage, keys: DataKeys, sizes: Sizes, name: str
) -> list[str]:
    """Redeem everything, and tell the coupons' numbers."""
    waiting = iter(range(sizes.batches))
    coupons: list[str] = []

    async def send() -> None:
        for batch in waiting:
            requests = [
                RightRequest(
                    key=f"{name}-{batch}-{number}",
                    member=f"m-{(batch * sizes.batch + number) % sizes.members}",
                    offer_id=stage.offers[number % len(stage.offers)],
                )
                for number in range(sizes.batch)
            ]
            answers = await redeem_rights(
                ledger, stage.programme, stage.brand, requests, accounts=await keys.accounts()
            )
            for answer in answers:
                assert answer.detail is not None, answer.refusal
                coupons.append(str(answer.detail["coupon"]))

    await asyncio.gather(*(send() for _ in range(sizes.at_once)))
    return coupons


async def open_stage(url: str, sizes: Sizes) -> Stage:
    """Build on a migrated database."""
    owner = create_async_engine(engine_url(url))
    async with owner.begin() as connection:
        stage = await build(connection, sizes)
    await owner.dispose()
    return stage


async def measure_redeem(url: str, sizes: Sizes) -> tuple[Stage, float]:
    """Rights per second, end to end in this process, on a migrated database."""
    stage = await open_stage(url, sizes)
    database = await Database.open(await ensure_login(url, ""))
    try:
        ledger = Ledger(database)
        keys = DataKeys(database, Vault(SECRET_KEY))
        issues = [Issue(key=f"i-{n}", member=f"m-{n}", points=POINTS) for n in range(sizes.members)]
        await ledger.submit(stage.programme, issues)
        await redeem_all(ledger, stage, keys, QUICK, "warm")
        started = time.perf_counter()
        done = await redeem_all(ledger, stage, keys, sizes, "run")
        return stage, len(done) / (time.perf_counter() - started)
    finally:
        await database.close()


async def measure(place: Place, *, quick: bool) -> JSON:
    """Rights in a second, with the sizes."""
    sizes = QUICK if quick else Sizes()
    _, rate = await measure_redeem(place.url, sizes)
    return {"rights_per_second": round(rate, 1), "sizes": asdict(sizes)}


def lines(figures: JSON) -> Iterator[str]:
    """The figures in words."""
    sizes = figures["sizes"]
    yield (
        f"redeem: {figures['rights_per_second']:,.0f} rights a second, in batches of "
        f"{sizes['batch']}, {sizes['at_once']} at once"
    )
