"""Tables of what happens to coupons: gifts, withdrawals, uses in shops, card codes and cases.

`exchange.tables` has all tables of the schema, also these.
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

from exchange.schema import CODE, INSTANT, metadata
from ledger import ACTING, Placement

custody = Table(
    "custody",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("coupon_id", BigInteger, nullable=False),
    Column("hop", SmallInteger, nullable=False),
    Column("from_member", CODE, nullable=False),
    Column("to_member", CODE, nullable=False),
    Column("key", CODE, nullable=False),
    Column("claimed_at", INSTANT, nullable=False),
    Column("recorded_by", Integer, server_default=ACTING),
    # What the brand has said of the one who took it.
    Column("is_new", Boolean),
    PrimaryKeyConstraint("book_id", "coupon_id", "hop", name="custody_pkey"),
    ForeignKeyConstraint(
        ["book_id", "coupon_id"],
        ["exchange.coupon.book_id", "exchange.coupon.coupon_id"],
        name="custody_coupon_fkey",
    ),
    CheckConstraint("hop > 0", name="custody_hop_check"),
    CheckConstraint("to_member <> from_member", name="custody_check"),
    info={"placement": Placement.DISTRIBUTED},
)

gift_count = Table(
    "gift_count",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("member", CODE, nullable=False),
    Column("day", Date, nullable=False),
    Column("given", Integer, nullable=False),
    PrimaryKeyConstraint("book_id", "member", "day", name="gift_count_pkey"),
    CheckConstraint("given > 0", name="gift_count_given_check"),
    info={"placement": Placement.DISTRIBUTED},
)

new_member = Table(
    "new_member",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("member", CODE, nullable=False),
    Column("coupon_id", BigInteger, nullable=False),
    Column("hop", SmallInteger, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("book_id", "member", name="new_member_pkey"),
    ForeignKeyConstraint(
        ["book_id", "coupon_id", "hop"],
        [custody.c.book_id, custody.c.coupon_id, custody.c.hop],
        name="new_member_custody_fkey",
    ),
    info={"placement": Placement.DISTRIBUTED},
)

new_user = Table(
    "new_user",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("supplier_id", Integer, nullable=False),
    Column("member", CODE, nullable=False),
    Column("coupon_id", BigInteger, nullable=False),
    Column("use", Integer, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("book_id", "supplier_id", "member", name="new_user_pkey"),
    UniqueConstraint("book_id", "coupon_id", name="new_user_coupon_key"),
    ForeignKeyConstraint(
        ["book_id", "coupon_id"],
        ["exchange.coupon.book_id", "exchange.coupon.coupon_id"],
        name="new_user_coupon_fkey",
    ),
    info={"placement": Placement.DISTRIBUTED},
)

withdrawal = Table(
    "withdrawal",
    metadata,
    Column("offer_id", BigInteger, primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
    Column("requested_at", INSTANT, nullable=False, server_default=text("now()")),
    Column("ended_at", INSTANT),
    Column("recorded_by", Integer, server_default=ACTING),
    info={"placement": Placement.LOCAL},
)

coupon_case = Table(
    "coupon_case",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("case_number", CODE, nullable=False),
    Column("case_id", BigInteger, Identity(always=True), nullable=False),
    Column("kind", CODE, nullable=False),
    Column("state", CODE, nullable=False),
    Column("subject", CODE, nullable=False),
    Column("coupon_id", BigInteger),
    Column("offer_id", BigInteger),
    Column("supplier_id", Integer, nullable=False),
    Column("home_party_id", Integer, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("opened_at", INSTANT, nullable=False, server_default=text("now()")),
    Column("recorded_by", Integer, server_default=ACTING),
    Column("decision", Text),
    Column("reason", Text),
    Column("decided_evidence", Text),
    Column("waits_until", INSTANT),
    Column("points", BigInteger),
    Column("decided_at", INSTANT),
    Column("decided_by", Integer),
    PrimaryKeyConstraint("book_id", "case_number", name="coupon_case_pkey"),
    ForeignKeyConstraint(
        ["book_id", "coupon_id"],
        ["exchange.coupon.book_id", "exchange.coupon.coupon_id"],
        name="coupon_case_coupon_fkey",
    ),
    CheckConstraint("state IN ('OPEN', 'RESOLVED')", name="coupon_case_state_check"),
    Index(
        "coupon_case_open_key",
        "book_id",
        "subject",
        "kind",
        unique=True,
        postgresql_where=text("state = 'OPEN'"),
    ),
    Index("coupon_case_id_index", "case_id"),
    Index("coupon_case_supplier_index", "supplier_id", "case_id"),
    Index("coupon_case_coupon_index", "book_id", "coupon_id"),
    info={"placement": Placement.DISTRIBUTED},
)

shop_use = Table(
    "shop_use",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("coupon_id", BigInteger, nullable=False),
    Column("use", Integer, nullable=False),
    Column("shop_use_id", BigInteger, Identity(always=True), nullable=False),
    Column("supplier_id", Integer, nullable=False),
    Column("shop", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("used_at", INSTANT, nullable=False),
    Column("staff", Text),
    Column("reference", Text),
    Column("order_minor", BigInteger),
    Column("reversed_at", INSTANT),
    Column("recorded_at", INSTANT, nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("book_id", "coupon_id", "use", name="shop_use_pkey"),
    ForeignKeyConstraint(
        ["book_id", "coupon_id"],
        ["exchange.coupon.book_id", "exchange.coupon.coupon_id"],
        name="shop_use_coupon_fkey",
    ),
    CheckConstraint("order_minor >= 0", name="shop_use_order_minor_check"),
    Index("shop_use_day_index", "supplier_id", "shop", "day", "shop_use_id"),
    info={"placement": Placement.DISTRIBUTED},
)

card_code = Table(
    "card_code",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("code_no", BigInteger, Identity(always=True), nullable=False),
    Column("offer_id", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("party_key_id", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("tail", Text, nullable=False),
    Column("expires_on", Date),
    Column("batch", Text),
    Column("moved_at", INSTANT, nullable=False, server_default=text("now()")),
    Column("is_recalled", Boolean, nullable=False, server_default=text("false")),
    Column("coupon_id", BigInteger),
    Column("given_at", INSTANT),
    Column("counts_as_used", CODE),
    Column("reveal_until", Date),
    Column("revealed_at", INSTANT),
    PrimaryKeyConstraint("book_id", "code_no", name="card_code_pkey"),
    ForeignKeyConstraint(
        ["book_id", "coupon_id"],
        ["exchange.coupon.book_id", "exchange.coupon.coupon_id"],
        name="card_code_coupon_fkey",
    ),
    UniqueConstraint("book_id", "offer_id", "digest", name="card_code_digest_key"),
    UniqueConstraint("book_id", "coupon_id", name="card_code_coupon_key"),
    CheckConstraint("coupon_id IS NOT NULL OR NOT is_recalled", name="card_code_recalled_check"),
    CheckConstraint("(coupon_id IS NULL) = (given_at IS NULL)", name="card_code_given_check"),
    CheckConstraint(
        "coupon_id IS NOT NULL OR (revealed_at IS NULL AND reveal_until IS NULL"
        " AND counts_as_used IS NULL)",
        name="card_code_coupon_check",
    ),
    Index(
        "card_code_free_index",
        "book_id",
        "offer_id",
        "expires_on",
        "code_no",
        postgresql_where=text("coupon_id IS NULL"),
    ),
    Index(
        "card_code_window_index",
        "book_id",
        "reveal_until",
        "code_no",
        postgresql_where=text("reveal_until IS NOT NULL"),
    ),
    info={"placement": Placement.DISTRIBUTED},
)
