"""Defects to plant: a function with one expression changed, or a statement with one condition."""

import inspect
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import TextClause

from ledger.decide import decider

PLACES = ("ledger.", "catalog.", "exchange.", "settlement.", "api.", "tests.")
"""The modules that may have imported a planted function by its name."""


@dataclass(frozen=True)
class Defect:
    """A function with one expression changed."""

    name: str
    owner: Any
    function: str
    right: str
    wrong: str

    def plant(self, monkeypatch: pytest.MonkeyPatch) -> None:
        function: Callable[..., Any] = getattr(self.owner, self.function)
        source = textwrap.dedent(inspect.getsource(function))
        assert source.count(self.right) == 1, (
            f"{self.name}: the code has changed, plant the defect anew"
        )
        names: dict[str, Any] = {}
        # The module's own names, so that the changed function is otherwise the same.
        module = inspect.getmodule(function)
        exec(
            compile(source.replace(self.right, self.wrong), str(module), "exec"),
            vars(module),
            names,
        )
        planted = names[self.function]
        monkeypatch.setattr(self.owner, self.function, planted)
        # Other modules have the function by its name, and the table of decisions has it by its
        # operation.
        for name, other in list(sys.modules.items()):
            if name.startswith(PLACES) and vars(other).get(self.function) is function:
                monkeypatch.setattr(other, self.function, planted)
        for kind, decision in list(decider.DECISIONS.items()):
            if decision is function:
                monkeypatch.setitem(decider.DECISIONS, kind, planted)


@dataclass(frozen=True)
class StatementDefect:
    """An SQL statement of a module with one piece of its text changed."""

    name: str
    module: Any
    statement: str
    right: str
    wrong: str

    def plant(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clause: TextClause | str = getattr(self.module, self.statement)
        right = clause if isinstance(clause, str) else clause.text
        assert right.count(self.right) == 1, (
            f"{self.name}: the statement has changed, plant the defect anew"
        )
        wrong = right.replace(self.right, self.wrong)
        planted: TextClause | str = wrong
        if isinstance(clause, TextClause):
            planted = clause.bindparams()
            planted.text = wrong
        monkeypatch.setattr(self.module, self.statement, planted)
