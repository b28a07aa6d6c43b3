"""The exchange's tables. No other package imports this module.

Every key of the others starts with `book_id`: a cluster distributes them by book. `vault_key`
and `data_key` are shared by all books.

States, counts and times that change have no index, so that updates stay within their page. The
exceptions are partial indexes. They let a worker read what is due, and not everything that ever
was:

- `fulfilment_order_due_index` holds the orders that somebody must still ask about;
  `fulfilment_order_book_due_index` holds them by book.
- `coupon_expiry_index` holds the coupons that can still expire.
- `coupon_account_index` holds the accounts that are still to be wiped; `coupon_plain_account_index`
  those of earlier releases that are not encrypted yet.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSON

from exchange import earning_tables
from exchange.schema import metadata
from ledger import ACTING, Placement

PARTS = (earning_tables,)
"""The tables that stand in modules of their own. They belong to the same metadata."""

_CODE = Text(collation="C")
_INSTANT = DateTime(timezone=True)

coupon = Table(
    "coupon",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("coupon_id", BigInteger, Identity(always=True), nullable=False),
    Column("code", _CODE, nullable=False),
    Column("request_key", _CODE, nullable=False),
    Column("state", _CODE, nullable=False),
    Column("member", _CODE, nullable=False),
    Column("account", Text),
    Column("offer_id", BigInteger, nullable=False),
    Column("offer_code", _CODE, nullable=False),
    Column("offer_version", Integer, nullable=False),
    Column("supplier_id", Integer, nullable=False),
    Column("home_party_id", Integer, nullable=False),
    Column("fulfilment", _CODE, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("free", Boolean, nullable=False),
    Column("face_value_minor", BigInteger, nullable=False),
    Column("currency", _CODE, nullable=False),
    Column("redeemed_at", _INSTANT, nullable=False),
    Column("expires_on", Date),
    Column("used_at", _INSTANT),
    Column("used_store", Text),
    Column("used_reference", Text),
    Column("uses", Integer, nullable=False, server_default="0"),
    Column("recorded_at", _INSTANT, nullable=False, server_default=text("now()")),
    Column("encrypted_account", LargeBinary),
    Column("masked_account", Text),
    Column("allotment_no", Integer, nullable=False),
    Column("usable_from", Date),
    Column("price_rule_id", BigInteger),
    PrimaryKeyConstraint("book_id", "coupon_id", name="coupon_pkey"),
    UniqueConstraint("book_id", "code", name="coupon_code_key"),
    UniqueConstraint("book_id", "request_key", name="coupon_request_key"),
    CheckConstraint(
        "state IN ('HELD', 'ACTIVE', 'LOCKED', 'GIFTING', 'USED', 'EXPIRED', 'RETURNED',"
        " 'DEACTIVATED')",
        name="coupon_state_check",
    ),
    CheckConstraint(
        "fulfilment IN ('own_code', 'card_code', 'direct')", name="coupon_fulfilment_check"
    ),
    CheckConstraint("points >= 0 AND (points = 0 OR NOT free)", name="coupon_points_check"),
    CheckConstraint("face_value_minor >= 0", name="coupon_face_value_check"),
    CheckConstraint("(state = 'USED') = (used_at IS NOT NULL)", name="coupon_used_check"),
    CheckConstraint("uses >= 0", name="coupon_uses_check"),
    Index("coupon_member_index", "book_id", "member", "coupon_id"),
    Index("coupon_redeemed_index", "book_id", "redeemed_at"),
    Index(
        "coupon_expiry_index",
        "book_id",
        "expires_on",
        "coupon_id",
        postgresql_where=text("state IN ('ACTIVE', 'LOCKED', 'GIFTING')"),
    ),
    Index(
        "coupon_account_index",
        "book_id",
        "redeemed_at",
        "coupon_id",
        postgresql_where=text("encrypted_account IS NOT NULL"),
    ),
    Index(
        "coupon_plain_account_index",
        "book_id",
        "coupon_id",
        postgresql_where=text("account IS NOT NULL"),
    ),
    info={"placement": Placement.DISTRIBUTED},
)

limit_count = Table(
    "limit_count",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("offer_id", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("taken", BigInteger, nullable=False),
    PrimaryKeyConstraint("book_id", "offer_id", "day", name="limit_count_pkey"),
    CheckConstraint("taken >= 0", name="limit_count_taken_check"),
    info={"placement": Placement.DISTRIBUTED},
)

stock_level = Table(
    "stock_level",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("offer_id", BigInteger, nullable=False),
    Column("is_low", Boolean, nullable=False),
    PrimaryKeyConstraint("book_id", "offer_id", name="stock_level_pkey"),
    info={"placement": Placement.DISTRIBUTED},
)

fulfilment_order = Table(
    "fulfilment_order",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("coupon_id", BigInteger, nullable=False),
    Column("request_number", _CODE, nullable=False),
    Column("supplier_id", Integer, nullable=False),
    Column("state", _CODE, nullable=False),
    Column("submissions", Integer, nullable=False, server_default="0"),
    Column("queries", Integer, nullable=False, server_default="0"),
    Column("submitted_at", _INSTANT),
    Column("query_at", _INSTANT),
    Column("deadline_at", _INSTANT, nullable=False),
    Column("supplier_reference", Text),
    Column("reason", Text),
    Column("created_at", _INSTANT, nullable=False, server_default=text("now()")),
    Column("finished_at", _INSTANT),
    PrimaryKeyConstraint("book_id", "coupon_id", name="fulfilment_order_pkey"),
    ForeignKeyConstraint(
        ["book_id", "coupon_id"],
        [coupon.c.book_id, coupon.c.coupon_id],
        name="fulfilment_order_coupon_fkey",
    ),
    UniqueConstraint("book_id", "request_number", name="fulfilment_order_request_number_key"),
    CheckConstraint(
        "state IN ('CREATED', 'SUBMITTING', 'PROCESSING', 'UNKNOWN', 'SUCCESS', 'FAILED')",
        name="fulfilment_order_state_check",
    ),
    CheckConstraint(
        "(state IN ('SUCCESS', 'FAILED')) = (finished_at IS NOT NULL)",
        name="fulfilment_order_finished_check",
    ),
    CheckConstraint(
        "(state IN ('SUBMITTING', 'PROCESSING', 'UNKNOWN')) = (query_at IS NOT NULL)",
        name="fulfilment_order_query_check",
    ),
    Index("fulfilment_order_due_index", "query_at", postgresql_where=text("query_at IS NOT NULL")),
    Index(
        "fulfilment_order_book_due_index",
        "book_id",
        "query_at",
        "coupon_id",
        postgresql_where=text("query_at IS NOT NULL"),
    ),
    info={"placement": Placement.DISTRIBUTED},
)

receipt_step = Table(
    "receipt_step",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("coupon_id", BigInteger, nullable=False),
    Column("step_id", BigInteger, Identity(always=True), nullable=False),
    Column("step", _CODE, nullable=False),
    Column("detail", JSON),
    Column("occurred_at", _INSTANT, nullable=False),
    Column("recorded_at", _INSTANT, nullable=False, server_default=text("now()")),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "coupon_id", "step_id", name="receipt_step_pkey"),
    ForeignKeyConstraint(
        ["book_id", "coupon_id"],
        [coupon.c.book_id, coupon.c.coupon_id],
        name="receipt_step_coupon_fkey",
    ),
    info={"placement": Placement.DISTRIBUTED},
)

use_request = Table(
    "use_request",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("supplier_id", Integer, nullable=False),
    Column("key", _CODE, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("answer", JSON, nullable=False),
    Column("recorded_at", _INSTANT, nullable=False, server_default=text("now()")),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "supplier_id", "key", name="use_request_pkey"),
    info={"placement": Placement.DISTRIBUTED},
)

vault_key = Table(
    "vault_key",
    metadata,
    Column("fingerprint", LargeBinary, primary_key=True),
    Column("is_current", Boolean, nullable=False),
    Column("stated_at", _INSTANT, nullable=False, server_default=text("now()")),
    Index(
        "vault_key_current_index", "is_current", unique=True, postgresql_where=text("is_current")
    ),
    info={"placement": Placement.LOCAL},
)

data_key = Table(
    "data_key",
    metadata,
    Column("key_id", Integer, Identity(always=True), primary_key=True),
    Column("purpose", _CODE, nullable=False),
    Column("encrypted_key", LargeBinary, nullable=False),
    Column("recorded_at", _INSTANT, nullable=False, server_default=text("now()")),
    Index(
        "data_key_identifier_index",
        "purpose",
        unique=True,
        postgresql_where=text("purpose = 'identifier'"),
    ),
    info={"placement": Placement.LOCAL},
)
