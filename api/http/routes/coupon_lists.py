"""Lists of coupons: those of a programme, and those of a supplier's offers."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from api.http.acting import (
    PartyInQuery,
    ProgrammeInPath,
    member_in_path,
    own_programme,
    party_acted_for,
)
from api.http.auth import BRAND, SLOW, SUPPLIER_OR_OPERATOR, Call, context_of
from api.http.copying import Copier
from api.http.masking import member_shown
from api.http.paging import LIMIT_DEFAULT, Limit, PlacedCursor, place_of, placed
from api.http.problems import invalid_at
from api.http.routes.orders import OrderStateName, programme_codes
from api.http.routes.rights import StateName
from api.http.schemas.answers import Page
from api.http.schemas.coupon_lists import (
    CouponSummaryAnswer,
    ListedCouponAnswer,
    SupplierCouponAnswer,
)
from api.http.times import FromInstant, UntilInstant, instant_at
from catalog import BIGINT_MAX, CODE_LENGTH_MAX, PartyNotFound, find_party
from exchange.coupons import (
    TAIL_LENGTH_MAX,
    TAIL_LENGTH_MIN,
    Coupon,
    CouponState,
    OrderState,
    Place,
    SupplierCoupon,
    WantedCoupons,
    code_tail,
    count_states,
    find_coupons,
    find_supplier_coupons,
)
from ledger.asks import MEMBER_LENGTH_MAX

TAGS = ["rights"]
SUPPLIERS_TAGS = ["coupons"]
NO_PARTY = -1
"""No party has this number: what is asked about a supplier that is not there finds nothing."""

InState = Annotated[
    StateName | None, QueryParameter(name="state", description="Only coupons in this state now.")
]
Delivery = Annotated[
    OrderStateName | None,
    QueryParameter(name="delivery", description="Only coupons whose order is in this state."),
]
OfMember = Annotated[
    str | None,
    QueryParameter(name="member", max_length=MEMBER_LENGTH_MAX, description="Only this member's."),
]
OfOffer = Annotated[
    int | None,
    QueryParameter(name="offer_id", ge=1, le=BIGINT_MAX, description="Only this offer's."),
]
OfSupplier = Annotated[
    str | None,
    QueryParameter(
        name="supplier", max_length=CODE_LENGTH_MAX, description="Only this supplier's."
    ),
]
CodeTail = Annotated[
    str | None,
    QueryParameter(
        name="code_tail",
        max_length=2 * TAIL_LENGTH_MAX,
        description=f"The last characters of the code, {TAIL_LENGTH_MIN} or more, as it is typed.",
    ),
]

_copy = Copier(
    ListedCouponAnswer, Coupon, "coupon", "member", "holder", "offer", "supplier", "code_tail"
)
_copy_suppliers = Copier(
    SupplierCouponAnswer, SupplierCoupon, "coupon", "programme", "offer", "code_tail"
)


async def supplier_number(call: Call, code: str | None) -> int | None:
    """The number of a supplier. One that is not there has no coupons, and says no more."""
    if code is None:
        return None
    async with context_of(call).database.transaction() as connection:
        try:
            return (await find_party(connection, code)).party_id
        except PartyNotFound:
            return NO_PARTY


def _require_tail(tail: str | None) -> None:
    """Refuse the end of a code that would name too many.

    Raises:
        RequestInvalid: it is too short or too long.
    """
    if tail is not None and not TAIL_LENGTH_MIN <= len(code_tail(tail)) <= TAIL_LENGTH_MAX:
        sentence = f"Input should be {TAIL_LENGTH_MIN} to {TAIL_LENGTH_MAX} characters of a code"
        raise invalid_at("/code_tail", sentence)


def place_in(cursor: str | None) -> Place | None:
    """The place that a cursor names.

    Raises:
        RequestInvalid: the cursor is not one of ours.
    """
    found = place_of(cursor)
    return None if found is None else Place(*found)


def _cursor(following: Place | None) -> str | None:
    return None if following is None else placed(following.at, following.number)


@get("/v1/programmes/{programme:str}/coupons", guards=[BRAND], opt=SLOW, tags=TAGS)
async def programme_coupons(
    request: Call,
    code: ProgrammeInPath,
    *,
    standing: InState = None,
    delivery: Delivery = None,
    member: OfMember = None,
    offer_id: OfOffer = None,
    supplier: OfSupplier = None,
    tail: CodeTail = None,
    since: FromInstant = None,
    until: UntilInstant = None,
    cursor: PlacedCursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[ListedCouponAnswer]:
    """A programme's coupons, the newest first, as they stand now.

    A page looks at some thousand coupons at most. It may hold fewer than `limit`, or none, and
    still have a `next_cursor`. The operator sees members with dots in the middle.
    """
    _require_tail(tail)
    programme = await own_programme(request, code)
    context = context_of(request)
    wanted = WantedCoupons(
        state=None if standing is None else CouponState(standing),
        order_state=None if delivery is None else OrderState(delivery),
        member=None if member is None else member_in_path(member),
        offer_id=offer_id,
        supplier_id=await supplier_number(request, supplier),
        tail=tail,
        since=instant_at("from", since),
        until=instant_at("until", until),
    )
    async with context.database.transaction() as connection:
        found, following = await find_coupons(
            connection, programme, wanted, place=place_in(cursor), limit=limit
        )
        codes = await context.codes.of(connection, {each.supplier_id for each in found})
    items = [
        _copy(
            each,
            coupon=each.coupon_id,
            member=member_shown(request, programme, each.member),
            holder=member_shown(request, programme, each.holder_now),
            offer=each.offer_id,
            supplier=codes[each.supplier_id],
            code_tail=None if each.shown_code is None else each.shown_code[-TAIL_LENGTH_MIN:],
        )
        for each in found
    ]
    return {"items": items, "next_cursor": _cursor(following)}


@get("/v1/programmes/{programme:str}/coupons/summary", guards=[BRAND], opt=SLOW, tags=TAGS)
async def coupon_summary(
    request: Call,
    code: ProgrammeInPath,
    *,
    offer_id: OfOffer = None,
    supplier: OfSupplier = None,
    since: FromInstant = None,
    until: UntilInstant = None,
) -> CouponSummaryAnswer:
    """How many of a programme's coupons are in each state now.

    The newest are counted, up to a limit. `is_complete` says whether these are all.
    """
    programme = await own_programme(request, code)
    wanted = WantedCoupons(
        offer_id=offer_id,
        supplier_id=await supplier_number(request, supplier),
        since=instant_at("from", since),
        until=instant_at("until", until),
    )
    async with context_of(request).database.transaction() as connection:
        found = await count_states(connection, programme, wanted)
    return {
        "states": [
            {"state": state, "coupons": found.counts.get(state, 0)} for state in CouponState
        ],
        "counted": found.counted,
        "oldest_at": found.since,
        "is_complete": found.is_complete,
    }


@get("/v1/coupons", guards=[SUPPLIER_OR_OPERATOR], opt=SLOW, tags=SUPPLIERS_TAGS)
async def supplier_coupons(
    request: Call,
    *,
    standing: InState = None,
    delivery: Delivery = None,
    offer_id: OfOffer = None,
    since: FromInstant = None,
    until: UntilInstant = None,
    party: PartyInQuery = None,
    cursor: PlacedCursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[SupplierCouponAnswer]:
    """The coupons of the supplier's offers in all programmes, the newest first, as they stand now.

    A page looks at some thousand coupons at most. It may hold fewer than `limit`, or none, and
    still have a `next_cursor`.
    """
    context = context_of(request)
    wanted = WantedCoupons(
        state=None if standing is None else CouponState(standing),
        order_state=None if delivery is None else OrderState(delivery),
        offer_id=offer_id,
        since=instant_at("from", since),
        until=instant_at("until", until),
    )
    async with context.database.transaction() as connection:
        supplier = await party_acted_for(request, connection, party)
        found, following = await find_supplier_coupons(
            connection, supplier.party_id, wanted, place=place_in(cursor), limit=limit
        )
        programmes = await programme_codes(connection, {each.book_id for each in found})
    items = [
        _copy_suppliers(
            each,
            coupon=each.coupon_id,
            programme=programmes[each.book_id],
            offer=each.offer_id,
            code_tail=each.tail,
        )
        for each in found
    ]
    return {"items": items, "next_cursor": _cursor(following)}


ROUTES = [programme_coupons, coupon_summary, supplier_coupons]
