"""A month of uses between many parties, written straight into the tables.

One operator, half of the parties brands and half of them suppliers. Every use has a coupon of its
brand, a line of coupon cost to its supplier and a line of fees to the operator.
"""

import asyncpg

MONTH = "2026-01"

_PARTIES = """
    INSERT INTO catalog.party (code, name, roles, categories)
    SELECT CASE WHEN n = 0 THEN 'operator' ELSE 'party-' || n END, 'Party ' || n,
        CASE WHEN n = 0 THEN '{operator}' WHEN n % 2 = 1 THEN '{brand}' ELSE '{supplier}' END
            ::text[],
        '{}'
    FROM generate_series(0, $1::integer) AS n ORDER BY n
"""
_BOOKS = """
    INSERT INTO ledger.book (code, party_id, name, time_zone, lanes, rules)
    SELECT code, party_id, name, 'UTC', 1, '{}' FROM catalog.party
    WHERE 'brand' = ANY(roles) ORDER BY party_id
"""
_USES = """
    CREATE UNLOGGED TABLE public.made AS
    SELECT n, book.book_id, book.party_id AS home, supplier.party_id AS supplier,
        timestamptz '2026-01-01 00:00Z' + make_interval(secs => n % 2678400) AS used_at
    FROM generate_series(1, $1::bigint) AS n
    JOIN (
        SELECT book_id, party_id, row_number() OVER (ORDER BY book_id) - 1 AS place
        FROM ledger.book
    ) AS book ON book.place = n % (SELECT count(*) FROM ledger.book)
    JOIN (
        SELECT party_id, row_number() OVER (ORDER BY party_id) - 1 AS place
        FROM catalog.party WHERE 'supplier' = ANY(roles)
    ) AS supplier ON supplier.place =
        (n / 7) % (SELECT count(*) FROM catalog.party WHERE 'supplier' = ANY(roles))
"""
_COUPONS = """
    INSERT INTO exchange.coupon (
        book_id, coupon_id, code, request_key, state, member, offer_id, offer_code,
        offer_version, supplier_id, home_party_id, fulfilment, points, free, face_value_minor,
        currency, redeemed_at, uses, used_at, allotment_no
    ) OVERRIDING SYSTEM VALUE
    SELECT book_id, n, 'code-' || n, 'key-' || n, 'USED', 'member-' || n % 100000, 1 + n % 500,
        'offer-' || n % 500, 1, supplier, home, 'own_code', 10, false, 1000,
        'CNY', used_at, 1, used_at, 1
    FROM public.made
"""
_LINES = """
    INSERT INTO settlement.line (
        book_id, use_id, leg, kind, month, late, home_party_id, supplier_party_id,
        operator_party_id, payer_party_id, payee_party_id, coupon_id, coupon_code_sha256,
        coupon_code_tail, offer_id, offer_code, programme, member, reference, used_at, occurred_at,
        contract_id, contract_version, rate_minor, calculation, amount_minor, currency
    )
    SELECT book_id, n || '.1', leg, 'charge', $1::text, false, home, supplier, operator, home,
        CASE leg WHEN 'coupon_cost' THEN supplier ELSE operator END, n,
        sha256(n::text::bytea), lpad((n % 10000)::text, 4, '0'), 1 + n % 500, 'offer-' || n % 500,
        'programme', 'member-' || n % 100000, 'ref-' || n, used_at, used_at, 1, 1, rate,
        '1 use x ' || rate || ' = ' || rate || ' CNY minor (half_up)', rate, 'CNY'
    FROM public.made
    CROSS JOIN (SELECT party_id AS operator FROM catalog.party WHERE code = 'operator') AS one
    CROSS JOIN (VALUES ('coupon_cost', 60), ('platform_fee', 10)) AS legs (leg, rate)
"""
_ANALYSED = ("exchange.coupon", "settlement.line", "ledger.outbox")


async def make_month(url: str, *, uses: int, parties: int) -> None:
    """Write a month of so many uses between so many parties. Its tables' triggers do not fire."""
    owner = await asyncpg.connect(url, command_timeout=3_600)
    try:
        await owner.execute("SET session_replication_role = replica")
        await owner.execute(_PARTIES, parties)
        await owner.execute(_BOOKS)
        await owner.execute("INSERT INTO settlement.period (month) VALUES ($1)", MONTH)
        await owner.execute(_USES, uses)
        await owner.execute(_COUPONS)
        await owner.execute(_LINES, MONTH)
        await owner.execute("DROP TABLE public.made")
        for table in _ANALYSED:
            await owner.execute(f"VACUUM ANALYZE {table}")
    finally:
        await owner.close()
