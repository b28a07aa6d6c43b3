"""The tables of the schema `settlement` that a month closes into, and the calendar.

No other package imports this module.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from ledger import ACTING, Placement
from settlement.schema import INSTANT, NOW, metadata

calendar = Table(
    "calendar",
    metadata,
    Column("is_only", Boolean, primary_key=True, server_default=text("true")),
    Column("time_zone", Text, nullable=False, server_default="UTC"),
    Column("four_eyes", Boolean, nullable=False, server_default=text("false")),
    Column("dispute_days", Integer, nullable=False, server_default="15"),
    Column("payment_days", Integer, nullable=False, server_default="30"),
    Column("number_prefix", Text, nullable=False, server_default=""),
    Column("changed_by", Integer),
    Column("changed_at", INSTANT),
    info={"placement": Placement.REFERENCE},
)

period_line = Table(
    "period_line",
    metadata,
    Column("month", Text, ForeignKey("settlement.period.month"), nullable=False),
    Column("payer_party_id", Integer, nullable=False),
    Column("payee_party_id", Integer, nullable=False),
    Column("operator_party_id", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Column("period_line_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("leg", Text, nullable=False),
    Column("card_id", Integer),
    Column("scope", Text, nullable=False, server_default=""),
    Column("calculation", JSONB, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("tax_rate", Numeric(9, 6)),
    Column("tax_inclusive", Boolean),
    Column("tax_minor", BigInteger, nullable=False, server_default="0"),
    Column("of_statement_id", BigInteger),
    Column("of_book_id", Integer),
    Column("of_use_id", Text),
    Column("of_leg", Text),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint(
        "month",
        "payer_party_id",
        "payee_party_id",
        "operator_party_id",
        "currency",
        "period_line_id",
    ),
    Index(
        "period_line_corrects_index",
        "of_statement_id",
        postgresql_where=text("of_statement_id IS NOT NULL"),
    ),
    info={"placement": Placement.LOCAL},
)

allocation = Table(
    "allocation",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("use_id", Text, nullable=False),
    Column("leg", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("month", Text, nullable=False),
    Column("effective_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    PrimaryKeyConstraint("book_id", "use_id", "leg", "kind"),
    ForeignKeyConstraint(
        ["book_id", "use_id", "leg", "kind"],
        [f"settlement.line.{name}" for name in ("book_id", "use_id", "leg", "kind")],
    ),
    info={"placement": Placement.DISTRIBUTED},
)

statement = Table(
    "statement",
    metadata,
    Column("statement_id", BigInteger, Identity(always=True), primary_key=True),
    Column("month", Text, ForeignKey("settlement.period.month"), nullable=False),
    Column("payer_party_id", Integer, nullable=False),
    Column("payee_party_id", Integer, nullable=False),
    Column("operator_party_id", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("uses", Integer, nullable=False),
    Column("reversals", Integer, nullable=False),
    Column("conversions", Integer, nullable=False),
    Column("late_lines", Integer, nullable=False),
    Column("coupon_cost_minor", BigInteger, nullable=False),
    Column("platform_fee_minor", BigInteger, nullable=False),
    Column("conversion_minor", BigInteger, nullable=False),
    Column("other_minor", BigInteger, nullable=False),
    Column("adjustment_minor", BigInteger, nullable=False),
    Column("added_tax_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    Column(
        "billed_minor",
        BigInteger,
        Computed(
            "coupon_cost_minor + platform_fee_minor + conversion_minor + other_minor"
            " + adjustment_minor + added_tax_minor",
            persisted=True,
        ),
        nullable=False,
    ),
    Column("state", Text, nullable=False, server_default="draft"),
    Column("year", Integer),
    Column("sequence", Integer),
    Column("number", Text),
    Column("content_sha256", LargeBinary),
    Column("file_sha256", LargeBinary),
    Column("chain_sha256", LargeBinary),
    Column("issued_at", INSTANT),
    Column("due_on", Date),
    Column("reviewed_by", Integer),
    Column("issued_by", Integer),
    Column("payer_agreed_at", INSTANT),
    Column("payee_agreed_at", INSTANT),
    Column("dispute_reason", Text),
    Column("replaces", BigInteger, ForeignKey("settlement.statement.statement_id")),
    Column("voided_at", INSTANT),
    Column("recorded_by", Integer, server_default=ACTING),
    UniqueConstraint("year", "sequence", name="statement_sequence_key"),
    UniqueConstraint("number", name="statement_number_key"),
    CheckConstraint(
        "state IN ('draft', 'under_review', 'void') OR"
        " (year IS NOT NULL AND sequence IS NOT NULL AND number IS NOT NULL"
        " AND content_sha256 IS NOT NULL AND issued_at IS NOT NULL)",
        name="statement_issued_check",
    ),
    Index(
        "statement_parties_index",
        *("month", "payer_party_id", "payee_party_id", "operator_party_id", "currency"),
        unique=True,
        postgresql_where=text("state <> 'void'"),
    ),
    Index("statement_payer_index", "payer_party_id", "statement_id"),
    Index("statement_payee_index", "payee_party_id", "statement_id"),
    info={"placement": Placement.LOCAL},
)

statement_step = Table(
    "statement_step",
    metadata,
    Column("step_id", BigInteger, Identity(always=True), primary_key=True),
    Column("statement_id", BigInteger, ForeignKey(statement.c.statement_id), nullable=False),
    Column("step", Text, nullable=False),
    Column("party_id", Integer),
    Column("note", Text),
    Column("done_at", INSTANT, nullable=False),
    Column("recorded_by", Integer, server_default=ACTING),
    Index("statement_step_index", "statement_id", "step_id"),
    info={"placement": Placement.LOCAL},
)
