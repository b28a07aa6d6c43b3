"""The door of the console: who comes in, for how long, and from which pages forms are believed."""

import httpx2
import pytest
from sqlalchemy import delete

from api.identity.identity_tables import membership
from api.identity.passwords import PasswordWeak, require_strong
from api.identity.sessions import FAILURES_MAX
from api.identity.users import disable_user, find_user_by_email, invite_user
from catalog import find_party
from ledger import Database
from tests.http.conftest import Caller, accepted
from tests.http.console.visitors import ADDRESS, PASSWORD, Visitor, add_user, sign_in


async def test_an_invitation_lets_in_once_and_a_sign_out_ends_it(
    http: httpx2.AsyncClient, operator: Caller, database: Database
) -> None:
    async with database.transaction() as connection:
        party = await find_party(connection, "operator")
        invited = await invite_user(
            connection, party.party_id, email="Li@Example.com", name="Li", role="operator"
        )
    link = f"/console/invitations/{invited.token}"
    visitor = Visitor(http)
    assert "li@example.com" in (await visitor.open(link)).text
    weak = await visitor.submit(link, password="short")
    assert weak.status_code == 422
    came = await visitor.submit(link, password=PASSWORD)
    assert (came.status_code, came.request.url.path) == (200, "/console")
    assert (await Visitor(http).open(link)).status_code == 404
    await visitor.submit("/console/sign-out") if "/console/sign-out" in came.text else None
    await visitor.open("/console/account")
    gone = await visitor.submit("/console/sign-out")
    assert gone.request.url.path == "/console/sign-in"
    assert (await visitor.open("/console")).request.url.path == "/console/sign-in"


async def test_a_wrong_password_and_an_unknown_user_are_answered_alike_and_counted(
    http: httpx2.AsyncClient, operator: Caller, database: Database
) -> None:
    email = await add_user(database, "operator", "auditor")
    visitor = Visitor(http)
    await visitor.open("/console/sign-in")
    for address in (email, "nobody@example.com"):
        answer = await visitor.submit("/console/sign-in", email=address, password="wrong")
        assert answer.status_code == 401
        assert "The e-mail address or the password is wrong." in answer.text
    for _ in range(FAILURES_MAX - 1):
        await visitor.submit("/console/sign-in", email=email, password="wrong")
    barred = await visitor.submit("/console/sign-in", email=email, password=PASSWORD)
    assert barred.status_code == 429


async def test_a_form_of_another_site_is_refused_and_changes_nothing(
    http: httpx2.AsyncClient, operator: Caller, database: Database
) -> None:
    visitor = await sign_in(http, database, "operator", "operator")
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {},
    ):
        cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        answer = await http.post(
            f"{ADDRESS}/console/account/sign-out-elsewhere",
            data={"_key": "k"},
            headers={"Cookie": cookie, **headers},
        )
        assert answer.status_code == 403, headers
        assert answer.headers["content-type"].startswith("text/html")


async def test_a_session_opens_no_address_of_the_interface_and_a_key_no_page(
    http: httpx2.AsyncClient, operator: Caller, database: Database
) -> None:
    visitor = await sign_in(http, database, "operator", "operator")
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    asked = await http.get(f"{ADDRESS}/v1/parties/self", headers={"Cookie": cookie})
    assert asked.status_code == 401
    page = await http.get(f"{ADDRESS}/console", headers={"Authorization": f"Bearer {operator.key}"})
    assert (page.status_code, page.headers["location"]) == (303, "/console/sign-in")


async def test_what_is_taken_from_a_user_holds_at_once(
    http: httpx2.AsyncClient, operator: Caller, database: Database
) -> None:
    visitor = await sign_in(http, database, "operator", "operator")
    async with database.transaction() as connection:
        user = await find_user_by_email(connection, "operator@operator.example")
        assert user is not None
        await connection.execute(delete(membership).where(membership.c.user_id == user.user_id))
    assert (await visitor.open("/console")).request.url.path == "/console/choose"
    async with database.transaction() as connection:
        await disable_user(connection, user.user_id)
    assert (await visitor.open("/console")).request.url.path == "/console/sign-in"


async def test_every_page_has_the_policy_and_is_not_kept(
    http: httpx2.AsyncClient, operator: Caller, database: Database
) -> None:
    visitor = await sign_in(http, database, "operator", "operator")
    for path in ("/console", "/console/nothing", "/console/sign-in"):
        answer = await visitor.open(path)
        policy = answer.headers.get_list("content-security-policy")
        assert any("default-src 'none'; script-src 'self'" in each for each in policy)
        assert "no-store" in answer.headers["cache-control"]
        assert "style=" not in answer.text
        assert "<script>" not in answer.text


async def test_the_language_and_the_theme_are_the_visitors(
    http: httpx2.AsyncClient, operator: Caller, database: Database
) -> None:
    visitor = await sign_in(http, database, "operator", "operator")
    assert "Overview" in (await visitor.open("/console")).text
    answer = await visitor.send("/console/preferences", {"locale": "zh-Hans", "back": "/console"})
    assert '<html lang="zh-Hans"' in answer.text
    assert "概览" in answer.text
    dark = await visitor.send("/console/preferences", {"theme": "dark", "back": "//evil.example"})
    assert dark.request.url.path == "/console"
    assert 'data-theme="dark"' in dark.text


async def test_a_user_of_two_parties_chooses(
    http: httpx2.AsyncClient, operator: Caller, brand: Caller, database: Database
) -> None:
    await add_user(database, "grocer", "marketer", email="both@example.com")
    await add_user(database, "operator", "auditor", email="both@example.com")
    visitor = Visitor(http)
    await visitor.open("/console/sign-in")
    choosing = await visitor.submit("/console/sign-in", email="both@example.com", password=PASSWORD)
    assert choosing.request.url.path == "/console/choose"
    async with database.transaction() as connection:
        grocer = await find_party(connection, "grocer")
    came = await visitor.send("/console/choose", {"party_id": str(grocer.party_id)})
    assert "Grocer" in came.text
    refused = await visitor.send("/console/choose", {"party_id": "999999"})
    assert "Grocer" in refused.text
    accepted(await brand.get("/v1/parties/self"), 200)


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaaaaaa", "abcdefghijklmnop", "annaannaanna", "x" * 201]
)
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    with pytest.raises(PasswordWeak):
        require_strong(password, "anna@example.com", "Anna Li")
