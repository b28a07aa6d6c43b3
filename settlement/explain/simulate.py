"""What uses of past months would have cost under another card. Nothing is stored.

The database gives uses that are alike as one row with their number, and each row is rated once. So
a year of millions of uses costs as many ratings as there are different amounts and days.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import find_party
from settlement.calendar import ZONE_SQL
from settlement.cards import BasisMissing, Inputs, Leg, RateCard, RatedLine, rate_line, words_of
from settlement.cards.legs import ROLES
from settlement.months import MonthInvalid, next_month, require_month
from settlement.period_lines.add import GIVEN_BACK
from settlement.period_lines.aggregate import WITH_CHARGE, by_offer
from settlement.period_lines.sums import Part, Sums, settle

CHANGES_MAX = 20
MONTHS_MAX = 24


@dataclass(frozen=True, slots=True)
class MonthChange:
    """What a payer owed a payee for these uses, and what it would have owed, before added tax."""

    month: str
    payer_party_id: int
    payee_party_id: int
    currency: str
    now_minor: int
    then_minor: int

    @property
    def difference_minor(self) -> int:
        """What more it would have owed."""
        return self.then_minor - self.now_minor


@dataclass(frozen=True, slots=True)
class LegSum:
    """What a leg would have come to in a month: the lines of its uses, and those of the period."""

    month: str
    leg: str
    payer_party_id: int
    payee_party_id: int
    currency: str
    uses: int
    lines_minor: int
    parts: Sequence[Part]

    @property
    def then_minor(self) -> int:
        """Both together."""
        return self.lines_minor + sum(part.amount_minor for part in self.parts)


@dataclass(frozen=True, slots=True)
class TriedLine:
    """What a leg would have cost for one use by itself, and how that comes about."""

    leg: str
    payer_party_id: int
    payee_party_id: int
    amount_minor: int
    steps: Sequence[Mapping[str, Any]]
    calculation: str


@dataclass(frozen=True, slots=True)
class Change:
    """Uses that are alike: what their lines came to, and what they would have come to.

    `lines` are those of one of these uses by the card that is tried.
    """

    month: str
    offer_code: str
    uses: int
    example: str
    now_minor: int
    then_minor: int
    lines: Sequence[TriedLine] = ()


@dataclass(frozen=True, slots=True)
class Simulation:
    """A card tried on past uses. `waiting` uses would have waited, as something is not known.

    `legs` says of what each `then_minor` of `months` is made.
    """

    months: Sequence[MonthChange]
    legs: Sequence[LegSum]
    largest: Sequence[Change]
    uses: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Alike:
    month: str
    home_party_id: int
    supplier_party_id: int
    operator_party_id: int
    offer_id: int
    offer_code: str
    inputs: Inputs
    uses: int
    example: str
    now_minor: int


# Uses count as in rating: a reversal in the month of its charge takes the use away. Of a use, the
# lines of all legs are summed.
_USES = text(
    f"""
    SELECT month, home_party_id, supplier_party_id, operator_party_id, offer_id, offer_code,
        used_on, face_minor, order_minor, paid_minor, counted_as, is_swapped,
        count(*) AS uses, min(book_id || ':' || use_id) AS example,
        CAST(sum(now_minor) AS bigint) AS now_minor
    FROM (
        SELECT book_id, use_id, month, min(home_party_id) AS home_party_id,
            min(supplier_party_id) AS supplier_party_id,
            min(operator_party_id) AS operator_party_id, min(offer_id) AS offer_id,
            min(offer_code) AS offer_code,
            CAST(min(used_at) AT TIME ZONE {ZONE_SQL} AS date) AS used_on,
            min(face_minor) AS face_minor, min(order_minor) AS order_minor,
            min(paid_minor) AS paid_minor, min(counted_as) AS counted_as,
            min(swap_id) IS NOT NULL AS is_swapped,
            sum(amount_minor) AS now_minor, min(kind) AS first_kind, max(kind) AS last_kind
        FROM settlement.line
        WHERE month = ANY(CAST(:months AS text[])) AND leg <> 'conversion'
            AND (CAST(:home AS integer) IS NULL OR home_party_id = :home)
            AND (CAST(:supplier AS integer) IS NULL OR supplier_party_id = :supplier)
        GROUP BY book_id, use_id, month
    ) AS used
    WHERE first_kind = 'charge' AND last_kind = 'charge'
    GROUP BY month, home_party_id, supplier_party_id, operator_party_id, offer_id, offer_code,
        used_on, face_minor, order_minor, paid_minor, counted_as, is_swapped
    ORDER BY month, home_party_id, supplier_party_id, offer_id, used_on, face_minor, order_minor,
        paid_minor, counted_as, is_swapped
    """
)

# What is taken back of uses of earlier months is left out: those uses are none of these months'.
_NOW = text(
    f"""
    SELECT month, payer_party_id, payee_party_id, currency,
        CAST(sum(amount_minor) AS bigint) AS amount_minor
    FROM (
        SELECT line.month, line.payer_party_id, line.payee_party_id, line.currency,
            line.amount_minor
        FROM {WITH_CHARGE}
        WHERE line.month = ANY(CAST(:months AS text[])) AND line.leg <> 'conversion'
            AND (line.kind = 'charge' OR charge.month = line.month)
            AND (CAST(:home AS integer) IS NULL OR line.home_party_id = :home)
            AND (CAST(:supplier AS integer) IS NULL OR line.supplier_party_id = :supplier)
        UNION ALL
        SELECT period_line.month, period_line.payer_party_id, period_line.payee_party_id,
            period_line.currency, period_line.amount_minor
        FROM settlement.period_line JOIN settlement.rate_card USING (card_id)
        WHERE month = ANY(CAST(:months AS text[])) AND scope <> '{GIVEN_BACK}'
            AND (CAST(:home AS integer) IS NULL OR home_party_id = :home)
            AND (CAST(:supplier AS integer) IS NULL OR supplier_party_id = :supplier)
    ) AS billed
    GROUP BY month, payer_party_id, payee_party_id, currency
    """
)

CROSS_BOOK = (_USES, _NOW)
"""The statements here that name no book: a card is between parties, whatever books their uses are.

