"""One class for each type of problem: `problems.InsufficientPoints` is `insufficient-points`.

The classes are made when they are first asked for. `problems.pyi` names them all, for editors and
type checkers; `make document` writes it.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from api.client.errors import Problem, family_of
from api.client.interface import interface


def class_name(code: str) -> str:
    """The name of the class of a code."""
    return "".join(part.capitalize() for part in code.split("-"))


@cache
def _codes() -> dict[str, str]:
    return {class_name(code): code for code in interface().problems}


@cache
def class_of(code: str, status: int) -> type[Problem]:
    """The class of a code. For one that a later release has added, it is the family."""
    if code not in interface().problems:
        return family_of(status)
    about = {"code": code, "status": status, "__module__": __name__}
    return type(class_name(code), (family_of(status),), about)


def problem_of(
    document: Mapping[str, Any], key: str | None = None, request_id: str | None = None
) -> Problem:
    """The exception for a problem document, such as that of a refused item of a batch.

    >>> item = {"type": "/problems/insufficient-points", "status": 409, "spendable": 40}
    >>> type(problem_of(item)).__name__, problem_of(item).document["spendable"]
    ('InsufficientPoints', 40)
    """
    code = str(document["type"]).rpartition("/")[2]
    return class_of(code, document["status"])(dict(document), key, request_id)


def refusals(answers: list[Any]) -> list[tuple[int, Problem]]:
    """The refused items of a batch: the place of each, and its problem.

    >>> refused = {"key": "a", "problem": {"type": "/problems/key-reused", "status": 409}}
    >>> [(place, problem.code) for place, problem in refusals([{"key": "b"}, refused])]
    [(1, 'key-reused')]
    """
    return [
        (place, problem_of(answer["problem"], answer.get("key")))
        for place, answer in enumerate(answers)
        if "problem" in answer
    ]


def __getattr__(name: str) -> type[Problem]:
    if name.startswith("_") or name not in _codes():
        raise AttributeError(f"there is no problem {name}")
    code = _codes()[name]
    return class_of(code, interface().problems[code])


def __dir__() -> list[str]:
    return sorted({*globals(), *_codes()})
