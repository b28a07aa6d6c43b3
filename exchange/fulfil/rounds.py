"""Rounds of the worker: send orders to their suppliers, and ask about those nobody has heard of.

    submit_orders   claim outbox messages, ask isolation again, commit CREATED → SUBMITTING
                    send
                    store what each answer proves
    query_orders    claim orders whose query is due, for a lease
                    ask
                    store what each answer proves

No transaction is open while a request is. The first transaction ends before the first byte is sent,
so an order in SUBMITTING may have been sent. If the process dies there, the order becomes due for a
query when its lease ends. The requests of a round run concurrently over one client. Answers are
stored every quarter of a second, so one slow supplier does not hold up the others' news. The
worker does not wait for them before it begins the next round, and each supplier has a few places
for requests in flight (`turns`): what finds no place stays in the outbox, or stays due.

An order is not sent when its deadline is past, when the brand has the member forgotten, or when its
offer was isolated from the brand since the redemption. If it was never sent, it fails and the
points return. If it may have been sent, only proof ends it: the supplier said that it has no such
order, and it was to be sent again. Such an order goes to UNKNOWN and is asked about. While the
isolation stands it is not sent again.

Round trips of a round whose orders are in B books: the first transaction takes a few statements and
six for each book to submit, or three for each book to query. Then come one read for each supplier,
and for each book that answered one short transaction, or the ledger transaction of a conclusion.

Races: the outbox's SKIP LOCKED and the order's row lock give an order to one worker. An answer is
stored only onto the state that was asked about, so a callback that came first stands. That an order
was sent is noted all the same: it happened, and the receipt tells it in its place.

The time of a round is the database's when the round began, and goes on from there by the monotonic
clock. So an answer has its own instant, and no clock of a process decides what is due.
"""

from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import ExitStack, aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import DEFAULT_TERMS, WORKER, DeliveryTerms, load_delivery_terms
from catalog.isolation import decide_offers
from exchange.canary.suspend import ABSENT, suspend_supplier
from exchange.coupons.accounts import Accounts
from exchange.coupons.lifecycle import SUBMIT_TOPIC, OrderState
from exchange.fulfil.calls import Heard, SupplierCalls
from exchange.fulfil.conclude import Conclusion, conclude, load_programmes
from exchange.fulfil.data_keys import DataKeys
from exchange.fulfil.disputes import dispute_late, open_disputes
from exchange.fulfil.due import claim_due_queries
from exchange.fulfil.orders import (
    Order,
    OrderMove,
    begin_submission,
    load_waiting_orders,
    move_orders,
    note_sent,
)
from exchange.fulfil.supplier import Outcome, SupplierClient
from exchange.fulfil.turns import Places, Turns
from exchange.fulfil.vault import Vault, VaultBroken
from exchange.fulfil.verdict import DeliveryPolicy, Verdict, decide_delivery, retry_at
from exchange.redeem.sold_out import SoldOut
from ledger import Ledger, outbox, park, read_clock
from ledger.book import Programme
from ledger.outbox import Message

_log = structlog.get_logger(__name__)

ROUND_ORDERS_MAX = 50
FAILURE_RETRY_SECONDS = 60.0
ATTEMPTS_MAX = 10
"""After so many failures a message waits for a person."""
FORGOTTEN = "the member was forgotten, and with it the account"
OVERDUE = "the supplier could not be reached before the deadline"
ISOLATED_REASON = "the brand may not have this offer any more"
"""All that a receipt says of an isolation. Which rule decided is for the operator to know."""


Start = Callable[[Coroutine[Any, Any, None]], object]
"""Has the answers of a round waited for beside the rounds that follow."""


