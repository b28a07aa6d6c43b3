"""The exchange's tables. No other package imports this module.

Every key of the others starts with `book_id`: a cluster distributes them by book. `vault_key`
and `data_key` are shared by all books.

States, counts and times that change have no index, so that updates stay within their page. The
exceptions are partial indexes. They let a worker read what is due, and not everything that ever
was:

- `fulfilment_order_due_index` holds the orders that somebody must still ask about;
  `fulfilment_order_book_due_index` holds them by book.
- `fulfilment_order_supplier_index` finds a supplier's orders, whose columns never change, while it
  is watched.
- `fulfilment_order_finished_index` holds the orders that have ended, by when: figures count those
  of some days.
- `fulfilment_order_open_index` holds the orders that have not ended, and
  `fulfilment_order_waiting_index` those of them that wait to be sent.
- `coupon_case_open_key` allows one open case for each subject and kind.
- `coupon_expiry_index` holds the coupons that can still expire.
- `card_code_free_index` holds the card codes that can be given out, and `card_code_window_index`
  those that count as used on a day to come, shown or not.
- `coupon_account_index` holds the accounts that are still to be wiped; `coupon_plain_account_index`
  those of earlier releases that are not encrypted yet.
- `coupon_gift_index` holds the gifts that nobody has taken yet, `coupon_holder_index` the coupons
  that were given.
- `coupon_swap_index` holds the coupons of swaps by state, so that a round counts them without
  reading them.

- `coupon_uncommon_index` holds the coupons that are neither ACTIVE nor USED, for lists of these.
- `coupon_used_index` and `coupon_book_used_index` hold the coupons that are used, by when: people
  look at the latest uses of a supplier, and at those of today of a programme.

`coupon_placement_index` holds the coupons that a placement led to; none of its columns changes. No
more do those of `coupon_offer_index`, `coupon_supplier_index` and `coupon_tail_index`, along which
coupons are listed.
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
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSON

from exchange import coupon_tables, earning_tables, figure_tables, swap_tables
from exchange.schema import CODE, INSTANT, metadata
from ledger import ACTING, Placement

PARTS = (coupon_tables, swap_tables, earning_tables, figure_tables)
"""They declare more tables of the same schema."""

coupon = Table(
    "coupon",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("coupon_id", BigInteger, Identity(always=True), nullable=False),
    Column("code", CODE, nullable=False),
    Column("request_key", CODE, nullable=False),
    Column("state", CODE, nullable=False),
    Column("member", CODE, nullable=False),
    Column("account", Text),
    Column("offer_id", BigInteger, nullable=False),
    Column("offer_code", CODE, nullable=False),
    Column("offer_version", Integer, nullable=False),
    Column("supplier_id", Integer, nullable=False),
    Column("home_party_id", Integer, nullable=False),
    Column("fulfilment", CODE, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("free", Boolean, nullable=False),
    Column("face_value_minor", BigInteger, nullable=False),
    Column("currency", CODE, nullable=False),
    Column("redeemed_at", INSTANT, nullable=False),
    Column("expires_on", Date),
    Column("used_at", INSTANT),
    Column("used_store", Text),
    Column("used_reference", Text),
    Column("uses", Integer, nullable=False, server_default="0"),
    Column("recorded_at", INSTANT, nullable=False, server_default=text("now()")),
    Column("encrypted_account", LargeBinary),
    Column("masked_account", Text),
    Column("allotment_no", Integer, nullable=False),
    Column("usable_from", Date),
    Column("price_rule_id", BigInteger),
    # A till holds the coupon under a name (`exchange.use`).
    Column("lock_key", CODE),
    Column("lock_until", INSTANT),
    Column("lock_shop", Text),
    # `exchange.give` needs these. `member` stays the one who redeemed it.
    Column("holder", CODE),
    Column("hops", SmallInteger, nullable=False, server_default="0"),
    Column("gift_digest", LargeBinary),
    Column("gift_until", INSTANT),
    Column("gift_to", CODE),
    # Swaps count these: what gave the stock, and what led the member to it.
    Column("swap_id", BigInteger),
    Column("placement_id", BigInteger),
    # Figures tell how each channel does.
    Column("channel", CODE),
    # For who ends an order or reveals a card code: whether that is the use already.
    Column("counts_as_used", CODE, nullable=False, server_default=text("'use'")),
    # Figures need it: what the supplier has said of the user, while the use stands.
    Column("used_by_new", Boolean),
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
    CheckConstraint(
        "state <> 'LOCKED' OR (lock_key IS NOT NULL AND lock_until IS NOT NULL)",
        name="coupon_lock_check",
    ),
    CheckConstraint("hops >= 0 AND (hops > 0) = (holder IS NOT NULL)", name="coupon_hops_check"),
    CheckConstraint(
        "(state = 'GIFTING') = (gift_digest IS NOT NULL)"
        " AND (gift_digest IS NULL) = (gift_until IS NULL)"
        " AND (gift_to IS NULL OR gift_digest IS NOT NULL)"
        " AND octet_length(gift_digest) = 32",
        name="coupon_gift_check",
    ),
    CheckConstraint("counts_as_used IN ('use', 'delivery')", name="coupon_counts_as_used_check"),
    Index("coupon_member_index", "book_id", "member", "coupon_id"),
    Index("coupon_redeemed_index", "book_id", "redeemed_at"),
    Index("coupon_offer_index", "book_id", "offer_id", "redeemed_at"),
    Index("coupon_supplier_index", "supplier_id", "redeemed_at"),
    Index("coupon_tail_index", "book_id", text('"right"(code, 4)')),
    Index(
        "coupon_uncommon_index",
        "book_id",
        "redeemed_at",
        postgresql_where=text("state NOT IN ('ACTIVE', 'USED')"),
    ),
    Index(
        "coupon_used_index",
        "supplier_id",
        "used_at",
        postgresql_where=text("used_at IS NOT NULL"),
    ),
    Index(
        "coupon_book_used_index",
        "book_id",
        "used_at",
        postgresql_where=text("used_at IS NOT NULL"),
    ),
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
    Index(
        "coupon_holder_index",
        "book_id",
        "holder",
        "coupon_id",
        postgresql_where=text("holder IS NOT NULL"),
    ),
    Index(
        "coupon_gift_index",
        "book_id",
        "gift_digest",
        unique=True,
        postgresql_where=text("gift_digest IS NOT NULL"),
    ),
    Index(
        "coupon_swap_index",
        "book_id",
        "swap_id",
        "offer_id",
        "state",
        postgresql_where=text("swap_id IS NOT NULL"),
    ),
    Index(
        "coupon_placement_index",
        "book_id",
        "placement_id",
        postgresql_where=text("placement_id IS NOT NULL"),
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
    Column("level", SmallInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("book_id", "offer_id", name="stock_level_pkey"),
    CheckConstraint("level BETWEEN 0 AND 2", name="stock_level_level_check"),
    info={"placement": Placement.DISTRIBUTED},
)

fulfilment_order = Table(
    "fulfilment_order",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("coupon_id", BigInteger, nullable=False),
    Column("request_number", CODE, nullable=False),
    Column("supplier_id", Integer, nullable=False),
    Column("state", CODE, nullable=False),
    Column("submissions", Integer, nullable=False, server_default="0"),
    Column("queries", Integer, nullable=False, server_default="0"),
    Column("submitted_at", INSTANT),
    Column("query_at", INSTANT),
    Column("deadline_at", INSTANT, nullable=False),
    Column("supplier_reference", Text),
    Column("reason", Text),
    Column("created_at", INSTANT, nullable=False, server_default=text("now()")),
    Column("finished_at", INSTANT),
    Column("promised_at", INSTANT),
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
    Index("fulfilment_order_supplier_index", "supplier_id", "created_at"),
    Index(
        "fulfilment_order_finished_index",
        "book_id",
        "finished_at",
        postgresql_where=text("finished_at IS NOT NULL"),
    ),
    Index("fulfilment_order_due_index", "query_at", postgresql_where=text("query_at IS NOT NULL")),
    Index(
        "fulfilment_order_book_due_index",
        "book_id",
        "query_at",
        "coupon_id",
        postgresql_where=text("query_at IS NOT NULL"),
    ),
    Index(
        "fulfilment_order_open_index",
        "coupon_id",
        postgresql_where=text("finished_at IS NULL"),
    ),
    Index("fulfilment_order_coupon_index", "coupon_id"),
    Index("fulfilment_order_by_supplier_index", "supplier_id", "coupon_id"),
    Index(
        "fulfilment_order_waiting_index",
        "supplier_id",
        "created_at",
        postgresql_where=text("state = 'CREATED'"),
    ),
    info={"placement": Placement.DISTRIBUTED},
)

receipt_step = Table(
    "receipt_step",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("coupon_id", BigInteger, nullable=False),
    Column("step_id", BigInteger, Identity(always=True), nullable=False),
    Column("step", CODE, nullable=False),
    Column("detail", JSON),
    Column("occurred_at", INSTANT, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=text("now()")),
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
    Column("key", CODE, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("answer", JSON, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=text("now()")),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "supplier_id", "key", name="use_request_pkey"),
    info={"placement": Placement.DISTRIBUTED},
)

vault_key = Table(
    "vault_key",
    metadata,
    Column("fingerprint", LargeBinary, primary_key=True),
    Column("is_current", Boolean, nullable=False),
    Column("stated_at", INSTANT, nullable=False, server_default=text("now()")),
    Index(
        "vault_key_current_index", "is_current", unique=True, postgresql_where=text("is_current")
    ),
    info={"placement": Placement.LOCAL},
)

data_key = Table(
    "data_key",
    metadata,
    Column("key_id", Integer, Identity(always=True), primary_key=True),
    Column("purpose", CODE, nullable=False),
    Column("encrypted_key", LargeBinary, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=text("now()")),
    Index(
        "data_key_identifier_index",
        "purpose",
        unique=True,
        postgresql_where=text("purpose = 'identifier'"),
    ),
    info={"placement": Placement.LOCAL},
)
