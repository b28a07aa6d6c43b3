"""The lines of the bill: a charge for each leg of a use, its reversal, a charge for a conversion.

The primary key (book, use, leg, kind) makes both idempotent: what was written before stays as it
is.

Many charges go in by COPY, which costs the client a quarter less than an INSERT of arrays. It knows
no ON CONFLICT. So a message that comes again undoes the COPY of its chunk to a savepoint, and the
chunk is inserted.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import asyncpg
import structlog
from sqlalchemy import TextClause, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import driver
from settlement import tables
from settlement.periods import Stamp, Stamps
from settlement.rating.conversions import Conversion, charge_of
from settlement.rating.terms import Contract
from settlement.rating.uses import Charge, Use, UseReversal

COPIED_LINES_MIN = 100
"""Fewer lines are inserted: a COPY asks for the types of its columns first."""

_log = structlog.get_logger(__name__)


class Line(NamedTuple):
    """A charge as it is written: each field is the column of its name."""

    book_id: int
    use_id: str
    leg: str
    month: str
    late: bool
    home_party_id: int
    supplier_party_id: int
    operator_party_id: int
    payer_party_id: int
    payee_party_id: int
    coupon_id: int | None
    coupon_code_sha256: bytes | None
    coupon_code_tail: str | None
    offer_id: int | None
    offer_code: str | None
    programme: str
    member: str
    reference: str | None
    points: int | None
    used_at: datetime
    occurred_at: datetime
    contract_id: int
    contract_version: int
    rate_minor: Decimal
    calculation: str
    amount_minor: int
    currency: str
    card_id: int | None = None
    leg_number: int | None = None
    face_minor: int | None = None
    order_minor: int | None = None
    paid_minor: int | None = None
    store: str | None = None
    request_number: str | None = None
    offer_version: int | None = None
    redeemed_at: datetime | None = None
    tax_rate: Decimal | None = None
    tax_inclusive: bool | None = None
    counted_as: str = "used"
    swap_id: int | None = None


_REVERSED = {
    "month": "reversal.month",
    "late": "reversal.late",
    "occurred_at": "reversal.occurred_at",
    "calculation": "'reversal of ' || calculation",
    "amount_minor": "-amount_minor",
}
"""Where a reversal differs from its charge. It undoes what was billed, at the rate of that time."""

_COLUMNS = ", ".join(Line._fields)
_REVERSED_COLUMNS = ", ".join(_REVERSED.get(name, name) for name in Line._fields)
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_TYPES = [tables.line.c[name].type.compile(_DIALECT) for name in Line._fields]
_ARRAYS = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(_TYPES, 1))

_INSERT_CHARGES = f"""
    INSERT INTO settlement.line ({_COLUMNS}, kind)
    SELECT {_COLUMNS}, 'charge' FROM unnest({_ARRAYS}) AS charge ({_COLUMNS})
    ON CONFLICT (book_id, use_id, leg, kind) DO NOTHING
"""

_INSERT_REVERSALS = f"""
    INSERT INTO settlement.line ({_COLUMNS}, kind)
    SELECT {_REVERSED_COLUMNS}, 'reversal'
    FROM settlement.line AS charge
    JOIN unnest($1::integer[], $2::text[], $3::text[], $4::boolean[], $5::timestamptz[])
        AS reversal (book_id, use_id, month, late, occurred_at) USING (book_id, use_id)
    WHERE charge.kind = 'charge'
    ORDER BY book_id, use_id, leg
    ON CONFLICT (book_id, use_id, leg, kind) DO NOTHING
"""

_RATED = text(
    """
    SELECT DISTINCT book_id, use_id FROM settlement.line
    JOIN unnest(CAST(:books AS integer[]), CAST(:uses AS text[])) AS sought (book_id, use_id)
        USING (book_id, use_id)
    WHERE kind = 'charge'
    """
)

CROSS_BOOK: tuple[str | TextClause, ...] = (_INSERT_CHARGES, _INSERT_REVERSALS, _RATED)
"""The statements here that name no single book: a batch of uses is of many books.

