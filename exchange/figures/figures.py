"""The rates of a funnel, each with what it takes to judge it (pure)."""

from collections.abc import Callable, Mapping
from typing import Literal, get_args

from exchange.figures.funnel import OURS, OUT_OF_STOCK, Steps
from exchange.figures.rates import Rate, Unit, proportion, unknown
from exchange.figures.steps import By

Figure = Literal[
    "claim",
    "conversion",
    "delivery_success",
    "delivered_in_60_seconds",
    "use_7_days",
    "use_30_days",
    "use_life",
    "reversal",
    "new_members_reported",
    "new_members_measured",
    "complaint",
    "case",
    "contradiction",
    "stock_refusal",
    "sell_through",
]
NOT_SHOWN = "nobody has reported to whom it was shown"
MORE_CLAIMED = "more members have it than were reported to have been shown it"
REPORTED = "reported by the brand; a member counts once for each day"
NOT_BY_THIS = "not counted in this grouping"
NO_CASES = "nobody has counted cases"
NOT_SAID = "nobody has said whose users are new"
SAID = "reported: by the supplier at the use, or else by the brand when a gift was taken"
NOT_COMPARABLE = "a person's identifiers in two programmes cannot be compared"
RECORDED = "by the day on which it was asked, from what the worker has read"
_NO_STOCK: frozenset[By] = frozenset({"channel", "shop"})
_AT_SHOPS: frozenset[Figure] = frozenset({"reversal"})


def figures_of(steps: Steps, by: By) -> dict[Figure, Rate]:
    """All figures of a group. What cannot be told of this kind of group is null, with a note."""
    found: dict[Figure, Rate] = {}
    for figure in get_args(Figure):
        make, unit = _FIGURES[figure]
        is_told = by != "shop" or figure in _AT_SHOPS
        if by in _NO_STOCK and figure in {"conversion", "stock_refusal", "sell_through"}:
            is_told = False
        found[figure] = make(steps) if is_told else unknown(unit, NOT_BY_THIS)
    return found


def _claim(steps: Steps) -> Rate:
    if steps.shown == 0:
        return unknown("members", NOT_SHOWN)
    if steps.claimed > steps.shown:
        return unknown("members", MORE_CLAIMED)
    return proportion(steps.claimed, steps.shown, "members", note=REPORTED)


def _conversion(steps: Steps) -> Rate:
    accepted = steps.asked[""]
    ours = sum(times for code, times in steps.asked.items() if code in OURS)
    return proportion(accepted, accepted + ours, "redemptions", note=RECORDED)


def _stock_refusal(steps: Steps) -> Rate:
    short = sum(times for code, times in steps.asked.items() if code in OUT_OF_STOCK)
    return proportion(short, sum(steps.asked.values()), "redemptions", note=RECORDED)


def _delivery_success(steps: Steps) -> Rate:
    return proportion(steps.succeeded, steps.ended, "orders", immature=steps.open)


def _in_time(steps: Steps) -> Rate:
    return proportion(steps.in_time, steps.timed, "orders", immature=steps.untimed)


def _use(age: str) -> Callable[[Steps], Rate]:
    def use(steps: Steps) -> Rate:
        old: int = getattr(steps, f"old_{age}")
        return proportion(
            getattr(steps, f"used_{age}"),
            old,
            "members",
            trials=getattr(steps, f"members_{age}"),
            immature=steps.delivered - old,
        )

    return use


def _reversal(steps: Steps) -> Rate:
    return proportion(steps.reversed, steps.uses, "members", trials=steps.users)


def _new_reported(steps: Steps) -> Rate:
    told = steps.new_members
    if told is None or told.said == 0:
        return unknown("uses", NOT_SAID)
    return proportion(told.new, told.said, "uses", note=SAID)


def _new_measured(_: Steps) -> Rate:
    return unknown("uses", NOT_COMPARABLE)


def _of_cases(count: str) -> Callable[[Steps], Rate]:
    def rate(steps: Steps) -> Rate:
        if steps.cases is None:
            return unknown("coupons", NO_CASES)
        return proportion(getattr(steps.cases, count), steps.delivered, "coupons")

    return rate


def _sell_through(steps: Steps) -> Rate:
    return proportion(steps.taken, steps.granted, "pieces")


_FIGURES: Mapping[Figure, tuple[Callable[[Steps], Rate], Unit]] = {
    "claim": (_claim, "members"),
    "conversion": (_conversion, "redemptions"),
    "delivery_success": (_delivery_success, "orders"),
    "delivered_in_60_seconds": (_in_time, "orders"),
    "use_7_days": (_use("7"), "members"),
    "use_30_days": (_use("30"), "members"),
    "use_life": (_use("life"), "members"),
    "reversal": (_reversal, "members"),
    "new_members_reported": (_new_reported, "uses"),
    "new_members_measured": (_new_measured, "uses"),
    "complaint": (_of_cases("with_complaint"), "coupons"),
    "case": (_of_cases("with_case"), "coupons"),
    "contradiction": (_of_cases("contradicted"), "coupons"),
    "stock_refusal": (_stock_refusal, "redemptions"),
    "sell_through": (_sell_through, "pieces"),
}
