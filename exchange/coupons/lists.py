"""Coupons of a programme or of a supplier, the newest first, as people look for them.

A list is read along one index, from its place on. What else is asked for is compared row by row. So
that no question reads a whole book, a page looks at `LOOKED_AT_MAX` coupons at most: it may hold
fewer than it could and still name a place where the next one goes on.

States are compared twice: the statement leaves out what cannot be in the state, and what it finds
is judged by time (`Coupon.at`), because a gift, a lock and a last day end without a job.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.codes import code_tail
from exchange.coupons.lapse import shown_state
from exchange.coupons.lifecycle import CouponState, Ends, OrderState
from exchange.coupons.read import PAGE_COUPONS_MAX, Coupon, load_coupons
from ledger import read_clock
from ledger.book import Programme, find_programme_by_book, programme_day
from ledger.read import names_of

LOOKED_AT_MAX = 10_000
"""The most coupons that a page looks at."""
COUNTED_MAX = 50_000
"""The most coupons that are counted by state."""
TAIL_LENGTH_MIN, TAIL_LENGTH_MAX = 4, 16
"""How many of a code's last characters name it. Fewer would name too many."""
FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after the coupon of which this was the time and the id."""

    at: datetime
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedCoupons:
    """Which coupons are asked for. What is None does not matter.

    - `state`: as it stands now. `order_state`: of the fulfilment order.
    - `member`: who has it, or who redeemed it and gave it to nobody.
    - `tail`: the last characters of the code, as somebody typed them.
    - `since`, `until`: when it was redeemed; `until` is the instant before which.
    """

    state: CouponState | None = None
    order_state: OrderState | None = None
    member: str | None = None
    offer_id: int | None = None
    supplier_id: int | None = None
    tail: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SupplierCoupon:
    """A coupon as its supplier sees it: without the member. `tail` ends its code.

    None until the right is delivered, and once it was returned or withdrawn.
    """

    book_id: int
    coupon_id: int
    tail: str | None
    state: CouponState
    offer_id: int
    offer_code: str
    face_value_minor: int
    currency: str
    redeemed_at: datetime
    first_day: date | None
    last_day: date | None
    used_at: datetime | None
    used_store: str | None
    uses: int
    delivery: OrderState | None


@dataclass(frozen=True, slots=True)
class StateCounts:
    """How many of the newest coupons are in each state, and since when these were redeemed.

    `is_complete`: there are no others among those that were asked for.
    """

    counts: dict[CouponState, int]
    since: datetime | None
    is_complete: bool

    @property
    def counted(self) -> int:
        """How many were counted."""
        return sum(self.counts.values())


_ORDER = "ORDER BY c.redeemed_at DESC, c.coupon_id DESC"
_PLACED = """c.redeemed_at >= :since
            AND (c.redeemed_at, c.coupon_id) < (:before_at, :before_id)"""
_COMMON = f"('{CouponState.ACTIVE}', '{CouponState.USED}')"
_HIDDEN = f"('{CouponState.HELD}', '{CouponState.RETURNED}', '{CouponState.DEACTIVATED}')"
_OPEN = f"('{CouponState.ACTIVE}', '{CouponState.LOCKED}', '{CouponState.GIFTING}')"

By = Literal["time", "member", "offer", "tail", "uncommon", "expired", "supplier"]
_FROM_BOOK = "SELECT c.* FROM exchange.coupon c WHERE c.book_id = :book_id AND"
_ALONG: dict[By, str] = {
    "time": f"{_FROM_BOOK} {_PLACED}",
    "member": f"""{_FROM_BOOK} {_PLACED}
            AND (c.member = ANY(:names) AND c.holder IS NULL OR c.holder = ANY(:names))""",
    "offer": f"{_FROM_BOOK} c.offer_id = :offer_id AND {_PLACED}",
    "tail": f"""{_FROM_BOOK} right(c.code, {TAIL_LENGTH_MIN}) = right(:tail, {TAIL_LENGTH_MIN})
            AND right(c.code, length(:tail)) = :tail AND c.state NOT IN {_HIDDEN} AND {_PLACED}""",
    "uncommon": f"{_FROM_BOOK} c.state NOT IN {_COMMON} AND {_PLACED}",
    # The second part: those past their last day that the sweep has not come to yet.
    "expired": f"""SELECT c.* FROM (
            ({_FROM_BOOK} c.state NOT IN {_COMMON} AND {_PLACED} {_ORDER} LIMIT :looked_at)
            UNION ALL
            ({_FROM_BOOK} c.state = '{CouponState.ACTIVE}' AND c.expires_on < :later_day
                AND {_PLACED} {_ORDER} LIMIT :looked_at)
        ) AS c WHERE true""",
    "supplier": f"""SELECT c.* FROM exchange.coupon c
            WHERE c.supplier_id = :supplier_id AND {_PLACED}""",
}
"""The coupons in question, along the index of each way to look for them."""

_COMPARED = f"""
        (CAST(:state AS text) IS NULL OR CASE CAST(:state AS text)
            WHEN '{CouponState.EXPIRED}' THEN c.state = '{CouponState.EXPIRED}'
                OR (c.state IN {_OPEN} AND c.expires_on < :later_day)
            WHEN '{CouponState.ACTIVE}' THEN c.state IN {_OPEN}
                AND (c.expires_on IS NULL OR c.expires_on >= :earlier_day)
            ELSE c.state = :state
        END)
        AND (CAST(:offer_id AS bigint) IS NULL OR c.offer_id = :offer_id)
        AND (CAST(:supplier_id AS integer) IS NULL OR c.supplier_id = :supplier_id)
        AND (CAST(:order_state AS text) IS NULL OR o.state = :order_state)