@dataclass(frozen=True, slots=True)
class _Round:
    """The facts of a round: its orders, and what holds for all of them.

    - `queried`: the orders are asked about, not sent.
    - `places`: those that the orders take at their suppliers.
    - `terms`: what its suppliers' endpoints say, by supplier.
    - `isolated`: why an order may not be sent, by order, for those that may not.
    """

    orders: Sequence[Order]
    programmes: Mapping[int, Programme]
    queried: bool
    isolated: Mapping[tuple[int, int], str]
    places: Places
    terms: Mapping[int, DeliveryTerms]


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """The worker's side of delivery. Any number of processes may run it at once.

    `public_url` is where suppliers reach this exchange, without a trailing slash.
    """

    ledger: Ledger
    client: SupplierClient
    vault: Vault
    public_url: str
    policy: DeliveryPolicy = field(default_factory=DeliveryPolicy)
    turns: Turns = field(default_factory=Turns)
    sold_out: SoldOut | None = None
    data_keys: DataKeys = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "data_keys", DataKeys(self.ledger.database, self.vault))

    async def submit_orders(
        self,
        now: datetime | None = None,
        limit: int = ROUND_ORDERS_MAX,
        *,
        start: Start | None = None,
    ) -> int:
        """Send up to `limit` waiting orders. Returns how many outbox messages were handled.

        The time is the database's, unless the caller keeps a time of its own (`now`).

        0 means that none is due that nobody else holds and that has a place. With `start`, the
        requests go on after the return: it is given the coroutine that waits for the answers and
        stores them.
        """
        with ExitStack() as held:
            async with self.ledger.database.transaction() as connection:
                began = now or await read_clock(connection)
                places = held.enter_context(self.turns.places(began))
                passed_over = [str(each) for each in self.turns.without_room(began)]
                limit = min(limit, self.turns.room_of_all)
                messages = await outbox.claim(
                    connection, [SUBMIT_TOPIC], limit, passed_over=("supplier_id", passed_over)
                )
                if not messages:
                    return 0
                submission, failures, handled = await self._begin(connection, messages, places)
            await conclude(self.ledger, submission.programmes, failures, self.sold_out)
            await self._call_or(start, submission)
        return handled

    async def _call_or(self, start: Start | None, current: _Round) -> None:
        """Call the suppliers of a round here, or have it started."""
        if start is None:
            await self._call(current)
        elif current.orders:
            start(self._call_apart(replace(current, places=current.places.handed_on())))

    async def _call_apart(self, current: _Round) -> None:
        with current.places:
            await self._call(current)

    async def _begin(
        self, connection: AsyncConnection, messages: Sequence[Message], places: Places
    ) -> tuple[_Round, list[Conclusion], int]:
        """Take what may be sent, and tell apart what has failed unsent.

        Tells also how many messages were handled. The others wait for a place at their supplier.
        """
        now = places.began
        suppliers = {int(message.payload["supplier_id"]) for message in messages}
        terms = await load_delivery_terms(connection, suppliers)
        places.turns.learn(terms)
        keys = [(message.book_id, int(message.payload["coupon_id"])) for message in messages]
        waiting = await load_waiting_orders(connection, keys)
        overdue = {order.key: OVERDUE for order in waiting if order.deadline_at <= now}
        forgotten = {order.key: FORGOTTEN for order in waiting if not order.has_account}
        barred = await _isolated(connection, waiting) | overdue | forgotten
        stopped = [order for order in waiting if order.key in barred]
        parked = await self._park(connection, messages, barred)
        failures = [
            Conclusion(order, OrderState.FAILED, now, barred[order.key])
            for order in stopped
            if not order.submissions and order.key not in parked
        ]
        await self._ask_again(
            connection, [order for order in stopped if order.submissions], barred, now
        )
        kept = {failure.order.key for failure in failures}
        left = {
            order.key
            for order in waiting
            if order.key not in barred and not places.take(order.supplier_id)
        }
        free = [order.key for order in waiting if order.key not in barred.keys() | left]
        orders = await begin_submission(connection, free, now, self.policy.lease_seconds)
        # A failed order keeps its message until its failure is stored: a crash in between must not
        # lose it.
        await outbox.done(
            connection,
            [m for m, key in zip(messages, keys, strict=True) if key not in kept | left | parked],
        )
        for message in (m for m, key in zip(messages, keys, strict=True) if key in kept):
            await outbox.postpone(
                connection, message, delay_seconds=FAILURE_RETRY_SECONDS, error="not sent"
            )
        programmes = await load_programmes(connection, waiting)
        current = _Round(orders, programmes, queried=False, isolated={}, places=places, terms=terms)
        return current, failures, len(messages) - len(left)

    async def _park(
        self,
        connection: AsyncConnection,
        messages: Sequence[Message],
        barred: Mapping[tuple[int, int], str],
    ) -> set[tuple[int, int]]:
        """Park what was to fail and could not, too often. A person looks, and has it tried again.

        Returns the orders, by book and coupon.
        """
        parked = set()
        for message in messages:
            key = message.book_id, int(message.payload["coupon_id"])
            if message.attempts >= ATTEMPTS_MAX and key in barred:
                reason = f"{barred[key]}, and the ledger does not give the points back"
                await park(connection, message, error=reason)
                parked.add(key)
        return parked

    async def _ask_again(
        self,
        connection: AsyncConnection,
        orders: Sequence[Order],
        reasons: Mapping[tuple[int, int], str],
        now: datetime,
    ) -> None:
        """Have orders asked about that may have arrived and are not to be sent again."""
        moves: dict[int, list[OrderMove]] = defaultdict(list)
        for order in orders:
            at = retry_at(order.submitted_at or order.created_at, now, self.policy)
            verdict = Verdict(OrderState.UNKNOWN, at, reasons[order.key], None)
            moves[order.book_id].append(_move(order, verdict, now))
        for book_id, moved in sorted(moves.items()):
            await move_orders(connection, book_id, moved, unsent=False)

    async def query_orders(
        self,
        now: datetime | None = None,
        limit: int = ROUND_ORDERS_MAX,
        *,
        start: Start | None = None,
    ) -> int:
        """Ask about up to `limit` orders whose query is due. Returns how many are asked about.

        `now` and `start` as in `submit_orders`.
        """
        with ExitStack() as held:
            async with self.ledger.database.transaction() as connection:
                began = now or await read_clock(connection)
                places = held.enter_context(self.turns.places(began))
                orders = await claim_due_queries(connection, began, self.policy, limit, places)
                programmes = await load_programmes(connection, orders)
                isolated = await _isolated(connection, orders)
                suppliers = {order.supplier_id for order in orders}
                terms = await load_delivery_terms(connection, suppliers)
            current = _Round(
                orders, programmes, queried=True, isolated=isolated, places=places, terms=terms
            )
            await self._call_or(start, current)
        return len(orders)

    async def _call(self, current: _Round) -> None:
        """Send the orders of a round or ask about them, and store the answers as they come in."""
        if not current.orders:
            return
        calls = SupplierCalls(
            self.ledger.database,
            self.client,
            self.vault,
            None if current.queried else await self._accounts(current.orders),
            self.public_url,
            self.policy.request_timeout_seconds,
        )
        answers = calls.answers(current.orders, lambda: current.places.at, queried=current.queried)
        async with aclosing(answers):
            async for news in answers:
                for heard in news.heard:
                    supplier_id, is_silent = heard.order.supplier_id, heard.answer.is_silent
                    current.places.answered(supplier_id, silent=is_silent)
                if news.sent and not current.queried:
                    async with self.ledger.database.transaction(actor=WORKER) as connection:
                        await note_sent(connection, news.sent)
                await self._store(current, news.heard)

    async def _accounts(self, orders: Sequence[Order]) -> Accounts | None:
        """What decrypts the accounts of these orders. None if the vault has not the key for it."""
        encrypted = [each.encrypted_account for each in orders if each.encrypted_account]
        try:
            return await self.data_keys.accounts(encrypted)
        except VaultBroken:
            _log.exception("accounts_unreadable")
            return None

    async def _store(self, current: _Round, news: Sequence[Heard]) -> None:
        conclusions: list[Conclusion] = []
        moves: dict[int, list[OrderMove]] = defaultdict(list)
        await self._suspend([heard.order for heard in news if _contradicts(heard)])
        for heard in news:
            order = heard.order
            verdict = self._decide(current, heard)
            if verdict.state is OrderState.SUCCESS or verdict.state is OrderState.FAILED:
                reason, reference = verdict.reason, verdict.supplier_reference
                conclusions.append(Conclusion(order, verdict.state, heard.at, reason, reference))
            else:
                moves[order.book_id].append(_move(order, verdict, heard.at))
        for book_id, moved in sorted(moves.items()):
            await self._move(current, book_id, moved, news)
        changed = await conclude(self.ledger, current.programmes, conclusions, self.sold_out)
        late = [each for each, is_new in zip(conclusions, changed, strict=True) if not is_new]
        await dispute_late(self.ledger.database, late)

    async def _suspend(self, orders: Sequence[Order]) -> None:
        """Suspend the suppliers that contradict what they said of these orders."""
        for supplier_id in sorted({order.supplier_id for order in orders}):
            async with self.ledger.database.transaction(actor=WORKER) as connection:
                await suspend_supplier(connection, supplier_id, ABSENT)

    async def _move(
        self, current: _Round, book_id: int, moves: Sequence[OrderMove], news: Sequence[Heard]
    ) -> None:
        """Store the moves of one book, and put the orders to send again into the outbox.

        What a person must look at opens its case in the same transaction.
        """
        suppliers = {order.key: order.supplier_id for order in current.orders}
        async with self.ledger.database.transaction(actor=WORKER) as connection:
            resent = await move_orders(connection, book_id, moves, unsent=not current.queried)
            of_book = [heard for heard in news if heard.order.book_id == book_id]
            await open_disputes(connection, of_book, queried=current.queried)
            if resent:
                await outbox.append(
                    connection,
                    book_id,
                    SUBMIT_TOPIC,
                    [
                        {
                            "book_id": book_id,
                            "coupon_id": coupon_id,
                            "supplier_id": suppliers[book_id, coupon_id],
                        }
                        for coupon_id in resent
                    ],
                    available_at=min(resent.values()),
                )

    def _decide(self, current: _Round, heard: Heard) -> Verdict:
        """What the answer proves. An isolated order that did not arrive is not sent again."""
        order, answer, now, queried = heard.order, heard.answer, heard.at, current.queried
        isolation = current.isolated.get(order.key)
        policy = self.policy.of_supplier(current.terms.get(order.supplier_id, DEFAULT_TERMS))
        if isolation is None or answer.outcome is not Outcome.NOT_FOUND:
            return decide_delivery(order, answer, queried=queried, now=now, policy=policy)
        policy = replace(policy, submissions_max=1)
        return replace(
            decide_delivery(order, answer, queried=queried, now=now, policy=policy),
            reason=isolation,
        )


async def _isolated(
    connection: AsyncConnection, orders: Sequence[Order]
) -> dict[tuple[int, int], str]:
    """What the receipt says of those orders whose offer is isolated from the brand by now."""
    wanted = [(order.home_party_id, order.offer_id, order.offer_version) for order in orders]
    verdicts = zip(orders, await decide_offers(connection, wanted), strict=True)
    return {order.key: ISOLATED_REASON for order, verdict in verdicts if verdict.isolated}


def _contradicts(heard: Heard) -> bool:
    """Whether a supplier does not have an order that it had accepted."""
    is_absent = heard.answer.outcome is Outcome.NOT_FOUND
    return is_absent and heard.order.state is OrderState.PROCESSING


def _move(order: Order, verdict: Verdict, heard_at: datetime) -> OrderMove:
    assert verdict.next_at is not None, "only a final state needs no further look"
    return OrderMove(
        coupon_id=order.coupon_id,
        before=order.state,
        after=verdict.state,
        at=verdict.next_at,
        reason=verdict.reason,
        supplier_reference=verdict.supplier_reference,
        heard_at=heard_at,
    )
