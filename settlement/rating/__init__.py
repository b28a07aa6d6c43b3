"""What each use costs whom."""

from settlement.rating.contracts import (
    Contract,
    set_contract,
)
from settlement.rating.rate import (
    rate_pending,
)
from settlement.rating.rejected import (
    load_rejected,
    retry_rejected,
)

__all__ = ["Contract", "load_rejected", "rate_pending", "retry_rejected", "set_contract"]
