"""Rights as data: each role at each address of the interface, and at each place of the console."""

from collections.abc import Iterator
from typing import Any, cast

import httpx2
from litestar import Litestar

from api.console.navigation import PLACES
from api.http.auth import INSIDE
from api.http.permissions import PERMISSION_OF
from api.http.scopes import ADDRESSES as SCOPES
from api.identity.roles import ROLES, RoleName, permissions_of
from api.identity.sessions import UserIdentity
from catalog import Grant, ensure_actor, find_party, scopes_of
from ledger import Database
from tests.http.conftest import Caller, MakeSettings, add_party, serving
from tests.http.console.visitors import sign_in

PARTIES = {"operator": "operator", "brand": "grocer", "supplier": "cinema"}
PARTS = {"programme": "nobody", "from_programme": "nobody", "party": "nobody", "month": "2017-01"}
DIGITS = ("_id", "version")
UNKNOWN = b"nothing-has-this=1"
SCOPE_OF = {each: scope for scope, addresses in SCOPES.items() for each in addresses}


def _path(template: str, **parts: str) -> str:
    """An address, of things that are not there."""
    values = {**PARTS, **parts}
    pieces = template.split("/")
    for place, piece in enumerate(pieces):
        if piece.startswith("{"):
            name = piece.strip("{}")
            number = "999999" if name.endswith(DIGITS) else "nothing"
            pieces[place] = values.get(name, number)
    return "/".join(pieces)


async def _identity(database: Database, role: RoleName) -> UserIdentity:
    async with database.transaction() as connection:
        party = await find_party(connection, PARTIES[ROLES[role].party_role])
        actor_id = await ensure_actor(connection, "user", "1", party_id=party.party_id)
    return UserIdentity(
        party=party,
        key_id=-1,
        actor_id=actor_id,
        grant=Grant(scopes_of(party.roles)),
        user_id=1,
        roles=(role,),
        permissions=permissions_of((role,)),
    )


async def _ask(
    app: Litestar, user: UserIdentity, method: str, path: str, query: bytes = b""
) -> tuple[int, bytes]:
    """Ask as a page asks. The query is one that no address has, so nothing is read or done."""
    sent = b""
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query,
        "headers": [
            (b"host", b"comity.test"),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(sent)).encode()),
            (b"idempotency-key", b"rights"),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("comity.test", 80),
        INSIDE: user,
    }
    messages: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": sent, "more_body": False}

    async def send(message: Any) -> None:
        messages.append(message)

    await cast("Any", app)(scope, receive, send)
    body = b"".join(each.get("body", b"") for each in messages[1:])
    return messages[0]["status"], body


def _addresses() -> Iterator[tuple[str, str, str]]:
    for address in PERMISSION_OF:
        method, _, template = address.partition(" ")
        yield address, method, template


async def test_each_role_opens_the_addresses_of_the_table_and_no_others(
    make_settings: MakeSettings,
    operator: Caller,
    brand: Caller,
    supplier: Caller,
    database: Database,
) -> None:
    del operator, brand, supplier
    wrong = []
    async with serving(make_settings()) as (app, _):
        for role in ROLES:
            user = await _identity(database, role)
            for address, method, template in _addresses():
                status, body = await _ask(app, user, method, _path(template), UNKNOWN)
                is_in_table = PERMISSION_OF[address] in user.permissions
                code = body.partition(b"/problems/")[2].partition(b'"')[0]
                if not is_in_table:
                    is_right = code in {b"permission-required", b"scope-required"}
                elif SCOPE_OF[address] not in user.scopes:
                    is_right = code == b"scope-required"  # the party itself may not
                else:
                    is_right = code == b"query-parameter-unknown"
                if not is_right:
                    wrong.append((role, address, status, body[:120]))
    assert wrong == []


async def test_what_is_anothers_is_answered_as_what_is_not_there(
    make_settings: MakeSettings,
    operator: Caller,
    brand: Caller,
    other_brand: Caller,
    database: Database,
) -> None:
    """A foreign programme or party and a missing one are the same to brands and suppliers."""
    del brand, other_brand
    await add_party(operator, "cinema", "supplier", category="leisure.cinema")
    wrong = []
    others = {"programme": "pharmacy", "party": "pharmacy", "from_programme": "pharmacy"}
    async with serving(make_settings()) as (app, _):
        for role in ("marketer", "brand_finance", "manager"):
            user = await _identity(database, role)
            for address, method, template in _addresses():
                is_named = "{programme}" in template or "{party}" in template
                if not is_named or PERMISSION_OF[address] not in user.permissions:
                    continue
                foreign = await _ask(app, user, method, _path(template, **others))
                missing = await _ask(app, user, method, _path(template))
                said = foreign[1].replace(b"pharmacy", b"nobody")
                if (foreign[0], said) != missing:
                    wrong.append((role, address, foreign, missing))
    assert wrong == []


async def test_each_place_of_the_console_opens_for_who_sees_it_and_for_nobody_else(
    http: httpx2.AsyncClient,
    operator: Caller,
    brand: Caller,
    supplier: Caller,
    database: Database,
) -> None:
    del operator, brand, supplier
    wrong = []
    for name, role in ROLES.items():
        visitor = await sign_in(http, database, PARTIES[role.party_role], name)
        for place in (each for _, places in PLACES for each in places):
            shown = await visitor.open(place.path)
            is_shown = place.permission in role.permissions and role.party_role in place.roles
            # A page that is no place for a party may open there from another page, or not at all.
            may_open = is_shown or place.permission in role.permissions
            right = {httpx2.codes.OK} if is_shown else {httpx2.codes.FORBIDDEN}
            if may_open and not is_shown:
                right |= {httpx2.codes.OK, httpx2.codes.NOT_FOUND}
            if shown.status_code not in right:
                wrong.append((name, place.path, shown.status_code))
    assert wrong == []
