"""Every operation on points over HTTP: what it does, what it answers, what it refuses."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from api.http import operations
from api.http.schemas import points
from ledger.asks import Convert
from tests.http.conftest import BEGIN, JSON, Caller, accepted, refused

PROGRAMME = "/v1/programmes/grocer"
JANUARY = "2017-01-15T12:00:00Z"
AUGUST = "2017-08-15T12:00:00Z"
"""After the last day of points issued in January."""


async def programme_of(brand: Caller, **rules: JSON) -> str:
    """The address of another programme of the brand's, with rules."""
    accepted(await brand.post("/v1/programmes", {"code": "ruled", "name": "Ruled points", **rules}))
    return "/v1/programmes/ruled"


async def issue(
    brand: Caller, member: str = "m1", number: int = 100, *, at: str = PROGRAMME, **more: JSON
) -> JSON:
    key = more.pop("key", "")
    return accepted(
        await brand.post(f"{at}/issue", {"member": member, "points": number, **more}, key=key)
    )


async def balance(brand: Caller, member: str = "m1", *, at: str = PROGRAMME) -> JSON:
    return accepted(await brand.get(f"{at}/members/{member}"), 200)


def fields_of(model: type[points.EventRequest]) -> set[str]:
    return set(model.model_fields) - {"kind"}


@pytest.mark.parametrize("item", operations.ITEMS)
def test_requests_have_the_fields_of_the_ledgers_operations(
    item: type[points.EventRequest],
) -> None:
    operation = operations.ITEMS[item]
    own = {"owner"} | ({"to_book_id", "version", "credited"} if operation is Convert else set())
    assert fields_of(item) == {field.name for field in fields(operation) if field.init} - own
    single = getattr(points, item.__name__.replace("Item", "Request"))
    assert fields_of(single) | {"key"} == fields_of(item)


@pytest.mark.parametrize("item", operations.ITEMS)
def test_numbers_and_metadata_are_the_only_values_that_are_no_texts(
    item: type[points.EventRequest],
) -> None:
    """The one-pass reading of a batch counts strings by it."""
    properties = item.model_json_schema()["properties"]
    for name, schema in properties.items():
        kinds = {each.get("type") for each in schema.get("anyOf", [schema])} - {"null"}
        expected = (
            "object"
            if name == "metadata"
            else "integer"
            if name in operations.NUMBERS
            else "string"
        )
        assert kinds == {expected}, name


# Points set aside.


async def test_a_hold_sets_points_aside_until_it_is_captured(brand: Caller) -> None:
    await issue(brand)
    held = accepted(
        await brand.post(f"{PROGRAMME}/hold", {"member": "m1", "points": 60}, key="cart")
    )
    assert (held["kind"], held["points"], held["balance"]) == ("hold", 60, 40)
    found = await balance(brand)
    assert (found["spendable"], found["held"]) == (40, 60)
    refused(
        await brand.post(f"{PROGRAMME}/redeem", {"member": "m1", "points": 41}),
        409,
        "insufficient-points",
    )
    captured = accepted(
        await brand.post(f"{PROGRAMME}/capture", {"member": "m1", "hold_key": "cart"})
    )
    assert (captured["points"], captured["balance"]) == (60, 40)
    assert "released" not in captured
    totals = accepted(await brand.get(f"{PROGRAMME}/totals"), 200)
    assert (totals["redeemed"], totals["held"], totals["outstanding"]) == (60, 0, 40)


async def test_a_partial_capture_gives_the_rest_back(brand: Caller) -> None:
    await issue(brand)
    accepted(await brand.post(f"{PROGRAMME}/hold", {"member": "m1", "points": 60}, key="cart"))
    body = {"member": "m1", "hold_key": "cart", "points": 25}
    captured = accepted(await brand.post(f"{PROGRAMME}/capture", body))
    assert (captured["points"], captured["released"], captured["balance"]) == (25, 35, 75)


async def test_a_released_hold_gives_everything_back(brand: Caller) -> None:
    await issue(brand)
    accepted(await brand.post(f"{PROGRAMME}/hold", {"member": "m1", "points": 60}, key="cart"))
    released = accepted(
        await brand.post(f"{PROGRAMME}/release", {"member": "m1", "hold_key": "cart"})
    )
    assert (released["points"], released["balance"]) == (60, 100)


