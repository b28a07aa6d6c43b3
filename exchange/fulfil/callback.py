"""Callbacks: a supplier tells how a delivery ended.

A callback is believed only if it is signed with the secret that the exchange shares with that
supplier, and only for that supplier's own orders. A secret that was replaced still holds for a set
time. Duplicate, late and forged callbacks change nothing. A duplicate gets the same answer as
before, and a late one gets the state that the order ended in. One that says the opposite of that,
and one of a part, open a case: a person looks (`disputes`). For the former, a supplier that was
staged is suspended.

Isolation is asked at every step before an order is sent (`rounds`), and not again here. Once an
order was sent, a proven delivery is honoured, whatever rules were added in the meantime. The member
has the right at the supplier. To deny that would give the points back for a right that was
delivered, or leave the order open forever. A rule keeps apart what is still to be shown, sold or
sent. It does not undo what the supplier has done and will bill.

Round trips: one read transaction (clock, party, endpoint, order, programme), then the ledger
transaction of the conclusion, which concurrent callbacks share.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import (
    Deed,
    EndpointNotFound,
    PartyNotFound,
    ensure_actor,
    find_endpoint,
    find_party,
    load_retired_secrets,
)
from exchange.canary.suspend import LATE, suspend_supplier
from exchange.cases.kinds import CaseKind
from exchange.cases.open import open_case
from exchange.coupons.codes import CODE_LENGTH_MAX
from exchange.coupons.lifecycle import FINAL_ORDER_STATES, OrderState
from exchange.fulfil.conclude import Conclusion, conclude, load_programmes
from exchange.fulfil.disputes import case_of, dispute_late
from exchange.fulfil.orders import Order, find_order
from exchange.fulfil.supplier import (
    REASON_LENGTH_MAX,
    REFERENCE_LENGTH_MAX,
    CallbackForged,
    Outcome,
    optional_text,
    require_signature,
)
from exchange.fulfil.vault import Vault, VaultBroken
from exchange.redeem.sold_out import SoldOut
from ledger import JSON, Ledger, Refusal, read_clock

BODY_LENGTH_MAX_BYTES = 65_536


class CallbackMalformed(Refusal):
    """The callback is signed but is not a callback document."""

    code: ClassVar[str] = "callback-malformed"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "The callback is not a valid document."


class CallbackNotConcluded(Refusal):
    """The ledger did not take the conclusion. The supplier may send the callback again."""

    code: ClassVar[str] = "callback-not-concluded"
    status: ClassVar[int] = 503
    title: ClassVar[str] = "The callback could not be concluded now."


@dataclass(frozen=True, slots=True)
class _Word:
    """What a callback says."""

    request_number: str
    state: Literal[OrderState.SUCCESS, OrderState.FAILED] | None
    """None: it delivered a part."""
    reason: str | None
    supplier_reference: str | None


async def receive_callback(
    ledger: Ledger,
    vault: Vault,
    supplier_code: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: datetime | None = None,
    request_id: str | None = None,
    sold_out: SoldOut | None = None,
) -> dict[str, JSON]:
    """Take a supplier's word on an order.

    The time is the database's, unless the caller keeps a time of its own (`now`).

    Returns `{"request_number", "state", "changed"}`: `state` is how the order ended, and `changed`
    tells whether this callback ended it.

    Raises:
        CallbackMalformed: it is too long or, asked after the signature, not the JSON of a callback.
        CallbackForged: there is no such supplier, it has no secret, or the signature does not
            verify within five minutes of now.
        OrderNotFound: it is not about an order of this supplier.
        CallbackNotConcluded: the order has not ended, and nothing was changed.
    """
    if len(body) > BODY_LENGTH_MAX_BYTES:
        raise CallbackMalformed(f"a callback has at most {BODY_LENGTH_MAX_BYTES} bytes")
    async with ledger.database.transaction() as connection:
        now = now or await read_clock(connection)
        supplier_id = await _verified_supplier(
            connection, vault, supplier_code, headers, body, now=now
        )
        word = _read(body)
        order = await find_order(connection, supplier_id, word.request_number)
        programmes = await load_programmes(connection, [order])
        actor_id = await ensure_actor(connection, "supplier", supplier_code, party_id=supplier_id)
    deed = Deed(actor_id, "report_delivery", supplier_id, request_id)
    state, changed = order.state, False
    if word.state is None:
        await _dispute_part(ledger, order, word, now, actor_id)
        return {"request_number": word.request_number, "state": str(state), "changed": False}
    conclusion = Conclusion(order, word.state, now, word.reason, word.supplier_reference, deed)
    if state not in FINAL_ORDER_STATES:
        (changed,) = await conclude(ledger, programmes, [conclusion], sold_out)
        state = word.state if changed else await _ended(ledger, supplier_id, word.request_number)
    if state is not word.state:
        await dispute_late(ledger.database, [conclusion])
        async with ledger.database.transaction() as connection:
            await suspend_supplier(connection, supplier_id, LATE)
    return {"request_number": word.request_number, "state": str(state), "changed": changed}


async def _dispute_part(
    ledger: Ledger, order: Order, word: _Word, now: datetime, actor_id: int
) -> None:
    said = {
        "said": str(Outcome.PARTIAL),
        "said_at": now.isoformat(),
        "reason": word.reason,
        "supplier_reference": word.supplier_reference,
    }
    async with ledger.database.transaction(actor=actor_id) as connection:
        await open_case(connection, case_of(order, CaseKind.PARTIAL, said))


async def _verified_supplier(
    connection: AsyncConnection,
    vault: Vault,
    supplier_code: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: datetime,
) -> int:
    try:
        supplier = await find_party(connection, supplier_code)
        endpoint = await find_endpoint(connection, supplier.party_id)
    except (PartyNotFound, EndpointNotFound) as error:
        raise CallbackForged from error
    secret = vault.decrypt(endpoint.encrypted_secret, party_id=supplier.party_id)
    try:
        require_signature(secret, headers, body, now)
    except CallbackForged:
        # A supplier that has just changed its secret may still sign with the one before.
        for each in await load_retired_secrets(connection, supplier.party_id, now):
            with suppress(CallbackForged, VaultBroken):
                before = vault.decrypt(each.value, party_id=supplier.party_id)
                require_signature(before, headers, body, now)
                return supplier.party_id
        raise
    return supplier.party_id


async def _ended(ledger: Ledger, supplier_id: int, request_number: str) -> OrderState:
    async with ledger.database.transaction() as connection:
        order = await find_order(connection, supplier_id, request_number)
    if order.state not in FINAL_ORDER_STATES:
        raise CallbackNotConcluded(
            "the order is still open; send the callback again", retry_after_seconds=5
        )
    return order.state


def _read(body: bytes) -> _Word:
    try:
        document: JSON = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise CallbackMalformed("the body is not JSON") from error
    if not isinstance(document, dict):
        raise CallbackMalformed("the body is not a JSON object")
    number, status = document.get("request_number"), document.get("status")
    if not isinstance(number, str) or not 0 < len(number) <= CODE_LENGTH_MAX:
        raise CallbackMalformed("request_number is missing", field="request_number")
    state: Literal[OrderState.SUCCESS, OrderState.FAILED] | None
    if status == "SUCCESS":
        state = OrderState.SUCCESS
    elif status == "FAILED":
        state = OrderState.FAILED
    elif status == "PARTIAL":
        state = None
    else:
        raise CallbackMalformed("status is SUCCESS, FAILED or PARTIAL", field="status")
    return _Word(
        number,
        state,
        optional_text(document, "reason", REASON_LENGTH_MAX),
        optional_text(document, "supplier_reference", REFERENCE_LENGTH_MAX),
    )
