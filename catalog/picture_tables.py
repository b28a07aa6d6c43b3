"""The table of pictures. Migration 0049 creates it. `catalog.tables` has all tables of the schema.

A picture belongs to no book. It is read by the addresses that show it, and by nothing else.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from catalog.schema import INSTANT, NOW, metadata
from ledger import ACTING, Placement

picture = Table(
    "picture",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    Column("party_id", Integer, ForeignKey("catalog.party.party_id"), nullable=False),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    CheckConstraint("sha256 = sha256(content)"),
    Index("picture_by_party", "party_id"),
    info={"placement": Placement.LOCAL},
)
