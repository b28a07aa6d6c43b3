"""The roll-forward of a month, from what is kept of it.

A frozen month is read from what was stored with it. An open one is summed the same way from what
was read so far, and from the records that were not read yet, as of now. It stores nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import find_party_by_id
from ledger import Refusal, read_clock
from ledger.book import Programme, programme_day
from ledger.read import Row, month_text, position_of
from settlement.liability.cells import REPORTED, ROWS, Cells, by_cohort, by_row, merged, of_month
from settlement.liability.estimates import Estimates, load_estimates
from settlement.liability.freeze import find_frozen, is_under_way
from settlement.liability.naming import load_naming
from settlement.liability.reading import Queues, page_after, read_cells, stretch_of
from settlement.liability.rolling import RolledMonth, month_before, months_to_roll, roll_month
from settlement.liability.stored import (
    Close,
    Reading,
    find_close,
    find_reading,
    last_frozen,
    load_cells,
    load_states,
    rows_read,
)
from settlement.liability.tie_outs import TieOut, money_tie_outs, tie_outs
from settlement.liability.valuation import Amounts, CohortState
from settlement.months import next_month, require_month

State = Literal["frozen", "freezing", "open"]
_ONE_SNAPSHOT = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


class MonthNotBegun(Refusal):
    """The month has not begun in the programme's time zone."""

    code: ClassVar[str] = "month-not-begun"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The month has not begun."


@dataclass(frozen=True, slots=True)
class Points:
    """The points of a month: the rows between opening and closing, in their order.

    What went out is below zero. Redeemed points are told apart by whose right they were spent on.
    """

    opening: int = 0
    issued: int = 0
    converted_in: int = 0
    issue_reversed: int = 0
    redeemed_own: int = 0
    redeemed_partner: int = 0
    redemption_reversed: int = 0
    converted_out: int = 0
    expired: int = 0
    adjusted: int = 0
    moved: int = 0
    closing: int = 0


@dataclass(frozen=True, slots=True)
class CohortLine:
    """One cohort in a month. Without a value of its points, `money` is None."""

    cohort: str
    points: Points
    money: Amounts | None


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """What was redeemed at one partner, less what came back, and its share of all, out of 1."""

    supplier: str
    points: int
    share: float


@dataclass(frozen=True, slots=True)
class Report:
    """A programme's roll-forward of one month."""

    month: str
    state: State
    as_of: datetime
    records_left: int
    points: Points
    money: Amounts | None
    currency: str | None
    cohorts: tuple[CohortLine, ...]
    partners: tuple[PartnerLine, ...]
    partner_share: float | None
    late_points: int
    late_entries: int
    later: int
    balances: Mapping[str, int]
    tie_outs: tuple[TieOut, ...]
    states: Mapping[str, CohortState] = field(repr=False)

    @property
    def ties(self) -> bool:
        """Whether all tie-outs hold."""
        return all(tie.holds for tie in self.tie_outs)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a report is made of."""

    rolled: RolledMonth
    before: Mapping[str, CohortState]
    cells: Cells
    closing_before: int
    balances: Mapping[str, int]
    later: int
    rows: Mapping[Row, int]
    stored: Mapping[str, CohortState]
    state: State
    as_of: datetime
    left: int
    currency: str | None


async def see_one_snapshot(connection: AsyncConnection) -> None:
    """Have all that the caller's transaction reads be of one instant. It must be new."""
    await connection.execute(_ONE_SNAPSHOT)


async def load_report(connection: AsyncConnection, programme: Programme, month: str) -> Report:
    """The roll-forward of a month. The caller's transaction sees one snapshot.

    Raises:
        MonthInvalid: there is no such month.
        MonthNotKept: it is before the first month of the book's points.
        MonthNotBegun: it has not begun yet.
    """
    require_month(month)
    estimates = await load_estimates(connection, programme)
    close = await find_close(connection, programme.book_id, month)
    if close is not None:
        found = await _frozen(connection, programme, close, estimates)
    else:
        found = await _open(connection, programme, month, estimates)
    own = (await find_party_by_id(connection, programme.party_id)).code
    return _report(found, own)


async def _frozen(
    connection: AsyncConnection, programme: Programme, close: Close, estimates: Estimates
) -> _Found:
    book_id, month = programme.book_id, close.month
    earlier = await find_close(connection, book_id, month_before(month))
    before = await load_states(connection, book_id, earlier.month if earlier else None)
    cells = await load_cells(connection, book_id, after=month_before(month), until=month)
    rows, later = await rows_read(connection, book_id, close.pages, month)
    return _Found(
        rolled=roll_month(month, before, cells, estimates),
        before=before,
        cells=cells,
        closing_before=earlier.closing if earlier else 0,
        balances=close.balances,
        later=later,
        rows=rows,
        stored=await load_states(connection, book_id, month),
        state="frozen",
        as_of=close.frozen_at,
        left=0,
        currency=close.currency,
    )


