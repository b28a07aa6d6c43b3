"""The tables of payments and of netting runs. Migration 0037 creates them.

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
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from ledger import ACTING, Placement
from settlement.schema import INSTANT, NOW, metadata

netting = Table(
    "netting",
    metadata,
    Column("netting_id", BigInteger, Identity(always=True), primary_key=True),
    Column("currency", Text, nullable=False),
    Column("closure_on", Date, nullable=False),
    Column("advice_on", Date, nullable=False),
    Column("call_on", Date, nullable=False),
    Column("state", Text, nullable=False, server_default="draft"),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("drafted_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    CheckConstraint("closure_on <= advice_on AND advice_on <= call_on", name="netting_days_check"),
    info={"placement": Placement.LOCAL},
)

netting_party = Table(
    "netting_party",
    metadata,
    Column("netting_id", BigInteger, ForeignKey(netting.c.netting_id), nullable=False),
    Column("party_id", Integer, nullable=False),
    Column("claims_minor", BigInteger, nullable=False),
    Column("debts_minor", BigInteger, nullable=False),
    Column(
        "position_minor",
        BigInteger,
        Computed("claims_minor - debts_minor", persisted=True),
        nullable=False,
    ),
    Column("taken_out", Text),
    PrimaryKeyConstraint("netting_id", "party_id"),
    Index("netting_party_index", "party_id", "netting_id"),
    info={"placement": Placement.LOCAL},
)

netting_statement = Table(
    "netting_statement",
    metadata,
    Column("netting_id", BigInteger, ForeignKey(netting.c.netting_id), nullable=False),
    Column(
        "statement_id", BigInteger, ForeignKey("settlement.statement.statement_id"), nullable=False
    ),
    Column("amount_minor", BigInteger, nullable=False),
    Column("state", Text, nullable=False, server_default="planned"),
    PrimaryKeyConstraint("netting_id", "statement_id"),
    Index("netting_statement_index", "statement_id"),
    Index(
        "netting_statement_planned_index",
        "statement_id",
        unique=True,
        postgresql_where=text("state = 'planned'"),
    ),
    info={"placement": Placement.LOCAL},
)

netting_step = Table(
    "netting_step",
    metadata,
    Column("netting_step_id", BigInteger, Identity(always=True), primary_key=True),
    Column("netting_id", BigInteger, ForeignKey(netting.c.netting_id), nullable=False),
    Column("step", Text, nullable=False),
    Column("party_id", Integer),
    Column("done_at", INSTANT, nullable=False),
    Column("recorded_by", Integer, server_default=ACTING),
    Index("netting_step_index", "netting_id"),
    info={"placement": Placement.LOCAL},
)

payment = Table(
    "payment",
    metadata,
    Column("payment_id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("statement_id", BigInteger, ForeignKey("settlement.statement.statement_id")),
    Column("netting_id", BigInteger, ForeignKey(netting.c.netting_id)),
    # For a run: whose position is paid, and whether the operator has got the money.
    Column("party_id", Integer),
    Column("is_received", Boolean),
    Column("payer_party_id", Integer, nullable=False),
    Column("payee_party_id", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("paid_on", Date, nullable=False),
    Column("reference", Text),
    Column("recorded_at", INSTANT, nullable=False),
    Column("recorded_by", Integer, server_default=ACTING),
    Index(
        "payment_statement_index",
        "statement_id",
        postgresql_where=text("statement_id IS NOT NULL"),
    ),
    Index("payment_netting_index", "netting_id", postgresql_where=text("netting_id IS NOT NULL")),
    Index("payment_payer_index", "payer_party_id", "payment_id"),
    Index("payment_payee_index", "payee_party_id", "payment_id"),
    info={"placement": Placement.LOCAL},
)
