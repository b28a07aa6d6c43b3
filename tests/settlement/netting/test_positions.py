"""Positions of a netting run, without a database."""

from hypothesis import given
from hypothesis import strategies as st

from settlement.netting.positions import Claim, Position, net, without

A, B, C, OPERATOR = 1, 2, 3, 9
EXAMPLE = [
    Claim(1, A, B, 10_000),
    Claim(2, B, C, 8_000),
    Claim(3, C, A, 5_000),
    Claim(4, A, OPERATOR, 1_000),
    Claim(5, B, OPERATOR, 500),
]

parties = st.integers(1, 7)
amounts = st.integers(-(10**12), 10**12).filter(bool)
sides = st.lists(parties, min_size=2, max_size=2, unique=True)
claims = st.lists(
    st.builds(
        lambda number, both, amount: Claim(number, both[0], both[1], amount),
        *(st.integers(1, 10**6), sides, amounts),
    ),
    max_size=30,
)


def test_the_worked_example() -> None:
    """245.00 gross come to 60.00 that A pays, and three parties are paid."""
    positions = {each.party_id: each.position_minor for each in net(EXAMPLE)}
    assert positions == {A: -6_000, B: 1_500, C: 3_000, OPERATOR: 1_500}
    assert sum(claim.amount_minor for claim in EXAMPLE) == 24_500
    assert sum(each for each in positions.values() if each > 0) == 6_000


def test_a_run_without_a_party_has_none_of_its_claims() -> None:
    assert without(EXAMPLE, {A}) == [EXAMPLE[1], EXAMPLE[4]]
    assert net(without(EXAMPLE, {A})) == [
        Position(B, 0, 8_500),
        Position(C, 8_000, 0),
        Position(OPERATOR, 500, 0),
    ]


@given(claims, st.randoms())
def test_positions_are_zero_together_and_pay_no_more_than_is_owed(
    found: list[Claim], random: object
) -> None:
    positions = net(found)
    assert sum(each.position_minor for each in positions) == 0
    paid = sum(max(each.position_minor, 0) for each in positions)
    assert paid <= sum(abs(claim.amount_minor) for claim in found)
    for party in {each.party_id for each in positions}:
        owed = sum(claim.amount_minor for claim in found if claim.payee_party_id == party)
        owes = sum(claim.amount_minor for claim in found if claim.payer_party_id == party)
        (own,) = (each for each in positions if each.party_id == party)
        assert own.position_minor == owed - owes
        assert own.claims_minor >= 0 <= own.debts_minor
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert net(shuffled) == positions


@given(claims, st.sets(parties))
def test_who_is_taken_out_has_no_position(found: list[Claim], taken_out: set[int]) -> None:
    kept = without(found, taken_out)
    assert not {each.party_id for each in net(kept)} & taken_out
    assert [claim for claim in found if claim not in kept] == [
        claim for claim in found if {claim.payer_party_id, claim.payee_party_id} & taken_out
    ]
