"""Codes and request numbers: what they carry, and which slips are noticed."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.coupons.codes import (
    ALPHABET,
    BOOK_MAX,
    LANE_MAX,
    RANDOM_LENGTH,
    CouponNotFound,
    OrderNotFound,
    check_character,
    new_code,
    new_request_number,
    parse_code,
    parse_request_number,
)
from ledger import lane_of
from tests.exchange.fixtures import World

BOOKS = st.integers(1, BOOK_MAX)
LANES = st.integers(0, LANE_MAX)


@given(BOOKS, LANES)
def test_a_code_carries_its_book_and_lane(book_id: int, lane: int) -> None:
    code = new_code(book_id, lane)
    parsed = parse_code(code)
    assert (parsed.text, parsed.book_id, parsed.lane) == (code, book_id, lane)
    number = parse_request_number(new_request_number(book_id, lane))
    assert (number.book_id, number.lane) == (book_id, lane)


def test_a_code_has_its_parts_in_their_places() -> None:
    code = new_code(33, 40)
    assert code[:2] == "11"
    assert code[2:4] == "18"
    assert len(code) == 2 + 2 + RANDOM_LENGTH + 1
    assert len(ALPHABET) ** RANDOM_LENGTH == 2**80
    assert new_code(33, 40)[4:-1] != code[4:-1]


@given(BOOKS, LANES, st.data())
def test_a_slip_of_one_character_is_noticed(book_id: int, lane: int, data: st.DataObject) -> None:
    code = new_code(book_id, lane)
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([sign for sign in ALPHABET if sign != code[place]]))
    with pytest.raises(CouponNotFound):
        parse_code(code[:place] + other + code[place + 1 :])


@given(BOOKS, LANES)
def test_case_hyphens_spaces_and_lookalikes_do_not_matter(book_id: int, lane: int) -> None:
    code = new_code(book_id, lane)
    typed = f" {code[:5].lower()}-{code[5:].lower().replace('0', 'o').replace('1', 'l')} "
    assert parse_code(typed) == parse_code(code)


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: "".join(chr(ord(character) + 0xFEE0) for character in code),
        lambda code: f"\u3000{code[:4]}\u3000{code[4:]}",
        lambda code: f"\ufeff{code[:4]}\u200b{code[4:8]}\u2060{code[8:]}\u200d",
        lambda code: f"{code[:4]}\uff0d{code[4:8]}\u2013{code[8:12]}\u30fc{code[12:]}\u2212",
        lambda code: f"{code}\r\n",
    ],
    ids=[
        "full width",
        "wide spaces",
        "no width",
        "hyphens of all kinds",
        "a scanner's end of line",
    ],
)
def test_a_code_is_read_whatever_keyboard_typed_it(typed: Callable[[str], str]) -> None:
    code = new_code(33, 40)
    assert parse_code(typed(code)).text == code


@given(st.text(max_size=80))
def test_any_text_is_a_code_or_not_found(text: str) -> None:
    with suppress(CouponNotFound):
        parsed = parse_code(text)
        assert parse_code(parsed.text) == parsed


@pytest.mark.parametrize("body", ["0100" + "A" * RANDOM_LENGTH, "ZZZZZZZ00" + "A" * RANDOM_LENGTH])
def test_a_book_that_cannot_be_is_not_found(body: str) -> None:
    with pytest.raises(CouponNotFound):
        parse_code(body + check_character(body))


@pytest.mark.parametrize(
    "text", ["", "FO-", "FO-nonsense", new_code(1, 0)], ids=["empty", "prefix", "nonsense", "code"]
)
def test_a_text_that_is_no_request_number_is_not_found(text: str) -> None:
    with pytest.raises(OrderNotFound):
        parse_request_number(text)


async def test_a_redeemed_right_carries_the_lane_of_its_member(world: World) -> None:
    members = [f"member-{number}" for number in range(8)]
    for member in members:
        coupon_id = await world.redeem_one(member, free=True)
        code = parse_code((await world.coupon(coupon_id)).code)
        number = parse_request_number(await world.number_of(coupon_id))
        lane = lane_of(member, world.programme.lanes)
        assert (code.book_id, code.lane) == (world.programme.book_id, lane)
        assert (number.book_id, number.lane) == (world.programme.book_id, lane)
