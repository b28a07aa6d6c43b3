"""Reconciliations: a partner's file compared with the bill."""

from datetime import datetime
from typing import Any, TypedDict


class ReconciliationAnswer(TypedDict):
    """How many records of the partner's file match a billed line, and which records do not.

    `break_count` and `breaks_by_category` cover all breaks. `breaks` lists only the first ones, up
    to a limit.
    """

    reconciliation_id: int
    supplier: str
    month: str | None
    ran_at: datetime
    matched: int
    break_count: int
    breaks_by_category: dict[str, int]
    breaks: list[dict[str, Any]]
    suggestions: list[dict[str, Any]]
