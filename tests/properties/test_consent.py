"""What a consent lets in: the rule against its specification, and its limits in any history."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ledger import Refusal
from ledger.book import Consent
from ledger.book.consents import require_consent

DAYS = st.dates(date(2026, 1, 30), date(2026, 2, 3))
SMALL = st.integers(1, 12)
CONSENTS = st.builds(
    Consent,
    numerator=SMALL,
    denominator=SMALL,
    member_month_points_max=SMALL,
    points_max=SMALL,
    price_minor=st.just(Decimal(0)),
    valid_from=DAYS,
    valid_until=st.none() | DAYS,
    from_book_id=st.just(1),
    version=st.just(1),
    points=st.integers(0, 12),
    ended_at=st.none(),
)


def said(consent: Consent | None, points: int, credited: int, day: date, of_month: int) -> str:
    try:
        require_consent(consent, points, credited, day, of_month)
    except Refusal as refusal:
        return f"{refusal.code} {refusal.extra.get('limit', '')}".strip()
    return "ok"


@given(st.none() | CONSENTS, SMALL, SMALL, DAYS, st.integers(0, 12))
def test_a_consent_lets_in_what_it_says(
    consent: Consent | None, points: int, credited: int, day: date, of_month: int
) -> None:
    if (
        consent is None
        or day < consent.valid_from
        or (consent.valid_until is not None and day >= consent.valid_until)
        or Fraction(credited, points) > Fraction(consent.numerator, consent.denominator)
    ):
        expected = "conversion-not-consented"
    elif of_month + credited > consent.member_month_points_max:
        expected = "conversion-limit-reached member_month"
    elif consent.points + credited > consent.points_max:
        expected = "conversion-limit-reached in_all"
    else:
        expected = "ok"
    assert said(consent, points, credited, day, of_month) == expected


@given(
    CONSENTS,
    st.lists(st.tuples(st.sampled_from("ab"), SMALL, DAYS), max_size=12),
)
def test_no_history_exceeds_a_limit(consent: Consent, history: list[tuple[str, int, date]]) -> None:
    consent = replace(consent, points=0, valid_from=date(2026, 1, 30), valid_until=None)
    of_month: dict[tuple[str, int], int] = {}
    for member, points, day in history:
        counted = of_month.get((member, day.month), 0)
        if said(consent, 12 * points, points, day, counted) == "ok":
            consent = replace(consent, points=consent.points + points)
            of_month[member, day.month] = counted + points
    assert consent.points == sum(of_month.values()) <= consent.points_max
    assert all(points <= consent.member_month_points_max for points in of_month.values())
