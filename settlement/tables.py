"""The tables of the schema `settlement`, as migration 0004 creates them.

No other package imports this module.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB

from ledger import ACTING, Placement
from settlement import liability_tables
from settlement.schema import metadata

PARTS = (liability_tables,)
"""They declare more tables of the same schema."""

_NOW = text("now()")
_INSTANT = DateTime(timezone=True)
_RATE = Numeric(18, 6)

contract = Table(
    "contract",
    metadata,
    Column("contract_id", Integer, Identity(always=True), primary_key=True),
    Column("home_party_id", Integer, nullable=False),
    Column("supplier_party_id", Integer, nullable=False),
    Column("operator_party_id", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("coupon_cost_minor", _RATE, nullable=False),
    Column("platform_fee_minor", _RATE, nullable=False),
    Column("currency", Text, nullable=False),
    Column("rounding", Text, nullable=False),
    Column("validity", DATERANGE, nullable=False),
    Column("created_at", _INSTANT, nullable=False, server_default=_NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    UniqueConstraint("home_party_id", "supplier_party_id", "version", name="contract_version_key"),
    # WITHOUT OVERLAPS in the database, which SQLAlchemy cannot say.
    UniqueConstraint(
        "home_party_id", "supplier_party_id", "validity", name="contract_validity_key"
    ),
    info={"placement": Placement.LOCAL},
)

period = Table(
    "period",
    metadata,
    Column("month", Text, primary_key=True),
    Column("state", Text, nullable=False, server_default="open"),
    Column("opened_at", _INSTANT, nullable=False, server_default=_NOW),
    Column("closed_at", _INSTANT),
    info={"placement": Placement.REFERENCE},
)

line = Table(
    "line",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("use_id", Text, nullable=False),
    Column("leg", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("month", Text, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("home_party_id", Integer, nullable=False),
    Column("supplier_party_id", Integer, nullable=False),
    Column("operator_party_id", Integer, nullable=False),
    Column("payer_party_id", Integer, nullable=False),
    Column("payee_party_id", Integer, nullable=False),
    Column("coupon_id", BigInteger),
    Column("coupon_code_sha256", LargeBinary),
    Column("coupon_code_tail", Text),
    Column("offer_id", BigInteger),
    Column("offer_code", Text),
    Column("programme", Text, nullable=False),
    Column("member", Text, nullable=False),
    Column("reference", Text),
    Column("points", BigInteger),
    Column("used_at", _INSTANT, nullable=False),
    Column("occurred_at", _INSTANT, nullable=False),
    Column("contract_id", Integer, nullable=False),
    Column("contract_version", Integer, nullable=False),
    Column("rate_minor", _RATE, nullable=False),
    Column("calculation", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("rated_at", _INSTANT, nullable=False, server_default=_NOW),
    PrimaryKeyConstraint("book_id", "use_id", "leg", "kind"),
    Index("line_statement_index", "month", "supplier_party_id", "home_party_id"),
    Index("line_supplier_index", "supplier_party_id", "used_at"),
    info={"placement": Placement.DISTRIBUTED},
)

rejected_message = Table(
    "rejected_message",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("outbox_id", BigInteger, nullable=False),
    Column("topic", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("rejected_at", _INSTANT, nullable=False, server_default=_NOW),
    PrimaryKeyConstraint("book_id", "outbox_id"),
    info={"placement": Placement.DISTRIBUTED},
)

numbering = Table(
    "numbering",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last_sequence", Integer, nullable=False),
    info={"placement": Placement.LOCAL},
)

statement = Table(
    "statement",
    metadata,
    Column("statement_id", BigInteger, Identity(always=True), primary_key=True),
    Column("month", Text, ForeignKey("settlement.period.month"), nullable=False),
    Column("home_party_id", Integer, nullable=False),
    Column("supplier_party_id", Integer, nullable=False),
    Column("operator_party_id", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Column("uses", Integer, nullable=False),
    Column("reversals", Integer, nullable=False),
    Column("late_lines", Integer, nullable=False),
    Column("coupon_cost_minor", BigInteger, nullable=False),
    Column("platform_fee_minor", BigInteger, nullable=False),
    Column("conversions", Integer, nullable=False, server_default="0"),
    Column("conversion_minor", BigInteger, nullable=False, server_default="0"),
    Column(
        "billed_minor",
        BigInteger,
        Computed("coupon_cost_minor + platform_fee_minor + conversion_minor", persisted=True),
        nullable=False,
    ),
    Column("state", Text, nullable=False, server_default="draft"),
    Column("year", Integer),
    Column("sequence", Integer),
    Column("number", Text),
    Column("content_sha256", LargeBinary),
    Column("issued_at", _INSTANT),
    Column("home_agreed_at", _INSTANT),
    Column("supplier_agreed_at", _INSTANT),
    Column("dispute_reason", Text),
    Column("recorded_by", Integer, server_default=ACTING),
    UniqueConstraint(
        "month",
        "home_party_id",
        "supplier_party_id",
        "operator_party_id",
        "currency",
        name="statement_parties_key",
    ),
    UniqueConstraint("year", "sequence", name="statement_sequence_key"),
    UniqueConstraint("number", name="statement_number_key"),
    CheckConstraint(
        "state IN ('draft', 'under_review') OR"
        " (year IS NOT NULL AND sequence IS NOT NULL AND number IS NOT NULL"
        " AND content_sha256 IS NOT NULL AND issued_at IS NOT NULL)",
        name="statement_issued_check",
    ),
    Index("statement_home_index", "home_party_id", "statement_id"),
    Index("statement_supplier_index", "supplier_party_id", "statement_id"),
    info={"placement": Placement.LOCAL},
)

reconciliation = Table(
    "reconciliation",
    metadata,
    Column("reconciliation_id", BigInteger, Identity(always=True), primary_key=True),
    Column("supplier_party_id", Integer, nullable=False),
    Column("month", Text),
    Column("file_sha256", LargeBinary, nullable=False),
    Column("lines_sha256", LargeBinary, nullable=False),
    Column("ran_at", _INSTANT, nullable=False),
    Column("matched", BigInteger, nullable=False),
    Column("break_count", BigInteger, nullable=False),
    Column("result", JSONB, nullable=False),
    Column("recorded_by", Integer, server_default=ACTING),
    UniqueConstraint(
        "supplier_party_id",
        "month",
        "file_sha256",
        "lines_sha256",
        name="reconciliation_input_key",
        postgresql_nulls_not_distinct=True,
    ),
    info={"placement": Placement.LOCAL},
)

upload = Table(
    "upload",
    metadata,
    Column("upload_id", BigInteger, Identity(always=True), primary_key=True),
    Column("party_id", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("supplier_party_id", Integer, nullable=False),
    Column("month", Text),
    Column("file", LargeBinary),
    Column("wanted_until", _INSTANT, nullable=False),
    Column("lease", Uuid),
    Column("leased_until", _INSTANT),
    Column("reconciliation_id", BigInteger, ForeignKey(reconciliation.c.reconciliation_id)),
    Column("refusal", JSONB),
    Column("recorded_by", Integer, server_default=ACTING),
    UniqueConstraint("party_id", "key", name="upload_key_key"),
    Index("upload_by_reconciliation", "reconciliation_id"),
    info={"placement": Placement.LOCAL},
)
