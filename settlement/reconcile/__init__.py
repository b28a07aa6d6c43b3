"""A supplier's file held against our lines."""

from settlement.reconcile.runs import (
    Result,
    reconcile,
)

__all__ = ["Result", "reconcile"]
