"""Disputes: what a supplier says that no rule can decide opens a case, and changes nothing else.

- It says that it delivered, after its failure was proven; or that it failed, after its success was.
- It says that it has no such order, after it acknowledged it.
- It says that it delivered a part.

The order keeps its state. Whoever decides the case finds here what was said, and when.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.cases.kinds import CaseKind
from exchange.cases.open import NewCase, open_case
from exchange.coupons.lifecycle import FINAL_ORDER_STATES, OrderState
from exchange.fulfil.calls import Heard
from exchange.fulfil.conclude import Conclusion
from exchange.fulfil.orders import Order, load_order
from exchange.fulfil.supplier import Outcome
from ledger import JSON, Database


def disputed_by(heard: Heard, *, queried: bool) -> CaseKind | None:
    """Whether an answer is one that a person must look at. Pure."""
    outcome = heard.answer.outcome
    if outcome is Outcome.PARTIAL:
        return CaseKind.PARTIAL
    if queried and outcome is Outcome.NOT_FOUND and heard.order.state is OrderState.PROCESSING:
        return CaseKind.CONTRADICTION
    return None


def case_of(order: Order, kind: CaseKind, said: dict[str, JSON]) -> NewCase:
    """The case about an order."""
    evidence: dict[str, JSON] = {
        "request_number": order.request_number,
        "order_state": str(order.state),
        **said,
    }
    return NewCase(
        book_id=order.book_id,
        kind=kind,
        supplier_id=order.supplier_id,
        home_party_id=order.home_party_id,
        coupon_id=order.coupon_id,
        evidence=evidence,
    )


async def open_disputes(
    connection: AsyncConnection, news: Sequence[Heard], *, queried: bool
) -> None:
    """Open the cases that these answers ask for. Up to three statements each."""
    for heard in news:
        kind = disputed_by(heard, queried=queried)
        if kind is not None:
            said = {
                "said": str(heard.answer.outcome),
                "said_at": heard.at.isoformat(),
                "reason": heard.answer.reason,
                "supplier_reference": heard.answer.supplier_reference,
            }
            await open_case(connection, case_of(heard.order, kind, said))


async def dispute_late(database: Database, conclusions: Sequence[Conclusion]) -> None:
    """Open a case for each of these that says the opposite of how its order ended.

    They were not stored, because the orders had ended. One statement each, and three for a case.
    """
    for conclusion in conclusions:
        order = conclusion.order
        async with database.transaction(actor=conclusion.deed.actor_id) as connection:
            ended = await load_order(connection, order.book_id, order.coupon_id)
            if ended.state in FINAL_ORDER_STATES and ended.state is not conclusion.state:
                is_success = conclusion.state is OrderState.SUCCESS
                kind = CaseKind.LATE_SUCCESS if is_success else CaseKind.LATE_FAILURE
                said = {
                    "said": str(conclusion.state),
                    "said_at": conclusion.now.isoformat(),
                    "reason": conclusion.reason,
                    "supplier_reference": conclusion.supplier_reference,
                }
                await open_case(connection, case_of(ended, kind, said))
