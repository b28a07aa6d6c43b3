"""Fulfil: send orders to their suppliers, and ask about those that nobody has heard of.

    submit_orders   claim outbox messages, ask isolation again, commit CREATED → SUBMITTING | send |
    store what each answer proves query_orders    claim orders whose query is due, for a lease
    | ask  | store what each answer proves

No transaction is open while a request is: the first transaction ends before the first byte is sent,
so an order in SUBMITTING may have been sent, and a process that dies there leaves an order that its
lease's end makes due for a query. Requests of a round run concurrently over one client, and what
has been answered is stored every `STORE_SECONDS`, so that one slow supplier does not hold up the
others' news.

An order past its deadline, or whose supplier was isolated from the brand since its redemption, is
not sent. Never sent before, it fails and the points return. If it may have been sent (the supplier
said that it has none, and it was to be sent again), only proof ends it: it goes to UNKNOWN and is
asked about, and while the isolation stands it is not sent again.

Round trips of a round of N orders: submit 6–8 statements in one transaction, query 4; then one read
for each supplier; then for each book that answered one statement, or the conclusion's ledger
transaction. Races: the outbox's SKIP LOCKED and the order's row lock give an order to one worker;
an answer is stored only onto the state it was asked in, so a callback that came first stands.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import EndpointNotFound, find_endpoint, find_party_by_id
from catalog.isolation import decide_pairs
from exchange.coupons.lifecycle import OrderState
from exchange.fulfil.conclude import Conclusion, conclude, programmes_of
from exchange.fulfil.orders import (
    Order,
    OrderMove,
    begin_submission,
    claim_due_queries,
    move_orders,
    waiting_orders,
)
from exchange.fulfil.supplier import (
    Destination,
    SecretInvalid,
    Outcome,
    SupplierAnswer,
    SupplierClient,
    require_secret,
)
from exchange.fulfil.vault import Seal, VaultBroken
from exchange.fulfil.verdict import DeliveryPolicy, Verdict, decide_delivery, retry_at
from exchange.redeem.redeem import SUBMIT_TOPIC
from ledger import Ledger, outbox
from ledger.book import Programme
from ledger.outbox import Message

ROUND_ORDERS_MAX: Final = 50
STORE_SECONDS: Final = 0.25
FAILURE_RETRY_SECONDS: Final = 60.0
OVERDUE: Final = "the supplier could not be reached before the deadline"

NOTHING: Final[Mapping[tuple[int, int], str]] = MappingProxyType({})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Target:
    destination: Destination
    callback_url: str


@dataclass(frozen=True, slots=True)
class _Due:
    """A round of submissions: the orders to send, and the ones that failed before they were sent."""

    orders: list[Order]
    failures: list[Conclusion]
    programmes: dict[int, Programme]


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
        """Send up to `limit` waiting orders; how many outbox messages were handled.

        0 means that none is due.
        """
        async with self.ledger.database.transaction() as connection:
            messages = await outbox.claim(connection, [SUBMIT_TOPIC], limit)
            if not messages:
                return 0
            due = await self._begin(connection, messages, now)
        await conclude(self.ledger, due.programmes, due.failures)
        await self._exchange(due.orders, due.programmes, now, queried=False)
        return len(messages)

    async def _begin(
        self, connection: AsyncConnection, messages: Sequence[Message], now: datetime
    ) -> _Due:
        """Take what may be sent, and tell apart what has failed unsent."""
        keys = [(message.book_id, int(message.payload["coupon_id"])) for message in messages]
        waiting = await waiting_orders(connection, keys)
        overdue = {order.key: OVERDUE for order in waiting if order.deadline_at <= now}
        barred = await _isolated(connection, waiting) | overdue
        stopped = [order for order in waiting if order.key in barred]
        failures = [
            Conclusion(order, OrderState.FAILED, now, barred[order.key])
            for order in stopped
            if not order.submissions
        ]
        await self._ask_again(
            connection, [order for order in stopped if order.submissions], barred, now
        )
        kept = {failure.order.key for failure in failures}
        free = [order.key for order in waiting if order.key not in barred]
        orders = (
            await begin_submission(connection, free, now, self.policy.lease_seconds) if free else []
        )
        # A failed order keeps its message until its failure is stored: a crash in between must not
        # lose it.
        await outbox.done(
            connection, [m for m, key in zip(messages, keys, strict=True) if key not in kept]
        )
        for message in (m for m, key in zip(messages, keys, strict=True) if key in kept):
            await outbox.postpone(
                connection, message, delay_seconds=FAILURE_RETRY_SECONDS, error="not sent"
            )
        return _Due(orders, failures, await programmes_of(connection, waiting))

    async def _ask_again(
        self,
        connection: AsyncConnection,
        orders: Sequence[Order],
        reasons: Mapping[tuple[int, int], str],
        now: datetime,
    ) -> None:
        """Have orders asked about that are not to be sent again and may have arrived."""
        moves: dict[int, list[OrderMove]] = defaultdict(list)
        for order in orders:
            at = retry_at(order.submitted_at or order.created_at, now, self.policy)
            verdict = Verdict(OrderState.UNKNOWN, at, reasons[order.key], None)
            moves[order.book_id].append(_move(order, verdict))
        for book_id, moved in sorted(moves.items()):
            await move_orders(connection, book_id, moved, now, unsent=False)

    async def query_orders(self, now: datetime, limit: int = ROUND_ORDERS_MAX) -> int:
        """Ask about up to `limit` orders whose query is due; how many were asked about."""
        async with self.ledger.database.transaction() as connection:
            orders = await claim_due_queries(connection, now, self.policy.lease_seconds, limit)
            programmes = await programmes_of(connection, orders)
            isolated = await _isolated(connection, orders)
        await self._exchange(orders, programmes, now, queried=True, isolated=isolated)
        return len(orders)

    async def _exchange(
        self,
        orders: Sequence[Order],
        programmes: Mapping[int, Programme],
        now: datetime,
        *,
        queried: bool,
        isolated: Mapping[tuple[int, int], str] = NOTHING,
    ) -> None:
        """Send or ask, all at once, and store what comes back in the order it comes."""
        if not orders:
            return
        targets = await self._targets({order.supplier_id for order in orders})
        tasks = {
            asyncio.create_task(
                self._call(order, targets.get(order.supplier_id), now, queried=queried)
            ): order
            for order in orders
        }
        waiting = set(tasks)
        try:
            while waiting:
                answered, waiting = await asyncio.wait(waiting, timeout=STORE_SECONDS)
                news = [(tasks[task], task.result()) for task in answered]
                await self._store(news, programmes, now, queried=queried, isolated=isolated)
        finally:
            for task in waiting:
                task.cancel()

    async def _targets(self, supplier_ids: set[int]) -> dict[int, _Target]:
        """Where each supplier is reached; one that cannot be is left out."""
        async with self.ledger.database.transaction() as connection:
            found = {
                supplier_id: await self._target(connection, supplier_id)
                for supplier_id in sorted(supplier_ids)
            }
        return {supplier_id: target for supplier_id, target in found.items() if target is not None}

    async def _target(self, connection: AsyncConnection, supplier_id: int) -> _Target | None:
        try:
            endpoint = await find_endpoint(connection, supplier_id)
            secret = self.seal.open(endpoint.encrypted_secret, party_id=supplier_id)
            require_secret(secret)
        except (EndpointNotFound, VaultBroken, SecretInvalid) as error:
            log.warning("supplier_unreachable", supplier_id=supplier_id, problem=error.code)
            return None
        supplier = await find_party_by_id(connection, supplier_id)
        callback_url = f"{self.public_url}/v1/fulfilment/callbacks/{supplier.code}"
        return _Target(Destination(endpoint.url, secret), callback_url)

    async def _call(
        self, order: Order, target: _Target | None, now: datetime, *, queried: bool
    ) -> SupplierAnswer:
        """One request.

        Whatever goes wrong with it leaves this order UNKNOWN and the others of the round alone.
        """
        if target is None:
            return SupplierAnswer(Outcome.NOT_SENT, reason="the supplier has no usable endpoint")
        send = self.client.query if queried else self.client.submit
        try:
            async with asyncio.timeout(self.policy.request_timeout_seconds):
                return await send(target.destination, order.delivery(target.callback_url), now)
        except TimeoutError:
            return SupplierAnswer(Outcome.UNKNOWN, reason="no answer in time")
        except Exception as error:
            log.exception(
                "supplier_call_failed",
                supplier_id=order.supplier_id,
                request_number=order.request_number,
            )
            return SupplierAnswer(Outcome.UNKNOWN, reason=type(error).__name__)

    async def _store(
        self,
        news: Sequence[tuple[Order, SupplierAnswer]],
        programmes: Mapping[int, Programme],
        now: datetime,
        *,
        queried: bool,
        isolated: Mapping[tuple[int, int], str],
    ) -> None:
        conclusions: list[Conclusion] = []
        moves: dict[int, list[OrderMove]] = defaultdict(list)
        for order, answer in news:
            verdict = self._decide(
                order, answer, now, queried=queried, isolation=isolated.get(order.key)
            )
            if verdict.state is OrderState.SUCCESS or verdict.state is OrderState.FAILED:
                conclusions.append(
                    Conclusion(
                        order, verdict.state, now, verdict.reason, verdict.supplier_reference
                    )
                )
            else:
                moves[order.book_id].append(_move(order, verdict))
        for book_id, moved in sorted(moves.items()):
            async with self.ledger.database.transaction() as connection:
                resent = await move_orders(connection, book_id, moved, now, unsent=not queried)
                if resent:
                    payloads = [
                        {"book_id": book_id, "coupon_id": coupon_id} for coupon_id in resent
                    ]
                    await outbox.append(
                        connection,
                        book_id,
                        SUBMIT_TOPIC,
                        payloads,
                        available_at=min(resent.values()),
                    )
        await conclude(self.ledger, programmes, conclusions)

    def _decide(
        self,
        order: Order,
        answer: SupplierAnswer,
        now: datetime,
        *,
        queried: bool,
        isolation: str | None,
    ) -> Verdict:
        """What the answer proves; an isolated order that the supplier does not have gets no further submission."""
        if isolation is None or answer.outcome is not Outcome.NOT_FOUND:
            return decide_delivery(order, answer, queried=queried, now=now, policy=self.policy)
        policy = replace(self.policy, submissions_max=1)
        return replace(
            decide_delivery(order, answer, queried=queried, now=now, policy=policy),
            reason=isolation,
        )


async def _isolated(
    connection: AsyncConnection, orders: Sequence[Order]
) -> dict[tuple[int, int], str]:
    """Those of the orders whose supplier is isolated from the member's brand by now, each with the explanation."""
    decisions = await decide_pairs(
        connection, {(order.home_party_id, order.supplier_id) for order in orders}
    )
    found = {order.key: decisions[order.home_party_id, order.supplier_id] for order in orders}
    return {key: decision.explanation for key, decision in found.items() if decision.isolated}


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
