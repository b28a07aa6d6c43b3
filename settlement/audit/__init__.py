"""How the bill is proved: the uses of coupons against the lines, and what waits to be rated.

Promises:

- A use that is on no bill, on two, or billed without having happened is found, in open months too.
- All checks of a book see one snapshot, and nothing here makes a writer wait.

Never:

- It never repairs anything or says how to.
- It never judges a closed month: `settlement.statements` compares its statements with their lines.

Start here:

- `checks`: the statements, and what each one compares.
- `completeness`: whether each programme's uses are all billed, waiting or set aside, by counts.
- `money_checks`: the same of the money books, with statements, payments and netting runs.
"""

from settlement.audit.checks import (
    verify_uses,
)
from settlement.audit.completeness import (
    find_incomplete,
)
from settlement.audit.money_checks import (
    verify_journal,
)

__all__ = [
    "find_incomplete",
    "verify_journal",
    "verify_uses",
]
