"""Roll-forwards, estimates and what they rest on, as they are answered."""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.schemas.liability import (
    BackTestAnswer,
    EstimateAnswer,
    LadderAnswer,
    LiabilityAnswer,
    LiabilityMoneyAnswer,
    LiabilityMonthAnswer,
    LiabilitySettingsAnswer,
    WhatIfAnswer,
)
from catalog import load_actor_names
from exchange.coupons import CouponEnds
from ledger import JSON
from ledger.book import Programme
from settlement import plain
from settlement.liability import (
    ACCOUNTS,
    Amounts,
    Close,
    Experience,
    LiabilitySettings,
    Method,
    Reading,
    Report,
    StoredEstimate,
    WhatIf,
    share_text,
)

_PER_POINTS = 1_000


def month_answer(
    programme: Programme, month: str, close: Close | None, reading: Reading | None
) -> LiabilityMonthAnswer:
    """A month that is frozen, or how much of it is left to read."""
    return {
        "programme": programme.code,
        "month": month,
        "state": "freezing" if close is None else "frozen",
        "records_left": reading.left if close is None and reading is not None else 0,
        "opening": None if close is None else close.opening,
        "closing": None if close is None else close.closing,
        "later": None if close is None else close.later,
        "currency": None if close is None else close.currency,
        "frozen_at": None if close is None else close.frozen_at,
    }


def _money(amounts: Amounts | None) -> LiabilityMoneyAnswer | None:
    if amounts is None:
        return None
    return {
        "opening_minor": amounts.opening,
        "deferred_minor": amounts.deferred,
        "redeemed_minor": amounts.redeemed,
        "broken_minor": amounts.broken,
        "estimate_change_minor": amounts.estimate_change,
        "closing_minor": amounts.closing,
        "expected_cost_minor": amounts.expected_cost,
    }


def report_answer(programme: Programme, report: Report, ends: CouponEnds) -> LiabilityAnswer:
    """A roll-forward."""
    balances = report.balances
    answer: LiabilityAnswer = {
        "programme": programme.code,
        "month": report.month,
        "state": report.state,
        "as_of": report.as_of,
        "records_left": report.records_left,
        "points": asdict(report.points),  # type: ignore[typeddict-item]
        "money": _money(report.money),
        "currency": report.currency,
        "cohorts": [
            {
                "cohort": line.cohort,
                "points": asdict(line.points),  # type: ignore[typeddict-item]
                "money": _money(line.money),
            }
            for line in report.cohorts
        ],
        "partners": [
            {"supplier": line.supplier, "points": line.points, "share": line.share}
            for line in report.partners
        ],
        "partner_share": report.partner_share,
        "late_points": report.late_points,
        "late_entries": report.late_entries,
        "later": report.later,
        "balances": {
            "wallets": balances["wallet"],
            "held": balances["held"],
            "converting": balances["clearing"],
            "owed": -balances["debt"],
        },
        "coupons": {
            "redeemed": ends.redeemed,
            "used": ends.used,
            "expired": ends.expired,
            "living": ends.living,
            "use_rate": ends.use_rate,
        },
        "ties": report.ties,
        "tie_outs": [
            {"name": tie.name, "left": tie.left, "right": tie.right, "holds": tie.holds}
            for tie in report.tie_outs
        ],
    }
    return answer


def _back_tests(experience: Experience) -> list[BackTestAnswer]:
    """The cohorts that have been seen at two ages: the older ones."""
    test = experience.back_test
    return [
        {"cohort": cohort, "predicted": predicted, "actual": actual, "error": error}
        for cohort, predicted, actual, error in zip(
            experience.triangle.cohorts, test.predicted, test.actual, test.errors, strict=False
        )
    ]


