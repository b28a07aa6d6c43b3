"""Tables of launches and of members' visits. Migration 0048.

A member is let in to one programme, so each key begins with the programme's book.
"""

from sqlalchemy import Column, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from api.schema import CODE, INSTANT, NOW, metadata
from ledger import ACTING, Placement

launch = Table(
    "launch",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("token_sha256", LargeBinary, nullable=False),
    Column("member", Text, nullable=False),
    Column("locale", CODE),
    Column("return_url", Text),
    Column("expires_at", INSTANT, nullable=False),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "token_sha256"),
    info={"placement": Placement.DISTRIBUTED},
)

member_visit = Table(
    "member_visit",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("token_sha256", LargeBinary, nullable=False),
    Column("member", Text, nullable=False),
    Column("locale", CODE),
    Column("return_url", Text),
    Column("began_at", INSTANT, nullable=False, server_default=NOW),
    Column("expires_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("book_id", "token_sha256"),
    info={"placement": Placement.DISTRIBUTED},
)
