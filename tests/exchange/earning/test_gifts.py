"""Birthday gifts, the cap on free rights, and staff who earn by uses."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text

from catalog.members import MergeCompanion
from catalog.members.describe import describe_member
from catalog.members.description import Description
from exchange.audit import verify_rights
from exchange.earning.birthdays import (
    birthdays_of,
    days_due,
    give_birthday_gifts,
    tell_birthdays,
)
from exchange.earning.gift_plan import GiftPlan, list_birthday_gifts, put_gift_plan
from exchange.earning.staff import reward_staff
from exchange.use.staff import tell_staff
from ledger import Ledger, outbox
from ledger.asks import Merge
from ledger.book import create_programme
from tests.exchange.earning.test_earn import add_rule
from tests.exchange.fixtures import World


async def plan(world: World, **terms: Any) -> None:
    async with world.database.transaction() as connection:
        await put_gift_plan(connection, world.programme.book_id, world.brand, GiftPlan(**terms))


async def born(world: World, **birthdays: str) -> None:
    async with world.database.transaction() as connection:
        for member, birthday in birthdays.items():
            said = Description(birthday=birthday, rights_by_third_party=member != "shy")
            await describe_member(connection, world.programme, member, said, world.now)


def test_a_leap_day_is_kept_each_year() -> None:
    assert birthdays_of(date(2027, 2, 28)) == ["02-28", "02-29"]
    assert birthdays_of(date(2028, 2, 28)) == ["02-28"]
    assert birthdays_of(date(2028, 2, 29)) == ["02-29"]
    assert birthdays_of(date(2100, 2, 28)) == ["02-28", "02-29"]


def test_days_begin_at_the_hour_and_are_made_up_for() -> None:
    def due(hour: int, done: date | None) -> list[int]:
        # 9 in Shanghai is 1 in UTC.
        now = datetime(2027, 3, 10, hour, tzinfo=UTC)
        found = days_due(
            GiftPlan(birthday_offer_id=1, birthdays_done_on=done), now, "Asia/Shanghai"
        )
        return [day.day for day in found]

    assert (due(0, None), due(1, None)) == ([], [10])
    assert (due(0, date(2027, 3, 9)), due(1, date(2027, 3, 9))) == ([], [10])
    assert due(1, date(2027, 3, 10)) == []
    assert due(1, date(2027, 1, 1)) == [4, 5, 6, 7, 8, 9, 10]
    assert days_due(GiftPlan(), datetime(2027, 3, 10, tzinfo=UTC), "UTC") == []


async def test_a_birthday_brings_one_gift_a_year(world: World) -> None:
    accounts = await world.fulfilment.data_keys.accounts()
    await born(world, ann="03-09", bob="03-10", shy="03-10", leap="02-29")
    await plan(world, birthday_offer_id=world.own.offer_id, birthday_hour=0)

    async def on(month: int, day: int, year: int = 2027) -> int:
        at = datetime(year, month, day, 12, tzinfo=UTC)  # a morning in New York
        return await give_birthday_gifts(world.ledger, world.programme, accounts, at)

    assert await on(2, 28) == 1
    assert [await on(3, day) for day in (8, 10, 10)] == [0, 2, 0], "the 9th is made up for"
    assert await on(3, 10, 2028) == 2
    async with world.database.transaction() as connection:
        gifts = await list_birthday_gifts(connection, world.programme.book_id, date(2027, 3, 10))
        assert await outbox.pending(connection, ["member.birthday"]) == 5
    async with world.database.transaction() as connection:
        assert await verify_rights(connection, world.programme) == []
    assert [(gift.member, gift.refusal) for gift in gifts] == [("bob", None)]
    assert await tell_birthdays(world.database) == 5
    given = await world.scalar(
        "SELECT count(*) FROM exchange.coupon WHERE free AND request_key LIKE 'birthday:2027:%'"
    )
    assert given == 3


async def test_a_merge_brings_no_second_gift_in_a_year(world: World) -> None:
    accounts = await world.fulfilment.data_keys.accounts()
    await born(world, bob="03-10", zoe="05-05")
    await plan(world, birthday_offer_id=world.own.offer_id, birthday_hour=0)

    async def on(month: int, day: int, year: int = 2027) -> int:
        at = datetime(year, month, day, 12, tzinfo=UTC)
        return await give_birthday_gifts(world.ledger, world.programme, accounts, at)

    assert await on(3, 10) == 1
    for member in ("bob", "zoe"):
        await world.issue(member, 1)
    merge = Merge(key="merge", member="bob", into_member="zoe")
    companion = MergeCompanion(world.programme.book_id)
    await world.ledger.submit(world.programme, [merge], companion=companion, payloads=[None])
    assert [await on(5, 5), await on(5, 5, 2028)] == [0, 1]


async def test_a_member_gets_so_many_free_rights_in_a_week(world: World) -> None:
    await plan(world, free_rights_per_week=2)
    start = world.now - timedelta(days=20)

    async def give(day: float, count: int, **changes: Any) -> list[str]:
        at = start + timedelta(days=day)
        requests = [
            world.request("ann", world.own, free=True, occurred_at=at, **changes)
            for _ in range(count)
        ]
        return [
            "given" if answer.refusal is None else answer.refusal["code"]
            for answer in await world.redeem(*requests)
        ]

    too_many = "too-many-free-rights"
    assert await give(0, 3) == ["given", "given", too_many]
    assert await give(6.9, 1) == [too_many]
    assert await give(7, 1) == ["given"]
    await world.issue("ann", 100)
    assert (await world.redeem(world.request("ann", world.own)))[0].accepted, "paid for"


async def test_staff_earn_by_uses_and_lose_what_is_reversed(world: World) -> None:
    async with world.database.transaction() as connection:
        staff = await create_programme(
            connection,
            code="staff",
            party_id=world.supplier.party_id,
            name="Staff",
            time_zone="UTC",
        )
    market, world.programme = world.programme, staff
    await add_rule(world, "use", "use", 6, per_member_per_day=2)
    world.programme = market
    await world.issue("ann", 1_000)
    codes = []
    for _ in range(3):
        code = (await world.coupon(await world.redeem_one("ann", world.own))).shown_code
        assert code is not None
        codes.append(code)
        assert (await world.use(code)).accepted

    async def tell(*, is_use: bool) -> None:
        """What a use leaves in its transaction, if it names its staff."""
        async with world.database.transaction() as connection:
            rows = await connection.execute(
                text("SELECT payload FROM ledger.outbox WHERE topic = :topic ORDER BY outbox_id"),
                {"topic": "coupon.used" if is_use else "coupon.use_reversed"},
            )
            told = [{**payload, "staff": "s-7"} for payload in rows.scalars()]
            await tell_staff(connection, market.book_id, is_use, told)

    async def balance() -> int:
        world.programme = staff
        spendable, _ = await world.spendable("s-7")
        world.programme = market
        return spendable

    await tell(is_use=True)
    assert await reward_staff(world.ledger) == 3
    assert await balance() == 12, "the third of the day is over the cap"
    await tell(is_use=True)
    await reward_staff(world.ledger)
    assert await balance() == 12, "a use earns once"
    assert (await world.reverse(codes[0])).accepted
    await tell(is_use=False)
    await tell(is_use=True)
    await reward_staff(world.ledger)
    assert await balance() == 6
    async with world.database.transaction() as connection:
        assert await outbox.pending(connection, ["earning.use"]) == 0


class ReversedMeanwhile(Ledger):
    """A worker's ledger. Right before its first operation, a use is reversed, and that is told."""

    def __init__(self, world: World, code: str) -> None:
        super().__init__(world.database)
        self._world, self._code = world, code

    async def submit(self, *asked: Any, **more: Any) -> Any:
        code, self._code = self._code, ""
        if code:
            assert (await self._world.reverse(code, staff="s-7")).accepted
            assert await reward_staff(Ledger(self._world.database)) == 1, "by another worker"
        return await super().submit(*asked, **more)


async def test_staff_keep_nothing_for_a_use_that_is_reversed_while_they_earn(world: World) -> None:
    async with world.database.transaction() as connection:
        staff = await create_programme(
            connection,
            code="staff",
            party_id=world.supplier.party_id,
            name="Staff",
            time_zone="UTC",
        )
    market, world.programme = world.programme, staff
    await add_rule(world, "use", "use", 6)
    world.programme = market
    await world.issue("ann", 1_000)
    code = (await world.coupon(await world.redeem_one("ann", world.own))).code
    assert (await world.use(code, staff="s-7")).accepted
    assert await reward_staff(ReversedMeanwhile(world, code)) == 1
    world.programme = staff
    assert (await world.spendable("s-7"))[0] == 0
