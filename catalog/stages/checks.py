"""Checks of suppliers that the exchange was asked for, and their reports.

A worker takes one at a time and says all the time that it is still at it. If it falls silent,
another one plays the check from its beginning: what a check does to a test server may be done
twice. While a check is played, there is a row for each of its orders, with the callbacks that came
about it. They go with the end of the check.

Races: a supplier has one open check, by a unique index. The lease decides whose report is stored.
Callbacks of one order are put in order by the lock of its row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

import orjson
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import is_whole
from catalog.identifiers import IDENTIFIER_MAX, new_identifier
from ledger import JSON, Refusal

CHECK_LEASE_SECONDS = 60
"""A check is played again when its worker has been silent for so long."""
CALLBACKS_KEPT_MAX = 50
"""The most callbacks of one order that are kept."""


class CheckNotFound(Refusal):
    """The supplier has no such check, or it is not played now."""

    code: ClassVar[str] = "check-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such check."


class CheckRunning(Refusal):
    """A check of the supplier waits or is played. There is one at a time."""

    code: ClassVar[str] = "check-running"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "A check of this supplier is not over yet."


@dataclass(frozen=True, slots=True)
class SupplierCheck:
    """A check. `state` is waiting, running, done or failed; `report` is None unless it is done.

    A check has failed when it could not be played. What is found is in the report.
    """

    check_id: int
    party_id: int
    options: Mapping[str, JSON]
    state: str
    passed: bool | None
    digest: str | None
    report: Mapping[str, JSON] | None
    problem: str | None
    asked_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class CheckOrder:
    """An order of a check: how many of its callbacks are to be refused, and those that came."""

    refusals: int
    callbacks: Sequence[Mapping[str, JSON]]


_COLUMNS = """check_id, party_id, options, state, passed, digest, report, problem, asked_at,
    ended_at"""

_ADD = text(
    f"""
    INSERT INTO catalog.supplier_check (check_id, party_id, options, state)
    VALUES (:check_id, :party_id, CAST(:options AS jsonb), 'waiting')
    RETURNING {_COLUMNS}
    """
)

_FIND = text(
    f"""
    SELECT {_COLUMNS} FROM catalog.supplier_check
    WHERE party_id = :party_id AND check_id = :check_id
    """
)

_LIST = text(
    f"""
    SELECT {_COLUMNS} FROM catalog.supplier_check
    WHERE party_id = :party_id
        AND (CAST(:before AS bigint) IS NULL OR (asked_at, check_id) < (
            SELECT b.asked_at, b.check_id FROM catalog.supplier_check b
            WHERE b.check_id = :before AND b.party_id = :party_id
        ))
    ORDER BY asked_at DESC, check_id DESC LIMIT :limit
    """
)

_DUE = text(
    """
    SELECT check_id FROM catalog.supplier_check
    WHERE state = 'waiting' OR state = 'running' AND leased_until < clock_timestamp()
    ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED
    """
)

_TAKE = text(
    f"""
    UPDATE catalog.supplier_check
    SET state = 'running', lease = :lease,
        leased_until = clock_timestamp() + make_interval(secs => {CHECK_LEASE_SECONDS})
    WHERE check_id = :check_id
    RETURNING {_COLUMNS}
    """
)

_KEEP = text(
    f"""
    UPDATE catalog.supplier_check
    SET leased_until = clock_timestamp() + make_interval(secs => {CHECK_LEASE_SECONDS})
    WHERE check_id = :check_id AND lease = :lease
    RETURNING check_id
    """
)

_END = text(
    """
    UPDATE catalog.supplier_check
    SET state = :state, passed = :passed, digest = :digest, report = CAST(:report AS jsonb),
        problem = :problem, lease = NULL, leased_until = NULL, ended_at = clock_timestamp()
    WHERE check_id = :check_id AND lease = :lease
    RETURNING check_id
    """
)

_FORGET_ORDERS = text("DELETE FROM catalog.supplier_check_order WHERE check_id = :check_id")

_EXPECT = text(
    """
    INSERT INTO catalog.supplier_check_order (check_id, request_number, refusals)
    VALUES (:check_id, :request_number, :refusals)
    """
)

_ORDER = """
    SELECT o.refusals, o.callbacks FROM catalog.supplier_check_order o
    WHERE o.check_id = :check_id AND o.request_number = :request_number
