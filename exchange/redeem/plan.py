"""From which batch each bid of a transaction takes its piece, and within which limits. Pure.

Bids are served in order. Each gets a piece of the first batch that is open and not yet promised
away, if the limits of its offer leave it one. What the plan promises, the transaction must keep
(`companion`): the ledger may accept more than there is, and others may be faster. Then it runs
again, with what became of each bid as its `trial`:

- Those that were served come first, so that a bid of theirs is not taken by others.
- Those that came too late get what is left over, or are refused.
- Those that the ledger refused come last, so that nobody loses a piece to them. If nothing is left
  over, they still go to the ledger, whose refusal tells the member more.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from catalog.procurement import Allotment, Batch, shortage_refusal
from exchange.redeem.limits import Taken
from exchange.redeem.quote import Bid, Slot, Trial
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


def plan(held: Mapping[int, Allotment], taken: Taken, bids: Sequence[Bid]) -> dict[int, Refusal]:
    """Give each bid its batch, or refuse it. Returns the refusals by the place of the bid."""
    left = {offer_id: _Left(allotment) for offer_id, allotment in held.items()}
    promised: Counter[Slot] = Counter()
    refusals: dict[int, Refusal] = {}
    for place in sorted(range(len(bids)), key=lambda place: bids[place].trial):
        bid = bids[place]
        offer_id, at = bid.pair
        refusal = _limit(taken, promised, bid)
        bid.batch = left[offer_id].next_for(bid) if refusal is None and offer_id in left else None
        if bid.batch is None:
            refusals[place] = refusal or shortage_refusal(held.get(offer_id), offer_id, at)
            continue
        free = left[offer_id].free
        free[bid.batch.allotment_no] = max(0, free[bid.batch.allotment_no] - 1)
        promised.update(slot for slot, _ in bid.slots)
    return refusals


def mark_over_limits(bids: Sequence[Bid]) -> bool:
    """Mark accepted bids as late that are more than the limits leave. Tells whether any is."""
    counted: Counter[Slot] = Counter()
    is_over = False
    for bid in bids:
        if any(counted[slot] >= left for slot, left in bid.slots):
            bid.trial = Trial.LATE
            is_over = True
        else:
            bid.trial = Trial.SERVED
            counted.update(slot for slot, _ in bid.slots)
    return is_over


def _limit(taken: Taken, promised: Mapping[Slot, int], bid: Bid) -> Refusal | None:
    """The limit that leaves nothing for the bid, as its refusal."""
    limits = taken.left_for(bid.wish)
    bid.slots = [(slot, left) for slot, left, _ in limits]
    for slot, left, refusal in limits:
        if left <= 0 or (bid.trial is Trial.LATE and left <= promised[slot]):
            return refusal
    return None
