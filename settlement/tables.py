"""The tables of the schema `settlement` that lines come from and go to.

No other package imports this module.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB

from ledger import ACTING, Placement
from settlement import (
    card_tables,
    closing_tables,
    dispute_tables,
    file_tables,
    liability_tables,
    partner_file_tables,
    payment_tables,
    reconcile_tables,
    statement_tables,
)
from settlement.schema import INSTANT, NOW, metadata

PARTS = (
    card_tables,
    closing_tables,
    dispute_tables,
    file_tables,
    liability_tables,
    partner_file_tables,
    payment_tables,
    reconcile_tables,
    statement_tables,
)

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
    Column("created_at", INSTANT, nullable=False, server_default=NOW),
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
    Column("opened_at", INSTANT, nullable=False, server_default=NOW),
    Column("closed_at", INSTANT),
    Column("closing_at", INSTANT),
    Column("closing_by", Integer),
    Column("wants_issue", Boolean, nullable=False, server_default=false()),
    Column("accepted", JSONB),
    Column("reason", Text),
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
    Column("used_at", INSTANT, nullable=False),
    Column("occurred_at", INSTANT, nullable=False),
    Column("contract_id", Integer, nullable=False),
    Column("contract_version", Integer, nullable=False),
    Column("rate_minor", Numeric(24, 6), nullable=False),
    Column("calculation", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("rated_at", INSTANT, nullable=False, server_default=NOW),
    Column("card_id", Integer),
    Column("leg_number", SmallInteger),
    Column("face_minor", BigInteger),
    Column("order_minor", BigInteger),
    Column("paid_minor", BigInteger),
    Column("store", Text),
    Column("request_number", Text),
    Column("offer_version", Integer),
    Column("redeemed_at", INSTANT),
    Column("tax_rate", Numeric(9, 6)),
    Column("tax_inclusive", Boolean),
    Column("counted_as", Text, nullable=False, server_default="used"),
    Column("swap_id", BigInteger),
    PrimaryKeyConstraint("book_id", "use_id", "leg", "kind"),
    Index(
        "line_statement_index",
        *("month", "payer_party_id", "payee_party_id", "currency"),
        *("book_id", "use_id", "leg", "kind"),
    ),
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
    Column("rejected_at", INSTANT, nullable=False, server_default=NOW),
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

reconciliation = Table(
    "reconciliation",
    metadata,
    Column("reconciliation_id", BigInteger, Identity(always=True), primary_key=True),
    Column("supplier_party_id", Integer, nullable=False),
    Column("month", Text),
    Column("file_sha256", LargeBinary, nullable=False),
    Column("lines_sha256", LargeBinary, nullable=False),
    Column("ran_at", INSTANT, nullable=False),
    Column("matched", BigInteger, nullable=False),
    Column("break_count", BigInteger, nullable=False),
    Column("result", JSONB, nullable=False),
    Column("recorded_by", Integer, server_default=ACTING),
    Column("mapping_sha256", LargeBinary),
    Column("reading", JSONB),
    Column("state", Text, nullable=False, server_default="open"),
    Column("replaced_by", BigInteger),
    Column("supplier_signed_at", INSTANT),
    Column("supplier_signed_by", Integer),
    Column("operator_signed_at", INSTANT),
    Column("operator_signed_by", Integer),
    Index("reconciliation_supplier_index", "supplier_party_id", "reconciliation_id"),
    UniqueConstraint(
        "supplier_party_id",
        "month",
        "file_sha256",
        "lines_sha256",
        "mapping_sha256",
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
    Column("wanted_until", INSTANT, nullable=False),
    Column("lease", Uuid),
    Column("leased_until", INSTANT),
    Column("reconciliation_id", BigInteger, ForeignKey(reconciliation.c.reconciliation_id)),
    Column("refusal", JSONB),
    Column("recorded_by", Integer, server_default=ACTING),
    Column(
        "partner_file_id",
        BigInteger,
        ForeignKey(
            partner_file_tables.partner_file.c.partner_file_id, name="upload_partner_file_fkey"
        ),
    ),
    Column("mapping", JSONB),
    UniqueConstraint("party_id", "key", name="upload_key_key"),
    Index("upload_by_partner_file", "partner_file_id"),
    Index("upload_by_reconciliation", "reconciliation_id"),
    info={"placement": Placement.LOCAL},
)
