"""Whether a supplier is good enough, bad enough, or not known well enough yet (pure).

Of few orders a share says little. So a supplier is promoted when even the upper bound of its share
of failures is good enough, and suspended when even the lower bound is not. Between the two, it is
watched. Without a failure, 5% need 73 orders, 2% need 189 and 1% needs 381.

A contradiction suspends at once (`suspend`), so the orders here are without one.
"""

from dataclasses import dataclass
from typing import Literal

from catalog.stages import SHARE_PERMYRIAD_MAX, StagePolicy
from exchange.figures.intervals import wilson

Next = Literal["promote", "suspend", "stay"]


@dataclass(frozen=True, slots=True)
class Stats:
    """What became of a supplier's orders.

    - `ended`, `failed`: without those that failed because the account was wrong, which are
      `member_faults`.
    - `p95_seconds`: within which 95 of 100 were delivered. Orders that are open for longer than
      they may take count with the time that they have taken so far. None: nothing is known.
    """

    ended: int = 0
    failed: int = 0
    member_faults: int = 0
    open: int = 0
    p95_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What follows from the figures. `low` and `high` bound the share of failures."""

    next: Next
    low: float
    high: float
    words: dict[str, str]


def judge(stats: Stats, policy: StagePolicy) -> Judgement:
    """What a supplier's figures prove."""
    interval = wilson(stats.failed, stats.ended)
    limit = policy.failure_permyriad / SHARE_PERMYRIAD_MAX
    is_quick = stats.p95_seconds is not None and stats.p95_seconds <= policy.p95_seconds
    following: Next = "stay"
    if interval.low > limit:
        following = "suspend"
    elif interval.high <= limit and is_quick:
        following = "promote"
    words = _words(stats, policy, following, high=interval.high)
    return Judgement(following, interval.low, interval.high, words)


def _words(stats: Stats, policy: StagePolicy, following: Next, *, high: float) -> dict[str, str]:
    limit = policy.failure_permyriad / 100
    en = f"{stats.failed} of {stats.ended} orders failed; at most {limit:g}% may."
    zh = f"{stats.ended} 单中 {stats.failed} 单失败，上限 {limit:g}%。"
    if following == "suspend":
        return {"en": f"{en} The supplier is worse than that.", "zh": f"{zh}供应商达不到要求。"}
    if following == "promote":
        return {"en": f"{en} The supplier is as good as that.", "zh": f"{zh}供应商达到要求。"}
    if high <= policy.failure_permyriad / SHARE_PERMYRIAD_MAX:
        seconds = policy.p95_seconds
        return {
            "en": f"{en} But 95 of 100 must be delivered within {seconds} seconds.",
            "zh": f"{zh}但 95% 的订单须在 {seconds} 秒内到账。",
        }
    return {"en": f"{en} More orders are needed to tell.", "zh": f"{zh}还需要更多订单才能判断。"}