async def _open(
    connection: AsyncConnection, programme: Programme, month: str, estimates: Estimates
) -> _Found:
    book_id = programme.book_id
    now = await read_clock(connection)
    if month > month_text(programme_day(now, programme.time_zone)):
        raise MonthNotBegun(f"{month} has not begun in {programme.time_zone}")
    last = await last_frozen(connection, book_id)
    if last is not None and month < last:
        await find_frozen(connection, programme, month)
    reading = await find_reading(connection, book_id)
    position = await position_of(connection, book_id)
    unread = await _unread(connection, programme, reading, position.heads, last)
    kept = await load_cells(connection, book_id, after=last or "")
    cells = merged([kept, unread])
    pages = reading.pages if reading else 0
    rows, later = await rows_read(connection, book_id, pages, month)
    for row, points in by_row(unread).items():
        rows[row] = rows.get(row, 0) + points
    later += sum(tally.points for cell, tally in unread.items() if cell.month > month)
    before = states = await load_states(connection, book_id, last)
    closing_before = sum(state.points for state in states.values())
    months = months_to_roll(last, cells, month) or [month]
    for each in months[:-1]:
        closing_before = (rolled := roll_month(each, before, cells, estimates)).closing
        before = dict(rolled.states)
    rolled = roll_month(month, before, cells, estimates)
    under_way = is_under_way(reading, last) and reading is not None and reading.month == month
    return _Found(
        rolled=rolled,
        before=before,
        cells=of_month(cells, month),
        closing_before=closing_before,
        balances=position.balances,
        later=later,
        rows=rows,
        stored=rolled.states,
        state="freezing" if under_way else "open",
        as_of=now,
        left=reading.left if reading is not None and under_way else 0,
        currency=estimates.currency,
    )


async def _unread(
    connection: AsyncConnection,
    programme: Programme,
    reading: Reading | None,
    heads: tuple[int, ...],
    last: str | None,
) -> Cells:
    """What the records say that were not read yet, page by page, without keeping it."""
    queues = Queues(programme.book_id)
    naming = await load_naming(connection, programme, reading)
    parts: list[Cells] = []
    place = list(reading.heads) if reading else [0] * programme.lanes
    while place != list(heads):
        until = page_after(place, heads)
        first_open = next_month(last) if last else None
        stretch = stretch_of(place, until)
        parts.append(
            await read_cells(
                connection, programme, stretch, queues, naming=naming, first_open=first_open
            )
        )
        place = until
    return merged(parts)


def _report(found: _Found, own: str) -> Report:
    rolled, cells = found.rolled, found.cells
    cohorts = tuple(
        CohortLine(
            cohort,
            _points(
                found.before.get(cohort, CohortState()).points,
                {cell: tally for cell, tally in cells.items() if cell.cohort == cohort},
                own,
            ),
            rolled.amounts.get(cohort),
        )
        for cohort in rolled.states
        if found.before.get(cohort, CohortState()).points
        or cohort in by_cohort(cells)
        or rolled.amounts.get(cohort, Amounts()) != Amounts()
    )
    amounts = sum(rolled.amounts.values(), Amounts()) if rolled.amounts else None
    partners, share = _partners(cells, own)
    late = [tally for cell, tally in cells.items() if cell.late]
    return Report(
        month=rolled.month,
        state=found.state,
        as_of=found.as_of,
        records_left=found.left,
        points=_points(rolled.opening, cells, own),
        money=amounts,
        currency=found.currency if amounts is not None else None,
        cohorts=cohorts,
        partners=partners,
        partner_share=share,
        late_points=sum(tally.points for tally in late),
        late_entries=sum(tally.entries for tally in late),
        later=found.later,
        balances=found.balances,
        tie_outs=tuple(_ties(found, amounts)),
        states=rolled.states,
    )


def _ties(found: _Found, amounts: Amounts | None) -> list[TieOut]:
    ties = tie_outs(
        opening=found.rolled.opening,
        closing=found.rolled.closing,
        later=found.later,
        closing_before=found.closing_before,
        cohorts=sum(state.points for state in found.stored.values()),
        balances=found.balances,
        rows=found.rows,
    )
    if amounts is not None:
        ties += money_tie_outs(
            amounts.opening,
            amounts.deferred + amounts.redeemed + amounts.broken + amounts.estimate_change,
            amounts.closing,
            sum(state.liability_minor or 0 for state in found.stored.values()),
            sum(state.liability_minor or 0 for state in found.before.values()),
        )
    return ties


def _points(opening: int, cells: Cells, own: str) -> Points:
    rows: dict[Row, int] = dict.fromkeys(ROWS, 0)
    partner = 0
    for cell, tally in cells.items():
        rows[REPORTED.get(cell.row, cell.row)] += tally.points
        if cell.row is Row.REDEEMED and cell.supplier not in {"", own}:
            partner += tally.points
    return Points(
        opening=opening,
        issued=rows[Row.ISSUED],
        converted_in=rows[Row.CONVERTED_IN],
        issue_reversed=rows[Row.ISSUE_REVERSED],
        redeemed_own=rows[Row.REDEEMED] - partner,
        redeemed_partner=partner,
        redemption_reversed=rows[Row.REDEMPTION_REVERSED],
        converted_out=rows[Row.CONVERTED_OUT],
        expired=rows[Row.EXPIRED],
        adjusted=rows[Row.ADJUSTED],
        moved=rows[Row.MOVED],
        closing=opening + sum(rows.values()),
    )


def _partners(cells: Cells, own: str) -> tuple[tuple[PartnerLine, ...], float | None]:
    spent: dict[str, int] = {}
    for cell, tally in cells.items():
        if cell.row in {Row.REDEEMED, Row.REDEMPTION_REVERSED}:
            supplier = cell.supplier or own
            spent[supplier] = spent.get(supplier, 0) - tally.points
    total = sum(spent.values())
    if total <= 0:
        return (), None
    lines = tuple(
        PartnerLine(supplier, points, points / total)
        for supplier, points in sorted(spent.items(), key=lambda each: (-each[1], each[0]))
        if supplier != own
    )
    return lines, sum(line.points for line in lines) / total
