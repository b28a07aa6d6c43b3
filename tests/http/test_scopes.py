"""A key of each scope gets exactly what its scope says: the one table in `api/http/scopes.py`."""

import re
from dataclasses import replace

import pytest

from api.app import create_app
from api.http import scopes as table
from api.http.scopes import ADDRESSES, SCOPE_OF, TILL_ADDRESSES, require_every_scope
from catalog import SCOPES, Scope
from tests.http.conftest import Caller, MakeSettings, accepted

NOBODY = 2_000_000_000
PLACEHOLDERS = {"month": "2017-01", "version": "1"}


async def _everybody(operator: Caller) -> str:
    """A party with every role: the roles refuse it nothing, so a refusal is the scope's."""
    party = {"code": "all", "name": "All", "roles": ["operator", "brand", "supplier"]}
    accepted(await operator.post("/v1/parties", party))
    return "all"


async def _with_scope(operator: Caller, party: str, scope: Scope) -> Caller:
    body = {"label": scope, "scopes": [scope], "shop": "No. 1" if scope == "till" else None}
    return replace(
        operator, key=accepted(await operator.post(f"/v1/parties/{party}/keys", body))["key"]
    )


def _path(template: str) -> str:
    return re.sub(
        r"\{(\w+)\}",
        lambda found: PLACEHOLDERS.get(
            found[1], str(NOBODY) if found[1].endswith("_id") else "nobody"
        ),
        template,
    )


def _code(response: object) -> str:
    if not getattr(response, "content", b""):
        return ""
    document = response.json()  # type: ignore[attr-defined]
    return str(document.get("type", "")) if isinstance(document, dict) else ""


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_key_gets_exactly_what_its_scope_says(operator: Caller, scope: Scope) -> None:
    caller = await _with_scope(operator, await _everybody(operator), scope)
    let_in = set()
    for address in SCOPE_OF:
        method, template = address.split(" ")
        response = await caller.http.request(
            method,
            _path(template),
            headers={"Authorization": f"Bearer {caller.key}"},
        )
        code = _code(response)
        assert code not in {"/problems/role-required", "/problems/unauthenticated"}, address
        if code == "/problems/scope-required":
            assert response.status_code == 403
            assert response.json()["scope"] == SCOPE_OF[address]
        else:
            let_in.add(address)

    assert let_in == set(TILL_ADDRESSES if scope == "till" else ADDRESSES[scope])


def test_an_address_without_a_scope_is_not_served(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(make_settings())
    require_every_scope(app)
    monkeypatch.setattr(
        table, "SCOPE_OF", {key: value for key, value in SCOPE_OF.items() if "self" not in key}
    )
    with pytest.raises(RuntimeError, match="GET /v1/parties/self"):
        require_every_scope(app)


def test_no_address_has_two_scopes() -> None:
    assert len(SCOPE_OF) == sum(map(len, ADDRESSES.values()))
