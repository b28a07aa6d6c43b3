"""The tables of prices and of who may have an offer. Migration 0021 creates them.

All belong to a book. Nothing in them changes but the end of a price rule. Rates and access have
versions: the one of an instant is the last that was recorded by then.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from catalog.schema import CODE, INSTANT, NOW, metadata
from ledger import ACTING, Placement

_NOTHING = text("'{}'::jsonb")

price_rule = Table(
    "price_rule",
    metadata,
    Column("book_id", Integer),
    Column("price_id", BigInteger, autoincrement=False),
    Column("offer_id", BigInteger),
    Column("category", Text),
    Column("effect", CODE, nullable=False),
    Column("points", BigInteger),
    Column("percent", Integer),
    Column("floor", BigInteger),
    Column("schedule", JSONB, nullable=False, server_default=_NOTHING),
    Column("who", JSONB, nullable=False, server_default=_NOTHING),
    Column("earning_multiplier_percent", Integer),
    Column("label", Text, nullable=False),
    Column("valid_from", INSTANT, nullable=False),
    Column("valid_until", INSTANT),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    Column("ended_at", INSTANT),
    PrimaryKeyConstraint("book_id", "price_id", name="price_rule_pkey"),
    CheckConstraint("num_nonnulls(offer_id, category) <= 1"),
    CheckConstraint("effect IN ('points', 'percent', 'free')"),
    CheckConstraint("(effect = 'points') = (points IS NOT NULL) AND points >= 0"),
    CheckConstraint("(effect = 'percent') = (percent IS NOT NULL)"),
    CheckConstraint("percent BETWEEN 1 AND 100"),
    CheckConstraint("floor IS NULL OR (effect = 'percent' AND floor >= 0)"),
    CheckConstraint("valid_until > valid_from"),
    info={"placement": Placement.DISTRIBUTED},
)

price_rate = Table(
    "price_rate",
    metadata,
    Column("book_id", Integer),
    Column("version", Integer, autoincrement=False),
    # All four are null where the version turns the rate off.
    Column("points", BigInteger),
    Column("minor", BigInteger),
    Column("step", BigInteger),
    Column("currency", Text),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "version", name="price_rate_pkey"),
    CheckConstraint("num_nulls(points, minor, step, currency) IN (0, 4)"),
    CheckConstraint("points > 0 AND minor > 0 AND step > 0"),
    info={"placement": Placement.DISTRIBUTED},
)

offer_access = Table(
    "offer_access",
    metadata,
    Column("book_id", Integer),
    Column("offer_id", BigInteger, autoincrement=False),
    Column("version", Integer, autoincrement=False),
    Column("open_to", JSONB, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "offer_id", "version", name="offer_access_pkey"),
    info={"placement": Placement.DISTRIBUTED},
)
