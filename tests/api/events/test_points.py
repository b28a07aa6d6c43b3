"""Events of points are told of who asks for them: each record once, and none is missed."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.events.catalogue import ASKED_FOR, TYPES, EventTypeUnknown
from api.events.deliveries import replay_failed
from api.events.endpoints import Wanted, add_webhook_endpoint
from api.events.points import (
    KINDS,
    ask_for,
    find_asked_for,
    page_after,
    tell_of_points,
    tell_what_expires,
)
from api.events.read import list_events
from api.events.record import record_events
from catalog import create_party
from ledger import Database, Ledger
from ledger.asks import (
    Adjust,
    Answer,
    Capture,
    Expire,
    Gift,
    Hold,
    Issue,
    Item,
    Operation,
    Redeem,
    Release,
    Reverse,
)
from ledger.book import Programme, Rules, create_programme, programme_day
from ledger.decide.wallet import lane_of
from ledger.finish import expire_book
from tests.api.events.dying import Death, dying_before
from tests.api.events.world import LOOPBACK, now_of, told

LANES = 4
MEMBERS = 40


class Shop:
    """A programme, its ledger, and the log of its brand."""

    def __init__(self, database: Database, programme: Programme) -> None:
        self.database = database
        self.programme = programme
        self.ledger = Ledger(database)

    async def ask(self, *types: str) -> None:
        async with self.database.transaction() as connection:
            await ask_for(connection, self.programme, types)

    async def do(self, *operations: Operation) -> list[Answer]:
        answers = await self.ledger.submit(self.programme, operations)
        assert all(each.accepted for each in answers), [each.refusal for each in answers]
        return answers

    async def events(self) -> list[Any]:
        async with self.database.transaction() as connection:
            return list(await list_events(connection, self.programme.party_id, limit=5_000))

    async def tell(self, limit: int = 1_000) -> None:
        while await tell_of_points(self.database, limit):
            pass


@pytest.fixture
async def shop(database: Database) -> Shop:
    async with database.transaction() as connection:
        party = await create_party(
            connection, code="tea", name="Tea", roles=["brand"], category=None
        )
        programme = await create_programme(
            connection,
            code="tea-club",
            party_id=party.party_id,
            name="Tea Club",
            time_zone="Asia/Shanghai",
            rules=Rules(),
            lanes=LANES,
        )
    return Shop(database, programme)


def batch(kind: str, count: int = 1_000) -> list[Operation]:
    return [
        Issue(key=f"{kind}-{number}", member=f"m-{number % MEMBERS}", points=1 + number)
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("after", "heads", "limit", "until"),
    [
        ([0, 0], [5, 5], 4, [2, 2]),
        ([3, 0, 7], [3, 100, 8], 10, [3, 9, 8]),
        ([0, 0, 0], [9, 0, 9], 1, [1, 0, 2]),
        ([4, 4], [4, 4], 10, [4, 4]),
    ],
)
def test_a_page_takes_of_each_lane_what_it_has(
    after: list[int], heads: list[int], limit: int, until: list[int]
) -> None:
    assert page_after(after, heads, limit) == until


async def test_a_batch_is_told_once_through_deaths_and_by_many_workers(shop: Shop) -> None:
    database = shop.database
    await shop.do(*batch("before"))
    assert await tell_of_points(database) == 0, "nobody asks for it"
    await shop.ask("points.issued")
    await shop.do(*batch("after"))
    deaths = 0
    for number in range(1, 20):
        died = False
        with dying_before(database, number):
            try:
                await tell_of_points(database, 90)
            except Death:
                died = True
        deaths += died
        if not died:
            break
    assert deaths >= 8, "before every statement of a round"

    async def worker() -> None:
        for _ in range(30):
            await tell_of_points(database, 50)

    await asyncio.gather(*(worker() for _ in range(3)))
    await shop.tell()
    events = await shop.events()
    assert [each.sequence for each in events] == list(range(1, 1_001))
    assert Counter(each.data["key"] for each in events) == Counter(
        f"after-{number}" for number in range(1_000)
    )
    for member in range(MEMBERS):
        mine = [each.data for each in events if each.data["member"] == f"m-{member}"]
        numbers = [int(each["operation"].split("-")[1]) for each in mine]
        assert numbers == sorted(numbers), "a member's events come in the order of its records"
        assert [each["points"] for each in mine] == [
            1 + n for n in range(1_000) if n % MEMBERS == member
        ]


async def test_each_kind_of_record_is_told_as_the_catalogue_shows(shop: Shop) -> None:
    await shop.ask(*KINDS)
    long_ago = datetime.now(UTC) - timedelta(days=30)
    its_day = programme_day(long_ago, shop.programme.time_zone)
    old: dict[str, Any] = {"occurred_at": long_ago, "expires_on": its_day}
    await shop.do(
        Issue(key="i", member="ann", points=100, store="s-1", channel="app"),
        Issue(key="dead", member="ann", points=7, **old),
        Issue(key="dying", member="ben", points=9, **old),
        Redeem(key="r", member="ann", points=30),
        Hold(key="h", member="ann", points=20),
        Capture(key="c", member="ann", hold_key="h", points=15),
        Hold(key="h2", member="ann", points=5),
        Release(key="l", member="ann", hold_key="h2", reference="timeout"),
        Reverse(key="v", member="ann", operation_key="r", points=10),
        Adjust(key="a", member="ann", points=-4, reason="a mistake", actor="kim"),
        Expire(key="e", member="ann"),
        Redeem(key="free", member="ann", points=0),
        Gift(key="g", member="ann", to_member="cy", points=3),
    )
    (refused,) = await shop.ledger.submit(
        shop.programme, [Redeem(key="no", member="ann", points=10_000)]
    )
    assert not refused.accepted
    await expire_book(shop.ledger, shop.programme, "sweep")
    await shop.tell()
    events = await shop.events()
    seen = {
        (each.type, each.data["key"].split(" ")[0], each.data["kind"], each.data["points"])
        for each in events
    }
    assert seen == {
        ("points.issued", "i", "issue", 100),
        ("points.issued", "dead", "issue", 7),
        ("points.issued", "dying", "issue", 9),
        ("points.redeemed", "r", "redeem", 30),
        ("points.redeemed", "c", "capture", 15),
        ("hold.released", "l", "release", 5),
        ("points.reversed", "v", "reverse", 10),
        ("points.adjusted", "a", "adjust", -4),
        ("points.expired", "e", "expire", 7),
        ("points.expired", "sweep", "sweep", 9),
    }
    assert len(events) == len(seen), "what is free, refused or given to others is not told"
    by_key = {each.data["key"]: each.data for each in events}
    for each in events:
        assert each.data.keys() == TYPES[each.type].example.keys()
    first, back = by_key["i"], by_key["v"]
    assert (first["programme"], first["store"], first["channel"]) == ("tea-club", "s-1", "app")
    assert (back["subject"], back["subject_key"]) == (by_key["r"]["operation"], "r")
    assert (by_key["l"]["subject_key"], by_key["c"]["subject_key"]) == ("h2", "h")
    assert set(KINDS) | {"points.expiring"} == ASKED_FOR


class Stays:
    """A companion that keeps its transaction open until it may go on."""

    def __init__(self) -> None:
        self.there, self.may_go = asyncio.Event(), asyncio.Event()

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Nothing to check."""

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Wait before the commit."""
        self.there.set()
        await self.may_go.wait()


async def test_a_writer_that_commits_after_a_later_one_is_told_of_too(shop: Shop) -> None:
    """Both on connections of their own: the first to begin is the last to commit."""
    names = {lane_of(f"m-{n}", LANES): f"m-{n}" for n in range(MEMBERS)}
    await shop.ask("points.issued")
    stays = Stays()
    early = asyncio.create_task(
        shop.ledger.submit(
            shop.programme, [Issue(key="early", member=names[0], points=1)], companion=stays
        )
    )
    await stays.there.wait()
    other = Ledger(shop.database)
    await other.submit(shop.programme, [Issue(key="late", member=names[1], points=1)])
    waits = asyncio.create_task(
        other.submit(shop.programme, [Issue(key="behind", member=names[0], points=1)])
    )
    await shop.tell()
    assert [each.data["key"] for each in await shop.events()] == ["late"]
    stays.may_go.set()
    await asyncio.gather(early, waits)
    await shop.tell()
    assert [each.data["key"] for each in await shop.events()] == ["late", "early", "behind"]
    early_event = (await shop.events())[1]
    assert early_event.happened_at < (await shop.events())[0].happened_at, "it began first"


async def test_only_endpoints_that_name_a_type_are_sent_what_is_asked_for(shop: Shop) -> None:
    endpoints = []
    async with shop.database.transaction() as connection:
        for types in ([], ["points.issued"], ["coupon.used"]):
            made = await add_webhook_endpoint(
                connection,
                shop.programme.party_id,
                Wanted("http://127.0.0.1:1/", types),
                b"secret",
                LOOPBACK,
            )
            endpoints.append(made.endpoint_id)
    begun = await now_of(shop.database)
    await shop.ask("points.issued")
    await shop.do(*batch("i", 3))
    await shop.tell()
    await told(shop.database, shop.programme.party_id, 1)
    await record_events(shop.database)
    count = text("SELECT count(*) FROM api.delivery WHERE endpoint_id = :endpoint_id")
    async with shop.database.transaction() as connection:
        sent = [await connection.scalar(count, {"endpoint_id": each}) for each in endpoints]
        assert sent == [1, 3, 0]
        party_id = shop.programme.party_id
        for each in endpoints:
            assert await replay_failed(connection, party_id, each, begun, begun) == 0


async def test_what_is_asked_for_begins_and_ends_with_the_asking(shop: Shop) -> None:
    await shop.ask("points.redeemed", "points.issued")
    async with shop.database.transaction() as connection:
        asked = await find_asked_for(connection, shop.programme)
        assert list(asked.types) == ["points.issued", "points.redeemed"]
        assert asked.since is not None
        with pytest.raises(EventTypeUnknown):
            await ask_for(connection, shop.programme, ["coupon.used"])
    await shop.do(*batch("told", 2))
    await shop.ask("points.issued")
    await shop.tell()
    await shop.ask()
    await shop.do(*batch("untold", 2))
    await shop.ask("points.issued")
    await shop.tell()
    assert sorted(each.data["key"] for each in await shop.events()) == ["told-0", "told-1"]


async def test_what_expires_soon_is_told_once_a_day(shop: Shop) -> None:
    now = await now_of(shop.database)
    day = programme_day(now, shop.programme.time_zone)

    def issue(member: str, points: int, days: int) -> Issue:
        last_day = day + timedelta(days=days)
        return Issue(
            key=f"{member}-{days}",
            member=member,
            points=points,
            occurred_at=now - timedelta(days=9),
            expires_on=last_day,
        )

    await shop.do(
        *(issue("ann", 5, 0), issue("ann", 7, 30), issue("ann", 9, 31)),
        *(issue("ben", 11, 30), issue("cy", 13, -1), issue("dan", 17, 31)),
    )
    assert await tell_what_expires(shop.database, now) == 0, "nobody asks for it"
    await shop.ask("points.expiring")
    told_of = [tell_what_expires(shop.database, now) for _ in range(3)]
    await asyncio.gather(*told_of)
    assert await tell_what_expires(shop.database, now) == 0
    await shop.tell()
    (event,) = await shop.events()
    assert event.type == "points.expiring"
    assert event.data == {
        "programme": "tea-club",
        "day": str(day),
        "until": str(day + timedelta(days=30)),
        "points": 23,
        "members": 2,
        "expiring": [
            {"expires_on": str(day), "points": 5},
            {"expires_on": str(day + timedelta(days=30)), "points": 18},
        ],
    }
    assert event.data.keys() == TYPES[event.type].example.keys()
    await tell_what_expires(shop.database, now + timedelta(days=1))
    assert (await shop.events())[1].data["points"] == 7 + 9 + 11 + 17
