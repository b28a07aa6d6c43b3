"""The tables of the schema `settlement` about what is in question, corrected and invoiced.

No other package imports this module.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from ledger import ACTING, Placement
from settlement.schema import INSTANT, metadata


def _of() -> list[Column[Any]]:
    """What names a line of a statement: one of a use, or one of its month. Null is all of them."""
    return [
        Column("of_book_id", Integer),
        *(Column(name, Text) for name in ("of_use_id", "of_leg", "of_kind", "of_period_line_id")),
    ]


dispute = Table(
    "dispute",
    metadata,
    Column("dispute_id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "statement_id",
        BigInteger,
        ForeignKey("settlement.statement.statement_id"),
        nullable=False,
    ),
    Column("party_id", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("is_whole", Boolean, nullable=False),
    Column("disputed_minor", BigInteger, nullable=False),
    Column("claimed_minor", BigInteger),
    Column("state", Text, nullable=False, server_default="open"),
    Column("opened_at", INSTANT, nullable=False),
    Column("recorded_by", Integer, server_default=ACTING),
    Column("answer", Text),
    Column("closed_at", INSTANT),
    Column("closed_party_id", Integer),
    Column("closed_by", Integer),
    Index("dispute_statement_index", "statement_id", "dispute_id"),
    Index("dispute_open_index", "dispute_id", postgresql_where=text("state = 'open'")),
    info={"placement": Placement.LOCAL},
)

dispute_line = Table(
    "dispute_line",
    metadata,
    Column("dispute_id", BigInteger, ForeignKey("settlement.dispute.dispute_id"), nullable=False),
    Column("place", Integer, nullable=False),
    *_of(),
    Column("amount_minor", BigInteger, nullable=False),
    PrimaryKeyConstraint("dispute_id", "place"),
    info={"placement": Placement.LOCAL},
)

adjustment = Table(
    "adjustment",
    metadata,
    Column("adjustment_id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "statement_id",
        BigInteger,
        ForeignKey("settlement.statement.statement_id"),
        nullable=False,
    ),
    Column("dispute_id", BigInteger, ForeignKey("settlement.dispute.dispute_id")),
    Column("reason", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("state", Text, nullable=False, server_default="draft"),
    Column("made_at", INSTANT, nullable=False),
    Column("recorded_by", Integer, server_default=ACTING),
    Column("decided_at", INSTANT),
    Column("decided_by", Integer),
    Column("month", Text),
    Column("tax_minor", BigInteger),
    UniqueConstraint("dispute_id", name="adjustment_dispute_key"),
    Index("adjustment_statement_index", "statement_id", "adjustment_id"),
    info={"placement": Placement.LOCAL},
)

adjustment_line = Table(
    "adjustment_line",
    metadata,
    Column(
        "adjustment_id",
        BigInteger,
        ForeignKey("settlement.adjustment.adjustment_id"),
        nullable=False,
    ),
    Column("place", Integer, nullable=False),
    *_of(),
    Column("amount_minor", BigInteger, nullable=False),
    PrimaryKeyConstraint("adjustment_id", "place"),
    Index("adjustment_line_use_index", "of_book_id", "of_use_id"),
    info={"placement": Placement.LOCAL},
)

invoice = Table(
    "invoice",
    metadata,
    Column("invoice_id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "statement_id",
        BigInteger,
        ForeignKey("settlement.statement.statement_id"),
        nullable=False,
    ),
    Column("payee_party_id", Integer, nullable=False),
    Column("number", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("net_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    Column("gross_minor", BigInteger, nullable=False),
    Column("cancels", BigInteger, ForeignKey("settlement.invoice.invoice_id")),
    Column("recorded_at", INSTANT, nullable=False),
    Column("recorded_by", Integer, server_default=ACTING),
    UniqueConstraint("payee_party_id", "number", name="invoice_number_key"),
    Index("invoice_statement_index", "statement_id", "invoice_id"),
    Index("invoice_cancels_index", "cancels", postgresql_where=text("cancels IS NOT NULL")),
    info={"placement": Placement.LOCAL},
)
