"""What brands say of their members: identifiers, tags, tiers, birthday, consents."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text

from ledger import Database
from tests.http.conftest import PROGRAMME, SECRET, Caller, accepted, refused, stock
from tests.http.points import issue

MEMBERS = f"{PROGRAMME}/members"
PHONE, OTHER_PHONE = "138 0000 1234", "+8613900005678"
TAGS: dict[str, Any] = {
    "tags": [
        {"code": "brand:vip", "label": "VIP"},
        {"code": "product:tea", "label": "Likes tea"},
        *({"code": f"behaviour:t{number}", "label": "Test"} for number in range(70)),
    ]
}
TIERS: dict[str, Any] = {
    "tiers": [
        {"code": "gold", "label": "Gold", "rank": 2},
        {"code": "silver", "label": "Silver", "rank": 1},
    ]
}
FAR = "2999-01-01T00:00:00Z"


def phone(value: str) -> dict[str, Any]:
    return {"identifiers": [{"kind": "phone", "value": value}]}


async def declare(brand: Caller) -> None:
    accepted(await brand.put(f"{PROGRAMME}/tags", TAGS), 200)
    accepted(await brand.put(f"{PROGRAMME}/tiers", TIERS), 200)


async def put(brand: Caller, member: str, body: Any, key: str = "") -> Any:
    return await brand.put(f"{MEMBERS}/{member}", body, key=key)


async def described(brand: Caller, member: str, body: Any) -> Any:
    return accepted(await put(brand, member, body), 200)


async def stored(database: Database) -> list[Any]:
    """Everything that is stored of members, in all tables."""
    async with database.transaction() as connection:
        return [
            sorted(map(str, await connection.execute(text(f"SELECT * FROM catalog.{table}"))))
            for table in ("member", "member_identifier", "member_tag", "member_tier")
        ]


async def test_a_profile_is_what_was_said_and_shows_no_identifier(brand: Caller) -> None:
    await declare(brand)
    assert [each["code"] for each in accepted(await brand.get(f"{PROGRAMME}/tiers"), 200)["tiers"]]
    body = {
        "identifiers": [
            {"kind": "phone", "value": PHONE},
            {"kind": "openid", "value": "wx12:oABC-9"},
            {"kind": "email", "value": "Ann.Lee@Example.com"},
        ],
        "tags": {"set": [{"tag": "brand:vip"}, {"tag": "product:tea", "until": FAR}]},
        "tier": {"code": "gold", "valid_until": FAR},
        "birthday": "02-29",
        "consents": {"contact": True},
    }
    first = await put(brand, "ann", body, "k1")
    document = accepted(first, 200)
    assert PHONE not in first.text
    assert "13800001234" not in first.text
    assert "example" not in first.text.lower()
    assert [(each["kind"], each["tail"]) for each in document["identifiers"]] == [
        ("email", "ee"),
        ("openid", "C-9"),
        ("phone", "1234"),
    ]
    assert [each["tag"] for each in document["tags"]] == ["brand:vip", "product:tea"]
    assert document["tier"]["code"] == "gold"
    assert document["birthday"] == "02-29"
    assert document["consents"] == {"rights_by_third_party": None, "contact": True}
    again = await put(brand, "ann", body, "k1")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.content == first.content
    refused(await put(brand, "ann", phone(OTHER_PHONE), "k1"), 422, "idempotency-key-reused")
    found = accepted(await brand.get(f"{MEMBERS}/ann/profile"), 200)
    assert found == document
    changes = {
        "tags": {"add": [{"tag": "behaviour:t1"}], "remove": ["brand:vip"]},
        "birthday": None,
        "tier": None,
        "consents": {"rights_by_third_party": False},
    }
    changed = await described(brand, "ann", changes)
    assert [each["tag"] for each in changed["tags"]] == ["behaviour:t1", "product:tea"]
    assert (changed["birthday"], changed["tier"]) == (None, None)
    assert changed["consents"] == {"rights_by_third_party": False, "contact": True}
    assert changed["identifiers"] == document["identifiers"]
    refused(await brand.get(f"{MEMBERS}/nobody/profile"), 404, "member-not-found")


async def test_no_identifier_is_stored_or_can_be_found_out(
    brand: Caller, database: Database
) -> None:
    """Neither in a row nor in a hash that anybody could compute: values are digested by a key."""
    await described(brand, "ann", phone(PHONE))
    tables = text(
        "SELECT table_schema || '.' || table_name FROM information_schema.tables"
        " WHERE table_schema IN ('ledger', 'catalog', 'exchange') AND table_type = 'BASE TABLE'"
    )
    async with database.transaction() as connection:
        for table in list((await connection.execute(tables)).scalars()):
            for row in await connection.execute(text(f"SELECT t::text FROM {table} AS t")):
                assert "3800001234" not in str(row), table


async def test_identifiers_find_their_member_in_any_spelling(
    brand: Caller, operator: Caller
) -> None:
    await described(brand, "ann", phone(PHONE))
    await described(brand, "bob", {"identifiers": [{"kind": "card", "value": "ab-12 34"}]})

    async def resolve(*identifiers: tuple[str, str]) -> Any:
        body = {"identifiers": [{"kind": kind, "value": value} for kind, value in identifiers]}
        return await brand.post(f"{PROGRAMME}/resolve", body, key=None)

    for spelt in ("13800001234", "+86 138-0000-1234", "0086 13800001234", "１３８００００１２３４"):
        found = accepted(await resolve(("phone", spelt), ("email", "x@y.example")), 200)
        assert found == {"member": "ann", "matched": ["phone"]}
    refused(await resolve(("phone", OTHER_PHONE)), 404, "member-not-found")
    problem = refused(await resolve(("phone", PHONE), ("card", "AB1234")), 409, "identities-differ")
    assert problem["members"] == ["ann", "bob"]
    taken = refused(await put(brand, "bob", phone(PHONE)), 409, "identifier-taken")
    assert (taken["member"], taken["kind"]) == ("ann", "phone")
    assert "1234" not in taken["detail"]
    gone = await brand.delete(f"{MEMBERS}/ann/identifiers")
    assert gone.status_code == 204
    await described(brand, "bob", phone(PHONE))
    refused(await brand.delete(f"{MEMBERS}/nobody/identifiers"), 404, "member-not-found")


REFUSED: Mapping[str, tuple[Any, int, str]] = {
    "a short phone": (phone("123"), 422, "identifier-invalid"),
    "no openid": ({"identifiers": [{"kind": "openid", "value": "x"}]}, 422, "identifier-invalid"),
    "an unknown tag": ({"tags": {"add": [{"tag": "brand:none"}]}}, 422, "tag-unknown"),
    "an unknown tier": ({"tier": {"code": "none"}}, 422, "tier-unknown"),
    "a tier backwards": (
        {"tier": {"code": "gold", "valid_from": FAR, "valid_until": "2998-01-01T00:00:00Z"}},
        *(422, "period-backwards"),
    ),
    "a tag that is over": (
        {"tags": {"add": [{"tag": "brand:vip", "until": "2017-01-01T00:00:00Z"}]}},
        *(422, "period-backwards"),
    ),
    "no such day": ({"birthday": "02-30"}, 422, "birthday-invalid"),
    "too many tags": (
        {"tags": {"add": [{"tag": f"behaviour:t{number}"} for number in range(64)]}},
        *(409, "tag-limit"),
    ),
    "too many identifiers": (
        {
            "identifiers": [
                {"kind": "phone", "value": f"138000055{number:02}"} for number in range(16)
            ]
        },
        *(409, "identifier-limit"),
    ),
    "a tag of no class": ({"tags": {"add": [{"tag": "vip"}]}}, 400, "request-invalid"),
    "set and add": ({"tags": {"set": [], "add": [{"tag": "brand:vip"}]}}, 400, "request-invalid"),
}


async def test_what_is_refused_changes_nothing(brand: Caller, database: Database) -> None:
    await declare(brand)
    await described(brand, "ann", {**phone(PHONE), "tags": {"set": [{"tag": "brand:vip"}]}})
    before = await stored(database)
    good = {"identifiers": [{"kind": "card", "value": "good1"}], "birthday": "01-01"}
    for name, (body, status, code) in REFUSED.items():
        refused(await put(brand, "ann", {**good, **body}), status, code)
        assert await stored(database) == before, name
    refused(await put(brand, "new", {**good, **phone(PHONE)}), 409, "identifier-taken")
    assert await stored(database) == before
    refused(await brand.put(f"{PROGRAMME}/tags", {"tags": []}), 409, "tag-in-use")
    twice: dict[str, Any] = {"tiers": [*TIERS["tiers"], TIERS["tiers"][0]]}
    refused(await brand.put(f"{PROGRAMME}/tiers", twice), 422, "tier-invalid")
    await described(brand, "ann", {"tier": {"code": "gold"}})
    refused(await brand.put(f"{PROGRAMME}/tiers", {"tiers": []}), 409, "tier-in-use")
    twice = {"tags": [*TAGS["tags"], TAGS["tags"][0]]}
    refused(await brand.put(f"{PROGRAMME}/tags", twice), 422, "tag-invalid")


async def test_a_batch_of_members_has_one_bad_row(brand: Caller) -> None:
    rows = [
        {"key": "a", "member": "ann", **phone(PHONE)},
        {"key": "b", "member": "bob", **phone(PHONE)},
        {"key": "c", "member": "cat", "birthday": "13-01"},
        {"key": "d", "member": "dan", "birthday": "12-31"},
    ]
    batch = accepted(await brand.post(MEMBERS, {"members": rows}, key=None), 200)
    codes = [
        each.get("problem", {}).get("type", "/problems/").removeprefix("/problems/")
        for each in batch["answers"]
    ]
    assert codes == ["", "identifier-taken", "request-invalid", ""]
    again = await brand.post(MEMBERS, {"members": [rows[0], rows[3]]}, key=None)
    assert accepted(again, 200)["answers"] == [batch["answers"][0], batch["answers"][3]]
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("mode", ["alone", "independent", "atomic", "stop_on_error"])
async def test_a_merge_carries_what_is_said_of_a_member(brand: Caller, mode: str) -> None:
    await declare(brand)
    for member in ("old", "new"):
        await issue(brand, member, 10)
    await described(
        brand,
        "old",
        {
            **phone(PHONE),
            "tags": {"set": [{"tag": "brand:vip", "until": FAR}, {"tag": "product:tea"}]},
            "tier": {"code": "gold"},
            "birthday": "01-02",
            "consents": {"contact": False, "rights_by_third_party": True},
        },
    )
    said = {
        "identifiers": [{"kind": "card", "value": "c-1234"}],
        "tags": {"set": [{"tag": "brand:vip"}]},
        "consents": {"contact": True},
    }
    await described(brand, "new", said if mode == "atomic" else {**said, "birthday": "03-04"})
    merge = {"member": "old", "into_member": "new"}
    if mode == "alone":
        accepted(await brand.post(f"{PROGRAMME}/merge", merge))
    else:
        operations = [
            {"kind": "issue", "key": "i1", "member": "old", "points": 1},
            {"kind": "merge", "key": "m1", **merge},
        ]
        body = {"mode": mode, "operations": operations}
        answers = accepted(await brand.post(f"{PROGRAMME}/operations", body, key=None), 200)
        assert [each["status"] for each in answers["answers"]] == ["accepted"] * 2
    found = accepted(await brand.get(f"{MEMBERS}/new/profile"), 200)
    assert sorted(each["kind"] for each in found["identifiers"]) == ["card", "phone"]
    assert [(each["tag"], each["until"]) for each in found["tags"]] == [
        ("brand:vip", None),
        ("product:tea", None),
    ]
    assert found["tier"]["code"] == "gold"
    assert found["birthday"] == ("01-02" if mode == "atomic" else "03-04")
    assert found["consents"] == {"contact": False, "rights_by_third_party": True}
    body = {"identifiers": [{"kind": "phone", "value": PHONE}]}
    assert (
        accepted(await brand.post(f"{PROGRAMME}/resolve", body, key=None), 200)["member"] == "new"
    )
    left = accepted(await brand.get(f"{MEMBERS}/old/profile"), 200)
    assert (left["merged_into"], left["identifiers"], left["tags"], left["tier"]) == (
        *("new", [], []),
        None,
    )
    problem = refused(await put(brand, "old", {"birthday": "05-06"}), 409, "member-merged")
    assert problem["into"] == "new"
    refused(await brand.post(f"{MEMBERS}/old/forget", {}), 409, "member-merged")


async def test_a_merge_carries_tiers_into_the_times_in_which_there_was_none(brand: Caller) -> None:
    await declare(brand)
    for member in ("old", "new"):
        await issue(brand, member, 10)
    silver = [
        {"valid_from": "2020-01-01T00:00:00Z", "valid_until": "2020-03-01T00:00:00Z"},
        {"valid_from": "2998-01-01T00:00:00Z", "valid_until": "2998-02-01T00:00:00Z"},
    ]
    for period in silver:
        await described(brand, "new", {"tier": {"code": "silver", **period}})
    gold = {"code": "gold", "valid_from": "2020-01-15T00:00:00Z", "valid_until": FAR}
    await described(brand, "old", {"tier": gold})
    accepted(await brand.post(f"{PROGRAMME}/merge", {"member": "old", "into_member": "new"}))
    found = accepted(await brand.get(f"{MEMBERS}/new/profile"), 200)["tier"]
    assert (found["code"], found["valid_from"], found["valid_until"]) == (
        *("gold", "2020-03-01T00:00:00Z"),
        "2998-01-01T00:00:00Z",
    )


async def test_the_words_of_the_addresses_are_no_references_of_members(brand: Caller) -> None:
    """A member may be called as an address ends."""
    for member in ("resolve", "batch", "profile"):
        await issue(brand, member, 5)
        assert accepted(await brand.get(f"{MEMBERS}/{member}"), 200)["spendable"] == 5
        assert (await described(brand, member, {"birthday": "01-01"}))["member"] == member


GIFT_OF_ANN = """
    INSERT INTO exchange.birthday_gift (book_id, day, member, offer_id, refusal)
    VALUES (1, '2027-02-03', 'ann', 1, 'allotment-exhausted')
