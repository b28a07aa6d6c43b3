"""Corrections: what was billed is corrected forward, replaced, and named in invoices.

Promises:

- A correction is a line of the next statement between the same parties, and names what it corrects.
- All credits of a line together are never above the line, nor those of a statement above the
  statement. Their tax is that of the parts that were billed, to the last minor unit.
- A void statement keeps its number, and a draft over the same lines replaces it.
- The sums of an invoice are those of its statement.

Never:

- An issued statement is never changed, and a closed month never gets another line.
- Nobody approves their own correction, nor voids what they have issued, where the exchange wants
  two pairs of eyes.

Start here:

- `limits`: how far something may be corrected, and the tax of that.
- `asked`: a correction that is asked for, and what it comes to by line.
- `originals`: what a line came to, and its corrections so far.
- `adjustments`: drafting, approving and discarding a correction.
- `listing`: reading corrections.
- `eyes`: who lets a correction pass is not who has prepared it.
- `counter`: takes credits back of which the use is reversed later.
- `void`: a statement is taken back and replaced.
- `invoices`: the numbers of invoices.
"""

from settlement.corrections.adjustments import (
    Adjustment,
    AdjustmentNotFound,
    approve_adjustment,
    discard_adjustment,
    draft_adjustment,
)
from settlement.corrections.asked import (
    ADJUSTMENT_LINES_MAX,
    ADJUSTMENT_MINOR_MAX,
    Asked,
    AskedLine,
)
from settlement.corrections.counter import (
    counter_reversed,
)
from settlement.corrections.invoices import (
    INVOICE_MINOR_MAX,
    INVOICE_NUMBER_LENGTH_MAX,
    INVOICE_NUMBER_PATTERN,
    Invoice,
    NewInvoice,
    Sums,
    list_invoices,
    record_invoice,
)
from settlement.corrections.listing import (
    AdjustmentsWanted,
    ShownAdjustment,
    find_adjustment,
    list_adjustments,
)
from settlement.corrections.void import (
    void_statement,
)

__all__ = [
    "ADJUSTMENT_LINES_MAX",
    "ADJUSTMENT_MINOR_MAX",
    "INVOICE_MINOR_MAX",
    "INVOICE_NUMBER_LENGTH_MAX",
    "INVOICE_NUMBER_PATTERN",
    "Adjustment",
    "AdjustmentNotFound",
    "AdjustmentsWanted",
    "Asked",
    "AskedLine",
    "Invoice",
    "NewInvoice",
    "ShownAdjustment",
    "Sums",
    "approve_adjustment",
    "counter_reversed",
    "discard_adjustment",
    "draft_adjustment",
    "find_adjustment",
    "list_adjustments",
    "list_invoices",
    "record_invoice",
    "void_statement",
]
