"""The ledger's tables. No other package imports this module.

Every key of a book's data starts with `book_id`, so a cluster can spread the books over its nodes.
The `Placement` of each table says where a cluster keeps it. One PostgreSQL needs none of this.

An `account_id` is `ordinal << 8 | lane`, so a wallet's identifier tells its lane.

The journal is the book. One record (lane, seq) is one business event of one wallet. Its entries are
numbered by `part`; part 0 also carries what belongs to the operation. A column that would repeat
another one of its row is left null. The views `ledger.operation` and `ledger.entry` put it back and
show the two sides of the journal.
"""

from enum import StrEnum

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
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSON, JSONB

ACTING = text("nullif(current_setting('comity.actor', true), '')::integer")
"""The default of a column `recorded_by`: the actor of the transaction, if it has one."""


class Placement(StrEnum):
    """Where a cluster of PostgreSQL servers keeps a table: the table's `info["placement"]`."""

    DISTRIBUTED = "distributed"
    """Spread over the nodes by `book_id`: the rows of one book live on one node."""
    REFERENCE = "reference"
    """Copied to every node, so that distributed tables can refer to it and be joined with it."""
    LOCAL = "local"
    """Kept on one node."""


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
    Column("rules", JSON, nullable=False),
    Column("created_at", _INSTANT, nullable=False, server_default=text("now()")),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", name="book_pkey"),
    UniqueConstraint("code", name="book_code_key"),
    Index("book_party_index", "party_id"),
    info={"placement": Placement.REFERENCE},
)

replaced_rules = Table(
    "replaced_rules",
    metadata,
    Column(
        "book_id",
        Integer,
        ForeignKey(book.c.book_id, name="replaced_rules_book_fkey"),
        nullable=False,
    ),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("rules", JSON, nullable=False),
    Column("replaced_at", _INSTANT, nullable=False, server_default=text("now()")),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "version", name="replaced_rules_pkey"),
    CheckConstraint("version > 0", name="replaced_rules_version_check"),
    info={"placement": Placement.DISTRIBUTED},
)

