"""What all operations on points have in common: fields, replays, permission, bad input."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from api.http import operations
from api.http.schemas import operations as schemas
from ledger.asks import Convert, Issue
from tests.http.conftest import BEGIN, JSON, PROGRAMME, Caller, accepted, refused
from tests.http.points import issue


def fields_of(model: type[schemas.EventBody]) -> set[str]:
    return set(model.model_fields) - {"kind"}


@pytest.mark.parametrize("item", operations.ITEMS)
def test_requests_have_the_fields_of_the_ledgers_operations(
    item: type[schemas.EventBody],
) -> None:
    operation = operations.ITEMS[item]
    # A points day is for the exchange to know, not for the ledger.
    assert ("points_day" in fields_of(item)) == (operation is Issue)
    own = {"owner"} | (
        {"to_book_id", "version", "credited", "objection"} if operation is Convert else set()
    )
    assert (
        fields_of(item) - {"points_day"}
        == {field.name for field in fields(operation) if field.init} - own
    )
    single = getattr(schemas, item.__name__.replace("Item", "Body"))
    assert fields_of(single) | {"key"} == fields_of(item)


@pytest.mark.parametrize("item", operations.ITEMS)
def test_numbers_and_metadata_are_the_only_values_that_are_no_texts(
    item: type[schemas.EventBody],
) -> None:
    """The quick reading of a batch relies on it to count strings."""
    properties = item.model_json_schema()["properties"]
    for name, schema in properties.items():
        kinds = {each.get("type") for each in schema.get("anyOf", [schema])} - {"null"}
        expected = (
            "object"
            if name == "metadata"
            else "boolean"
            if name == "points_day"
            else "integer"
            if name in operations.NUMBERS
            else "string"
        )
        assert kinds == {expected}, name


# What every operation can have besides its own fields.
ABOUT: JSON = {
    "store": "s1",
    "channel": "till",
    "staff": "ann",
    "reference": "r-7",
    "metadata": {"basket": "9", "a": "b"},
}


MAKE: list[tuple[str, JSON]] = [
    ("issue", {"points": 5, "funder": "mill"}),
    ("redeem", {"points": 5}),
    ("hold", {"points": 5, "expires_at": "2117-01-01T00:00:00Z"}),
    ("capture", {"hold_key": "h"}),
    ("release", {"hold_key": "h"}),
    ("expire", {}),
    ("reverse", {"operation_key": "i", "points": 5}),
    ("gift", {"to_member": "m2", "points": 5}),
    ("adjust", {"points": 5, "reason": "r", "actor": "a", "funder": "mill"}),
    ("merge", {"into_member": "m2"}),
]


async def ready(brand: Caller) -> None:
    """Everything an operation may need: an issue, a hold, another member."""
    await issue(brand, key="i")
    await issue(brand, "m2")
    accepted(await brand.post(f"{PROGRAMME}/hold", {"member": "m1", "points": 7}, key="h"))


@pytest.mark.parametrize(("kind", "body"), MAKE, ids=[kind for kind, _ in MAKE])
async def test_an_operation_tells_where_who_and_what_and_is_replayed(
    brand: Caller, kind: str, body: JSON
) -> None:
    await ready(brand)
    if kind == "merge":
        accepted(await brand.post(f"{PROGRAMME}/release", {"member": "m1", "hold_key": "h"}))
    body = {"member": "m1", **body, **ABOUT}
    first = await brand.post(f"{PROGRAMME}/{kind}", body, key="once")
    document = accepted(first)
    assert (document["kind"], document["key"], document["status"]) == (kind, "once", "accepted")
    again = await brand.post(f"{PROGRAMME}/{kind}", body, key="once")
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    batch = {"operations": [{"kind": kind, "key": "once", **body}]}
    assert accepted(await brand.post(f"{PROGRAMME}/operations", batch, key=None), 200)[
        "answers"
    ] == [document]
    for change in ({"staff": "bob"}, {"metadata": {"basket": "8"}}, {"occurred_at": BEGIN}):
        other = await brand.post(f"{PROGRAMME}/{kind}", {**body, **change}, key="once")
        refused(other, 422, "idempotency-key-reused")
    found = accepted(await brand.get(f"{PROGRAMME}/operations/once"), 200)
    assert {name: found[name] for name in ABOUT} == ABOUT
    assert (
        found.items()
        >= {
            name: document[name] for name in ("operation", "key", "kind", "status", "points")
        }.items()
    )


@pytest.mark.parametrize(("kind", "body"), MAKE, ids=[kind for kind, _ in MAKE])
async def test_the_time_of_any_operation_needs_the_import_permission(
    brand: Caller, operator: Caller, kind: str, body: JSON
) -> None:
    till = Caller(
        brand.http,
        accepted(await operator.post("/v1/parties/grocer/keys", {"label": "till"}))["key"],
    )
    body = {"member": "m1", **body, "occurred_at": BEGIN}
    refused(await till.post(f"{PROGRAMME}/{kind}", body), 403, "import-not-permitted")
    batch = {"operations": [{"kind": kind, "key": "k", **body}]}
    (answer,) = accepted(await till.post(f"{PROGRAMME}/operations", batch, key=None), 200)[
        "answers"
    ]
    assert answer["problem"]["type"] == "/problems/import-not-permitted"


BAD: list[tuple[str, JSON, str]] = [
    ("hold", {"points": 0}, "points"),
    ("hold", {"points": 1, "expires_at": "2117-01-01T00:00:00"}, "expires_at"),
    ("hold", {"points": 1, "expires_at": 7}, "expires_at"),
    ("capture", {}, "hold_key"),
    ("capture", {"hold_key": "with space"}, "hold_key"),
    ("capture", {"hold_key": "h", "points": 0}, "points"),
    ("release", {"hold_key": "h", "points": 1}, "points"),
    ("reverse", {"operation_key": ""}, "operation_key"),
    ("reverse", {"operation_key": "i", "points": 1.5}, "points"),
    ("gift", {"points": 1}, "to_member"),
    ("gift", {"points": 1, "to_member": ".."}, "to_member"),
    ("adjust", {"points": 0, "reason": "r", "actor": "a"}, "points"),
    ("adjust", {"points": 1, "actor": "a"}, "reason"),
    ("adjust", {"points": 1, "reason": "", "actor": "a"}, "reason"),
    ("adjust", {"points": 1, "reason": "r"}, "actor"),
    ("adjust", {"points": -1, "reason": "r", "actor": "a", "funder": "f"}, "funder"),
    (
        "adjust",
        {"points": -1, "reason": "r", "actor": "a", "expires_on": "2117-01-01"},
        "expires_on",
    ),
    ("convert", {"points": 1}, "to_programme"),
    ("convert", {"points": 1, "to_programme": "A"}, "to_programme"),
    ("convert", {"points": 1, "to_programme": "a"}, "to_member"),
    ("convert", {"points": 1, "to_programme": "a", "to_member": None}, "to_member"),
    ("convert", {"points": 1, "to_programme": "a", "rate_version": "1"}, "rate_version"),
    ("convert", {"points": 1, "to_programme": "a", "credited": 1}, "credited"),
    ("merge", {"into_member": 7}, "into_member"),
    ("issue", {"points": 1, "funder": ""}, "funder"),
    ("issue", {"points": 1, "staff": "s" * 201}, "staff"),
    ("issue", {"points": 1, "metadata": []}, "metadata"),
    ("issue", {"points": 1, "metadata": {"a": 1}}, "metadata/a"),
    ("issue", {"points": 1, "metadata": {"a": ""}}, "metadata/a"),
    ("issue", {"points": 1, "metadata": {"issue": None}}, "metadata/issue"),
    ("issue", {"points": 1, "metadata": {"n" * 41: "x"}}, "metadata/" + "n" * 41),
    ("issue", {"points": 1, "metadata": {"a": "zero\u200bwidth"}}, "metadata"),
    ("issue", {"points": 1, "metadata": {f"n{number}": "x" for number in range(17)}}, "metadata"),
]


@pytest.mark.parametrize(
    ("kind", "body", "field"), BAD, ids=[f"{kind}-{field}" for kind, _, field in BAD]
)
async def test_malformed_operations_are_refused_and_change_nothing(
    brand: Caller, snapshot: Callable[[], Any], kind: str, body: JSON, field: str
) -> None:
    before = await snapshot()
    body = {"member": "m1", **body}
    response = await brand.post(f"{PROGRAMME}/{kind}", body)
    batch = {"operations": [{"kind": kind, "key": "k", **body}]}
    (answer,) = accepted(await brand.post(f"{PROGRAMME}/operations", batch, key=None), 200)[
        "answers"
    ]
    if response.status_code == 400:
        assert [each["pointer"] for each in response.json()["errors"]] == [f"/{field}"]
        assert [each["pointer"] for each in answer["problem"]["errors"]] == [
            f"/operations/0/{field}"
        ]
    else:
        assert refused(response, 422, "operation-invalid")["field"] == field
        assert answer["problem"]["field"] == field
    assert await snapshot() == before


async def test_the_expiry_of_a_whole_book_tells_no_more_than_its_time(brand: Caller) -> None:
    problem = refused(
        await brand.post(f"{PROGRAMME}/expire", {"store": "s1"}), 400, "request-invalid"
    )
    assert "whole book" in problem["detail"]
    item = {"kind": "expire", "key": "k"}
    answers = accepted(
        await brand.post(f"{PROGRAMME}/operations", {"operations": [item]}, key=None), 200
    )["answers"]
    assert answers[0]["problem"]["errors"][0]["pointer"] == "/operations/0/member"
