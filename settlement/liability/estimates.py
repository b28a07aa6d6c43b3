"""What is expected of a programme's points: estimates, proposed and approved.

An estimate holds from a month on that is not frozen. So it never changes what was reported, and
what a new one changes is a row of its own in its first month. It is proposed by one and approved,
where the programme asks for four eyes, by another.

Before the first estimate, a point is worth what the programme's rules say, and all points are
expected to be redeemed. Where the rules give a point another value later, it is worth that from the
month on in which the value begins, until an estimate says otherwise.

Races: an approval and a freeze. Both hold the book's row of `liability_reading`, so an estimate is
approved before the month is frozen, or is refused because it is.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal

import orjson
from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import JSON, Refusal, read_clock
from ledger.book import Programme, ProgrammeInvalid, programme_day
from ledger.read import month_text
from settlement.liability.reading_lock import lock_reading
from settlement.liability.settings import load_settings
from settlement.liability.stored import last_frozen
from settlement.liability.valuation import PER_POINTS, Estimate
from settlement.money import RATE_MINOR_MAX, currency_decimals

Method = Literal["entered", "history", "chain_ladder"]
REASON_LENGTH_MAX = 200
ESTIMATES_MAX = 1_000
"""A programme has at most so many estimates, proposed ones included."""
ONE = Decimal(1)

_ALL = text(
    """
    SELECT version, from_month, cohort, redeem_rate, use_rate, value_minor_per_1000_points,
        cost_minor_per_1000_points, currency, method, evidence, reason, proposed_at, recorded_by,
        approved_at, approved_by
    FROM settlement.liability_estimate WHERE book_id = :book_id ORDER BY version
    """
)

_ADD = text(
    """
    INSERT INTO settlement.liability_estimate (
        book_id, version, from_month, cohort, redeem_rate, use_rate, value_minor_per_1000_points,
        cost_minor_per_1000_points, currency, method, evidence, reason, recorded_by
    ) VALUES (
        :book_id, :version, :from_month, :cohort, :redeem_rate, :use_rate, :value, :cost,
        :currency, :method, CAST(:evidence AS json), :reason, :actor
    )
    """
)

_APPROVE = text(
    """
    UPDATE settlement.liability_estimate SET approved_at = :now, approved_by = :actor
    WHERE book_id = :book_id AND version = :version AND approved_at IS NULL
    """
)


class EstimateInvalid(Refusal):
    """An estimate is out of range."""

    code: ClassVar[str] = "estimate-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The estimate is not valid."


class EstimateNotFound(Refusal):
    """The programme has no such estimate."""

    code: ClassVar[str] = "estimate-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such estimate."


class EstimateTooLate(Refusal):
    """The estimate would change a month that is frozen."""

    code: ClassVar[str] = "estimate-too-late"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The estimate would change a frozen month."


class EstimateOwn(Refusal):
    """Who proposed an estimate may not approve it in this programme."""

    code: ClassVar[str] = "estimate-own"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Another key has to approve the estimate."


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an estimate says. `cohort` is None for all cohorts."""

    from_month: str
    cohort: str | None
    redeem_rate: Decimal
    use_rate: Decimal
    value_minor_per_1000_points: Decimal
    cost_minor_per_1000_points: Decimal
    currency: str
    method: Method
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEstimate(Terms):
    """An estimate as it is stored. `evidence` is what its method found, and the back-test."""

    version: int
    evidence: JSON
    proposed_at: datetime
    recorded_by: int | None
    approved_at: datetime | None
    approved_by: int | None

    def plain(self) -> Estimate:
        """What it says, for the valuation."""
        return Estimate(
            self.version,
            self.from_month,
            self.cohort,
            self.redeem_rate,
            self.use_rate,
            self.value_minor_per_1000_points,
            self.cost_minor_per_1000_points,
        )


@dataclass(frozen=True, slots=True)
class Estimates:
    """What holds of a programme's points, and in which currency; None: nobody has said."""

    approved: tuple[Estimate, ...]
    currency: str | None


def _stored(row: RowMapping) -> StoredEstimate:
    return StoredEstimate(**row)


async def list_estimates(connection: AsyncConnection, book_id: int) -> list[StoredEstimate]:
    """All estimates of a programme, in the order in which they were proposed."""
    rows = (await connection.execute(_ALL, {"book_id": book_id})).mappings()
    return [_stored(row) for row in rows]


def values_of_rules(programme: Programme, today: date | None = None) -> list[Estimate]:
    """What the programme's rules say of a point's value, as the estimates before all others.

    A value holds from the month in which it begins, unless it begins after `today`: a month is
    valued as of its last day, and the current one as of today.
    """
    rules = programme.rules
    if rules.currency is None:
        return []
    decimals = currency_decimals(rules.currency)
    told = [("", rules.point_value)] + [
        (month_text(held.since), held.point_value)
        for held in rules.dated
        if today is not None and held.since <= today
    ]
    return [
        Estimate(0, month, None, ONE, ONE, value.scaleb(decimals) * PER_POINTS, Decimal(0))
        for month, value in dict(told).items()
        if value is not None
    ]


