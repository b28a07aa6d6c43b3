"""How long stock lasts at the pace at which it is taken. Pure."""

from datetime import date, timedelta

from exchange.redeem.burn_down import DAYS_LEFT_MAX, burn_down

TODAY = date(2017, 3, 20)


def test_days_left_are_those_of_the_pace() -> None:
    taken = {TODAY: 20, TODAY - timedelta(days=13): 8}

    found = burn_down(7, (100, 60), taken, TODAY)

    assert (found.taken, found.days_left) == (28, 30)
    assert found.runs_out_on == TODAY + timedelta(days=30)
    assert len(found.days) == 14
    assert [(found.days[place].taken, found.days[place].day) for place in (0, -1)] == [
        (8, TODAY - timedelta(days=13)),
        (20, TODAY),
    ]
    assert not found.is_low
    assert burn_down(7, (100, 13), taken, TODAY).is_low


def test_stock_that_nobody_takes_has_no_end() -> None:
    idle = burn_down(7, (100, 60), {}, TODAY)
    assert (idle.days_left, idle.runs_out_on) == (None, None)
    # What came back on a day may be more than was taken.
    assert burn_down(7, (100, 60), {TODAY: -2}, TODAY).days_left is None
    assert burn_down(7, (10**7, 10**7), {TODAY: 1}, TODAY).days_left == DAYS_LEFT_MAX
