"""The ledger's tables. Nobody above `ledger` imports this module.

Every key of member-scoped data starts with `book_id`: the book is the shard. An `account_id` is `ordinal << 8 | lane`, so an account's
identifier tells its lane; ordinals below 16 are the lane's own accounts (`AccountKind`), members' wallets follow.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB

metadata = MetaData(schema="ledger")

_CODE = Text(collation="C")
_INSTANT = DateTime(timezone=True)

book = Table(
    "book",
    metadata,
    Column("book_id", Integer, Identity(always=True)),
    Column("code", _CODE, nullable=False),
    Column("party_id", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("lanes", SmallInteger, nullable=False),
    Column("expiry_months", SmallInteger),
    Column("created_at", _INSTANT, nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("book_id", name="book_pkey"),
    UniqueConstraint("code", name="book_code_key"),
    CheckConstraint("lanes BETWEEN 1 AND 256", name="book_lanes_check"),
    CheckConstraint("expiry_months BETWEEN 0 AND 1200", name="book_expiry_months_check"),
    Index("book_party_index", "party_id"),
)

lane = Table(
    "lane",
    metadata,
    Column("book_id", Integer, ForeignKey(book.c.book_id, name="lane_book_fkey"), nullable=False),
    Column("lane", SmallInteger, nullable=False),
    Column("seq", BigInteger, nullable=False, server_default="0"),
    Column("accounts", BigInteger, nullable=False, server_default="0"),
    Column("swept_before", Date),
    PrimaryKeyConstraint("book_id", "lane", name="lane_pkey"),
)

account = Table(
    "account",
    metadata,
    Column("book_id", Integer, ForeignKey(book.c.book_id, name="account_book_fkey"), nullable=False),
    Column("account_id", BigInteger, nullable=False),
    Column("member", _CODE),
    Column("balance", BigInteger, nullable=False, server_default="0"),
    Column("held", BigInteger, nullable=False, server_default="0"),
    Column("sequence", BigInteger, nullable=False, server_default="0"),
    Column("lots", Integer, nullable=False, server_default="0"),
    Column("opened_at", _INSTANT, nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("book_id", "account_id", name="account_pkey"),
    UniqueConstraint("book_id", "member", name="account_member_key"),
    CheckConstraint("balance >= 0 OR account_id < 256", name="account_balance_check"),
    CheckConstraint("held >= 0", name="account_held_check"),
)

lot = Table(
    "lot",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("account_id", BigInteger, nullable=False),
    Column("lot", Integer, nullable=False),
    Column("available_on", Date),
    Column("expires_on", Date),
    Column("funder", Text),
    Column("remaining", BigInteger, nullable=False),
    PrimaryKeyConstraint("book_id", "account_id", "lot", name="lot_pkey"),
    ForeignKeyConstraint(["book_id", "account_id"], [account.c.book_id, account.c.account_id], name="lot_account_fkey"),
    CheckConstraint("remaining >= 0", name="lot_remaining_check"),
    Index("lot_expiry_index", "book_id", "expires_on"),
)

operation = Table(
    "operation",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("lane", SmallInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("key", _CODE, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("account_id", BigInteger),
    Column("points", BigInteger, nullable=False),
    Column("spendable", BigInteger),
    Column("occurred_at", _INSTANT, nullable=False),
    Column("recorded_at", _INSTANT, nullable=False, server_default=text("clock_timestamp()")),
    Column("available_on", Date),
    Column("expires_on", Date),
    Column("funder", Text),
    Column("hold_seq", BigInteger),
    Column("refusal", JSON),
    Column("detail", JSON),
    Column("store", Text),
    Column("channel", Text),
    Column("reference", Text),
    PrimaryKeyConstraint("book_id", "lane", "seq", name="operation_pkey"),
    UniqueConstraint("book_id", "key", name="operation_key_key"),
)

entry = Table(
    "entry",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("account_id", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("balance", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("lot", Integer, nullable=False),
    Column("from_kind", SmallInteger, nullable=False),
    Column("to_kind", SmallInteger, nullable=False),
    PrimaryKeyConstraint("book_id", "account_id", "sequence", name="entry_pkey"),
    CheckConstraint("amount > 0", name="entry_amount_check"),
    CheckConstraint("balance >= 0", name="entry_balance_check"),
    CheckConstraint("held >= 0", name="entry_held_check"),
    CheckConstraint("from_kind <> to_kind", name="entry_kinds_check"),
)

hold = Table(
    "hold",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("account_id", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("expires_at", _INSTANT),
    Column("state", SmallInteger, nullable=False, server_default="0"),
    Column("lots", ARRAY(Integer), nullable=False),
    Column("amounts", ARRAY(BigInteger), nullable=False),
    PrimaryKeyConstraint("book_id", "account_id", "seq", name="hold_pkey"),
    ForeignKeyConstraint(
        ["book_id", "account_id"], [account.c.book_id, account.c.account_id], name="hold_account_fkey"
    ),
    CheckConstraint("points >= 0", name="hold_points_check"),
    CheckConstraint("state BETWEEN 0 AND 2", name="hold_state_check"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("outbox_id", BigInteger, Identity(always=True), nullable=False),
    Column("topic", _CODE, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("available_at", _INSTANT, nullable=False, server_default=text("now()")),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("last_error", Text),
    Column("created_at", _INSTANT, nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("book_id", "outbox_id", name="outbox_pkey"),
    Index("outbox_due_index", "topic", "available_at", "outbox_id"),
)

request = Table(
    "request",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("party_id", Integer, nullable=False),
    Column("key", _CODE, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("refused", Boolean, nullable=False, server_default="false"),
    Column("answer", JSON),
    Column("recorded_at", _INSTANT, nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("book_id", "party_id", "key", name="request_pkey"),
)
