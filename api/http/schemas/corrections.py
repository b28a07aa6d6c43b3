"""Corrections of statements: adjustments, replaced statements, and invoices."""

from datetime import date, datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.bill_patterns import INVOICE_NUMBER_PATTERN
from api.http.schemas.disputes import LineKindName, NamedLineAnswer, Said
from api.http.schemas.line_names import LegName, PeriodLine, UseKey
from api.http.schemas.statements import StatementAnswer
from api.http.schemas.types import (
    Body,
    Day,
    Identifier,
)
from settlement.corrections import (
    ADJUSTMENT_LINES_MAX,
    ADJUSTMENT_MINOR_MAX,
    INVOICE_MINOR_MAX,
    INVOICE_NUMBER_LENGTH_MAX,
)

AdjustmentKindName = Literal["credit", "debit"]
AdjustmentStateName = Literal["draft", "approved", "discarded"]
InvoiceKindName = Literal["blue", "red"]
AdjustedMinor = Annotated[
    int,
    Field(
        ge=1,
        le=ADJUSTMENT_MINOR_MAX,
        description="By how much, with tax, in minor units, above zero.",
    ),
]
InvoicedMinor = Annotated[int, Field(ge=-INVOICE_MINOR_MAX, le=INVOICE_MINOR_MAX)]
InvoiceNumber = Annotated[
    str,
    Field(
        min_length=1,
        max_length=INVOICE_NUMBER_LENGTH_MAX,
        pattern=INVOICE_NUMBER_PATTERN,
        description="The number of an invoice.",
    ),
]


class AdjustedLineItem(Body):
    """A line to correct: the `use` and its `leg`, or a `period_line`. And by how much."""

    use: UseKey | None = None
    leg: LegName | None = None
    kind: LineKindName | None = None
    period_line: PeriodLine | None = None
    amount_minor: AdjustedMinor | None = None


class AdjustmentBody(Body):
    """A correction of an issued statement.

    Without lines it is of the statement as a whole. One `amount_minor` for all lines is spread over
    them. Without any amount, a credit is of all that is left.
    """

    statement: Identifier
    kind: AdjustmentKindName = "credit"
    lines: Annotated[list[AdjustedLineItem], Field(max_length=ADJUSTMENT_LINES_MAX)] | None = None
    amount_minor: AdjustedMinor | None = None
    reason: Said


class VoidStatementBody(Body):
    """Why a statement is taken back."""

    reason: Said


class InvoiceBody(Body):
    """An invoice that the payee has issued for a statement. A red one names the blue one."""

    number: InvoiceNumber
    issued_on: Day
    net_minor: InvoicedMinor
    tax_minor: InvoicedMinor
    gross_minor: InvoicedMinor
    cancels: InvoiceNumber | None = None


class AdjustmentAnswer(TypedDict):
    """A correction. Its amounts are below zero for a credit."""

    adjustment_id: int
    statement_id: int
    dispute_id: int | None
    kind: AdjustmentKindName
    reason: str
    amount_minor: int
    tax_minor: int | None
    state: AdjustmentStateName
    month: str | None
    made_at: datetime
    decided_at: datetime | None
    lines: list[NamedLineAnswer]


class VoidedStatementAnswer(StatementAnswer):
    """A void statement, and the draft that replaces it."""

    replaced_by: int


class InvoiceAnswer(TypedDict):
    """An invoice that was recorded for a statement."""

    invoice_id: int
    statement_id: int
    kind: InvoiceKindName
    number: str
    issued_on: date
    net_minor: int
    tax_minor: int
    gross_minor: int
    cancels: str | None
    recorded_at: datetime
