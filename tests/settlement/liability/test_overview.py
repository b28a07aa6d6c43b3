"""The months of an overview, and what expires ahead. Pure."""

from ledger.book import ExpiryKind, ExpiryPlan
from ledger.read import OWED, Naming, Row
from settlement.liability.cells import Cell, Tally
from settlement.liability.overview import month_flows, points_ahead


def test_months_follow_from_what_members_have_now() -> None:
    cells = {
        Cell("2017-01", "2017-01", Row.ISSUED, "", False): Tally(100, 1),
        Cell("2017-03", "2017-01", Row.REDEEMED, "cinema", False): Tally(-30, 1),
        Cell("2017-03", "2017-01", Row.REDEEMED, "grocer", False): Tally(-10, 1),
        Cell("2017-03", "2017-01", Row.CONVERTED_IN_BEFORE, "", False): Tally(5, 1),
        Cell("2017-04", "2017-04", Row.ISSUED, "", False): Tally(7, 1),
    }

    found = month_flows(cells, "2017-02", "2017-03", 72, "grocer")

    assert [(each.month, each.opening, each.closing) for each in found] == [
        ("2017-02", 100, 100),
        ("2017-03", 100, 65),
    ]
    last = found[-1]
    assert (last.rows[Row.REDEEMED], last.redeemed_partner) == (-40, -30)
    assert last.rows[Row.CONVERTED_IN] == 5


def test_points_expire_with_their_cohort() -> None:
    def ahead(kind: ExpiryKind, count: int, **cohorts: int) -> list[int]:
        plan = ExpiryPlan(kind, count)
        named = {
            name.replace("_", "-").replace("until-", "until "): each
            for name, each in cohorts.items()
        }
        return [each.points for each in points_ahead(Naming.of_plan(plan), named, "2017-12", 3)]

    january = {"2017_01": 5, "2017_02": 7, "2016_12": 9, OWED: -3}
    assert ahead(ExpiryKind.MONTHS, 12, **january) == [9, 5, 7]
    # Of days, the last of a month's points is the latest.
    assert ahead(ExpiryKind.DAYS, 334, **january) == [5, 7, 0]
    # Points with a day of their own, and those without any.
    own = {"until_2018_01": 4, "until_never": 8}
    assert ahead(ExpiryKind.DATES, 1, **own) == [0, 4, 0]
    assert ahead(ExpiryKind.NONE, 0, **january) == [0, 0, 0]
