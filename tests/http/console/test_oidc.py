"""Sign-in by the operator's organisation: who comes in, and which answers are not believed."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from api.identity.issuer_line import ISSUER_BYTES_MAX, IssuerAnswerInvalid, IssuerUnreachable
from api.identity.oidc import (
    CALLBACK_PATH,
    SIGN_IN_SECONDS,
    Oidc,
    Registration,
    SignInLost,
)
from api.identity.sessions import ADDRESS_FAILURES_MAX, count_failure
from api.identity.users import disable_user, find_user_by_email, invite_user
from catalog import find_party
from ledger import Database
from tests.http.conftest import Caller, MakeSettings, serving
from tests.http.console.issuer import CLIENT_ID, CLIENT_SECRET, Issuer, issuing, new_key
from tests.http.console.visitors import ADDRESS, Visitor, add_user, seen

BEGIN = "/console/sign-in/oidc"
EMAIL = "auditor@operator.example"


@dataclass(slots=True)
class Place:
    """A service whose users may sign in by this issuer."""

    http: httpx2.AsyncClient
    issuer: Issuer

    async def begin(self, visitor: Visitor, path: str = BEGIN) -> dict[str, str]:
        """To the issuer. Returns what the browser comes back with, once the user is let in."""
        answer = await self.http.get(ADDRESS + path)
        self.http.cookies.clear()
        assert answer.status_code == 303, answer.text
        (line,) = answer.headers.get_list("set-cookie")
        assert {"httponly", "samesite=lax", f"max-age={SIGN_IN_SECONDS}"} <= {
            part.strip().lower() for part in line.split(";")
        }
        name, _, rest = line.partition("=")
        visitor.cookies[name] = rest.partition(";")[0].strip('"')
        return self.issuer.let_in(answer.headers["location"])

    async def back(self, visitor: Visitor, given: dict[str, str]) -> httpx2.Response:
        """Back from the issuer with what it gave."""
        return await visitor.open(CALLBACK_PATH, partial=False, **given)

    async def come(self, **changed: str) -> httpx2.Response:
        """A whole sign-in of a new browser."""
        visitor = Visitor(self.http)
        given = await self.begin(visitor)
        return await self.back(visitor, {**given, **changed})


def refused(answer: httpx2.Response, status: int, code: str) -> None:
    """The sign-in page says so, and nobody is signed in."""
    assert (answer.status_code, f"/problems/{code}" in answer.text) == (status, True), answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert "/console/sign-in" in [action for action, _ in seen(answer).forms]
    assert not any(line.startswith("comity=") for line in answer.headers.get_list("set-cookie"))


@pytest.fixture
async def place(
    make_settings: MakeSettings, operator: Caller, database: Database
) -> AsyncIterator[Place]:
    del operator
    await add_user(database, "operator", "auditor", email=EMAIL)
    async with issuing() as issuer:
        issuer.be_honest(EMAIL)
        settings = make_settings(
            public_url=ADDRESS,
            oidc_issuer=issuer.url,
            oidc_client_id=CLIENT_ID,
            oidc_client_secret=SecretStr(CLIENT_SECRET),
            oidc_domains="operator.example, Sister.example",
        )
        async with serving(settings) as (_, http):
            yield Place(http, issuer)


async def test_who_was_invited_comes_in_and_no_answer_works_twice(
    place: Place, database: Database, http: httpx2.AsyncClient
) -> None:
    visitor, issuer = Visitor(place.http), place.issuer
    page = await visitor.open("/console/sign-in", back="/console/account?a=1&b=2")
    (button,) = [link for link in seen(page).links if link.startswith(BEGIN)]
    given = await place.begin(visitor, button)
    held = dict(visitor.cookies)
    answer = await place.http.get(ADDRESS + CALLBACK_PATH, params=given, headers=visitor._cookie())
    assert answer.headers["location"] == "/console/account?a=1&b=2"
    came = await visitor._arrive(answer)
    assert (came.status_code, EMAIL in came.text) == (200, True)
    assert visitor.cookies.keys() == {"comity"}  # what it held for the sign-in is forgotten
    assert "Overview" in (await visitor.open("/console")).text

    # The browser has forgotten it, and the issuer takes no code twice.
    refused(await place.back(visitor, given), 400, "sign-in-lost")
    again = Visitor(place.http, held)
    refused(await place.back(again, given), 401, "issuer-refused")

    # Nobody has set a password here; a path of another site is not gone to.
    async with database.transaction() as connection:
        party = await find_party(connection, "operator")
        await invite_user(
            connection, party.party_id, email="new@sister.example", name="New", role="operator"
        )
    issuer.be_honest("New@Sister.example")
    new = Visitor(place.http)
    given = await place.begin(new, f"{BEGIN}?back=//evil.example")
    came = await place.back(new, given)
    assert (came.status_code, came.request.url.path) == (200, "/console")

    # An issuer may tell of the address beside its token.
    issuer.claims.update(email=None, email_verified=None)
    issuer.userinfo.update(email=EMAIL, email_verified=True)
    assert (await place.come()).status_code == 200
    issuer.userinfo.update(sub="another")
    refused(await place.come(), 502, "issuer-answer-invalid")

    # Without an issuer, there is neither a button nor an address.
    assert BEGIN not in (await Visitor(http).open("/console/sign-in")).text
    for path in (BEGIN, CALLBACK_PATH):
        assert (await Visitor(http).open(path)).status_code == 404


LIES: dict[str, dict[str, Any]] = {
    "nonce": {"nonce": "of another sign-in"},
    "no nonce": {"nonce": None},
    "audience": {"aud": "another-service"},
    "audiences": {"aud": [CLIENT_ID, "another-service"], "azp": "another-service"},
    "issuer": {"iss": "http://127.0.0.1:1"},
    "no end": {"exp": None},
    "garbage": {"exp": "never"},
}


async def test_an_answer_that_is_not_for_this_sign_in_is_not_believed(place: Place) -> None:
    issuer = place.issuer
    for lie in (*LIES.values(), {"iat": 1, "exp": int(time.time()) - 3_600}):
        issuer.be_honest(EMAIL)
        issuer.claims.update(lie)
        refused(await place.come(), 502, "issuer-answer-invalid")
    issuer.be_honest(EMAIL)
    issuer.signing_key = new_key()
    refused(await place.come(), 502, "issuer-answer-invalid")
    for header in ({"alg": "none"}, {"alg": "HS256"}, {"kid": "three"}):
        issuer.be_honest(EMAIL)
        issuer.header.update(header)
        refused(await place.come(), 502, "issuer-answer-invalid")
    answers: list[tuple[int, Any]] = [
        (200, {}),
        (200, []),
        (200, "x" * ISSUER_BYTES_MAX),
        (302, {}),
    ]
    for answer in answers:
        issuer.be_honest(EMAIL)
        issuer.answers["/token"] = answer
        refused(await place.come(), 502, "issuer-answer-invalid")
    assert "/elsewhere" not in issuer.paths
    issuer.be_honest(EMAIL)
    refused(await place.come(iss="http://127.0.0.1:1"), 502, "issuer-answer-invalid")

    refused(await place.come(state="another"), 400, "sign-in-lost")
    refused(await place.come(state="\u00e9"), 400, "sign-in-lost")
    mine, other = Visitor(place.http), Visitor(place.http)
    given, _ = await place.begin(mine), await place.begin(other)
    refused(await place.back(other, given), 400, "sign-in-lost")
    for held in ("", "e30", mine.cookies["comity-issuer"][:-4]):
        changed = Visitor(place.http, {"comity-issuer": held})
        refused(await place.back(changed, given), 400, "sign-in-lost")
    assert (await place.back(mine, given)).status_code == 200

    # A user who is not let in, an issuer in trouble, and one that is gone.
    refused(await place.come(error="<b>access_denied"), 401, "issuer-refused")
    assert "<b>access_denied" not in (await place.come(error="<b>access_denied")).text
    issuer.answers["/token"] = (503, {})
    refused(await place.come(), 502, "issuer-unreachable")
    issuer.answers.clear()
    gone = Visitor(place.http)
    given = await place.begin(gone)
    assert issuer.server is not None
    issuer.server.close()
    await issuer.server.wait_closed()
    refused(await place.back(gone, given), 502, "issuer-unreachable")


async def test_only_users_with_a_verified_address_of_these_domains_come_in(
    place: Place, database: Database
) -> None:
    issuer = place.issuer
    for email in ("gone@operator.example", "auditor@elsewhere.example"):
        await add_user(database, "operator", "auditor", email=email)
    async with database.transaction() as connection:
        gone = await find_user_by_email(connection, "gone@operator.example")
        assert gone is not None
        await disable_user(connection, gone.user_id)
    for email in (
        "nobody@operator.example",
        "gone@operator.example",
        "auditor@elsewhere.example",
        "no address",
    ):
        issuer.be_honest(email)
        refused(await place.come(), 403, "not-invited")
    for is_verified in (False, "true", 1, None):
        issuer.be_honest(EMAIL)
        issuer.claims["email_verified"] = is_verified
        refused(await place.come(), 403, "not-invited")

    # Who tries too often waits, as with passwords.
    issuer.be_honest(EMAIL)
    async with database.transaction() as connection:
        for _ in range(ADDRESS_FAILURES_MAX):
            await count_failure(connection, "address 127.0.0.1")
    refused(await place.come(), 429, "sign-in-barred")


async def test_a_sign_in_ends_and_an_issuer_is_who_it_says_it_is() -> None:
    now = datetime.now(UTC)
    async with issuing() as issuer:
        agreed = Registration(issuer.url, CLIENT_ID, CLIENT_SECRET, frozenset(), ADDRESS)
        old, new = b"o" * 32, b"n" * 32
        begun = await Oidc(agreed, [old]).begin("/console", now)
        given = issuer.let_in(begun.address)
        late = now + timedelta(seconds=SIGN_IN_SECONDS)
        with pytest.raises(SignInLost):
            await Oidc(agreed, [old]).finish(begun.held, given, late)
        with pytest.raises(SignInLost):
            await Oidc(agreed, [new]).finish(begun.held, given, now)
        # The key was rotated in the meantime.
        issuer.be_honest("li@example.com")
        known = await Oidc(agreed, [new, old]).finish(begun.held, given, now)
        assert (known.email, known.back) == ("li@example.com", "/console")

        path = "/.well-known/openid-configuration"
        _, document = issuer.answer(path, {}, b"")
        for change in (
            {"issuer": f"{issuer.url}/"},
            {"token_endpoint": "http://192.0.2.1/token"},
            {"jwks_uri": "file:///etc/passwd"},
            {"authorization_endpoint": "https://127.0.0.1/authorize"},
        ):
            issuer.answers[path] = (200, {**document, **change})
            with pytest.raises(IssuerAnswerInvalid):
                await Oidc(agreed, [old]).begin("/console", now)
        issuer.answers[path] = (404, {})
        with pytest.raises(IssuerAnswerInvalid):
            await Oidc(agreed, [old]).begin("/console", now)
        issuer.answers[path] = (500, {})
        with pytest.raises(IssuerUnreachable):
            await Oidc(agreed, [old]).begin("/console", now)
