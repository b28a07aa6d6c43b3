"""A supplier's own offers in one state, where there are many in others."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from catalog.offers import OfferState, list_own_offers, move_offer
from catalog.offers.read import _OWN_PAGE_IN_STATE
from ledger import Database, engine_url
from tests.catalog.fixtures import END, MIDYEAR, START, offer_of, trader

MANY = (
    "SET LOCAL session_replication_role = replica",
    """
    INSERT INTO catalog.offer (offer_id, supplier_id, code, latest_version)
    SELECT n, supplier_id, 'many-' || n, 1 FROM catalog.offer, generate_series(1, 3000) AS n
    """,
    """
    INSERT INTO catalog.offer_version (
        offer_id, version, name, face_value_minor, currency, points, fulfilment, class_id
    )
    SELECT n, 1, 'Many', 100, 'USD', 20, 'own_code', class_id
    FROM catalog.offer_version, generate_series(1, 3000) AS n
    """,
    """
    INSERT INTO catalog.offer_period (offer_id, version, valid_period)
    SELECT n, 1, tstzrange('2017-01-01Z', NULL) FROM generate_series(1, 3000) AS n
    """,
    "ANALYZE catalog.offer, catalog.offer_version, catalog.offer_period",
)
"""Triggers are off: they would compute what is sought in each of the offers."""
PAUSE = text(
    "UPDATE catalog.offer SET state = 'PAUSED', paused_by = 'supplier' WHERE offer_id = :offer_id"
)
WANTED = {"supplier_id": None, "after": 0, "limit": 50, "category": None, "q": None}
BLOCKS_MAX = 40
"""Without the index it is more than sixty, and without the stored state thousands."""


async def test_offers_are_found_by_the_state_that_they_are_in_now(database: Database) -> None:
    async with database.transaction() as connection:
        supplier = await trader(connection, "supplier", None)
        sold = await offer_of(connection, supplier, "sold", valid_until=None)
        over = await offer_of(connection, supplier, "over", valid_until=MIDYEAR)
        later = await offer_of(connection, supplier, "later", valid_from=START, valid_until=END)
        for code in ("paused", "ended"):
            offer = await offer_of(connection, supplier, code, valid_until=None)
            await move_offer(
                connection,
                supplier,
                offer.offer_id,
                "pause" if code == "paused" else "end",
                side="supplier",
            )
        # It was paused while it was sold.
        await connection.execute(PAUSE, {"offer_id": over.offer_id})
        found = {}
        for state in OfferState:
            page = await list_own_offers(connection, supplier, state=state)
            found[state] = {offer.code for offer in page}
    assert found.pop(OfferState.LISTED) == {sold.code}
    assert found.pop(OfferState.PAUSED) == {"paused"}
    assert found.pop(OfferState.ENDED) == {over.code, later.code, "ended"}
    assert set().union(*found.values()) == set()


async def test_a_rare_state_is_found_without_reading_all_offers(
    database: Database, database_url: str
) -> None:
    async with database.transaction() as connection:
        supplier = await trader(connection, "supplier", None)
        offer = await offer_of(connection, supplier, "paused", valid_until=None)
        await move_offer(connection, supplier, offer.offer_id, "pause", side="supplier")
    explain = text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {_OWN_PAGE_IN_STATE.text}")
    owner = create_async_engine(engine_url(database_url))
    async with owner.begin() as connection:
        for statement in MANY:
            await connection.execute(text(statement))
        rows = await connection.execute(explain, WANTED | {"state": OfferState.PAUSED})
        plan = rows.scalar_one()[0]["Plan"]
    await owner.dispose()
    assert plan["Actual Rows"] == 1
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] <= BLOCKS_MAX
