"""Coupons as the brand reads them whose member holds them. Their receipts are in `receipt`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import BIGINT_MAX
from exchange.coupons.codes import CouponNotFound
from exchange.coupons.lapse import shown_state
from exchange.coupons.lifecycle import OPEN_COUPON_STATES, CouponState, Ends, OrderState
from exchange.tables import coupon, fulfilment_order
from ledger import read_clock
from ledger.book import Programme, programme_day
from ledger.read import names_of

PAGE_COUPONS_MAX = 1_000


class CouponPhase(StrEnum):
    """Where a coupon stands for the member who has it."""

    OPEN = "open"
    USED = "used"
    OVER = "over"


PHASES: Mapping[CouponPhase, frozenset[CouponState]] = {
    CouponPhase.OPEN: frozenset(
        {CouponState.HELD, CouponState.ACTIVE, CouponState.LOCKED, CouponState.GIFTING}
    ),
    CouponPhase.USED: frozenset({CouponState.USED}),
    CouponPhase.OVER: frozenset(
        {CouponState.EXPIRED, CouponState.RETURNED, CouponState.DEACTIVATED}
    ),
}
"""The states of each phase. Each state is in one."""


@dataclass(frozen=True, slots=True)
class Coupon:
    """A member's right.

    - `state`: as it is stored. `at` says how it stands at a time.
    - `member`: who redeemed it. `holder`: who has it now, if it was given to somebody.
    - `hops`: how many hands it went through after the first.
    - `first_day`, `last_day`: the first and the last day it can be used, in the programme's time
      zone. None means that it can be used at once, and that it never expires.
    - `promised_at`: by then its order has ended, or a person decides.
    - `delivery`: the state of its fulfilment order. None for the exchange's own codes.
    - `masked_account`: the member's account at the supplier as people may see it. None if there is
      none, or once it is wiped.
    - `uses`: how often it was used, reversed uses included.
    """

    book_id: int
    coupon_id: int
    code: str
    state: CouponState
    member: str
    masked_account: str | None
    offer_id: int
    offer_code: str
    offer_version: int
    supplier_id: int
    home_party_id: int
    fulfilment: str
    points: int
    free: bool
    face_value_minor: int
    currency: str
    redeemed_at: datetime
    first_day: date | None
    last_day: date | None
    used_at: datetime | None
    used_store: str | None
    used_reference: str | None
    uses: int
    delivery: OrderState | None
    request_key: str
    request_number: str | None
    holder: str | None
    hops: int
    gift_until: datetime | None
    lock_until: datetime | None
    promised_at: datetime | None

    @property
    def shown_code(self) -> str | None:
        """The code as the member may see it.

        None until the right is delivered, and again once it was returned or withdrawn.
        """
        return None if self.state in _CODE_HIDDEN else self.code

    @property
    def holder_now(self) -> str:
        """Who has it."""
        return self.holder or self.member

    def at(self, now: datetime, programme: Programme) -> "Coupon":
        """The coupon as it stands at a time: what has lapsed or expired by then says so."""
        day = programme_day(now, programme.time_zone)
        ends = Ends(self.gift_until, self.lock_until)
        return replace(self, state=shown_state(self.state, ends, self.last_day, now, day))


_CODE_HIDDEN = frozenset({CouponState.HELD, CouponState.RETURNED, CouponState.DEACTIVATED})


_c = coupon.c
_QUERY: Select[Any] = select(
    _c.book_id,
    _c.coupon_id,
    _c.code,
    _c.state,
    _c.member,
    _c.masked_account,
    _c.offer_id,
    _c.offer_code,
    _c.offer_version,
    _c.supplier_id,
    _c.home_party_id,
    _c.fulfilment,
    _c.points,
    _c.free,
    _c.face_value_minor,
    _c.currency,
    _c.redeemed_at,
    _c.usable_from.label("first_day"),
    _c.expires_on.label("last_day"),
    _c.used_at,
    _c.used_store,
    _c.used_reference,
    _c.uses,
    fulfilment_order.c.state.label("delivery"),
    _c.request_key,
    fulfilment_order.c.request_number,
    _c.holder,
    _c.hops,
    _c.gift_until,
    _c.lock_until,
    fulfilment_order.c.promised_at,
).select_from(
    coupon.outerjoin(
        fulfilment_order,
        (fulfilment_order.c.book_id == _c.book_id) & (fulfilment_order.c.coupon_id == _c.coupon_id),
    )
)


def _coupon(row: Row[Any]) -> Coupon:
    fields = row._asdict()
    delivery = OrderState(fields["delivery"]) if fields["delivery"] is not None else None
    return Coupon(**{**fields, "state": CouponState(fields["state"]), "delivery": delivery})


async def find_coupon(connection: AsyncConnection, book_id: int, coupon_id: int) -> Coupon:
    """A coupon of a book. One statement.

    Raises:
        CouponNotFound: the book has no such coupon.
    """
    if not 0 < coupon_id <= BIGINT_MAX:
        raise CouponNotFound("there is no such coupon")
    row = (
        await connection.execute(_QUERY.where(_c.book_id == book_id, _c.coupon_id == coupon_id))
    ).one_or_none()
    if row is None:
        raise CouponNotFound("there is no such coupon")
    return _coupon(row)


async def load_coupons(
    connection: AsyncConnection, book_id: int, coupon_ids: Sequence[int]
) -> dict[int, Coupon]:
    """Coupons of a book by their ids. One that does not exist is left out. One statement."""
    rows = await connection.execute(
        _QUERY.where(_c.book_id == book_id, _c.coupon_id.in_(coupon_ids))
    )
    return {row.coupon_id: _coupon(row) for row in rows}


async def list_coupons(
    connection: AsyncConnection,
    programme: Programme,
    member: str,
    *,
    state: CouponState | None = None,
    phase: CouponPhase | None = None,
    newest: bool = False,
    after: int = 0,
    limit: int,
) -> list[Coupon]:
    """A page of a member's coupons in order of id, beginning after `after`, as they stand now.

    With `state` or `phase`, only those that stand so: judged by time, whether a job has been there
    or not. With `newest`, the last comes first, and the page goes on below `after`. Three
    statements.

    A coupon that was given is the one's who took it, and not its giver's any more. Coupons of
    members that were merged into this one are its coupons, too. They keep the name they were
    redeemed under.
    """
    assert 0 < limit <= PAGE_COUPONS_MAX, limit
    now = await read_clock(connection)
    names = await names_of(connection, programme, member)
    query = _QUERY.where(
        _c.book_id == programme.book_id,
        or_(_c.member.in_(names) & _c.holder.is_(None), _c.holder.in_(names)),
        _c.coupon_id < (after or BIGINT_MAX) if newest else _c.coupon_id > after,
    )
    if state is not None:
        query = query.where(_state_at(now, programme) == state)
    if phase is not None:
        query = query.where(_state_at(now, programme).in_(sorted(PHASES[phase])))
    order = _c.coupon_id.desc() if newest else _c.coupon_id
    rows = await connection.execute(query.order_by(order).limit(limit))
    return [_coupon(row).at(now, programme) for row in rows]


def _state_at(now: datetime, programme: Programme) -> ColumnElement[str]:
    """`Coupon.at` in SQL."""
    day = programme_day(now, programme.time_zone)
    is_open = _c.state.in_(sorted(OPEN_COUPON_STATES))
    return case(
        (and_(is_open, _c.expires_on < day), CouponState.EXPIRED),
        (and_(_c.state == CouponState.GIFTING, _c.gift_until <= now), CouponState.ACTIVE),
        (and_(_c.state == CouponState.LOCKED, _c.lock_until <= now), CouponState.ACTIVE),
        else_=_c.state,
    )
