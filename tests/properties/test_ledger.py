"""Any history of a book agrees with the oracle; and a ledger with a planted defect does not."""

import sys
from collections.abc import Iterator

import asyncpg
import pytest
from hypothesis import Phase
from hypothesis.errors import FlakyFailure, FlakyStrategyDefinition
from sqlalchemy.exc import DBAPIError

from ledger.asks import operation
from ledger.book import calendar
from ledger.decide import caps, give, sheet, spend, take_back, transfer, wallet
from ledger.finish import convert
from ledger.write import batch, lanes, load, memory
from tests.properties.ledger_machine import run_histories
from tests.properties.planted import Defect

EXAMPLES = 50
EXAMPLES_WITH_DEFECT = 180
# How a defect shows: a wrong answer or a defect found by verification, a refusal of the database,
# several of these at once.
SIGNS = (
    AssertionError,
    LookupError,
    DBAPIError,
    asyncpg.PostgresError,
    ExceptionGroup,
    FlakyFailure,
    FlakyStrategyDefinition,
)


@pytest.fixture(autouse=True)
def looking_up_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Histories are short, and both ways of finding a replay are to be in them."""
    monkeypatch.setattr(lanes, "WARY_TRANSACTIONS", 2)


@pytest.mark.timeout(900)  # It takes a minute; a history that disagrees is shrunk for minutes.
def test_any_history_of_a_book_agrees_with_the_oracle(database_url: str) -> None:
    run_histories(database_url, examples=EXAMPLES)


DEFECTS = [
    # Dates.
    Defect(
        "the last day does not count",
        wallet.Wallet,
        "spendable",
        "day <= last_day",
        "day < last_day",
    ),
    Defect(
        "points are there a day late",
        wallet.Wallet,
        "spendable",
        "available_on <= day",
        "available_on < day",
    ),
    Defect("a sweep takes the last day", wallet, "is_dead", "last_day < day", "last_day <= day"),
    Defect(
        "the day is that of UTC", calendar, "programme_day", "_zone(time_zone)", "ZoneInfo('UTC')"
    ),
    Defect(
        "points live a month longer",
        calendar,
        "last_day_of_month_after",
        "day.month + months",
        "day.month + months + 1",
    ),
    Defect("the leap day moves on", calendar, "_in_year", "day - 1 if", "day - 2 if"),
    Defect(
        "the return window is a day longer",
        give,
        "issue",
        "available_after_days)",
        "available_after_days + 1)",
    ),
    # Spending.
    Defect(
        "the newest points are spent first",
        wallet.Lot,
        "order",
        "self.expires_on or date.max",
        "date.max",
    ),
    Defect(
        "more is spent than there is",
        sheet,
        "require_spendable",
        "spendable < points",
        "wallet.balance < points",
    ),
    Defect(
        "capture after the hold's time",
        spend,
        "capture",
        "answer.occurred_at > held.expires_at",
        "False",
    ),
    Defect("a hold ends twice", spend, "_open_hold", "held.state is not HoldState.OPEN", "False"),
    Defect("a stranger ends a hold", spend, "_open_hold", "held.member != member", "False"),
    Defect(
        "a part captured is the wrong part",
        spend,
        "_end",
        "split(held.parts",
        "split(held.parts[::-1]",
    ),
    Defect(
        "refused by the other programme, and spent",
        spend,
        "end_conversion",
        "if operation.is_credited else 0",
        "",
    ),
    Defect(
        "points are spent before they came",
        wallet,
        "there_on",
        "least = min(least, points)",
        "pass",
    ),
    Defect(
        "the journal is not asked what came later", load, "load_later", "if later > day", "if 0"
    ),
    # Giving back.
    Defect(
        "returned to the wrong lot",
        sheet.Sheet,
        "give_back",
        "wallet, lot, points",
        "wallet, parts[0][0], points",
    ),
    Defect("no grace", sheet.Sheet, "give_back", "grace_days is not None", "False"),
    Defect(
        "reversed again",
        take_back,
        "reverse",
        "subject.points - subject.reversed_points",
        "subject.points",
    ),
    # Claw-back and debt.
    Defect(
        "the debt policy does not refuse",
        take_back,
        "_claw_back",
        "policy is DebtPolicy.REFUSE",
        "False",
    ),
    Defect(
        "what expired is owed",
        take_back,
        "_claw_back",
        "is_over = any(",
        "is_over = False and any(",
    ),
    Defect(
        "other points go before the issue's own",
        take_back,
        "_claw_back",
        "[*own, *others], points",
        "[*others, *own], points",
    ),
    Defect("a debt is not repaid", give, "_give", "min(wallet.debt, points)", "0"),
    # Limits.
    Defect(
        "a cap's window begins anew", caps, "_used", "counted[0] < start", "counted[0] != start"
    ),
    Defect("a cap forgets", caps, "count", "used + points", "points"),
    Defect("no programme maximum", sheet.Sheet, "require_room", "self.rules.balance_max or", ""),
    Defect(
        "what is set aside has no maximum",
        sheet.Sheet,
        "require_room",
        "wallet.balance + wallet.held",
        "wallet.balance",
    ),
    # Between members.
    Defect(
        "a gift arrives in the wrong lot",
        transfer,
        "_receive",
        "wallet, lot, points",
        "wallet, parts[0][0], points",
    ),
    Defect("a merge forgets the debt", transfer, "merge", "parts, day, debt)", "parts, day)"),
    Defect("a merge forgets what caps counted", caps, "join", "target.usage = usage", "pass"),
    Defect("a member is merged with open holds", transfer, "merge", "if source.held:", "if False:"),
    # Sliding.
    Defect(
        "an activity does not slide",
        sheet.Sheet,
        "be_active",
        "max(until, wallet.slides_until)",
        "wallet.slides_until",
    ),
    Defect("sliding back", sheet.Sheet, "be_active", "max(until, wallet.slides_until)", "until"),
    Defect(
        "lapsed points live again", sheet.Sheet, "be_active", "wallet.slides_until < day", "False"
    ),
    # Keys, batches, processes.
    Defect(
        "a key stands for any body",
        batch.LaneBatch,
        "_known",
        'row["fingerprint"] == ticket.fingerprints[position]',
        "True",
    ),
    Defect(
        "an atomic batch is not undone",
        wallet.Wallet,
        "copy",
        "copied = Wallet(self.account_id, self.member)",
        "return self",
    ),
    Defect(
        "a stopped batch goes on",
        batch.LaneBatch,
        "_decide_until_refused",
        "is_stopped = not answer.accepted",
        "is_stopped = False",
    ),
    Defect(
        "a conversion is credited by every delivery",
        convert,
        "_credit",
        "{payload['place']}",
        "{payload['place']}/{id(message)}",
    ),
    Defect("a replay is not looked up", lanes.Lanes, "_transact", "if is_wary:", "if False:"),
    Defect(
        "a wallet is taken for missing",
        batch.LaneBatch,
        "unknown_members",
        "len(state.wallets) != state.accounts",
        "False",
    ),
    Defect(
        "a replay tells of the second time",
        load,
        "stored_answer",
        'balance=row["spendable"]',
        "balance=None",
    ),
    Defect(
        "what another process wrote is not noticed",
        memory.Memory,
        "load",
        "remembered.seq == state.seq",
        "True",
    ),
    Defect(
        "two bodies, one fingerprint",
        operation.Operation,
        "fingerprint",
        "_body_of(type(self))(self)",
        "self.member",
    ),
]


def empty_caches() -> None:
    """What a planted function answered must not be remembered for the next one."""
    for name, module in list(sys.modules.items()):
        if name.startswith("ledger."):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


@pytest.fixture
def fresh_caches() -> Iterator[None]:
    empty_caches()
    yield
    empty_caches()


@pytest.mark.campaign
@pytest.mark.timeout(900)
def test_without_a_defect_the_same_histories_agree(database_url: str, fresh_caches: None) -> None:
    # The control: if this one fails, what the tests below find is not what was planted.
    run_histories(
        database_url, examples=EXAMPLES_WITH_DEFECT, phases=[Phase.generate], is_random=False
    )


@pytest.mark.campaign
@pytest.mark.timeout(900)
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_planted_defect_is_found(
    defect: Defect, database_url: str, fresh_caches: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        run_histories(
            database_url, examples=EXAMPLES_WITH_DEFECT, phases=[Phase.generate], is_random=False
        )
