"""Member pages: a launch lets in once, members see what is their own, and deeds are once."""

import re
from typing import get_args

import httpx2
import pytest

from api.http.schemas.answers import KindName
from api.member.words import KINDS, STATES, STEPS
from exchange.coupons import CouponState, Step
from tests.http.conftest import PROGRAMME, Caller, accepted, refused, stock
from tests.http.console.visitors import Visitor, seen


async def let_in(http: httpx2.AsyncClient, brand: Caller, member: str, locale: str) -> Visitor:
    """A member at the pages."""
    asked = {"member": member, "locale": locale, "return_url": "https://tea.example/app"}
    made = accepted(await brand.post(f"{PROGRAMME}/launches", asked))
    token = made["url"].partition("#t=")[2]
    visitor = Visitor(http)
    await visitor.open("/m")
    came = await visitor.submit("/m/start", t=token)
    assert came.request.url.path == "/m/home", came.text
    return visitor


@pytest.fixture
async def shopper(http: httpx2.AsyncClient, brand: Caller, member: str) -> Visitor:
    return await let_in(http, brand, member, "en")


async def test_a_launch_lets_in_once_and_is_shown_once(
    http: httpx2.AsyncClient, brand: Caller, member: str
) -> None:
    asked = {"member": member}
    made = accepted(await brand.post(f"{PROGRAMME}/launches", asked, key="one"))
    again = accepted(await brand.post(f"{PROGRAMME}/launches", asked, key="one"))
    assert (again["url"], again["already_shown"]) == (None, True)
    token = made["url"].partition("#t=")[2]
    visitor, late = Visitor(http), Visitor(http)
    await visitor.open("/m")
    assert "100" in (await visitor.submit("/m/start", t=token)).text
    await late.open("/m")
    assert (await late.submit("/m/start", t=token)).status_code == 404
    assert (await late.open("/m/home")).status_code == 401
    assert (await late.open("/m/start")).status_code in {404, 405}
    bad = {"member": member, "return_url": "javascript:alert(1)"}
    refused(await brand.post(f"{PROGRAMME}/launches", bad), 400, "request-invalid")


async def test_points_become_a_coupon_once_and_the_receipt_says_so_first(
    brand: Caller, supplier: Caller, shopper: Visitor, member: str
) -> None:
    offer_id = await stock(supplier, brand, points=20, name="<script>alert(1)</script>")
    market = await shopper.open("/m/market")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in market.text
    assert "<script>alert" not in market.text
    await shopper.open(f"/m/offers/{offer_id}")
    page = shopper.page
    assert page is not None
    action = f"/m/offers/{offer_id}/redeem"
    first = await shopper.submit(action)
    assert first.status_code == 200
    assert re.match(r"/m/coupons/\d+", first.request.url.path)
    shopper.page = page
    second = await shopper.submit(action)
    assert second.request.url.path == first.request.url.path
    assert "<svg" in first.text
    balance = accepted(await brand.get(f"{PROGRAMME}/members/{member}"), 200)
    assert balance["spendable"] == 80
    sentence = first.text.index('class="sentence')
    assert sentence < first.text.index('<ol class="timeline"')
    for path in ("/m/home", "/m/wallet", "/m/wallet?show=used", "/m/history", "/m/claim"):
        assert (await shopper.open(path)).status_code == 200, path


async def test_what_cannot_be_paid_has_no_button_and_a_form_that_is_sent_anyway_changes_nothing(
    brand: Caller, supplier: Caller, shopper: Visitor, member: str
) -> None:
    offer_id = await stock(supplier, brand, points=500)
    page = await shopper.open(f"/m/offers/{offer_id}")
    assert "You have too few points" in page.text
    assert seen(page).forms == []
    sent = await shopper.send(f"/m/offers/{offer_id}/redeem", {"_key": "k"})
    assert sent.status_code == 409
    foreign = await shopper.send(f"/m/offers/{offer_id}/redeem", {"_key": "k2"}, site="cross-site")
    assert foreign.status_code == 403
    balance = accepted(await brand.get(f"{PROGRAMME}/members/{member}"), 200)
    assert balance["spendable"] == 100


