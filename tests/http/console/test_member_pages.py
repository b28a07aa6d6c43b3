"""Member pages: a launch lets in once, members see what is their own, and deeds are once."""

import re
from typing import Any, get_args

import httpx2
import pytest
from sqlalchemy import text

from api.http.schemas.answers import KindName
from api.http.schemas.offers import FulfilmentName
from api.identity.frames import FRAME_ORIGINS_MAX
from api.member.words import DELIVERIES, KINDS, STATES, STEPS
from exchange.coupons import CouponState, Step
from exchange.coupons.read import PHASES
from ledger import Database
from tests.http.conftest import PROGRAMME, SECRET, Caller, accepted, refused, stock
from tests.http.console.visitors import Visitor, seen, sign_in

ACCOUNT = "13800138000"


async def let_in(
    http: httpx2.AsyncClient, brand: Caller, member: str, locale: str, **more: str
) -> Visitor:
    """A member at the pages."""
    asked = {"member": member, "locale": locale, "return_url": "https://tea.example/app", **more}
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
    offer = await shopper.open(f"/m/offers/{offer_id}")
    assert "Immediately" in offer.text
    assert seen(offer).forms == []
    await shopper.open(f"/m/offers/{offer_id}/confirm")
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
    confirmed = await shopper.open(f"/m/offers/{offer_id}/confirm")
    assert "You have too few points" in confirmed.text
    assert seen(confirmed).forms == []
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
    await shopper.open(f"/m/offers/{offer_id}/confirm")
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
    for said in ("您已领取", "对方发起转赠", "Enjoy", "他人赠送"):
        assert said in taken.text, said
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
    await shopper.open(f"/m/offers/{offer_id}/confirm")
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


async def test_the_newest_coupon_comes_first_and_each_tab_has_its_own(
    operator: Caller, brand: Caller, supplier: Caller, shopper: Visitor, member: str
) -> None:
    accepted(await operator.post("/v1/categories/usual"))
    old = await stock(supplier, brand, points=5, name="Old tea", return_within_days=3)
    new = await stock(supplier, brand, points=5, code="new", name="New tea", category="food")
    made = [await _redeemed(shopper, offer_id) for offer_id in (old, new, new, new)]
    home = (await shopper.open("/m/home")).text
    assert "New tea" in home
    assert "Old tea" not in home.partition("For you")[0]
    assert 'href="/m/market?category=food"' in home
    await shopper.open(made[0])
    await shopper.submit(f"{made[0]}/give-back")
    wallet = seen(await shopper.open("/m/wallet")).links
    assert [each for each in wallet if each.startswith("/m/coupons/")] == made[:0:-1]
    over = seen(await shopper.open("/m/wallet", show="over")).links
    assert [each for each in over if each.startswith("/m/coupons/")] == made[:1]
    path = f"{PROGRAMME}/members/{member}/coupons"
    first = accepted(await brand.get(path, phase="open", sort="new", limit="2"), 200)
    rest = accepted(
        await brand.get(path, phase="open", sort="new", cursor=first["next_cursor"]), 200
    )
    found = [f"/m/coupons/{each['coupon']}" for each in first["items"] + rest["items"]]
    assert found == made[:0:-1]
    food = await shopper.open("/m/market", category="food")
    assert "New tea" in food.text
    assert "Old tea" not in food.text
    left = await shopper.open("/m/home")
    assert left.status_code == 200
    assert (await shopper.submit("/m/leave")).request.url.path == "/m"
    late = await shopper.open("/m/home")
    assert (late.status_code, seen(late).links) == (401, [])


async def _redeemed(shopper: Visitor, offer_id: int) -> str:
    await shopper.open(f"/m/offers/{offer_id}/confirm")
    return (await shopper.submit(f"/m/offers/{offer_id}/redeem")).request.url.path


async def test_a_recharge_goes_to_the_account_of_the_launch_or_one_that_was_typed(
    http: httpx2.AsyncClient,
    brand: Caller,
    supplier: Caller,
    member: str,
    database: Database,
) -> None:
    endpoint = {"url": "http://127.0.0.1:9/x", "secret": SECRET}
    accepted(await supplier.put("/v1/parties/cinema/endpoint", endpoint), 200)
    offer_id = await stock(supplier, brand, points=20, fulfilment="direct")
    shopper = await let_in(http, brand, member, "en", account=ACCOUNT)
    async with database.transaction() as connection:
        (kept,) = await connection.scalars(text("SELECT account FROM api.member_visit"))
    assert ACCOUNT.encode() not in kept
    offer = await shopper.open(f"/m/offers/{offer_id}")
    assert "Lands in your account 13•••00" in offer.text
    assert ACCOUNT not in offer.text
    confirmed = await shopper.open(f"/m/offers/{offer_id}/confirm")
    assert ACCOUNT not in confirmed.text
    receipt = await shopper.submit(f"/m/offers/{offer_id}/redeem")
    assert "13•••00" in receipt.text, receipt.text
    await shopper.open(f"/m/offers/{offer_id}")
    typed = await shopper.submit(f"/m/offers/{offer_id}/confirm", account="13911112222")
    assert "13911112222" in typed.text
    assert "13911112222" not in str(typed.request.url)
    other = await shopper.submit(f"/m/offers/{offer_id}/redeem")
    assert "13•••22" in other.text


