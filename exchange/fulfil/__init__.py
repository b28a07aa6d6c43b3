"""A right reaches the member, or the points come back."""

from exchange.fulfil.callback import (
    BODY_LENGTH_MAX_BYTES,
    receive_callback,
)
from exchange.fulfil.rounds import (
    Fulfilment,
)
from exchange.fulfil.supplier import (
    SupplierClient,
    require_secret,
)
from exchange.fulfil.vault import (
    Seal,
)

__all__ = [
    "BODY_LENGTH_MAX_BYTES",
    "Fulfilment",
    "Seal",
    "SupplierClient",
    "require_secret",
    "receive_callback",
]
