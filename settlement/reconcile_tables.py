"""The tables of the schema `settlement` that hold what a reconciliation found, and its work.

They name books in columns of other names than `book_id`: a run is of all books of a supplier, so
its rows are not kept by book. No other package imports this module.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from ledger import ACTING, Placement
from settlement.schema import INSTANT, metadata

_RUN = "settlement.reconciliation.reconciliation_id"

reconciliation_match = Table(
    "reconciliation_match",
    metadata,
    Column("reconciliation_id", BigInteger, ForeignKey(_RUN), nullable=False),
    Column("home_party_id", Integer, nullable=False),
    Column("chunk", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("row_numbers", ARRAY(BigInteger), nullable=False),
    Column("books", ARRAY(Integer), nullable=False),
    Column("uses", ARRAY(Text), nullable=False),
    Column("are_reversals", ARRAY(Boolean), nullable=False),
    Column("rules", ARRAY(Text), nullable=False),
    Column("amounts_minor", ARRAY(BigInteger), nullable=False),
    PrimaryKeyConstraint("reconciliation_id", "home_party_id", "chunk"),
    info={"placement": Placement.LOCAL},
)

reconciliation_break = Table(
    "reconciliation_break",
    metadata,
    Column("break_id", BigInteger, Identity(always=True), primary_key=True),
    Column("reconciliation_id", BigInteger, ForeignKey(_RUN), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("also", ARRAY(Text), nullable=False),
    Column("is_claim", Boolean, nullable=False),
    Column("home_party_id", Integer),
    Column("of_book", Integer),
    Column("use_id", Text),
    Column("is_reversal", Boolean),
    Column("month", Text),
    Column("row_number", BigInteger),
    Column("reference", Text),
    Column("offer_code", Text),
    Column("store", Text),
    Column("used_on", Date),
    Column("ours_minor", BigInteger),
    Column("theirs_minor", BigInteger),
    Column("difference_minor", BigInteger, nullable=False),
    Column("currency", Text),
    Column("theirs_currency", Text),
    Column("claimed_by", BigInteger, ForeignKey(_RUN)),
    Column("note", Text),
    Column("suggestion", JSONB),
    Column("suggested_row", BigInteger),
    Column("opened_on", Date, nullable=False),
    Column("carried_from", BigInteger, ForeignKey("settlement.reconciliation_break.break_id")),
    Column("state", Text, nullable=False, server_default="open"),
    Column("assignee", Text),
    Column("adjustment_id", BigInteger),
    Index("reconciliation_break_number_index", "reconciliation_id", "number", unique=True),
    Index("reconciliation_break_key_index", "key"),
    Index("reconciliation_break_carried_index", "carried_from"),
    Index("reconciliation_break_claimed_index", "claimed_by"),
    info={"placement": Placement.LOCAL},
)

break_step = Table(
    "break_step",
    metadata,
    Column("step_id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "break_id",
        BigInteger,
        ForeignKey("settlement.reconciliation_break.break_id"),
        nullable=False,
    ),
    Column("step", Text, nullable=False),
    Column("party_id", Integer, nullable=False),
    Column("note", Text),
    Column("assignee", Text),
    Column("adjustment_id", BigInteger),
    Column("done_at", INSTANT, nullable=False),
    Column("recorded_by", Integer, server_default=ACTING),
    Index("break_step_index", "break_id", "step_id"),
    info={"placement": Placement.LOCAL},
)
