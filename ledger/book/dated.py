"""Rules that hold from a day on: how a change is written into those that a programme has (pure)."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ledger.book.calendar import ExpiryKind, ExpiryPlan
from ledger.book.rules import DatedRules, DebtPolicy, ProgrammeInvalid, Rules

_Value = Decimal | ExpiryPlan | int | None
_NAMES = ("point_value", "expiry", "available_after_days", "debt")


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesFromDay:
    """What changes from a day on. None: it stays as it is."""

    point_value: Decimal | None = None
    currency: str | None = None
    """It is given with the first value, and may be repeated with another."""
    expiry: ExpiryPlan | None = None
    available_after_days: int | None = None
    debt: DebtPolicy | None = None


def with_change(rules: Rules, wanted: RulesFromDay, *, since: date, today: date) -> Rules:
    """The rules with a change from the day `since` on.

    A later change of the same rule stays planned, and what is not changed later lasts. A change
    back to what holds the day before takes a planned one away.

    Raises:
        ProgrammeInvalid: the day is past, or the change is none that can be made.
    """
    if since < today:
        raise ProgrammeInvalid(f"since is {today} or later", field="since")
    before = rules.on(since)
    changed: dict[str, _Value] = {
        name: value
        for name in _NAMES
        if (value := getattr(wanted, name)) is not None and value != getattr(before, name)
    }
    if wanted.currency not in {None, rules.currency}:
        rules = _with_currency(rules, wanted)
    _require_same_slide(rules, wanted)
    if not changed:
        return rules
    dated = {each.since: each for each in rules.dated}
    dated.setdefault(since, _from_day(before, since))
    stages: list[DatedRules] = []
    for day in sorted(dated):
        stage = dated[day]
        if day >= since:
            # From the first stage on that says something else of a rule, its own word holds.
            changed = {
                name: value
                for name, value in changed.items()
                if getattr(stage, name) == getattr(before, name)
            }
            stage = replace(stage, **changed)  # type: ignore[arg-type]
            if _is_same(stage, stages[-1] if stages else rules):
                continue
        stages.append(stage)
    return replace(rules, dated=tuple(stages))


def _from_day(held: Rules, since: date) -> DatedRules:
    return DatedRules(
        since=since,
        point_value=held.point_value,
        expiry=held.expiry,
        available_after_days=held.available_after_days,
        debt=held.debt,
    )


def _is_same(stage: DatedRules, before: DatedRules | Rules) -> bool:
    return all(getattr(stage, name) == getattr(before, name) for name in _NAMES)


def _with_currency(rules: Rules, wanted: RulesFromDay) -> Rules:
    if rules.currency is not None:
        raise ProgrammeInvalid(f"the points are valued in {rules.currency}", field="currency")
    if wanted.point_value is None:
        raise ProgrammeInvalid("point_value and currency are given together", field="currency")
    return replace(rules, currency=wanted.currency)


def _require_same_slide(rules: Rules, wanted: RulesFromDay) -> None:
    """Refuse to begin, change or end a plan that slides.

    All points of a member without a last day move on together, those that are there already, too.
    """
    slides = rules.expiry.kind is ExpiryKind.SLIDING
    plan = rules.expiry if wanted.expiry is None else wanted.expiry
    if plan == rules.expiry:
        return
    if slides or plan.kind is ExpiryKind.SLIDING:
        raise ProgrammeInvalid(
            "a plan that slides is neither begun nor changed: points that members have would get"
            " another life",
            field="expiry",
        )
