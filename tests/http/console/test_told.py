"""What pages say: sentences whole, words of the right wing, steps as their reader lived them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.console.money.words import LEGS, TIE_OUTS
from api.member.words import told_steps
from api.pages.charts import chart_ticks
from api.pages.explain import wanted
from api.pages.formats import Formats
from api.pages.render import environment, render, whole
from api.pages.translations import catalogue
from settlement.liability.tie_outs import money_tie_outs, tie_outs


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("有效期至 2027-01-28。", ["2027-01-28"]),
        ("最迟 2027-01-28 09:30 到账", ["2027-01-28 09:30"]),
        ("rule of bean-house.coffee holds", ["bean-house.coffee"]),
        ("a-code-that-is-far-too-long-to-stand-in-one-line", []),
        ("nothing of it", []),
    ],
)
def test_dates_and_codes_are_not_broken_at_the_end_of_a_line(text: str, kept: list[str]) -> None:
    told = whole(text)
    assert [part.partition("</span>")[0] for part in told.split('<span class="whole">')[1:]] == kept
    assert told.striptags() == text


def test_a_sentence_of_somebody_else_is_still_no_markup() -> None:
    assert "<b>" not in whole("<b>2027-01-28</b>")


def test_tie_outs_and_the_line_of_the_tax_are_told_in_both_languages() -> None:
    names = [
        *("wallet", "held", "clearing", "transit", "debt", "issuance", "converted_in"),
        *("adjustment", "redemption", "breakage", "converted_out"),
    ]
    found = tie_outs(
        opening=0,
        closing=0,
        later=0,
        closing_before=0,
        cohorts=0,
        balances=dict.fromkeys(names, 0),
        rows={},
    )
    for each in (*found, *money_tie_outs(0, 0, 0, 0, 0)):
        assert catalogue("zh-Hans", "money").gettext(TIE_OUTS[each.name]) != TIE_OUTS[each.name]
    assert catalogue("zh-Hans", "money").gettext(LEGS["tax"]) == "税"


def test_a_page_speaks_the_words_of_its_own_wing() -> None:
    said = {
        wing: catalogue("zh-Hans", wing).gettext("Open") for wing in ("money", "brand", "member")
    }
    assert (said["money"], said["brand"]) == ("未结", "开放")
    money, member = catalogue("zh-Hans", "money"), catalogue("zh-Hans", "brand")
    assert (money.gettext("Tier"), member.gettext("Tier")) == ("阶梯", "等级")
    assert member.gettext("Holds") == "冻结中的积分"
    shown = {
        wing: render("zh-Hans", f"{wing}/parts.html").strip() for wing in ("brand", "money", "run")
    }
    assert set(shown.values()) == {""}


@pytest.mark.parametrize(
    ("detail", "english", "chinese"),
    [
        ("Field required", "Fill this in.", "请填写此项。"),
        ("Input should be greater than or equal to 1", "Not less than 1.", "不能小于 1。"),
        ("Input should be three capital letters, like CNY", "Three capital letters, like CNY.",
         "三个大写字母，例如 CNY。"),
        ("offer 7 is not there: 100%", "offer 7 is not there: 100%", "offer 7 is not there: 100%"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_field_is_said_as_people_say_it(
    detail: str, english: str, chinese: str
) -> None:
    assert wanted(detail, catalogue("en")) == english
    assert wanted(detail, catalogue("zh-Hans")) == chinese


def _told(coupon: dict[str, Any], reader: str) -> list[str]:
    return [step.text for step in told_steps({**coupon, "merged_into": None}, reader)]


def test_each_reads_the_steps_of_a_gift_as_lived() -> None:
    names = ("redeemed", "delivered", "given", "received", "used")
    steps: list[dict[str, Any]] = [
        {"step": name, "occurred_at": "2026-11-01", "detail": None} for name in names
    ]
    steps[2]["detail"] = {"note": "Enjoy"}
    coupon = {"member": "giver", "holder": "taker", "steps": steps}
    assert _told(coupon, "giver") == [
        "You redeemed your points",
        "Delivered",
        "You offered it to somebody",
        "The gift was accepted",
        "Used",
    ]
    assert _told(coupon, "taker") == [
        "The giver redeemed points for it",
        "Delivered",
        "It was offered as a gift",
        "You took the gift",
        "Used",
    ]
    assert told_steps({**coupon, "merged_into": None}, "taker")[2].note == "Enjoy"


def test_a_time_is_told_as_the_day_of_the_readers_zone() -> None:
    told = Formats("en", "Asia/Shanghai")
    assert told.day("2026-11-29T16:00:00Z") == "30 Nov 2026"
    assert Formats("zh-Hans", "Asia/Shanghai").day("2026-11-29T16:00:00Z") == "2026年11月30日"
    assert Formats("en").day("2026-11-29T16:00:00Z") == "29 Nov 2026"
    assert told.day("2026-11-29") == "29 Nov 2026"
    assert told.day(datetime(2026, 11, 29, 16, tzinfo=UTC)) == "30 Nov 2026"
    # A window that ends before the first second of the 28th was open on the 27th for the last time.
    assert told.last_day("2027-02-27T16:00:00Z") == "27 Feb 2027"
    assert told.last_day("2027-02-27T17:00:00Z") == "28 Feb 2027"
    assert told.last_day(None) == told.day(None)


def test_a_chart_of_nothing_says_so() -> None:
    page = '{% import "pages/charts.html" as charts with context %}{{ made(charts) }}'
    found = environment("en", "brand").from_string(page)
    for kind in ("bars", "lines"):
        for values, is_drawn in (([0, None, 0], False), ([0, 4, 0], True), ([-2, 0, 0], True)):
            text = found.render(
                f=Formats("en"),
                chart_ticks=chart_ticks,
                made=lambda charts, kind=kind, values=values: getattr(charts, kind)(
                    "Points", ["a", "b", "c"], [("Issued", "c1", values)]
                ),
            )
            assert ("<svg" in text) is is_drawn, (kind, values)
            assert ("Nothing to show yet" in text) is not is_drawn, (kind, values)
