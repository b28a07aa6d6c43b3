"""The second factor: no session before the code, no code twice, and required for roles."""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx2
import pyotp
import pytest

from api.identity.second_factor import STEP_SECONDS
from api.identity.sessions import FAILURES_MAX
from ledger import Database, read_clock
from tests.http.conftest import Caller, MakeSettings, serving
from tests.http.console.visitors import PASSWORD, Visitor, add_user

PAGE = "/console/account/second-factor"


async def _now(database: Database) -> datetime:
    async with database.transaction() as connection:
        return await read_clock(connection)


async def _code(database: Database, secret: str, *, later: int = 0) -> str:
    return pyotp.HOTP(secret).at(int((await _now(database)).timestamp()) // STEP_SECONDS + later)


async def _half_way(http: httpx2.AsyncClient, email: str) -> Visitor:
    visitor = Visitor(http)
    await visitor.open("/console/sign-in")
    asked = await visitor.submit("/console/sign-in", email=email, password=PASSWORD)
    assert asked.request.url.path == "/console/sign-in/code"
    return visitor


@pytest.fixture
async def service(
    make_settings: MakeSettings, operator: Caller
) -> AsyncIterator[httpx2.AsyncClient]:
    """Operators of this service need a second factor."""
    del operator
    async with serving(make_settings(totp_roles="operator")) as (_, client):
        yield client


async def test_a_second_factor_is_set_up_asked_for_and_removed(
    service: httpx2.AsyncClient, database: Database
) -> None:
    email = await add_user(database, "operator", "operator")
    visitor = Visitor(service)
    await visitor.open("/console/sign-in")
    # Nothing else opens before it is set up.
    came = await visitor.submit("/console/sign-in", email=email, password=PASSWORD)
    assert came.request.url.path == PAGE
    assert (await visitor.open("/console/parties")).request.url.path == PAGE
    shown = await visitor.submit(PAGE)
    assert "data:image/svg+xml" in shown.text
    secret = shown.text.partition('<span class="mono">')[2].partition("<")[0]
    wrong = await visitor.submit(f"{PAGE}/confirm", code="000000")
    assert (wrong.status_code, secret in wrong.text) == (403, True)
    code = await _code(database, secret)
    done = await visitor.submit(f"{PAGE}/confirm", code=code)
    codes = done.text.partition('<pre class="code" tabindex="0">')[2].partition("<")[0].split()
    assert len(codes) == 10
    assert (await visitor.open("/console/parties")).status_code == 200
    assert codes[0] not in (await visitor.open(PAGE)).text

    # No session before the code; a code that was used does not work again.
    again = await _half_way(service, email)
    assert (await again.open("/console")).request.url.path == "/console/sign-in"
    await again.open("/console/sign-in/code")
    assert (await again.submit("/console/sign-in/code", code=code)).status_code == 403
    later = await _code(database, secret, later=1)
    assert (await again.submit("/console/sign-in/code", code=later)).status_code == 200
    assert (await again.open("/console/parties")).status_code == 200
    # A recovery code works once, and only half way.
    third = await _half_way(service, email)
    spaced = codes[0].replace("-", " ").upper()
    assert (await third.submit("/console/sign-in/code", code=spaced)).status_code == 200
    fourth = await _half_way(service, email)
    for _ in range(FAILURES_MAX):
        refused = await fourth.submit("/console/sign-in/code", code=codes[0])
        assert refused.status_code == 403
    barred = await fourth.submit("/console/sign-in/code", code=codes[1])
    assert barred.status_code == 429
    stranger = Visitor(service, {"comity-half": "bm90aGluZyBvZiBvdXJz"})
    sent = await stranger.send("/console/sign-in/code", {"code": codes[2]})
    assert sent.request.url.path == "/console/sign-in"

    # It is removed with the password, and then asked for again.
    await visitor.open(PAGE)
    assert (await visitor.submit(f"{PAGE}/remove", password="wrong")).status_code == 403
    removed = await visitor.submit(f"{PAGE}/remove", password=PASSWORD)
    assert removed.status_code == 200
    assert (await visitor.open("/console/parties")).request.url.path == PAGE
