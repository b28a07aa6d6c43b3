"""A text in a wrong form is refused with a sentence that says what is wanted, not a pattern."""

import re
from collections.abc import Iterator

import httpx2
import pytest
from pydantic import ValidationError

from api.http.problems import ANOTHER_FORM, field_errors
from api.http.schemas.types import SENTENCES, Body
from tests.http.conftest import JSON, Caller, accepted, refused

PATTERN_SIGNS = re.compile(r"\^|pattern|regex|\\")
NAMES_THERE = {"programme": "grocer", "member": "m1", "key": "k"}


def models(of: type[Body] = Body) -> Iterator[type[Body]]:
    """Every model of a body or of a part of one."""
    for each in of.__subclasses__():
        yield each
        yield from models(each)


def wrong(schema: JSON) -> tuple[str, JSON] | None:
    """A pattern of a field, and a value of the field that does not fit it."""
    if "pattern" in schema:
        return schema["pattern"], "\n" * max(1, schema.get("minLength", 1))
    for option in schema.get("anyOf", ()):
        if (found := wrong(option)) is not None:
            return found
    if "items" in schema and (found := wrong(schema["items"])) is not None:
        return found[0], [found[1]]
    values = schema.get("additionalProperties")
    if isinstance(values, dict) and (found := wrong(values)) is not None:
        return found[0], {"name": found[1]}
    return None


FIELDS = [
    pytest.param(model, name, *found, id=f"{model.__name__}.{name}")
    for model in dict.fromkeys(models())
    for name, schema in model.model_json_schema().get("properties", {}).items()
    if (found := wrong(schema)) is not None
]


def test_there_are_many_such_fields() -> None:
    assert len(FIELDS) > 100


@pytest.mark.parametrize(("model", "name", "pattern", "value"), FIELDS)
def test_a_field_in_a_wrong_form_is_refused_with_a_sentence(
    model: type[Body], name: str, pattern: str, value: JSON
) -> None:
    with pytest.raises(ValidationError) as caught:
        model.model_validate({name: value})
    (detail,) = {
        each["detail"]
        for each in field_errors(caught.value)
        if each["pointer"].split("/")[1] == name
    }

    assert not PATTERN_SIGNS.search(detail)
    assert detail.startswith("Input should be ")
    # Decimals, times and days are read by functions, which have sentences of their own.
    assert detail == SENTENCES.get(pattern, detail)


async def test_a_parameter_in_a_wrong_form_is_refused_with_a_sentence(
    http: httpx2.AsyncClient, operator: Caller, brand: Caller, supplier: Caller
) -> None:
    tried = set()
    for path, methods in accepted(await http.get("/openapi.json"), 200)["paths"].items():
        for parameter in methods.get("get", {}).get("parameters", ()):
            schemas = [parameter["schema"], *parameter["schema"].get("oneOf", ())]
            patterns = [each["pattern"] for each in schemas if "pattern" in each]
            if parameter["in"] != "query" or not patterns:
                continue
            address = re.sub(r"{(\w+)}", lambda found: NAMES_THERE.get(found[1], "1"), path)
            answers = [
                await caller.get(address, **{parameter["name"]: "A_"})
                for caller in (operator, brand, supplier)
            ]
            allowed = [each for each in answers if each.status_code != 403]
            problem = refused(allowed[0], 400, "request-invalid")
            detail = problem["errors"][0]["detail"]
            assert detail == SENTENCES[patterns[0]], (path, parameter)
            assert problem["detail"] == f"/{parameter['name']}: {detail}"
            tried.add(parameter["name"])
    assert tried >= {"cursor", "as_of"}


async def test_a_refusal_says_what_is_wanted(
    operator: Caller, brand: Caller, supplier: Caller
) -> None:
    offer = {"code": "c", "name": "N", "face_value_minor": 1, "points": 1, "fulfilment": "direct"}
    for caller, send, field, value, words in (
        (supplier, ("put", "/v1/parties/cinema/endpoint"), "url", "ftp://a.example", "http"),
        (operator, ("post", "/v1/categories"), "path", "Food", "food.coffee"),
        (supplier, ("post", "/v1/offers"), "currency", "yuan", "three capital letters"),
    ):
        method, path = send
        response = await getattr(caller, method)(path, {**offer, field: value})
        problem = refused(response, 400, "request-invalid")
        (detail,) = {each["detail"] for each in problem["errors"] if each["pointer"] == f"/{field}"}
        assert words in detail
        assert not PATTERN_SIGNS.search(str(problem["errors"]))


def test_every_sentence_reads_as_one() -> None:
    for sentence in (*SENTENCES.values(), ANOTHER_FORM):
        assert re.fullmatch(r"Input should [^^\\]+", sentence)
        assert not sentence.endswith(" ")
