"""Rating as properties: rounding keeps to the contract, and every use is billed once.

The latter holds however uses, reversals, repeats and closings interleave.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from ledger import Database
from settlement import RATE_DECIMALS_MAX, plain
from settlement.closing import close_period
from settlement.closing.freeze import PeriodHasPendingUses
from settlement.money import currency_decimals, major, round_minor
from settlement.months import first_day, month_of, next_month
from settlement.rating import Contract, rate_pending
from settlement.rating.terms import ROUNDINGS
from settlement.rating.uses import LEGS, TOPICS, charges
from settlement.statements import verify_statements
from settlement.statements.totals import load_totals
from tests.conftest import owner_transaction
from tests.settlement.fixtures import (
    LATER,
    World,
    create_world,
    lines,
    renamed,
    send_reversal,
    send_uses,
    use,
)

RATES = st.decimals(0, 10**6, places=RATE_DECIMALS_MAX, allow_nan=False, allow_infinity=False)
MONTHS = ("2017-01", "2017-02", "2017-03", "2017-04")


@given(RATES, st.sampled_from(ROUNDINGS))
def test_rounding_is_whole_near_and_on_the_stated_side(rate: Decimal, rounding: Any) -> None:
    amount_minor = round_minor(rate, rounding)
    error = amount_minor - rate
    assert abs(error) < 1
    assert error <= 0 or rounding != "down"
    assert error >= 0 or rounding != "up"
    if rounding.startswith("half"):
        assert abs(error) <= Decimal("0.5")
    if abs(error) == Decimal("0.5"):
        assert rounding != "half_up" or error > 0
        assert rounding != "half_even" or amount_minor % 2 == 0
    if rate == rate.to_integral_value():
        assert error == 0


@given(RATES)
def test_a_rate_reads_the_same_however_it_is_written(rate: Decimal) -> None:
    assert Decimal(plain(rate)) == rate
    assert plain(rate) == plain(rate.normalize()) == plain(rate.quantize(Decimal("0.000001")))


@given(st.integers(-(10**15), 10**15), st.sampled_from(["USD", "CNY", "JPY", "KWD"]))
def test_major_units_are_exact(amount_minor: int, currency: str) -> None:
    amount = major(amount_minor, currency)
    assert amount * 10 ** currency_decimals(currency) == amount_minor
    assert -int(amount.as_tuple().exponent) == currency_decimals(currency)


@given(RATES, RATES, st.sampled_from(ROUNDINGS))
def test_every_leg_is_charged_with_words_that_recompute_it(
    cost: Decimal, fee: Decimal, rounding: Any
) -> None:
    contract = Contract(
        9,
        cost,
        fee,
        "USD",
        date(2017, 1, 1),
        rounding=rounding,
        contract_id=3,
        home_party_id=None,
        supplier_party_id=None,
        version=1,
    )
    event = use(_world(), 1)
    made = charges(event, contract)
    assert tuple(charge.leg for charge in made) == LEGS
    assert [charge.payee_party_id for charge in made] == [event.supplier_party_id, 9]
    for charge, rate in zip(made, (cost, fee), strict=True):
        assert charge.payer_party_id == event.home_party_id
        assert charge.amount_minor == round_minor(rate, rounding)
        assert (
            charge.calculation
            == f"1 use x {plain(rate)} = {charge.amount_minor} USD minor ({rounding})"
        )


@given(st.datetimes(datetime(1, 2, 1), datetime(9998, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # made aware by timezones
def test_a_moment_lies_in_its_month(moment: datetime) -> None:
    month = month_of(moment, UTC)
    assert first_day(month) <= moment.date() < first_day(next_month(month))


# One step of a history: use number n in a month, repeat its message, reverse it, rate some, or
# close the next month.
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("use"), st.integers(0, 9), st.integers(0, 2)),
        st.tuples(st.just("reverse"), st.integers(0, 9), st.integers(0, 2)),
        st.tuples(st.just("rate"), st.integers(1, 4), st.just(0)),
        st.tuples(st.just("close"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(first=STEPS, second=STEPS)
async def test_any_history_bills_every_use_once(
    database: Database, first: Any, second: Any
) -> None:
    await _empty(database)
    history = _History(database, await create_world(database, cost="60.5", fee="9.999999"))
    for step in first + second:
        await history.take(*step)
    await history.finish()
    rated = await lines(database)
    counts = Counter((line.use_id, line.leg, line.kind) for line in rated)
    assert set(counts.values()) <= {1}
    assert {(use_id, kind) for use_id, _, kind in counts} == {
        (use_id, "charge") for use_id in history.used
    } | {(use_id, "reversal") for use_id in history.reversed}
    assert len(rated) == len(LEGS) * (len(history.used) + len(history.reversed))
    for line in rated:
        assert line.amount_minor == {"coupon_cost": 61, "platform_fee": 10}[line.leg] * (
            1 if line.kind == "charge" else -1
        )
        assert (line.month == month_of(line.occurred_at, UTC)) is not line.late
        assert line.month >= month_of(line.occurred_at, UTC)
    async with database.transaction() as connection:
        sums = await load_totals(connection)
        assert [
            number for month in MONTHS for number in await verify_statements(connection, month)
        ] == []
        numbers = await connection.execute(
            text("SELECT sequence FROM settlement.statement ORDER BY 1")
        )
        assert [row.sequence for row in numbers] == list(range(1, sums.statements + 1))
        by_statement = await connection.execute(_SUMS)
        assert all(row.lines_minor == row.billed_minor for row in by_statement)
    assert sums.billed_minor == sum(line.amount_minor for line in rated)
    assert sums.billed_minor == 71 * (len(history.used) - len(history.reversed))


_SUMS = text(
    """
    SELECT billed_minor, sum(amount_minor) AS lines_minor FROM settlement.statement
    JOIN settlement.line
        USING (month, payer_party_id, payee_party_id, operator_party_id, currency)
    GROUP BY statement_id, billed_minor
    """
)


class _History:
    """Steps against the database, and what they must come to."""

    def __init__(self, database: Database, world: World) -> None:
        self._database = database
        self._world = world
        self._closed = 0
        self._months: dict[int, int] = {}
        self.used: set[str] = set()
        self.reversed: set[str] = set()

    async def take(self, verb: str, number: int, month: int) -> None:
        async with self._database.transaction() as connection:
            if verb == "use":
                await send_uses(connection, [self._use(number, month)])
                self.used.add(f"{number}.1")
            elif verb == "reverse" and f"{number}.1" in self.used:
                # Sent perhaps before its use is rated, perhaps more than once: the same message, as
                # the outbox repeats it.
                await send_reversal(connection, self._use(number, 0), _moment(2))
                self.reversed.add(f"{number}.1")
        if verb == "rate":
            await rate_pending(self._database, limit=number)
        elif verb == "close":
            await self._close()

    def _use(self, number: int, month: int) -> Any:
        month = self._months.setdefault(number, month)  # a repeat has the first one's month
        event = use(self._world, number, _moment(month), home=number % 2, supplier=number % 3 % 2)
        return renamed(event, book_id=1 + number % 2)

    async def _close(self) -> None:
        if self._closed == len(MONTHS):
            return
        try:
            await close_period(self._database, MONTHS[self._closed], now=LATER)
        except PeriodHasPendingUses:
            return
        self._closed += 1

    async def finish(self) -> None:
        while await self._waiting():
            await rate_pending(self._database)
        while self._closed < len(MONTHS):
            await self._close()
        # What came after the last of the months is in the one after it.
        await close_period(self._database, "2017-05", now=LATER)

    async def _waiting(self) -> int:
        """Make due what waits to be rated, and count it. What the closing told waits for others."""
        due = text("UPDATE ledger.outbox SET available_at = now() WHERE topic = ANY(:topics)")
        async with self._database.transaction() as connection:
            return (await connection.execute(due, {"topics": list(TOPICS)})).rowcount


def _moment(month: int) -> datetime:
    return datetime(2017, 1 + month, 15, tzinfo=UTC) + timedelta(hours=1)


def _world() -> World:
    from catalog import Party

    parties = [Party(number, f"p{number}", f"p{number}", frozenset()) for number in range(1, 6)]
    return World(parties[4], (parties[0], parties[1]), (parties[2], parties[3]))


async def _empty(database: Database) -> None:
    """Hypothesis runs many examples in one test's database."""
    async with owner_transaction(database) as connection:
        tables = "line, rejected_message, statement, period, numbering, contract, reconciliation"
        names = ", ".join(f"settlement.{name}" for name in tables.split(", "))
        # The journal of money never changes, but between examples.
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(
            text(
                f"TRUNCATE {names}, ledger.outbox, ledger.money_book, ledger.money_entry"
                " RESTART IDENTITY CASCADE"
            )
        )
        # No actor is of a party here, so nothing refers to the parties any more.
        await connection.execute(text("DELETE FROM catalog.party"))
        await connection.execute(text("ALTER TABLE catalog.party ALTER party_id RESTART"))
