"""Limits: how many of an offer one member may have, and how many all members may take on a day.

An offer says them in its version (`per_member`, `per_member_per_day`, `per_day`). They hold for
what is paid and for what is free. A day is one of the programme. A coupon that was returned does
not count. The coupons of a member who was merged count for the one who goes on.

Members: their coupons are counted in `before`, under the lock of their lane, so the count is exact.

Days: every piece is counted in `limit_count`, whether the offer has a limit or not, so that what is
returned can be counted back. The count is a conditional UPDATE under its row lock, like the stock,
and after it: all rows of the stock come before all of these, in the order of their keys.

Both are treated like stock (`plan`): what is left is promised in order, and a transaction that
finds that too many were accepted runs again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, DATE, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import QUANTITY_MAX
from catalog.offers import Offer
from exchange.codes.stock import CodesExhausted
from exchange.coupons.lifecycle import CouponState
from exchange.redeem.quote import DayKey, Slot, Wish
from ledger import Refusal
from ledger.read import former_names

UNLIMITED = QUANTITY_MAX * QUANTITY_MAX


class LimitPerMember(Refusal):
    """The member has as many of the offer as one member may have. `per` says in which time."""

    code: ClassVar[str] = "limit-per-member"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The member has had as many of the offer as one may have."


class LimitPerDay(Refusal):
    """As many of the offer were taken on the day as may be."""

    code: ClassVar[str] = "limit-per-day"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "As many of the offer were taken on the day as may be."


_OF_MEMBERS = text(
    f"""
    SELECT member, offer_id, CAST(redeemed_at AT TIME ZONE :time_zone AS date) AS day,
        count(*) AS taken
    FROM exchange.coupon
    WHERE book_id = :book_id AND member = ANY(:members) AND offer_id = ANY(:offer_ids)
        AND state <> '{CouponState.RETURNED}'
    GROUP BY 1, 2, 3
    """
).bindparams(bindparam("members", type_=ARRAY(TEXT)), bindparam("offer_ids", type_=ARRAY(BIGINT)))

_OF_DAYS = text(
    """
    SELECT offer_id, day, taken FROM exchange.limit_count
    WHERE book_id = :book_id AND offer_id = ANY(:offer_ids) AND day = ANY(:days)
    """
).bindparams(bindparam("offer_ids", type_=ARRAY(BIGINT)), bindparam("days", type_=ARRAY(DATE)))

_ADD_DAYS = text(
    """
    INSERT INTO exchange.limit_count (book_id, offer_id, day, taken)
    SELECT :book_id, offer_id, day, 0 FROM unnest(:offer_ids, :days) AS d (offer_id, day)
    ORDER BY offer_id, day
    ON CONFLICT (book_id, offer_id, day) DO NOTHING
    """
).bindparams(bindparam("offer_ids", type_=ARRAY(BIGINT)), bindparam("days", type_=ARRAY(DATE)))

# As in `take`: the quantity is cut to what is left in the UPDATE and nowhere else.
_COUNT = text(
    """
    WITH locked AS (
        SELECT l.offer_id, l.day, d.quantity, d.maximum
        FROM exchange.limit_count l
        JOIN unnest(:offer_ids, :days, :quantities, :maxima)
            AS d (offer_id, day, quantity, maximum) USING (offer_id, day)
        WHERE l.book_id = :book_id
        ORDER BY l.offer_id, l.day
        FOR NO KEY UPDATE OF l
    )
    UPDATE exchange.limit_count l
    SET taken = l.taken + least(locked.quantity, greatest(locked.maximum - l.taken, 0))
    FROM locked WHERE l.book_id = :book_id AND l.offer_id = locked.offer_id AND l.day = locked.day
    RETURNING l.offer_id, l.day, new.taken - old.taken AS counted
    """
).bindparams(
    bindparam("offer_ids", type_=ARRAY(BIGINT)),
    bindparam("days", type_=ARRAY(DATE)),
    bindparam("quantities", type_=ARRAY(BIGINT)),
    bindparam("maxima", type_=ARRAY(BIGINT)),
)

_UNCOUNT = text(
    """
    WITH locked AS (
        SELECT l.offer_id, l.day, d.quantity
        FROM exchange.limit_count l
        JOIN unnest(:offer_ids, :days, :quantities) AS d (offer_id, day, quantity)
            USING (offer_id, day)
        WHERE l.book_id = :book_id
        ORDER BY l.offer_id, l.day
        FOR NO KEY UPDATE OF l
    )
    UPDATE exchange.limit_count l SET taken = l.taken - locked.quantity
    FROM locked WHERE l.book_id = :book_id AND l.offer_id = locked.offer_id AND l.day = locked.day
    """
).bindparams(
    bindparam("offer_ids", type_=ARRAY(BIGINT)),
    bindparam("days", type_=ARRAY(DATE)),
    bindparam("quantities", type_=ARRAY(BIGINT)),
)


@dataclass(slots=True)
class Taken:
    """What was taken of limited offers before this transaction."""

    members: Counter[Slot] = field(default_factory=Counter)
    """By member and offer, and by member, offer and day."""
    days: dict[DayKey, int] = field(default_factory=dict)
    codes: dict[int, int] = field(default_factory=dict)
    """The card codes that are left for offers that need one."""

    def left_for(self, wish: Wish) -> list[tuple[Slot, int, Refusal]]:
        """What each limit of the offer leaves, and the refusal if that is nothing.

        Without a member, only what all members may take together.
        """
        offer, member, day = wish.offer, wish.member, wish.day
        offer_id = offer.offer_id
        limits: list[tuple[Slot, int, Refusal]] = []
        if member is not None:
            limits += self._left_for_member(member, offer, day)
        if offer.per_day is not None:
            refusal = LimitPerDay(
                f"all members may have {offer.per_day} of offer {offer_id} a day",
                limit=offer.per_day,
            )
            taken = self.days.get((offer_id, day), 0)
            limits.append(((offer_id, day), offer.per_day - taken, refusal))
        if offer_id in self.codes:
            none_left = CodesExhausted(f"there is no code of offer {offer_id} left")
            limits.append((("code", offer_id), self.codes[offer_id], none_left))
        return limits

    def refusal_of(self, wish: Wish) -> Refusal | None:
        """The first limit that leaves nothing, as its refusal."""
        return next((refusal for _, left, refusal in self.left_for(wish) if left <= 0), None)

    def _left_for_member(
        self, member: str, offer: Offer, day: date
    ) -> list[tuple[Slot, int, Refusal]]:
        offer_id = offer.offer_id
        limits: list[tuple[Slot, int, Refusal]] = []
        if offer.per_member is not None:
            slot: Slot = (member, offer_id)
            refusal = LimitPerMember(
                f"a member may have {offer.per_member} of offer {offer_id}",
                limit=offer.per_member,
                per="programme",
            )
            limits.append((slot, offer.per_member - self.members[slot], refusal))
        if offer.per_member_per_day is not None:
            slot = (member, offer_id, day)
            refusal = LimitPerMember(
                f"a member may have {offer.per_member_per_day} of offer {offer_id} a day",
                limit=offer.per_member_per_day,
                per="day",
            )
            limits.append((slot, offer.per_member_per_day - self.members[slot], refusal))
        return limits


async def load_taken(
    connection: AsyncConnection, book_id: int, time_zone: str, wishes: Sequence[Wish]
) -> Taken:
    """What was taken of the offers that have limits. At most three round trips, for all wishes.

    Without limits there is none.
    """
    taken = Taken()
    per_member = [wish for wish in wishes if wish.has_member_limit]
    if per_member:
        await _load_members(connection, book_id, time_zone, per_member, taken)
    per_day = [wish for wish in wishes if wish.offer.per_day is not None]
    if per_day:
        bound = {
            "book_id": book_id,
            "offer_ids": list({wish.offer.offer_id for wish in per_day}),
            "days": list({wish.day for wish in per_day}),
        }
        for row in await connection.execute(_OF_DAYS, bound):
            taken.days[row.offer_id, row.day] = row.taken
    return taken


async def _load_members(
    connection: AsyncConnection, book_id: int, time_zone: str, wishes: Sequence[Wish], taken: Taken
) -> None:
    members = {wish.member for wish in wishes if wish.member is not None}
    former = await former_names(connection, book_id, members)
    bound = {
        "book_id": book_id,
        "time_zone": time_zone,
        "members": [*members, *former],
        "offer_ids": list({wish.offer.offer_id for wish in wishes}),
    }
    for row in await connection.execute(_OF_MEMBERS, bound):
        member = row.member
        while member in former:
            member = former[member]
        taken.members[member, row.offer_id] += row.taken
        taken.members[member, row.offer_id, row.day] += row.taken


async def count_days(
    connection: AsyncConnection,
    book_id: int,
    wanted: Mapping[DayKey, int],
    maxima: Mapping[int, int],
) -> dict[DayKey, int]:
    """Count what is taken, as far as the limits of the days allow. Returns how much that is.

    One round trip, and two more for the first piece of a day. Of these first ones, two may wait for
    each other in a circle. PostgreSQL ends one of them, and the ledger runs it again.
    """
    counted: dict[DayKey, int] = {}
    missing = list(wanted)
    while missing:
        bound = {
            "book_id": book_id,
            "offer_ids": [offer_id for offer_id, _ in missing],
            "days": [day for _, day in missing],
            "quantities": [wanted[key] for key in missing],
            "maxima": [maxima.get(offer_id, UNLIMITED) for offer_id, _ in missing],
        }
        for row in await connection.execute(_COUNT, bound):
            counted[row.offer_id, row.day] = row.counted
        missing = [key for key in missing if key not in counted]
        if missing:
            bound = {
                "book_id": book_id,
                "offer_ids": [offer_id for offer_id, _ in missing],
                "days": [day for _, day in missing],
            }
            await connection.execute(_ADD_DAYS, bound)
    return counted


async def uncount_days(
    connection: AsyncConnection, book_id: int, returned: Mapping[DayKey, int]
) -> None:
    """Count what was returned no longer. One round trip."""
    bound = {
        "book_id": book_id,
        "offer_ids": [offer_id for offer_id, _ in returned],
        "days": [day for _, day in returned],
        "quantities": list(returned.values()),
    }
    await connection.execute(_UNCOUNT, bound)
