"""How well partners and rights do, with what each figure is worth.

Promises:

- A proportion never stands alone: its interval says how far chance could have moved it, and beside
  it stands what is too young to be counted.
- A replay, a refusal or a gift is never counted as a second redemption or use.
- What was measured and what was reported are told apart.
- No request reads a whole book: what is about all members is kept by day, by the worker.

Never:

- It never guesses. A figure that nothing was measured for is null, with a note.
- It never names a member.
- It never makes one grade of several figures: weights are opinions.

Start here:

- `intervals`: the Wilson interval of a proportion (pure).
- `rates`: a figure with all that it takes to judge it (pure).
- `steps`: the statements that count coupons by the steps of their lives.
- `sources`: what other wings count of coupons.
- `funnel`: what became of rights, counted for each group.
- `figures`: the rates of a funnel (pure).
- `lights`: which suppliers are in trouble now.
- `live`: what happens now, in a programme and at a supplier.
- `member_sets`: sets of members as bits, so that any window of days can be counted (pure).
- `cheapest`: the cheapest right that every member could have.
- `rounds`: the worker's round that keeps figures of members by day.
- `redemption`: how many of those who could redeem did, and how many points.
- `ranks`: how much of each offer is used, for the order of a market.
- `shown`: what a brand reports to have shown.
- `scorecards`: how a supplier and a brand do.
"""

from exchange.figures.figures import Figure, figures_of
from exchange.figures.funnel import (
    WINDOW_DAYS_MAX,
    Scope,
    Steps,
    Window,
    count_steps,
    oldest_open_seconds,
)
from exchange.figures.lights import Light, Newest, Why, light_of, load_newest
from exchange.figures.live import DayUses, Today, count_today, load_deliveries
from exchange.figures.ranks import load_ranks
from exchange.figures.rates import Rate
from exchange.figures.redemption import Redemption, find_redemption
from exchange.figures.rounds import keep_figures
from exchange.figures.scorecards import BrandCard, SupplierCard, brand_card, supplier_card
from exchange.figures.shown import SHOWN_COUNT_MAX, SHOWN_MAX, Shown, report_shown
from exchange.figures.steps import By

__all__ = [
    "SHOWN_COUNT_MAX",
    "SHOWN_MAX",
    "WINDOW_DAYS_MAX",
    "BrandCard",
    "By",
    "DayUses",
    "Figure",
    "Light",
    "Newest",
    "Rate",
    "Redemption",
    "Scope",
    "Shown",
    "Steps",
    "SupplierCard",
    "Today",
    "Why",
    "Window",
    "brand_card",
    "count_steps",
    "count_today",
    "figures_of",
    "find_redemption",
    "keep_figures",
    "light_of",
    "load_deliveries",
    "load_newest",
    "load_ranks",
    "oldest_open_seconds",
    "report_shown",
    "supplier_card",
]
