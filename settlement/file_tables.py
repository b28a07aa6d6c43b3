"""The tables of the schema `settlement` that files are kept in.

No other package imports this module.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
)

from ledger import Placement
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
    Column("statement_id", BigInteger, ForeignKey(statement_file.c.statement_id), nullable=False),
    Column("part", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("statement_id", "part"),
    info={"placement": Placement.LOCAL},
)
