"""The statements that count coupons by the steps of their lives, for one book and some days.

Everything is read from coupons, orders and receipts, so a replay, which makes none of them, and a
refusal are never counted, and a gift, which changes the holder of a coupon, makes no second one.

A cohort is named by its first step: the coupons redeemed in a window, those delivered in it, the
orders that ended in it. What came of it counts whenever it happened. What is read grows with the
coupons of the window: two indexes find them, by when they were redeemed and by when they ended.
"""

from typing import Literal

from sqlalchemy import TextClause, text

from exchange.coupons.lifecycle import CouponState, OrderState
from exchange.coupons.receipt import Step

By = Literal["offer", "supplier", "brand", "shop", "channel"]
USE_DAYS = (7, 30)
"""Within so many days of its delivery a coupon is used, or is not counted as used."""
IN_TIME_SECONDS = 60

REDEEMER = "c.member"
"""Who redeemed a coupon `c`: its first holder. Who has it now, after a gift, is `c.holder`.

Members are counted by this, also those who used something: of a coupon that was given on, the first
hand counts, and no other does.
"""

KEYS: dict[By, str] = {
    "offer": "CAST(c.offer_id AS text)",
    "supplier": "CAST(c.supplier_id AS text)",
    "brand": "''",
    "shop": "''",
    "channel": "c.channel",
}
"""The key of the group that a coupon `c` belongs to."""
WANTED = """
        AND (CAST(:supplier_id AS integer) IS NULL OR c.supplier_id = :supplier_id)
        AND (CAST(:offer_id AS bigint) IS NULL OR c.offer_id = :offer_id)
"""
"""That a coupon `c` is one of those that are asked for."""
_COLUMNS = f"""
    c.coupon_id, c.offer_id, {REDEEMER} AS member, c.state, c.used_at, c.uses, c.expires_on
"""

DELIVERED = f"""
    SELECT {_COLUMNS}, c.redeemed_at AS delivered_at{{columns}}
    FROM exchange.coupon c
    WHERE c.book_id = :book_id AND c.redeemed_at >= :since AND c.redeemed_at < :until
        AND c.fulfilment <> 'direct' AND c.state <> '{CouponState.HELD}'
    UNION ALL
    SELECT {_COLUMNS}, o.finished_at{{columns}}
    FROM exchange.fulfilment_order o
    JOIN exchange.coupon c ON c.book_id = :book_id AND c.coupon_id = o.coupon_id
    WHERE o.book_id = :book_id AND o.finished_at >= :since AND o.finished_at < :until
        AND o.state = '{OrderState.SUCCESS}'
"""
"""Coupons by when they were delivered: the exchange's own at once, others when the order ended."""

USED_WITHIN = f"""state = '{CouponState.USED}'
        AND used_at <= delivered_at + make_interval(days => CAST({{days}} AS integer))"""
"""Whether the use stands, and came in time."""


def _is_old(days: int) -> str:
    return f"delivered_at + make_interval(days => {days}) <= :as_of"


# A coupon without a last day lives on. Whether it was used must not decide whether it is counted.
_IS_OVER = "coalesce(expires_on < :today, false)"


def _counted() -> str:
    """The counts of a delivered cohort at each age."""
    ages = [(str(days), _is_old(days), USED_WITHIN.format(days=days)) for days in USE_DAYS]
    ages.append(("life", _IS_OVER, f"state = '{CouponState.USED}'"))
    return ", ".join(
        f"""count(*) FILTER (WHERE {is_old}) AS old_{name},
        count(*) FILTER (WHERE {is_old} AND {is_used}) AS used_{name},
        count(DISTINCT member) FILTER (WHERE {is_old}) AS members_{name}"""
        for name, is_old, is_used in ages
    )


def _redeemed(key: str) -> TextClause:
    old = f"c.redeemed_at + interval '{IN_TIME_SECONDS} seconds' <= :as_of"
    in_time = f"o.finished_at <= c.redeemed_at + interval '{IN_TIME_SECONDS} seconds'"
    return text(
        f"""
        SELECT {key} AS grouped, count(*) AS redeemed,
            count(DISTINCT {REDEEMER}) AS redeemers,
            coalesce(sum(c.points), 0)::bigint AS points,
            count(*) FILTER (WHERE c.state = '{CouponState.HELD}') AS open,
            min(c.redeemed_at) FILTER (WHERE c.state = '{CouponState.HELD}') AS open_since,
            count(*) FILTER (WHERE c.state = '{CouponState.RETURNED}') AS returned,
            count(o.coupon_id) FILTER (WHERE {old}) AS timed,
            count(o.coupon_id) FILTER (WHERE NOT ({old})) AS untimed,
            count(o.coupon_id) FILTER (
                WHERE {old} AND o.state = '{OrderState.SUCCESS}' AND {in_time}
            ) AS in_time
        FROM exchange.coupon c
        LEFT JOIN exchange.fulfilment_order o
            ON o.book_id = :book_id AND o.coupon_id = c.coupon_id
        WHERE c.book_id = :book_id AND c.redeemed_at >= :since AND c.redeemed_at < :until
            {WANTED}
        GROUP BY 1
        """
    )


