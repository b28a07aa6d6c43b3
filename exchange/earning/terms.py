"""What an earning rule says, and what contradicts what (pure).

A rule turns a counted fact into fixed points. The caller tells the fact, and never a sum.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from catalog import (
    CODE_LENGTH_MAX,
    INTEGER_MAX,
    LABEL_LENGTH_MAX,
    PRICE_POINTS_MAX,
    SLUG_PATTERN,
    is_whole,
    require_code,
    require_name,
    require_period,
)
from catalog.pricing import ANYONE, Who, require_who
from ledger import Refusal
from ledger.asks import NOTE_LENGTH_MAX, OperationInvalid
from ledger.book import BALANCE_MAX

INVITE, PRODUCT_CODE, USE = "invite", "product-code", "use"
EVENTS = ("game", INVITE, PRODUCT_CODE, "profile", "sale", "share", "sign-in", USE)
CUSTOM_PREFIX = "custom:"
EVENT_PATTERN = f"(?:{'|'.join(EVENTS)}|{CUSTOM_PREFIX}{SLUG_PATTERN})"
EVENT_LENGTH_MAX = CODE_LENGTH_MAX
ONCE_BY_THEMSELVES = frozenset({INVITE, PRODUCT_CODE})
"""A friend is new once, and a product code earns once, whoever comes with it."""

OncePer = Literal["day", "subject", "ever"]
_EVENT = re.compile(EVENT_PATTERN)


class EarningInvalid(Refusal):
    """A term of an earning rule is out of range, or two of them do not fit."""

    code: ClassVar[str] = "earning-rule-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The earning rule is not valid."


@dataclass(frozen=True, slots=True, kw_only=True)
class EarningTerms:
    """What a brand wants a rule to say.

    - `once_per`: a member earns by the event once a day, once for each subject, or once.
    - `per_member_per_day`, `per_member_total`: how many times a member earns by the rule.
    - `budget_points_per_day`, `budget_points_total`: how many points it gives to all members.
    - `funder`: who pays for the points.
    - `after_use`: an invite earns only when the friend has used a coupon.
    """

    rule: str
    event: str
    label: str
    points: int
    once_per: OncePer | None = None
    per_member_per_day: int | None = None
    per_member_total: int | None = None
    budget_points_per_day: int | None = None
    budget_points_total: int | None = None
    who: Who = ANYONE
    funder: str | None = None
    after_use: bool = False
    valid_from: datetime
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarningRule(EarningTerms):
    """A stored rule. It never changes, and may be ended."""

    rule_no: int
    recorded_at: datetime
    ended_at: datetime | None = None

    def holds_at(self, at: datetime) -> bool:
        """Whether it is in force at an instant."""
        return (
            self.valid_from <= at
            and (self.valid_until is None or at < self.valid_until)
            and (self.ended_at is None or at < self.ended_at)
        )

    @property
    def has_budget(self) -> bool:
        """Whether what it gives to all members is limited."""
        return self.budget_points_per_day is not None or self.budget_points_total is not None


def is_event(event: str) -> bool:
    """Whether it is the name of an event by which members can earn."""
    return len(event) <= EVENT_LENGTH_MAX and _EVENT.fullmatch(event) is not None


def require_earning_terms(terms: EarningTerms) -> None:
    """Refuse malformed terms.

    Raises:
        CodeInvalid, NameInvalid: the code or the label is.
        EarningInvalid: a term is out of range, or two of them do not fit.
        PriceInvalid: nobody can meet the condition, or it names too much.
        TimeInvalid, PeriodBackwards: the period is malformed.
    """
    require_code(terms.rule)
    require_name(terms.label, "label", LABEL_LENGTH_MAX)
    if not is_event(terms.event):
        raise EarningInvalid(
            f"an event is one of {', '.join(EVENTS)}, or {CUSTOM_PREFIX} and a name", field="event"
        )
    _require(terms.points, PRICE_POINTS_MAX, "points")
    for name, most in (
        ("per_member_per_day", INTEGER_MAX),
        ("per_member_total", INTEGER_MAX),
        ("budget_points_per_day", BALANCE_MAX),
        ("budget_points_total", BALANCE_MAX),
    ):
        if (value := getattr(terms, name)) is not None:
            _require(value, most, name)
            if most == BALANCE_MAX and value < terms.points:
                raise EarningInvalid(f"{name} is at least what one event gives", field=name)
    if terms.once_per is not None and terms.event in ONCE_BY_THEMSELVES:
        raise EarningInvalid(f"{terms.event} earns once by itself", field="once_per")
    if terms.after_use and terms.event != INVITE:
        raise EarningInvalid("only an invite waits for a friend's use", field="after_use")
    require_who(terms.who)
    _require_funder(terms.funder)
    require_period(terms.valid_from, terms.valid_until, "validity")


def _require(value: int, most: int, field: str) -> None:
    if not is_whole(value, 1, most):
        raise EarningInvalid(f"{field} is a whole number from 1 to {most}", field=field)


def _require_funder(funder: str | None) -> None:
    if funder is not None and not (1 <= len(funder) <= NOTE_LENGTH_MAX and funder.isprintable()):
        raise OperationInvalid(f"funder has 1 to {NOTE_LENGTH_MAX} characters", field="funder")
