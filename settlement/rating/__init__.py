"""What each use of a coupon and each conversion costs whom.

Promises:

- Each use is charged once per leg, under the contract nearest to it, and each charge reversed at
  most once, at its own rate.
- A line belongs to the month of its use while that is open. Otherwise it belongs to the earliest
  open month after it, and is marked late. `settlement.periods` decides which.
- A message that cannot be read is set aside after a few attempts, whole and with the reason. It
  holds up nothing else and is not lost.

Never:

- No line is changed after it is written.
- Money is never a floating-point number: rates are exact decimals, and the contract says how they
  are rounded.

Start here:

- `rate`: takes what waits in the outbox and rates it.
- `uses`: a use as the exchange reports it, and what it costs under a contract.
- `conversions`: a conversion as the ledger reports it, and what it costs under a contract.
- `terms`: what a contract says, and which contract applies to a use.
- `contracts`: the stored contracts.
- `cards`: rate cards as they are written, published, withdrawn and ended.
- `touched`: how many uses a price concerns that is stated after they happened.
- `bound`: who reads a contract or a rate card, and which legs of it.
- `lines`: the charges and reversals as they are written.
- `rejected`: messages that were set aside, and how to retry them.
"""

from settlement.rating.bound import (
    ReadCard,
    ReadContract,
    find_card,
    list_cards,
    list_contracts,
)
from settlement.rating.cards import (
    ContractNotFound,
    RateCardNotFound,
    end_contract,
    publish_card,
    withdraw_card,
    write_card,
)
from settlement.rating.contracts import (
    set_contract,
)
from settlement.rating.rate import (
    rate_pending,
)
from settlement.rating.rejected import (
    count_rejected,
    list_rejected,
    load_rejected,
    retry_rejected,
)
from settlement.rating.terms import (
    Contract,
    ContractTerms,
)
from settlement.rating.touched import (
    count_touched,
)

__all__ = [
    "Contract",
    "ContractNotFound",
    "ContractTerms",
    "RateCardNotFound",
    "ReadCard",
    "ReadContract",
    "count_rejected",
    "count_touched",
    "end_contract",
    "find_card",
    "list_cards",
    "list_contracts",
    "list_rejected",
    "load_rejected",
    "publish_card",
    "rate_pending",
    "retry_rejected",
    "set_contract",
    "withdraw_card",
    "write_card",
]
