"""The requests of a round: all at once, and whatever goes wrong with one stays with its order."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import EndpointNotFound, find_endpoint, find_party_by_id
from exchange.coupons.accounts import Accounts, AccountUnreadable
from exchange.fulfil.orders import Order
from exchange.fulfil.supplier import (
    UNANSWERED,
    Destination,
    Outcome,
    SecretInvalid,
    SupplierAnswer,
    SupplierClient,
    described,
    require_secret,
)
from exchange.fulfil.vault import Vault, VaultBroken
from ledger import Database, Troubles

ACCOUNT_UNREADABLE = "the member's account cannot be read"
STORE_SECONDS = 0.25
"""How often the answers that have come in are handed on."""

_log = structlog.get_logger(__name__)
_unreachable = Troubles(_log, "supplier_unreachable", "supplier_reachable")
_away = Troubles(_log, "supplier_away", "supplier_back")
_PROVES_NOTHING = (Outcome.NOT_SENT, Outcome.UNKNOWN)


@dataclass(frozen=True, slots=True)
class _Target:
    destination: Destination
    callback_url: str
    timeout_seconds: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What an order's supplier answered, and when."""

    order: Order
    answer: SupplierAnswer
    at: datetime


@dataclass(frozen=True, slots=True)
class News:
    """What happened since the news before: answers, and when which request was sent."""

    heard: Sequence[Heard]
    sent: Mapping[tuple[int, int], datetime]


@dataclass(frozen=True, slots=True)
class SupplierCalls:
    """Finds where suppliers are reached, and calls them.

    A request may take `timeout_seconds`, unless the endpoint says otherwise.

    Without `accounts`, nothing can be sent: their keys cannot be decrypted.
    """

    database: Database
    client: SupplierClient
    vault: Vault
    accounts: Accounts | None
    public_url: str
    timeout_seconds: float

    async def answers(
        self, orders: Sequence[Order], clock: Callable[[], datetime], *, queried: bool
    ) -> AsyncGenerator[News, None]:
        """Send the orders, or ask about them (`queried`). Yields the news as it comes in.

        `clock` tells the time of each piece of news.

        Close the iterator if you leave it early: that cancels the requests still open.
        """
        targets = await self._targets({order.supplier_id for order in orders})
        sent: dict[tuple[int, int], datetime] = {}

        async def call(order: Order) -> Heard:
            target = targets.get(order.supplier_id)
            answer = await self._call(
                order,
                target,
                clock(),
                lambda: sent.setdefault(order.key, clock()),
                queried=queried,
            )
            return Heard(order, answer, clock())

        tasks = {asyncio.create_task(call(order)) for order in orders}
        waiting, noted = set(tasks), 0
        try:
            while waiting:
                answered, waiting = await asyncio.wait(waiting, timeout=STORE_SECONDS)
                # What was sent first stays first: a dict keeps the order in which it was filled.
                new = dict(list(sent.items())[noted:])
                noted += len(new)
                if answered or new:
                    yield News([task.result() for task in answered], new)
        finally:
            for task in waiting:
                task.cancel()

    async def _targets(self, supplier_ids: set[int]) -> dict[int, _Target]:
        """Where each supplier is reached. One that cannot be reached is left out."""
        async with self.database.transaction() as connection:
            found = {
                supplier_id: await self._target(connection, supplier_id)
                for supplier_id in sorted(supplier_ids)
            }
        return {supplier_id: target for supplier_id, target in found.items() if target is not None}

    async def _target(self, connection: AsyncConnection, supplier_id: int) -> _Target | None:
        try:
            endpoint = await find_endpoint(connection, supplier_id)
            secret = self.vault.decrypt(endpoint.encrypted_secret, party_id=supplier_id)
            require_secret(secret)
        except (EndpointNotFound, VaultBroken, SecretInvalid) as error:
            _unreachable.met(supplier_id, error.code, supplier_id=supplier_id)
            return None
        _unreachable.over(supplier_id, supplier_id=supplier_id)
        supplier = await find_party_by_id(connection, supplier_id)
        callback_url = f"{self.public_url}/v1/fulfilment/callbacks/{supplier.code}"
        timeout_ms = endpoint.terms.timeout_ms
        timeout = self.timeout_seconds if timeout_ms is None else timeout_ms / 1_000
        return _Target(Destination(endpoint.url, secret), callback_url, timeout)

    def _account(self, order: Order) -> str:
        if self.accounts is None:
            raise AccountUnreadable
        return order.account(self.accounts)

    async def _call(
        self,
        order: Order,
        target: _Target | None,
        now: datetime,
        sent: Callable[[], object],
        *,
        queried: bool,
    ) -> SupplierAnswer:
        """One request. An unforeseen error leaves this order UNKNOWN and the others alone."""
        if target is None:
            return SupplierAnswer(Outcome.NOT_SENT, reason="the supplier has no usable endpoint")
        try:
            account = "" if queried else self._account(order)
        except AccountUnreadable as error:
            return SupplierAnswer(Outcome.NOT_SENT, reason=ACCOUNT_UNREADABLE, problem=str(error))
        send = self.client.query if queried else self.client.submit
        supplier_id, failure = order.supplier_id, None
        try:
            async with asyncio.timeout(target.timeout_seconds):
                delivery = order.delivery(target.callback_url, account)
                answer = await send(target.destination, delivery, now, sent)
        except TimeoutError:
            answer = SupplierAnswer(Outcome.UNKNOWN, UNANSWERED, problem="no answer in time")
        except Exception as error:  # noqa: BLE001  # it must not fail the others of the round
            failure = error
            answer = SupplierAnswer(Outcome.UNKNOWN, UNANSWERED, problem=described(error))
        if answer.outcome in _PROVES_NOTHING:
            problem = answer.problem or answer.reason or answer.outcome
            _away.met(supplier_id, problem, exception=failure, supplier_id=supplier_id)
        else:
            _away.over(supplier_id, supplier_id=supplier_id)
        return answer
