"""The lines of statements, and their history."""

from datetime import datetime
from typing import Literal, TypedDict

StatementLineKindName = Literal[
    "charge",
    "reversal",
    "tier",
    "free",
    "package",
    "cap",
    "minimum",
    "barter",
    "rounding",
    "tax",
    "adjustment",
    "write_off",
]
StatementStepName = Literal[
    "draft",
    "review",
    "issue",
    "agree",
    "dispute",
    "withdraw",
    "accept",
    "reject",
    "term",
    "finalise",
    "pay",
    "settle",
    "adjust",
    "approve",
    "discard",
    "void",
    "invoice",
]


class StatementLineAnswer(TypedDict):
    """A line of a statement: of a `use`, or of its month as a whole, then it is a `period_line`."""

    use: str | None
    period_line: str | None
    leg: str
    kind: StatementLineKindName
    amount_minor: int
    gross_minor: int
    tax_minor: int
    tax_rate: str | None
    calculation: str
    late: bool
    used_at: datetime | None
    occurred_at: datetime | None
    offer_code: str | None
    coupon_code_tail: str | None
    coupon_code_sha256: str | None
    reference: str | None
    request_number: str | None
    store: str | None
    programme: str | None
    face_minor: int | None
    order_minor: int | None
    paid_minor: int | None
    contract_id: int | None
    contract_version: int | None
    of_statement_id: int | None
    of_use: str | None
    member: str | None


class StatementStepAnswer(TypedDict):
    """A step that was taken with a statement."""

    step: StatementStepName
    party: str | None
    actor: str | None
    note: str | None
    done_at: datetime
