"""What an offer costs a member, and whether the member may have it at all.

Promises:

- The price is a pure function of the rules, the offer, the batch, the rate, the member and the
  instant. The order of the rules never matters.
- A rule that is added never raises a price that another rule already set, with one exception: the
  first one to state the ordinary price, of which others are a percent.
- A price rule never changes: it is made, and may be ended. So the price of any past instant can be
  told.
- Days and hours are those of the programme's time zone.

Never:

- It never reads a clock. The caller gives the instant, except where a rule ends, which the
  database dates.
- It moves no points and takes no stock.

Start here:

- `price`: what an offer costs.
- `price_list`: what many offers cost one member.
- `price_rule`: what a price rule says.
- `eligible`: for whom a price or an offer is.
- `schedule`: on which days and at which hours a rule applies.
- `words`: rules and prices in words.
- `terms`: what a rule, a rate and a condition may say.
- `rules`: the stored price rules.
- `rates`: a programme's rate for prices, and who may have an offer.
- `load`: everything that decides prices, read at once.
- `points_days`: the days on which rules with a schedule apply.
"""

from catalog.pricing.eligible import (
    ANYONE,
    MemberFacts,
    Who,
    why_not_eligible,
)
from catalog.pricing.load import (
    Pricing,
    load_pricing,
    not_eligible,
)
from catalog.pricing.points_days import (
    POINTS_DAYS_MAX,
    PointsDay,
    list_points_days,
    multiplied,
    multiplier_at,
    next_days,
)
from catalog.pricing.price import (
    Price,
    PriceRate,
    covers,
    is_for,
)
from catalog.pricing.price_rule import (
    Effect,
    PriceRule,
)
from catalog.pricing.rates import (
    Access,
    StatedRate,
    find_access,
    find_rate,
    state_access,
    state_rate,
)
from catalog.pricing.rules import (
    add_price_rule,
    end_price_rule,
    list_price_rules,
    load_multipliers,
    load_rules_between,
    require_declared,
    rule_of_terms,
)
from catalog.pricing.schedule import (
    DATES_MAX,
    Hours,
    Schedule,
)
from catalog.pricing.terms import (
    DAY_OF_MONTH_MAX,
    DAY_OF_WEEK_MAX,
    MEMBER_DAYS_MAX,
    MULTIPLIER_PERCENT_MAX,
    RATE_MAX,
    STEP_MAX,
    WHO_NAMES_MAX,
    PriceInvalid,
    PriceTerms,
    require_price_terms,
    require_who,
    who_as_json,
    who_of,
)
from catalog.pricing.words import (
    Words,
    clock,
    words_of_rule,
)

__all__ = [
    "ANYONE",
    "DATES_MAX",
    "DAY_OF_MONTH_MAX",
    "DAY_OF_WEEK_MAX",
    "MEMBER_DAYS_MAX",
    "MULTIPLIER_PERCENT_MAX",
    "POINTS_DAYS_MAX",
    "RATE_MAX",
    "STEP_MAX",
    "WHO_NAMES_MAX",
    "Access",
    "Effect",
    "Hours",
    "MemberFacts",
    "PointsDay",
    "Price",
    "PriceInvalid",
    "PriceRate",
    "PriceRule",
    "PriceTerms",
    "Pricing",
    "Schedule",
    "StatedRate",
    "Who",
    "Words",
    "add_price_rule",
    "clock",
    "covers",
    "end_price_rule",
    "find_access",
    "find_rate",
    "is_for",
    "list_points_days",
    "list_price_rules",
    "load_multipliers",
    "load_pricing",
    "load_rules_between",
    "multiplied",
    "multiplier_at",
    "next_days",
    "not_eligible",
    "require_declared",
    "require_price_terms",
    "require_who",
    "rule_of_terms",
    "state_access",
    "state_rate",
    "who_as_json",
    "who_of",
    "why_not_eligible",
    "words_of_rule",
]
