"""What people type at suppliers' pages, read without a server."""

from typing import Any

import pytest

from api.console.supply.codes import read_lines
from api.console.supply.offer_form import body_of
from api.console.supply.overview import next_statement, stock_of, waits_for
from api.console.supply.till import shown_code
from api.console.supply.typed import (
    instant_at,
    shown_instant,
    shown_minor,
    typed_instant,
    typed_lines,
    typed_minor,
)
from api.pages.forms import Form

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.50", "CNY", 1_250),
        ("1,200", "CNY", 120_000),
        ("12", "JPY", 12),
        ("12.5", "JPY", "12.5"),
        ("0.001", "CNY", "0.001"),
        ("NaN", "CNY", "NaN"),
        ("a lot", "CNY", "a lot"),
        ("", "CNY", None),
    ],
)
def test_money_is_read_in_the_digits_of_its_currency(
    text: str, currency: str, minor: int | str | None
) -> None:
    assert typed_minor(Form({"amount": text}), "amount", currency) == minor
    if isinstance(minor, int):
        shown = Form({"amount": str(shown_minor(minor, currency))})
        assert typed_minor(shown, "amount", currency) == minor


def test_times_are_those_of_the_exchange() -> None:
    form = Form({"at": "2026-12-01T09:30", "never": "", "wrong": "tomorrow"})
    assert typed_instant(form, "at", ZONE) == "2026-12-01T09:30:00+08:00"
    assert shown_instant("2026-12-01T01:30:00Z", ZONE) == "2026-12-01T09:30"
    assert typed_instant(form, "never", ZONE) is None
    assert typed_instant(form, "wrong", ZONE) == "tomorrow"
    assert instant_at("2026-12-01", "23:59:59", ZONE) == "2026-12-01T23:59:59+08:00"
    assert instant_at("no day", "00:00:00", ZONE) == "no day"
    assert instant_at("", "00:00:00", ZONE) is None


def test_lists_are_parted_by_lines_and_commas_of_both_languages() -> None:
    assert typed_lines(Form({"shops": "W-1，E-1,\n N-1 \n"}), "shops") == ["W-1", "E-1", "N-1"]


def test_a_code_is_read_without_gaps_and_a_token_as_it_is() -> None:
    assert shown_code(Form({"code": " 10fg nk v5 "})) == {"code": "10FGNKV5"}
    assert shown_code(Form({"code": "cq1.aB-c_d"})) == {"token": "cq1.aB-c_d"}
    assert shown_code(Form({"code": "  "})) == {}


def test_card_codes_are_read_by_line_with_the_batch_of_those_that_name_none() -> None:
    text = "\ufeffnumber,secret,expires_on,batch\n7001,1234,2027-05-01,May\n\n8001\n"
    assert read_lines(text, "June") == [
        {
            "key": "line-2",
            "number": "7001",
            "secret": "1234",
            "expires_on": "2027-05-01",
            "batch": "May",
        },
        {"key": "line-4", "batch": "June", "number": "8001"},
    ]
    assert read_lines("7001\t1234\n", None) == [
        {"key": "line-1", "number": "7001", "secret": "1234"}
    ]


def test_an_offer_says_only_what_was_typed() -> None:
    form = Form(
        {"name": "A ticket", "currency": "CNY", "face_value_minor": "3.5", "usable": "none"}
        | {"usable.online": "1", "gift_hops": "0", "use_times.1.opens": "10:00"},
        many={"use_times.1.weekdays": ["6", "7"]},
    )
    assert body_of(form, ZONE) == {
        "name": "A ticket",
        "currency": "CNY",
        "gift_hops": 0,
        "face_value_minor": 350,
        "usable": {"online": True, "shops": "none"},
        "use_times": [{"weekdays": [6, 7], "opens": "10:00"}],
    }


def test_the_next_statement_is_the_one_that_is_soonest_to_be_answered() -> None:
    def statement(
        state: str, issued: str, ends: str | None = None, agreed: str | None = None
    ) -> dict[str, Any]:
        sides = {"payer_party": "grocer", "payee_party": "cinema", "payer_agreed_at": None}
        dates = {"issued_at": issued, "term_ends_at": ends, "payee_agreed_at": agreed}
        return {"state": state, **sides, **dates}

    old, late = statement("issued", "2026-10", "2026-12"), statement("issued", "2026-11", "2027-01")
    settled, void = statement("settled", "2026-12"), statement("void", "2027-01")
    answered = statement("issued", "2026-09", "2026-11", agreed="2026-10")
    assert next_statement([settled, late, answered, old, void], "cinema") == old
    assert next_statement([settled, answered, void], "cinema") == settled
    assert next_statement([void], "cinema") is None
    assert [waits_for(each, "cinema") for each in (old, answered, settled)] == [True, False, False]


@pytest.mark.parametrize(
    ("codes", "available", "is_low"), [(1_000, 100, False), (1_000, 99, True), (30, 20, False)]
)
def test_codes_are_low_under_twenty_or_a_tenth(codes: int, available: int, is_low: bool) -> None:
    found = stock_of({"available": available, "parts": [{"codes": codes}]})
    assert found == {"codes": codes, "available": available, "is_low": is_low}
