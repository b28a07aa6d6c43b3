"""Placements: a guest's offer is shown in a host's app, and each claim is worth something.

The guest states a placement, because it is the guest who will owe. The host reports impressions,
hour by hour, once each. Claims, uses and new members are counted from coupons that name the
placement. Both are shown side by side; only what was counted is ever worth money.

Two reports of one hour: the primary key (placement, hour) lets one in. The other finds what is
stored, and says so if it differs.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import RowMapping, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import BIGINT_MAX, Party, find_party_by_id, new_identifier
from catalog.codes import require_own_offer
from catalog.procurement import require_swappable
from exchange.coupons.lifecycle import CouponState
from exchange.swaps.swaps import find_swap
from exchange.swaps.terms import (
    HOURS_MAX,
    IMPRESSIONS_MAX,
    SLOT_LENGTH_MAX,
    UNIT_VALUE_MINOR_MAX,
    Measured,
    Placement,
    PlacementInvalid,
    PlacementNotFound,
    PlacementNotOpen,
    SwapState,
)
from ledger import Refusal, read_clock
from ledger.book import Programme

_STATED = """guest_id, host_id, host_book_id, offer_id, slot, currency, value_per_claim_minor,
        promised_impressions, window_from, window_until, swap_id"""
_COLUMNS = f"placement_id, {_STATED}, ended_at, made_at"

_ADD = text(
    f"""
    INSERT INTO exchange.placement (placement_id, {_STATED})
    VALUES (
        :placement_id, :guest_id, :host_id, :host_book_id, :offer_id, :slot, :currency,
        :value_per_claim_minor, :promised_impressions, :window_from, :window_until, :swap_id
    )
    ON CONFLICT DO NOTHING
    RETURNING {_COLUMNS}
    """
)

_OF_PARTY = f"""
    SELECT {_COLUMNS} FROM exchange.placement
    WHERE (:party_id = 0 OR :party_id IN (guest_id, host_id))"""

_ONE = text(f"{_OF_PARTY} AND placement_id = :placement_id")
_LOCK = text(f"{_OF_PARTY} AND placement_id = :placement_id FOR NO KEY UPDATE")
_PAGE = text(f"{_OF_PARTY} AND placement_id > :after ORDER BY placement_id LIMIT :limit")

_MANY = text(
    f"SELECT {_COLUMNS} FROM exchange.placement WHERE placement_id = ANY (:placement_ids)"
).bindparams(bindparam("placement_ids", type_=ARRAY(BIGINT)))

_END = text(
    """
    UPDATE exchange.placement SET ended_at = now()
    WHERE placement_id = :placement_id AND ended_at IS NULL
    """
)

_REPORT = text(
    """
    INSERT INTO exchange.placement_count (placement_id, hour, impressions)
    SELECT CAST(:placement_id AS bigint), hour, impressions
    FROM unnest(:hours, :impressions) AS told (hour, impressions)
    ORDER BY hour
    ON CONFLICT DO NOTHING
    RETURNING hour
    """
).bindparams(
    bindparam("hours", type_=ARRAY(TIMESTAMP(timezone=True))),
    bindparam("impressions", type_=ARRAY(BIGINT)),
)

_REPORTED = text(
    """
    SELECT hour, impressions FROM exchange.placement_count
    WHERE placement_id = :placement_id AND hour = ANY (:hours)
    """
).bindparams(bindparam("hours", type_=ARRAY(TIMESTAMP(timezone=True))))

_SUM = text(
    """
    SELECT coalesce(sum(impressions), 0) AS impressions, count(*) AS hours
    FROM exchange.placement_count WHERE placement_id = :placement_id
    """
)

# New is a member who has a used coupon of the placement, and no older coupon of the guest.
_MEASURED = text(
    f"""
    SELECT count(*) AS claims, count(*) FILTER (WHERE c.state = '{CouponState.USED}') AS uses,
        count(DISTINCT c.member) FILTER (
            WHERE c.state = '{CouponState.USED}' AND NOT EXISTS (
                SELECT FROM exchange.coupon e
                WHERE e.book_id = :book_id AND e.member = c.member
                    AND e.supplier_id = c.supplier_id
                    AND e.placement_id IS DISTINCT FROM c.placement_id
                    AND e.redeemed_at < c.redeemed_at
            )
        ) AS new_members
    FROM exchange.coupon c
    WHERE c.book_id = :book_id AND c.placement_id = :placement_id
        AND c.state NOT IN ('{CouponState.RETURNED}', '{CouponState.DEACTIVATED}')
    """
)

Arrival = Literal["recorded", "known", "differs", "not-yet", "outside"]
"""What became of an hour that was reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementTerms:
    """What a guest says of a placement."""

    offer_id: int
    slot: str
    currency: str
    value_per_claim_minor: int
    promised_impressions: int | None
    window_from: datetime
    window_until: datetime
    swap_id: int | None = None

    def require_valid(self, now: datetime) -> None:
        """Refuse what cannot be.

        Raises:
            PlacementInvalid: the window is backwards or over, or a number is out of range.
        """
        if not self.window_from < self.window_until or self.window_until <= now:
            raise PlacementInvalid("the window ends before it begins, or is over")
        if not 0 <= self.value_per_claim_minor <= UNIT_VALUE_MINOR_MAX:
            raise PlacementInvalid(f"a claim is worth 0 to {UNIT_VALUE_MINOR_MAX}")
        if not 1 <= (self.promised_impressions or 1) <= IMPRESSIONS_MAX:
            raise PlacementInvalid(f"promised are 1 to {IMPRESSIONS_MAX} impressions")
        if not 1 <= len(self.slot) <= SLOT_LENGTH_MAX:
            raise PlacementInvalid(f"a slot has 1 to {SLOT_LENGTH_MAX} characters")


