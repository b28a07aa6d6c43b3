"""What a brand may not see is to it as if it did not exist: same answer, same work, no trace."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from catalog.offers import publish
from tests.http.conftest import (
    BEGIN,
    PROGRAMME,
    Caller,
    accepted,
    add_party,
    offer,
    refused,
)

MISSING = 4_503_599_627_370_497
"""An id that no offer has."""
ENOUGH_OFFERS = 20


@pytest.fixture
async def isolated(operator: Caller, brand: Caller) -> int:
    """An offer of a rival, which the operator has isolated from the grocer."""
    rival = await add_party(operator, "rival", "supplier", category="grocery.packaged")
    accepted(
        await operator.post(
            "/v1/isolation-rules", {"kind": "node", "category": "grocery", "valid_from": BEGIN}
        )
    )
    return int(accepted(await rival.post("/v1/offers", offer()))["offer_id"])


@contextmanager
def counted() -> Iterator[SimpleNamespace]:
    """Counts the statements that this process sends to the database meanwhile."""
    found = SimpleNamespace(statements=[])

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        found.statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def asked(brand: Caller, offer_id: int) -> list[httpx2.Response]:
    """Everything that a brand can ask about one offer."""
    right = {"member": "m1", "offer_id": offer_id, "free": True, "occurred_at": BEGIN}
    item = {"key": f"item-{offer_id}", "offer_id": offer_id}
    wanted = {**item, "quantity": 1, "window_from": BEGIN}
    return [
        await brand.get(f"{PROGRAMME}/offers/{offer_id}"),
        await brand.get(f"{PROGRAMME}/offers/{offer_id}/isolation"),
        await brand.post(f"{PROGRAMME}/rights", right, key=f"right-{offer_id}"),
        await brand.post(
            f"{PROGRAMME}/rights/batch",
            {"rights": [right | {"key": f"batch-{offer_id}"}]},
            key=None,
        ),
        await brand.post(f"{PROGRAMME}/allotments", {"allotments": [wanted]}, key=None),
    ]


def without_numbers(answer: httpx2.Response, offer_id: int) -> bytes:
    """An answer without the id that was asked for, and without the number of the record."""
    text = answer.content.replace(b"%d" % offer_id, b"N")
    return re.sub(rb'"operation":"\d+-\d+"', b"", text)


async def test_an_isolated_offer_is_answered_byte_for_byte_like_a_missing_one(
    brand: Caller, member: str, isolated: int
) -> None:
    # Whoever asks first after a change reads the rules, also if the offer is missing.
    with counted() as first:
        await asked(brand, MISSING + 1)  # It reads its data keys then, too, and once a minute.
    with counted() as about_isolated:
        of_isolated = await asked(brand, isolated)
    with counted() as about_missing:
        of_missing = await asked(brand, MISSING)
    assert about_isolated.statements == about_missing.statements
    assert len(about_missing.statements) > len(of_missing)
    assert len(first.statements) > len(about_missing.statements)
    for one, other in zip(of_isolated, of_missing, strict=True):
        assert one.status_code == other.status_code
        assert without_numbers(one, isolated) == without_numbers(other, MISSING)
        assert b"/problems/offer-not-found" in one.content
        headers = [
            {name: each.headers[name] for name in each.headers if name != "x-request-id"}
            for each in (one, other)
        ]
        for each in headers:
            each.pop("content-length", None)
        assert headers[0] == headers[1]


async def test_only_the_operator_hears_why(operator: Caller, brand: Caller, isolated: int) -> None:
    path = f"{PROGRAMME}/offers/{isolated}/isolation"
    refused(await brand.get(path), 404, "offer-not-found")
    decision = accepted(await operator.get(path), 200)
    assert decision["isolated"] is True
    assert decision["rule"] == "category grocery isolates everything beneath it"
    assert "rival (category grocery.packaged)" in decision["explanation"]


async def test_the_ids_of_offers_cannot_be_walked(supplier: Caller) -> None:
    ids = [
        int(accepted(await supplier.post("/v1/offers", offer(f"code-{number}")))["offer_id"])
        for number in range(ENOUGH_OFFERS)
    ]
    # Of a sequence, all neighbours are one apart. Of twenty ids out of 2**53, no two are so near.
    assert min(abs(one - other) for one in ids for other in ids if one != other) > ENOUGH_OFFERS
    assert max(ids) > 2**40
    assert max(ids) < 2**53


async def test_an_id_that_is_taken_is_drawn_again(
    supplier: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([7, 7, 7, 8, 7, 7])
    monkeypatch.setattr(publish, "new_identifier", lambda: next(drawn))
    first = accepted(await supplier.post("/v1/offers", offer("one")))
    second = accepted(await supplier.post("/v1/offers", offer("two")))
    assert (first["offer_id"], second["offer_id"]) == (7, 8)
    refused(await supplier.post("/v1/offers", offer("two")), 409, "offer-exists")
    refused(await supplier.post("/v1/offers", offer("one")), 409, "offer-exists")


async def test_a_foreign_programme_costs_as_many_statements_as_a_missing_one(
    brand: Caller, other_brand: Caller
) -> None:
    # The owner is at work, so this process remembers its programme.
    accepted(await other_brand.get("/v1/programmes/pharmacy"), 200)
    refused(await brand.get("/v1/programmes/nowhere"), 404, "programme-not-found")
    for _ in range(2):
        statements = []
        for code in ("pharmacy", "nowhere"):
            with counted() as found:
                refused(await brand.get(f"/v1/programmes/{code}"), 404, "programme-not-found")
            statements.append(found.statements)
        assert statements[0] == statements[1]
        assert len(statements[0]) > 0


async def test_a_brand_takes_only_codes_that_begin_with_its_own(
    operator: Caller, brand: Caller, other_brand: Caller
) -> None:
    grocers_too = await add_party(operator, "grocer-too", "brand", category="other")
    for code in ("pharmacy", "nowhere", "grocer-too", "grocer-", "grocer-plus", "grocers"):
        body = {"code": code.strip("-") + ("-x" if code.endswith("-") else ""), "name": "N"}
        with counted() as found:
            answer = await brand.post("/v1/programmes", body)
        problem = refused(answer, 403, "programme-code-foreign")
        assert problem["detail"] == (
            "a programme of grocer has the code grocer, or one that begins with grocer--"
        )
        assert not any("ledger.book" in statement for statement in found.statements)
    accepted(await brand.post("/v1/programmes", {"code": "grocer--plus", "name": "N"}))
    accepted(await grocers_too.post("/v1/programmes", {"code": "grocer-too", "name": "N"}))
    made = {"code": "any-name", "name": "N", "party": "grocer"}
    accepted(await operator.post("/v1/programmes", made))
    accepted(await brand.get("/v1/programmes/any-name"), 200)
