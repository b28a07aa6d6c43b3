"""A change of the description that breaks programs is written down before it passes."""

import copy
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from api.cli.main import comity
from tests.clients.made.files import made
from tests.http import compatibility
from tests.http.compatibility import CHANGELOG, SNAPSHOT, breaks, current, reduced, silent

JSON = Any
BROKEN = "## [Unreleased]\n\n### Changed\n\n- `{}` answers otherwise.\n"


@pytest.fixture(scope="module")
def document() -> JSON:
    return current()


@pytest.fixture(scope="module")
def found(document: JSON) -> JSON:
    return reduced(document)


def test_no_program_is_broken_without_a_word(found: JSON) -> None:
    old = orjson.loads(SNAPSHOT.read_bytes())

    assert silent(old, found, CHANGELOG.read_text(encoding="utf-8")) == [], (
        "name these operations in CHANGELOG.md under Changed, then: make document"
    )


def test_the_kept_description_is_that_of_the_code(found: JSON) -> None:
    assert orjson.loads(SNAPSHOT.read_bytes()) == orjson.loads(compatibility.encoded(found)), (
        "the description has changed: make document"
    )


def test_the_description_is_printed_without_a_server(document: JSON) -> None:
    shown = CliRunner().invoke(comity, ["openapi"])

    assert orjson.loads(shown.stdout) == document
    assert shown.stderr == ""


def test_clients_are_written_from_the_description_of_the_code(document: JSON) -> None:
    old = [path for path, text in made(document).items() if path.read_text("utf-8") != text]

    assert old == [], "the description has changed: make document"


def properties(document: JSON, name: str) -> JSON:
    return document["schemas"][name]["properties"]


def _gone(document: JSON) -> None:
    del document["operations"]["issue_points"]


def _moved(document: JSON) -> None:
    document["operations"]["issue_points"]["address"] = "POST /v2/issue"


def _renamed_answer(document: JSON) -> None:
    members = properties(document, "OperationAnswer")
    members["amount"] = members.pop("points")
    required = document["schemas"]["OperationAnswer"]["required"]
    required[required.index("points")] = "amount"


def _optional_answer_gone(document: JSON) -> None:
    del properties(document, "OperationAnswer")["expires_on"]


def _answer_not_always(document: JSON) -> None:
    document["schemas"]["OperationAnswer"]["required"].remove("balance")


def _null_answer(document: JSON) -> None:
    properties(document, "OperationAnswer")["points"] = {"type": ["integer", "null"]}


def _new_required(document: JSON) -> None:
    properties(document, "IssueBody")["till"] = {"type": "string"}
    document["schemas"]["IssueBody"]["required"].append("till")


def _became_required(document: JSON) -> None:
    document["schemas"]["IssueBody"]["required"].append("store")


def _request_member_gone(document: JSON) -> None:
    del properties(document, "IssueBody")["funder"]


def _narrower_type(document: JSON) -> None:
    properties(document, "IssueBody")["store"] = {"type": "null"}


def _narrower_limit(document: JSON) -> None:
    properties(document, "IssueBody")["points"]["maximum"] = 10


def _another_pattern(document: JSON) -> None:
    properties(document, "IssueBody")["member"]["pattern"] = "^[a-z]$"


def _status_gone(document: JSON) -> None:
    del document["operations"]["issue_points"]["answers"]["409"]


def _parameter_required(document: JSON) -> None:
    document["operations"]["issue_points"]["parameters"]["till (query)"] = {
        "required": True,
        "schema": {"type": "string"},
    }


def _parameter_gone(document: JSON) -> None:
    del document["operations"]["issue_points"]["parameters"]["Idempotency-Key (header)"]


def _other_body(document: JSON) -> None:
    bodies = document["operations"]["issue_points"]["bodies"]
    bodies["text/csv"] = bodies.pop("application/json")


BREAKING = [
    _gone,
    _moved,
    _renamed_answer,
    _optional_answer_gone,
    _answer_not_always,
    _null_answer,
    _new_required,
    _became_required,
    _request_member_gone,
    _narrower_type,
    _narrower_limit,
    _another_pattern,
    _status_gone,
    _parameter_required,
    _parameter_gone,
    _other_body,
]


@pytest.mark.parametrize("change", BREAKING, ids=lambda change: change.__name__.strip("_"))
def test_a_breaking_change_passes_only_when_it_is_written_down(
    found: JSON, change: Callable[[JSON], None]
) -> None:
    changed = copy.deepcopy(found)
    change(changed)

    assert "issue_points" in {each.operation for each in silent(found, changed, "")}
    told = {each.operation for each in silent(found, changed, BROKEN.format("issue_points"))}
    assert "issue_points" not in told


def _narrower_enum(document: JSON) -> None:
    properties(document, "OperationsBody")["mode"]["enum"].remove("atomic")


def _wider_answer_enum(document: JSON) -> None:
    properties(document, "OperationAnswer")["kind"]["enum"].append("lend")


def _request_number_only(document: JSON) -> None:
    properties(document, "ContractBody")["coupon_cost_minor"]["type"] = "integer"


@pytest.mark.parametrize(
    ("change", "operation"),
    [
        (_narrower_enum, "submit_operations"),
        (_wider_answer_enum, "submit_operations"),
        (_request_number_only, "add_contract"),
    ],
)
def test_values_that_one_side_does_not_know_break(
    found: JSON, change: Callable[[JSON], None], operation: str
) -> None:
    changed = copy.deepcopy(found)
    change(changed)

    assert operation in {each.operation for each in breaks(found, changed)}


def _new_operation(document: JSON) -> None:
    document["operations"]["lend_points"] = document["operations"]["issue_points"]


def _new_answer_member(document: JSON) -> None:
    properties(document, "OperationAnswer")["till"] = {"type": "string"}


def _new_optional_member(document: JSON) -> None:
    properties(document, "IssueBody")["till"] = {"type": "string"}


def _wider_request(document: JSON) -> None:
    properties(document, "IssueBody")["points"]["maximum"] *= 2
    properties(document, "OperationsBody")["mode"]["enum"].append("in_turn")


def _new_status(document: JSON) -> None:
    document["operations"]["issue_points"]["answers"]["418"] = {}


@pytest.mark.parametrize(
    "change",
    [_new_operation, _new_answer_member, _new_optional_member, _wider_request, _new_status],
)
def test_what_programs_do_not_notice_is_no_break(
    found: JSON, change: Callable[[JSON], None]
) -> None:
    changed = copy.deepcopy(found)
    change(changed)

    assert list(breaks(found, changed)) == []


def test_only_what_is_not_released_counts_as_written_down() -> None:
    text = BROKEN.format("issue_points")

    assert compatibility.written_down(text) == {"issue_points"}
    assert compatibility.written_down(text.replace("Changed", "Added")) == set()
    assert compatibility.written_down("## [Unreleased]\n\n## [1.0.0]\n" + text[15:]) == set()
