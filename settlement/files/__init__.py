"""Files of the bill: what a statement lists, as bytes that both parties can keep and compare.

Promises:

- The detail file of a statement is written once, before it is numbered, and kept. `sha256sum` of it
  gives the `file_sha256` of the statement.
- The column `gross` of its rows adds up to what the statement bills. A file that disagrees with its
  statement is never kept.
- All other forms of a statement are made of its detail file, and say the same. The same statement
  gives the same bytes.
- The bill of a day that was given once stays as it is.

Never:

- A member's reference is in a file that a supplier gets.
- A file that was kept is never written anew.
- A cell of a file begins a formula.

Start here:

- `details`: writes the detail files of a month.
- `compare`: whether kept files still follow from the lines.
- `layout`: the columns and the totals of a detail file (pure).
- `zipped`: gzip whose bytes follow from the text alone.
- `kept`: kept files, written to the disk again and read.
- `download`: a statement in the form that a party wants.
- `spreadsheet`, `workbook`, `parquet`, `paper`: its forms.
- `front`: the front page of a statement.
- `words`, `amount_words`: its words in two languages (pure).
- `profiles`: who a party is on invoices.
- `credit_code`: a company's number and its check digit (pure).
- `daily`: the bill of a supplier and a day.
"""

from settlement.files.daily import (
    DailyBill,
    give_daily_bill,
)
from settlement.files.download import (
    MEDIA_TYPES,
    Download,
    DownloadFormat,
    write_download,
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
from settlement.files.words import Language

__all__ = [
    "ACCOUNT_LENGTH_MAX",
    "ADDRESS_LENGTH_MAX",
    "BANK_LENGTH_MAX",
    "LEGAL_NAME_LENGTH_MAX",
    "MEDIA_TYPES",
    "PHONE_LENGTH_MAX",
    "BillingProfile",
    "DailyBill",
    "Download",
    "DownloadFormat",
    "Language",
    "StatedProfile",
    "find_profile",
    "give_daily_bill",
    "state_profile",
    "write_download",
]