"""
_READ_ORDER = text(_ORDER)
_LOCK_ORDER = text(f"{_ORDER} FOR NO KEY UPDATE")

_KEEP_CALLBACK = text(
    """
    UPDATE catalog.supplier_check_order
    SET callbacks = callbacks || CAST(:callback AS jsonb)
    WHERE check_id = :check_id AND request_number = :request_number
    """
)

_PLAYED = text(
    """
    SELECT party_id FROM catalog.supplier_check WHERE check_id = :check_id AND state = 'running'
    """
)

_LAST_PASS = text(
    "SELECT max(ended_at) FROM catalog.supplier_check WHERE party_id = :party_id AND passed"
)

_PASSED = text(
    """
    SELECT coalesce((
        SELECT passed FROM catalog.supplier_check
        WHERE party_id = :party_id AND state = 'done' AND digest = :digest
        ORDER BY ended_at DESC LIMIT 1
    ), false)
    """
)


async def add_check(
    connection: AsyncConnection, party_id: int, options: Mapping[str, JSON]
) -> SupplierCheck:
    """Ask for a check of a supplier. One round trip.

    Raises:
        CheckRunning: one of this supplier is not over yet.
    """
    bound = {
        "check_id": new_identifier(),
        "party_id": party_id,
        "options": orjson.dumps(options).decode(),
    }
    try:
        async with connection.begin_nested():
            row = (await connection.execute(_ADD, bound)).one()
    except IntegrityError as error:
        raise CheckRunning("wait until it is over; then ask for the next") from error
    return SupplierCheck(**row._asdict())


async def find_check(connection: AsyncConnection, party_id: int, check_id: int) -> SupplierCheck:
    """A check of a supplier. One round trip.

    Raises:
        CheckNotFound: the supplier has no such check.
    """
    known_id = check_id if is_whole(check_id, 1, IDENTIFIER_MAX) else 0
    bound = {"party_id": party_id, "check_id": known_id}
    row = (await connection.execute(_FIND, bound)).one_or_none()
    if row is None:
        raise CheckNotFound(f"there is no check {check_id} of this supplier")
    return SupplierCheck(**row._asdict())


async def list_checks(
    connection: AsyncConnection, party_id: int, *, before: int | None, limit: int
) -> list[SupplierCheck]:
    """A page of the checks of a supplier, the latest first. One round trip."""
    bound = {"party_id": party_id, "before": before, "limit": limit}
    return [SupplierCheck(**row._asdict()) for row in await connection.execute(_LIST, bound)]


async def take_check(connection: AsyncConnection) -> tuple[SupplierCheck, UUID] | None:
    """The check whose turn it is, and its lease. None: none is. Two round trips."""
    check_id = (await connection.execute(_DUE)).scalar_one_or_none()
    if check_id is None:
        return None
    lease = uuid4()
    row = (await connection.execute(_TAKE, {"check_id": check_id, "lease": lease})).one()
    await connection.execute(_FORGET_ORDERS, {"check_id": check_id})
    return SupplierCheck(**row._asdict()), lease


async def keep_check(connection: AsyncConnection, check_id: int, lease: UUID) -> bool:
    """Say that a check is still played. Tells whether the lease is still this one."""
    bound = {"check_id": check_id, "lease": lease}
    return (await connection.execute(_KEEP, bound)).one_or_none() is not None


async def end_check(
    connection: AsyncConnection,
    check_id: int,
    lease: UUID,
    report: Mapping[str, JSON] | None,
    problem: str | None = None,
) -> bool:
    """Store what came of a check. Tells whether its lease was still this one. Two round trips."""
    bound = {
        "check_id": check_id,
        "lease": lease,
        "state": "failed" if report is None else "done",
        "passed": None if report is None else report["passed"],
        "digest": None if report is None else report["digest"],
        "report": None if report is None else orjson.dumps(report).decode(),
        "problem": problem,
    }
    is_ours = (await connection.execute(_END, bound)).one_or_none() is not None
    if is_ours:
        await connection.execute(_FORGET_ORDERS, {"check_id": check_id})
    return is_ours


async def expect_callbacks(
    connection: AsyncConnection, check_id: int, request_number: str, refusals: int
) -> None:
    """Take callbacks about an order of a check, after so many were refused. One round trip."""
    bound = {"check_id": check_id, "request_number": request_number, "refusals": refusals}
    await connection.execute(_EXPECT, bound)


async def find_check_order(
    connection: AsyncConnection, check_id: int, request_number: str, *, locked: bool = False
) -> CheckOrder | None:
    """An order of a check that is played. One round trip."""
    bound = {"check_id": check_id, "request_number": request_number}
    row = (await connection.execute(_LOCK_ORDER if locked else _READ_ORDER, bound)).one_or_none()
    return None if row is None else CheckOrder(row.refusals, row.callbacks)


async def keep_callback(
    connection: AsyncConnection, check_id: int, request_number: str, callback: Mapping[str, JSON]
) -> None:
    """Keep a callback about an order, whose row is locked. One round trip."""
    bound = {
        "check_id": check_id,
        "request_number": request_number,
        "callback": orjson.dumps([callback]).decode(),
    }
    await connection.execute(_KEEP_CALLBACK, bound)


async def checked_party(connection: AsyncConnection, check_id: int) -> int:
    """The supplier whose check is played. One round trip.

    Raises:
        CheckNotFound: no such check is played now.
    """
    known_id = check_id if is_whole(check_id, 1, IDENTIFIER_MAX) else 0
    party_id: int | None = (
        await connection.execute(_PLAYED, {"check_id": known_id})
    ).scalar_one_or_none()
    if party_id is None:
        raise CheckNotFound(f"no check {check_id} is played now")
    return party_id


async def find_last_pass(connection: AsyncConnection, party_id: int) -> datetime | None:
    """When a supplier passed a check last. One round trip."""
    bound = {"party_id": party_id}
    found: datetime | None = (await connection.execute(_LAST_PASS, bound)).scalar_one()
    return found


async def has_passed(connection: AsyncConnection, party_id: int, digest: str) -> bool:
    """Whether the latest report of the supplier about this digest is a good one. One round trip."""
    found: bool = (
        await connection.execute(_PASSED, {"party_id": party_id, "digest": digest})
    ).scalar_one()
    return found
