"""Files of the bill that are kept: what a statement lists, what was used on a day, and for whom.

Promises:

- The detail file of a statement is written once, before it is numbered, and kept. `sha256sum` of it
  gives the `file_sha256` of the statement.
- The column `gross` of its rows adds up to what the statement bills. A file that disagrees with its
  statement is never kept.
- The bill of a day that was given once stays as it is.

Never:

- A member's reference is in a file that is kept.
- A file that was kept is never written anew.

Start here:

- `details`: writes the detail files of a month.
- `compare`: whether kept files still follow from the lines.
- `layout`: the columns and the totals of a detail file (pure).
- `zipped`: gzip whose bytes follow from the text alone.
- `kept`: kept files, written to the disk again and read.
- `daily`: the bill of a supplier and a day.
- `profiles`: who a party is on invoices.
- `credit_code`: a company's number and its check digit (pure).
"""

from settlement.files.credit_code import CREDIT_CODE_LENGTH
from settlement.files.daily import (
    give_daily_bill,
)
from settlement.files.profiles import (
    ACCOUNT_LENGTH_MAX,
    ADDRESS_LENGTH_MAX,
    BANK_LENGTH_MAX,
    LEGAL_NAME_LENGTH_MAX,
    PHONE_LENGTH_MAX,
    BillingProfile,
    StatedProfile,
    find_profile,
    state_profile,
)

__all__ = [
    "ACCOUNT_LENGTH_MAX",
    "ADDRESS_LENGTH_MAX",
    "BANK_LENGTH_MAX",
    "CREDIT_CODE_LENGTH",
    "LEGAL_NAME_LENGTH_MAX",
    "PHONE_LENGTH_MAX",
    "BillingProfile",
    "StatedProfile",
    "find_profile",
    "give_daily_bill",
    "state_profile",
]
