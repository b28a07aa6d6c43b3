"""The tables of what brands say of their members. Migration 0022 creates them.

All belong to a book.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE

from catalog.schema import CODE, INSTANT, NOW, metadata
from ledger import ACTING, Placement

tag = Table(
    "tag",
    metadata,
    Column("book_id", Integer),
    Column("code", CODE),
    Column("label", Text, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "code", name="tag_pkey"),
    info={"placement": Placement.DISTRIBUTED},
)

tier = Table(
    "tier",
    metadata,
    Column("book_id", Integer),
    Column("code", CODE),
    Column("label", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "code", name="tier_pkey"),
    info={"placement": Placement.DISTRIBUTED},
)

member = Table(
    "member",
    metadata,
    Column("book_id", Integer),
    Column("member", CODE),
    Column("birthday", Text),
    Column("rights_by_third_party", Boolean),
    Column("contact", Boolean),
    Column("first_seen", INSTANT, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "member", name="member_pkey"),
    Index(
        "member_by_birthday",
        "book_id",
        "birthday",
        "member",
        postgresql_where=text("birthday IS NOT NULL"),
    ),
    info={"placement": Placement.DISTRIBUTED},
)

_MEMBER = ["catalog.member.book_id", "catalog.member.member"]

member_identifier = Table(
    "member_identifier",
    metadata,
    Column("book_id", Integer),
    Column("kind", CODE),
    Column("digest", LargeBinary),
    Column("member", CODE, nullable=False),
    Column("tail", Text, nullable=False),
    Column("since", INSTANT, nullable=False),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "kind", "digest", name="member_identifier_pkey"),
    ForeignKeyConstraint(["book_id", "member"], _MEMBER),
    Index("member_identifier_by_member", "book_id", "member"),
    info={"placement": Placement.DISTRIBUTED},
)

member_tag = Table(
    "member_tag",
    metadata,
    Column("book_id", Integer),
    Column("member", CODE),
    Column("tag", CODE),
    Column("source", Text, nullable=False),
    Column("since", INSTANT, nullable=False),
    Column("until", INSTANT),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "member", "tag", name="member_tag_pkey"),
    ForeignKeyConstraint(["book_id", "member"], _MEMBER),
    ForeignKeyConstraint(["book_id", "tag"], ["catalog.tag.book_id", "catalog.tag.code"]),
    Index("member_tag_by_tag", "book_id", "tag"),
    info={"placement": Placement.DISTRIBUTED},
)

member_tier = Table(
    "member_tier",
    metadata,
    Column("book_id", Integer),
    Column("member", CODE),
    # The migration adds WITHOUT OVERLAPS: at any instant a member has one tier at most.
    Column("period", TSTZRANGE),
    Column("tier", CODE, nullable=False),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "member", "period", name="member_tier_pkey"),
    ForeignKeyConstraint(["book_id", "member"], _MEMBER),
    ForeignKeyConstraint(["book_id", "tier"], ["catalog.tier.book_id", "catalog.tier.code"]),
    Index("member_tier_by_tier", "book_id", "tier"),
    info={"placement": Placement.DISTRIBUTED},
)