Each row names its own. A cluster sends them to the nodes of the books, and none locks rows to read
them.
"""


async def write_charges(
    connection: AsyncConnection,
    priced: Sequence[tuple[Use, Contract, Sequence[Charge]]],
    months: Stamps,
) -> None:
    """Charge each use what it costs under its contract, in the month that is open for its own."""
    # Sorted by the primary key: two raters of the same uses write in the same order, so they cannot
    # deadlock.
    ordered = sorted(priced, key=lambda each: each[0].identity)

    def lines() -> Iterator[Line]:
        for use, contract, charges in ordered:
            yield from _lines(use, contract, charges, months.of(use.used_at))

    await _write(connection, lines, sum(len(charges) for _, _, charges in ordered))


async def write_conversions(
    connection: AsyncConnection,
    rated: Sequence[tuple[Conversion, Contract]],
    months: Stamps,
) -> None:
    """Charge each conversion under its contract, in the month that its own month is billed in."""
    ordered = sorted(rated, key=lambda each: each[0].identity)

    def lines() -> Iterator[Line]:
        for conversion, contract in ordered:
            yield _line_of(conversion, contract, months.of(conversion.used_at))

    await _write(connection, lines, len(ordered))


async def _write(
    connection: AsyncConnection, lines: Callable[[], Iterator[Line]], count: int
) -> None:
    """Write lines, which are made as they are sent.

    All of them at once would slow down Python, which looks through what is alive again and again.
    """
    if not count:
        return
    raw = await driver(connection)
    if count >= COPIED_LINES_MIN:
        try:
            async with raw.transaction():
                await raw.copy_records_to_table(
                    tables.line.name,
                    schema_name=tables.line.schema,
                    columns=[*Line._fields, "kind"],
                    records=((*line, "charge") for line in lines()),
                )
        except asyncpg.UniqueViolationError:
            _log.info("charges_come_again", lines=count)
        else:
            return
    await raw.execute(_INSERT_CHARGES, *zip(*lines(), strict=True))


async def write_reversals(
    connection: AsyncConnection, reversals: Sequence[UseReversal], months: Stamps
) -> None:
    """Reverse what the uses were charged. A use without a charge is passed over."""
    rows = [
        (each.book_id, each.use_id, stamped.month, stamped.late, each.reversed_at)
        for each in reversals
        for stamped in (months.of(each.reversed_at),)
    ]
    if rows:
        raw = await driver(connection)
        await raw.execute(_INSERT_REVERSALS, *zip(*rows, strict=True))


async def load_charged(
    connection: AsyncConnection, reversals: Sequence[UseReversal]
) -> set[tuple[int, str]]:
    """The identities of those of these uses that have been charged."""
    if not reversals:
        return set()
    sought = {
        "books": [each.book_id for each in reversals],
        "uses": [each.use_id for each in reversals],
    }
    return {(row.book_id, row.use_id) for row in await connection.execute(_RATED, sought)}


def _lines(use: Use, contract: Contract, charges: Sequence[Charge], stamped: Stamp) -> list[Line]:
    return [
        Line(
            book_id=use.book_id,
            use_id=use.use_id,
            leg=charge.leg,
            month=stamped.month,
            late=stamped.late,
            home_party_id=use.home_party_id,
            supplier_party_id=use.supplier_party_id,
            operator_party_id=contract.operator_party_id,
            payer_party_id=charge.payer_party_id,
            payee_party_id=charge.payee_party_id,
            coupon_id=use.coupon_id,
            coupon_code_sha256=use.coupon_code_sha256,
            coupon_code_tail=use.coupon_code_tail,
            offer_id=use.offer_id,
            offer_code=use.offer_code,
            programme=use.programme,
            member=use.member,
            reference=use.reference,
            points=None,
            used_at=use.used_at,
            occurred_at=use.used_at,
            contract_id=contract.contract_id,
            contract_version=contract.version,
            rate_minor=charge.rate_minor,
            calculation=charge.calculation,
            amount_minor=charge.amount_minor,
            currency=contract.currency,
            card_id=contract.card_id,
            leg_number=charge.leg_number,
            face_minor=use.face_minor,
            order_minor=use.order_minor,
            paid_minor=use.paid_minor,
            store=use.store,
            request_number=use.request_number,
            offer_version=use.offer_version,
            redeemed_at=use.redeemed_at,
            tax_rate=charge.tax_rate,
            tax_inclusive=charge.tax_inclusive,
            counted_as=use.counted,
            swap_id=use.swap_id,
        )
        for charge in charges
    ]


def _line_of(conversion: Conversion, contract: Contract, stamped: Stamp) -> Line:
    charge = charge_of(conversion, contract)
    return Line(
        book_id=conversion.book_id,
        use_id=conversion.use_id,
        leg=charge.leg,
        month=stamped.month,
        late=stamped.late,
        home_party_id=conversion.home_party_id,
        supplier_party_id=conversion.supplier_party_id,
        operator_party_id=contract.operator_party_id,
        payer_party_id=charge.payer_party_id,
        payee_party_id=charge.payee_party_id,
        coupon_id=None,
        coupon_code_sha256=None,
        coupon_code_tail=None,
        offer_id=None,
        offer_code=None,
        programme=conversion.programme,
        member=conversion.member,
        reference=conversion.reference,
        points=conversion.points,
        used_at=conversion.used_at,
        occurred_at=conversion.used_at,
        contract_id=contract.contract_id,
        contract_version=contract.version,
        rate_minor=charge.rate_minor,
        calculation=charge.calculation,
        amount_minor=charge.amount_minor,
        currency=contract.currency,
    )