async def state_placement(
    connection: AsyncConnection, guest: Party, host: Programme, terms: PlacementTerms
) -> Placement:
    """Have an own offer shown in the app of a programme.

    Raises:
        PlacementInvalid: what is said cannot be, or the swap is another one than theirs.
        OfferNotFound: the guest has no such offer, or the host may not have it.
        OfferNotListed: it is not listed now.
        SwapNotFound: the guest is in no such swap.
    """
    terms.require_valid(await read_clock(connection))
    if host.party_id == guest.party_id:
        raise PlacementInvalid("a party is no guest in its own app")
    await require_own_offer(connection, guest, terms.offer_id)
    brand = await find_party_by_id(connection, host.party_id)
    await require_swappable(connection, brand, guest, [terms.offer_id])
    if terms.swap_id is not None:
        swap = await find_swap(connection, guest, terms.swap_id)
        if (
            host.party_id not in {swap.proposer_id, swap.other_id}
            or swap.currency != terms.currency
            or swap.state is SwapState.ENDED
        ):
            raise PlacementInvalid("the swap is over, with another party or in another currency")
    bound = {
        "guest_id": guest.party_id,
        "host_id": host.party_id,
        "host_book_id": host.book_id,
        **{name: getattr(terms, name) for name in PlacementTerms.__dataclass_fields__},
    }
    row: RowMapping | None = None
    while row is None:
        drawn = bound | {"placement_id": new_identifier()}
        row = (await connection.execute(_ADD, drawn)).mappings().one_or_none()
    return Placement(**row)


async def end_placement(
    connection: AsyncConnection, party: Party | None, placement_id: int
) -> Placement:
    """End a placement now. Ended again, it stays as it is. What it has brought stays counted.

    Raises:
        PlacementNotFound: there is none, or the party is neither its guest nor its host.
    """
    await _find(connection, _LOCK, party, placement_id)
    await connection.execute(_END, {"placement_id": placement_id})
    return await find_placement(connection, party, placement_id)


async def find_placement(
    connection: AsyncConnection, party: Party | None, placement_id: int
) -> Placement:
    """A placement of the party, as guest or as host, or any for the operator.

    Raises:
        PlacementNotFound: there is none, or the party is neither its guest nor its host.
    """
    return await _find(connection, _ONE, party, placement_id)


async def list_placements(
    connection: AsyncConnection, party: Party | None, *, after: int, limit: int
) -> list[Placement]:
    """A page of the party's placements, as guest and as host, or of all for the operator."""
    bound = {"party_id": _id_of(party), "after": after, "limit": limit}
    rows = (await connection.execute(_PAGE, bound)).mappings()
    return [Placement(**row) for row in rows]