"""
INVITE_OF_ANN = """
    INSERT INTO exchange.invitation (book_id, digest, kind, inviter, invited_at)
    SELECT 1, digest, kind, 'bob', now() FROM catalog.member_identifier WHERE member = 'ann'
    UNION ALL SELECT 1, 'another', 'phone', 'ann', now()
"""
REMEMBERED = """
    SELECT (SELECT count(*) FROM exchange.birthday_gift)
        + (SELECT count(*) FROM exchange.invitation)
"""


async def test_a_forgotten_member_keeps_its_points_alone(
    brand: Caller, supplier: Caller, database: Database
) -> None:
    await declare(brand)
    endpoint = {"url": "http://127.0.0.1:1", "secret": SECRET}
    accepted(await supplier.put("/v1/parties/cinema/endpoint", endpoint), 200)
    direct = await stock(supplier, brand, fulfilment="direct")
    own = await stock(supplier, brand, code="own")
    await issue(brand, "ann", 100)
    right = {"member": "ann", "offer_id": direct}
    refused(await brand.post(f"{PROGRAMME}/rights", right), 422, "account-required")
    made = accepted(await brand.post(f"{PROGRAMME}/rights", {**right, "account": "13800001234"}))
    accepted(await brand.post(f"{PROGRAMME}/rights", {"member": "ann", "offer_id": own}))
    await described(
        brand,
        "ann",
        {
            **phone(PHONE),
            "tags": {"set": [{"tag": "brand:vip"}]},
            "tier": {"code": "gold"},
            "birthday": "02-03",
            "consents": {"contact": True},
        },
    )

    async def wallet(**query: str) -> list[tuple[str, str | None]]:
        items = accepted(await brand.get(f"{MEMBERS}/ann/coupons", **query), 200)["items"]
        return [(each["state"], each["masked_account"]) for each in items]

    assert await wallet() == [("HELD", "13•••34"), ("ACTIVE", None)]
    assert await wallet(state="ACTIVE") == [("ACTIVE", None)]
    assert await wallet(state="USED") == []
    refused(await brand.get(f"{MEMBERS}/ann/coupons", state="GONE"), 400, "request-invalid")
    before = accepted(await brand.get(f"{MEMBERS}/ann"), 200)

    async with database.transaction() as connection:
        for remember in (GIFT_OF_ANN, INVITE_OF_ANN):
            await connection.execute(text(remember))
    first = await brand.post(f"{MEMBERS}/ann/forget", {}, key="forget")
    assert accepted(first, 200) == {"member": "ann", "accounts_wiped": 1}
    again = await brand.post(f"{MEMBERS}/ann/forget", {}, key="forget")
    assert again.content == first.content
    left = accepted(await brand.get(f"{MEMBERS}/ann/profile"), 200)
    assert (left["identifiers"], left["tags"], left["tier"], left["birthday"]) == (
        *([], [], None),
        None,
    )
    assert left["consents"] == {"rights_by_third_party": None, "contact": None}
    assert (await stored(database))[1:] == [[], [], []]
    async with database.transaction() as connection:
        assert (await connection.execute(text(REMEMBERED))).scalar_one() == 1, "another's invite"
    receipt = accepted(await brand.get(f"{PROGRAMME}/coupons/{made['coupon']}"), 200)
    assert receipt["masked_account"] is None
    assert await wallet() == [("HELD", None), ("ACTIVE", None)]
    assert accepted(await brand.get(f"{MEMBERS}/ann"), 200) == before
    await described(brand, "bob", phone(PHONE))
    await issue(brand, "cat", 20)
    taken = {"member": "cat", "offer_id": direct, "account": "cat@cinema"}
    accepted(await brand.post(f"{PROGRAMME}/rights", taken))
    forgotten = {"member": "cat", "accounts_wiped": 1}
    assert accepted(await brand.post(f"{MEMBERS}/cat/forget", {}), 200) == forgotten
    refused(await brand.post(f"{MEMBERS}/nobody/forget", {}), 404, "member-not-found")
