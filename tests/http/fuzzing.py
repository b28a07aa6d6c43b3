"""Requests that Schemathesis draws from the description, and what every answer to them must be.

All draws follow from a seed. Half of the requests fit the description, the others do not. Half of
each are for names that exist, so that they get further than to "not found".
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias, cast

import httpx2
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

Case: TypeAlias = schemathesis.Case[Any]

BASE_URL = "http://comity.test"
REVOKED, NONE = "revoked", "none"
KEYLESS = {REVOKED, NONE}

load_all_checks()
CHECKED: list[Any] = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ]
)
NEGATIVE: Any = CHECKS.get_one("negative_data_rejection")
"""What does not fit the description is refused."""


@dataclass(frozen=True, slots=True)
class World:
    """What exists in the service, and whose keys there are."""

    keys: dict[str, str | None]
    """API keys by the kind of caller."""
    names: dict[str, Any]
    """Values that exist, by the names of parameters and of members of bodies."""
    public: set[str]
    """The operations that need no key."""


@dataclass(slots=True)
class Tally:
    """What came of the requests."""

    requests_count: int = 0
    tried: set[str] = field(default_factory=set)
    succeeded: set[str] = field(default_factory=set)
    """The operations that did something at least once."""
    faults: list[str] = field(default_factory=list)


def operations_of(document: Any) -> Iterator[Any]:
    """Every operation of the description.

    What it says of API keys is left out: each request is sent with a key of every kind.
    """
    methods = {
        path: {
            method: {name: part for name, part in each.items() if name != "security"}
            for method, each in operations.items()
        }
        for path, operations in document["paths"].items()
    }
    schema: Any = schemathesis.openapi.from_dict({**document, "paths": methods})
    for result in schema.get_all_operations():
        yield result.ok()


def public_labels(document: Any) -> set[str]:
    """The operations that need no key, as Schemathesis names them."""
    return {
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method, each in operations.items()
        if each["security"] == []
    }


class Sort(NamedTuple):
    """A sort of requests: do they fit the description, and are they for names that exist?"""

    mode: GenerationMode
    is_known: bool


SORTS = tuple(Sort(mode, is_known) for mode in GenerationMode for is_known in (False, True))
GOOD = Sort(GenerationMode.POSITIVE, is_known=True)
"""The sort that gets furthest."""


def draw(
    operation: Any, world: World, sorts: Iterable[Sort] = SORTS, *, cases_max: int, number: int
) -> list[Case]:
    """Up to `cases_max` requests of each of these sorts."""
    drawn: list[Case] = []
    for sort in sorts:
        known = world.names if sort.is_known else {}
        path = {name: value for name, value in known.items() if f"{{{name}}}" in operation.path}
        found = _draw(operation.as_strategy(sort.mode, path_parameters=path), cases_max, number)
        for case in found:
            _tame(case, world.names if sort == GOOD else {})
        drawn += found
    return drawn


def _draw(strategy: Any, cases_max: int, number: int) -> list[Case]:
    found: list[Case] = []

    @seed(number)
    @settings(
        max_examples=cases_max,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def collect(case: Case) -> None:
        found.append(case)

    try:
        collect()
    except Unsatisfiable:  # where nothing can be wrong, as in GET /livez
        return []
    return found


def _tame(case: Case, known: dict[str, Any]) -> None:
    """Give members of the body names that exist, and let no request wait."""
    if case.query and str(case.query.get("wait_seconds")).isdecimal():
        case.query["wait_seconds"] = 0  # nothing is delivered here, so all would wait in vain
    if isinstance(case.body, dict | list):
        _rename(case.body, known)


def _rename(value: Any, known: dict[str, Any]) -> None:
    if isinstance(value, dict):
        for name, member in value.items():
            if name in known and isinstance(member, str | int):
                value[name] = known[name]
            else:
                _rename(member, known)
    elif isinstance(value, list):
        for each in value:
            _rename(each, known)


async def try_all(http: httpx2.AsyncClient, case: Case, world: World, tally: Tally) -> None:
    """Send a request with every kind of key, and check each answer."""
    label = case.operation.label
    for kind, key in world.keys.items():
        response = await _send(http, case, key)
        if response is None:
            return
        tally.requests_count += 1
        tally.tried.add(label)
        if response.is_success:
            tally.succeeded.add(label)
        fault = _fault(case, response)
        if kind in KEYLESS and label not in world.public and response.is_success:
            fault = f"answered with {response.status_code}"
        if fault is not None:
            tally.faults.append(f"{label}, key: {kind}\n{fault}")


async def _send(http: httpx2.AsyncClient, case: Case, key: str | None) -> httpx2.Response | None:
    """The answer. None is for what no client can send."""
    given = case.as_transport_kwargs(base_url=BASE_URL)
    if key is not None:
        given["headers"]["Authorization"] = f"Bearer {key}"
    try:
        request = requests.Request(**given).prepare()
    except (requests.exceptions.InvalidHeader, UnicodeError):
        return None
    return await http.request(
        str(request.method),
        str(request.url),
        content=cast("bytes | str | None", request.body),
        headers={
            name.encode("latin-1"): value.encode("latin-1") if isinstance(value, str) else value
            for name, value in request.headers.items()
        },
    )


def _fault(case: Case, response: httpx2.Response) -> str | None:
    # A batch is answered although an item is wrong: the item is refused in the answer.
    checks = CHECKED if _is_batch(response) else [*CHECKED, NEGATIVE]
    try:
        case.validate_response(response, checks=checks)
    except AssertionError as error:
        return str(error)
    except BaseExceptionGroup as errors:
        return str(errors)
    return None


def _is_batch(response: httpx2.Response) -> bool:
    # Of card codes, only those that are refused are told.
    answer = response.json() if response.is_success and response.content[:1] == b"{" else {}
    return "answers" in answer or {"accepted", "rejected"} <= answer.keys()
