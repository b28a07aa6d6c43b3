"""What all answers have in common: the form of times, and equal facts alone and in batches."""

import importlib
import itertools
import pkgutil
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, get_type_hints

import httpx2
import pytest
from pydantic import BaseModel

from api.http import schemas
from api.http.schemas import offers, programmes, statements
from catalog import CATEGORY_LENGTH_MAX, LABEL_LENGTH_MAX, URL_LENGTH_MAX, USE_WITHIN_DAYS_MAX
from exchange.redeem import ACCOUNT_LENGTH_MAX
from ledger.book import EXPIRY_COUNT_MAX
from tests.http.conftest import (
    BEGIN,
    PROGRAMME,
    SECRET,
    Caller,
    accepted,
    grants_all,
    offer,
    refused,
    stock,
)

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def times(document: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a document that looks like a day or a time, with the name of its field."""
    if isinstance(document, dict):
        for member, value in document.items():
            yield from times(value, member)
    elif isinstance(document, list):
        for value in document:
            yield from times(value, name)
    elif isinstance(document, str) and re.match(r"\d{4}-\d\d-\d\d", document):
        yield name, document


async def everything(operator: Caller, brand: Caller, supplier: Caller) -> list[httpx2.Response]:
    """Answers that have times. The stored ones are asked for twice."""
    terms = {
        "coupon_cost_minor": 60,
        "platform_fee_minor": 10,
        "currency": "CNY",
        "valid_from": "2017-01-01",
    }
    at = "2017-01-10T10:00:00+08:00"
    answers = [await operator.post("/v1/contracts", terms, key="c") for _ in range(2)]
    body = offer(valid_until="2030-01-01T00:00:00+08:00")
    answers += [await supplier.post("/v1/offers", body, key="o") for _ in range(2)]
    offer_id = accepted(answers[-1])["offer_id"]
    await grants_all(supplier)
    item = {
        "key": "s",
        "offer_id": offer_id,
        "quantity": 5,
        "window_from": BEGIN,
        "window_until": "2031-01-01T00:00:00Z",
    }
    for _ in range(2):
        answers.append(
            await brand.post(f"{PROGRAMME}/allotments", {"allotments": [item]}, key=None)
        )
    issue = {"member": "m1", "points": 50, "occurred_at": BEGIN}
    answers += [await brand.post(f"{PROGRAMME}/issue", issue, key="i") for _ in range(2)]
    right = {"member": "m1", "offer_id": offer_id, "occurred_at": at}
    answers += [await brand.post(f"{PROGRAMME}/rights", right, key="r") for _ in range(2)]
    receipt = await brand.get(f"{PROGRAMME}/coupons/{accepted(answers[-1])['coupon']}")
    use = {"code": receipt.json()["code"], "occurred_at": at}
    answers += [receipt, *[await supplier.post("/v1/coupons/use", use, key="u") for _ in range(2)]]
    answers += [await supplier.post("/v1/coupons/use", use, key="v") for _ in range(2)]
    answers += [await operator.post("/v1/periods/2017-01/close", {}, key="p") for _ in range(2)]
    answers += [await brand.post("/v1/statements/1/agree", {}, key="a") for _ in range(2)]
    file = b"reference,offer_code,member,used_on,amount_minor\nx,ticket,m1,2017-01-10,60\n"
    headers = {"Content-Type": "text/csv"}
    answers += [
        await supplier.post("/v1/reconciliations", content=file, headers=headers, key="f")
        for _ in range(2)
    ]
    asked = {"members": ["m1"], "at": BEGIN}
    answers.append(await brand.post(f"{PROGRAMME}/balances", asked, key=None))
    key = accepted(await operator.get("/v1/parties/cinema/keys"), 200)["items"][0]["key_id"]
    for address in (
        *(f"{PROGRAMME}/members/m1", f"{PROGRAMME}/members/m1/history", f"{PROGRAMME}/allotments"),
        *(f"{PROGRAMME}/offers", "/v1/periods", "/v1/statements", "/v1/statements/1"),
    ):
        answers.append(await operator.get(address))
    assert (await operator.delete(f"/v1/parties/cinema/keys/{key}")).status_code == 204
    return [*answers, await operator.get("/v1/parties/cinema/keys")]


@pytest.mark.usefixtures("reconciler")
async def test_every_answer_tells_times_in_utc_with_z_and_days_as_days(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    answers = await everything(operator, brand, supplier)
    found: set[str] = set()
    for answer in answers:
        assert answer.status_code in {200, 201, 409}, answer.text
        for name, value in times(answer.json()):
            is_time = name.endswith("_at") or (
                name in {"valid_from", "valid_until"} and "T" in value
            )
            is_time = is_time or name.startswith("window_")
            assert (MOMENT if is_time else DAY).fullmatch(value), (name, value)
            found.add(name)
    expected = {
        "occurred_at",
        "recorded_at",
        "used_at",
        "closed_at",
        "issued_at",
        "payer_agreed_at",
        "ran_at",
    }
    expected |= {
        "revoked_at",
        "valid_from",
        "valid_until",
        "window_from",
        "window_until",
        "expires_on",
        "next_expiry",
    }
    assert found >= expected | {"used_on"}
    for first, again in itertools.pairwise(answers):
        if "idempotency-replayed" in again.headers and "idempotency-replayed" not in first.headers:
            assert again.content == first.content


def test_answers_declare_their_times() -> None:
    declared = [
        kind
        for room in pkgutil.iter_modules(schemas.__path__)
        for name, kind in vars(importlib.import_module(f"{schemas.__name__}.{room.name}")).items()
        if "Answer" in name
    ]
    for kind in declared:
        for name, hint in get_type_hints(kind).items():
            if name.endswith("_at") or name.startswith("window_"):
                assert "datetime" in str(hint), (kind, name)
    assert datetime in get_type_hints(statements.StatementAnswer).values()


async def test_a_swept_book_names_no_member(brand: Caller) -> None:
    accepted(
        await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 10, "occurred_at": BEGIN})
    )
    body = {"occurred_at": "2017-08-01T00:00:00Z"}
    swept = await brand.post(f"{PROGRAMME}/expire", body, key="sweep")
    assert accepted(swept)["points"] == 10
    assert "member" not in swept.json()
    assert (await brand.post(f"{PROGRAMME}/expire", body, key="sweep")).content == swept.content


async def test_a_refused_operation_tells_the_same_alone_and_in_a_batch(
    brand: Caller, supplier: Caller
) -> None:
    offer_id = await stock(supplier, brand)
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 5}))
    redeem = {"member": "m1", "points": 40, "occurred_at": BEGIN}
    right = {"member": "m1", "offer_id": offer_id, "occurred_at": BEGIN}
    cases = [
        ("redeem", "operations", "operations", redeem, {"kind": "redeem"}, 40),
        ("rights", "rights/batch", "rights", right, {}, 20),
    ]
    for single, batch, name, body, more, asked in cases:
        alone = await brand.post(f"{PROGRAMME}/{single}", body, key=f"{single}-1")
        problem = refused(alone, 409, "insufficient-points")
        again = await brand.post(f"{PROGRAMME}/{single}", body, key=f"{single}-1")
        assert again.content == alone.content
        items = {name: [{"key": f"{single}-1", **body, **more}]}
        (answer,) = accepted(await brand.post(f"{PROGRAMME}/{batch}", items, key=None), 200)[
            "answers"
        ]
        facts = {
            member: value for member, value in answer.items() if member not in {"status", "problem"}
        }
        assert facts.keys() == {
            "operation",
            "key",
            "kind",
            "member",
            "points",
            "balance",
            "occurred_at",
        }
        assert (facts["member"], facts["points"], facts["balance"]) == ("m1", asked, 5)
        assert facts.items() <= problem.items()
        assert answer["problem"].items() <= problem.items()
        items[name][0]["key"] = f"{single}-2"
        first = await brand.post(f"{PROGRAMME}/{batch}", items, key=None)
        assert (await brand.post(f"{PROGRAMME}/{batch}", items, key=None)).content == first.content


async def test_a_key_of_another_operation_tells_what_was_asked_and_no_more(brand: Caller) -> None:
    accepted(await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 5}, key="k"))
    problem = refused(
        await brand.post(f"{PROGRAMME}/issue", {"member": "m1", "points": 6}, key="k"),
        422,
        "idempotency-key-reused",
    )
    item = {"kind": "issue", "key": "k", "member": "m1", "points": 6}
    (answer,) = accepted(
        await brand.post(f"{PROGRAMME}/operations", {"operations": [item]}, key=None), 200
    )["answers"]
    assert answer.keys() == {"key", "kind", "member", "points", "status", "problem"}
    assert {"key": "k", "kind": "issue", "member": "m1", "points": 6}.items() <= problem.items()


URL_LEFT = URL_LENGTH_MAX - len("http://")


@pytest.mark.usefixtures("brand", "supplier")
@pytest.mark.parametrize(
    ("path", "body", "limit"),
    [
        ("/v1/parties/cinema/keys", {"label": "{}"}, ("/label", LABEL_LENGTH_MAX)),
        ("/v1/parties/cinema/endpoint", {"url": "http://{}", "secret": SECRET}, ("/url", URL_LEFT)),
        (
            f"{PROGRAMME}/rights",
            {"member": "m1", "offer_id": 1, "account": "{}"},
            ("/account", ACCOUNT_LENGTH_MAX),
        ),
        ("/v1/categories", {"path": "{}"}, ("/path", CATEGORY_LENGTH_MAX)),
    ],
)
async def test_limits_of_requests_are_the_domains(
    operator: Caller, path: str, body: dict[str, Any], limit: tuple[str, int]
) -> None:
    pointer, length_max = limit
    for length in (length_max, length_max + 1):
        sent = {
            name: value.format("a" * length) if isinstance(value, str) else value
            for name, value in body.items()
        }
        response = await (
            operator.put(path, sent) if path.endswith("endpoint") else operator.post(path, sent)
        )
        is_refused = (
            response.status_code == 400 and response.json()["errors"][0]["pointer"] == pointer
        )
        assert is_refused is (length > length_max), response.text


def test_numbers_are_bounded_as_the_domain_bounds_them() -> None:
    def most(model: type[BaseModel], name: str) -> int:
        schema = model.model_json_schema()["properties"][name]
        return int(next(each["maximum"] for each in schema["anyOf"] if "maximum" in each))

    assert most(offers.OfferBody, "use_within_days") == USE_WITHIN_DAYS_MAX
    assert programmes.ExpiryBody.model_json_schema()["properties"]["count"]["maximum"] == max(
        EXPIRY_COUNT_MAX.values()
    )


@pytest.mark.parametrize(
    "path", ["/openapi", "/openapi/", "/openapi/framework.json", "/openapi/openapi.json", "/schema"]
)
async def test_the_framework_shows_no_pages_of_its_own(http: httpx2.AsyncClient, path: str) -> None:
    refused(await http.get(path), 404, "not-found")
