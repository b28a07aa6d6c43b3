"""Members are described, merged and asked for at the same time, on real connections."""

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import create_party
from catalog.members.carry import MergeCompanion
from catalog.members.declared import Tag, TagInUse, declare_tags
from catalog.members.describe import describe_member, describe_members
from catalog.members.description import Description, IdentifierTaken, TagGrant
from catalog.members.identifiers import Digester
from catalog.members.profile import Profile, find_profile, resolve
from ledger import Database, Ledger, Refusal, read_clock
from ledger.asks import Issue, Item, MemberMerged, Merge
from ledger.book import Programme, create_programme
from tests.races.waiting import until_it_waits

ROUNDS_MIN, SECONDS_MAX = 25, 8.0
"""Rounds go on until the time is over."""


@dataclass
class Book:
    database: Database
    ledger: Ledger
    programme: Programme
    digester: Digester

    async def describe(self, member: str, description: Description) -> Profile | Refusal:
        """What comes of a description that is committed, or refused and rolled back."""
        try:
            async with self.database.transaction() as connection:
                now = await read_clock(connection)
                return await describe_member(connection, self.programme, member, description, now)
        except Refusal as refusal:
            return refusal

    def known_by(self, *cards: str) -> Description:
        return Description(identifiers=tuple(self.digester.identify("card", c) for c in cards))

    async def owner_of(self, card: str) -> str:
        async with self.database.transaction() as connection:
            identifier = self.digester.identify("card", card)
            return (await resolve(connection, self.programme.book_id, [identifier]))[0]


@pytest.fixture
async def book(database: Database) -> Book:
    return await open_book(database)


async def open_book(database: Database) -> Book:
    """A brand with a programme."""
    async with database.transaction() as connection:
        brand = await create_party(
            connection, code="market", name="Market", roles=["brand"], category=None
        )
        programme = await create_programme(
            connection, code="market", party_id=brand.party_id, name="Market", time_zone="UTC"
        )
    return Book(database, Ledger(database), programme, Digester(b"k" * 32, programme.book_id))


async def test_an_identifier_is_one_members_however_many_claim_it(book: Book) -> None:
    """Two cards in opposite order: neither waits for the other in a circle."""
    deadline = time.monotonic() + SECONDS_MAX
    for number in itertools.count():
        if number >= ROUNDS_MIN and time.monotonic() > deadline:
            break
        cards = f"first{number}", f"second{number}"
        made = await asyncio.gather(
            *(
                book.describe(f"m{number}-{place}", book.known_by(*cards[:: 1 - 2 * (place % 2)]))
                for place in range(4)
            )
        )
        won = [each.member for each in made if isinstance(each, Profile)]
        lost = [each for each in made if isinstance(each, Refusal)]
        assert len(won) == 1, made
        assert [type(each) for each in lost] == [IdentifierTaken] * 3
        assert [await book.owner_of(card) for card in cards] == won * 2


async def test_what_is_said_during_a_merge_is_carried_or_refused(book: Book) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    for number in itertools.count():
        if number >= ROUNDS_MIN and time.monotonic() > deadline:
            break
        old, new, card = f"old{number}", f"new{number}", f"card{number}"
        issues = [Issue(key=f"i-{each}", member=each, points=1) for each in (old, new)]
        await book.ledger.submit(book.programme, issues)
        said, merged = await asyncio.gather(
            book.describe(old, book.known_by(card)),
            book.ledger.submit(
                book.programme,
                [Merge(key=f"merge-{old}", member=old, into_member=new)],
                companion=MergeCompanion(book.programme.book_id),
            ),
        )
        assert merged[0].accepted
        if isinstance(said, Profile):
            assert await book.owner_of(card) == new
        else:
            assert isinstance(said, MemberMerged)
            claimed = await book.describe(new, book.known_by(card))
            assert isinstance(claimed, Profile), "nothing of what was refused is left"
        async with book.database.transaction() as connection:
            left = await find_profile(connection, book.programme.book_id, old)
        assert left.identifiers == []


async def test_who_describes_a_member_waits_for_its_merge_and_is_refused(book: Book) -> None:
    said: list[asyncio.Task[Profile | Refusal]] = []

    @dataclass(frozen=True)
    class Watched(MergeCompanion):
        async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
            """Before its commit, somebody describes the member that is merged."""
            await super().after(connection, items)
            said.append(asyncio.create_task(book.describe("old", book.known_by("c-1234"))))
            await until_it_waits(book.database, said[0])

    issues = [Issue(key=f"i-{each}", member=each, points=1) for each in ("old", "new")]
    await book.ledger.submit(book.programme, issues)
    merge = Merge(key="merge", member="old", into_member="new")
    companion = Watched(book.programme.book_id)
    (merged,) = await book.ledger.submit(book.programme, [merge], companion=companion)
    assert merged.accepted
    refused = await said[0]
    assert isinstance(refused, MemberMerged)
    assert refused.extra == {"into": "new"}
    assert isinstance(await book.describe("new", book.known_by("c-1234")), Profile)


async def test_a_tag_is_given_or_withdrawn(book: Book) -> None:
    grant = Description(tags_added=(TagGrant("brand:vip"),))
    for number in range(ROUNDS_MIN):
        async with book.database.transaction() as connection:
            await declare_tags(connection, book.programme.book_id, [Tag("brand:vip", "VIP")])

        async def withdraw() -> str:
            try:
                async with book.database.transaction() as connection:
                    await declare_tags(connection, book.programme.book_id, [])
            except TagInUse:
                return "kept"
            return "gone"

        member = f"m{number}"
        given, withdrawn = await asyncio.gather(book.describe(member, grant), withdraw())
        if withdrawn == "kept":
            assert isinstance(given, Profile)
        else:
            assert isinstance(given, Refusal)
            assert given.code == "tag-unknown"
        await book.describe(member, Description(tags=()))


async def test_of_many_members_those_that_are_refused_leave_nothing(book: Book) -> None:
    """The first claims a card and is refused for another reason. So the second may have it."""
    both = book.known_by("c-1234").identifiers
    said = {
        "ann": Description(identifiers=both, tags_added=(TagGrant("brand:none"),)),
        "bob": Description(identifiers=both),
        "cat": Description(identifiers=both),
        "dan": Description(birthday="02-30"),
    }
    async with book.database.transaction() as connection:
        now = await read_clock(connection)
        made = await describe_members(connection, book.programme, said, now)
    codes = [each.code if isinstance(each, Refusal) else each.member for each in made.values()]
    assert codes == ["tag-unknown", "bob", "identifier-taken", "birthday-invalid"]
    assert await book.owner_of("c-1234") == "bob"
    async with book.database.transaction() as connection:
        for member in ("ann", "cat", "dan"):
            with pytest.raises(Refusal, match=member):
                await find_profile(connection, book.programme.book_id, member)