async def test_a_hold_ends_once_and_in_time(brand: Caller) -> None:
    await issue(brand, occurred_at=BEGIN)
    hold = {
        "member": "m1",
        "points": 60,
        "occurred_at": BEGIN,
        "expires_at": "2017-01-01T00:15:00Z",
    }
    accepted(await brand.post(f"{PROGRAMME}/hold", hold, key="cart"))
    capture, release = f"{PROGRAMME}/capture", f"{PROGRAMME}/release"
    problem = refused(
        await brand.post(capture, {"member": "m1", "hold_key": "cart"}), 409, "hold-expired"
    )
    assert problem["member"] == "m1"
    too_much = {"member": "m1", "hold_key": "cart", "points": 61, "occurred_at": BEGIN}
    assert refused(await brand.post(capture, too_much), 409, "capture-too-large")["held"] == 60
    refused(await brand.post(capture, {"member": "m1", "hold_key": "no"}), 404, "hold-not-found")
    refused(
        await brand.post(release, {"member": "m2", "hold_key": "cart"}), 404, "member-not-found"
    )
    accepted(await brand.post(release, {"member": "m1", "hold_key": "cart"}))
    refused(await brand.post(release, {"member": "m1", "hold_key": "cart"}), 409, "hold-closed")


# Taking back.


async def test_a_reversed_redemption_gives_points_back_in_parts(brand: Caller) -> None:
    await issue(brand)
    accepted(await brand.post(f"{PROGRAMME}/redeem", {"member": "m1", "points": 30}, key="sale"))
    body = {"member": "m1", "operation_key": "sale"}
    part = accepted(await brand.post(f"{PROGRAMME}/reverse", {**body, "points": 10}))
    assert (part["points"], part["balance"]) == (10, 80)
    rest = accepted(await brand.post(f"{PROGRAMME}/reverse", body))
    assert (rest["points"], rest["balance"]) == (20, 100)
    assert (
        refused(await brand.post(f"{PROGRAMME}/reverse", body), 409, "already-reversed")[
            "remaining"
        ]
        == 0
    )


async def test_what_cannot_be_reversed(brand: Caller) -> None:
    await issue(brand, key="i")
    accepted(await brand.post(f"{PROGRAMME}/hold", {"member": "m1", "points": 5}, key="h"))
    for key, status, code in (
        ("h", 409, "not-reversible"),
        ("missing", 404, "operation-not-found"),
    ):
        body = {"member": "m1", "operation_key": key}
        refused(await brand.post(f"{PROGRAMME}/reverse", body), status, code)
    too_much = {"member": "m1", "operation_key": "i", "points": 101}
    assert (
        refused(await brand.post(f"{PROGRAMME}/reverse", too_much), 409, "already-reversed")[
            "remaining"
        ]
        == 100
    )


@pytest.mark.parametrize(
    ("policy", "spendable", "owed"), [("refuse", 30, 0), ("take", 0, 0), ("owe", -70, 70)]
)
async def test_a_reversed_issue_is_clawed_back_by_the_programmes_policy(
    brand: Caller, policy: str, spendable: int, owed: int
) -> None:
    at = await programme_of(brand, debt=policy)
    await issue(brand, at=at, key="receipt")
    accepted(await brand.post(f"{at}/redeem", {"member": "m1", "points": 70}))
    response = await brand.post(f"{at}/reverse", {"member": "m1", "operation_key": "receipt"})
    if policy == "refuse":
        assert refused(response, 409, "issue-spent")["left"] == 30
    else:
        reversed_issue = accepted(response)
        assert reversed_issue["points"] == 30 + owed
        assert reversed_issue.get("owed", 0) == owed
    found = await balance(brand, at=at)
    assert (found["spendable"], found["debt"]) == (spendable, owed)
    if owed:
        repaying = await issue(brand, number=80, at=at)
        assert (repaying["points"], repaying["balance"]) == (80, 10)


async def test_points_that_come_back_dead_live_for_the_grace(brand: Caller) -> None:
    at = await programme_of(brand, expiry={"kind": "days", "count": 10}, grace_days=5)
    await issue(brand, at=at, occurred_at=BEGIN)
    accepted(
        await brand.post(
            f"{at}/redeem", {"member": "m1", "points": 70, "occurred_at": BEGIN}, key="sale"
        )
    )
    body = {"member": "m1", "operation_key": "sale", "occurred_at": "2017-02-01T00:00:00Z"}
    assert accepted(await brand.post(f"{at}/reverse", body))["balance"] == 70
    asked = {"members": ["m1"], "at": "2017-02-06T23:59:59Z"}
    (found,) = accepted(await brand.post(f"{at}/balances", asked, key=None), 200)["balances"]
    assert (found["spendable"], found["expired"], found["next_expiry"]) == (70, 30, "2017-02-06")


