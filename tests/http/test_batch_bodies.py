"""How batches of operations are read: a member named twice is found in every shape."""

from typing import Any

import orjson
import pytest

from api.http.bodies import read_json
from api.http.operations import read_operations
from api.http.problems import MalformedJson
from tests.http.conftest import (
    BEGIN,
    JSON,
)


def issue(key: str, points: Any = 10, member: str = "m1", **more: JSON) -> JSON:
    return {"kind": "issue", "key": key, "member": member, "points": points, **more}


def redeem(key: str, points: int, member: str = "m1") -> JSON:
    return {"kind": "redeem", "key": key, "member": member, "points": points}


ABOUT = {"store": "s", "channel": None, "staff": "ann", "reference": 'quo"te', "occurred_at": BEGIN}


METADATA: list[JSON] = [
    None,
    {},
    {"a": "b"},
    {"a": "b", "c": "null"},
    {"metadata": "points", "成员": "\\"},
]


SHAPES: list[JSON] = [
    issue("k", funder="mill", available_on="2017-01-01", expires_on=None),
    redeem("k", 1),
    {"kind": "hold", "key": "k", "member": "m", "points": 1, "expires_at": BEGIN},
    {"kind": "capture", "key": "k", "member": "m", "hold_key": "h"},
    {"kind": "capture", "key": "k", "member": "m", "hold_key": "h", "points": None},
    {"kind": "capture", "key": "k", "member": "m", "hold_key": "h", "points": 3},
    {"kind": "release", "key": "k", "member": "m", "hold_key": "h"},
    {"kind": "expire", "key": "k", "member": "m"},
    {"kind": "reverse", "key": "k", "member": "m", "operation_key": "o", "points": 2},
    {"kind": "gift", "key": "k", "member": "m", "to_member": "n", "points": 2},
    {"kind": "adjust", "key": "k", "member": "m", "points": -2, "reason": "r", "actor": "a"},
    {
        "kind": "convert",
        "key": "k",
        "member": "m",
        "points": 2,
        "to_programme": "p",
        "to_member": "n",
        "rate_version": 7,
    },
    {
        "kind": "convert",
        "key": "k",
        "member": "m",
        "points": 2,
        "to_programme": "p",
        "to_member": "n",
        "rate_version": None,
    },
    {"kind": "merge", "key": "k", "member": "m", "into_member": "n"},
]


@pytest.mark.parametrize(
    "shape", SHAPES, ids=[f"{index}-{shape['kind']}" for index, shape in enumerate(SHAPES)]
)
@pytest.mark.parametrize(
    "about", [{}, ABOUT, *({**ABOUT, "metadata": metadata} for metadata in METADATA)]
)
def test_a_good_batch_is_never_taken_for_one_that_names_a_member_twice(
    shape: JSON, about: JSON
) -> None:
    item = {**shape, **about}
    for document in ({"operations": [item]}, {"operations": [item, shape] * 2, "mode": "atomic"}):
        for body in (orjson.dumps(document), orjson.dumps(document, option=orjson.OPT_INDENT_2)):
            assert read_json(body) == document
            assert not any(
                isinstance(each, dict) for each in read_operations(body, may_import=True).items
            )


TWICE = [
    b'"points":1,"points":1',
    b'"points":1,"metadata":{"a":"b","a":"b"}',
    b'"points":1,"metadata":{"a":"b"},"metadata":{"a":"b"}',
    b'"points":1,"metadata":{"a":"b"},"metadata":null',
    b'"points":1,"metadata":null,"metadata":{"a":"b"}',
    b'"points":1,"metadata":{},"metadata":{}',
    b'"points":1,"staff":null,"staff":null',
    b'"points":1,"staff":"a","staff":null',
    b'"points":1,"metadata":{"a\\u0061":"b","aa":"c"}',
]


@pytest.mark.parametrize("twice", TWICE)
@pytest.mark.parametrize(
    "kind", [b'"kind":"redeem"', b'"kind":"hold"', b'"kind":"gift","to_member":"n"']
)
def test_a_member_named_twice_is_found_in_every_shape(twice: bytes, kind: bytes) -> None:
    other = b'{"kind":"capture","key":"c","member":"m","hold_key":"h","points":null}'
    body = b'{"operations":[' + other + b',{"key":"k","member":"m",' + kind + b"," + twice + b"}]}"
    with pytest.raises(MalformedJson, match="twice"):
        read_operations(body, may_import=True)


def test_a_mode_named_twice_is_found() -> None:
    item = b'[{"kind":"expire","key":"k","member":"m"}]'
    with pytest.raises(MalformedJson, match="twice"):
        read_operations(
            b'{"mode":"atomic","mode":"independent","operations":' + item + b"}", may_import=True
        )
