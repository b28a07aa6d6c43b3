"""How the bill is proved: uses against lines, lines against cards, states against histories.

Promises:

- A use that is on no bill, on two, or billed without having happened is found, in open months too.
- All checks of a book see one snapshot, and nothing here makes a writer wait.

Never:

- It never repairs anything or says how to.
- It never judges the sums of a month: `settlement.statements` compares them with the lines.

Start here:

- `whole`: all of it but the uses, in order.
- `checks`: the statements, and what each one compares.
- `completeness`: whether each programme's uses are all billed, waiting or set aside, by counts.
- `bill_checks`: numbers, files, disputes, corrections and invoices.
- `history`: whether statements stand where their steps have led them.
- `months`: the lines of a closed month rated again, and its rate cards.
- `chains`: the ends of the chains, which are kept elsewhere.
- `money_checks`: the same of the money books, with statements, payments and netting runs.
"""

from settlement.audit.chains import (
    compare_chains,
    load_chains,
)
from settlement.audit.checks import (
    verify_uses,
)
from settlement.audit.completeness import (
    find_incomplete,
)
from settlement.audit.whole import (
    verify_settlement,
)

__all__ = [
    "compare_chains",
    "find_incomplete",
    "load_chains",
    "verify_settlement",
    "verify_uses",
]
