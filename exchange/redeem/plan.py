"""From which batch each bid of a transaction takes its piece. Pure.

Bids are served in order, and each gets a piece of the first batch that is open and not yet promised
away. What the plan promises, the take must keep (`companion`): it may find less, and then the
transaction runs again, with what became of each bid as its `trial`:

- Those that were served come first, so that a bid of theirs is not taken by others.
- Those that came too late get what is left over, or are refused.
- Those that the ledger refused come last, so that nobody loses a piece to them. If nothing is left
  over, they still go to the ledger, whose refusal tells the member more.
"""

from collections.abc import Mapping, Sequence

from catalog.procurement import Allotment, Batch, shortage_refusal
from exchange.redeem.quote import Bid, Trial
from ledger import Refusal


class _Left:
    """The batches of an offer that have pieces, and how many of them are not promised yet."""

    def __init__(self, allotment: Allotment) -> None:
        self.stocked = [batch for batch in allotment.batches if batch.remaining]
        self.free = {batch.allotment_no: batch.remaining for batch in self.stocked}

    def next_for(self, bid: Bid) -> Batch | None:
        """The batch from which the bid takes its piece. None: there is nothing for it."""
        at = bid.pair[1]
        last: Batch | None = None
        for batch in self.stocked:
            if batch.open_at(at):
                if self.free[batch.allotment_no]:
                    return batch
                last = batch
        return None if bid.trial is Trial.LATE else last


def plan(held: Mapping[int, Allotment], bids: Sequence[Bid]) -> dict[int, Refusal]:
    """Give each bid its batch, or refuse it. Returns the refusals by the place of the bid."""
    left = {offer_id: _Left(allotment) for offer_id, allotment in held.items()}
    refusals: dict[int, Refusal] = {}
    for place in sorted(range(len(bids)), key=lambda place: bids[place].trial):
        bid = bids[place]
        offer_id, at = bid.pair
        batch = left[offer_id].next_for(bid) if offer_id in left else None
        bid.batch = batch
        if batch is None:
            refusals[place] = shortage_refusal(held.get(offer_id), offer_id, at)
            continue
        free = left[offer_id].free
        free[batch.allotment_no] = max(0, free[batch.allotment_no] - 1)
    return refusals
