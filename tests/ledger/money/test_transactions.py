"""What a transaction of a money book may be, and its chain: without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.money.accounts import (
    BANK,
    MoneyAccount,
    MoneyAccountInvalid,
    account_parts,
    net_account,
    open_account,
)
from ledger.money.transactions import (
    AMOUNT_MINOR_MAX,
    MoneyTransaction,
    MoneyTransactionInvalid,
    Recorded,
    Transfer,
    balances_after,
    link,
    require_sound,
)

DAY = date(2026, 5, 31)
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
OWED = MoneyTransaction(
    "issued:1", "statement_issued", DAY, "2026-000001", (Transfer("open:1", "open:2", 500),)
)

parties = st.integers(1, 6)
amounts = st.integers(1, AMOUNT_MINOR_MAX)


@st.composite
def sound_transactions(draw: st.DrawFn) -> MoneyTransaction:
    """Statements, payments and netting runs of any parties and amounts."""
    kind = draw(st.sampled_from(["statement", "payment", "netting", "netting_payment"]))
    one, other = draw(st.lists(parties, min_size=2, max_size=2, unique=True))
    amount = draw(amounts)
    transfers: tuple[Transfer, ...]
    match kind:
        case "statement":
            transfers = (Transfer(open_account(one), open_account(other), amount),)
        case "payment":
            transfers = (
                Transfer(BANK, open_account(one), amount),
                Transfer(open_account(other), BANK, amount),
            )
        case "netting":
            transfers = (
                Transfer(open_account(one), net_account(one), amount),
                Transfer(net_account(other), open_account(other), amount),
            )
        case _:
            transfers = (Transfer(BANK, net_account(one), amount),)
    return MoneyTransaction("k", kind, DAY, "document", transfers)


@given(st.lists(sound_transactions(), max_size=12))
def test_what_is_open_sums_to_zero_and_so_do_nets_and_bank(found: list[MoneyTransaction]) -> None:
    for transaction in found:
        require_sound(transaction)
    balances = balances_after(found)
    is_open = {account: account_parts(account).kind == "open" for account in balances}
    assert sum(balances[account] for account in balances if is_open[account]) == 0
    assert sum(balances[account] for account in balances if not is_open[account]) == 0


@given(sound_transactions(), parties, amounts)
def test_money_never_crosses_from_open_to_the_rest(
    transaction: MoneyTransaction, party: int, amount: int
) -> None:
    more = Transfer(open_account(party), net_account(party), amount)
    with pytest.raises(MoneyTransactionInvalid, match="between what is open and the rest"):
        require_sound(replace(transaction, transfers=(*transaction.transfers, more)))


@pytest.mark.parametrize(
    "transfers",
    [
        (),
        (Transfer("open:1", "open:1", 5),),
        (Transfer("open:1", "open:2", 0),),
        (Transfer("open:1", "open:2", -5),),
        (Transfer("open:1", "open:2", AMOUNT_MINOR_MAX + 1),),
        (Transfer("open:1", BANK, 5),),
    ],
)
def test_what_no_event_leads_to_is_refused(transfers: tuple[Transfer, ...]) -> None:
    with pytest.raises(MoneyTransactionInvalid):
        require_sound(replace(OWED, transfers=transfers))
    for nameless in (replace(OWED, key=""), replace(OWED, kind=""), replace(OWED, document="")):
        with pytest.raises(MoneyTransactionInvalid):
            require_sound(nameless)


def test_accounts_are_open_net_or_bank() -> None:
    assert account_parts(open_account(7)) == MoneyAccount("open", 7)
    assert account_parts(net_account(12)) == MoneyAccount("net", 12)
    assert account_parts(BANK) == MoneyAccount("bank", None)
    for text in ("", "open", "open:", "open:0", "open:07", "open:x", "bank:1", "open:1 ", "cash"):
        with pytest.raises(MoneyAccountInvalid):
            account_parts(text)


def test_a_link_hangs_on_everything_that_a_transaction_says() -> None:
    recorded = Recorded(3, NOON, 9)
    link_of_it = link(b"before", "CNY", recorded, OWED)
    moved = (Transfer("open:1", "open:3", 500),)
    more = (Transfer("open:1", "open:2", 501),)
    others = [
        link(b"another", "CNY", recorded, OWED),
        link(b"before", "USD", recorded, OWED),
        *(
            link(b"before", "CNY", each, OWED)
            for each in (
                replace(recorded, seq=4),
                replace(recorded, recorded_by=None),
                replace(recorded, recorded_at=NOON + timedelta(microseconds=1)),
            )
        ),
        *(
            link(b"before", "CNY", recorded, each)
            for each in (
                replace(OWED, key="issued:2"),
                replace(OWED, kind="statement_void"),
                replace(OWED, posted_on=DAY + timedelta(1)),
                replace(OWED, document="2026-000002"),
                replace(OWED, transfers=moved),
                replace(OWED, transfers=more),
            )
        ),
    ]
    assert len({link_of_it, *others}) == 1 + len(others)
    # Who reads the instant in another zone computes the same link.
    elsewhere = replace(recorded, recorded_at=NOON.astimezone(timezone(timedelta(hours=8))))
    assert link(b"before", "CNY", elsewhere, OWED) == link_of_it
