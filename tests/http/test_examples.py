"""The examples of the description are what the service was asked and what it answered.

`make document` records them anew.
"""

from typing import Any

import httpx2
import orjson
import pytest
from jsonschema_rs import validator_for
from sqlalchemy import text

from api.events.catalogue import ASKED_FOR, TYPES
from api.events.record import record_events
from api.http.document import EXAMPLES_FILE
from ledger import EVENT_TOPIC, Database, outbox
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
    *("get_coupon_qr", "get_picture", "follow_events"),
    "export_journal",
}
"""A callback needs an order that was sent, or a check that is played. A file is no example."""
OF_BRAND_ALONE = {"member", "points"}
ELSEWHERE_TOLD = {
    "allotment.low",
    "coupon.expired",
    "coupon.failed",
    "endpoint.disabled",
    "key.expiring",
    *ASKED_FOR,
}
"""Time or a supplier brings these about, or somebody asks for them."""


@pytest.fixture
async def document(http: httpx2.AsyncClient) -> JSON:
    return (await http.get("/openapi.json")).json()


@pytest.fixture
def recorder(http: httpx2.AsyncClient, document: JSON) -> Recorder:
    found = Recorder(Promises(document))
    http.event_hooks["response"].append(found.note)
    return found


@pytest.mark.usefixtures("reconciler")
async def test_the_examples_are_a_recorded_run(  # noqa: PLR0917 - fixtures
    request: pytest.FixtureRequest,
    recorder: Recorder,
    operator: Caller,
    brand: Caller,
    supplier: Caller,
    database: Database,
) -> None:
    await travel(operator, brand, supplier)
    await events_are_as_shown(database)
    if request.config.getoption("--renew-examples"):
        EXAMPLES_FILE.write_bytes(
            orjson.dumps(recorder.examples, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
            + b"\n"
        )
    kept = orjson.loads(EXAMPLES_FILE.read_bytes())
    assert recorder.examples == kept, "the examples are not what was recorded: make document"


async def events_are_as_shown(database: Database) -> None:
    """What parties were told on the journey has the members that the catalogue shows."""
    while await record_events(database):
        pass
    async with database.transaction() as connection:
        rows = (await connection.execute(text("SELECT type, data FROM api.event"))).all()
        assert await outbox.pending(connection, [EVENT_TOPIC]) == 0
    for name, data in rows:
        of_brand = OF_BRAND_ALONE if name in {"coupon.used", "coupon.use_reversed"} else set()
        assert data.keys() - of_brand == TYPES[name].example.keys(), name
    assert {name for name, _ in rows} >= TYPES.keys() - ELSEWHERE_TOLD


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