"""
_SUPPLIERS_COLUMNS = """
    c.book_id, c.coupon_id, c.code, c.state, c.offer_id, c.offer_code, c.face_value_minor,
    c.currency, c.redeemed_at, c.usable_from, c.expires_on, c.used_at, c.used_store, c.uses,
    c.gift_until, c.lock_until, o.state AS delivery
"""
_ORDER_OF = "LEFT JOIN exchange.fulfilment_order o ON o.coupon_id = c.coupon_id AND o.book_id ="
_WITH_ORDER = {False: f"{_ORDER_OF} :book_id", True: f"{_ORDER_OF} c.book_id"}
"""The fulfilment order of a coupon, by whether coupons are of many books."""
_BINDS = (
    bindparam("since", type_=TIMESTAMP(timezone=True)),
    bindparam("before_at", type_=TIMESTAMP(timezone=True)),
)


def _page(by: By, columns: str) -> TextClause:
    binds = [bindparam("names", type_=ARRAY(TEXT))] if by == "member" else []
    binds += [bindparam("tail", type_=TEXT())] if by == "tail" else []
    return text(
        f"""
        SELECT {columns}
        FROM ({_ALONG[by]} {_ORDER} LIMIT :looked_at) AS c
        {_WITH_ORDER[by == "supplier"]}
        WHERE {_COMPARED}
        {_ORDER} LIMIT :limit
        """
    ).bindparams(*_BINDS, *binds)


def _end(by: By) -> TextClause:
    binds = [bindparam("names", type_=ARRAY(TEXT))] if by == "member" else []
    binds += [bindparam("tail", type_=TEXT())] if by == "tail" else []
    return text(
        f"""
        SELECT c.redeemed_at, c.coupon_id FROM ({_ALONG[by]} {_ORDER} LIMIT :looked_at) AS c
        {_ORDER} OFFSET :looked_at - 1
        """
    ).bindparams(*_BINDS, *binds)


_BOOK_WAYS: tuple[By, ...] = ("time", "member", "offer", "tail", "uncommon", "expired")
_PAGES = {by: _page(by, "c.redeemed_at, c.coupon_id") for by in _BOOK_WAYS}
_ENDS = {by: _end(by) for by in _BOOK_WAYS}
"""The last coupon that a page has looked at, if there are more."""

_SUPPLIERS_PAGE = _page("supplier", _SUPPLIERS_COLUMNS)
_SUPPLIERS_END = _end("supplier")

_STATE_NOW = f"""CASE
            WHEN c.state IN {_OPEN} AND c.expires_on < :day THEN '{CouponState.EXPIRED}'
            WHEN c.state = '{CouponState.GIFTING}' AND c.gift_until <= :now
                OR c.state = '{CouponState.LOCKED}' AND c.lock_until <= :now
            THEN '{CouponState.ACTIVE}'
            ELSE c.state
        END"""
_COUNTS = {
    by: text(
        f"""
        SELECT {_STATE_NOW} AS state, count(*) AS coupons, min(c.redeemed_at) AS since
        FROM ({_ALONG[by]} {_ORDER} LIMIT :looked_at) AS c
        WHERE CAST(:supplier_id AS integer) IS NULL OR c.supplier_id = :supplier_id
        GROUP BY 1
        """
    ).bindparams(*_BINDS)
    for by in ("time", "offer")
}
_LOOKED_AT = {
    by: text(
        f"SELECT count(*) FROM ({_ALONG[by]} {_ORDER} OFFSET :looked_at LIMIT 1) AS c"
    ).bindparams(*_BINDS)
    for by in ("time", "offer")
}

CROSS_BOOK: tuple[TextClause, ...] = (_SUPPLIERS_PAGE, _SUPPLIERS_END)
"""A supplier has coupons in many books. These lock nothing."""


def _way(wanted: WantedCoupons) -> By:
    """Along which index a programme's coupons are looked for: the one that leaves the fewest."""
    if wanted.tail is not None:
        return "tail"
    if wanted.member is not None:
        return "member"
    if wanted.offer_id is not None:
        return "offer"
    if wanted.state is CouponState.EXPIRED:
        return "expired"
    if wanted.state not in {None, CouponState.ACTIVE, CouponState.USED}:
        return "uncommon"
    return "time"


