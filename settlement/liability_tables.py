"""The tables of points liability, as migration 0041 creates them.

`settlement.tables` has all tables of the schema, also these.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB

from ledger import ACTING, Placement
from settlement.schema import CODE, INSTANT, metadata

_NOW = text("now()")
_BOOK = {"placement": Placement.DISTRIBUTED}

liability_reading = Table(
    "liability_reading",
    metadata,
    Column("book_id", Integer, nullable=False, autoincrement=False),
    Column("month", CODE),
    Column("heads", ARRAY(Integer), nullable=False),
    Column("target", ARRAY(Integer), nullable=False),
    Column("balances", JSONB),
    Column("pages", Integer, nullable=False, server_default="0"),
    Column("begun_at", INSTANT, nullable=False, server_default=_NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    Column("naming", JSON),
    PrimaryKeyConstraint("book_id", name="liability_reading_pkey"),
    info=_BOOK,
)

liability_movement = Table(
    "liability_movement",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("month", CODE, nullable=False),
    Column("page", Integer, nullable=False),
    Column("cohort", CODE, nullable=False),
    Column("row", CODE, nullable=False),
    Column("supplier", CODE, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("entries", BigInteger, nullable=False),
    PrimaryKeyConstraint(
        *("book_id", "month", "page", "cohort", "row", "supplier", "late"),
        name="liability_movement_pkey",
    ),
    info=_BOOK,
)

liability_wallet = Table(
    "liability_wallet",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("account_id", BigInteger, nullable=False),
    Column("queue", JSON, nullable=False),
    PrimaryKeyConstraint("book_id", "account_id", name="liability_wallet_pkey"),
    info=_BOOK,
)

liability_close = Table(
    "liability_close",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("month", CODE, nullable=False),
    Column("heads", ARRAY(Integer), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("balances", JSONB, nullable=False),
    Column("opening", BigInteger, nullable=False),
    Column("closing", BigInteger, nullable=False),
    Column("later", BigInteger, nullable=False),
    Column("currency", CODE),
    Column("frozen_at", INSTANT, nullable=False, server_default=_NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "month", name="liability_close_pkey"),
    info=_BOOK,
)

liability_balance = Table(
    "liability_balance",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("month", CODE, nullable=False),
    Column("cohort", CODE, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("given", BigInteger, nullable=False),
    Column("redeemed", BigInteger, nullable=False),
    Column("allocated_minor", BigInteger),
    Column("liability_minor", BigInteger),
    PrimaryKeyConstraint("book_id", "month", "cohort", name="liability_balance_pkey"),
    CheckConstraint(
        "(allocated_minor IS NULL) = (liability_minor IS NULL)",
        name="liability_balance_valued_check",
    ),
    info=_BOOK,
)

liability_estimate = Table(
    "liability_estimate",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("from_month", CODE, nullable=False),
    Column("cohort", CODE),
    Column("redeem_rate", Numeric(9, 6), nullable=False),
    Column("use_rate", Numeric(9, 6), nullable=False),
    Column("value_minor_per_1000_points", Numeric(18, 6), nullable=False),
    Column("cost_minor_per_1000_points", Numeric(18, 6), nullable=False),
    Column("currency", CODE, nullable=False),
    Column("method", CODE, nullable=False),
    Column("evidence", JSON),
    Column("reason", Text, nullable=False),
    Column("proposed_at", INSTANT, nullable=False, server_default=_NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    Column("approved_at", INSTANT),
    Column("approved_by", Integer),
    PrimaryKeyConstraint("book_id", "version", name="liability_estimate_pkey"),
    CheckConstraint(
        "redeem_rate BETWEEN 0 AND 1 AND use_rate BETWEEN 0 AND 1",
        name="liability_estimate_rate_check",
    ),
    Index(
        "liability_estimate_approved_index",
        "book_id",
        "from_month",
        postgresql_where=text("approved_at IS NOT NULL"),
    ),
    info=_BOOK,
)

liability_setting = Table(
    "liability_setting",
    metadata,
    Column("book_id", Integer, nullable=False, autoincrement=False),
    Column("four_eyes", Boolean, nullable=False),
    Column("accounts", JSONB, nullable=False),
    Column("changed_at", INSTANT, nullable=False, server_default=_NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", name="liability_setting_pkey"),
    info=_BOOK,
)
