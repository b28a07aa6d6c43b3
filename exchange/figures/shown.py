"""What a brand reports to have shown: offers, by day and channel.

Only the brand's app knows to whom it shows what. It reports counts, never members. A later report
for the same offer, day and channel takes the place of the earlier one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, DATE, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from catalog.offers import load_visible_offers
from ledger import Refusal, read_clock
from ledger.book import Programme, programme_day

SHOWN_MAX = 1_000
"""So many counts may be reported at once."""
SHOWN_COUNT_MAX = 1_000_000_000_000
"""The highest count. The sum of any number of days fits a database integer."""

# The rows are locked in the order of their key, as with every statement that changes several.
_REPORT = text(
    """
    INSERT INTO exchange.shown_day AS s
        (book_id, offer_id, supplier_id, day, channel, impressions, members)
    SELECT :book_id, offer_id, supplier_id, day, channel, impressions, members
    FROM unnest(:offer_ids, :supplier_ids, :days, :channels, :impressions, :members)
        AS t (offer_id, supplier_id, day, channel, impressions, members)
    ORDER BY offer_id, day, channel
    ON CONFLICT (book_id, offer_id, day, channel) DO UPDATE SET
        impressions = excluded.impressions, members = excluded.members,
        reported_at = excluded.reported_at, recorded_by = excluded.recorded_by
    """
).bindparams(
    bindparam("offer_ids", type_=ARRAY(BIGINT)),
    bindparam("supplier_ids", type_=ARRAY(INTEGER)),
    bindparam("days", type_=ARRAY(DATE)),
    bindparam("channels", type_=ARRAY(TEXT)),
    bindparam("impressions", type_=ARRAY(BIGINT)),
    bindparam("members", type_=ARRAY(BIGINT)),
)


class ShownInvalid(Refusal):
    """A count cannot be right: its day has not come, or it is there twice."""

    code: ClassVar[str] = "shown-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "What is reported to have been shown cannot be right."


@dataclass(frozen=True, slots=True)
class Shown:
    """How often an offer was shown on a day, and to how many members. No channel: in none."""

    offer_id: int
    day: date
    impressions: int
    members: int
    channel: str = ""


async def report_shown(
    connection: AsyncConnection, programme: Programme, brand: Party, shown: Sequence[Shown]
) -> int:
    """Keep what a brand reports. Returns how many counts. All of them are kept, or none.

    Raises:
        ShownInvalid: a day has not come, members are more than impressions, or an
            offer, day and channel are there twice.
        OfferNotFound: there is no such offer, or it is isolated from the brand.
    """
    today = programme_day(await read_clock(connection), programme.time_zone)
    _require_right(shown, today)
    wanted = [(offer_id, None) for offer_id in sorted({each.offer_id for each in shown})]
    suppliers: dict[int, int] = {}
    for offer in await load_visible_offers(connection, brand, wanted):
        if isinstance(offer, Refusal):
            raise offer
        suppliers[offer.offer_id] = offer.supplier_id
    bound = {
        "book_id": programme.book_id,
        "offer_ids": [each.offer_id for each in shown],
        "supplier_ids": [suppliers[each.offer_id] for each in shown],
        "days": [each.day for each in shown],
        "channels": [each.channel for each in shown],
        "impressions": [each.impressions for each in shown],
        "members": [each.members for each in shown],
    }
    await connection.execute(_REPORT, bound)
    return len(shown)


def _require_right(shown: Sequence[Shown], today: date) -> None:
    seen: set[tuple[int, date, str]] = set()
    for each in shown:
        name = (each.offer_id, each.day, each.channel)
        told = {"offer_id": each.offer_id, "day": each.day.isoformat()}
        if each.day > today:
            raise ShownInvalid(f"{each.day} has not come", **told)
        if each.members > each.impressions:
            raise ShownInvalid("a member to whom it was shown is an impression, too", **told)
        if name in seen:
            raise ShownInvalid("an offer has one count for each day and channel", **told)
        seen.add(name)
