"""The tables of the schema `settlement` that say how far the closing of a month has come.

No other package imports this module.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text

from ledger import Placement
from settlement.schema import INSTANT, NOW, metadata

period_step = Table(
    "period_step",
    metadata,
    Column("month", Text, ForeignKey("settlement.period.month"), primary_key=True),
    Column("step", Text, primary_key=True),
    Column("done", BigInteger, nullable=False, server_default="0"),
    Column("total", BigInteger, nullable=False, server_default="0"),
    Column("began_at", INSTANT, nullable=False, server_default=NOW),
    Column("finished_at", INSTANT),
    info={"placement": Placement.LOCAL},
)

period_book = Table(
    "period_book",
    metadata,
    Column("book_id", Integer, primary_key=True, autoincrement=False),
    Column("month", Text, primary_key=True),
    Column("uses", BigInteger, nullable=False),
    info={"placement": Placement.DISTRIBUTED},
)
