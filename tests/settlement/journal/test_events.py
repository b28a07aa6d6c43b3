"""What events move in the money book, without a database."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ledger.money import MoneyTransaction
from ledger.money.transactions import balances_after, require_sound
from settlement.journal.events import (
    Bill,
    netting_confirmed,
    netting_paid,
    netting_taken_back,
    statement_issued,
    statement_paid,
    statement_void,
    written_off,
)
from settlement.netting.positions import Claim, net

DAY = date(2026, 6, 1)
BILL = Bill(7, "2026-000007", 1, 2, "CNY", 500)

parties = st.integers(1, 6)
bills = st.lists(
    st.builds(
        lambda both, amount: (both, amount),
        st.lists(parties, min_size=2, max_size=2, unique=True),
        st.integers(-(10**9), 10**9),
    ),
    max_size=12,
).map(
    lambda drawn: [
        Bill(number, f"2026-{number:06}", both[0], both[1], "CNY", amount)
        for number, (both, amount) in enumerate(drawn, start=1)
    ]
)


def test_each_event_moves_what_the_table_says() -> None:
    def transfers(found: MoneyTransaction | None) -> list[tuple[str, str, int]]:
        assert found is not None
        require_sound(found)
        return [tuple(each) for each in found.transfers]  # type: ignore[misc]

    credit = replace(BILL, billed_minor=-500)
    assert transfers(statement_issued(BILL, DAY)) == [("open:1", "open:2", 500)]
    assert transfers(statement_issued(credit, DAY)) == [("open:2", "open:1", 500)]
    assert transfers(statement_void(BILL, DAY)) == [("open:2", "open:1", 500)]
    assert transfers(statement_void(credit, DAY)) == [("open:1", "open:2", 500)]
    nothing = replace(BILL, billed_minor=0)
    assert (statement_issued(nothing, DAY), statement_void(nothing, DAY)) == (None, None)
    paid = statement_paid(BILL, 3, 1, 200, DAY, reference="=cmd")
    assert transfers(paid) == [("bank", "open:1", 200), ("open:2", "bank", 200)]
    assert (paid.key, paid.document) == ("payment:3", "2026-000007, =cmd")
    back = statement_paid(credit, 4, 2, 200, DAY)
    assert transfers(back) == [("bank", "open:2", 200), ("open:1", "bank", 200)]
    assert transfers(written_off(BILL, 5, 3, DAY, "break 8")) == [("open:2", "open:1", 3)]
    assert transfers(written_off(BILL, 5, -3, DAY, "break 8")) == [("open:1", "open:2", 3)]
    run = {1: -60, 2: 60, 3: 0}
    confirmed = [("net:1", "open:1", 60), ("open:2", "net:2", 60)]
    assert transfers(netting_confirmed(4, 1, run, DAY)) == confirmed
    assert transfers(netting_taken_back(4, 1, run, DAY)) == [
        (to_account, from_account, amount) for from_account, to_account, amount in confirmed
    ]
    assert netting_confirmed(4, 1, {1: 0}, DAY) is None
    assert transfers(netting_paid(4, 6, 1, 60, DAY, is_received=True)) == [("bank", "net:1", 60)]
    assert transfers(netting_paid(4, 7, 2, 60, DAY, is_received=False)) == [("net:2", "bank", 60)]


@given(bills, st.data())
def test_every_party_holds_its_statements_and_what_was_paid(
    issued: list[Bill], data: st.DataObject
) -> None:
    """open + net of a party = (owed to it - owed by it) + paid by it - paid to it."""
    expected: dict[int, int] = {}

    def owe(payer: int, payee: int, amount: int) -> None:
        expected[payee] = expected.get(payee, 0) + amount
        expected[payer] = expected.get(payer, 0) - amount

    events = [statement_issued(bill, DAY) for bill in issued]
    netted = []
    for bill in issued:
        sides = (bill.payer_party_id, bill.payee_party_id)
        owe(*sides, bill.billed_minor)
        match data.draw(st.sampled_from(["left", "void", "paid", "netted"])):
            case "void":
                events.append(statement_void(bill, DAY))
                owe(*sides, -bill.billed_minor)
            case "paid" if bill.billed_minor:
                payer, payee = sides if bill.billed_minor > 0 else reversed(sides)
                amount = data.draw(st.integers(1, abs(bill.billed_minor)))
                events.append(statement_paid(bill, bill.statement_id, payer, amount, DAY))
                owe(payee, payer, amount)
            case "netted" if bill.billed_minor:
                netted.append(Claim(bill.statement_id, *sides, bill.billed_minor))
    positions = {each.party_id: each.position_minor for each in net(netted) if each.position_minor}
    events.append(netting_confirmed(1, 1, positions, DAY))
    for number, (party, position) in enumerate(positions.items(), start=100):
        if data.draw(st.booleans()):
            received = position < 0
            events.append(netting_paid(1, number, party, abs(position), DAY, is_received=received))
            expected[party] -= position
    posted = [event for event in events if event is not None]
    for event in posted:
        require_sound(event)
    assert len({event.key for event in posted}) == len(posted)
    held = balances_after(posted)
    for party, total in expected.items():
        assert held.get(f"open:{party}", 0) + held.get(f"net:{party}", 0) == total
