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


DEFECTS: list[Defect] = []


@pytest.mark.campaign
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_planted_defect_is_found(defect: Defect, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        run_histories(database_url, examples=EXAMPLES_WITH_DEFECT, phases=[Phase.generate], is_random=False)
