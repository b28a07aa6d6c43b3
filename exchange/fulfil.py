"""Fulfil: send orders to their suppliers, and ask about those that nobody has heard of.

    submit_orders   claim outbox messages, commit CREATED → SUBMITTING | send | store what each answer proves
    query_orders    claim orders whose query is due, for a lease       | ask  | store what each answer proves

No transaction is open while a request is: the first transaction ends before the first byte is sent, so an order in SUBMITTING may have been
sent, and a process that dies there leaves an order that its lease's end makes due for a query. Requests of a round run concurrently over one
client, and what has been answered is stored every `STORE_SECONDS`, so that one slow supplier does not hold up the others' news.

Round trips of a round of N orders: submit 3–4 statements in one transaction, query 1; then one read for each supplier; then for each book that
answered one statement, or the conclusion's ledger transaction. Races: the outbox's SKIP LOCKED and the order's row lock give an order to one
worker; an answer is stored only onto the state it was asked in, so a callback that came first stands.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.endpoints import EndpointNotFound, find_endpoint
from catalog.parties import find_party_by_id
from exchange.conclude import Conclusion, conclude, programmes_of
from exchange.delivery import DeliveryPolicy, Verdict, decide_delivery
from exchange.lifecycle import OrderState
from exchange.orders import Order, OrderMove, begin_submission, claim_due_queries, move_orders, overdue_orders
from exchange.redeem import SUBMIT_TOPIC
from exchange.seal import Seal, SealBroken
from exchange.supplier import Destination, Outcome, SupplierAnswer, SupplierClient
from ledger import outbox
from ledger.programme import Programme
from ledger.service import Ledger

ROUND_ORDERS_MAX: Final = 50
STORE_SECONDS: Final = 0.25
OVERDUE_RETRY_SECONDS: Final = 60.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Target:
    destination: Destination
    callback_url: str


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """The worker's side of delivery. Any number of processes may run it at once.

    `public_url` is where suppliers reach this exchange, without a trailing slash.
    """

    ledger: Ledger
    client: SupplierClient
    seal: Seal
    public_url: str
    policy: DeliveryPolicy = field(default_factory=DeliveryPolicy)

    async def submit_orders(self, now: datetime, limit: int = ROUND_ORDERS_MAX) -> int:
        """Send up to `limit` waiting orders; how many outbox messages were handled. 0 means that none is due."""
        async with self.ledger.database.transaction() as connection:
            messages = await outbox.claim(connection, [SUBMIT_TOPIC], limit)
            if not messages:
                return 0
            keys = [(message.book_id, int(message.payload["coupon_id"])) for message in messages]
            orders = await begin_submission(connection, keys, now, self.policy.lease_seconds)
            overdue = await overdue_orders(connection, keys, now) if len(orders) < len(keys) else []
            programmes = await programmes_of(connection, [*orders, *overdue])
            # An overdue order keeps its message until its failure is stored: a crash in between must not lose it.
            kept = {(order.book_id, order.coupon_id) for order in overdue}
            await outbox.done(connection, [m for m, key in zip(messages, keys, strict=True) if key not in kept])
            for message in (m for m, key in zip(messages, keys, strict=True) if key in kept):
                await outbox.postpone(connection, message, delay_seconds=OVERDUE_RETRY_SECONDS, error="overdue")
        reason = "the supplier could not be reached before the deadline"
        failures = [Conclusion(order, OrderState.FAILED, now, reason) for order in overdue]
        await conclude(self.ledger, programmes, failures)
        await self._exchange(orders, programmes, now, queried=False)
        return len(messages)

    async def query_orders(self, now: datetime, limit: int = ROUND_ORDERS_MAX) -> int:
        """Ask about up to `limit` orders whose query is due; how many were asked about."""
        async with self.ledger.database.transaction() as connection:
            orders = await claim_due_queries(connection, now, self.policy.lease_seconds, limit)
            programmes = await programmes_of(connection, orders)
        await self._exchange(orders, programmes, now, queried=True)
        return len(orders)

    async def _exchange(
        self, orders: Sequence[Order], programmes: Mapping[int, Programme], now: datetime, *, queried: bool
    ) -> None:
        """Send or ask, all at once, and store what comes back in the order it comes."""
        if not orders:
            return
        targets = await self._targets({order.supplier_id for order in orders})
        tasks = {
            asyncio.create_task(self._call(order, targets.get(order.supplier_id), now, queried=queried)): order
            for order in orders
        }
        waiting = set(tasks)
        try:
            while waiting:
                answered, waiting = await asyncio.wait(waiting, timeout=STORE_SECONDS)
                news = [(tasks[task], task.result()) for task in answered]
                await self._store(news, programmes, now, queried=queried)
        finally:
            for task in waiting:
                task.cancel()

    async def _targets(self, supplier_ids: set[int]) -> dict[int, _Target]:
        """Where each supplier is reached; one that cannot be is left out."""
        async with self.ledger.database.transaction() as connection:
            found = {supplier_id: await self._target(connection, supplier_id) for supplier_id in sorted(supplier_ids)}
        return {supplier_id: target for supplier_id, target in found.items() if target is not None}

    async def _target(self, connection: AsyncConnection, supplier_id: int) -> _Target | None:
        try:
            endpoint = await find_endpoint(connection, supplier_id)
            secret = self.seal.open(endpoint.sealed_secret, party_id=supplier_id)
        except (EndpointNotFound, SealBroken) as error:
            log.warning("supplier_unreachable", supplier_id=supplier_id, problem=error.code)
            return None
        supplier = await find_party_by_id(connection, supplier_id)
        callback_url = f"{self.public_url}/v1/fulfilment/callbacks/{supplier.code}"
        return _Target(Destination(endpoint.url, secret), callback_url)

    async def _call(self, order: Order, target: _Target | None, now: datetime, *, queried: bool) -> SupplierAnswer:
        if target is None:
            return SupplierAnswer(Outcome.NOT_SENT, reason="the supplier has no usable endpoint")
        send = self.client.query if queried else self.client.submit
        try:
            async with asyncio.timeout(self.policy.request_timeout_seconds):
                return await send(target.destination, order.delivery(target.callback_url), now)
        except TimeoutError:
            return SupplierAnswer(Outcome.UNKNOWN, reason="no answer in time")

    async def _store(
        self,
        news: Sequence[tuple[Order, SupplierAnswer]],
        programmes: Mapping[int, Programme],
        now: datetime,
        *,
        queried: bool,
    ) -> None:
        conclusions: list[Conclusion] = []
        moves: dict[int, list[OrderMove]] = defaultdict(list)
        for order, answer in news:
            verdict = decide_delivery(order, answer, queried=queried, now=now, policy=self.policy)
            if verdict.state is OrderState.SUCCESS or verdict.state is OrderState.FAILED:
                conclusions.append(Conclusion(order, verdict.state, now, verdict.reason, verdict.supplier_reference))
            else:
                moves[order.book_id].append(_move(order, verdict))
        for book_id, moved in sorted(moves.items()):
            async with self.ledger.database.transaction() as connection:
                resent = await move_orders(connection, book_id, moved, now, unsent=not queried)
                if resent:
                    payloads = [{"book_id": book_id, "coupon_id": coupon_id} for coupon_id in resent]
                    await outbox.append(connection, book_id, SUBMIT_TOPIC, payloads, available_at=min(resent.values()))
        await conclude(self.ledger, programmes, conclusions)


def _move(order: Order, verdict: Verdict) -> OrderMove:
    assert verdict.next_at is not None, "only a final state needs no further look"
    return OrderMove(
        coupon_id=order.coupon_id,
        before=order.state,
        after=verdict.state,
        at=verdict.next_at,
        reason=verdict.reason,
        supplier_reference=verdict.supplier_reference,
    )
