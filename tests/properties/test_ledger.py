"""Any history of a book agrees with the oracle; and a ledger with a planted defect does not."""

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
from hypothesis import Phase
from hypothesis.errors import FlakyFailure, FlakyStrategyDefinition
from sqlalchemy.exc import DBAPIError

from ledger import decide, lanes, operations, store, wallet
from tests.properties.ledger_machine import run_histories

EXAMPLES = 50
EXAMPLES_WITH_DEFECT = 200
# How a defect shows: a wrong answer or a defect found by verification, a refusal of the database, several of these at once.
SIGNS = (
    AssertionError,
    LookupError,
    DBAPIError,
    asyncpg.PostgresError,
    ExceptionGroup,
    FlakyFailure,
    FlakyStrategyDefinition,
)


@pytest.mark.timeout(300)
def test_any_history_of_a_book_agrees_with_the_oracle(database_url: str) -> None:
    run_histories(database_url, examples=EXAMPLES)


@dataclass(frozen=True)
class Defect:
    """A function of the ledger with one expression changed."""

    name: str
    owner: Any
    function: str
    right: str
    wrong: str

    def plant(self, monkeypatch: pytest.MonkeyPatch) -> None:
        function: Callable[..., Any] = getattr(self.owner, self.function)
        source = textwrap.dedent(inspect.getsource(function))
        assert source.count(self.right) == 1, f"{self.name}: the code has changed, plant the defect anew"
        names: dict[str, Any] = {}
        # The module's own names, so that the changed function is otherwise the same.
        module = inspect.getmodule(function)
        exec(compile(source.replace(self.right, self.wrong), str(module), "exec"), vars(module), names)
        monkeypatch.setattr(self.owner, self.function, names[self.function])


DEFECTS = [
    Defect(
        "the last day does not count", wallet.Lot, "is_spendable", "day <= self.expires_on", "day < self.expires_on"
    ),
    Defect(
        "points are there a day late", wallet.Lot, "is_spendable", "self.available_on <= day", "self.available_on < day"
    ),
    Defect("availability is ignored", wallet.Lot, "is_spendable", "self.available_on <= day", "True"),
    Defect("the newest points are spent first", wallet.Lot, "order", "self.expires_on or date.max", "date.max"),
    Defect("a sweep takes the last day", decide.Decider, "_expire", "lot.expires_on < day", "lot.expires_on <= day"),
    Defect(
        "the day is that of UTC", decide, "programme_day", "astimezone(_zone(time_zone))", "astimezone(ZoneInfo('UTC'))"
    ),
    Defect(
        "points live a month longer", decide, "last_day_of_month_after", "day.month + months", "day.month + months + 1"
    ),
    Defect(
        "capture after the hold's time",
        decide.Decider,
        "_end_hold",
        "captures and held.expires_at",
        "False and held.expires_at",
    ),
    Defect("a hold ends twice", decide.Decider, "_end_hold", "held.state is not HoldState.OPEN", "False"),
    Defect("a stranger ends a hold", decide.Decider, "_end_hold", "held.account_id != wallet.account_id", "False"),
    Defect(
        "released to the wrong lot",
        decide.Decider,
        "_give_back",
        "lot.number == origin.number",
        "lot.number != origin.number",
    ),
    Defect("more is spent than there is", decide.Decider, "_take", "spendable < points", "known.balance < points"),
    Defect(
        "a key stands for any body", lanes.Lanes, "_transact", 'bytes(row["fingerprint"]) == ticket.fingerprint', "True"
    ),
    Defect("a replay tells of the second time", store, "stored_answer", 'balance=row["spendable"]', "balance=None"),
    Defect("what another process wrote is not noticed", lanes.Lanes, "_load", "memory.seq == state.seq", "True"),
    Defect(
        "two bodies, one fingerprint", operations.Operation, "fingerprint", "(self.KIND.value, *values)", "self.member"
    ),
]


@pytest.mark.campaign
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_planted_defect_is_found(defect: Defect, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        run_histories(database_url, examples=EXAMPLES_WITH_DEFECT, phases=[Phase.generate], is_random=False)
