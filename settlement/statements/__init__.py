"""The bill of a month: closing, statements, their downloads."""

from settlement.statements.close import Closing, PeriodHasPendingUses, close_period
from settlement.statements.download import (
    MEDIA_TYPES,
    DownloadFormat,
    write_download,
)
from settlement.statements.issue import (
    verify_statements,
)
from settlement.statements.statements import (
    REASON_LENGTH_MAX,
    Statement,
    StatementNotFound,
    StatementStep,
    find_statement,
    list_statements,
    transition,
)

__all__ = [
    "MEDIA_TYPES",
    "REASON_LENGTH_MAX",
    "Closing",
    "DownloadFormat",
    "PeriodHasPendingUses",
    "Statement",
    "StatementNotFound",
    "StatementStep",
    "close_period",
    "find_statement",
    "list_statements",
    "transition",
    "verify_statements",
    "write_download",
]
