"""Rights for rights, and traffic for rights: what two brands give each other, and who owes whom.

Promises:

- Nothing is granted before both parties have said yes, and each part is stock of its own programme.
- How a swap stands is counted from coupons and stock each time. Nothing is added up beside them.
- At the limit one direction stops, and the other goes on.
- Impressions are a host's word. They stand beside what was counted, and are never worth money.

Never:

- It never takes a coupon from a member: what is out stays usable, whatever the swap has come to.
- It never tells a party of a swap or a placement that it is not in.
- It never bills: settlement is told with each use which swap it belongs to.

Start here:

- `standing`: who owes whom how much (pure).
- `terms`: what a swap and a placement say (pure).
- `swaps`: swaps as they are stored: proposed, agreed to, ended.
- `counts`: how a swap stands, counted from both books.
- `rounds`: the worker's round, which stops a direction and ends what is over.
- `placements`: placements as they are stored, what is reported of them and what is measured.
"""

from exchange.swaps.counts import load_standing
from exchange.swaps.placements import (
    PlacementTerms,
    end_placement,
    find_placement,
    list_placements,
    measure,
    report_impressions,
    state_placement,
)
from exchange.swaps.rounds import tell_swaps, watch_swaps
from exchange.swaps.standing import Piece, Standing, StandingState
from exchange.swaps.swaps import (
    agree_to_swap,
    end_swap,
    find_swap,
    list_swaps,
    propose_swap,
)
from exchange.swaps.terms import (
    HOURS_MAX,
    IMPRESSIONS_MAX,
    LINES_MAX,
    SLOT_LENGTH_MAX,
    SWAP_MINOR_MAX,
    UNIT_VALUE_MINOR_MAX,
    Line,
    Placement,
    Swap,
    SwapTerms,
)

__all__ = [
    "HOURS_MAX",
    "IMPRESSIONS_MAX",
    "LINES_MAX",
    "SLOT_LENGTH_MAX",
    "SWAP_MINOR_MAX",
    "UNIT_VALUE_MINOR_MAX",
    "Line",
    "Piece",
    "Placement",
    "PlacementTerms",
    "Standing",
    "StandingState",
    "Swap",
    "SwapTerms",
    "agree_to_swap",
    "end_placement",
    "end_swap",
    "find_placement",
    "find_swap",
    "list_placements",
    "list_swaps",
    "load_standing",
    "measure",
    "propose_swap",
    "report_impressions",
    "state_placement",
    "tell_swaps",
    "watch_swaps",
]
