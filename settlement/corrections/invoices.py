"""Invoices: the numbers of the tax invoices that a payee has issued for its statements.

The sums have to agree with the statement's, which is the base of exactly one invoice. A red invoice
takes a blue one back, whole or in part, and names it. It belongs to the blue one's own statement,
or to a later one between the same parties that comes to less than nothing, as one of corrections
does. All is under the lock of the statement; a red one locks the blue one's statement, too, the
lower number first.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from ledger import Refusal
from settlement.statements.history import note_step
from settlement.statements.statements import (
    PAGE_MAX,
    Statement,
    find_statement,
    lock_statement,
)
from settlement.statements.steps import STANDING, StatementStepRefused, require_state

INVOICE_NUMBER_LENGTH_MAX = 64
INVOICE_NUMBER_PATTERN = r"[A-Za-z0-9][A-Za-z0-9./_-]*"
INVOICE_MINOR_MAX = 1_000_000_000_000_000

InvoiceKind = Literal["blue", "red"]


class InvoiceNotFound(Refusal):
    """There is no blue invoice of this number between these parties."""

    code: ClassVar[str] = "invoice-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such invoice."


class InvoiceExists(Refusal):
    """The payee has an invoice of this number already: for `statement_id`."""

    code: ClassVar[str] = "invoice-exists"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "There is an invoice of this number."


class InvoiceSumsDiffer(Refusal):
    """The sums are not those that are to be invoiced: `net_minor`, `tax_minor`, `gross_minor`."""

    code: ClassVar[str] = "invoice-sums-differ"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The sums of an invoice agree with its statement."


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of an invoice, in minor units. Those of a red one are below zero."""

    net_minor: int
    tax_minor: int
    gross_minor: int

    def plus(self, other: "Sums") -> "Sums":
        """Both together."""
        return Sums(
            self.net_minor + other.net_minor,
            self.tax_minor + other.tax_minor,
            self.gross_minor + other.gross_minor,
        )

    @property
    def negated(self) -> "Sums":
        """The same the other way."""
        return Sums(-self.net_minor, -self.tax_minor, -self.gross_minor)

    def is_within(self, other: "Sums") -> bool:
        """Whether no sum is above the other's. Both are above zero."""
        pairs = (
            (self.net_minor, other.net_minor),
            (self.tax_minor, other.tax_minor),
            (self.gross_minor, other.gross_minor),
        )
        return all(0 <= mine <= theirs for mine, theirs in pairs)


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """An invoice to record. `cancels` is the number of the blue one that a red one takes back."""

    number: str
    issued_on: date
    sums: Sums
    cancels: str | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """A recorded invoice."""

    invoice_id: int
    statement_id: int
    number: str
    kind: InvoiceKind
    issued_on: date
    net_minor: int
    tax_minor: int
    gross_minor: int
    cancels_number: str | None
    recorded_at: datetime


_SELECT = """
    SELECT invoice.invoice_id, invoice.statement_id, invoice.number, invoice.kind,
        invoice.issued_on, invoice.net_minor, invoice.tax_minor, invoice.gross_minor,
        blue.number AS cancels_number, invoice.recorded_at
    FROM settlement.invoice LEFT JOIN settlement.invoice AS blue
        ON blue.invoice_id = invoice.cancels
"""

_LIST = text(
    f"""{_SELECT}
    WHERE invoice.statement_id = :statement_id AND invoice.invoice_id > :after
    ORDER BY invoice.invoice_id LIMIT :limit
    """
)

_BY_NUMBER = text(
    f"""{_SELECT}
    WHERE invoice.payee_party_id = :payee_party_id AND invoice.number = :number
    """
)

_OF_STATEMENT = text(
    """
    SELECT CAST(coalesce(sum(net_minor), 0) AS bigint),
        CAST(coalesce(sum(tax_minor), 0) AS bigint),
        CAST(coalesce(sum(gross_minor), 0) AS bigint)
    FROM settlement.invoice WHERE statement_id = :statement_id
    """
)

_LEFT_OF_BLUE = text(
    """
    SELECT CAST(sum(net_minor) AS bigint), CAST(sum(tax_minor) AS bigint),
        CAST(sum(gross_minor) AS bigint)
    FROM settlement.invoice WHERE invoice_id = :invoice_id OR cancels = :invoice_id
    """
)

_INSERT = text(
    """
    INSERT INTO settlement.invoice (statement_id, payee_party_id, number, kind, issued_on,
        net_minor, tax_minor, gross_minor, cancels, recorded_at)
    VALUES (:statement_id, :payee_party_id, :number, :kind, :issued_on, :net_minor, :tax_minor,
        :gross_minor, :cancels, :recorded_at)
    ON CONFLICT (payee_party_id, number) DO NOTHING RETURNING invoice_id
    """
)


