"""Tables of launches, of members' visits, and of who may frame them. Migrations 0048 and 0052.

A member is let in to one programme, so each key begins with the programme's book.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

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
    # Encrypted under a key that is made of the token.
    Column("account", LargeBinary),
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
    # Encrypted under a key that is made of the token.
    Column("account", LargeBinary),
    PrimaryKeyConstraint("book_id", "token_sha256"),
    info={"placement": Placement.DISTRIBUTED},
)

frame_origin = Table(
    "frame_origin",
    metadata,
    Column("party_id", Integer, nullable=False),
    Column("origin", CODE, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    CheckConstraint("char_length(origin) BETWEEN 9 AND 200", name="frame_origin_origin_check"),
    PrimaryKeyConstraint("party_id", "origin"),
    info={"placement": Placement.LOCAL},
)
"""The origins whose pages may have the member pages of a brand in a frame."""
