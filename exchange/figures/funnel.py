"""The funnel: what became of rights, from being shown to being used, and the rates of it.

`count_steps` reads one book after another, with some statements for each. `figures_of` makes rates
of what was counted, without I/O. Members are counted within a book: what one person does in two
programmes is not known to be the same person's.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.offers import load_labels
from catalog.procurement import load_sold
from exchange.figures.sources import SOURCES, Cases, NewMembers, Sources
from exchange.figures.steps import ASKED, STEPS, By
from ledger.book import Programme, programme_day

OURS = frozenset(
    {
        *("allotment-not-found", "allotment-closed", "allotment-exhausted"),
        *("limit-per-member", "limit-per-day"),
        *("offer-undeliverable", "offer-not-valid", "offer-not-listed", "supplier-unavailable"),
    }
)
"""Refusals because of stock, limits or the supplier. All others are because of the request."""
WINDOW_DAYS_MAX = 366
"""The longest window. What is read grows with it."""
OUT_OF_STOCK = frozenset({"allotment-not-found", "allotment-closed", "allotment-exhausted"})


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a cohort up to before `end_day`, and until when its later steps count."""

    first_day: date
    end_day: date
    as_of: datetime

    def bound(self, programme: Programme) -> dict[str, Any]:
        """The window in a programme's time zone, as the statements want it."""
        return {
            "book_id": programme.book_id,
            "time_zone": programme.time_zone,
            "first_day": self.first_day,
            "end_day": self.end_day,
            "since": start_of(self.first_day, programme.time_zone),
            "until": start_of(self.end_day, programme.time_zone),
            "as_of": self.as_of,
            "today": programme_day(self.as_of, programme.time_zone),
        }


def start_of(day: date, time_zone: str) -> datetime:
    """The first instant of a day of a programme."""
    return datetime.combine(day, time.min, ZoneInfo(time_zone))


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rights are looked at: of these programmes, all or those of one supplier or offer."""

    programmes: Sequence[Programme]
    supplier_id: int | None = None
    offer_id: int | None = None


@dataclass(slots=True)
class Steps:
    """What was counted of one group. `open_since` is when the oldest open order was redeemed."""

    impressions: int = 0
    shown: int = 0
    claimed: int = 0
    redeemed: int = 0
    redeemers: int = 0
    points: int = 0
    open: int = 0
    returned: int = 0
    timed: int = 0
    untimed: int = 0
    in_time: int = 0
    delivered: int = 0
    uses: int = 0
    used: int = 0
    users: int = 0
    old_7: int = 0
    used_7: int = 0
    members_7: int = 0
    old_30: int = 0
    used_30: int = 0
    members_30: int = 0
    old_life: int = 0
    used_life: int = 0
    members_life: int = 0
    ended: int = 0
    succeeded: int = 0
    reversed: int = 0
    taken: int = 0
    granted: int = 0
    open_since: datetime | None = None
    asked: Counter[str] = field(default_factory=Counter)
    """By the code of the refusal. The empty one stands for those that were accepted."""
    cases: Cases | None = None
    new_members: NewMembers | None = None

    def add(self, counts: Mapping[str, Any]) -> None:
        """Add what a row counts."""
        for name, count in counts.items():
            if name in _NUMBERS:
                setattr(self, name, getattr(self, name) + count)
        since = counts.get("open_since")
        if since is not None and (self.open_since is None or since < self.open_since):
            self.open_since = since


_NUMBERS = frozenset(each.name for each in fields(Steps) if each.default == 0)


async def count_steps(
    connection: AsyncConnection,
    scope: Scope,
    by: By,
    window: Window,
    sources: Sources = SOURCES,
) -> dict[str, Steps]:
    """The steps of each group. Some six statements for each programme."""
    found: dict[str, Steps] = defaultdict(Steps)
    for programme in scope.programmes:
        bound = {
            **window.bound(programme),
            "supplier_id": scope.supplier_id,
            "offer_id": scope.offer_id,
        }
        for statement in STEPS[by]:
            used = {name: bound[name] for name in bound if f":{name}" in statement.text}
            for row in (await connection.execute(statement, used)).mappings():
                found[_key(by, programme, row["grouped"])].add(dict(row))
        if by in {"offer", "supplier", "brand"}:
            await _add_stock(connection, found, by, programme, bound)
        await _add_told(connection, found, by, programme, bound, sources)
    if by != "shop":
        for steps in found.values():
            # A coupon that is used now was used once more than its uses were reversed.
            steps.reversed = steps.uses - steps.used
    return dict(found)


def _key(by: By, programme: Programme, grouped: str | None) -> str:
    return str(programme.party_id) if by == "brand" else grouped or ""


async def _add_stock(
    connection: AsyncConnection,
    found: dict[str, Steps],
    by: By,
    programme: Programme,
    bound: Mapping[str, Any],
) -> None:
    """Add what was asked for and refused, and what was taken of batches that are over."""
    names = ("book_id", "first_day", "end_day", "offer_id")
    asked = (await connection.execute(ASKED, {name: bound[name] for name in names})).all()
    sold = await load_sold(
        connection, programme.book_id, bound["since"], bound["until"], bound["as_of"]
    )
    labels = await load_labels(connection, {row.offer_id for row in asked} | sold.keys())

    def steps_of(offer_id: int) -> Steps | None:
        label = labels.get(offer_id)
        if label is None or bound["supplier_id"] not in {None, label.supplier_id}:
            return None
        key = {"offer": str(offer_id), "supplier": str(label.supplier_id)}.get(by)
        return found[_key(by, programme, key)]

    for row in asked:
        if (steps := steps_of(row.offer_id)) is not None:
            steps.asked[row.code] += row.times
    for offer_id, pieces in sold.items():
        if bound["offer_id"] in {None, offer_id} and (steps := steps_of(offer_id)) is not None:
            steps.taken += pieces.taken
            steps.granted += pieces.granted


async def _add_told(  # noqa: PLR0917 - what `count_steps` is given, and what it has found
    connection: AsyncConnection,
    found: dict[str, Steps],
    by: By,
    programme: Programme,
    bound: Mapping[str, Any],
    sources: Sources,
) -> None:
    """Add what other wings count, of those that there are."""
    if sources.cases is not None:
        if by != "shop":
            for steps in found.values():
                steps.cases = steps.cases or Cases()
        for key, cases in (await sources.cases(connection, bound, by)).items():
            steps = found[_key(by, programme, key)]
            known = steps.cases or Cases()
            steps.cases = Cases(
                known.with_case + cases.with_case,
                known.with_complaint + cases.with_complaint,
                known.contradicted + cases.contradicted,
            )
    if sources.new_members is not None:
        for key, told in (await sources.new_members(connection, bound, by)).items():
            steps = found[_key(by, programme, key)]
            before = steps.new_members or NewMembers()
            steps.new_members = NewMembers(before.said + told.said, before.new + told.new)


def oldest_open_seconds(steps: Steps, as_of: datetime) -> int | None:
    """How long the oldest open order has been open."""
    if steps.open_since is None:
        return None
    return max(0, int((as_of - steps.open_since) / timedelta(seconds=1)))
