"""Checks that the exchange was asked for: its worker plays them, and keeps their reports.

Callbacks of a check come to an address of the exchange, whichever process takes them, and are read
by the worker that plays it. A connection cannot be cut there, so a callback whose answer is to be
lost is refused once.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import EndpointNotFound, SupplierNetworks, find_endpoint
from catalog.stages import (
    CALLBACKS_KEPT_MAX,
    CHECK_LEASE_SECONDS,
    CheckNotFound,
    SupplierCheck,
    checked_party,
    end_check,
    expect_callbacks,
    find_check_order,
    keep_callback,
    keep_check,
    take_check,
)
from exchange.conformance.case import Pace, Plan
from exchange.conformance.inbox import read_callback, said_to
from exchange.conformance.report import Report, check_supplier
from exchange.conformance.story import Callback
from exchange.coupons.codes import OrderNotFound
from exchange.fulfil.callback import (
    BODY_LENGTH_MAX_BYTES,
    CallbackMalformed,
    CallbackNotConcluded,
)
from exchange.fulfil.connect import open_guarded_http
from exchange.fulfil.supplier import CallbackForged
from exchange.fulfil.vault import Vault, VaultBroken
from ledger import JSON, Database, read_clock

NO_ENDPOINT = "the supplier has no endpoint whose secret can be read"
BROKEN = "the check could not be played to its end; ask for it again"

_TAKEN, _FORGED, _REFUSED = 200, 401, 503
KEPT_LENGTH_MAX = 500
"""Of the texts of a callback."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Checker:
    """What the work needs. `public_url` is where suppliers reach this exchange."""

    database: Database
    vault: Vault
    networks: SupplierNetworks
    public_url: str
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True, slots=True)
class _StoredInbox:
    """An inbox in the database: see `exchange.conformance.inbox.Inbox`."""

    database: Database
    check_id: int
    url: str

    async def expect(self, number: str, answers: Sequence[int]) -> str:
        async with self.database.transaction() as connection:
            await expect_callbacks(connection, self.check_id, number, len(answers))
        return self.url

    async def received(self, number: str) -> list[Callback]:
        async with self.database.transaction() as connection:
            order = await find_check_order(connection, self.check_id, number)
        if order is None:
            return []
        return [
            Callback(number, each["document"], each["is_signed"], each["answered"])
            for each in order.callbacks
        ]


async def work_on_check(checker: Checker) -> int:
    """Play the check whose turn it is, and keep its report. Returns how many were taken."""
    async with checker.database.transaction() as connection:
        taken = await take_check(connection)
    if taken is None:
        return 0
    check, lease = taken
    work = asyncio.create_task(_play(checker, check))
    is_ours = True
    try:
        while is_ours and not (await asyncio.wait({work}, timeout=CHECK_LEASE_SECONDS / 4))[0]:
            async with checker.database.transaction() as connection:
                is_ours = await keep_check(connection, check.check_id, lease)
    finally:
        if not work.done():
            work.cancel()
            await asyncio.wait({work})
    if is_ours:
        await _end(checker, check, lease, work)
    return 1


async def _end(
    checker: Checker, check: SupplierCheck, lease: UUID, work: "asyncio.Task[Report]"
) -> None:
    document, problem = None, None
    try:
        document = work.result().document()
    except (EndpointNotFound, VaultBroken):
        problem = NO_ENDPOINT
    except Exception:  # noqa: BLE001 - else the check would be played for ever
        problem = BROKEN
        _log.exception("check_failed", check_id=check.check_id)
    async with checker.database.transaction() as connection:
        await end_check(connection, check.check_id, lease, document, problem)


async def _play(checker: Checker, check: SupplierCheck) -> Report:
    async with checker.database.transaction() as connection:
        endpoint = await find_endpoint(connection, check.party_id)
        clock = _clock_from(await read_clock(connection))
    secret = checker.vault.decrypt(endpoint.encrypted_secret, party_id=check.party_id)
    options = check.options
    plan = Plan(
        offer=options["offer_code"],
        accounts=options["accounts"],
        orders=options["orders"],
        concurrency=options["concurrency"],
        pace=checker.pace,
    )
    url = f"{checker.public_url.rstrip('/')}/v1/fulfilment/checks/{check.check_id}"
    inbox = _StoredInbox(checker.database, check.check_id, url)
    async with open_guarded_http(checker.networks) as http:
        return await check_supplier(http, endpoint.url, secret, plan, inbox=inbox, clock=clock)


def _clock_from(began: datetime) -> Callable[[], datetime]:
    """The time of the database, going on by the monotonic clock."""
    started = time.monotonic()
    return lambda: began + timedelta(seconds=time.monotonic() - started)


async def receive_check_callback(
    database: Database, vault: Vault, check_id: int, headers: Mapping[str, str], body: bytes
) -> dict[str, JSON]:
    """Take a callback about an order of a check. Returns what a callback is answered.

    Raises:
        CallbackMalformed: it is too long, or no JSON of a callback.
        CheckNotFound: no such check is played now.
        OrderNotFound: the check has no such order.
        CallbackForged: it is not signed by the supplier's secret. The report will say so.
        CallbackNotConcluded: the check wants to see it again.
    """
    if len(body) > BODY_LENGTH_MAX_BYTES:
        raise CallbackMalformed(f"a callback has at most {BODY_LENGTH_MAX_BYTES} bytes")
    async with database.transaction() as connection:
        party_id = await checked_party(connection, check_id)
        secret = await _secret_of(connection, vault, party_id)
        document, is_signed = read_callback(headers, body, [secret], await read_clock(connection))
        number = None if document is None else document.get("request_number")
        if document is None or not isinstance(number, str) or "\x00" in number:
            raise CallbackMalformed("the body is not the JSON of a callback")
        order = await find_check_order(connection, check_id, number, locked=True)
        if order is None:
            raise OrderNotFound("the check has no order of this number")
        taken = sum(each["answered"] == _TAKEN for each in order.callbacks)
        refused = sum(each["answered"] == _REFUSED for each in order.callbacks)
        answered = _FORGED if not is_signed else _REFUSED if refused < order.refusals else _TAKEN
        if len(order.callbacks) < CALLBACKS_KEPT_MAX:
            kept = {"document": _kept(document), "is_signed": is_signed, "answered": answered}
            await keep_callback(connection, check_id, number, kept)
    if answered == _FORGED:
        raise CallbackForged
    if answered == _REFUSED:
        raise CallbackNotConcluded("the check wants to see it again", retry_after_seconds=5)
    return said_to(number, document, changed=not taken)


def _kept(document: Mapping[str, JSON]) -> dict[str, JSON]:
    """What the judgements look at."""
    names = ("request_number", "status", "supplier_reference", "reason")
    kept = {name: document.get(name) for name in names}
    return {
        name: value.replace("\x00", "")[:KEPT_LENGTH_MAX]
        for name, value in kept.items()
        if isinstance(value, str)
    }


async def _secret_of(connection: AsyncConnection, vault: Vault, party_id: int) -> str:
    try:
        endpoint = await find_endpoint(connection, party_id)
        return vault.decrypt(endpoint.encrypted_secret, party_id=party_id)
    except (EndpointNotFound, VaultBroken) as error:
        raise CheckNotFound("the check cannot be played") from error