def with_values(estimates: list[Estimate], values: list[Estimate]) -> tuple[Estimate, ...]:
    """Estimates, and what the rules say of a point's value before and after them (pure).

    A value that begins after an estimate takes the place of the estimate's own, and of no rate. An
    estimate that begins later, or in the same month, says its own again.
    """
    found = list(estimates)
    told = {(each.cohort, each.from_month) for each in estimates}
    for value in values:
        month = value.from_month
        for cohort in {None, *(each.cohort for each in estimates)}:
            before = [each for each in found if each.cohort == cohort and each.from_month < month]
            if (cohort, month) in told or (cohort is not None and not before):
                continue
            held = max(before, key=lambda each: (each.from_month, each.version), default=value)
            new_value = value.value_minor_per_1000_points
            found.append(replace(held, from_month=month, value_minor_per_1000_points=new_value))
    return tuple(found)


async def load_estimates(connection: AsyncConnection, programme: Programme) -> Estimates:
    """What holds: the approved estimates, and before them what the rules say."""
    stored = [
        each
        for each in await list_estimates(connection, programme.book_id)
        if each.approved_at is not None
    ]
    today = None
    if programme.rules.dated:
        today = programme_day(await read_clock(connection), programme.time_zone)
    approved = with_values([each.plain() for each in stored], values_of_rules(programme, today))
    currency = programme.rules.currency or (stored[0].currency if stored else None)
    return Estimates(approved, currency)


def _require_valid(terms: Terms, programme: Programme, known: list[StoredEstimate]) -> None:
    for name, rate in (("redeem_rate", terms.redeem_rate), ("use_rate", terms.use_rate)):
        if not 0 <= rate <= 1:
            raise EstimateInvalid(f"{name} is 0 to 1", field=name)
    for name, minor in (
        ("value_minor_per_1000_points", terms.value_minor_per_1000_points),
        ("cost_minor_per_1000_points", terms.cost_minor_per_1000_points),
    ):
        if not 0 <= minor < RATE_MINOR_MAX:
            raise EstimateInvalid(f"{name} is 0 to {RATE_MINOR_MAX}", field=name)
    currency = programme.rules.currency or (known[0].currency if known else terms.currency)
    if terms.currency != currency:
        raise EstimateInvalid(f"the programme's points are valued in {currency}", field="currency")
    if len(known) >= ESTIMATES_MAX:
        raise EstimateInvalid(f"a programme has at most {ESTIMATES_MAX} estimates")


async def _require_open(connection: AsyncConnection, book_id: int, month: str) -> None:
    last = await last_frozen(connection, book_id)
    if last is not None and month <= last:
        raise EstimateTooLate(f"{last} is frozen: an estimate begins after it", frozen=last)


async def require_currency(
    connection: AsyncConnection, programme: Programme, currency: str
) -> None:
    """Check that no estimate values the programme's points in another currency.

    Raises:
        ProgrammeInvalid: one does.
    """
    await lock_reading(connection, programme)
    known = await list_estimates(connection, programme.book_id)
    if any(each.currency != currency for each in known):
        raise ProgrammeInvalid(f"estimates value the points in {known[0].currency}")


async def propose_estimate(
    connection: AsyncConnection,
    programme: Programme,
    terms: Terms,
    *,
    actor: int | None,
    evidence: JSON = None,
) -> StoredEstimate:
    """Propose an estimate. It holds once it is approved.

    Raises:
        EstimateInvalid: a figure is out of range, or the currency is another.
        EstimateTooLate: its first month is frozen.
    """
    book_id = programme.book_id
    await lock_reading(connection, programme)
    known = await list_estimates(connection, book_id)
    _require_valid(terms, programme, known)
    await _require_open(connection, book_id, terms.from_month)
    version = len(known) + 1
    await connection.execute(
        _ADD,
        {
            "book_id": book_id,
            "version": version,
            "from_month": terms.from_month,
            "cohort": terms.cohort,
            "redeem_rate": terms.redeem_rate,
            "use_rate": terms.use_rate,
            "value": terms.value_minor_per_1000_points,
            "cost": terms.cost_minor_per_1000_points,
            "currency": terms.currency,
            "method": terms.method,
            "evidence": None if evidence is None else orjson.dumps(evidence).decode(),
            "reason": terms.reason,
            "actor": actor,
        },
    )
    return (await list_estimates(connection, book_id))[-1]


async def approve_estimate(
    connection: AsyncConnection,
    programme: Programme,
    version: int,
    *,
    actor: int | None,
    now: datetime,
) -> StoredEstimate:
    """Approve an estimate. Approved again, it stays as it is.

    Raises:
        EstimateNotFound: the programme has none of this version.
        EstimateOwn: the programme asks for four eyes, and the same actor has proposed it.
        EstimateTooLate: its first month was frozen in the meantime.
    """
    book_id = programme.book_id
    await lock_reading(connection, programme)
    found = {each.version: each for each in await list_estimates(connection, book_id)}.get(version)
    if found is None:
        raise EstimateNotFound(f"programme {programme.code!r} has no estimate {version}")
    if found.approved_at is not None:
        return found
    settings = await load_settings(connection, book_id)
    if settings.four_eyes and (actor is None or actor == found.recorded_by):
        raise EstimateOwn("the key that has proposed an estimate does not approve it")
    await _require_open(connection, book_id, found.from_month)
    where = {"book_id": book_id, "version": version, "now": now, "actor": actor}
    await connection.execute(_APPROVE, where)
    return replace(found, approved_at=now, approved_by=actor)
