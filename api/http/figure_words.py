"""What the members of figures mean, in a sentence each: a part of `glossary`."""

from collections.abc import Mapping

FIGURE_WORDS: Mapping[str, str] = {
    "figure": "Which figure it is.",
    "numerator": "What was counted; null where nothing tells it.",
    "denominator": "Of how many; null where nothing tells it.",
    "low": "The lower bound of the 95% interval; null without one.",
    "high": "The upper bound of the 95% interval; null without one.",
    "method": "How the interval was made; null without one.",
    "trials": "Of how many independent trials the interval is; null without one.",
    "immature": "How many are too young to be counted, in neither number.",
    **{
        f"{schema}.{name}": words
        for schema in ("MeasureAnswer", "FigureAnswer")
        for name, words in (
            ("rate", "The one by the other; null where nothing was counted."),
            ("unit", "What the trials are."),
            ("note", "What there is to know about it; null for nothing."),
        )
    },
    "MarketOfferAnswer.use_rate": (
        "How much of it members use; null unless offers are sorted by it."
    ),
    "by": "What the groups are.",
    "?by": "What to group by.",
    "from_day": "The first day.",
    "until_day": "The day after the last.",
    "as_of": "Until when later steps are counted.",
    "groups": "The groups, those of which most was redeemed first.",
    "FunnelAnswer.is_complete": "Whether all groups are there.",
    "FunnelGroupAnswer.key": (
        "The offer, the party, the shop or the channel; null for no channel."
    ),
    "FunnelGroupAnswer.label": "What it is called; null for nothing.",
    "FunnelGroupAnswer.steps": "How many rights took each step.",
    "figures": "The figures, in a fixed order.",
    "refusals": "Why redemptions were refused, by code.",
    "times": "How often.",
    "notes": "Why what is null is null.",
    "CardNoteAnswer.about": "Which member is null.",
    "CardNoteAnswer.note": "Why.",
    "impressions": "How often it was shown.",
    "FunnelStepsAnswer.shown": "To how many members it was shown, each once a day; as reported.",
    "FunnelStepsAnswer.redeemed": "How many rights were redeemed.",
    "redeemers": "How many members redeemed them; null to a supplier.",
    "FunnelStepsAnswer.points": "What they cost in points.",
    "FunnelStepsAnswer.open": "How many of these are not delivered yet.",
    "oldest_open_seconds": "How long the oldest of them has been open; null for none.",
    "FunnelStepsAnswer.returned": "How many of these were returned.",
    "delivered": "How many were delivered in these days.",
    "FunnelStepsAnswer.uses": "How often these were used, reversed uses included.",
    "FunnelStepsAnswer.used": "How many of these are used.",
    "FunnelStepsAnswer.reversed": "How many of their uses were reversed.",
    "days_measured": "Of how many of the days members were measured.",
    "RedemptionRateAnswer.members": (
        "Members who redeemed, of those who could at some time have paid the cheapest right."
    ),
    "points_flow": "Points redeemed, by points issued in the same days.",
    "points_cohort": "Points redeemed so far, of those issued in these days.",
    "ScorecardAnswer.supplier": "How it does as a supplier; null where it is none.",
    "ScorecardAnswer.brand": "How it does as a brand; null where it is none.",
    "open_orders": "How many orders of these days are open.",
    "kit_age_days": "Since how many days it has passed the conformance kit; null if not.",
    "swap_balance_minor": (
        "What the others owe it in its swaps; null for none, or for several currencies."
    ),
    "swap_currency": "The currency of that; null without it.",
    "redemption": "How many members redeem, in all of its programmes.",
    "claim": "Members who have an offer, of those to whom it was reported to be shown.",
    "payment_days": "In how many days it pays, as a rule; null where that is not known.",
    "vetoes": "How many vetoes of its own are in force.",
    "ShownBody.shown": "The counts.",
    "ShownItem.day": "The day, in the programme's time zone.",
    "ShownItem.members": "To how many different members.",
    "kept": "How many counts were kept.",
}
