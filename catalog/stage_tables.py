"""Tables of the stages of suppliers and of their checks. Migration 0028 creates them.

`catalog.tables` has all tables of the schema, also these. None has a book. A stage is read with
every redemption, so a cluster has it on every node.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from catalog.schema import INSTANT, NONE, metadata
from ledger import ACTING, Placement

supplier_stage = Table(
    "supplier_stage",
    metadata,
    Column("party_id", Integer, ForeignKey("catalog.party.party_id"), primary_key=True),
    Column("stage", Text, nullable=False),
    Column("suspended_from", Text),
    Column("share_permyriad", Integer),
    Column("tags", ARRAY(Text), nullable=False),
    Column("per_day_max", BigInteger),
    Column("open_orders_max", BigInteger),
    Column("failure_permyriad", Integer, nullable=False),
    Column("p95_seconds", Integer, nullable=False),
    Column("is_automatic", Boolean, nullable=False),
    Column("reason", Text),
    Column("since", INSTANT, nullable=False),
    Column("taken_on", Date),
    Column("taken", BigInteger, nullable=False, server_default=NONE),
    Column("recorded_by", Integer, server_default=ACTING),
    CheckConstraint("stage IN ('DECLARED', 'CHECKED', 'CANARY', 'OPEN', 'SUSPENDED')"),
    CheckConstraint("(stage = 'SUSPENDED') = (suspended_from IS NOT NULL)"),
    CheckConstraint("share_permyriad BETWEEN 1 AND 10000"),
    CheckConstraint("taken >= 0"),
    info={"placement": Placement.REFERENCE},
)

supplier_check = Table(
    "supplier_check",
    metadata,
    # Drawn by `catalog.identifiers`: callbacks of a check are sent to its number.
    Column("check_id", BigInteger, primary_key=True, autoincrement=False),
    Column("party_id", Integer, ForeignKey("catalog.party.party_id"), nullable=False),
    Column("options", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    Column("passed", Boolean),
    Column("digest", Text),
    Column("report", JSONB),
    Column("problem", Text),
    Column("lease", UUID),
    Column("leased_until", INSTANT),
    Column("asked_at", INSTANT, nullable=False, server_default=text("clock_timestamp()")),
    Column("ended_at", INSTANT),
    Column("recorded_by", Integer, server_default=ACTING),
    CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')"),
    CheckConstraint("(state = 'done') = (report IS NOT NULL)"),
    Index(
        "supplier_check_open",
        "party_id",
        unique=True,
        postgresql_where=text("state IN ('waiting', 'running')"),
    ),
    Index("supplier_check_by_party", "party_id", "asked_at"),
    info={"placement": Placement.LOCAL},
)

supplier_check_order = Table(
    "supplier_check_order",
    metadata,
    Column("check_id", BigInteger, ForeignKey("catalog.supplier_check.check_id")),
    Column("request_number", Text),
    Column("refusals", Integer, nullable=False),
    Column("callbacks", JSONB, nullable=False, server_default=text("'[]'")),
    PrimaryKeyConstraint("check_id", "request_number"),
    info={"placement": Placement.LOCAL},
)
