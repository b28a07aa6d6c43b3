"""What a brand gives by itself: birthday gifts, and how many free rights a week are enough."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import INTEGER_MAX, Party, is_whole
from catalog.offers import find_visible_offer
from ledger import Refusal

BIRTHDAY_HOUR_DEFAULT = 9
HOUR_MAX = 23


class GiftPlanInvalid(Refusal):
    """A term of a gift plan is out of range, or its offer cannot be given like that."""

    code: ClassVar[str] = "gift-plan-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The gift plan is not valid."


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftPlan:
    """What a programme gives by itself.

    - `birthday_offer_id`: what a member gets on its birthday. None: nothing.
    - `birthday_hour`: from which hour of the day, in the programme's time zone.
    - `free_rights_per_week`: so many free rights a member gets at most in a week. None: any.
    - `birthdays_done_on`: the last day whose birthdays were all looked at.
    """

    birthday_offer_id: int | None = None
    birthday_hour: int = BIRTHDAY_HOUR_DEFAULT
    free_rights_per_week: int | None = None
    birthdays_done_on: date | None = None


@dataclass(frozen=True, slots=True)
class BirthdayGift:
    """What came of a member's birthday: a coupon, or why there is none."""

    gift_no: int
    day: date
    member: str
    offer_id: int
    coupon_id: int | None
    refusal: str | None
    recorded_at: datetime


_FIND = text(
    """
    SELECT birthday_offer_id, birthday_hour, free_rights_per_week, birthdays_done_on
    FROM exchange.gift_plan WHERE book_id = :book_id
    """
)
# The past is not made up for when birthday gifts are turned on again.
_PUT = text(
    """
    INSERT INTO exchange.gift_plan AS p
        (book_id, birthday_offer_id, birthday_hour, free_rights_per_week)
    VALUES (:book_id, :birthday_offer_id, :birthday_hour, :free_rights_per_week)
    ON CONFLICT (book_id) DO UPDATE SET
        birthday_offer_id = excluded.birthday_offer_id, birthday_hour = excluded.birthday_hour,
        free_rights_per_week = excluded.free_rights_per_week, changed_at = excluded.changed_at,
        recorded_by = excluded.recorded_by,
        birthdays_done_on = CASE
            WHEN p.birthday_offer_id IS NOT NULL AND excluded.birthday_offer_id IS NOT NULL
            THEN p.birthdays_done_on
        END
    """
)
_LIST = text(
    """
    SELECT gift_no, day, member, offer_id, coupon_id, refusal, recorded_at
    FROM exchange.birthday_gift
    WHERE book_id = :book_id AND day = :day AND gift_no > :after ORDER BY gift_no LIMIT :limit
    """
)


async def find_gift_plan(connection: AsyncConnection, book_id: int) -> GiftPlan:
    """A programme's plan. Without one, nothing is given by itself."""
    row = (await connection.execute(_FIND, {"book_id": book_id})).mappings().one_or_none()
    return GiftPlan() if row is None else GiftPlan(**row)


async def put_gift_plan(
    connection: AsyncConnection, book_id: int, brand: Party, plan: GiftPlan
) -> GiftPlan:
    """State a programme's plan. It holds at once.

    Raises:
        GiftPlanInvalid: a term is out of range, or the offer needs an account of the member.
        OfferNotFound, OfferNotListed: the brand cannot give the offer.
    """
    if not is_whole(plan.birthday_hour, 0, HOUR_MAX):
        raise GiftPlanInvalid(f"an hour is 0 to {HOUR_MAX}", field="birthday_hour")
    cap = plan.free_rights_per_week
    if cap is not None and not is_whole(cap, 0, INTEGER_MAX):
        raise GiftPlanInvalid("a cap is a whole number", field="free_rights_per_week")
    if plan.birthday_offer_id is not None:
        offer = await find_visible_offer(connection, brand, plan.birthday_offer_id)
        if offer.fulfilment == "direct":
            raise GiftPlanInvalid(
                "nobody says to which account a birthday gift goes", field="birthday_offer_id"
            )
    values = {
        "book_id": book_id,
        "birthday_offer_id": plan.birthday_offer_id,
        "birthday_hour": plan.birthday_hour,
        "free_rights_per_week": cap,
    }
    await connection.execute(_PUT, values)
    return await find_gift_plan(connection, book_id)


async def list_birthday_gifts(
    connection: AsyncConnection, book_id: int, day: date, *, after: int = 0, limit: int = 100
) -> list[BirthdayGift]:
    """A page of what came of the birthdays of a day, in the order in which gifts were given."""
    where = {"book_id": book_id, "day": day, "after": after, "limit": limit}
    return [BirthdayGift(**row) for row in (await connection.execute(_LIST, where)).mappings()]