async def test_an_account_of_another_form_is_said_in_words_of_the_page(
    http: httpx2.AsyncClient, brand: Caller, supplier: Caller, member: str
) -> None:
    endpoint = {"url": "http://127.0.0.1:9/x", "secret": SECRET}
    accepted(await supplier.put("/v1/parties/cinema/endpoint", endpoint), 200)
    asked: dict[str, Any] = {"fulfilment": "direct", "account_pattern": r"1[3-9]\d{9}"}
    offer_id = await stock(supplier, brand, points=20, **asked)
    shopper = await let_in(http, brand, member, "zh-Hans")
    await shopper.open(f"/m/offers/{offer_id}")
    await shopper.submit(f"/m/offers/{offer_id}/confirm", account="138")
    wrong = await shopper.submit(f"/m/offers/{offer_id}/redeem")
    assert wrong.status_code == 422
    assert "asks for" not in wrong.text
    assert "请核对后重新填写" in wrong.text


async def test_a_page_stands_in_a_frame_only_where_its_brand_has_said_so(
    http: httpx2.AsyncClient, brand: Caller, supplier: Caller, member: str
) -> None:
    asked = {"member": member}
    plain = accepted(await brand.post(f"{PROGRAMME}/launches", asked))["url"]
    assert "/m/#t=" in plain
    closed = Visitor(http)
    shut = await closed.open("/m", p="grocer")
    begun = await _sent(closed, plain)
    assert "samesite=lax" in begun.headers["set-cookie"].lower()
    assert "Partitioned" not in begun.headers["set-cookie"]
    for answer in (shut, await closed.open("/m/home"), await Visitor(http).open("/m/home")):
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    for bad in ("http://app.example", "https://*.example", "https://a.example/x", "https://a b"):
        wrong = await brand.put("/v1/frame-origins", {"origins": [bad]})
        refused(wrong, 400, "request-invalid")
    many = [f"https://a{number}.example" for number in range(FRAME_ORIGINS_MAX + 1)]
    refused(await brand.put("/v1/frame-origins", {"origins": many}), 400, "request-invalid")
    refused(await supplier.get("/v1/frame-origins"), 403, "role-required")
    origins = ["https://app.example", "https://shop.example:8443"]
    set_ = accepted(await brand.put("/v1/frame-origins", {"origins": origins[::-1]}), 200)
    assert set_["origins"] == origins
    open_ = accepted(await brand.post(f"{PROGRAMME}/launches", asked))["url"]
    assert "/m/?p=grocer#t=" in open_
    guest = Visitor(http)
    start = await guest.open("/m", p="grocer")
    cookie = (await _sent(guest, open_)).headers["set-cookie"]
    assert {"samesite=none", "secure", "partitioned", "httponly"} <= {
        part.strip().lower() for part in cookie.split(";")
    }
    home = await guest.open("/m/home")
    await guest.submit("/m/leave")
    guest.cookies["m"] = cookie.partition("=")[2].partition(";")[0]
    over = await guest.open("/m/home")
    assert over.status_code == 401
    for answer in (start, home, over):
        assert "x-frame-options" not in answer.headers
        policies = answer.headers.get_list("content-security-policy")
        assert [f"frame-ancestors {' '.join(origins)}" in each for each in policies] == [True]
    console = await Visitor(http).open("/console/sign-in")
    assert console.headers["x-frame-options"] == "DENY"
    accepted(await brand.put("/v1/frame-origins", {"origins": []}), 200)
    assert "x-frame-options" in (await guest.open("/m", p="grocer")).headers


async def _sent(visitor: Visitor, url: str) -> httpx2.Response:
    """The answer to the form of the start, before the visitor goes on."""
    answer = await visitor.http.post(
        "http://localhost/m/start",
        data={"t": url.partition("#t=")[2]},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    name, _, rest = answer.headers["set-cookie"].partition("=")
    visitor.cookies[name] = rest.partition(";")[0]
    visitor.http.cookies.clear()
    return answer


async def test_a_marketer_of_a_brand_sets_who_may_frame_its_pages(
    http: httpx2.AsyncClient, brand: Caller, database: Database
) -> None:
    marketer = await sign_in(http, database, "grocer", "marketer")
    page = "/console/member-pages"
    await marketer.open(page)
    wrong = await marketer.submit(page, origins="http://plain.example")
    assert (wrong.status_code, 'aria-invalid="true"' in wrong.text) == (400, True)
    saved = await marketer.submit(page, origins="https://a.example\nhttps://b.example")
    assert "Who may frame the member pages was saved." in saved.text
    found = accepted(await brand.get("/v1/frame-origins"), 200)["origins"]
    assert found == ["https://a.example", "https://b.example"]
    await marketer.submit(page, origins="")
    assert accepted(await brand.get("/v1/frame-origins"), 200)["origins"] == []
    chief = await sign_in(http, database, "operator", "operator")
    assert (await chief.open(page)).status_code == 403


def test_every_state_step_and_kind_has_words() -> None:
    assert STATES.keys() == {str(each) for each in CouponState}
    assert STEPS.keys() == {str(each) for each in Step}
    assert set(get_args(KindName)) == KINDS.keys()
    assert set(get_args(FulfilmentName)) == DELIVERIES.keys()
    assert sorted(state for each in PHASES.values() for state in each) == sorted(CouponState)