They read lines, which no longer change, and lock none.
"""


async def named_parties(connection: AsyncConnection, card: RateCard) -> dict[str, int]:
    """The parties that a card names by their codes.

    Raises:
        PartyNotFound: there is none of a code.
    """
    return {
        role: (await find_party(connection, role)).party_id
        for role in sorted({role for leg in card.legs for role in (leg.payer, leg.payee)})
        if role not in ROLES
    }


def months_between(first: str, last: str) -> list[str]:
    """The months from one to another, both included, at most MONTHS_MAX of them.

    Raises:
        MonthInvalid: one of them is none, or the last lies before the first.
    """
    months = [require_month(first)]
    while months[-1] != require_month(last):
        if months[-1] > last or len(months) == MONTHS_MAX:
            raise MonthInvalid(f"from {first} to {last} are not 1 to {MONTHS_MAX} months")
        months.append(next_month(months[-1]))
    return months


async def try_card(
    connection: AsyncConnection,
    card: RateCard,
    months: Sequence[str],
    *,
    home_party_id: int | None,
    supplier_party_id: int | None,
    named: Mapping[str, int],
) -> Simulation:
    """Rate the uses of some months by a card. None stands for any party. Two round trips."""
    asked = {"months": list(months), "home": home_party_id, "supplier": supplier_party_id}
    alike = [_alike(row) for row in (await connection.execute(_USES, asked)).mappings()]
    now = {tuple(row[:4]): row.amount_minor for row in await connection.execute(_NOW, asked)}
    then: dict[tuple[Any, ...], int] = defaultdict(int)
    changes: dict[int, int] = defaultdict(int)
    waiting: set[int] = set()
    by_leg = [(leg, _rated(leg, alike, waiting)) for leg in card.legs]
    legs: list[LegSum] = []
    for leg, lines in by_leg:
        # A use that would wait for one leg is on no bill at all.
        rated = {number: line for number, line in lines.items() if number not in waiting}
        for number, line in rated.items():
            changes[number] += line.amount_minor * alike[number].uses
        for each in _sums_of_leg(card, leg, alike, rated, named):
            legs.append(each)
            key = (each.month, each.payer_party_id, each.payee_party_id, each.currency)
            then[key] += each.then_minor
    months_changed = [
        MonthChange(month, payer, payee, currency, now.get(key, 0), then.get(key, 0))
        for key in sorted({*now, *then})
        for month, payer, payee, currency in (key,)
    ]
    return Simulation(
        months=months_changed,
        legs=legs,
        largest=[
            replace(each, lines=_lines_of(card, alike[number], by_leg, number, named))
            for number, each in _largest(alike, changes, waiting)
        ],
        uses=sum(each.uses for each in alike),
        waiting=sum(alike[number].uses for number in waiting),
    )


def _alike(row: RowMapping) -> _Alike:
    used_on: date = row["used_on"]
    return _Alike(
        month=row["month"],
        home_party_id=row["home_party_id"],
        supplier_party_id=row["supplier_party_id"],
        operator_party_id=row["operator_party_id"],
        offer_id=row["offer_id"],
        offer_code=row["offer_code"],
        inputs=Inputs(
            used_on,
            row["offer_code"],
            row["face_minor"],
            row["order_minor"],
            row["paid_minor"],
            row["counted_as"],
            row["is_swapped"],
        ),
        uses=row["uses"],
        example=row["example"],
        now_minor=row["now_minor"],
    )


def _rated(leg: Leg, alike: Sequence[_Alike], waiting: set[int]) -> dict[int, RatedLine]:
    rated = {}
    for number, each in enumerate(alike):
        try:
            rated[number] = rate_line(leg, each.inputs)
        except BasisMissing:
            waiting.add(number)
    return rated


def _lines_of(
    card: RateCard,
    use: _Alike,
    by_leg: Sequence[tuple[Leg, Mapping[int, RatedLine]]],
    number: int,
    named: Mapping[str, int],
) -> list[TriedLine]:
    """The lines of one of the uses that are alike, by the card."""
    parties = _parties(use, named)
    return [
        TriedLine(
            leg.leg,
            parties[leg.payer],
            parties[leg.payee],
            lines[number].amount_minor,
            lines[number].steps,
            words_of(lines[number], leg, card.currency),
        )
        for leg, lines in by_leg
    ]


def _parties(use: _Alike, named: Mapping[str, int]) -> dict[str, int]:
    return {
        **named,
        "home": use.home_party_id,
        "supplier": use.supplier_party_id,
        "operator": use.operator_party_id,
    }


def _sums_of_leg(
    card: RateCard,
    leg: Leg,
    alike: Sequence[_Alike],
    rated: Mapping[int, RatedLine],
    named: Mapping[str, int],
) -> Iterable[LegSum]:
    pairs: dict[tuple[str, int, int, int], list[int]] = defaultdict(list)
    for number in rated:
        each = alike[number]
        key = (each.month, each.home_party_id, each.supplier_party_id, each.operator_party_id)
        pairs[key].append(number)
    for (month, *_), numbers in pairs.items():
        parties = _parties(alike[numbers[0]], named)
        groups: dict[int, list[int]] = defaultdict(list)
        for number in numbers:
            groups[alike[number].offer_id if by_offer(leg) else 0].append(number)
        sums = [_sums(leg, offer, alike, rated, of) for offer, of in groups.items()]
        yield LegSum(
            month,
            leg.leg,
            parties[leg.payer],
            parties[leg.payee],
            card.currency,
            sum(alike[number].uses for number in numbers),
            sum(each.lines_minor for each in sums),
            settle(leg, sums).parts if leg.counted else (),
        )


def _sums(
    leg: Leg,
    offer_id: int,
    alike: Sequence[_Alike],
    rated: Mapping[int, RatedLine],
    numbers: Sequence[int],
) -> Sums:
    counted = [number for number in numbers if rated[number].counts]
    free = leg.free
    return Sums(
        offer_id=offer_id,
        uses=sum(alike[number].uses for number in counted),
        coverable=sum(
            alike[number].uses
            for number in counted
            if free is not None
            and free.covers(alike[number].offer_code, alike[number].inputs.used_on)
        ),
        basis=sum((rated[number].basis * alike[number].uses for number in counted), Fraction(0)),
        exact=sum((rated[number].exact * alike[number].uses for number in counted), Fraction(0)),
        lines_minor=sum(rated[number].amount_minor * alike[number].uses for number in numbers),
    )


def _largest(
    alike: Sequence[_Alike], changes: Mapping[int, int], waiting: set[int]
) -> list[tuple[int, Change]]:
    found = [
        (
            number,
            Change(
                each.month,
                each.offer_code,
                each.uses,
                each.example,
                each.now_minor,
                changes[number],
            ),
        )
        for number, each in enumerate(alike)
        if number not in waiting and changes.get(number, 0) != each.now_minor
    ]
    found.sort(key=lambda each: (-abs(each[1].then_minor - each[1].now_minor), each[1].example))
    return found[:CHANGES_MAX]