def _bound(
    wanted: WantedCoupons, place: Place | None, now: datetime, looked_at: int
) -> dict[str, Any]:
    """The parameters of all ways. A day is somewhere on earth already, or still."""
    before = min(wanted.until or LAST, LAST if place is None else place.at)
    is_here = place is not None and place.at == before
    return {
        "since": wanted.since or FIRST,
        "before_at": before,
        "before_id": place.number if place is not None and is_here else 0,
        "looked_at": looked_at,
        "state": None if wanted.state is None else str(wanted.state),
        "order_state": None if wanted.order_state is None else str(wanted.order_state),
        "offer_id": wanted.offer_id,
        "supplier_id": wanted.supplier_id,
        "tail": None if wanted.tail is None else code_tail(wanted.tail),
        "later_day": (now + timedelta(days=1)).date(),
        "earlier_day": (now - timedelta(days=1)).date(),
        "now": now,
    }


async def _following(
    connection: AsyncConnection,
    end: TextClause,
    bound: dict[str, Any],
    found: Sequence[Place],
    limit: int,
) -> Place | None:
    """Where the next page begins: after the last one found, or after the last one looked at."""
    if len(found) == limit:
        return found[-1]
    row = (await connection.execute(end, bound)).one_or_none()
    return None if row is None else Place(row.redeemed_at, row.coupon_id)


