"""How a coupon stands at a till, and everything that speaks against its use there and now.

It locks nothing and promises nothing: between a look and a use another till may come. A lock is for
that. At most five statements: the shop, the code of a token, the coupon with the clock, its
programme, and what the offer says if the process does not know it.
"""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from catalog.shops import find_shop, judge_place, load_use_terms
from exchange.coupons.codes import CouponNotFound
from exchange.coupons.lifecycle import (
    CouponState,
    judge_count,
    judge_hold,
    judge_use,
    reference_tail,
)
from exchange.coupons.signatures import Signatures
from exchange.coupons.tokens import CouponToken
from exchange.use.held import COUPON_COLUMNS, facts_of, held_of
from exchange.use.request import ShopRequired
from exchange.use.use import read_named
from exchange.use.uses_of_book import codes_of_tokens
from exchange.use.words import words_of
from ledger import JSON
from ledger.book import find_programme_by_book, programme_day

_FIND = text(
    f"""
    SELECT clock_timestamp() AS now, {COUPON_COLUMNS}
    FROM exchange.coupon
    WHERE book_id = :book_id AND supplier_id = :supplier_id AND code = :code
    """
)


async def look_up(
    connection: AsyncConnection,
    supplier: Party,
    *,
    code: str | None = None,
    token: str | None = None,
    shop: str | None = None,
    signatures: Signatures | None = None,
    now: datetime | None = None,
) -> dict[str, JSON]:
    """What a till is told of a coupon of this supplier. Without a shop, no shop is judged.

    Raises:
        CouponNotFound: the supplier has none of this code or token. Who asks counts it.
        ShopRequired: the supplier wants a shop to be named.
        ShopNotFound: the supplier has no such shop.
    """
    if shop is None and supplier.require_shop:
        raise ShopRequired("this supplier's tills name one of its shops", field="shop")
    found_shop = None if shop is None else await find_shop(connection, supplier, shop)
    book_id, named = read_named(code, token, signatures)
    where = {"book_id": book_id, "supplier_id": supplier.party_id}
    codes = await codes_of_tokens(connection, where, {0: named})
    row = None
    if 0 in codes:
        values = {**where, "code": codes[0]}
        found = (await connection.execute(_FIND, values)).mappings().one_or_none()
        row = None if found is None else dict(found)
    if row is None:
        raise CouponNotFound("there is no such coupon")
    coupon = held_of(row)
    programme = await find_programme_by_book(connection, book_id)
    version = (row["offer_id"], row["offer_version"])
    terms = (await load_use_terms(connection, [version]))[version]
    at, standing = now or row["now"], coupon.standing
    zone = programme.time_zone
    judged = (
        judge_use(standing, at, programme_day(at, zone), at),
        named.why_stale(at) if isinstance(named, CouponToken) else None,
        judge_place(terms, found_shop, at, zone),
        judge_hold(standing, at),
        judge_count(coupon.uses),
    )
    # All that a use would meet now. What cannot be mended stands first.
    reasons = [each.code for each in judged if each is not None]
    state = standing.state_at(at)
    return {
        **facts_of(row, terms, programme),
        "state": state,
        "usable": not reasons,
        "why_not": reasons,
        "lock_until": standing.lock_until if state is CouponState.LOCKED else None,
        "used_at": standing.used_at,
        "used_store": standing.used_store,
        "reference_tail": reference_tail(standing.used_reference),
        "shop": shop,
        "words": words_of(standing, reasons, zone),
    }
