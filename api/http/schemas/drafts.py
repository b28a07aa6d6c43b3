"""Drafts: statements of a closed month before they are issued."""

from typing import Literal, TypedDict

from api.http.schemas.statements import StatementKindState


class DraftAnswer(TypedDict):
    """What one party will owe another for one month, before the statement is issued.

    A draft has no number yet, and only the operator sees it.
    """

    statement_id: int
    month: str
    payer_party: str
    payee_party: str
    operator_party: str
    currency: str
    kind: StatementKindState
    uses: int
    reversals: int
    conversions: int
    late_lines: int
    coupon_cost_minor: int
    platform_fee_minor: int
    conversion_minor: int
    other_minor: int
    adjustment_minor: int
    added_tax_minor: int
    tax_minor: int
    billed_minor: int
    state: Literal["draft", "under_review"]
    replaces: int | None
