"""Who owes whom in a swap: the worked example, the limit to the unit, and what must always hold."""

from hypothesis import given
from hypothesis import strategies as st

from exchange.swaps import Piece, StandingState
from exchange.swaps.standing import Given, standing

LIMIT = 40_000


def piece(offer_id: int, value: int, used: int, outstanding: int = 0) -> Piece:
    return Piece(offer_id, value, 1_000, outstanding, used)


def test_the_worked_example() -> None:
    """A's members used 700 of B's rights at 5.00, B's members 500 of A's at 6.00. A owes 500.00."""
    a, b = standing(
        Given([piece(1, 600, 500)]),
        Given([piece(2, 500, 700)]),
        limit_minor=LIMIT,
        alert_percent=80,
    )

    assert (a.used_minor, b.used_minor) == (300_000, 350_000)
    assert (a.balance_minor, b.balance_minor) == (-50_000, 50_000)
    assert (a.state, b.state) == (StandingState.OK, StandingState.STOPPED)


def test_what_is_out_counts_towards_the_limit_to_the_unit() -> None:
    states = []
    for outstanding in (63, 64, 79, 80):
        one, _ = standing(
            Given([piece(1, 500, 0, outstanding)]), Given([]), limit_minor=LIMIT, alert_percent=80
        )
        states.append((one.balance_minor, one.exposure_minor, one.state.value))

    assert states == [
        (0, 31_500, "ok"),
        (0, 32_000, "alert"),
        (0, 39_500, "alert"),
        (0, 40_000, "stopped"),
    ]


def test_measured_traffic_is_given_like_a_used_right() -> None:
    host, guest = standing(
        Given([], traffic_minor=30_000),
        Given([piece(2, 500, 20, 2)]),
        limit_minor=LIMIT,
        alert_percent=50,
    )

    assert (host.balance_minor, host.state) == (20_000, StandingState.ALERT)
    assert (guest.balance_minor, guest.exposure_minor) == (-20_000, -19_000)


PIECES = st.lists(
    st.builds(
        Piece,
        st.integers(1, 9),
        st.integers(1, 10**9),
        st.integers(0, 10**6),
        st.integers(0, 10**6),
        st.integers(0, 10**6),
    ),
    max_size=4,
)
GIVEN = st.builds(Given, PIECES, st.integers(0, 10**12))


@given(one=GIVEN, other=GIVEN, limit=st.integers(1, 10**15), percent=st.integers(1, 100))
def test_balances_mirror_and_only_one_who_gave_too_much_is_stopped(
    one: Given, other: Given, limit: int, percent: int
) -> None:
    sides = standing(one, other, limit_minor=limit, alert_percent=percent)
    swapped = standing(other, one, limit_minor=limit, alert_percent=percent)

    assert sides[0].balance_minor == -sides[1].balance_minor
    assert swapped == (sides[1], sides[0])
    for side in sides:
        assert side.exposure_minor == side.balance_minor + side.outstanding_minor
        assert (side.state is StandingState.STOPPED) == (side.exposure_minor >= limit)
        if side.state is StandingState.ALERT:
            assert side.exposure_minor * 100 >= limit * percent
