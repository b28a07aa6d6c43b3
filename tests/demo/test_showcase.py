"""The showcase: its story and its pictures, and a small form of it from end to end."""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from api.demo.showcase.logins import logins_of
from api.demo.showcase.pictures import draw_picture
from api.demo.showcase.run import ShowcaseOptions, build_showcase
from api.demo.showcase.story import Size, Story, price_at, tell_story
from api.demo.showcase.world import FEW_CODES, POPULAR, load_world
from api.embedded.services import temporary_data_dir
from api.identity.roles import ROLES, roles_for
from catalog.categories import USUAL_CATEGORIES
from catalog.pictures.content import type_of

NOW = datetime(2031, 7, 19, 4, 30, tzinfo=UTC)
SMALL = Size(members=160, months=2)
RUN_SECONDS = 300.0
BREAKS = {
    *("duplicate", "wrong_party", "currency", "cut_off", "status", "other_code", "amount_rate"),
    *("amount_rounding", "amount_tax", "amount", "offer", "unmapped_offer", "date"),
    *("missing_ours", "missing_theirs", "rejected"),
}


@pytest.fixture(scope="module")
def story() -> Story:
    return tell_story(load_world(), NOW, Size(members=600, months=8))


def test_the_story_ends_now_and_is_the_same_each_time(story: Story) -> None:
    again = tell_story(load_world(), NOW, Size(members=600, months=8))
    assert again == story
    assert story.months[-1] == "2031-06"
    days = {each.at for half in story.halves for of in half.purchases.values() for each in of}
    assert NOW - timedelta(days=2) < max(days) < NOW
    assert all(each.at < NOW for each in story.redemptions())


def test_more_is_redeemed_from_month_to_month_since_rights_arrived(story: Story) -> None:
    issued: dict[str, int] = defaultdict(int)
    redeemed: dict[str, int] = defaultdict(int)
    for half in story.halves:
        month = f"{half.first_day:%Y-%m}"
        for purchases in half.purchases.values():
            issued[month] += sum(each.points for each in purchases)
        for gifts in half.own_gifts.values():
            redeemed[month] += sum(each.points for each in gifts)
        for rights in half.redemptions.values():
            redeemed[month] += sum(each.points for each in rights if not each.is_free)
    rates = [redeemed[month] / issued[month] for month in story.months]
    assert max(rates[:2]) < 0.1
    assert rates[-1] > 0.4
    assert rates[2] < rates[-1]


def test_nobody_redeems_what_is_isolated_and_everybody_has_all_categories(story: Story) -> None:
    world = load_world()
    assert {offer.category.partition(".")[0] for offer in world.offers} == set(USUAL_CATEGORIES)
    assert {offer.code for offer in world.offers} >= {*POPULAR, FEW_CODES}
    for each in story.redemptions():
        brand = world.party(each.brand)
        assert each.offer in world.open_to(brand)
        assert each.points == price_at(brand, each.offer)
    menswear = {"oakline", "northgate"}
    for code in menswear:
        suppliers = {offer.supplier for offer in world.open_to(world.party(code))}
        assert suppliers.isdisjoint(menswear)


def test_each_offer_has_a_picture_of_its_own_and_each_role_a_login() -> None:
    world = load_world()
    pictures = {draw_picture(offer) for offer in world.offers}
    assert {type_of(picture) for picture in pictures} == {"image/svg+xml"}
    assert len(pictures) == len(world.offers)
    logins = logins_of(world)
    assert {login.role for login in logins} == set(ROLES)
    for login in logins:
        is_operator = login.party == "operator"
        may = roles_for(["operator"] if is_operator else world.party(login.party).roles)
        assert login.role in may
    assert {login.party for login in logins} == {"operator", *(each.code for each in world.parties)}


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with temporary_data_dir("comity-test-showcase-") as directory:
        yield directory


def build_and_verify(data_dir: Path, size: Size) -> Any:
    figures = build_showcase(ShowcaseOptions(size=size), data_dir, Console(quiet=True))
    verified = subprocess.run(
        [sys.executable, "-m", "api.cli", "verify", "--data-dir", str(data_dir)],
        capture_output=True,
        text=True,
        check=False,
        timeout=RUN_SECONDS,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
    return figures


@pytest.mark.timeout(2 * RUN_SECONDS)
def test_a_small_showcase_is_sound_and_has_something_in_every_state(data_dir: Path) -> None:
    figures = build_and_verify(data_dir, SMALL)
    assert set(figures["offers_by_state"]) == {"LISTED", "DRAFT", "IN_REVIEW", "PAUSED", "ENDED"}
    assert {"UNKNOWN", "PROCESSING"} <= set(figures["open_orders_by_state"])
    assert figures["cases_by_state"]["OPEN"] >= 2
    assert {"issued", "agreed", "final", "disputed"} <= set(figures["statements_by_state"])
    assert figures["nettings_by_state"] == {"confirmed": 1}
    assert {"currency", "wrong_party", "missing_ours"} <= set(figures["breaks"])


@pytest.mark.campaign
@pytest.mark.timeout(2 * RUN_SECONDS)
def test_the_whole_showcase_has_a_break_of_each_kind(data_dir: Path) -> None:
    figures = build_and_verify(data_dir, Size())
    assert set(figures["breaks"]) == BREAKS
    assert set(figures["statements_by_state"]) == {
        *("issued", "agreed", "disputed", "final", "settled", "void"),
    }
    assert set(figures["disputes_by_state"]) == {"open", "accepted", "rejected"}
