"""The tables of isolation in the schema `catalog`: rules, groups, classes.

Migration 0002 creates the rules, 0019 the others.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Identity,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP, TSTZRANGE, UUID

from catalog.schema import metadata
from ledger import ACTING, Placement

_INSTANT = TIMESTAMP(timezone=True)
_NOW = text("now()")

party_group = Table(
    "party_group",
    metadata,
    Column("group_id", Integer, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("recorded_at", _INSTANT, nullable=False, server_default=_NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    CheckConstraint("kind IN ('alliance', 'competitors', 'plain')"),
    info={"placement": Placement.LOCAL},
)

group_member = Table(
    "group_member",
    metadata,
    Column("group_id", Integer, ForeignKey("catalog.party_group.group_id")),
    Column("party_id", Integer, ForeignKey("catalog.party.party_id")),
    Column("validity", TSTZRANGE),
    Column("accepted_at", _INSTANT),
    Column("recorded_at", _INSTANT, nullable=False, server_default=_NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    # The migration adds WITHOUT OVERLAPS: a party is in a group once at any instant.
    PrimaryKeyConstraint("group_id", "party_id", "validity"),
    info={"placement": Placement.LOCAL},
)

isolation_rule = Table(
    "isolation_rule",
    metadata,
    Column("rule_id", Integer, Identity(always=True), primary_key=True),
    Column("effect", Text, nullable=False),
    Column("buyer_party_id", Integer, ForeignKey("catalog.party.party_id")),
    Column("buyer_category", Text, ForeignKey("catalog.category.path")),
    Column("supplier_party_id", Integer, ForeignKey("catalog.party.party_id")),
    Column("supplier_category", Text, ForeignKey("catalog.category.path")),
    Column("mutual", Boolean, nullable=False),
    Column("recorded_at", _INSTANT, nullable=False, server_default=_NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    Column("buyer_group_id", Integer, ForeignKey("catalog.party_group.group_id")),
    Column("supplier_group_id", Integer, ForeignKey("catalog.party_group.group_id")),
    Column("author_id", Integer, ForeignKey("catalog.party.party_id")),
    Column("validity", TSTZRANGE, nullable=False, server_default=text("tstzrange(now(), NULL)")),
    Column(
        "sides",
        Text,
        Computed(
            """
            CASE effect WHEN 'veto' THEN 'veto' ELSE 'rule' END
                || '|' || coalesce(buyer_party_id::text, '')
                || '|' || coalesce(buyer_group_id::text, '')
                || '|' || coalesce(buyer_category, '')
                || '|' || coalesce(supplier_party_id::text, '')
                || '|' || coalesce(supplier_group_id::text, '')
                || '|' || coalesce(supplier_category, '') || '|' || mutual::text
            """,
            persisted=True,
        ),
        nullable=False,
    ),
    # The migration adds WITHOUT OVERLAPS: no two rules with the same sides hold at once.
    UniqueConstraint("sides", "validity", name="isolation_rule_sides"),
    CheckConstraint("effect IN ('allow', 'deny', 'veto')"),
    CheckConstraint("num_nonnulls(buyer_party_id, buyer_group_id, buyer_category) <= 1"),
    CheckConstraint("num_nonnulls(supplier_party_id, supplier_group_id, supplier_category) <= 1"),
    info={"placement": Placement.LOCAL},
)

rules_version = Table(
    "rules_version",
    metadata,
    Column("is_current", Boolean, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("mark", UUID, nullable=False),
    Column("changed_at", _INSTANT, nullable=False),
    info={"placement": Placement.LOCAL},
)

isolation_class = Table(
    "isolation_class",
    metadata,
    Column("class_id", Integer, Identity(always=True), primary_key=True),
    Column("owner_id", Integer, ForeignKey("catalog.party.party_id"), nullable=False),
    Column("carrier_id", Integer, ForeignKey("catalog.party.party_id"), nullable=False),
    Column("category", Text, ForeignKey("catalog.category.path")),
    UniqueConstraint(
        *("owner_id", "carrier_id", "category"),
        name="isolation_class_of_offers",
        postgresql_nulls_not_distinct=True,
    ),
    info={"placement": Placement.REFERENCE},
)
