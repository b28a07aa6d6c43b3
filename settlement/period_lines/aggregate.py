"""The sums of a month's lines, as the database gives them: one row for each leg, pair and offer.

The month is closing, so its lines are as they will stay: each call gives the same.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from settlement.calendar import ZONE_SQL
from settlement.cards import Leg, RateCard
from settlement.period_lines.sums import Sums


@dataclass(frozen=True, slots=True)
class Pair:
    """Whose uses are counted together: those of one brand with one supplier, under one leg."""

    card_id: int
    leg: str
    home_party_id: int
    supplier_party_id: int
    payer_party_id: int
    payee_party_id: int
    operator_party_id: int
    currency: str

    @property
    def scope(self) -> str:
        """What names the counter in the id of a line of the period."""
        return f"{self.card_id}:{self.leg}:{self.home_party_id}:{self.supplier_party_id}"


@dataclass(frozen=True, slots=True)
class Counted:
    """The sums of a pair, and what reversals of earlier months' uses give back beyond their lines.

    An offer of which no use of this month stands has no sums: it owes nothing, no minimum either.
    A reversal takes back what its charge came to in the end, with its share of the lines of its
    period. `given_back_minor` is that less what the reversals' own lines say.
    """

    groups: tuple[Sums, ...]
    given_back_minor: int


KEY = (
    *("card_id", "leg", "home_party_id", "supplier_party_id"),
    *("payer_party_id", "payee_party_id", "operator_party_id", "currency"),
)
"""The columns of a line that name its pair."""

# A use counts where charge and reversal are billed in the same month: +1 and -1. A reversal of an
# earlier month's charge counts for nothing here.
SIGN = """CASE WHEN line.leg_number IS NULL THEN 0
            WHEN line.kind = 'charge' THEN 1
            WHEN charge.month = line.month THEN -1 ELSE 0 END"""

# The same, of uses that the leg does not count as well.
STANDING = """CASE WHEN line.kind = 'charge' THEN 1
            WHEN charge.month = line.month THEN -1 ELSE 0 END"""

WITH_CHARGE = """settlement.line
        LEFT JOIN settlement.line AS charge
            ON line.kind = 'reversal' AND charge.book_id = line.book_id
            AND charge.use_id = line.use_id AND charge.leg = line.leg AND charge.kind = 'charge'"""

_SUMS = text(
    f"""
    SELECT {", ".join(KEY)}, offer_id, offer_code,
        CAST(sum(sign) AS bigint) AS uses,
        CAST(sum(standing) AS bigint) AS standing,
        CAST(sum(sign) FILTER (
            WHERE until IS NULL OR CAST(used_at AT TIME ZONE {ZONE_SQL} AS date) < until
        ) AS bigint) AS uses_in_time,
        sum(sign * coalesce(face_minor, 0)) AS face_minor,
        sum(sign * coalesce(order_minor, 0)) AS order_minor,
        sum(sign * greatest(0, coalesce(order_minor, 0) - coalesce(paid_minor, 0)))
            AS subsidy_minor,
        sum(sign * rate_minor) AS exact_minor,
        CAST(sum(abs(sign) * amount_minor) AS bigint) AS lines_minor,
        CAST(coalesce(sum(given_back), 0) AS bigint) AS given_back_minor
    FROM (
        SELECT line.*, {SIGN} AS sign, {STANDING} AS standing, stated.until,
            -(allocation.effective_minor - charge.amount_minor) AS given_back
        FROM {WITH_CHARGE}
        LEFT JOIN settlement.allocation
            ON charge.month <> line.month AND allocation.book_id = charge.book_id
            AND allocation.use_id = charge.use_id AND allocation.leg = charge.leg
            AND allocation.kind = 'charge'
        JOIN unnest(
            CAST(:cards AS integer[]), CAST(:legs AS text[]), CAST(:ends AS date[])
        ) AS stated (card, name, until) ON stated.card = line.card_id AND stated.name = line.leg
        WHERE line.month = :month AND line.card_id = ANY(CAST(:cards AS integer[]))
    ) AS line
    GROUP BY {", ".join(KEY)}, offer_id, offer_code
    ORDER BY {", ".join(KEY)}, offer_id, offer_code
    """
)

_TAXED = text(
    """
    SELECT payer_party_id, payee_party_id, operator_party_id, currency, tax_rate, tax_inclusive,
        CAST(coalesce(sum(amount_minor) FILTER (WHERE NOT is_stored), 0) AS bigint)
            AS amount_minor,
        CAST(coalesce(sum(tax_minor) FILTER (WHERE is_stored), 0) AS bigint) AS stored_minor
    FROM (
        SELECT line.payer_party_id, line.payee_party_id, line.operator_party_id, line.currency,
            line.tax_rate, line.tax_inclusive, line.amount_minor,
            charge.month IS DISTINCT FROM line.month AND line.kind = 'reversal'
                AND allocation.book_id IS NOT NULL AS is_stored,
            -allocation.tax_minor AS tax_minor
        FROM settlement.line
        LEFT JOIN settlement.line AS charge
            ON line.kind = 'reversal' AND charge.book_id = line.book_id
            AND charge.use_id = line.use_id AND charge.leg = line.leg AND charge.kind = 'charge'
        LEFT JOIN settlement.allocation
            ON charge.month <> line.month AND allocation.book_id = charge.book_id
            AND allocation.use_id = charge.use_id AND allocation.leg = charge.leg
            AND allocation.kind = 'charge'
        WHERE line.month = :month AND line.card_id = ANY(CAST(:cards AS integer[]))
            AND line.tax_rate IS NOT NULL
        UNION ALL
        SELECT payer_party_id, payee_party_id, operator_party_id, currency, tax_rate,
            tax_inclusive, amount_minor, scope = 'given_back', 0
        FROM settlement.period_line
        WHERE month = :month AND tax_rate IS NOT NULL
            AND kind NOT IN ('tax', 'adjustment', 'write_off')
    ) AS taxed
    GROUP BY payer_party_id, payee_party_id, operator_party_id, currency, tax_rate, tax_inclusive
    ORDER BY payer_party_id, payee_party_id, operator_party_id, currency, tax_rate, tax_inclusive
    """
)

CROSS_BOOK = (_SUMS, _TAXED)
"""The statements here that name no book: counters are of a contract, of whatever book a use is.

