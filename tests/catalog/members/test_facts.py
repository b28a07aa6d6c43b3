"""What is known of members when prices and eligibility are decided."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.members.facts import NO_TIER, Facts, load_facts
from ledger import Database
from tests.catalog.fixtures import END, MIDYEAR, START

BOOK, OTHER_BOOK = 7, 8
MOMENT = timedelta(microseconds=1)


async def describe(connection: AsyncConnection, book_id: int, member: str) -> None:
    """Store a member with a tag until MIDYEAR, one without an end, and two tiers in a row."""
    bound = {"book": book_id, "member": member, "start": START, "mid": MIDYEAR, "end": END}
    for statement in (
        (
            "INSERT INTO catalog.tag (book_id, code, label) VALUES"
            " (:book, 'brand:vip', 'VIP'), (:book, 'product:tea', 'Tea') ON CONFLICT DO NOTHING"
        ),
        (
            "INSERT INTO catalog.tier (book_id, code, label, rank) VALUES"
            " (:book, 'gold', 'Gold', 2), (:book, 'silver', 'Silver', 1) ON CONFLICT DO NOTHING"
        ),
        "INSERT INTO catalog.member (book_id, member, first_seen) VALUES (:book, :member, :start)",
        (
            "INSERT INTO catalog.member_tag (book_id, member, tag, source, since, until) VALUES"
            " (:book, :member, 'brand:vip', 'crm', :start, :mid),"
            " (:book, :member, 'product:tea', 'crm', :mid, NULL)"
        ),
        (
            "INSERT INTO catalog.member_tier (book_id, member, period, tier) VALUES"
            " (:book, :member, tstzrange(:start, :mid), 'silver'),"
            " (:book, :member, tstzrange(:mid, :end), 'gold')"
        ),
    ):
        used = {name: value for name, value in bound.items() if f":{name}" in statement}
        await connection.execute(text(statement), used)


async def test_facts_are_those_of_the_instant_and_of_the_book(database: Database) -> None:
    vip, tea = frozenset({"brand:vip"}), frozenset({"product:tea"})
    async with database.transaction() as connection:
        await describe(connection, BOOK, "ann")
        await describe(connection, BOOK, "bob")
        await describe(connection, OTHER_BOOK, "cleo")

        async def of(member: str, at: datetime) -> Facts:
            return (await load_facts(connection, BOOK, [(member, at)]))[member, at]

        assert await of("ann", START - MOMENT) == Facts(NO_TIER, frozenset())
        assert await of("ann", START) == Facts("silver", vip)
        assert await of("ann", MIDYEAR - MOMENT) == Facts("silver", vip)
        assert await of("ann", MIDYEAR) == Facts("gold", tea)
        assert await of("ann", END) == Facts(NO_TIER, tea)
        wanted = [("bob", START), ("ann", START), ("ann", MIDYEAR), ("bob", START), ("cleo", START)]
        assert await load_facts(connection, BOOK, wanted) == {
            ("ann", START): Facts("silver", vip),
            ("ann", MIDYEAR): Facts("gold", tea),
            ("bob", START): Facts("silver", vip),
            ("cleo", START): Facts(),
        }
        assert await load_facts(connection, BOOK, []) == {}
