"""Offers from a file: published, left alone when they say the same, and given a next version."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from catalog.imports import FileMapping
from catalog.imports.headings import COLUMNS
from catalog.offers import OfferTerms, list_own_offers, publish_offer
from catalog.offers.terms import terms_by_name
from ledger import Database
from tests.catalog.fixtures import build_categories, trader
from tests.catalog.imports.files import (
    counts,
    csv_of,
    imported,
    logged,
    outcomes,
    supplier_of,
    wet,
)
from tests.catalog.offers.test_full_terms import FULL, PLAIN

HEADINGS = [
    *("券编号", "名称", "类型", "品牌", "面值", "建议积分", "发放方式", "开始", "结束"),
    *("领取后天数", "门槛", "折扣", "每人限领", "可用门店组", "条款"),
]
LATTE = [
    *("latte", "拿铁兑换券", "兑换券", "", "25.50", "1,200", "平台码", "2017-01-01", "2099-12-31"),
    *("30", "", "", "2", "east;大店", "不与其他优惠同享"),
]
SALE = [
    *("sale", "八五折券", "折扣券", "cinema", "20", "", "own_code", "2017-01-01", ""),
    *("", "50", "8.5", "", "", ""),
]


async def test_the_same_terms_are_the_same_offer_and_others_the_next_version(
    database: Database,
) -> None:
    party = await supplier_of(database)
    file = csv_of([HEADINGS, LATTE, SALE])
    job = await imported(database, party, wet("offers", file), sender="ann")
    assert (job.state, counts(job)) == ("done", (2, 0, 0, 0)), await outcomes(database, job)
    async with database.transaction() as connection:
        latte, sale = sorted(await list_own_offers(connection, party), key=lambda offer: offer.code)
    by_ann = ("command:ann", "import_offers")
    assert await logged(database, job) == [
        (*by_ann, f"offer:{latte.offer_id}", 2),
        (*by_ann, f"offer:{sale.offer_id}", 3),
    ]
    assert (latte.name, latte.face_value_minor, latte.points) == ("拿铁兑换券", 2550, 1200)
    assert (latte.kind, latte.currency, latte.per_member) == ("exchange", "CNY", 2)
    assert latte.usable == {"online": False, "shops": {"groups": ["east", "大店"]}}
    assert latte.valid_from == datetime(2016, 12, 31, 16, tzinfo=UTC)
    assert latte.valid_until == datetime(2099, 12, 31, 16, tzinfo=UTC)
    assert (sale.discount_permille, sale.threshold_minor) == (850, 5000)
    assert sale.presented_party_id == party.party_id

    changed = [HEADINGS, SALE, [*LATTE[:4], "26", *LATTE[5:]]]
    job = await imported(database, party, wet("offers", csv_of(changed)), sender="bob")
    assert counts(job) == (0, 1, 1, 0)
    by_bob = ("command:bob", "import_offers")
    assert await logged(database, job) == [(*by_bob, f"offer:{latte.offer_id}", 3)]
    job = await imported(database, party, wet("offers", csv_of([*changed, []], delimiter=";")))
    assert counts(job) == (0, 0, 2, 0)
    async with database.transaction() as connection:
        newest = {each.code: each for each in await list_own_offers(connection, party)}
    assert (newest["latte"].version, newest["latte"].face_value_minor) == (2, 2600)
    assert {each.state for each in newest.values()} == {"LISTED"}
    assert newest["latte"].valid_until == latte.valid_until
    assert newest["sale"] == sale


FEW = ["code", "name", "face value", "fulfilment", "from", "points"]
LATTE_FEW = ["latte", "Latte", "25", "own_code", "2017-01-01", "200"]
CLEARED: dict[str, dict[str, Any]] = {
    "kind": {"kind": "cash_voucher", "discount_permille": None, "discount_cap_minor": None},
    "category": {"category": "dining"},
    "presented_brand": {"presented_brand": None},
    "currency": {"currency": "CNY"},
    "valid_until": {"valid_until": None},
    "within_days": {},
    "threshold": {"threshold_minor": None},
    "discount_cap": {},
    "shop_groups": {"usable": None},
    "per_member": {"per_member": None},
    "per_member_per_day": {"per_member_per_day": None},
    "per_day": {"per_day": None},
    "quantity_max": {"quantity_max": None},
    "gift_hops": {"gift_hops": 0},
    "return_within_days": {"return_within_days": 0},
    "terms_text": {"terms_text": None},
}
"""What an empty cell of each column makes of the terms that FULL has."""


async def test_a_column_that_is_not_in_the_file_keeps_what_the_offer_said(
    database: Database,
) -> None:
    async with database.transaction() as connection:
        await build_categories(connection)
        supplier = await trader(connection, "carrier", "dining")
        await trader(connection, "roaster", "grocery")
        until = datetime(2099, 1, 1, tzinfo=UTC)
        full = replace(PLAIN, **FULL, currency="USD", valid_until=until)
        made = await publish_offer(connection, supplier, "latte", full)

    async def after(rows: list[list[str]], outcome: tuple[int, int, int, int]) -> OfferTerms:
        job = await imported(database, supplier, wet("offers", csv_of(rows)))
        assert (job.state, counts(job)) == ("done", outcome), await outcomes(database, job)
        async with database.transaction() as connection:
            offers = {each.code: each for each in await list_own_offers(connection, supplier)}
        return offers["latte"]

    new = ["new", *LATTE_FEW[1:]]
    assert await after([FEW, LATTE_FEW, new], (1, 0, 1, 0)) == made
    dearer = [*LATTE_FEW[:5], "300"]
    found = await after([FEW, dearer, new], (0, 1, 1, 0))
    before = terms_by_name(found)
    assert before == terms_by_name(made) | {"points": 300, "valid_from": found.valid_from}
    found = await after([FEW[:5], LATTE_FEW[:5]], (0, 0, 1, 0))
    assert found.points == 300
    # A day before the one from which it was visible is no contradiction: it is over.
    long_ago = [*dearer[:4], "2016-01-01", "300"]
    await after([FEW, long_ago], (0, 0, 1, 0))

    for column, changed in CLEARED.items():
        headings, cells = [*FEW, column], [*dearer, ""]
        if column == "kind":  # a discount has its share
            headings, cells = [*headings, "discount", "discount_cap"], [*cells, "", ""]
        found = await after([headings, cells], (0, 1, 0, 0) if changed else (0, 0, 1, 0))
        assert terms_by_name(found) == before | changed | {"valid_from": found.valid_from}, column
        before = terms_by_name(found)
    assert CLEARED.keys() | {"discount"} | set(FEW) >= {
        {"face_value": "face value", "valid_from": "from"}.get(each.name, each.name)
        for each in COLUMNS["offers"]
    }


async def test_what_an_offer_may_not_say_rejects_its_row_alone(database: Database) -> None:
    party = await supplier_of(database)
    mapping = FileMapping(unit="fen", date_format="day-first")
    headings = ["code", "name", "face value", "fulfilment", "from", "until", "category", "brand"]
    rows = [
        headings,
        ["a", "Good", "2550", "own_code", "31/01/2017", "", "", ""],
        ["b", "No category", "2550", "own_code", "31/01/2017", "", "sports", ""],
        ["c", "No brand", "2550", "own_code", "31/01/2017", "", "", "nobody"],
        ["d", "No endpoint", "2550", "direct", "31/01/2017", "", "", ""],
        ["e", "Backwards", "2550", "own_code", "31/01/2017", "30/01/2017", "", ""],
        ["f", "Half a cent", "25.5", "own_code", "31/01/2017", "", "", ""],
        ["g", "No day", "2550", "own_code", "31/02/2017", "", "", ""],
        ["h", "No such year", "2550", "own_code", "01/01/0001", "", "", ""],
    ]
    wish = wet("offers", csv_of(rows), mapping=mapping, accept_partial=True)
    job = await imported(database, party, wish)
    assert counts(job) == (1, 0, 0, 7)
    found = [(row.line, row.code, row.column) for row in await outcomes(database, job)]
    assert found[1:] == [
        (3, "category-unknown", "category"),
        (4, "party-not-found", "presented_brand"),
        (5, "offer-undeliverable", None),
        (6, "period-backwards", "validity"),
        (7, "money-invalid", "face_value"),
        (8, "time-invalid", "valid_from"),
        (9, "time-invalid", "valid_from"),
    ]


async def test_what_an_untrusted_supplier_imports_waits_for_a_review(database: Database) -> None:
    party = await supplier_of(database)
    job = await imported(database, party, wet("offers", csv_of([HEADINGS, LATTE])))
    async with database.transaction() as connection:
        await connection.execute(text("UPDATE catalog.party SET trusted = false"))
    changed = [HEADINGS, [*LATTE[:4], "26", *LATTE[5:]], SALE]
    job = await imported(database, party, wet("offers", csv_of(changed)))
    assert counts(job) == (1, 1, 0, 0)
    async with database.transaction() as connection:
        offers = await list_own_offers(connection, party)
    assert [each.state for each in offers] == ["IN_REVIEW", "IN_REVIEW"]
