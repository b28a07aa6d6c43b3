"""x."""
from exchange.earning.points_day import PointsDayCompanion, PointsDayIssue

__all__ = ["PointsDayCompanion", "PointsDayIssue"]