def _delivered(key: str) -> TextClause:
    wanted = DELIVERED.format(columns=f", c.supplier_id, {key} AS grouped")
    return text(
        f"""
        SELECT grouped, count(*) AS delivered, coalesce(sum(uses), 0)::bigint AS uses,
            count(*) FILTER (WHERE state = '{CouponState.USED}') AS used,
            count(DISTINCT member) FILTER (WHERE uses > 0) AS users, {_counted()}
        FROM ({wanted}) AS c
        WHERE true {WANTED}
        GROUP BY grouped
        """
    )


def _ended(key: str) -> TextClause:
    return text(
        f"""
        SELECT {key} AS grouped, count(*) AS ended,
            count(*) FILTER (WHERE o.state = '{OrderState.SUCCESS}') AS succeeded
        FROM exchange.fulfilment_order o
        JOIN exchange.coupon c ON c.book_id = :book_id AND c.coupon_id = o.coupon_id
        WHERE o.book_id = :book_id AND o.finished_at >= :since AND o.finished_at < :until
            {WANTED}
        GROUP BY 1
        """
    )


# A use was reversed if the step after it, of uses and reversals, is a reversal.
_AT_SHOPS = text(
    f"""
    SELECT shop AS grouped, count(*) AS uses,
        count(*) FILTER (WHERE after = '{Step.USE_REVERSED}') AS reversed,
        count(DISTINCT member) AS users
    FROM (
        SELECT c.member, r.step, coalesce(r.detail ->> 'shop', r.detail ->> 'store') AS shop,
            lead(r.step) OVER (PARTITION BY r.coupon_id ORDER BY r.step_id) AS after
        FROM ({DELIVERED.format(columns=", c.supplier_id")}) AS c
        JOIN exchange.receipt_step r ON r.book_id = :book_id AND r.coupon_id = c.coupon_id
            AND r.step IN ('{Step.USED}', '{Step.USE_REVERSED}')
        WHERE c.uses > 0 {WANTED}
    ) AS steps
    WHERE step = '{Step.USED}'
    GROUP BY shop
    """
)

_CLAIMED = f"""
    SELECT c.offer_id, CAST(c.redeemed_at AT TIME ZONE CAST(:time_zone AS text) AS date) AS day,
        {{channel}} AS channel, count(DISTINCT {REDEEMER}) AS claimed
    FROM exchange.coupon c
    WHERE c.book_id = :book_id AND c.redeemed_at >= :since AND c.redeemed_at < :until {WANTED}
    GROUP BY 1, 2, 3
"""


# Of days for which nothing was reported, nothing is claimed either.
def _shown(key: str, *, by_channel: bool) -> TextClause:
    channel = "c.channel" if by_channel else "''"
    return text(
        f"""
        WITH shown AS (
            SELECT c.offer_id, c.supplier_id, c.day, {channel} AS channel,
                sum(c.impressions) AS impressions, sum(c.members) AS members
            FROM exchange.shown_day c
            WHERE c.book_id = :book_id AND c.day >= :first_day AND c.day < :end_day {WANTED}
            GROUP BY 1, 2, 3, 4
        ), claimed AS ({_CLAIMED.format(channel=f"coalesce({channel}, '')")})
        SELECT {key} AS grouped, sum(c.impressions)::bigint AS impressions,
            sum(c.members)::bigint AS shown, coalesce(sum(claimed.claimed), 0)::bigint AS claimed
        FROM shown c LEFT JOIN claimed USING (offer_id, day, channel)
        GROUP BY 1
        """
    )


STEPS: dict[By, tuple[TextClause, ...]] = {
    by: (
        (_AT_SHOPS,)
        if by == "shop"
        else (
            _redeemed(key),
            _delivered(key),
            _ended(key),
            _shown(key if by != "channel" else "channel", by_channel=by == "channel"),
        )
    )
    for by, key in KEYS.items()
}
"""What is counted, by what it is grouped by. Each answers one row for each group."""

ASKED = text(
    """
    SELECT offer_id, code, sum(times)::bigint AS times FROM exchange.asked_day
    WHERE book_id = :book_id AND day >= :first_day AND day < :end_day
        AND (CAST(:offer_id AS bigint) IS NULL OR offer_id = :offer_id)
    GROUP BY offer_id, code
    """
)
"""How often each offer was asked for, and refused."""
