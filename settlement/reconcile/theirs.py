"""The partner's rows as the matcher reads them: one Parquet file with fixed columns.

    row             the number of the row in the file
    line_key        our own name of a line, `book:use`
    code_sha256     the digest of the coupon's code
    request_number  the number of our request
    reference       the partner's own reference
    offer, store    the partner's names of them
    member          not used: a supplier need not know it
    used_on         the day, in the settlement calendar
    amount_minor    what the partner expects; less than zero for a use that it gives back
    currency        as the file says it

What a row does not say is null. Rows that could not be read are not here: they are `rejected`.
"""

from pathlib import Path

import duckdb

from settlement.reconcile.partner_file import read_partner_file

THEIRS_FILE = "theirs.parquet"

_COLUMNS = {
    "line_number": "BIGINT",
    "reference": "VARCHAR",
    "code_sha256": "VARCHAR",
    "offer_code": "VARCHAR",
    "member": "VARCHAR",
    "used_on": "DATE",
    "amount_minor": "BIGINT",
}
_WRITE = """
    COPY (
        SELECT line_number AS row, CAST(NULL AS VARCHAR) AS line_key,
            unhex(code_sha256) AS code_sha256, CAST(NULL AS VARCHAR) AS request_number,
            reference, offer_code AS offer, CAST(NULL AS VARCHAR) AS store, member, used_on,
            amount_minor, CAST(NULL AS VARCHAR) AS currency
        FROM read_csv('{source}', header = false, auto_detect = false, parallel = false,
            new_line = '\\n', delim = ',', quote = '"', escape = '"', nullstr = '',
            columns = {columns})
    ) TO '{target}' (FORMAT parquet)
"""


def write_theirs(file: Path, work: Path) -> tuple[tuple[int, str], ...]:
    """Read a partner's file, write its rows into the folder, and return the rejected ones.

    Raises:
        PartnerFileTooLarge: the file is over a limit.
        PartnerFileInvalid: lines of the file are at fault.
    """
    rows = work / "theirs.csv"
    read_partner_file(file, rows)
    source, target = (str(each).replace("'", "''") for each in (rows, work / THEIRS_FILE))
    with duckdb.connect(":memory:") as connection:
        connection.execute(_WRITE.format(source=source, target=target, columns=_COLUMNS))
    rows.unlink()
    return ()