async def report_impressions(
    connection: AsyncConnection,
    host: Party,
    placement_id: int,
    told: Sequence[tuple[datetime, int]],
) -> list[Arrival]:
    """Store how often the host has shown the offer, by hour. The answers come in order.

    An hour is stored once: reported again it is known, and with another number it differs and
    nothing changes. It must be over, and lie in the window.

    Raises:
        PlacementNotFound: there is none in which the party is the host.
        PlacementInvalid: an hour is none, is named twice, or a number is out of range.
    """
    placement = await find_placement(connection, host, placement_id)
    if placement.host_id != host.party_id:
        raise PlacementNotFound(f"{host.code} is not the host of placement {placement_id}")
    _require_hours(told)
    now = await read_clock(connection)
    arrivals = {hour: _timely(placement, hour, now) for hour, _ in told}
    kept = [(hour, count) for hour, count in told if arrivals[hour] == "recorded"]
    bound = {"placement_id": placement_id, "hours": [hour for hour, _ in kept]}
    counts = {"impressions": [count for _, count in kept]}
    made = set((await connection.execute(_REPORT, bound | counts)).scalars())
    rows = await connection.execute(_REPORTED, bound)
    stored = {row.hour: row.impressions for row in rows}
    for hour, count in kept:
        if hour not in made:
            arrivals[hour] = "known" if stored[hour] == count else "differs"
    return [arrivals[hour] for hour, _ in told]


def _require_hours(told: Sequence[tuple[datetime, int]]) -> None:
    hours = [hour for hour, _ in told]
    if not 1 <= len(hours) <= HOURS_MAX or len(set(hours)) < len(hours):
        raise PlacementInvalid(f"a report tells of 1 to {HOURS_MAX} hours, of each once")
    for hour, count in told:
        if hour.minute or hour.second or hour.microsecond or hour.utcoffset() is None:
            raise PlacementInvalid("an hour begins at its first second, in UTC", field="hour")
        if not 0 <= count <= IMPRESSIONS_MAX // HOURS_MAX:
            raise PlacementInvalid("an hour has fewer impressions", field="impressions")


def _timely(placement: Placement, hour: datetime, now: datetime) -> Arrival:
    """Whether an hour can be told of. One that the window only touches counts, too."""
    first = placement.window_from.replace(minute=0, second=0, microsecond=0)
    if not first <= hour < min(placement.window_until, placement.ended_at or now):
        return "outside" if hour < now else "not-yet"
    return "recorded" if hour < now.replace(minute=0, second=0, microsecond=0) else "not-yet"


async def measure(connection: AsyncConnection, placement: Placement) -> Measured:
    """What the exchange has counted of a placement, and what its host says. Two round trips."""
    bound = {"book_id": placement.host_book_id, "placement_id": placement.placement_id}
    counted = (await connection.execute(_MEASURED, bound)).one()
    reported = (await connection.execute(_SUM, {"placement_id": placement.placement_id})).one()
    return Measured(
        claims=counted.claims,
        uses=counted.uses,
        new_members=counted.new_members,
        reported_impressions=int(reported.impressions),
        reported_hours=reported.hours,
    )


async def load_placements(
    connection: AsyncConnection, placement_ids: Collection[int]
) -> dict[int, Placement]:
    """These placements by their id, those that exist. One round trip, or none."""
    wanted = [each for each in placement_ids if 0 < each <= BIGINT_MAX]
    if not wanted:
        return {}
    rows = (await connection.execute(_MANY, {"placement_ids": wanted})).mappings()
    return {row["placement_id"]: Placement(**row) for row in rows}


def placement_fault(
    known: Mapping[int, Placement],
    placement_id: int | None,
    book_id: int,
    offer_id: int,
    at: datetime,
) -> Refusal | None:
    """Why a redemption of this offer cannot name the placement. None: it can, or names none."""
    if placement_id is None:
        return None
    found = known.get(placement_id)
    if found is None or found.host_book_id != book_id or found.offer_id != offer_id:
        return PlacementNotFound(f"placement {placement_id} is not one of this offer here")
    if not found.open_at(at):
        return PlacementNotOpen(f"placement {placement_id} is not open at {at.isoformat()}")
    return None


async def _find(
    connection: AsyncConnection, statement: TextClause, party: Party | None, placement_id: int
) -> Placement:
    bound = {
        "party_id": _id_of(party),
        "placement_id": placement_id if 0 < placement_id <= BIGINT_MAX else 0,
    }
    row = (await connection.execute(statement, bound)).mappings().one_or_none()
    if row is None:
        raise PlacementNotFound(f"there is no placement {placement_id}")
    return Placement(**row)


def _id_of(party: Party | None) -> int:
    return 0 if party is None else party.party_id