def evidence_of(experience: Experience, method: Method, value_minor: Decimal) -> JSON:
    """What an estimate rests on, with the back-test's error in money."""
    tests = _back_tests(experience)
    rate = experience.ladder.rate if method == "chain_ladder" else experience.history.rate
    errors = sum(each["error"] for each in tests)
    return {
        "by": experience.by,
        "frozen_until": experience.until,
        "rate": share_text(rate or Fraction(0)),
        "warnings": list(experience.ladder.warnings),
        "back_test": [dict(each) for each in tests],
        "error_minor": round(Fraction(errors) * Fraction(value_minor) / _PER_POINTS),
    }


def ladder_answer(programme: Programme, experience: Experience) -> LadderAnswer:
    """What the frozen months say."""
    triangle, ladder, history = experience.triangle, experience.ladder, experience.history
    return {
        "programme": programme.code,
        "frozen_until": experience.until,
        "by": experience.by,
        "cohorts": [
            {
                "cohort": cohort,
                "issued": triangle.issued[place],
                "redeemed": list(triangle.lines[place]),
                "ultimate": ladder.ultimates[place],
                "to_come": ladder.to_come[place],
            }
            for place, cohort in enumerate(triangle.cohorts)
        ],
        "factors": [share_text(factor) for factor in ladder.factors],
        "rate": share_text(ladder.rate),
        "warnings": list(ladder.warnings),
        "back_test": _back_tests(experience),
        "history": {
            "cohorts": history.cohorts,
            "issued": history.issued,
            "redeemed": history.redeemed,
            "rate": None if history.rate is None else share_text(history.rate),
            "is_short": history.is_short,
        },
    }


async def estimate_answers(
    connection: AsyncConnection, programme: Programme, found: Sequence[StoredEstimate]
) -> list[EstimateAnswer]:
    """Estimates, with the names of those who proposed and approved them."""
    names = await load_actor_names(
        connection, {actor for each in found for actor in (each.recorded_by, each.approved_by)}
    )
    return [
        {
            "programme": programme.code,
            "version": each.version,
            "from_month": each.from_month,
            "cohort": each.cohort,
            "method": each.method,
            "redeem_rate": plain(each.redeem_rate),
            "use_rate": plain(each.use_rate),
            "value_minor_per_1000_points": plain(each.value_minor_per_1000_points),
            "cost_minor_per_1000_points": plain(each.cost_minor_per_1000_points),
            "currency": each.currency,
            "reason": each.reason,
            "evidence": each.evidence,
            "proposed_at": each.proposed_at,
            "proposed_by": names.get(each.recorded_by or 0),
            "approved_at": each.approved_at,
            "approved_by": names.get(each.approved_by or 0),
        }
        for each in found
    ]


def settings_answer(programme: Programme, settings: LiabilitySettings) -> LiabilitySettingsAnswer:
    """What a programme asks for."""
    return {
        "programme": programme.code,
        "four_eyes": settings.four_eyes,
        "accounts": {name: settings.account(name) for name in ACCOUNTS},  # type: ignore[typeddict-item]
    }


def what_if_answer(programme: Programme, found: WhatIf) -> WhatIfAnswer:
    """What would be."""
    return {
        "programme": programme.code,
        "month": found.month,
        "currency": found.currency,
        "redeem_rate": plain(found.redeem_rate),
        "now_minor": found.now_minor,
        "then_minor": found.then_minor,
        "cost_minor_per_1000_points": plain(found.cost_minor_per_1000_points),
        "bill_now_minor": found.bill_now_minor,
        "bill_minor": found.bill_minor,
        "cohorts": [
            {
                "cohort": each.cohort,
                "now_minor": each.now_minor,
                "then_minor": each.then_minor,
                "points_to_come": each.points_to_come,
                "bill_minor": each.bill_minor,
            }
            for each in found.cohorts
        ],
        "cash": [{"month": month, "bill_minor": minor} for month, minor in found.cash],
        "sale": None
        if found.sale is None
        else {"now_minor": found.sale.now_minor, "then_minor": found.sale.then_minor},
    }
