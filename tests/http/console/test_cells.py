"""Cells of lists that are saved: what somebody else wrote is no formula of a spreadsheet."""

import pytest

from api.pages.export import cell


@pytest.mark.parametrize(
    "sign", [*"=+-@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
)
def test_a_text_that_would_be_computed_gets_an_apostrophe(sign: str) -> None:
    assert cell(f"{sign}1+1") == f"'{sign}1+1"


def test_numbers_and_plain_texts_stay_as_they_are() -> None:
    assert [cell(each) for each in (-5, None, True, "a=b")] == ["-5", "", "true", "a=b"]