# Between members.


async def test_a_gift_keeps_its_dates_and_makes_the_recipient_known(brand: Caller) -> None:
    await issue(brand, expires_on="2117-03-31")
    body = {"member": "m1", "to_member": "m2", "points": 40}
    first = await brand.post(f"{PROGRAMME}/gift", body, key="birthday")
    given = accepted(first)
    assert (given["kind"], given["to"], given["points"], given["balance"]) == ("gift", "m2", 40, 60)
    assert (await brand.post(f"{PROGRAMME}/gift", body, key="birthday")).content == first.content
    found = await balance(brand, "m2")
    assert (found["spendable"], found["next_expiry"]) == (40, "2117-03-31")
    (received,) = accepted(await brand.get(f"{PROGRAMME}/members/m2/history"), 200)["entries"]
    assert (received["kind"], received["key"], received["points"]) == ("receive", None, 40)


async def test_gifts_that_are_refused(brand: Caller) -> None:
    await issue(brand)
    refused(
        await brand.post(f"{PROGRAMME}/gift", {"member": "m1", "to_member": "m1", "points": 1}),
        422,
        "operation-invalid",
    )
    too_much = {"member": "m1", "to_member": "m2", "points": 101}
    refused(await brand.post(f"{PROGRAMME}/gift", too_much), 409, "insufficient-points")
    stranger = {"member": "m3", "to_member": "m1", "points": 1}
    refused(await brand.post(f"{PROGRAMME}/gift", stranger), 404, "member-not-found")
    refused(await brand.get(f"{PROGRAMME}/members/m2"), 404, "member-not-found")


async def test_a_merge_moves_everything_for_good(brand: Caller) -> None:
    await issue(brand, "old", 30)
    await issue(brand, "new", 12)
    merged = accepted(
        await brand.post(f"{PROGRAMME}/merge", {"member": "old", "into_member": "new"})
    )
    assert (merged["points"], merged["into"], merged["balance"]) == (30, "new", 0)
    assert (await balance(brand, "new"))["spendable"] == 42
    for path, body in (
        ("issue", {"points": 1}),
        ("redeem", {"points": 1}),
        ("merge", {"into_member": "new"}),
    ):
        problem = refused(
            await brand.post(f"{PROGRAMME}/{path}", {"member": "old", **body}), 409, "member-merged"
        )
        assert problem["into"] == "new"
    gift = {"member": "new", "to_member": "old", "points": 1}
    refused(await brand.post(f"{PROGRAMME}/gift", gift), 409, "member-merged")


async def test_merges_that_are_refused(brand: Caller) -> None:
    await issue(brand)
    merge = f"{PROGRAMME}/merge"
    refused(
        await brand.post(merge, {"member": "m1", "into_member": "m1"}), 422, "operation-invalid"
    )
    refused(
        await brand.post(merge, {"member": "m1", "into_member": "m2"}), 404, "recipient-not-found"
    )
    refused(await brand.post(merge, {"member": "m2", "into_member": "m1"}), 404, "member-not-found")
    await issue(brand, "m2")
    accepted(await brand.post(f"{PROGRAMME}/hold", {"member": "m1", "points": 5}))
    assert (
        refused(await brand.post(merge, {"member": "m1", "into_member": "m2"}), 409, "holds-open")[
            "held"
        ]
        == 5
    )


# By hand.


async def test_an_adjustment_says_who_and_why(brand: Caller) -> None:
    await issue(brand)
    body = {"member": "m1", "reason": "till was down", "actor": "ann"}
    more = accepted(
        await brand.post(f"{PROGRAMME}/adjust", {**body, "points": 5, "expires_on": "2117-12-31"})
    )
    assert (more["points"], more["balance"], more["reason"], more["actor"]) == (
        5,
        105,
        "till was down",
        "ann",
    )
    less = accepted(await brand.post(f"{PROGRAMME}/adjust", {**body, "points": -25}))
    assert (less["points"], less["balance"]) == (-25, 80)
    refused(
        await brand.post(f"{PROGRAMME}/adjust", {**body, "points": -81}), 409, "insufficient-points"
    )
    stranger = {**body, "member": "m2", "points": 5}
    refused(await brand.post(f"{PROGRAMME}/adjust", stranger), 404, "member-not-found")
    totals = accepted(await brand.get(f"{PROGRAMME}/totals"), 200)
    assert (totals["issued"], totals["adjusted"], totals["outstanding"]) == (100, -20, 80)


