"""What the uses of a period come to under one leg of a rate card. Pure.

A use's own line says what it costs by itself. What the period comes to is a function of how many
uses there are and of the sum of what they are a share of. The difference is a line of the period:
so the order of uses, and when they come, changes nothing.

Uses are counted where both they and what reversed them are billed in this period.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from settlement.cards import Leg
from settlement.cards.legs import Limit, Per
from settlement.cards.line import text_of
from settlement.money import plain, round_exact
from settlement.period_lines.spread import spread

Facts = dict[str, Any]
LimitKind = Literal["cap", "minimum"]
Kind = Literal["tier", "free", "package", "barter", "rounding", "cap", "minimum"]


@dataclass(frozen=True, slots=True)
class Sums:
    """The counted uses of one offer, or of all offers where they are counted together.

    - `uses`: charges less the reversals of charges of this period.
    - `coverable`: those of them that may be among the first free ones.
    - `basis`: what the leg sums. `exact`: what the lines come to before rounding.
    - `lines_minor`: what the lines come to.
    """

    offer_id: int
    uses: int
    coverable: int
    basis: Fraction
    exact: Fraction
    lines_minor: int


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the period: what a rule adds to what is there already. 0 of `offer_id` is all."""

    kind: Kind
    offer_id: int
    amount_minor: int
    calculation: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Settled:
    """What a leg comes to in a period: its lines of the period, and the total of each offer."""

    parts: tuple[Part, ...]
    total_by_offer: Mapping[int, int] = field(default_factory=dict)

    @property
    def parts_minor(self) -> int:
        """What the lines of the period come to."""
        return sum(part.amount_minor for part in self.parts)


def settle(leg: Leg, groups: Sequence[Sums], *, minimum_share: Fraction = Fraction(1)) -> Settled:
    """The lines of a period for a leg, from the sums of its uses.

    `groups` has one for each offer if the leg counts by offer or has a limit for each, else one for
    all. Of a minimum, `minimum_share` is due: a card that holds for a part of the month owes that
    part.
    """
    parts: list[Part] = []
    totals: dict[int, int] = {}
    for group in sorted(groups, key=lambda each: each.offer_id):
        totals[group.offer_id] = _of_group(leg, group, minimum_share, parts)
    reached = sum(totals.values())
    bounded = reached
    for kind, limit in _limits(leg, "contract_month"):
        before = bounded
        bounded, facts = _bound(kind, limit, before, minimum_share)
        parts.append(Part(kind, 0, bounded - before, facts))
    if bounded != reached and totals:
        shares = spread(bounded, list(totals.values()))
        totals = dict(zip(totals, shares, strict=True))
    return Settled(tuple(part for part in parts if part.amount_minor), totals)


def _of_group(leg: Leg, group: Sums, minimum_share: Fraction, parts: list[Part]) -> int:
    total = group.lines_minor
    if _is_summed(leg):
        exact, steps = amount_of(leg, group)
        total = round_exact(exact, leg.rounding)
        parts.append(
            Part(
                _kind_of(leg),
                group.offer_id,
                total - group.lines_minor,
                {**_facts(group), "steps": [*steps, _rounded(leg, total)], "total_minor": total},
            )
        )
    for kind, limit in _limits(leg, "offer_month"):
        before = total
        total, facts = _bound(kind, limit, before, minimum_share)
        parts.append(Part(kind, group.offer_id, total - before, facts))
    return total


def _limits(leg: Leg, per: Per) -> list[tuple[LimitKind, Limit]]:
    stated: tuple[tuple[LimitKind, Limit | None], ...] = (
        ("cap", leg.cap),
        ("minimum", leg.minimum),
    )
    return [(kind, limit) for kind, limit in stated if limit is not None and limit.per == per]


def _is_summed(leg: Leg) -> bool:
    """Whether the leg's amount is a function of the sums, before any limit."""
    return leg.model not in ("flat", "percent") or leg.counts_first or leg.round_at == "statement"


def _kind_of(leg: Leg) -> Kind:
    if leg.model == "package":
        return "package"
    if leg.model == "barter":
        return "barter"
    if leg.tiers:
        return "tier"
    return "free" if leg.counts_first else "rounding"


