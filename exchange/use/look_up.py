"""How a coupon stands at a till, and everything that speaks against its use there and now.

It locks nothing and promises nothing: between a look and a use another till may come. A lock is for
that. However many look, there are at most five statements: the shops, the codes of tokens, the
coupons with the clock, their programme, and what the offers say if the process does not know it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from catalog.shops import Shop, ShopNotFound, UseTerms, judge_place, load_shops, load_use_terms
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
from exchange.use.uses_of_book import Named, codes_of_tokens
from exchange.use.words import words_of
from ledger import JSON, Refusal
from ledger.book import Programme, find_programme_by_book, programme_day

_NO_BOOK = 0
"""No book has this number."""

_FIND = text(
    f"""
    SELECT clock_timestamp() AS now, {COUPON_COLUMNS}
    FROM exchange.coupon
    WHERE book_id = :book_id AND supplier_id = :supplier_id AND code = ANY(:codes)
    """
).bindparams(bindparam("codes", type_=ARRAY(TEXT)))


class Look:
    """What a till wants to see. Without a shop, no shop is judged.

    `named` is None where there can be no such code or token.
    """

    __slots__ = ("book_id", "named", "shop")

    def __init__(
        self,
        code: str | None,
        token: str | None,
        shop: str | None,
        signatures: Signatures | None,
    ) -> None:
        self.book_id = _NO_BOOK
        self.named: Named | None = None
        self.shop = shop
        with suppress(CouponNotFound):
            self.book_id, self.named = read_named(code, token, signatures)


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
    look = Look(code, token, shop, signatures)
    (found,) = await look_up_all(connection, look.book_id, supplier, [look], now=now)
    if isinstance(found, Refusal):
        raise found
    return found


async def look_up_all(
    connection: AsyncConnection,
    book_id: int,
    supplier: Party,
    looks: Sequence[Look],
    *,
    now: datetime | None = None,
) -> list[dict[str, JSON] | Refusal]:
    """What tills are told of coupons of one book, each by itself, or why they are told nothing."""
    names = sorted({look.shop for look in looks if look.shop is not None})
    shops = await load_shops(connection, supplier, names) if names else {}
    where = {"book_id": book_id, "supplier_id": supplier.party_id}
    named = {place: look.named for place, look in enumerate(looks) if look.named is not None}
    codes = await codes_of_tokens(connection, where, named)
    rows: dict[str, Mapping[str, Any]] = {}
    programme: Programme | None = None
    if codes:
        values = {**where, "codes": sorted(set(codes.values()))}
        found = (await connection.execute(_FIND, values)).mappings()
        rows = {row["code"]: dict(row) for row in found}
    if rows:
        programme = await find_programme_by_book(connection, book_id)
    terms = await load_use_terms(connection, [_version(row) for row in rows.values()])
    told: list[dict[str, JSON] | Refusal] = []
    for place, look in enumerate(looks):
        row = rows.get(codes.get(place, ""))
        if look.shop is None and supplier.require_shop:
            told.append(ShopRequired("this supplier's tills name one of its shops", field="shop"))
        elif look.shop is not None and look.shop not in shops:
            told.append(ShopNotFound(f"{supplier.code} has no shop {look.shop}"))
        elif row is None or programme is None:
            told.append(CouponNotFound("there is no such coupon"))
        else:
            shop = None if look.shop is None else shops[look.shop]
            told.append(_tell(row, look, shop, terms[_version(row)], programme, now))
    return told


def _version(row: Mapping[str, Any]) -> tuple[int, int]:
    return row["offer_id"], row["offer_version"]


def _tell(  # noqa: PLR0917 - everything that is known of one coupon
    row: Mapping[str, Any],
    look: Look,
    shop: Shop | None,
    terms: UseTerms,
    programme: Programme,
    now: datetime | None,
) -> dict[str, JSON]:
    coupon, zone = held_of(row), programme.time_zone
    at, standing = now or row["now"], coupon.standing
    judged = (
        judge_use(standing, at, programme_day(at, zone), at),
        look.named.why_stale(at) if isinstance(look.named, CouponToken) else None,
        judge_place(terms, shop, at, zone),
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
        "shop": look.shop,
        "words": words_of(standing, reasons, zone),
    }
