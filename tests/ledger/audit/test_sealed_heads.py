"""Heads that are kept elsewhere, as a document."""

import hashlib
import json

import pytest

from ledger.audit import (
    ChainHead,
    Head,
    HeadsInvalid,
    chains_from_json,
    heads_as_json,
    heads_from_json,
)
from tests.ledger.audit.seals import NOON


def test_heads_travel_as_json() -> None:
    heads = [Head("tea-club", 3, 2**40, hashlib.sha256(b"x").digest(), NOON)]
    document = json.loads(heads_as_json(heads))
    assert document == {
        "version": 1,
        "heads": [
            {
                "book": "tea-club",
                "lane": 3,
                "seq": 2**40,
                "head": hashlib.sha256(b"x").hexdigest(),
                "sealed_at": "2026-01-10T12:00:00.123456+00:00",
            }
        ],
    }
    assert heads_from_json(heads_as_json(heads)) == heads


def test_the_ends_of_other_chains_travel_with_them() -> None:
    chains = [
        ChainHead("settlement", "2017", 103, hashlib.sha256(b"y").digest()),
        ChainHead("money", "USD", 7, hashlib.sha256(b"z").digest()),
    ]
    document = heads_as_json([], chains)
    assert json.loads(document)["chains"]["settlement"] == {
        "2017": {"seq": 103, "head": hashlib.sha256(b"y").hexdigest()}
    }
    assert chains_from_json(document) == chains
    assert chains_from_json(heads_as_json([])) == []


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"version": 2, "heads": []}',
        b'{"version": 1}',
        (
            b'{"version": 1, "heads": [{"book": "x", "lane": 0, "seq": 1, "head": "ab",'
            b' "sealed_at": "2026-01-10T12:00:00Z"}]}'
        ),
        b'{"version": 1, "heads": [], "more": 1}',
    ],
)
def test_what_is_not_a_document_of_heads_is_refused(stored: bytes) -> None:
    with pytest.raises(HeadsInvalid):
        heads_from_json(stored)
