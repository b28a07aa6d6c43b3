"""A right reaches the member, or the points come back.

Promises:

- An order is delivered at most once. It has one request number, and an unanswered request is asked
  about by that number. Nothing is sent again unless the supplier has proven that it does not hold
  the number.
- Points return only when failure is proven, and then by themselves.
- Duplicate, late and forged callbacks change nothing.
- One slow or broken supplier holds up no other.

Never:

- It never opens a transaction across a network call.
- It never takes a timeout for a failure.
- It never sends an order to a supplier that is isolated from the brand by now.
- It never connects to an address inside, unless the operator lists its network.

Start here:

- `rounds`: the worker's side: orders are sent, and asked about.
- `callback`: the supplier tells how a delivery ended. Its signature is checked in `supplier`.
- `verdict`: what an order does next, decided from what its supplier has proven.
- `conclude`: a delivery ends and the points follow.
- `turns`: whose orders may be sent now: places in flight, and rests of silent suppliers.
- `orders`: fulfilment orders in the database.
- `ask_now`: a person has an order looked at now.
- `disputes`: what a supplier says that no rule can decide.
- `breaker`: when a supplier that is silent is left to rest.
- `open_orders`: how many orders are open, by supplier and state.
- `due`: orders whose query is due.
- `calls`: the requests of a round, all at once.
- `supplier`: the wire to a supplier: signing requests, checking the signatures of callbacks, and
  how far an answer is believed.
- `connect`: connections to suppliers, only to addresses at which a supplier may be.
- `vault`: suppliers' secrets at rest.
- `party_keys`: the keys of parties, opened by the vault.
- `vault_keys`: which keys the stored secrets need, by fingerprint, and which one encrypts.
- `data_keys`: keys that the vault encrypts, for what is encrypted or digested in great number.
"""

from exchange.fulfil.ask_now import (
    look_now,
    replay_order,
)
from exchange.fulfil.callback import (
    BODY_LENGTH_MAX_BYTES,
    receive_callback,
)
from exchange.fulfil.connect import (
    endpoint_state,
    open_guarded_http,
    open_supplier_client,
)
from exchange.fulfil.data_keys import (
    ACCOUNT,
    IDENTIFIER,
    SIGNING,
    DataKey,
    DataKeys,
    add_data_key,
    begin_anew,
    load_data_keys,
    replace_data_key,
)
from exchange.fulfil.open_orders import (
    count_open_orders,
)
from exchange.fulfil.party_keys import (
    add_party_key,
    party_keys_of,
)
from exchange.fulfil.rounds import (
    Fulfilment,
)
from exchange.fulfil.supplier import (
    SupplierClient,
    described,
    require_secret,
)
from exchange.fulfil.vault import (
    Vault,
    VaultBroken,
)
from exchange.fulfil.vault_keys import (
    change_key,
    encrypt,
    encrypt_for,
    forget_other_keys,
    hold_key,
    load_fingerprints,
    state_keys,
)

__all__ = [
    "ACCOUNT",
    "BODY_LENGTH_MAX_BYTES",
    "IDENTIFIER",
    "SIGNING",
    "DataKey",
    "DataKeys",
    "Fulfilment",
    "SupplierClient",
    "Vault",
    "VaultBroken",
    "add_data_key",
    "add_party_key",
    "begin_anew",
    "change_key",
    "count_open_orders",
    "described",
    "encrypt",
    "encrypt_for",
    "endpoint_state",
    "forget_other_keys",
    "hold_key",
    "load_data_keys",
    "load_fingerprints",
    "look_now",
    "open_guarded_http",
    "open_supplier_client",
    "party_keys_of",
    "receive_callback",
    "replace_data_key",
    "replay_order",
    "require_secret",
    "state_keys",
]