# The rules of a programme.


async def test_points_may_be_spent_after_the_return_window(brand: Caller) -> None:
    at = await programme_of(brand, available_after_days=14)
    assert (await issue(brand, at=at))["balance"] == 0
    assert (await balance(brand, at=at))["pending"] == 100
    at_once = await issue(brand, number=7, at=at, available_on="2017-01-01")
    assert at_once["balance"] == 7


async def test_caps_are_counted_by_member_and_window(brand: Caller) -> None:
    caps = [
        {"kind": "issue", "window": "day", "points": 100},
        {"kind": "redeem", "window": "month", "points": 50},
    ]
    at = await programme_of(brand, caps=caps)
    await issue(brand, number=90, at=at, occurred_at=BEGIN)
    too_much = {"member": "m1", "points": 11, "occurred_at": BEGIN}
    problem = refused(await brand.post(f"{at}/issue", too_much), 409, "cap-exceeded")
    assert (problem["kind"], problem["points"]) == ("issue", 11)
    assert (problem["capped"], problem["window"], problem["cap"], problem["used"]) == (
        "issue",
        "day",
        100,
        90,
    )
    await issue(brand, number=11, at=at, occurred_at="2017-01-02T00:00:00Z")
    body = {"member": "m1", "points": 30, "occurred_at": JANUARY}
    accepted(await brand.post(f"{at}/redeem", body, key="sale"))
    assert refused(await brand.post(f"{at}/hold", body), 409, "cap-exceeded")["used"] == 30
    undo = {"member": "m1", "operation_key": "sale", "points": 10, "occurred_at": JANUARY}
    accepted(await brand.post(f"{at}/reverse", undo))
    accepted(await brand.post(f"{at}/hold", body))


async def test_a_wallet_holds_no_more_than_the_programme_lets_it(brand: Caller) -> None:
    at = await programme_of(brand, balance_max=150)
    await issue(brand, at=at)
    accepted(await brand.post(f"{at}/hold", {"member": "m1", "points": 100}))
    refused(
        await brand.post(f"{at}/issue", {"member": "m1", "points": 51}), 409, "balance-too-large"
    )
    await issue(brand, number=50, at=at)


@pytest.mark.parametrize(
    ("plan", "last_day"),
    [
        ({"kind": "none"}, None),
        ({"kind": "days", "count": 30}, "2017-02-14"),
        ({"kind": "months", "count": 6}, "2017-07-31"),
        ({"kind": "dates", "count": 1, "dates": ["06-30", "12-31"]}, "2018-06-30"),
        ({"kind": "sliding", "count": 30}, "2017-02-14"),
    ],
)
async def test_points_die_by_the_programmes_plan(
    brand: Caller, plan: JSON, last_day: str | None
) -> None:
    at = await programme_of(brand, expiry=plan)
    assert (await issue(brand, at=at, occurred_at=JANUARY)).get("expires_on") == last_day
    given = await issue(brand, at=at, occurred_at=JANUARY, expires_on="2017-12-31")
    assert given["expires_on"] == "2017-12-31"


async def test_an_activity_slides_the_last_day_of_all_points(brand: Caller) -> None:
    at = await programme_of(brand, expiry={"kind": "sliding", "count": 30})
    await issue(brand, at=at, occurred_at=BEGIN)
    accepted(
        await brand.post(
            f"{at}/redeem", {"member": "m1", "points": 1, "occurred_at": "2017-01-31T00:00:00Z"}
        )
    )
    asked = {"members": ["m1"], "at": "2017-02-01T00:00:00Z"}
    (found,) = accepted(await brand.post(f"{at}/balances", asked, key=None), 200)["balances"]
    assert (found["spendable"], found["next_expiry"], found["expiring_points"]) == (
        99,
        "2017-03-02",
        99,
    )
    swept = accepted(await brand.post(f"{at}/expire", {"occurred_at": "2017-03-03T00:00:00Z"}))
    assert (swept["points"], swept["wallets"]) == (99, 1)


# What every operation may tell.

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
    """Whatever an operation may need: an issue, a hold, another member."""
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
        await brand.post(f"{PROGRAMME}/expire", {"store": "s1"}), 400, "invalid-request"
    )
    assert "whole book" in problem["detail"]
    item = {"kind": "expire", "key": "k"}
    answers = accepted(
        await brand.post(f"{PROGRAMME}/operations", {"operations": [item]}, key=None), 200
    )["answers"]
    assert answers[0]["problem"]["errors"][0]["pointer"] == "/operations/0/member"
