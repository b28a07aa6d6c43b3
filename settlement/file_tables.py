"""The tables of the schema `settlement` that files are kept in.

No other package imports this module.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
)

from ledger import ACTING, Placement
from settlement.schema import INSTANT, NOW, metadata

statement_file = Table(
    "statement_file",
    metadata,
    Column(
        "statement_id",
        BigInteger,
        ForeignKey("settlement.statement.statement_id"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("layout", SmallInteger, nullable=False),
    Column("line_count", BigInteger, nullable=False),
    Column("file_bytes", BigInteger, nullable=False),
    Column("text_sha256", LargeBinary, nullable=False),
    Column("written_at", INSTANT, nullable=False, server_default=NOW),
    info={"placement": Placement.LOCAL},
)

statement_file_part = Table(
    "statement_file_part",
    metadata,
    Column(
        "statement_id",
        BigInteger,
        ForeignKey("settlement.statement_file.statement_id"),
        nullable=False,
    ),
    Column("part", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("statement_id", "part"),
    info={"placement": Placement.LOCAL},
)

billing_profile = Table(
    "billing_profile",
    metadata,
    Column("party_id", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("legal_name", Text, nullable=False),
    Column("credit_code", Text),
    Column("address", Text),
    Column("phone", Text),
    Column("bank", Text),
    Column("bank_account", Text),
    Column("stated_at", INSTANT, nullable=False),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("party_id", "version"),
    info={"placement": Placement.LOCAL},
)

daily_bill = Table(
    "daily_bill",
    metadata,
    Column("supplier_party_id", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("line_count", BigInteger, nullable=False),
    Column("file_bytes", BigInteger, nullable=False),
    Column("file_sha256", LargeBinary, nullable=False),
    Column("written_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("supplier_party_id", "day"),
    info={"placement": Placement.LOCAL},
)

daily_bill_part = Table(
    "daily_bill_part",
    metadata,
    Column("supplier_party_id", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("part", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("supplier_party_id", "day", "part"),
    ForeignKeyConstraint(
        ["supplier_party_id", "day"],
        ["settlement.daily_bill.supplier_party_id", "settlement.daily_bill.day"],
    ),
    info={"placement": Placement.LOCAL},
)
