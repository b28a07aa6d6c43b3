"""Identifiers: one form for each value, and a digest that is its book's own."""

import hashlib

import pytest

from catalog.members.identifiers import (
    DIGEST_LENGTH_BYTES,
    FORMS,
    Digester,
    IdentifierInvalid,
    normalise,
    tail_of,
)

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("kind", "spellings", "form"),
    [
        (
            "phone",
            ["13800001234", "+86 138 0000 1234", "0086-138-0000-1234", "(+86) 138.0000.1234"],
            "+8613800001234",
        ),
        ("phone", ["+1 (415) 555-2671", "0014155552671"], "+14155552671"),
        ("email", ["Ann.Lee@Example.COM", " ann.lee@example.com "], "ann.lee@example.com"),
        ("openid", ["wx12_a:oAB-c"], "wx12_a:oAB-c"),
        ("unionid", ["oAB-c_9"], "oAB-c_9"),
        ("card", ["ab 12-34", "AB1234", "ＡＢ１２３４"], "AB1234"),
    ],
)
def test_spellings_of_a_value_have_one_form(kind: str, spellings: list[str], form: str) -> None:
    assert {normalise(kind, each) for each in spellings} == {form}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(("phone", each) for each in ("", "123", "13x", "+0123456789", "+" + "1" * 16)),
        *(("email", each) for each in ("ann", "ann@", "@x.example", "a b@x.example", "a@b")),
        *(("openid", each) for each in ("oABC", "wx:", ":o", "a:b:c", "wx:ö")),
        *(("unionid", each) for each in ("", "a b", "x" * 129)),
        *(("card", each) for each in ("123", "x" * 65, "1234\n", "12_34")),
        *(("name", "Ann"), ("", "x"), ("email", "a@" + "b" * 260 + ".example")),
    ],
)
def test_what_has_not_the_form_is_refused_without_repeating_it(kind: str, value: str) -> None:
    if value.endswith("\n"):  # padding is taken away
        assert normalise(kind, value) == value.strip()
        return
    with pytest.raises(IdentifierInvalid) as refused:
        normalise(kind, value)
    assert len(value) < 2 or value not in refused.value.detail.split()


def test_a_digest_is_of_its_book_its_kind_and_its_key() -> None:
    mine = Digester(KEY, 7)
    digests = {
        mine.digest("card", "AB1234"),
        mine.digest("unionid", "AB1234"),
        Digester(KEY, 8).digest("card", "AB1234"),
        Digester(b"l" * 32, 7).digest("card", "AB1234"),
        hashlib.sha256(b"card\0AB1234").digest()[:DIGEST_LENGTH_BYTES],
    }
    assert len(digests) == 5
    assert {len(each) for each in digests} == {DIGEST_LENGTH_BYTES}
    assert Digester(KEY, 7).identify("card", "ab-1234") == mine.identify("card", "AB1234")
    assert "AB1234" not in repr(mine.identify("card", "AB1234"))
    with pytest.raises(ValueError, match="32"):
        Digester(b"short", 7)


@pytest.mark.parametrize(
    ("kind", "value", "tail"),
    [
        ("phone", "+8613800001234", "1234"),
        ("card", "AB12", "2"),
        ("email", "ann.lee@example.com", "ee"),
        ("email", "a@example.com", ""),
    ],
)
def test_a_tail_is_a_third_at_most(kind: str, value: str, tail: str) -> None:
    assert tail_of(kind, value) == tail


def test_every_kind_has_a_form() -> None:
    assert sorted(FORMS) == list(FORMS)
