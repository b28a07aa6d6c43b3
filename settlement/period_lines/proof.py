"""Whether the lines of a closed month's period, and the shares of them, are what they would be now.

Both are computed anew from the month's lines and the published cards, by the functions that wrote
them, and compared with what is stored. Corrections are not computed: `settlement.audit` compares
them with what was agreed.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from settlement.period_lines.add import rows_of, tax_rows
from settlement.period_lines.allocate import find_changed_shares
from settlement.period_lines.month import settle_month

CHANGED_MAX = 20
"""So many of each are named at most."""

_VALUES = (
    *("payer_party_id", "payee_party_id", "operator_party_id", "currency", "kind", "leg"),
    *("card_id", "scope", "calculation", "amount_minor", "tax_rate", "tax_inclusive", "tax_minor"),
)

_STORED = text(
    f"""
    SELECT period_line_id, {", ".join(_VALUES)} FROM settlement.period_line
    WHERE month = :month AND kind NOT IN ('adjustment', 'write_off')
    """
)

# A minimum is owed without a use, so a card that was published since would seem to owe one.
_SINCE = text(
    """
    SELECT card_id FROM settlement.rate_card JOIN settlement.period ON month = :month
    WHERE rate_card.state = 'published' AND published_at > closed_at
    """
)


async def find_changed_period(connection: AsyncConnection, month: str) -> list[str]:
    """The lines of a closed month's period, and the shares, that are not what they would be now.

    The cards can be read (`RateCard.of_document`). Some six round trips.
    """
    stored = [dict(row) for row in (await connection.execute(_STORED, {"month": month})).mappings()]
    shares = _shares_then(stored)
    cards, settled = await settle_month(connection, month, shares)
    since = set((await connection.execute(_SINCE, {"month": month})).scalars()) - shares.keys()
    expected = [row for each in settled for row in rows_of(each)]
    expected += await tax_rows(connection, month, cards)
    before = {_key(row): _values(row) for row in stored}
    after = {
        _key(row): _values(row)
        for row in expected
        if not (row["kind"] == "minimum" and row["card_id"] in since)
    }
    changed = sorted(
        key for key in before.keys() | after.keys() if before.get(key) != after.get(key)
    )
    defects = [f"period line {name}" for *_, name in changed[:CHANGED_MAX]]
    found = await find_changed_shares(connection, month, cards, settled, CHANGED_MAX)
    return defects + [f"share of {name}" for name in found]


def _shares_then(stored: Sequence[Mapping[str, Any]]) -> dict[int, Fraction]:
    """For what part of the month the cards held of which a minimum was due. An end came later."""
    return {
        row["card_id"]: Fraction(row["calculation"].get("share", 1))
        for row in stored
        if row["kind"] == "minimum" and isinstance(row["calculation"], dict)
    }


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (*(row[name] for name in _VALUES[:4]), row["period_line_id"])


def _values(row: Mapping[str, Any]) -> tuple[Any, ...]:
    rate = row["tax_rate"]
    calculation = orjson.dumps(row["calculation"], option=orjson.OPT_SORT_KEYS)
    return (
        *(row[name] for name in _VALUES if name not in {"tax_rate", "calculation"}),
        calculation,
        None if rate is None else Decimal(rate),
    )
