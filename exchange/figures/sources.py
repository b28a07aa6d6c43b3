"""What other wings know of coupons and partners: cases, new members, the kit, swaps.

A figure whose source is None is null, with a note that says so. It is never guessed. How soon
statements are paid has no source yet.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.stages import find_last_pass
from exchange.cases.kinds import CaseKind
from exchange.coupons.lifecycle import CouponState
from exchange.figures.steps import DELIVERED, KEYS, WANTED, By
from exchange.swaps.counts import load_balances
from ledger import read_clock

Bound = Mapping[str, Any]
"""`book_id`, `since`, `until`, `supplier_id`, `offer_id`: of which coupons. The last two may be
None. The coupons are those that `steps.DELIVERED` finds."""


@dataclass(frozen=True, slots=True)
class Cases:
    """Of the coupons delivered in a window: how many have a case, a complaint, a contradiction."""

    with_case: int = 0
    with_complaint: int = 0
    contradicted: int = 0


@dataclass(frozen=True, slots=True)
class NewMembers:
    """Of the coupons delivered in a window: uses for which it was said, and whose user was new."""

    said: int = 0
    new: int = 0


CountCases = Callable[[AsyncConnection, Bound, By], Awaitable[Mapping[str, Cases]]]
CountNewMembers = Callable[[AsyncConnection, Bound, By], Awaitable[Mapping[str, NewMembers]]]
"""Counts of one book by the key of each group, as `steps.STEPS` names it."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Who counts what is not counted here."""

    cases: CountCases | None = None
    new_members: CountNewMembers | None = None
    kit_age_days: Callable[[AsyncConnection, int], Awaitable[int | None]] | None = None
    """Since when a supplier has passed the conformance kit, by its party."""
    swap_balance: Callable[[AsyncConnection, int], Awaitable[Mapping[str, int]]] | None = None
    """What the others owe a party in its swaps, in minor units, by currency."""
    payment_days: Callable[[AsyncConnection, int], Awaitable[int | None]] | None = None
    """In how many days a brand has paid its statements, as a rule."""


def _delivered(columns: str = "") -> dict[By, str]:
    """The coupons that were delivered, with the keys of their groups."""
    return {
        by: DELIVERED.format(columns=f", c.supplier_id, {key} AS grouped{columns}")
        for by, key in KEYS.items()
        if by != "shop"
    }


_CASES: dict[By, TextClause] = {
    by: text(
        f"""
        SELECT grouped, count(*) AS with_case, count(*) FILTER (WHERE complained) AS with_complaint,
            count(*) FILTER (WHERE contradicted) AS contradicted
        FROM (
            SELECT grouped, bool_or(x.kind = '{CaseKind.COMPLAINT}') AS complained,
                bool_or(
                    x.kind IN ('{CaseKind.CONTRADICTION}', '{CaseKind.LATE_FAILURE}')
                ) AS contradicted
            FROM ({delivered}) AS c
            JOIN exchange.coupon_case x ON x.book_id = :book_id AND x.coupon_id = c.coupon_id
            WHERE true {WANTED}
            GROUP BY c.coupon_id, grouped
        ) AS coupons
        GROUP BY grouped
        """
    )
    for by, delivered in _delivered().items()
}

# Of a gift, the supplier's word at the use counts before the brand's at the claim.
_NEW_MEMBERS: dict[By, TextClause] = {
    by: text(
        f"""
        SELECT grouped, count(*) AS said, count(*) FILTER (WHERE is_counted) AS new
        FROM (
            SELECT grouped, CASE WHEN c.used_by_new IS NOT NULL THEN u.use ELSE n.hop END
                IS NOT NULL AS is_counted
            FROM ({delivered}) AS c
            LEFT JOIN exchange.new_user u ON u.book_id = :book_id AND u.coupon_id = c.coupon_id
            LEFT JOIN exchange.custody k
                ON k.book_id = :book_id AND k.coupon_id = c.coupon_id AND k.hop = c.hops
            LEFT JOIN exchange.new_member n
                ON n.book_id = :book_id AND n.coupon_id = c.coupon_id AND n.hop = c.hops
            WHERE c.state = '{CouponState.USED}'
                AND coalesce(c.used_by_new, k.is_new) IS NOT NULL {WANTED}
        ) AS uses
        GROUP BY grouped
        """
    )
    for by, delivered in _delivered(", c.used_by_new, c.hops").items()
}


def _used(bound: Bound) -> Bound:
    return {name: bound[name] for name in ("book_id", "since", "until", "supplier_id", "offer_id")}


async def _count_cases(connection: AsyncConnection, bound: Bound, by: By) -> dict[str, Cases]:
    if by == "shop":
        return {}
    rows = await connection.execute(_CASES[by], _used(bound))
    return {
        row.grouped or "": Cases(row.with_case, row.with_complaint, row.contradicted)
        for row in rows
    }


async def _count_new_members(
    connection: AsyncConnection, bound: Bound, by: By
) -> dict[str, NewMembers]:
    if by == "shop":
        return {}
    rows = await connection.execute(_NEW_MEMBERS[by], _used(bound))
    return {row.grouped or "": NewMembers(row.said, row.new) for row in rows}


async def _kit_age_days(connection: AsyncConnection, party_id: int) -> int | None:
    passed_at = await find_last_pass(connection, party_id)
    if passed_at is None:
        return None
    return max(0, (await read_clock(connection) - passed_at).days)


SOURCES = Sources(_count_cases, _count_new_members, _kit_age_days, load_balances)
"""Those that there are."""
