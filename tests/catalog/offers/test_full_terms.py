"""What an offer may say beside its name and price: stored, read, and refused where it is wrong."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from catalog import PartyNotFound
from catalog.categories import CategoryUnknown
from catalog.fields import CategoryPathInvalid, TimeInvalid
from catalog.offers import (
    OfferTerms,
    list_own_offers,
    publish_offer,
)
from catalog.offers.account_pattern import fits_account
from catalog.offers.details import OfferTermsInvalid, require_terms
from catalog.offers.read import find_visible_offer
from catalog.offers.terms import complete
from ledger import Database
from tests.catalog.fixtures import START, build_categories, endpoint_of, trader

PLAIN = OfferTerms("Latte", 2_500, "CNY", 200, "own_code", START)
FULL: dict[str, Any] = {
    "kind": "discount",
    "category": "grocery.fresh",
    "presented_brand": "roaster",
    "subtitle": "Any size",
    "terms_text": "One for each visit.\nNot on Sundays.",
    "images": ("https://img.example/latte.png",),
    "texts": {"zh": {"name": "拿铁咖啡", "terms_text": "每次一张。"}},
    "threshold_minor": 3_000,
    "discount_permille": 200,
    "discount_cap_minor": 2_500,
    "usable": {"online": False, "shops": {"groups": ["north"], "regions": ["110101"]}},
    "use_times": [{"weekdays": [1, 2], "opens": "10:00", "closes": "14:00"}],
    "closed_on": (date(2017, 1, 28),),
    "use_from": date(2017, 2, 1),
    "use_until": date(2017, 12, 31),
    "per_member": 10,
    "per_member_per_day": 1,
    "per_day": 500,
    "quantity_max": 9_000,
    "gift_hops": 1,
    "return_within_days": 7,
    "reverse_minutes": 30,
    "counts_as_used": "use",
    "visible_from": datetime(2016, 12, 24, tzinfo=UTC),
}


async def test_all_that_an_offer_says_is_stored_and_read(database: Database) -> None:
    async with database.transaction() as connection:
        await build_categories(connection)
        supplier = await trader(connection, "carrier", "dining")
        roaster = await trader(connection, "roaster", "grocery")
        buyer = await trader(connection, "buyer", "health")
        terms = replace(PLAIN, **FULL)
        made = await publish_offer(connection, supplier, "latte", terms)
        assert made.presented_party_id == roaster.party_id
        assert {name: getattr(made, name) for name in FULL} == FULL
        assert await find_visible_offer(connection, buyer, made.offer_id) == made
        assert await list_own_offers(connection, supplier) == [made]


async def test_what_is_not_said_follows_from_the_rest(database: Database) -> None:
    async with database.transaction() as connection:
        await build_categories(connection)
        supplier = await trader(connection, "carrier", "dining")
        await endpoint_of(connection, supplier)
        plain = await publish_offer(connection, supplier, "plain", PLAIN)
        assert (plain.kind, plain.category, plain.counts_as_used) == (
            *("cash_voucher", "dining", "use"),
        )
        assert plain.reverse_minutes == 60
        assert (plain.per_member, plain.per_member_per_day, plain.per_day) == (None, None, None)
    direct = complete(replace(PLAIN, fulfilment="direct"), None)
    assert (direct.kind, direct.category, direct.counts_as_used) == ("top_up", None, "use")
    card = complete(replace(PLAIN, fulfilment="card_code", kind="code"), "dining")
    assert (card.kind, card.counts_as_used) == ("code", "delivery")
    said = complete(replace(PLAIN, fulfilment="direct", kind="trial", counts_as_used="use"), None)
    assert (said.kind, said.counts_as_used) == ("trial", "use")


async def test_what_terms_name_must_be_there(database: Database) -> None:
    async with database.transaction() as connection:
        supplier = await trader(connection, "carrier", None)
        with pytest.raises(CategoryUnknown):
            await publish_offer(connection, supplier, "a", replace(PLAIN, category="nowhere"))
        with pytest.raises(PartyNotFound):
            await publish_offer(connection, supplier, "a", replace(PLAIN, presented_brand="nobody"))
        assert await list_own_offers(connection, supplier) == []


SHOPS = {"online": True, "shops": {"codes": ["a"] * 1_001}}
TIME = {"weekdays": [1], "opens": "10:00", "closes": "14:00"}


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("kind", {"kind": "gift"}),
        ("kind", {"kind": "code"}),
        ("counts_as_used", {"counts_as_used": "sale"}),
        ("presented_brand", {"presented_brand": "No Code"}),
        ("subtitle", {"subtitle": ""}),
        ("subtitle", {"subtitle": "a\nb"}),
        ("terms_text", {"terms_text": "x" * 5_001}),
        ("images", {"images": ("https://img.example/a.png",) * 6}),
        ("images", {"images": ("http://img.example/a.png",)}),
        ("images", {"images": ("https://img.example/" + "a" * 500,)}),
        ("texts", {"texts": {"fr": {"name": "Café"}}}),
        ("texts", {"texts": {"zh": {"name": " "}}}),
        ("texts", {"texts": {"zh": {"title": "a"}}}),
        ("threshold_minor", {"threshold_minor": 0}),
        ("discount_permille", {"kind": "discount"}),
        ("discount_permille", {"kind": "discount", "discount_permille": 1_000}),
        ("discount_permille", {"discount_permille": 200}),
        ("discount_cap_minor", {"discount_cap_minor": 5_000}),
        (
            "face_value_minor",
            {"kind": "discount", "discount_permille": 200, "discount_cap_minor": 2_499},
        ),
        ("usable", {"usable": {"online": False, "shops": "none"}}),
        ("usable", {"usable": {"online": True}}),
        ("usable", {"usable": {"online": 1, "shops": "all"}}),
        ("usable", {"usable": {"online": True, "shops": {}}}),
        ("usable", {"usable": {"online": True, "shops": {"towns": ["a"]}}}),
        ("usable", {"usable": {"online": True, "shops": {"regions": ["1101"]}}}),
        ("usable", {"usable": SHOPS}),
        ("use_times", {"use_times": [TIME] * 22}),
        ("use_times", {"use_times": [{**TIME, "weekdays": []}]}),
        ("use_times", {"use_times": [{**TIME, "weekdays": [8]}]}),
        ("use_times", {"use_times": [{**TIME, "weekdays": [1, 1]}]}),
        ("use_times", {"use_times": [{**TIME, "opens": "9:00"}]}),
        ("use_times", {"use_times": [{**TIME, "closes": "10:00"}]}),
        ("closed_on", {"closed_on": (date(2017, 1, 1),) * 2}),
        ("use_from", {"use_from": date(2017, 1, 1), "use_within_days": 30}),
        ("use_from", {"use_until": date(2017, 1, 1), "use_after_days": 3}),
        ("use_until", {"use_from": date(2017, 1, 2), "use_until": date(2017, 1, 1)}),
        ("use_after_days", {"use_after_days": 366}),
        ("use_after_days", {"use_after_days": 4, "use_within_days": 3}),
        ("per_member", {"per_member": 0}),
        ("per_member_per_day", {"per_member": 1, "per_member_per_day": 2}),
        ("per_member_per_day", {"per_day": 1, "per_member_per_day": 2}),
        ("per_day", {"per_day": 1_000_000_001}),
        ("quantity_max", {"quantity_max": 0}),
        ("gift_hops", {"gift_hops": 4}),
        ("return_within_days", {"return_within_days": 366}),
        ("return_within_days", {"return_within_days": 7, "fulfilment": "direct"}),
        ("reverse_minutes", {"reverse_minutes": 10_081}),
        ("reverse_minutes", {"reverse_minutes": None}),
        ("account_pattern", {"account_pattern": r"1\d{10}"}),
        ("account_pattern", {"account_pattern": "(a+)+", "fulfilment": "direct"}),
        ("account_pattern", {"account_pattern": "a{5,2}", "fulfilment": "direct"}),
        ("account_pattern", {"account_pattern": "[z-a]", "fulfilment": "direct"}),
        ("account_pattern", {"account_pattern": "", "fulfilment": "direct"}),
        ("visible_from", {"visible_from": datetime(2017, 1, 2, tzinfo=UTC)}),
    ],
)
def test_a_term_that_is_wrong_is_named(field: str, changes: dict[str, Any]) -> None:
    require_terms(PLAIN)
    with pytest.raises(OfferTermsInvalid) as refused:
        require_terms(replace(PLAIN, **changes))
    assert refused.value.extra["field"] == field
    assert field in str(refused.value)


def test_other_terms_have_refusals_of_their_own() -> None:
    with pytest.raises(CategoryPathInvalid):
        require_terms(replace(PLAIN, category="Grocery"))
    with pytest.raises(TimeInvalid):
        require_terms(replace(PLAIN, visible_from=datetime(2016, 1, 1)))  # noqa: DTZ001 the point


@pytest.mark.parametrize(
    ("pattern", "account", "fits"),
    [
        (r"1[3-9]\d{9}", "13800138000", True),
        (r"1[3-9]\d{9}", "12800138000", False),
        (r"1[3-9]\d{9}", "138001380001", False),
        (r"\w+@\w+\.\w{2,3}", "ann@mail.com", True),
        (r"\w+@\w+\.\w{2,3}", "ann@mail.c", False),
        ("a?b*c", "bbbc", True),
        ("a?b*c", "aabc", False),
        ("[^0-9]{3,}", "abcd", True),
        ("[^0-9]{3,}", "ab1d", False),
        ("a{0,2}", "", True),
        (r"\d", "٣", False),
    ],
)
def test_an_account_fits_a_pattern_as_a_whole(pattern: str, account: str, fits: object) -> None:
    assert fits_account(pattern, account) is fits


def test_no_pattern_goes_back_over_an_account_again_and_again() -> None:
    # A matcher that does would need 2 to the power of 100 steps.
    assert not fits_account("a*" * 50, "a" * 100 + "b")
