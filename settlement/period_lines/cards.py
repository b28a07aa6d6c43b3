"""The published rate cards, as a month's closing needs them: what they say, and when they hold."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from settlement.cards import Leg, RateCard
from settlement.months import first_day, next_month
from settlement.period_lines.aggregate import Pair

_LOAD = text(
    """
    SELECT card_id, rate_card.home_party_id, rate_card.supplier_party_id,
        rate_card.operator_party_id, document, named_parties,
        (
            SELECT coalesce(sum(upper(days) - lower(days)), 0)
            FROM settlement.rate_card_version JOIN settlement.contract USING (contract_id),
                LATERAL (SELECT validity * daterange(:first, :end) AS days) AS held
            WHERE rate_card_version.card_id = rate_card.card_id AND NOT isempty(days)
        ) AS days
    FROM settlement.rate_card WHERE state = 'published' ORDER BY card_id
    """
)


@dataclass(frozen=True, slots=True)
class CardOfMonth:
    """A published card, and on how many days of the month it holds. 0 stands for any party."""

    card_id: int
    home_party_id: int
    supplier_party_id: int
    operator_party_id: int
    card: RateCard
    named_parties: Mapping[str, int]
    days: int
    days_of_month: int

    @property
    def share(self) -> Fraction:
        """The part of the month in which it holds."""
        return Fraction(self.days, self.days_of_month)

    @property
    def is_of_one_pair(self) -> bool:
        """Whether it is for one home brand and one supplier."""
        return bool(self.home_party_id and self.supplier_party_id)

    def pair(self, leg: Leg) -> Pair | None:
        """The one pair whose uses a leg counts; None if the card is not for one pair."""
        if not self.is_of_one_pair:
            return None
        parties = {
            **self.named_parties,
            "home": self.home_party_id,
            "supplier": self.supplier_party_id,
            "operator": self.operator_party_id,
        }
        return Pair(
            card_id=self.card_id,
            leg=leg.leg,
            home_party_id=self.home_party_id,
            supplier_party_id=self.supplier_party_id,
            payer_party_id=parties[leg.payer],
            payee_party_id=parties[leg.payee],
            operator_party_id=self.operator_party_id,
            currency=self.card.currency,
        )


async def load_cards(connection: AsyncConnection, month: str) -> dict[int, CardOfMonth]:
    """Every published card by its id. One round trip."""
    days_of_month = calendar.monthrange(int(month[:4]), int(month[5:]))[1]
    window: dict[str, date] = {"first": first_day(month), "end": first_day(next_month(month))}
    rows = (await connection.execute(_LOAD, window)).mappings()
    return {row["card_id"]: _card(row, days_of_month) for row in rows}


def _card(row: RowMapping, days_of_month: int) -> CardOfMonth:
    return CardOfMonth(
        card_id=row["card_id"],
        home_party_id=row["home_party_id"],
        supplier_party_id=row["supplier_party_id"],
        operator_party_id=row["operator_party_id"],
        card=RateCard.of_document(row["document"]),
        named_parties=row["named_parties"],
        days=row["days"],
        days_of_month=days_of_month,
    )
