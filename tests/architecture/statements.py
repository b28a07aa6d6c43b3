"""Every SQL statement of the tree, as text, with the place where it stands.

Two sources together miss none. One is the constants of the imported modules: strings, `text(…)`
and statements built of tables. The other is the strings inside functions, whose f-strings are
evaluated with the module's names. A string counts as a statement if it begins like one, in
capitals.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.sql import ClauseElement, Executable

from loadtests.cluster.tables import PACKAGES

_ASYNCPG = create_engine("postgresql+asyncpg://").dialect
_BEGINS = re.compile(r"\s*(WITH|SELECT|INSERT|UPDATE|DELETE)\b")


@dataclass(frozen=True)
class Statement:
    """One statement; `place` is `module.name`, or `module:line` inside a function."""

    place: str
    sql: str


def as_sent(statement: Executable | str) -> str:
    """A statement as the driver sends it, with single spaces: how the server's log knows it."""
    if isinstance(statement, str):
        return squeezed(statement)
    assert isinstance(statement, ClauseElement)
    return squeezed(str(statement.compile(dialect=_ASYNCPG)))


def squeezed(sql: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(sql.split())


@cache
def modules() -> tuple[ModuleType, ...]:
    """The modules of the packages and of `api`, imported. Migrations are none of them."""
    found = []
    for package in map(importlib.import_module, (*PACKAGES, "api")):
        below = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        names = [
            each.name
            for each in below
            if not each.name.startswith("api.migrations") and not each.name.endswith(".__main__")
        ]
        found += [package, *map(importlib.import_module, names)]
    return tuple(found)


@cache
def statements() -> tuple[Statement, ...]:
    """The statements of the packages, each text once."""
    found: dict[str, Statement] = {}
    for module in modules():
        for each in statements_of(module):
            found.setdefault(each.sql, each)
    return tuple(found.values())


def statements_of(module: ModuleType) -> Iterator[Statement]:
    """The statements of one module: first its constants, which have names, then its functions'."""
    for name, value in vars(module).items():
        if isinstance(value, str | Executable) and not isinstance(value, type):
            sql = as_sent(value)
            if _BEGINS.match(sql):
                yield Statement(f"{module.__name__}.{name}", sql)
    assert module.__file__ is not None
    source = Path(module.__file__).read_text(encoding="utf-8")
    yield from inner_statements(source, vars(module), module.__name__)


def inner_statements(source: str, names: dict[str, Any], module: str) -> Iterator[Statement]:
    """The strings inside the functions of a source that begin like statements."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in _strings(function):
                sql = _value(node, names) if _BEGINS.match(_beginning(node)) else ""
                if sql:
                    yield Statement(f"{module}:{node.lineno}", squeezed(sql))


def _strings(node: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """The whole strings below a node; the parts of an f-string are none."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.JoinedStr) or (
            isinstance(child, ast.Constant) and isinstance(child.value, str)
        ):
            yield child
        else:
            yield from _strings(child)


def _beginning(node: ast.Constant | ast.JoinedStr) -> str:
    """What a string begins with, up to the first part that is to be evaluated."""
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else node
    return str(first.value) if isinstance(first, ast.Constant) else ""


def _value(node: ast.Constant | ast.JoinedStr, names: dict[str, Any]) -> str:
    """What a string is; a part that only the running function knows is left as it is written."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        else:
            assert isinstance(part, ast.FormattedValue)
            try:
                parts.append(str(eval(compile(ast.Expression(part.value), "", "eval"), names)))
            except NameError:
                parts.append(ast.unparse(part.value))
    return "".join(parts)


def cross_book() -> dict[str, str]:
    """The statements that a module lists as `CROSS_BOOK`: they look at all books on purpose."""
    return {
        as_sent(statement): f"{module.__name__}.CROSS_BOOK"
        for module in modules()
        for statement in vars(module).get("CROSS_BOOK", ())
    }