async def test_another_members_coupon_is_not_there(
    http: httpx2.AsyncClient, brand: Caller, supplier: Caller, shopper: Visitor
) -> None:
    offer_id = await stock(supplier, brand, points=20, gift_hops=1, return_within_days=3)
    await shopper.open(f"/m/offers/{offer_id}")
    own = (await shopper.submit(f"/m/offers/{offer_id}/redeem")).request.url.path
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m2", "points": 10}))
    stranger = await let_in(http, brand, "m2", "zh-Hans")
    missing = await stranger.open("/m/coupons/99999999")
    for path in (own, f"{own}?wait=1"):
        answer = await stranger.open(path)
        assert (answer.status_code, answer.text) == (missing.status_code, missing.text)
    for deed in ("give-back", "gift", "gift/cancel", "reveal"):
        answer = await stranger.send(f"{own}/{deed}", {"_key": f"k-{deed}"})
        assert answer.status_code == 404, deed
    await shopper.open(own)
    given = await shopper.submit(f"{own}/gift", note="Enjoy")
    token = re.search(r'class="mono">(cg[^<]+)<', given.text)
    assert token is not None
    await stranger.open("/m/claim")
    taken = await stranger.submit("/m/claim", gift=token[1])
    assert taken.request.url.path == own
    assert "<svg" in taken.text
    for text in ("您已领取", "对方发起转赠", "Enjoy", "他人赠送"):
        assert text in taken.text, text
    assert "您已发起转赠" not in taken.text
    after = await shopper.open(own)
    assert after.status_code == 200
    assert 'class="qr"' not in after.text
    assert "You offered it to somebody" in after.text
    assert "Somebody else has it now." in after.text


async def test_a_member_with_a_free_right_alone_comes_in_and_sees_the_newest_first(
    http: httpx2.AsyncClient, brand: Caller, supplier: Caller
) -> None:
    offer_id = await stock(supplier, brand, texts={"en": {"name": "A cup of tea"}})
    right = {"member": "guest", "offer_id": offer_id, "free": True}
    coupons = [accepted(await brand.post(f"{PROGRAMME}/rights", right))["coupon"] for _ in range(4)]
    guest = await let_in(http, brand, "guest", "en")
    home = await guest.open("/m/home")
    shown = re.findall(r"/m/coupons/(\d+)", home.text)
    assert shown == [str(each) for each in reversed(coupons[1:])]
    assert "Nothing yet." in (await guest.open("/m/history")).text
    accepted(await supplier.post(f"/v1/offers/{offer_id}/end", {}), 200)
    for path in ("/m/wallet", f"/m/coupons/{coupons[0]}"):
        assert "A cup of tea" in (await guest.open(path)).text, path
    used = await guest.open("/m/wallet", show="used")
    assert "Nothing here yet." in used.text


async def test_a_right_is_given_back_for_its_points(
    brand: Caller, supplier: Caller, shopper: Visitor, member: str
) -> None:
    offer_id = await stock(supplier, brand, points=20, return_within_days=3)
    await shopper.open(f"/m/offers/{offer_id}")
    coupon = (await shopper.submit(f"/m/offers/{offer_id}/redeem")).request.url.path
    back = await shopper.submit(f"{coupon}/give-back")
    assert back.status_code == 200
    balance = accepted(await brand.get(f"{PROGRAMME}/members/{member}"), 200)
    assert balance["spendable"] == 100
    part = await shopper.http.get(
        f"http://localhost{coupon}",
        headers={"X-Part": "receipt", "Cookie": f"m={shopper.cookies['m']}"},
    )
    assert "<html" not in part.text
    assert 'data-moving="no"' in part.text


def test_every_state_step_and_kind_has_words() -> None:
    assert STATES.keys() == {str(each) for each in CouponState}
    assert STEPS.keys() == {str(each) for each in Step}
    assert set(get_args(KindName)) == KINDS.keys()
