"""The lines of a use as they are explained, and the lines of the period that they share."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from ledger import Refusal
from settlement.calendar import ZONE_SQL
from settlement.cards import RateCard, flat_card
from settlement.explain.explain import Explained, Stated, StoredLine, explain
from settlement.rating.bound import legs_of

PeriodLineKind = Literal["tier", "free", "package", "barter", "rounding", "cap", "minimum", "tax"]
REPLAYED_AT_ONCE = 5_000
_Cards = dict[tuple[int, int | None], Stated]


class UseNotBilled(Refusal):
    """Nothing is billed under this use, or it concerns other parties."""

    code: ClassVar[str] = "use-not-billed"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "Nothing is billed under this use."


@dataclass(frozen=True, slots=True)
class Shared:
    """A line of the period of which a line has a share."""

    period_line_id: str
    kind: PeriodLineKind
    amount_minor: int
    calculation: dict[str, Any]


_SPECIAL = {
    "used_on": f"CAST(line.used_at AT TIME ZONE {ZONE_SQL} AS date)",
    "effective_minor": "allocation.effective_minor",
    "tax_minor": "allocation.tax_minor",
    "statement_number": "statement.number",
    "charge_minor": "charge.amount_minor",
}
_COLUMNS = ", ".join(
    f"{_SPECIAL.get(field.name, 'line.' + field.name)} AS {field.name}"
    for field in fields(StoredLine)
)

_SELECT = f"""
    SELECT {_COLUMNS},
        card.document AS document, card.named_parties AS named, contract.coupon_cost_minor AS cost,
        contract.platform_fee_minor AS fee, contract.rounding AS rounding,
        contract.currency AS contract_currency,
        period.state AS period_state
    FROM settlement.line
    JOIN settlement.period ON period.month = line.month
    JOIN settlement.contract ON contract.contract_id = line.contract_id
    LEFT JOIN settlement.rate_card AS card ON card.card_id = line.card_id
    LEFT JOIN settlement.allocation
        ON allocation.book_id = line.book_id AND allocation.use_id = line.use_id
        AND allocation.leg = line.leg AND allocation.kind = line.kind
    LEFT JOIN settlement.line AS charge
        ON line.kind = 'reversal' AND charge.book_id = line.book_id
        AND charge.use_id = line.use_id AND charge.leg = line.leg AND charge.kind = 'charge'
    LEFT JOIN settlement.statement
        ON statement.month = line.month AND statement.payer_party_id = line.payer_party_id
        AND statement.payee_party_id = line.payee_party_id
        AND statement.operator_party_id = line.operator_party_id
        AND statement.currency = line.currency
        AND statement.state NOT IN ('draft', 'under_review', 'void')
"""

_OF_USE = text(
    f"""
    {_SELECT}
    WHERE line.book_id = :book_id AND line.use_id = :use_id
        AND (CAST(:everything AS boolean)
            OR :party_id IN (line.payer_party_id, line.payee_party_id))
    ORDER BY line.leg, line.kind
    """
)

_OF_MONTH = text(
    f"""
    {_SELECT}
    WHERE line.month = :month AND (line.book_id, line.use_id, line.leg, line.kind)
        > (:book_id, :use_id, :leg, :kind)
    ORDER BY line.book_id, line.use_id, line.leg, line.kind LIMIT {REPLAYED_AT_ONCE}
    """
)

_SHARED = text(
    """
    SELECT period_line_id, kind, amount_minor, calculation FROM settlement.period_line
    WHERE month = :month AND payer_party_id = :payer AND payee_party_id = :payee
        AND operator_party_id = :operator AND currency = :currency
        AND (kind = 'tax' AND tax_rate = :tax_rate AND tax_inclusive = :tax_inclusive
            OR card_id = :card_id AND leg = :leg AND scope IN ('0', CAST(:offer_id AS text))
                AND period_line_id LIKE '%:' || :home || ':' || :supplier || ':%')
    ORDER BY period_line_id
    """
)

CROSS_BOOK = (_OF_MONTH,)
"""The statement here that names no book: a month is proved whole, and its lines lock nothing."""


async def explain_use(
    connection: AsyncConnection, viewer: Party, book_id: int, use_id: str
) -> list[Explained]:
    """Every line of a use that the viewer pays, or is paid, or all if it is the operator.

    Raises:
        UseNotBilled: there is none.
    """
    rows = (
        await connection.execute(
            _OF_USE,
            {
                "book_id": book_id,
                "use_id": use_id,
                "party_id": viewer.party_id,
                "everything": "operator" in viewer.roles,
            },
        )
    ).mappings()
    cards: _Cards = {}
    found = [_for(viewer, each, cards) for each in [_explained(dict(row), cards) for row in rows]]
    if not found:
        raise UseNotBilled(f"nothing is billed under the use {use_id[:60]}")
    return found


async def load_shared(connection: AsyncConnection, line: StoredLine) -> list[Shared]:
    """The lines of the period of which a line has a share. None for a line without one."""
    if line.effective_minor is None:
        return []
    rows = await connection.execute(
        _SHARED,
        {
            "month": line.month,
            "payer": line.payer_party_id,
            "payee": line.payee_party_id,
            "operator": line.operator_party_id,
            "currency": line.currency,
            "tax_rate": line.tax_rate,
            "tax_inclusive": line.tax_inclusive,
            "card_id": line.card_id,
            "leg": line.leg,
            "offer_id": None if line.offer_id is None else str(line.offer_id),
            "home": str(line.home_party_id),
            "supplier": str(line.supplier_party_id),
        },
    )
    return [Shared(*row) for row in rows]


async def replay_month(
    connection: AsyncConnection, month: str
) -> AsyncIterator[Sequence[Explained]]:
    """Every line of a month, rated again, in pages of REPLAYED_AT_ONCE."""
    after: dict[str, Any] = {"book_id": 0, "use_id": "", "leg": "", "kind": ""}
    cards: _Cards = {}
    while True:
        rows = (await connection.execute(_OF_MONTH, {"month": month, **after})).mappings().all()
        if not rows:
            return
        yield [_explained(dict(row), cards) for row in rows]
        after = {name: rows[-1][name] for name in after}


def _explained(row: dict[str, Any], cards: _Cards) -> Explained:
    document, cost, fee = row.pop("document"), row.pop("cost"), row.pop("fee")
    rounding, currency = row.pop("rounding"), row.pop("contract_currency")
    state, named = row.pop("period_state"), row.pop("named")
    line = StoredLine(**row)
    # Most lines of a page are of one card, and a card takes longer to read than a line.
    key = (line.contract_id, line.card_id)
    if key not in cards:
        card = (
            flat_card(currency, rounding, cost, fee)
            if document is None
            else RateCard.of_document(document)
        )
        cards[key] = Stated(card, card.sha256, named or {})
    return explain(line, cards[key], is_closed=state == "closed")


def _for(viewer: Party, each: Explained, cards: _Cards) -> Explained:
    """A line as a viewer is told of it: the digest of a card only if it sees all of its prices."""
    line = each.line
    stated = cards[line.contract_id, line.card_id]
    seen = legs_of(
        stated.card,
        dict(stated.named),
        viewer,
        home_party_id=line.home_party_id,
        supplier_party_id=line.supplier_party_id,
        operator_party_id=line.operator_party_id,
    )
    return each if seen == stated.card.legs else replace(each, card_sha256=None)