They read lines, which no longer change, and lock none. A cluster sends them to every node.
"""


@dataclass(frozen=True, slots=True)
class Taxed:
    """What is taxed at one rate between two parties, and tax that is taken back as it was stored.

    Stored is the tax of reversals of earlier months' charges.
    """

    payer_party_id: int
    payee_party_id: int
    operator_party_id: int
    currency: str
    rate: Decimal
    is_inclusive: bool
    amount_minor: int
    stored_minor: int


def counted_legs(cards: Mapping[int, RateCard]) -> dict[tuple[int, str], Leg]:
    """The legs of these cards that depend on sums, by card and name."""
    return {
        (card_id, leg.leg): leg
        for card_id, card in cards.items()
        for leg in card.legs
        if leg.counted
    }


async def load_counted(
    connection: AsyncConnection, month: str, legs: Mapping[tuple[int, str], Leg]
) -> dict[Pair, Counted]:
    """The sums of the month for each pair under these legs. One round trip."""
    if not legs:
        return {}
    ends = [None if leg.free is None else leg.free.until for leg in legs.values()]
    asked = {
        "month": month,
        "cards": [card for card, _ in legs],
        "legs": [name for _, name in legs],
        "ends": ends,
    }
    rows: dict[Pair, list[RowMapping]] = {}
    for row in (await connection.execute(_SUMS, asked)).mappings():
        rows.setdefault(Pair(*(row[name] for name in KEY)), []).append(row)
    return {
        pair: Counted(
            _grouped(leg, [_sums(leg, row) for row in found if row["standing"]]),
            sum(row["given_back_minor"] for row in found),
        )
        for pair, found in rows.items()
        for leg in (legs[pair.card_id, pair.leg],)
    }


async def load_taxed(
    connection: AsyncConnection, month: str, cards: Collection[int]
) -> list[Taxed]:
    """What is taxed in the month, lines of the period included. One round trip."""
    rows = await connection.execute(_TAXED, {"month": month, "cards": list(cards)})
    return [Taxed(*row) for row in rows]


def by_offer(leg: Leg) -> bool:
    """Whether the uses of each offer are summed apart."""
    limits = (leg.cap, leg.minimum)
    return leg.scope == "offer" or any(
        limit is not None and limit.per == "offer_month" for limit in limits
    )


def _sums(leg: Leg, row: RowMapping) -> Sums:
    free = leg.free
    meant = free is not None and (not free.offers or row["offer_code"] in free.offers)
    return Sums(
        offer_id=row["offer_id"],
        uses=row["uses"],
        coverable=(row["uses_in_time"] or 0) if meant else 0,
        basis=_basis(leg, row),
        exact=Fraction(row["exact_minor"]),
        lines_minor=row["lines_minor"],
    )


def _basis(leg: Leg, row: RowMapping) -> Fraction:
    if leg.basis == "count":
        return Fraction(row["uses"])
    if leg.basis == "net":
        return Fraction(row["order_minor"]) / (1 + Fraction(leg.order_tax_rate))
    return Fraction(row[f"{leg.basis}_minor"])


def _grouped(leg: Leg, found: list[Sums]) -> tuple[Sums, ...]:
    """The sums by offer, or as one group of all offers where they are counted together."""
    offers = {each.offer_id if by_offer(leg) else 0 for each in found}
    return tuple(
        Sums(
            offer_id=offer,
            uses=sum(each.uses for each in of_offer),
            coverable=sum(each.coverable for each in of_offer),
            basis=sum((each.basis for each in of_offer), Fraction(0)),
            exact=sum((each.exact for each in of_offer), Fraction(0)),
            lines_minor=sum(each.lines_minor for each in of_offer),
        )
        for offer in sorted(offers)
        for of_offer in ([each for each in found if offer in (0, each.offer_id)],)
    )