async def record_invoice(
    connection: AsyncConnection, party: Party, statement_id: int, new: NewInvoice, now: datetime
) -> Invoice:
    """Record the number of an invoice, as the statement's payee or as the operator.

    Raises:
        StatementNotFound: there is no such statement, or it is not the party's.
        StatementStepRefused: the party is the payer, or the statement is void or a draft.
        InvoiceExists: the payee has used the number before.
        InvoiceNotFound: there is no blue invoice of the number that a red one names.
        InvoiceSumsDiffer: the sums are not those that are to be invoiced.
    """
    statement = await _lock(connection, party, statement_id, new)
    if party.party_id != statement.payee_party_id and "operator" not in party.roles:
        raise StatementStepRefused(f"{party.code} is not the payee", step="invoice")
    existing = await _by_number(connection, statement, new.number)
    if existing is not None:
        raise _exists(existing)
    if new.cancels is None:
        require_state(statement, "invoice", STANDING)
        await _require_blue(connection, statement, new)
        blue = None
    else:
        blue = await _require_red(connection, statement, new, new.cancels)
    inserted = await connection.execute(
        _INSERT,
        {
            "statement_id": statement_id,
            "payee_party_id": statement.payee_party_id,
            "number": new.number,
            "kind": "blue" if blue is None else "red",
            "issued_on": new.issued_on,
            "net_minor": new.sums.net_minor,
            "tax_minor": new.sums.tax_minor,
            "gross_minor": new.sums.gross_minor,
            "cancels": None if blue is None else blue.invoice_id,
            "recorded_at": now,
        },
    )
    # Two of one number at once may be for two statements. The unique key makes the second wait.
    made = await _by_number(connection, statement, new.number)
    assert made is not None
    if inserted.scalar_one_or_none() is None:
        raise _exists(made)
    note = f"{'blue' if blue is None else 'red'} {new.number}"
    await note_step(connection, [statement_id], "invoice", now, party=party, note=note)
    return made


async def list_invoices(
    connection: AsyncConnection,
    viewer: Party,
    statement_id: int,
    *,
    after: int = 0,
    limit: int = 100,
) -> list[Invoice]:
    """A page of a statement's invoices, the first one first, for a party that may see it.

    Raises:
        StatementNotFound: there is no such statement, or it is not the viewer's.
    """
    await find_statement(connection, viewer, statement_id)
    page = {"statement_id": statement_id, "after": after, "limit": max(1, min(limit, PAGE_MAX))}
    return [Invoice(*row) for row in await connection.execute(_LIST, page)]


async def _lock(
    connection: AsyncConnection, party: Party, statement_id: int, new: NewInvoice
) -> Statement:
    """The statement, locked with that of the blue invoice, the lower number first."""
    found = await find_statement(connection, party, statement_id)
    numbers = {statement_id}
    if new.cancels is not None:
        blue = await _by_number(connection, found, new.cancels)
        if blue is None or blue.kind != "blue":
            raise InvoiceNotFound(f"there is no blue invoice {new.cancels}")
        numbers.add(blue.statement_id)
    locked = {each: await lock_statement(connection, party, each) for each in sorted(numbers)}
    if len({(each.payer_party_id, each.currency) for each in locked.values()}) > 1:
        raise InvoiceNotFound(f"{new.cancels} is between other parties, or in another currency")
    return locked[statement_id]


async def _by_number(
    connection: AsyncConnection, statement: Statement, number: str
) -> Invoice | None:
    named = {"payee_party_id": statement.payee_party_id, "number": number}
    row = (await connection.execute(_BY_NUMBER, named)).one_or_none()
    return None if row is None else Invoice(*row)


async def _open_sums(connection: AsyncConnection, statement: Statement) -> Sums:
    """What of a statement is not invoiced yet."""
    named = {"statement_id": statement.statement_id}
    invoiced = Sums(*(await connection.execute(_OF_STATEMENT, named)).one())
    billed, tax = statement.billed_minor, statement.tax_minor
    return Sums(billed - tax, tax, billed).plus(invoiced.negated)


async def _require_blue(connection: AsyncConnection, statement: Statement, new: NewInvoice) -> None:
    wanted = await _open_sums(connection, statement)
    if new.sums != wanted or new.sums.gross_minor <= 0:
        raise _differ(wanted)


async def _require_red(
    connection: AsyncConnection, statement: Statement, new: NewInvoice, cancels: str
) -> Invoice:
    blue = await _by_number(connection, statement, cancels)
    assert blue is not None, "it was found before the lock, and none goes"
    row = (await connection.execute(_LEFT_OF_BLUE, {"invoice_id": blue.invoice_id})).one()
    left = Sums(*row)
    back = new.sums.negated
    consistent = back.net_minor + back.tax_minor == back.gross_minor and back.gross_minor > 0
    if not consistent or not back.is_within(left):
        raise _differ(left.negated)
    if blue.statement_id != statement.statement_id:
        require_state(statement, "invoice", STANDING)
        wanted = await _open_sums(connection, statement)
        if new.sums != wanted:
            raise _differ(wanted)
    return blue


def _exists(invoice: Invoice) -> InvoiceExists:
    return InvoiceExists(f"{invoice.number} is recorded", statement_id=invoice.statement_id)


def _differ(wanted: Sums) -> InvoiceSumsDiffer:
    return InvoiceSumsDiffer(
        f"to be invoiced are {wanted.gross_minor} minor units, {wanted.tax_minor} of them tax",
        net_minor=wanted.net_minor,
        tax_minor=wanted.tax_minor,
        gross_minor=wanted.gross_minor,
    )
