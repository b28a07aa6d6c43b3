"""How figures are answered: rates with their names, funnels, scorecards."""

from collections.abc import Mapping

from api.http.copying import Copier
from api.http.schemas.figures import (
    BrandCardAnswer,
    CardNoteAnswer,
    FigureAnswer,
    FunnelAnswer,
    FunnelGroupAnswer,
    FunnelStepsAnswer,
    MeasureAnswer,
    RedemptionRateAnswer,
    ScorecardAnswer,
    SupplierCardAnswer,
)
from exchange.figures import (
    BrandCard,
    By,
    Figure,
    Rate,
    Redemption,
    Steps,
    SupplierCard,
    Window,
    figures_of,
    oldest_open_seconds,
)

GROUPS_MAX = 500
"""So many groups are told, those of which most was redeemed."""

rate_answer = Copier(MeasureAnswer, Rate)
_figure = Copier(FigureAnswer, Rate, "figure")
_steps = Copier(FunnelStepsAnswer, Steps, "redeemers", "oldest_open_seconds")


def _figures(figures: Mapping[Figure, Rate]) -> list[FigureAnswer]:
    return [_figure(rate, figure=figure) for figure, rate in figures.items()]


def _notes(notes: Mapping[str, str]) -> list[CardNoteAnswer]:
    return [{"about": about, "note": note} for about, note in notes.items()]


def funnel_answer(
    by: By,
    window: Window,
    counted: Mapping[str, Steps],
    labels: Mapping[str, str],
    *,
    of_supplier: bool,
) -> FunnelAnswer:
    """A funnel. A supplier is told nothing of how many members a brand has."""
    most = sorted(counted, key=lambda key: (-counted[key].redeemed, -counted[key].uses, key))
    groups: list[FunnelGroupAnswer] = []
    for key in most[:GROUPS_MAX]:
        steps = counted[key]
        groups.append(
            {
                "key": key or None,
                "label": labels.get(key) or None,
                "steps": _steps(
                    steps,
                    redeemers=None if of_supplier else steps.redeemers,
                    oldest_open_seconds=oldest_open_seconds(steps, window.as_of),
                ),
                "figures": _figures(figures_of(steps, by)),
                "refusals": [
                    {"code": code, "times": times}
                    for code, times in sorted(steps.asked.items())
                    if code
                ],
            }
        )
    return {
        "by": by,
        "from_day": window.first_day,
        "until_day": window.end_day,
        "as_of": window.as_of,
        "groups": groups,
        "is_complete": len(most) <= GROUPS_MAX,
    }


def redemption_answer(
    programme: str, window: Window, redemption: Redemption
) -> RedemptionRateAnswer:
    """How a programme's members redeem."""
    return {
        "programme": programme,
        "from_day": window.first_day,
        "until_day": window.end_day,
        "days_measured": redemption.days_measured,
        "members": rate_answer(redemption.members),
        "points_flow": rate_answer(redemption.flow),
        "points_cohort": rate_answer(redemption.cohort),
    }


def _supplier(card: SupplierCard) -> SupplierCardAnswer:
    return {
        "figures": _figures(card.figures),
        "open_orders": card.open_orders,
        "oldest_open_seconds": card.oldest_open_seconds,
        "kit_age_days": card.kit_age_days,
        "swap_balance_minor": card.swap_balance_minor,
        "swap_currency": card.swap_currency,
        "notes": _notes(card.notes),
    }


def _brand(card: BrandCard) -> BrandCardAnswer:
    return {
        "redemption": rate_answer(card.redemption),
        "claim": rate_answer(card.claim),
        "payment_days": card.payment_days,
        "vetoes": card.vetoes,
        "notes": _notes(card.notes),
    }


def scorecard_answer(
    party: str, window: Window, supplier: SupplierCard | None, brand: BrandCard | None
) -> ScorecardAnswer:
    """How a party does, on each of its sides."""
    return {
        "party": party,
        "from_day": window.first_day,
        "until_day": window.end_day,
        "as_of": window.as_of,
        "supplier": None if supplier is None else _supplier(supplier),
        "brand": None if brand is None else _brand(brand),
    }