def amount_of(leg: Leg, group: Sums) -> tuple[Fraction, list[dict[str, Any]]]:
    """What the uses of a group come to, exactly and before any limit, and how."""
    free = _free_of(leg, group)
    uses = group.uses - free
    steps: list[dict[str, Any]] = []
    if free:
        steps.append({"op": "first_free", "uses": free})
    if leg.package is not None:
        packages = -(-uses // leg.package.size)
        exact = packages * Fraction(leg.package.price_minor)
        steps.append({"op": "package", "packages": packages, "exact": text_of(exact)})
    elif leg.barter is not None:
        excess = max(0, uses - leg.barter.quota)
        exact = excess * Fraction(leg.barter.rate)
        steps.append({"op": "barter", "excess": excess, "exact": text_of(exact)})
    elif leg.model == "volume":
        tier = next(each for each in leg.tiers if each.to is None or uses < each.to)
        exact = uses * Fraction(tier.rate)
        steps.append({"op": "volume", "rate": plain(tier.rate), "exact": text_of(exact)})
    elif leg.tiers:
        exact = _graduated(leg, Fraction(uses) if leg.basis == "count" else group.basis, steps)
    elif leg.model == "flat":
        price = _price_of(leg)
        exact = uses * price
        steps.append({"op": "flat", "rate": text_of(price), "exact": text_of(exact)})
    else:
        exact = _of_shares(leg, group)
        steps.append({"op": "percent", "rate": plain(leg.base_rate), "exact": text_of(exact)})
    return exact, steps


def _free_of(leg: Leg, group: Sums) -> int:
    if leg.free is None or leg.free.first is None:
        return 0
    return min(leg.free.first, group.coverable)


def _price_of(leg: Leg) -> Fraction:
    """What each use of a flat leg costs, as its line says: within the limits, and rounded there."""
    price = Fraction(leg.base_rate)
    if leg.min_minor is not None:
        price = max(price, Fraction(leg.min_minor))
    if leg.max_minor is not None:
        price = min(price, Fraction(leg.max_minor))
    return Fraction(round_exact(price, leg.rounding)) if leg.round_at == "line" else price


def _of_shares(leg: Leg, group: Sums) -> Fraction:
    """Shares are summed exactly, but where a lowest or highest price holds for each use.

    There the lines are summed, with the six decimals that they keep.
    """
    if leg.min_minor is None and leg.max_minor is None:
        return group.basis * Fraction(leg.base_rate)
    return group.exact


def _graduated(leg: Leg, reached: Fraction, steps: list[dict[str, Any]]) -> Fraction:
    exact, begins = Fraction(0), Fraction(0)
    for tier in leg.tiers:
        ends = reached if tier.to is None else min(reached, Fraction(tier.to))
        if ends > begins:
            amount = (ends - begins) * Fraction(tier.rate) + Fraction(tier.fee_minor)
            exact += amount
            step = {"op": "tier", "of": text_of(ends - begins), "rate": plain(tier.rate)}
            if tier.fee_minor:
                step["fee"] = plain(tier.fee_minor)
            steps.append({**step, "exact": text_of(amount)})
            begins = ends
    return exact


def _bound(kind: LimitKind, limit: Limit, total: int, share: Fraction) -> tuple[int, Facts]:
    """What a total comes to within a limit, and how. `share` is the part of a minimum that is due.

    A cap holds whole, however short its card held.
    """
    facts: Facts = {"before_minor": total, "limit_minor": limit.minor}
    if kind == "cap":
        bounded = min(total, limit.minor)
    else:
        bounded = max(total, round_exact(limit.minor * share, "half_up"))
        if share != 1:
            facts["share"] = text_of(share)
    return bounded, {**facts, "total_minor": bounded}


def _facts(group: Sums) -> dict[str, Any]:
    return {
        "uses": group.uses,
        "basis": text_of(group.basis),
        "lines_minor": group.lines_minor,
    }


def _rounded(leg: Leg, total: int) -> dict[str, Any]:
    return {"op": "round", "mode": leg.rounding, "minor": total}


def tax_of(amount_minor: int, rate: Decimal, *, inclusive: bool) -> int:
    """The tax on a sum: in it, or on top of it. Rounded once, half up; a credit as its charge."""
    sign, amount = (-1, -amount_minor) if amount_minor < 0 else (1, amount_minor)
    exact = Fraction(amount) * Fraction(rate)
    if inclusive:
        # The net amount is what is rounded, so net and tax add up to what was asked for.
        return sign * (amount - round_exact(Fraction(amount) / (1 + Fraction(rate)), "half_up"))
    return sign * round_exact(exact, "half_up")
