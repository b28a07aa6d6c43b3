"""Suppliers with one fault each, on real sockets: the sandbox, with one thing done wrong."""

import orjson

from exchange.conformance.digest import new_secret
from exchange.conformance.sandbox import Sandbox, TakenOrder
from exchange.conformance.small_server import Answered, Asked


class AnswersBareNotFound(Sandbox):
    """A 404 of a gateway, which names no number."""

    def unknown(self, number: str) -> Answered:
        return Answered(404, {"error": "no route"})


class RefusesByStatus(Sandbox):
    """What cannot be delivered is a 400."""

    async def begin(self, order: TakenOrder) -> Answered | None:
        if order.account in self.REFUSED:
            return Answered(400, {"error": "refused"})
        return await super().begin(order)


class DeliversAgain(Sandbox):
    """The request number is no key: the same number is another delivery."""

    def repeated(self, order: TakenOrder, digest: bytes) -> Answered:
        self.deliver(order)
        return self.said(order)


class TakesAnything(Sandbox):
    """Nobody looks at the signature."""

    def is_signed(self, asked: Asked) -> bool:
        return True


class CallsOnce(Sandbox):
    """A callback that is not taken is lost."""

    async def call_back(self, order: TakenOrder) -> None:
        await self.send(order, orjson.dumps(order.document()).decode())


class SignsWithAnother(Sandbox):
    """Callbacks are signed by a secret that we do not have."""

    async def send(self, order: TakenOrder, body: str) -> bool:
        self.secrets = [new_secret()]
        return await super().send(order, body)

    def is_signed(self, asked: Asked) -> bool:
        return True


class BreaksOnText(Sandbox):
    """Only ASCII is expected."""

    async def order(self, body: bytes) -> Answered | None:
        if not body.isascii():
            return Answered(500, {"error": "UnicodeDecodeError"})
        return await super().order(body)


class SucceedsAfterFailure(Sandbox):
    """What has failed is delivered all the same when somebody asks."""

    def tell(self, number: str) -> Answered:
        answer = super().tell(number)
        order = self.orders.get(number)
        if order is not None and order.status == "FAILED":
            self.deliver(order)
        return answer


class LosesSome(Sandbox):
    """Every tenth order is accepted and never seen again."""

    async def begin(self, order: TakenOrder) -> Answered | None:
        if len(self.orders) % 10 == 0:
            return Answered(202, {"status": "PROCESSING"})
        return await super().begin(order)


class ReadsOneSignature(Sandbox):
    """The header is compared as a whole."""

    def is_signed(self, asked: Asked) -> bool:
        return " " not in asked.headers["webhook-signature"] and super().is_signed(asked)


class StoresAfterwards(Sandbox):
    """A number is stored once its order was answered, so a query before says that there is none."""

    def tell(self, number: str) -> Answered:
        order = self.orders.get(number)
        if order is not None and order.account == "slow" and order.reason is None:
            order.reason = "asked once"
            return self.unknown(number)
        return super().tell(number)


class ChangesItsMind(Sandbox):
    """Another body under the same number is another order."""

    def repeated(self, order: TakenOrder, digest: bytes) -> Answered:
        if digest != order.body_digest:
            order.status, order.deliveries = "FAILED", []
        return self.said(order)


class Accepts(Sandbox):
    """Orders are accepted, and nothing becomes of them."""

    def deliver(self, order: TakenOrder) -> None:
        del order


class DeliversParts(Sandbox):
    """Nothing is ever delivered whole."""

    def deliver(self, order: TakenOrder) -> None:
        super().deliver(order)
        order.status = "PARTIAL"
