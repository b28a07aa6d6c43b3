"""The examples of the description are what the service was asked and what it answered.

`make document` records them anew.
"""

from typing import Any

import httpx2
import orjson
import pytest
from jsonschema_rs import validator_for

from api.http.document import EXAMPLES_FILE
from tests.http.conftest import Caller
from tests.http.journey import Recorder, travel
from tests.http.promises import Promises

JSON = Any
ELSEWHERE = {
    "report_delivery",
    "report_check_delivery",
    "download_statement",
    "download_daily_bill",
    "download_partner_file",
    "download_liability_journal",
    "download_isolation_matrix",
    "download_rejected_rows",
    *("get_coupon_qr", "get_picture"),
    "export_journal",
}
"""A callback needs an order that was sent, or a check that is played. A file is no example."""


@pytest.fixture
async def document(http: httpx2.AsyncClient) -> JSON:
    return (await http.get("/openapi.json")).json()


@pytest.fixture
def recorder(http: httpx2.AsyncClient, document: JSON) -> Recorder:
    found = Recorder(Promises(document))
    http.event_hooks["response"].append(found.note)
    return found


@pytest.mark.usefixtures("reconciler")
async def test_the_examples_are_a_recorded_run(
    request: pytest.FixtureRequest,
    recorder: Recorder,
    operator: Caller,
    brand: Caller,
    supplier: Caller,
) -> None:
    await travel(operator, brand, supplier)
    if request.config.getoption("--renew-examples"):
        EXAMPLES_FILE.write_bytes(
            orjson.dumps(recorder.examples, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
            + b"\n"
        )
    kept = orjson.loads(EXAMPLES_FILE.read_bytes())
    assert recorder.examples == kept, "the examples are not what was recorded: make document"


def test_every_body_and_answer_has_an_example_that_fits(document: JSON) -> None:
    for methods in document["paths"].values():
        for operation in methods.values():
            name = operation["operationId"]
            if name in ELSEWHERE:
                continue
            parts = [operation.get("requestBody", {})]
            parts += [each for status, each in operation["responses"].items() if status[0] == "2"]
            for part in parts:
                for media_type, content in part.get("content", {}).items():
                    assert "example" in content, name
                    if media_type == "application/json":
                        schema = {**content["schema"], "components": document["components"]}
                        faults = list(validator_for(schema).iter_errors(content["example"]))
                        assert not faults, (name, faults)
