"""Hours of impressions as they are typed: each line is understood, or refused with its reason."""

from datetime import UTC, datetime

import pytest

from api.console.brand import told_hours
from api.console.brand.told_hours import read_told_hours, spans
from exchange.swaps import HOURS_MAX

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("line", "hour", "count"),
    [
        ("2026-11-28 10:00,1200", 2, 1200),
        ("2026/11/28 10:00:00; 1,200", 2, 1200),
        ("2026-11-28T10\t0", 2, 0),
        ('2026-11-28 10:00,"1,200"', 2, 1200),
        ("2026-11-28 10:00Z,7", 10, 7),
        ("2026-11-28 10:00 +05:00, 7", 5, 7),
        ("2026-11-28 09Z,7", 9, 7),
    ],
)
def test_an_hour_is_read_in_its_zone(line: str, hour: int, count: int) -> None:
    found = read_told_hours(f"hour,impressions\n\n{line}\n", ZONE)
    assert not found.refused
    (told,) = found.hours
    assert (told.line, told.hour, told.impressions) == (
        *(3, datetime(2026, 11, 28, hour, tzinfo=UTC)),
        count,
    )
    assert read_told_hours(found.text, "UTC").hours[0].hour == told.hour
    assert spans(found.hours) == (told.hour, datetime(2026, 11, 28, hour + 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("line", "why", "zone"),
    [
        ("2026-11-28 10:00", told_hours.NO_PAIR, ZONE),
        ("2026-11-28 10:00,1,2", told_hours.NO_PAIR, ZONE),
        ("2026-11-28 10:30,1", told_hours.NO_HOUR, ZONE),
        ("2026-11-31 10:00,1", told_hours.NO_HOUR, ZONE),
        ("2026-11-28 24:00,1", told_hours.NO_HOUR, ZONE),
        ("2026-11-28 10:00 +05:30,1", told_hours.NO_HOUR, ZONE),
        ("0001-01-01 00:00,1", told_hours.NO_HOUR, ZONE),
        ("2026-11-28 10:00,many", told_hours.NO_COUNT, ZONE),
        ("2026-11-28 10:00,-1", told_hours.NO_COUNT, ZONE),
        ("2026-11-28 10:00,9999999999999", told_hours.NO_COUNT, ZONE),
        ("2026-10-25 02:00,1", told_hours.NOT_ONCE, "Europe/Berlin"),
        ("2026-03-29 02:00,1", told_hours.NOT_ONCE, "Europe/Berlin"),
    ],
)
def test_a_line_that_is_not_clear_is_refused(line: str, why: str, zone: str) -> None:
    found = read_told_hours(f"2026-11-01 00:00,5\n{line}", zone)
    assert [each.why for each in found.refused] == [why]
    assert (found.refused[0].line, found.impressions) == (2, 5)


def test_an_hour_counts_once_and_a_report_has_its_limit() -> None:
    days = [f"2026-{1 + day // 28:02}-{1 + day % 28:02}" for day in range(40)]
    lines = [f"{day} {hour:02}:00,1" for day in days for hour in range(24)]
    found = read_told_hours("\n".join([lines[0], *lines]), ZONE)
    assert (len(found.hours), found.refused_count) == (HOURS_MAX, 1 + len(lines) - HOURS_MAX)
    assert [each.why for each in found.refused[:2]] == [told_hours.TWICE, told_hours.TOO_MANY]
    assert len(found.text) < 20_000
    nothing = read_told_hours("", ZONE)
    assert (nothing.hours, nothing.refused, spans(nothing.hours)) == ([], [], None)
