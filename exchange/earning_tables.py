"""The tables of what members earn by events, of product codes and of gifts. Migration 0030.

All belong to a book. An earning rule never changes, but for its end. What was earned stays. The
numbers (`…_no`) only say where a page of a list goes on.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from exchange.schema import CODE, INSTANT, metadata
from ledger import ACTING, Placement

_NOW = text("now()")

earning_rule = Table(
    "earning_rule",
    metadata,
    Column("book_id", Integer),
    Column("rule", CODE),
    Column("event", CODE, nullable=False),
    Column("label", Text, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("once_per", CODE),
    Column("per_member_per_day", Integer),
    Column("per_member_total", Integer),
    Column("budget_points_per_day", BigInteger),
    Column("budget_points_total", BigInteger),
    Column("who", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("funder", Text),
    # An invite earns only when the friend has used a coupon.
    Column("after_use", Boolean, nullable=False),
    Column("valid_from", INSTANT, nullable=False),
    Column("valid_until", INSTANT),
    Column("recorded_at", INSTANT, nullable=False, server_default=_NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    Column("ended_at", INSTANT),
    Column("rule_no", BigInteger, Identity(always=True), nullable=False),
    PrimaryKeyConstraint("book_id", "rule", name="earning_rule_pkey"),
    CheckConstraint("points > 0"),
    CheckConstraint("once_per IN ('day', 'subject', 'ever')"),
    CheckConstraint("per_member_per_day > 0 AND per_member_total > 0"),
    CheckConstraint("budget_points_per_day > 0 AND budget_points_total > 0"),
    CheckConstraint("valid_until > valid_from"),
    info={"placement": Placement.DISTRIBUTED},
)

# What was given by a rule with a budget: on a day, or in all (an empty `period`).
earning_budget = Table(
    "earning_budget",
    metadata,
    Column("book_id", Integer),
    Column("rule", CODE),
    Column("period", CODE),
    Column("points", BigInteger, nullable=False),
    PrimaryKeyConstraint("book_id", "rule", "period", name="earning_budget_pkey"),
    CheckConstraint("points >= 0"),
    info={"placement": Placement.DISTRIBUTED},
)

earned = Table(
    "earned",
    metadata,
    Column("book_id", Integer),
    Column("natural_key", LargeBinary),
    Column("rule", CODE, nullable=False),
    Column("member", CODE, nullable=False),
    Column("day", Date, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("key", CODE, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=_NOW),
    PrimaryKeyConstraint("book_id", "natural_key", name="earned_pkey"),
    CheckConstraint("points > 0"),
    Index("earned_member_index", "book_id", "member", "rule", "day"),
    info={"placement": Placement.DISTRIBUTED},
)

# Invites that earn when the friend has used a coupon. The first who invites a friend is the one.
invitation = Table(
    "invitation",
    metadata,
    Column("book_id", Integer),
    Column("digest", LargeBinary),
    Column("kind", CODE, nullable=False),
    Column("inviter", CODE, nullable=False),
    Column("invited_at", INSTANT, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=_NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    Column("ended_at", INSTANT),
    PrimaryKeyConstraint("book_id", "digest", name="invitation_pkey"),
    Index(
        "invitation_open_index",
        "book_id",
        "digest",
        postgresql_where=text("ended_at IS NULL"),
    ),
    info={"placement": Placement.DISTRIBUTED},
)

product_batch = Table(
    "product_batch",
    metadata,
    Column("book_id", Integer),
    Column("batch", CODE),
    Column("label", Text, nullable=False),
    Column("rule", CODE, nullable=False),
    Column("state", CODE, nullable=False, server_default="OPEN"),
    Column("codes", BigInteger, nullable=False, server_default="0"),
    Column("recorded_at", INSTANT, nullable=False, server_default=_NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    Column("closed_at", INSTANT),
    Column("batch_no", BigInteger, Identity(always=True), nullable=False),
    PrimaryKeyConstraint("book_id", "batch", name="product_batch_pkey"),
    ForeignKeyConstraint(
        ["book_id", "rule"],
        [earning_rule.c.book_id, earning_rule.c.rule],
        name="product_batch_rule_fkey",
    ),
    CheckConstraint("state IN ('OPEN', 'ENDED', 'VOIDED')"),
    CheckConstraint("(state = 'OPEN') = (closed_at IS NULL)"),
    CheckConstraint("codes >= 0"),
    info={"placement": Placement.DISTRIBUTED},
)

product_code = Table(
    "product_code",
    metadata,
    Column("book_id", Integer),
    Column("digest", LargeBinary),
    Column("batch", CODE, nullable=False),
    Column("member", CODE),
    Column("points", BigInteger),
    Column("earned_at", INSTANT),
    PrimaryKeyConstraint("book_id", "digest", name="product_code_pkey"),
    ForeignKeyConstraint(
        ["book_id", "batch"],
        [product_batch.c.book_id, product_batch.c.batch],
        name="product_code_batch_fkey",
    ),
    CheckConstraint("num_nulls(member, points, earned_at) IN (0, 3)"),
    Index(
        "product_code_earned_index",
        "book_id",
        "batch",
        postgresql_where=text("earned_at IS NOT NULL"),
    ),
    info={"placement": Placement.DISTRIBUTED},
)

gift_plan = Table(
    "gift_plan",
    metadata,
    Column("book_id", Integer, primary_key=True, autoincrement=False),
    Column("birthday_offer_id", BigInteger),
    Column("birthday_hour", Integer, nullable=False),
    Column("free_rights_per_week", Integer),
    # The last day whose birthdays were all looked at.
    Column("birthdays_done_on", Date),
    Column("changed_at", INSTANT, nullable=False, server_default=_NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    CheckConstraint("birthday_hour BETWEEN 0 AND 23"),
    CheckConstraint("free_rights_per_week >= 0"),
    info={"placement": Placement.DISTRIBUTED},
)

birthday_gift = Table(
    "birthday_gift",
    metadata,
    Column("book_id", Integer),
    Column("day", Date),
    Column("member", CODE),
    Column("offer_id", BigInteger, nullable=False),
    Column("coupon_id", BigInteger),
    Column("refusal", CODE),
    Column("recorded_at", INSTANT, nullable=False, server_default=_NOW),
    Column("gift_no", BigInteger, Identity(always=True), nullable=False),
    PrimaryKeyConstraint("book_id", "day", "member", name="birthday_gift_pkey"),
    CheckConstraint("num_nonnulls(coupon_id, refusal) = 1"),
    info={"placement": Placement.DISTRIBUTED},
)
