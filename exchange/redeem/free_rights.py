"""How many free rights a member may be given in a week, if the brand says so.

It keeps flows that give rights by themselves, such as birthday gifts or those of a CRM, from
showering one member. All free rights of the last WEEK_DAYS count, whatever gave them, but those
that came back. They are counted under the lock of the member's lane, and within a transaction as
the ledger decides. So the count is exact.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.lifecycle import CouponState
from exchange.redeem.quote import Bid
from ledger import Refusal
from ledger.asks import Item, Judge
from ledger.read import former_names

WEEK_DAYS = 7


class TooManyFreeRights(Refusal):
    """The member was given as many free rights in a week as the brand lets one have."""

    code: ClassVar[str] = "too-many-free-rights"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The member was given as many free rights this week as one may have."


_CAP = text(
    """
    SELECT free_rights_per_week FROM exchange.gift_plan
    WHERE book_id = :book_id AND free_rights_per_week IS NOT NULL
    """
)
_GIVEN = text(
    f"""
    SELECT wanted.owner, wanted.at, count(*) AS given
    FROM unnest(:names, :owners, :instants) AS wanted(name, owner, at)
    JOIN exchange.coupon AS c ON c.book_id = :book_id AND c.member = wanted.name
    WHERE c.free AND c.state <> '{CouponState.RETURNED}'
        AND c.redeemed_at > wanted.at - make_interval(days => {WEEK_DAYS})
        AND c.redeemed_at <= wanted.at
    GROUP BY wanted.owner, wanted.at
    """
).bindparams(
    bindparam("names", type_=ARRAY(TEXT)),
    bindparam("owners", type_=ARRAY(TEXT)),
    bindparam("instants", type_=ARRAY(TIMESTAMP(timezone=True))),
)


async def hold_back_gifts(
    connection: AsyncConnection, book_id: int, bids: Sequence[tuple[Item, Bid]]
) -> None:
    """Have free rights refused that are one too many for their member.

    One round trip if any is free, and two more where the brand has set a cap.
    """
    free = [(item, bid) for item, bid in bids if bid.quote.request.free]
    if not free:
        return
    cap = (await connection.execute(_CAP, {"book_id": book_id})).scalar_one_or_none()
    if cap is None:
        return
    wanted = {(bid.quote.request.member, bid.pair[1]) for _, bid in free}
    members = {member for member, _ in wanted}
    former = await former_names(connection, book_id, members)
    names: dict[str, list[str]] = {member: [member] for member in members}
    for name, heir in former.items():
        names.setdefault(heir, [heir]).append(name)
    asked = [(name, member, at) for member, at in wanted for name in names[member]]
    bound = {
        "book_id": book_id,
        "names": [name for name, _, _ in asked],
        "owners": [owner for _, owner, _ in asked],
        "instants": [at for _, _, at in asked],
    }
    given: Counter[tuple[str, object]] = Counter()
    for row in await connection.execute(_GIVEN, bound):
        given[row.owner, row.at] = row.given
    before: list[tuple[Item, Bid]] = []
    for item, bid in free:
        assert item.judge is not None, "prices are judged first"
        pair = bid.quote.request.member, bid.pair[1]
        item.judge = _judge(item.judge, cap, given[pair], bid, tuple(before))
        before.append((item, bid))


def _judge(
    price: Judge, cap: int, given: int, bid: Bid, before: Sequence[tuple[Item, Bid]]
) -> Judge:
    member, at = bid.quote.request.member, bid.pair[1]

    def judge(spendable: int) -> int | Refusal:
        here = sum(
            item.is_accepted
            for item, other in before
            if other.quote.request.member == member
            and at - timedelta(days=WEEK_DAYS) < other.pair[1] <= at
        )
        if given + here >= cap:
            return TooManyFreeRights(
                f"a member is given {cap} free rights in {WEEK_DAYS} days", limit=cap
            )
        return price(spendable)

    return judge
