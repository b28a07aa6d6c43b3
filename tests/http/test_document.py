"""The rules of the OpenAPI document. What is generated from it depends on them."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from litestar import Litestar
from pydantic import SecretStr

from api.app import create_app
from api.http.described import OPERATIONS, TAGS
from api.http.document import describe, operations
from api.http.glossary import WORDS
from api.http.problems import PROBLEM_MEDIA_TYPE
from api.http.routes.problem_types import codes
from api.http.schemas import answers, contracts, parties, reconciliations, statements
from api.http.schemas import offers as offer_schemas
from api.http.schemas import operations as operation_schemas
from api.settings import Settings
from catalog.offers.terms import Fulfilment
from catalog.parties import Role
from ledger.asks import OperationKind
from ledger.decide.wallet import AccountKind
from settlement.money import Rounding
from settlement.reconcile.outcome import Category
from settlement.statements.statements import State
from tests.http.promises import Promises

JSON = Any
METHODS = {"get", "post", "put", "delete"}
_VERBS = (
    "accept add adjust advise agree apply approve assign cancel capture claim close confirm"
    " convert deactivate default disable discard dispute download end expire export finalise"
    " follow forget freeze get gift hold invite issue list lock look make merge open pause publish"
    " query read reconcile redeem refuse reject release remove replay report resolve resume retry"
    " return reveal reverse review revoke rotate set settle sign submit test unlock use void"
    " withdraw"
)
VERBS = frozenset(_VERBS.split())
_CLOSED = (
    "state status kind step effect rounding fulfilment delivery window mode account source target"
)
CLOSED = frozenset(_CLOSED.split())
"""Members of answers with a closed list of values."""
# Their `account` is the member's own at a supplier.
ACCOUNTS = {"RightBody", "LaunchBody"}
NUMBERS = {("Problem", "status"), ("AttemptAnswer", "status")}
UNSEEN = {
    "refused": "every answer has a more specific code",
    "key-malformed": "a setting",
    "key-taken": "a setting",
    "unsafe-durability": "the service does not start",
    "unsafe-login": "the service does not start",
    "method-not-allowed": "an operation has its method",
    "allotment-not-taken": "books and stock disagree",
    "fulfilment-invalid": "the schema refuses it first",
    "isolation-rule-invalid": "the schema refuses it first",
    "group-invalid": "the schema refuses it first",
    "encoding-doubtful": "an import's answer has it",
    "encoding-unknown": "an import's answer has it",
    "header-missing": "an import's answer has it",
    "import-cancelled": "an import's answer has it",
    "import-failed": "an import's answer has it",
    "import-file-too-large": "an import's answer has it",
    "import-file-unreadable": "an import's answer has it",
    "not-earned": "an event is answered 201; the record of its key has it",
    "page-out-of-range": "the schema refuses it first",
    "time-invalid": "the schema refuses it first",
    **dict.fromkeys(
        (
            *("foreign-form", "invitation-invalid", "not-for-you", "code-wrong"),
            "no-programme-yet",
            *("issuer-answer-invalid", "issuer-refused", "issuer-unreachable", "not-invited"),
            "sign-in-lost",
            *("not-signed-in", "password-weak", "password-wrong", "permission-required"),
            *("sign-in-barred", "sign-in-refused", "second-factor-missing", "second-factor-set"),
            *("launch-invalid", "not-let-in", "coupon-not-yours", "points-over-limit"),
        ),
        "users meet it, at a page",
    ),
}
"""Problem types that no operation describes, and why."""

# What patterns may hold: escapes that ECMAScript has with and without its flag u.
ESCAPE = re.compile(
    r"\\(?![dDwWsSbBtnvfr0]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[/^$\\.*+?()\[\]{}|\-])"
)
GROUP = re.compile(r"\(\?(?!:|=|!|<=|<!)")
POSSESSIVE = re.compile(r"[*+?}]\+")


@pytest.fixture(scope="module")
def app() -> Litestar:
    return create_app(Settings.load(database_url=SecretStr("postgresql://nobody@/nothing")))


@pytest.fixture(scope="module")
def document(app: Litestar) -> JSON:
    return describe(app)


def each_operation(document: JSON) -> Iterator[JSON]:
    for methods in document["paths"].values():
        assert methods.keys() <= METHODS
        yield from methods.values()


def each_schema(node: JSON) -> Iterator[JSON]:
    """Every object of the document, schemas among them. Examples are left out."""
    if isinstance(node, dict):
        yield node
        for name, each in node.items():
            if name not in {"example", "examples"}:
                yield from each_schema(each)
    elif isinstance(node, list):
        for each in node:
            yield from each_schema(each)


def test_every_operation_has_a_name_of_its_own_that_begins_with_a_verb(document: JSON) -> None:
    names = [each["operationId"] for each in each_operation(document)]

    assert len(names) == len(set(names)) > 50
    for name in names:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", name), name
        assert name.partition("_")[0] in VERBS, name


def test_every_operation_has_a_summary_and_a_description(document: JSON) -> None:
    summaries = [each["summary"] for each in each_operation(document)]

    assert len(set(summaries)) == len(summaries)
    for each in each_operation(document):
        assert re.fullmatch(r"[A-Z][^.]{5,60}", each["summary"]), each["summary"]
        assert re.fullmatch(r"(?s)[A-Z].*\.", each["description"]), each["operationId"]


def test_every_row_of_the_table_is_that_of_one_handler(app: Litestar, document: JSON) -> None:
    names = [
        handler.handler_name
        for path, method, handler in operations(app)
        if method in document["paths"].get(path, {})
    ]

    assert sorted(names) == sorted(OPERATIONS)
    known = codes().keys()
    for row in OPERATIONS.values():
        assert row.refusals | row.items <= known, row.name


def test_the_tags_are_explained_and_used(document: JSON) -> None:
    told = {each["name"]: each["description"] for each in document["tags"]}
    used = {tag for each in each_operation(document) for tag in each["tags"]}

    assert told == TAGS
    assert used == told.keys()
    assert all(len(each["tags"]) == 1 for each in each_operation(document))


def test_the_document_says_whose_it_is(document: JSON) -> None:
    assert document["info"]["license"]["identifier"] == "Apache-2.0"
    assert document["info"]["contact"]["name"]
    assert document["info"]["description"].endswith(".")


def test_what_is_optional_is_simply_not_required(document: JSON) -> None:
    for schema in each_schema(document["components"]["schemas"]):
        assert "default" not in schema or isinstance(schema["default"], dict), schema
    for each in each_operation(document):
        for parameter in each.get("parameters", ()):
            assert parameter["schema"].get("default", "") is not None
            assert parameter["required"] is (parameter["in"] != "query")


def test_patterns_are_those_of_ecmascript(document: JSON) -> None:
    patterns = {
        schema["pattern"]
        for schema in each_schema(document)
        if isinstance(schema.get("pattern"), str)
    }

    assert len(patterns) > 10
    for pattern in patterns:
        assert is_ecmascript(pattern), pattern


def is_ecmascript(pattern: str) -> bool:
    return not any(each.search(pattern) for each in (ESCAPE, GROUP, POSSESSIVE))


@pytest.mark.parametrize(
    "pattern", [r"\A\d+\Z", "(?i)a", "(?P<a>b)", r"[\U0010ffff]", r"a++", r"\pL", r"(?>a)", r"\x1"]
)
def test_patterns_of_other_languages_are_found(pattern: str) -> None:
    assert not is_ecmascript(pattern)


def test_members_with_a_closed_list_of_values_say_which(document: JSON) -> None:
    schemas = document["components"]["schemas"]
    closed = {name for name, each in schemas.items() if {"enum", "const"} & each.keys()}
    for name, schema in schemas.items():
        for member, each in schema.get("properties", {}).items():
            if member in CLOSED and (name, member) not in NUMBERS and name not in ACCOUNTS:
                options = [each, *each.get("oneOf", ()), *each.get("anyOf", ())]
                assert any(
                    {"enum", "const"} & option.keys()
                    or option.get("$ref", "").rpartition("/")[2] in closed
                    for option in options
                ) or name.endswith("RightItem"), (name, member)


def test_the_lists_of_values_are_those_of_the_packages() -> None:
    kinds = {kind.name.lower() for kind in OperationKind}
    accounts = {kind.name.lower() for kind in AccountKind}

    assert set(get_args(answers.KindName)) == kinds
    assert set(get_args(operation_schemas.AccountName)) == accounts
    for ours, theirs in (
        (contracts.RoundingName, Rounding),
        (parties.RoleName, Role),
        (offer_schemas.FulfilmentName, Fulfilment),
        (reconciliations.BreakCategory, Category),
    ):
        assert get_args(ours) == get_args(theirs)
    # Before a statement is issued, only its closing sees it.
    assert set(get_args(State)) - set(get_args(statements.StatementState)) == {
        "draft",
        "under_review",
    }


def test_alternatives_are_told_apart_by_a_member(document: JSON) -> None:
    schemas, found = document["components"]["schemas"], 0
    for schema in each_schema(schemas):
        references = [each for each in schema.get("oneOf", ()) if "$ref" in each]
        if len(references) < 2:
            continue
        found += 1
        name, mapping = (schema["discriminator"][each] for each in ("propertyName", "mapping"))
        assert sorted(mapping.values()) == sorted(each["$ref"] for each in references)
        for value, reference in mapping.items():
            one = schemas[reference.rpartition("/")[2]]
            assert name in one["required"]
            assert one["properties"][name]["const"] == value
    assert found > 5


def test_every_operation_says_with_which_problems_it_can_be_answered(document: JSON) -> None:
    promises, known = Promises(document), codes()
    for each in each_operation(document):
        assert "default" not in each["responses"]
        statuses = {int(status) for status in each["responses"]}
        assert {400, 422, 500} <= statuses, each["operationId"]
        if each["security"]:
            assert {401, 429, 503} <= statuses
        for status in statuses:
            for kind in promises.types(each, status):
                assert known[kind.rpartition("/")[2]].status == status


def test_every_problem_type_is_that_of_an_operation(document: JSON) -> None:
    promises = Promises(document)
    told = {
        kind.rpartition("/")[2]
        for each in each_operation(document)
        for kind in (
            *each.get("x-item-problem-types", ()),
            *(kind for status in each["responses"] for kind in promises.types(each, int(status))),
        )
    }

    assert codes().keys() - told == UNSEEN.keys() - {"refused"}


def test_everything_is_explained(document: JSON) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert schema["title"] == name
        assert schema["description"].rstrip().endswith("."), name
        for member, each in schema.get("properties", {}).items():
            assert "title" not in each
            assert "$ref" in each or each["description"].endswith("."), (name, member)
    for operation in each_operation(document):
        for parameter in operation.get("parameters", ()):
            assert parameter["description"].endswith("."), (operation["operationId"], parameter)
        for status, response in operation["responses"].items():
            assert "$ref" in response or response["description"].endswith("."), (status, response)


def test_the_glossary_explains_nothing_that_is_not_there(document: JSON) -> None:
    schemas = document["components"]["schemas"]
    members = {member for each in schemas.values() for member in each.get("properties", {})}
    parameters = {
        f"?{parameter['name']}"
        for operation in each_operation(document)
        for parameter in operation.get("parameters", ())
    }
    for name in WORDS:
        schema, _, member = name.rpartition(".")
        if schema:
            assert member in schemas[schema]["properties"], name
        else:
            assert name in members | parameters, name


def test_answers_name_their_headers(document: JSON) -> None:
    headers = document["components"]["headers"]
    for operation in each_operation(document):
        given = {parameter["name"] for parameter in operation.get("parameters", ())}
        for status, response in operation["responses"].items():
            if "$ref" in response:
                continue
            assert set(response.get("headers", {})) <= headers.keys()
            if status[0] == "2" and "Idempotency-Key" in given:
                assert "Idempotency-Replayed" in response["headers"]
            if status in {"429", "503"} and PROBLEM_MEDIA_TYPE in response["content"]:
                assert "Retry-After" in response["headers"]
