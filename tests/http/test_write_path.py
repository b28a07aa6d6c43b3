"""One issue is followed from the bytes of its request to the row in the journal.

`docs/internals/write-path.md` shows what stands at each station. Here the same request is sent, the
stations are watched, and what they saw is compared with the page.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import orjson
import pytest
from sqlalchemy import text

import api.http.routes.operations
import ledger.asks.operation
import ledger.write.lanes
from ledger import Database
from ledger.write import journal, lock, store
from tests.docs.pages import DOCS, blocks
from tests.http.conftest import Caller

PAGE = DOCS / "internals" / "write-path.md"
ANYTHING = "…"
ENTRY = (
    "source",
    "target",
    "amount",
    "balance",
    "held",
    "debt",
    "available_on",
    "expires_on",
    "funder",
)
"""The places of an entry as the decision makes it."""
ANSWER = ("lane", "seq", "points", "balance", "occurred_at", "expires_on", "refusal")
ROW = (*journal.ROW_COLUMNS[2:], "extra")
"""The places of a row that is on its way to the journal."""


def lines(fields: Mapping[str, Any]) -> str:
    """Fields one below the other; those that are not there are left out."""
    return "\n".join(f"{name} = {value}" for name, value in fields.items() if value is not None)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What each station of the write path saw, filled while a request is served."""
    found: dict[str, str] = {}

    def watch(owner: Any, name: str, tell: Callable[..., None], *, is_async: bool = False) -> None:
        original = getattr(owner, name)

        def watched(*args: Any) -> Any:
            answered = original(*args)
            tell(answered, *args)
            return answered

        async def watched_async(*args: Any) -> Any:
            answered = await original(*args)
            tell(answered, *args)
            return answered

        monkeypatch.setattr(owner, name, watched_async if is_async else watched)

    def tell_operation(operation: Any, kind: type, key: str, body: Any) -> None:
        del key
        found["body"] = lines({"type": type(body).__name__, **body.model_dump(exclude_none=True)})
        facts = {each.name: getattr(operation, each.name) for each in fields(operation)}
        found["operation"] = lines({"type": kind.__name__, **facts})

    def tell_fingerprint(fingerprint: int, body: Any) -> None:
        found["fingerprint"] = f"{orjson.dumps(body).decode()}\n{fingerprint}"

    def tell_tickets(tickets: Any, *_: Any) -> None:
        (ticket,) = tickets
        keys = [operation.key for operation in ticket.operations]
        found["ticket"] = lines({"lanes": ticket.lanes, "mode": ticket.mode, "operations": keys})

    def tell_lanes(answered: Any, connection: Any, book_id: int, *_: Any) -> None:
        del connection
        states, now = answered
        (state,) = states.values()
        facts = {"book_id": book_id, "lane": state.lane, "seq": state.seq, "now": now}
        found["lock"] = lines(facts)

    def tell_stored(_: Any, connection: Any, draft: Any) -> None:
        del connection
        decider = draft.decider
        (record,) = decider.records
        _, answer, _, (entry,), *_ = record
        (row,) = journal.rows_of(decider.records, decider.now)
        found["entry"] = lines(dict(zip(ENTRY, entry, strict=True)))
        found["answer"] = lines({name: getattr(answer, name) for name in ANSWER})
        found["row"] = lines(dict(zip(ROW, row, strict=True)))

    watch(api.http.routes.operations, "operation_of", tell_operation)
    watch(ledger.asks.operation, "fingerprint_of", tell_fingerprint)
    watch(ledger.write.lanes, "tickets_of", tell_tickets)
    watch(lock, "lock_lanes", tell_lanes, is_async=True)
    watch(store, "store", tell_stored, is_async=True)
    return found


def matches(shown: str, is_there: str) -> bool:
    """Whether a text is what the page shows; an ellipsis there stands for anything."""
    pattern = ".*".join(map(re.escape, shown.strip().split(ANYTHING)))
    return re.fullmatch(pattern, is_there.strip()) is not None


async def _stored(database: Database, table: str) -> str:
    async with database.transaction() as connection:
        row = (await connection.execute(text(f"SELECT * FROM ledger.{table}"))).mappings().one()
    return lines({str(name): value for name, value in row.items()})


async def test_an_issue_goes_the_way_that_the_page_shows(
    brand: Caller, database: Database, seen: dict[str, str]
) -> None:
    shown = {block.mark.removeprefix("station "): block.text for block in blocks(PAGE)}
    head, _, body = shown.pop("request").strip().partition("\n\n")
    request, *headers = head.splitlines()
    sent = dict(header.split(": ", 1) for header in headers)
    method, path = request.split(" ")
    assert method == "POST"

    response = await brand.post(
        path, content=body.encode(), key=sent["Idempotency-Key"], headers={}
    )

    seen["journal"] = await _stored(database, "journal")
    seen["wallet"] = await _stored(database, "account")
    seen["response"] = f"{response.status_code}\n{response.text}"
    assert shown.keys() == seen.keys()
    for station, text_shown in shown.items():
        assert matches(text_shown, seen[station]), f"{station}:\n{seen[station]}"
