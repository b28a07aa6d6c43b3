"""Balances and histories of members, and the records of operations."""

import asyncio
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from tests.http.conftest import BEGIN, JSON, PROGRAMME, Caller, accepted, refused

MEMBER = f"{PROGRAMME}/members/m1"


async def do(brand: Caller, kind: str, key: str = "", **body: JSON) -> JSON:
    return accepted(await brand.post(f"{PROGRAMME}/{kind}", {"member": "m1", **body}, key=key))


async def test_a_balance_tells_how_many_points_die_when(brand: Caller) -> None:
    await do(brand, "issue", points=10, expires_on="2117-03-31")
    await do(brand, "issue", points=20, expires_on="2117-01-31")
    await do(brand, "issue", points=30, expires_on="2117-03-31", funder="mill")
    await do(brand, "issue", points=40, available_on="2117-01-01", expires_on="2117-12-31")
    await do(brand, "hold", points=5)
    found = accepted(await brand.get(MEMBER), 200)
    assert found == {
        "member": "m1",
        "merged_into": None,
        "spendable": 55,
        "held": 5,
        "pending": 40,
        "expired": 0,
        "debt": 0,
        "next_expiry": "2117-01-31",
        "expiring_points": 15,
        "expiring": [
            {"expires_on": "2117-01-31", "points": 15},
            {"expires_on": "2117-03-31", "points": 40},
        ],
    }
    (one,) = accepted(
        await brand.post(f"{PROGRAMME}/balances", {"members": ["m1"]}, key=None), 200
    )["balances"]
    assert one == {name: value for name, value in found.items() if name != "expiring"}


async def test_a_balance_of_the_past_is_what_the_book_said_then(brand: Caller) -> None:
    await do(brand, "issue", points=100)
    instants = [datetime.now(UTC)]
    for kind, points in (("hold", 30), ("redeem", 20), ("issue", 7)):
        await asyncio.sleep(0.01)
        await do(brand, kind, points=points)
        instants.append(datetime.now(UTC))
    await do(brand, "issue", points=1_000, occurred_at=BEGIN)
    said = [accepted(await brand.get(MEMBER, as_of=each.isoformat()), 200) for each in instants]
    assert [(each["spendable"], each["held"]) for each in said] == [
        (100, 0),
        (70, 30),
        (50, 30),
        (57, 30),
    ]
    refused(await brand.get(MEMBER, as_of="2017-06-01T00:00:00+08:00"), 404, "member-not-found")


async def test_a_history_has_one_line_for_an_event(brand: Caller) -> None:
    await do(brand, "issue", points=10, expires_on="2117-01-31")
    about = {"store": "s1", "channel": "app", "staff": "ann", "reference": "r-1"}
    await do(brand, "issue", "i", points=20, expires_on="2117-02-28", **about)
    await do(brand, "redeem", "sale", points=15)
    await do(brand, "hold", "h", points=10)
    await do(brand, "capture", "c", hold_key="h", points=4)
    await do(brand, "reverse", "v", operation_key="sale", points=3)
    accepted(await brand.post(f"{PROGRAMME}/redeem", {"member": "m1", "points": 500}), 409)
    lines = accepted(await brand.get(f"{MEMBER}/history"), 200)["entries"]
    told = [
        (line["kind"], line["points"], line["balance"], line["held"], line["debt"])
        for line in lines
    ]
    assert told == [
        ("reverse", 3, 14, 0, 0),
        ("capture", 4, 11, 0, 0),
        ("hold", 10, 5, 10, 0),
        ("redeem", 15, 15, 0, 0),
        ("issue", 20, 30, 0, 0),
        ("issue", 10, 10, 0, 0),
    ]
    assert {name: lines[4][name] for name in about} == about
    pages, cursor = [], None
    while True:
        query: dict[str, str | int] = (
            {"limit": 4} if cursor is None else {"limit": 4, "cursor": cursor}
        )
        page = accepted(await brand.get(f"{MEMBER}/history", **query), 200)
        pages += page["entries"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert pages == lines


async def test_an_operation_is_found_by_its_key(brand: Caller) -> None:
    issued = await do(
        brand,
        "issue",
        "i",
        points=20,
        funder="mill",
        expires_on="2117-01-31",
        metadata={"basket": "9"},
    )
    redeemed = await do(brand, "redeem", "sale", points=5)
    await do(brand, "reverse", "v", operation_key="sale")
    found = accepted(await brand.get(f"{PROGRAMME}/operations/v"), 200)
    assert (found["kind"], found["subject"], found["points"]) == (
        "reverse",
        redeemed["operation"],
        5,
    )
    assert found["entries"] == [
        {
            "source": "redemption",
            "target": "wallet",
            "points": 5,
            "available_on": None,
            "expires_on": "2117-01-31",
            "funder": "mill",
            "balance": 20,
            "held": 0,
            "debt": 0,
        }
    ]
    found = accepted(await brand.get(f"{PROGRAMME}/operations/i"), 200)
    assert (
        found.items()
        >= {**issued, "metadata": {"basket": "9"}, "subject": None, "problem": None}.items()
    )


async def test_a_refused_operation_is_found_with_its_problem(brand: Caller) -> None:
    response = await brand.post(f"{PROGRAMME}/redeem", {"member": "m1", "points": 5}, key="no")
    problem = refused(response, 404, "member-not-found")
    found = accepted(await brand.get(f"{PROGRAMME}/operations/no"), 200)
    assert (found["status"], found["member"], found["balance"], found["entries"]) == (
        "rejected",
        None,
        None,
        [],
    )
    assert found["problem"].items() <= problem.items()
    refused(await brand.get(f"{PROGRAMME}/operations/never"), 404, "operation-not-found")
    refused(await brand.get(f"{PROGRAMME}/operations/{'k' * 121}"), 404, "operation-not-found")


KEYS = {
    "a/b": "a/b",
    "/a//b/": "/a//b/",
    "100%": "100%25",
    "?x=1#y": "%3Fx=1%23y",
    "a%2Fb": "a%252Fb",
    "a+b;c=d&e": "a+b;c=d&e",
    "/operations/": "/operations/",
    "...": "...",
}


@pytest.mark.parametrize("key", KEYS)
async def test_keys_of_any_characters_are_found(brand: Caller, key: str) -> None:
    await do(brand, "issue", key, points=1)
    assert accepted(await brand.get(f"{PROGRAMME}/operations/{KEYS[key]}"), 200)["key"] == key


async def test_the_sweep_of_a_book_is_found_with_its_parts(brand: Caller) -> None:
    await do(brand, "issue", points=10, occurred_at=BEGIN)
    accepted(
        await brand.post(
            f"{PROGRAMME}/expire", {"occurred_at": "2017-08-01T00:00:00Z"}, key="august"
        )
    )
    found = accepted(await brand.get(f"{PROGRAMME}/operations/august"), 200)
    assert (found["kind"], found["member"], found["points"]) == ("expire_book", None, 10)
    (line,) = accepted(await brand.get(f"{MEMBER}/history", limit=1), 200)["entries"]
    assert line["key"].startswith("august ")
    assert (
        accepted(await brand.get(f"{PROGRAMME}/operations/{quote(line['key'])}"), 200)["kind"]
        == "sweep"
    )