lane = Table(
    "lane",
    metadata,
    Column("book_id", Integer, ForeignKey(book.c.book_id, name="lane_book_fkey"), nullable=False),
    Column("lane", SmallInteger, nullable=False),
    Column("seq", Integer, nullable=False, server_default="0"),
    Column("accounts", BigInteger, nullable=False, server_default="0"),
    Column("issuance", BigInteger, nullable=False, server_default="0"),
    Column("redemption", BigInteger, nullable=False, server_default="0"),
    Column("breakage", BigInteger, nullable=False, server_default="0"),
    Column("held", BigInteger, nullable=False, server_default="0"),
    Column("transit", BigInteger, nullable=False, server_default="0"),
    Column("clearing", BigInteger, nullable=False, server_default="0"),
    Column("adjustment", BigInteger, nullable=False, server_default="0"),
    Column("debt", BigInteger, nullable=False, server_default="0"),
    Column("converted_out", BigInteger, nullable=False, server_default="0"),
    Column("converted_in", BigInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("book_id", "lane", name="lane_pkey"),
    info={"placement": Placement.DISTRIBUTED},
)

account = Table(
    "account",
    metadata,
    Column(
        "book_id", Integer, ForeignKey(book.c.book_id, name="account_book_fkey"), nullable=False
    ),
    Column("account_id", BigInteger, nullable=False),
    Column("balance", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("debt", BigInteger, nullable=False),
    Column("last_seq", Integer),
    Column("next_expiry", Date),
    Column("slides_until", Date),
    Column("member", _CODE, nullable=False),
    Column("merged_into", _CODE),
    Column("lots", JSON, nullable=False),
    Column("usage", JSON),
    Column("latest_on", Date),
    PrimaryKeyConstraint("book_id", "account_id", name="account_pkey"),
    UniqueConstraint("book_id", "member", name="account_member_key"),
    Index(
        "account_merged_index",
        "book_id",
        "merged_into",
        postgresql_where=text("merged_into IS NOT NULL"),
    ),
    info={"placement": Placement.DISTRIBUTED},
)

journal = Table(
    "journal",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("lane", SmallInteger, nullable=False),
    Column("part", SmallInteger, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("account_id", BigInteger),
    Column("amount", BigInteger, nullable=False),
    Column("balance", BigInteger),
    Column("previous", Integer),
    Column("fingerprint", BigInteger),
    Column("recorded_at", _INSTANT, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("from_kind", SmallInteger),
    Column("to_kind", SmallInteger),
    Column("expires_on", Date),
    Column("key", _CODE),
    Column("available_on", Date),
    Column("funder", Text),
    Column("held", BigInteger),
    Column("debt", BigInteger),
    Column("points", BigInteger),
    Column("spendable", BigInteger),
    Column("subject", BigInteger),
    Column("occurred_at", _INSTANT),
    Column("last_day", Date),
    Column("slides_until", Date),
    Column("store", Text),
    Column("channel", Text),
    Column("staff", Text),
    Column("reference", Text),
    Column("owner", Text),
    Column("refusal", JSON),
    Column("detail", JSON),
    Column("metadata", JSON),
    Column("recorded_by", Integer),
    PrimaryKeyConstraint("book_id", "lane", "seq", "part", name="journal_pkey"),
    UniqueConstraint("book_id", "key", name="journal_key_key"),
    Index(
        "journal_subject_index", "book_id", "subject", postgresql_where=text("subject IS NOT NULL")
    ),
    info={"placement": Placement.DISTRIBUTED},
)

hold = Table(
    "hold",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("lane", SmallInteger, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("account_id", BigInteger, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("expires_at", _INSTANT),
    Column("state", SmallInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("book_id", "lane", "seq", name="hold_pkey"),
    ForeignKeyConstraint(
        ["book_id", "account_id"],
        [account.c.book_id, account.c.account_id],
        name="hold_account_fkey",
    ),
    Index("hold_due_index", "expires_at", postgresql_where=text("state = 0")),
    Index(
        "hold_open_index",
        "book_id",
        "account_id",
        "lane",
        "seq",
        postgresql_where=text("state = 0"),
    ),
    info={"placement": Placement.DISTRIBUTED},
)

rate = Table(
    "rate",
    metadata,
    Column("book_id", Integer, ForeignKey(book.c.book_id, name="rate_book_fkey"), nullable=False),
    Column("to_book_id", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("numerator", BigInteger, nullable=False),
    Column("denominator", BigInteger, nullable=False),
    Column("recorded_at", _INSTANT, nullable=False, server_default=text("now()")),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "to_book_id", "version", name="rate_pkey"),
    info={"placement": Placement.DISTRIBUTED},
)

consent = Table(
    "consent",
    metadata,
    Column(
        "book_id", Integer, ForeignKey(book.c.book_id, name="consent_book_fkey"), nullable=False
    ),
    Column("from_book_id", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("numerator", BigInteger, nullable=False),
    Column("denominator", BigInteger, nullable=False),
    Column("member_month_points_max", BigInteger, nullable=False),
    Column("points_max", BigInteger, nullable=False),
    Column("price_minor", Numeric(18, 6), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("points", BigInteger, nullable=False, server_default="0"),
    Column("recorded_at", _INSTANT, nullable=False, server_default=text("now()")),
    Column("ended_at", _INSTANT),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "from_book_id", "version", name="consent_pkey"),
    Index(
        "consent_standing_index",
        "book_id",
        "from_book_id",
        unique=True,
        postgresql_where=text("ended_at IS NULL"),
    ),
    info={"placement": Placement.DISTRIBUTED},
)

consent_month = Table(
    "consent_month",
    metadata,
    Column(
        "book_id",
        Integer,
        ForeignKey(book.c.book_id, name="consent_month_book_fkey"),
        nullable=False,
    ),
    Column("from_book_id", Integer, nullable=False),
    Column("member", _CODE, nullable=False),
    Column("month", Text, nullable=False),
    Column("points", BigInteger, nullable=False),
    PrimaryKeyConstraint("book_id", "from_book_id", "member", "month", name="consent_month_pkey"),
    info={"placement": Placement.DISTRIBUTED},
)

seal = Table(
    "seal",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("lane", SmallInteger, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("first_seq", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("version", SmallInteger, nullable=False, server_default="1"),
    Column("sealed_at", _INSTANT, nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("book_id", "lane", "seq", name="seal_pkey"),
    info={"placement": Placement.DISTRIBUTED},
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
    Column("parked_at", _INSTANT),
    PrimaryKeyConstraint("book_id", "outbox_id", name="outbox_pkey"),
    Index("outbox_due_index", "topic", "available_at", "outbox_id"),
    Index(
        "outbox_parked_index",
        "topic",
        "outbox_id",
        postgresql_where=text("parked_at IS NOT NULL"),
    ),
    Index("outbox_book_due_index", "book_id", "topic", "available_at", "outbox_id"),
    info={"placement": Placement.DISTRIBUTED},
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("process", _CODE, primary_key=True),
    Column("beat_at", _INSTANT, nullable=False, server_default=text("now()")),
    Column("worked_at", _INSTANT),
    info={"placement": Placement.LOCAL},
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
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "party_id", "key", name="request_pkey"),
    info={"placement": Placement.DISTRIBUTED},
)

money_book = Table(
    "money_book",
    metadata,
    Column("currency", _CODE, primary_key=True),
    Column("last_seq", BigInteger, nullable=False, server_default="0"),
    Column("head_sha256", LargeBinary, nullable=False, server_default=""),
    info={"placement": Placement.LOCAL},
)

money_entry = Table(
    "money_entry",
    metadata,
    Column("currency", _CODE, ForeignKey(money_book.c.currency, name="money_entry_book_fkey")),
    Column("seq", BigInteger, autoincrement=False),
    Column("part", Integer, autoincrement=False),
    # The first part of a transaction has its key and its link of the chain.
    Column("key", _CODE),
    Column("kind", _CODE, nullable=False),
    Column("posted_on", Date, nullable=False),
    Column("document", Text, nullable=False),
    Column("from_account", _CODE, nullable=False),
    Column("to_account", _CODE, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("sha256", LargeBinary),
    Column("recorded_at", _INSTANT, nullable=False),
    Column("recorded_by", Integer),
    PrimaryKeyConstraint("currency", "seq", "part", name="money_entry_pkey"),
    UniqueConstraint("currency", "key", name="money_entry_key_key"),
    info={"placement": Placement.LOCAL},
)
