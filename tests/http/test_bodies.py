"""How JSON bodies are read: malformed ones, members named twice, numbers out of range."""

import orjson
import pytest

from api.http.bodies import read_json
from api.http.operations import read_operations
from api.http.problems import MalformedJson
from tests.http.conftest import (
    JSON,
    PROGRAMME,
    Caller,
    Take,
    refused,
)

ITEM = {"kind": "issue", "key": "k", "member": "m1", "points": 1}


NAMES_TWICE = [
    b'{"member": "m1", "points": 1, "points": 500}',
    b'{"points":1,"member":"m1","points":500}',
    b'{"member" : "m1" , "points" : 1 , "points" : 500}',
    b'{"member": "m1", "points": 1, "po\\u0069nts": 500}',
    b'{"member": "a\\"b", "points": 1, "points": 500}',
    b'{"member": "m1", "points": 1, "store": null, "store": "s"}',
]


NO_JSON = [
    (b"", "empty"),
    (b"{", "line 1, column 2"),
    (b'{"member": "\xe9", "points": 1}', "byte 13 is not utf-8"),
    (b'{"member": "m1", "points": 1e400}', "infinity"),
    (b'{"member": "m1", "points": ' + b"9" * 5_000 + b"}", "infinity"),
    (b"[" * 2_000, "depth"),
    *((content, "twice") for content in NAMES_TWICE),
]


async def test_a_body_that_is_no_json_says_where(brand: Caller) -> None:
    for content, words in NO_JSON:
        for path, key in (("issue", ""), ("operations", None), ("rights/batch", None)):
            response = await brand.post(f"{PROGRAMME}/{path}", content=content, key=key)
            assert words in refused(response, 400, "malformed-json")["detail"].lower()


async def test_a_member_named_twice_within_a_batch_is_refused(brand: Caller) -> None:
    for content in NAMES_TWICE:
        item = b'{"kind": "issue", "key": "k", ' + content[1:]
        for name, path in (("operations", "operations"), ("rights", "rights/batch")):
            batch = b'{"' + name.encode() + b'": [' + item + b"]}"
            refused(
                await brand.post(f"{PROGRAMME}/{path}", content=batch, key=None),
                400,
                "malformed-json",
            )


@pytest.mark.parametrize(
    "item",
    [
        ITEM,
        {**ITEM, "store": None, "reference": 'quo"te', "channel": "back\\slash"},
        {**ITEM, "member": "成员", "store": "null", "reference": '"points":'},
        {"kind": "expire", "key": "k", "member": "m1", "occurred_at": None},
    ],
)
def test_members_named_once_are_never_refused(item: JSON) -> None:
    for document in ({"operations": [item]}, {"mode": "independent", "operations": [item] * 3}):
        for body in (orjson.dumps(document), orjson.dumps(document, option=orjson.OPT_INDENT_2)):
            assert read_json(body) == document
            assert not any(
                isinstance(each, dict) for each in read_operations(body, may_import=True).items
            )


def test_the_quick_look_counts_what_it_does_not_read() -> None:
    item = b'{"kind":"issue","key":"k","member":"m","points":1,"store":null,"store":null}'
    null_hides_it = b'{"operations":[' + item + b"]}"
    with pytest.raises(MalformedJson):
        read_operations(null_hides_it, may_import=True)
    with pytest.raises(MalformedJson):
        read_json(b'[{"a":{"b":1,"b":2}}]')


@pytest.mark.parametrize("points", ["NaN", "Infinity", "-Infinity", "1e400", "1e2", "1.0"])
async def test_numbers_that_json_readers_disagree_on(
    brand: Caller, snapshot: Take, points: str
) -> None:
    before = await snapshot()
    content = f'{{"member": "m1", "points": {points}}}'.encode()
    assert (await brand.post(f"{PROGRAMME}/issue", content=content)).status_code == 400
    item = f'{{"kind": "issue", "key": "k", "member": "m1", "points": {points}}}'
    batch = f'{{"operations": [{item}]}}'.encode()
    response = await brand.post(f"{PROGRAMME}/operations", content=batch, key=None)
    assert response.status_code == 400 or response.json()["answers"][0]["status"] == "rejected"
    assert await snapshot() == before


async def test_surrogates_are_refused(brand: Caller, snapshot: Take) -> None:
    before = await snapshot()
    content = b'{"member": "\\ud800", "points": 1}'
    assert (await brand.post(f"{PROGRAMME}/issue", content=content)).status_code == 400
    batch = b'{"operations": [{"kind": "issue", "key": "k", "member": "\\ud800", "points": 1}]}'
    response = await brand.post(f"{PROGRAMME}/operations", content=batch, key=None)
    assert response.status_code == 400 or response.json()["answers"][0]["status"] == "rejected"
    assert await snapshot() == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"member": "m1", "points": 1',
        b"\xff\xfe",
        b'{"a":1}{"b":2}',
        b"[" * 100_000,
    ],
)
async def test_malformed_json(brand: Caller, snapshot: Take, content: bytes) -> None:
    before = await snapshot()
    for path, key in (
        ("issue", ""),
        ("operations", None),
        ("allotments", None),
        ("rights/batch", None),
    ):
        response = await brand.post(f"{PROGRAMME}/{path}", content=content, key=key)
        assert response.status_code == 400, (path, response.status_code, response.text)
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["type"] in {"/problems/malformed-json", "/problems/request-invalid"}
    assert await snapshot() == before
