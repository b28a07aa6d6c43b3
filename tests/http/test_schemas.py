"""The names of schemas, of operations in the description, and of what answers copy from rows."""

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypedDict

import orjson
import pytest
from pydantic import SecretStr

from api.app import create_app
from api.http import routes, schemas
from api.http.copying import Copier
from api.http.document import describe
from api.settings import Settings

SHARED = {"types", "answers", "bill_patterns", "line_names"}
PAGES_ONLY = {"problem_types"}
"""Routes whose answers are pages for readers, so they have no schema."""
NEIGHBOURS = {"import_lists", "liability_estimates", "member_lists", "programme_rules"}
"""Routes whose schemas are those of the noun that they belong to."""
SENSIBLE = re.compile(r"([A-Z][a-z0-9]+)+(Body|Item|Answer|Page|State|Step)|Step")
PROBLEMS = {"Problem", "ProblemField"}


def rooms(wing: ModuleType) -> set[str]:
    return {room.name for room in pkgutil.iter_modules(wing.__path__)}


def declared() -> Iterator[tuple[str, type]]:
    """Every class of the schemas, with its name."""
    for room in rooms(schemas):
        module = importlib.import_module(f"{schemas.__name__}.{room}")
        for name, value in vars(module).items():
            if isinstance(value, type) and value.__module__ == module.__name__:
                yield name, value


@pytest.fixture(scope="module")
def document() -> Any:
    """The description, which needs no database."""
    app = create_app(Settings.load(database_url=SecretStr("postgresql://nobody@/nothing")))
    return orjson.loads(orjson.dumps(describe(app)))


def test_every_noun_has_its_routes_and_its_schemas() -> None:
    assert rooms(schemas) - SHARED == rooms(routes) - PAGES_ONLY - NEIGHBOURS


def test_no_two_schemas_have_the_same_name() -> None:
    assert [
        name for name, count in Counter(name for name, _ in declared()).items() if count > 1
    ] == []


def test_schemas_are_described_under_sensible_names(document: Any) -> None:
    names = set(document["components"]["schemas"])

    assert {name for name in names - PROBLEMS if not SENSIBLE.fullmatch(name)} == set()


def test_every_described_schema_is_used(document: Any) -> None:
    used = set(re.findall(r'"#/components/schemas/(\w+)"', orjson.dumps(document).decode()))

    assert used == set(document["components"]["schemas"])


class PairAnswer(TypedDict):
    second: int
    first: str


@dataclass(frozen=True, slots=True)
class Pair:
    first: str
    second: int


@dataclass(frozen=True, slots=True)
class Single:
    first: str


def test_an_answer_has_the_fields_of_its_row_in_the_order_it_declares() -> None:
    copied = Copier(PairAnswer, Pair)(Pair("a", 1))

    assert list(copied.items()) == [("second", 1), ("first", "a")]


def test_a_given_field_takes_the_place_of_the_rows() -> None:
    copy = Copier(PairAnswer, Pair, "first")

    assert copy(Pair("a", 1), first="b") == {"first": "b", "second": 1}
    with pytest.raises(KeyError, match="first"):
        copy(Pair("a", 1))


def test_a_field_that_no_row_has_is_found_when_the_copier_is_made() -> None:
    with pytest.raises(TypeError, match="second"):
        Copier(PairAnswer, Single)
    with pytest.raises(TypeError, match="third"):
        Copier(PairAnswer, Pair, "third")


def copiers() -> list[Copier[Any, Any]]:
    """The copiers of all routes."""
    modules = [importlib.import_module(f"{routes.__name__}.{room}") for room in rooms(routes)]
    return [
        value for module in modules for value in vars(module).values() if isinstance(value, Copier)
    ]


def test_every_answer_that_is_copied_exists_in_the_schemas() -> None:
    known = dict(declared())

    assert len(copiers()) > 10
    for copier in copiers():
        assert known[copier.answer.__name__] is copier.answer
        assert set(copier.names) == set(copier.answer.__annotations__)
        assert copier.given <= set(copier.names)
        rest = set(copier.names) - copier.given
        assert rest <= {*dir(copier.row), *getattr(copier.row, "__dataclass_fields__", ())}
