"""Months as text."""

from datetime import UTC, datetime

from settlement.months import month_of, next_month


def test_months() -> None:
    assert month_of(datetime(2017, 12, 31, 23, tzinfo=UTC), UTC) == "2017-12"
    assert (next_month("2017-12"), next_month("2017-01")) == ("2018-01", "2017-02")
