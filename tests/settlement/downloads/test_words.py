"""Amounts in words and company numbers: examples, and mistakes that are found."""

from decimal import Decimal

import pytest

from settlement.downloads.amount_words import in_chinese, in_english
from settlement.files.credit_code import ALPHABET, check_digit, is_credit_code


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.00", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1.20", "壹元贰角整"),
        ("10.05", "壹拾元零伍分"),
        ("100.00", "壹佰元整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("100001.00", "壹拾万零壹元整"),
        ("100000001.00", "壹亿零壹元整"),
        ("325000000.04", "叁亿贰仟伍佰万元零肆分"),
        ("10010001000.00", "壹佰亿壹仟万壹仟元整"),
        ("-1.00", "负壹元整"),
    ],
)
def test_an_amount_in_chinese(amount: str, words: str) -> None:
    assert in_chinese(Decimal(amount), "CNY") == f"人民币{words}"


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("0.00", "USD", "USD zero and 00/100"),
        ("119.05", "CNY", "CNY one hundred nineteen and 05/100"),
        ("1000020", "JPY", "JPY one million twenty"),
        ("-42.120", "KWD", "KWD minus forty-two and 120/1000"),
        ("7300000000.99", "EUR", "EUR seven billion three hundred million and 99/100"),
    ],
)
def test_an_amount_in_english(amount: str, currency: str, words: str) -> None:
    assert in_english(Decimal(amount), currency) == words


def test_currencies_without_fen() -> None:
    assert in_chinese(Decimal(34), "JPY") == "日元叁拾肆元整"
    assert in_chinese(Decimal("1.234"), "KWD") == "KWD壹元贰角叁分肆"


GOOD = "91430111MA4L16JQ9B"


def test_the_number_of_a_company() -> None:
    assert is_credit_code(GOOD)
    assert GOOD[-1] == check_digit(GOOD[:-1])
    # One wrong character is found, wherever it stands, and so are two neighbours in each other's
    # place.
    for place, was in enumerate(GOOD):
        for other in ALPHABET:
            assert is_credit_code(GOOD[:place] + other + GOOD[place + 1 :]) == (other == was)
        pair = GOOD[place : place + 2]
        if len(set(pair)) == 2:
            assert not is_credit_code(GOOD[:place] + pair[::-1] + GOOD[place + 2 :])
    for text in ("", GOOD[:-1], GOOD.lower(), f"{GOOD} ", "I" + GOOD[1:]):
        assert not is_credit_code(text)
