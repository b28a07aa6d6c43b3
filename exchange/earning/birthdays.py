"""Birthday gifts: a round of the worker gives a free right to whoever has a birthday.

It begins at an hour of the programme's day. Whoever was born on 29 February gets the gift on 28
February in other years. A gift has the key `birthday:{year}:{member}`, so a round may stop anywhere
and be done again, and two rounds at once give one gift. Days that no worker was there for are made
up for, up to CATCH_UP_DAYS of them.

What came of it is stored with a message `member.birthday`, in one transaction. The frequency cap
(`exchange.redeem.free_rights`) and all limits of the offer hold for these gifts, too. What a gift
was refused for stays its answer for the year. A member into which another was merged has had the
gift of that one.
"""

from calendar import isleap
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import WORKER, Deed, find_party_by_id
from catalog.members import load_birthdays
from exchange.coupons.accounts import Accounts
from exchange.earning.gift_plan import GiftPlan, find_gift_plan
from exchange.redeem import RightRequest, redeem_rights
from ledger import Database, Ledger, outbox, read_clock
from ledger.asks import Answer
from ledger.book import Programme
from ledger.read import former_names

BIRTHDAY_TOPIC = "member.birthday"
CATCH_UP_DAYS = 7
PAGE = 200
TOLD_MAX = 500
GIFTS = Deed(WORKER, "give_birthday_gifts")

_log = structlog.get_logger(__name__)

_KEEP = text(
    """
    INSERT INTO exchange.birthday_gift (book_id, day, member, offer_id, coupon_id, refusal)
    SELECT :book_id, :day, member, :offer_id, coupon_id, refusal
    FROM unnest(:members, :coupons, :refusals) AS t(member, coupon_id, refusal)
    ORDER BY member
    ON CONFLICT (book_id, day, member) DO NOTHING
    RETURNING member
    """
).bindparams(
    bindparam("members", type_=ARRAY(TEXT)),
    bindparam("coupons", type_=ARRAY(BIGINT)),
    bindparam("refusals", type_=ARRAY(TEXT)),
)
_GIVEN = text(
    """
    SELECT DISTINCT member FROM exchange.birthday_gift
    WHERE book_id = :book_id AND member = ANY(:names) AND coupon_id IS NOT NULL
        AND extract(year FROM day) = CAST(:year AS integer)
    """
).bindparams(bindparam("names", type_=ARRAY(TEXT)))
_DONE = text(
    """
    UPDATE exchange.gift_plan SET birthdays_done_on = :day
    WHERE book_id = :book_id AND birthday_offer_id IS NOT NULL
        AND (birthdays_done_on IS NULL OR birthdays_done_on < :day)
    """
)


def birthdays_of(day: date) -> list[str]:
    """The birthdays that are kept on a day, such as 12-31. Pure."""
    kept = [f"{day:%m-%d}"]
    if (day.month, day.day) == (2, 28) and not isleap(day.year):
        kept.append("02-29")
    return kept


def days_due(plan: GiftPlan, now: datetime, time_zone: str) -> list[date]:
    """The days whose birthdays are to be looked at now, in order. Pure."""
    if plan.birthday_offer_id is None:
        return []
    local = now.astimezone(ZoneInfo(time_zone))
    last = local.date() if local.hour >= plan.birthday_hour else local.date() - timedelta(days=1)
    if plan.birthdays_done_on is None:
        # Nothing before the plan is made up for.
        return [last] if last == local.date() else []
    first = max(
        plan.birthdays_done_on + timedelta(days=1), last - timedelta(days=CATCH_UP_DAYS - 1)
    )
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


async def give_birthday_gifts(
    ledger: Ledger, programme: Programme, accounts: Accounts, now: datetime | None = None
) -> int:
    """Give the gifts of all days that are due. Returns how many were given."""
    async with ledger.database.transaction() as connection:
        plan = await find_gift_plan(connection, programme.book_id)
        now = now or await read_clock(connection)
    given = 0
    for day in days_due(plan, now, programme.time_zone):
        assert plan.birthday_offer_id is not None, "no day is due without an offer"
        given += await _give(ledger, programme, accounts, plan.birthday_offer_id, day)
        async with ledger.database.transaction(actor=WORKER) as connection:
            await connection.execute(_DONE, {"book_id": programme.book_id, "day": day})
    return given


async def _give(
    ledger: Ledger, programme: Programme, accounts: Accounts, offer_id: int, day: date
) -> int:
    given, after = 0, ""
    async with ledger.database.transaction() as connection:
        brand = await find_party_by_id(connection, programme.party_id)
    while True:
        async with ledger.database.transaction() as connection:
            members = await load_birthdays(
                connection, programme.book_id, birthdays_of(day), after, PAGE
            )
            had = await _had_gift(connection, programme.book_id, members, day.year)
        if not members:
            return given
        requests = [
            RightRequest(
                key=f"birthday:{day.year}:{member}", member=member, offer_id=offer_id, free=True
            )
            for member in members
            if member not in had
        ]
        if requests:
            answers = await redeem_rights(
                ledger, programme, brand, requests, accounts=accounts, deed=GIFTS
            )
            given += await _keep(ledger.database, programme, offer_id, day, answers)
        after = members[-1]


async def _had_gift(
    connection: AsyncConnection, book_id: int, members: Sequence[str], year: int
) -> set[str]:
    """Those who had their gift of the year under a name that was merged into theirs."""
    former = await former_names(connection, book_id, members) if members else {}
    if not former:
        return set()
    bound = {"book_id": book_id, "names": sorted(former), "year": year}
    return {former[name] for name in (await connection.execute(_GIVEN, bound)).scalars()}


async def _keep(
    database: Database,
    programme: Programme,
    offer_id: int,
    day: date,
    answers: Sequence[Answer],
) -> int:
    """Store what came of a page, with a message for each that was not stored before."""
    coupons = {
        each.member: each.detail["coupon"]
        for each in answers
        if each.accepted and each.detail is not None
    }
    refusals = {each.member: each.refusal["code"] for each in answers if each.refusal is not None}
    members = [each.member for each in answers]
    bound = {
        "book_id": programme.book_id,
        "day": day,
        "offer_id": offer_id,
        "members": members,
        "coupons": [coupons.get(member) for member in members],
        "refusals": [refusals.get(member) for member in members],
    }
    async with database.transaction(actor=WORKER) as connection:
        new = list((await connection.execute(_KEEP, bound)).scalars())
        messages = [
            {
                "programme": programme.code,
                "member": member,
                "day": day.isoformat(),
                "offer_id": offer_id,
                "coupon": coupons.get(member),
            }
            for member in new
        ]
        await outbox.append(connection, programme.book_id, BIRTHDAY_TOPIC, messages)
    return sum(member in coupons for member in new)


async def tell_birthdays(database: Database) -> int:
    """Put what was written into the log, without the members. Returns how many messages."""
    async with database.transaction() as connection:
        messages = await outbox.claim(connection, [BIRTHDAY_TOPIC], TOLD_MAX)
        await outbox.done(connection, messages)
    for message in messages:
        told = {name: message.payload[name] for name in ("day", "offer_id", "coupon")}
        _log.info("member_birthday", book_id=message.book_id, **told)
    return len(messages)
