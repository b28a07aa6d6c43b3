"""A large market, written by a few statements: brands, suppliers, offers, rules, stock, prices."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party, find_party
from ledger.book import Programme, create_programme


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much there is, and how often each question is asked."""

    offers: int = 100_000
    brands: int = 400
    suppliers: int = 50
    rules: int = 2_000
    procured: int = 2_000
    price_rules: int = 300
    rounds: int = 300


QUICK = Sizes(offers=300, brands=12, suppliers=6, rules=20, procured=100, price_rules=12, rounds=5)

_BUILD = tuple(
    text(statement)
    for statement in (
        "INSERT INTO catalog.category (path) SELECT 't' || n FROM generate_series(0, 39) n",
        """
        INSERT INTO catalog.category (path, parent)
        SELECT 't' || n || '.k' || m, 't' || n
        FROM generate_series(0, 39) n, generate_series(0, 9) m
        """,
        """
        INSERT INTO catalog.party (code, name, roles, category)
        SELECT 'brand-' || n, 'Brand ' || n, '{brand}', 't' || n % 40 || '.k' || n / 40 % 10
        FROM generate_series(1, :brands) n
        """,
        """
        INSERT INTO catalog.party (code, name, roles, category)
        SELECT 'supplier-' || n, 'Supplier ' || n, '{supplier}', 't' || n % 40 || '.k9'
        FROM generate_series(1, :suppliers) n
        """,
        """
        INSERT INTO catalog.offer (offer_id, supplier_id, code, latest_version, listed_at)
        SELECT n, s.party_id, 'offer-' || n, 1, now() - n * interval '1 second'
        FROM generate_series(1, :offers) n
        JOIN catalog.party s ON s.code = 'supplier-' || 1 + n % :suppliers
        """,
        """
        INSERT INTO catalog.offer_version (
            offer_id, version, name, subtitle, face_value_minor, currency, points, fulfilment,
            category, per_member, per_day
        )
        SELECT n, 1,
            (ARRAY['爱奇艺', '生椰', '优酷', '冰美式', '蓝莓', '出行', '星空', '豪华'])[1 + n % 8]
                || (ARRAY['月卡', '拿铁', '年卡', '咖啡', '蛋糕', '打车券', '影票'])[1 + n % 7]
                || n % 1000,
            'Voucher ' || md5(n::text), 1000 + n % 9000, 'CNY', 1 + n % 5000, 'own_code',
            't' || n % 40 || '.k' || n / 40 % 10, CASE WHEN n % 3 = 0 THEN 2 END,
            CASE WHEN n % 7 = 0 THEN 1000 END
        FROM generate_series(1, :offers) n
        """,
        """
        INSERT INTO catalog.offer_period (offer_id, version, valid_period)
        SELECT n, 1, tstzrange(now() - interval '1 year', NULL)
        FROM generate_series(1, :offers) n
        """,
        """
        INSERT INTO catalog.isolation_rule (
            effect, buyer_party_id, supplier_party_id, supplier_category, mutual
        )
        SELECT CASE WHEN n % 3 = 0 THEN 'allow' ELSE 'deny' END, b.party_id,
            CASE WHEN n % 2 = 0 THEN s.party_id END,
            CASE WHEN n % 2 = 1 THEN 't' || n % 40 || '.k' || n / 40 % 10 END, false
        FROM generate_series(1, :rules) n
        JOIN catalog.party b ON b.code = 'brand-' || 1 + n % :brands
        JOIN catalog.party s ON s.code = 'supplier-' || 1 + n / :brands % :suppliers
        ON CONFLICT DO NOTHING
        """,
    )
)
_STOCK = text(
    """
    INSERT INTO catalog.allotment (
        book_id, offer_id, allotment_no, granted, remaining, points, window_from
    )
    SELECT :book_id, n * (:offers / :procured) - n % (:offers / :procured), 1, 100, 100, NULL,
        now() - interval '1 day'
    FROM generate_series(1, :procured) n
    """
)
# Of four rules, two are for an offer, one is for a category and one for all offers. They ask for
# everything that a condition can ask for.
_PRICES = text(
    """
    INSERT INTO catalog.price_rule (
        book_id, price_id, offer_id, category, effect, points, percent, schedule, who, label,
        valid_from
    )
    SELECT :book_id, n,
        CASE WHEN n % 2 = 0 THEN n * CAST(:each AS integer) - n % CAST(:each AS integer) END,
        CASE WHEN n % 4 = 1 THEN 't' || n % 40 END,
        CASE WHEN n % 3 = 0 THEN 'points' ELSE 'percent' END,
        CASE WHEN n % 3 = 0 THEN 1 + n % 5000 END,
        CASE WHEN n % 3 <> 0 THEN 50 + n % 50 END,
        CASE WHEN n % 5 = 0 THEN '{"weekly": [1, 3]}' ELSE '{}' END::jsonb,
        (ARRAY[
            '{}', '{"tiers": ["gold"]}', '{"tags_any": ["brand:coffee"]}', '{"points_at_most": 50}',
            '{"first_redemption": true}', '{"member_for_days_at_most": 30}'
        ])[1 + n % 6]::jsonb,
        'Rule ' || n, now() - interval '1 day'
    FROM generate_series(1, :price_rules) n
    """
)
_ACCESS = text(
    """
    INSERT INTO catalog.offer_access (book_id, offer_id, version, open_to)
    SELECT :book_id, n * CAST(:each AS integer) - n % CAST(:each AS integer), 1,
        '{"points_at_least": 100}'
    FROM generate_series(1, :price_rules) n
    """
)
# VACUUM cannot run in a transaction, and ANALYZE is all that plans need.
_ANALYZE = tuple(
    text(f"ANALYZE catalog.{table}")
    for table in (
        *("party", "offer", "offer_version", "offer_period", "isolation_rule", "isolation_class"),
        *("allotment", "price_rule", "offer_access"),
    )
)


async def build(connection: AsyncConnection, sizes: Sizes) -> tuple[Programme, Party]:
    """Write the market, and the programme and the brand that look at it."""
    bound = {name: getattr(sizes, name) for name in ("offers", "brands", "suppliers", "rules")}
    for statement in _BUILD:
        needed = {name: bound[name] for name in statement.compile().params}
        await connection.execute(statement, needed)
    brand = await find_party(connection, "brand-1")
    programme = await create_programme(
        connection, code="brand-1", party_id=brand.party_id, name="Brand 1", time_zone="UTC"
    )
    stock = {"book_id": programme.book_id, "offers": sizes.offers, "procured": sizes.procured}
    await connection.execute(_STOCK, stock)
    for statement in (_PRICES, _ACCESS):
        priced = {"price_rules": sizes.price_rules, "each": sizes.offers // sizes.procured}
        await connection.execute(statement, {"book_id": programme.book_id, **priced})
    for statement in _ANALYZE:
        await connection.execute(statement)
    return programme, brand