async def find_coupons(
    connection: AsyncConnection,
    programme: Programme,
    wanted: WantedCoupons,
    *,
    place: Place | None = None,
    limit: int,
) -> tuple[list[Coupon], Place | None]:
    """A page of a programme's coupons, the newest first, as they stand now.

    Returns the page, and where the next one begins, which is None at the end. Up to five
    statements.

    A coupon without a code that members see is not found by the `tail` of it.
    """
    assert 0 < limit <= PAGE_COUPONS_MAX, limit
    now = await read_clock(connection)
    by = _way(wanted)
    bound = _bound(wanted, place, now, LOOKED_AT_MAX)
    bound |= {"book_id": programme.book_id, "limit": limit}
    if wanted.member is not None:
        names = await names_of(connection, programme, wanted.member)
        bound["names"] = list(names)
        if by == "tail":
            bound["offer_id"] = wanted.offer_id
    rows = (await connection.execute(_PAGES[by], bound)).all()
    found = [Place(row.redeemed_at, row.coupon_id) for row in rows]
    following = await _following(connection, _ENDS[by], bound, found, limit)
    coupons = await load_coupons(connection, programme.book_id, [each.number for each in found])
    standing = [coupons[each.number].at(now, programme) for each in found]
    shown = [each for each in standing if wanted.state in {None, each.state}]
    if wanted.member is not None and by == "tail":
        shown = [each for each in shown if each.holder_now in bound["names"]]
    return shown, following


async def count_states(
    connection: AsyncConnection, programme: Programme, wanted: WantedCoupons
) -> StateCounts:
    """How many of a programme's newest coupons are in each state now. Three statements.

    Of what is wanted, the offer, the supplier and the time of redemption count.
    """
    now = await read_clock(connection)
    by = "time" if wanted.offer_id is None else "offer"
    bound = _bound(wanted, None, now, COUNTED_MAX)
    bound |= {"book_id": programme.book_id, "day": programme_day(now, programme.time_zone)}
    rows = (await connection.execute(_COUNTS[by], bound)).all()
    more = await connection.scalar(_LOOKED_AT[by], bound)
    return StateCounts(
        {CouponState(row.state): row.coupons for row in rows},
        min((row.since for row in rows), default=None),
        not more,
    )


async def find_supplier_coupons(
    connection: AsyncConnection,
    supplier_id: int,
    wanted: WantedCoupons,
    *,
    place: Place | None = None,
    limit: int,
) -> tuple[list[SupplierCoupon], Place | None]:
    """A page of the coupons of a supplier's offers in all programmes, the newest first.

    Returns the page, and where the next one begins, which is None at the end. Three statements, and
    one for each programme on the page. A `member` or a `tail` is not looked for.
    """
    assert 0 < limit <= PAGE_COUPONS_MAX, limit
    now = await read_clock(connection)
    bound = _bound(wanted, place, now, LOOKED_AT_MAX) | {"supplier_id": supplier_id, "limit": limit}
    rows = (await connection.execute(_SUPPLIERS_PAGE, bound)).all()
    found = [Place(row.redeemed_at, row.coupon_id) for row in rows]
    following = await _following(connection, _SUPPLIERS_END, bound, found, limit)
    days = {
        book_id: programme_day(now, (await find_programme_by_book(connection, book_id)).time_zone)
        for book_id in sorted({row.book_id for row in rows})
    }
    coupons = [_suppliers(row, now, days[row.book_id]) for row in rows]
    return [each for each in coupons if wanted.state in {None, each.state}], following


def _suppliers(row: Any, now: datetime, day: date) -> SupplierCoupon:
    """A row of `_SUPPLIERS_COLUMNS`, as it stands now."""
    stored = CouponState(row.state)
    ends = Ends(row.gift_until, row.lock_until)
    is_hidden = stored in {CouponState.HELD, CouponState.RETURNED, CouponState.DEACTIVATED}
    return SupplierCoupon(
        book_id=row.book_id,
        coupon_id=row.coupon_id,
        tail=None if is_hidden else row.code[-TAIL_LENGTH_MIN:],
        state=shown_state(stored, ends, row.expires_on, now, day),
        offer_id=row.offer_id,
        offer_code=row.offer_code,
        face_value_minor=row.face_value_minor,
        currency=row.currency,
        redeemed_at=row.redeemed_at,
        first_day=row.usable_from,
        last_day=row.expires_on,
        used_at=row.used_at,
        used_store=row.used_store,
        uses=row.uses,
        delivery=None if row.delivery is None else OrderState(row.delivery),
    )
