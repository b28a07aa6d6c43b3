"""What every counted leg comes to in a month: the same whenever it is asked while it is closing."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy.ext.asyncio import AsyncConnection

from settlement.cards import Leg
from settlement.period_lines.aggregate import Counted, Pair, counted_legs, load_counted
from settlement.period_lines.cards import CardOfMonth, load_cards
from settlement.period_lines.sums import Settled, settle

_NOTHING = Counted((), 0)
_NO_SHARES: Mapping[int, Fraction] = {}


@dataclass(frozen=True, slots=True)
class SettledPair:
    """A pair under a leg, what it comes to, and what reversals give back beyond their lines."""

    pair: Pair
    leg: Leg
    settled: Settled
    given_back_minor: int


async def settle_month(
    connection: AsyncConnection, month: str, shares: Mapping[int, Fraction] = _NO_SHARES
) -> tuple[Mapping[int, CardOfMonth], list[SettledPair]]:
    """The cards, and what their counted legs come to. Two round trips.

    A minimum is due of a pair without a use, too, as long as its card holds on a day of the month
    and is for this pair alone. `shares` says for what part of the month cards held when it closed;
    without it, they are asked.
    """
    cards = await load_cards(connection, month)
    legs = counted_legs({card_id: each.card for card_id, each in cards.items()})
    found = await load_counted(connection, month, legs)
    for card_id, name in legs:
        leg, card = legs[card_id, name], cards[card_id]
        owed = leg.minimum is not None and leg.minimum.per == "contract_month"
        pair = card.pair(leg)
        if owed and pair is not None and shares.get(card_id, card.share):
            found.setdefault(pair, _NOTHING)
    return cards, [
        SettledPair(
            pair,
            legs[pair.card_id, pair.leg],
            settle(
                legs[pair.card_id, pair.leg],
                counted.groups,
                minimum_share=_minimum_share(cards[pair.card_id], counted, shares),
            ),
            counted.given_back_minor,
        )
        for pair, counted in sorted(found.items(), key=lambda each: each[0].scope)
    ]


def _minimum_share(card: CardOfMonth, counted: Counted, shares: Mapping[int, Fraction]) -> Fraction:
    """The part of a minimum that is due: nothing where a card of any parties has only reversals."""
    is_due = bool(counted.groups) or card.is_of_one_pair
    return shares.get(card.card_id, card.share) if is_due else Fraction(0)
