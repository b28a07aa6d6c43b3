"""The tables of the schema `catalog`. Migration 0002 creates them.

Migration 0008 adds `retired_secret`, 0010 what suppliers say about their supply, 0016 `actor`, 0017
`audit_entry`, and 0018 most of what an offer says, and its state. The modules in PARTS declare
the rest.

All but `allotment`, `procurement`, prices and what is said of members are shared data, the same for
every book. These belong to a book, so their keys begin with the book.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE

from catalog import (
    import_tables,
    member_tables,
    picture_tables,
    price_tables,
    rule_tables,
    stage_tables,
)
from catalog.schema import INSTANT, NOW, metadata
from ledger import ACTING, Placement

PARTS = (
    *(import_tables, member_tables, picture_tables),
    *(price_tables, rule_tables, stage_tables),
)
"""They declare more tables of the same schema."""

category = Table(
    "category",
    metadata,
    Column("path", Text, primary_key=True),
    Column("parent", Text, ForeignKey("catalog.category.path")),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    info={"placement": Placement.REFERENCE},
)

party = Table(
    "party",
    metadata,
    Column("party_id", Integer, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("category", Text, ForeignKey("catalog.category.path")),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    Column("trusted", Boolean, nullable=False, server_default=text("true")),
    # A trigger keeps `category` the first of these.
    Column("categories", ARRAY(Text), nullable=False),
    Column("require_shop", Boolean, nullable=False, server_default=text("false")),
    info={"placement": Placement.REFERENCE},
)

actor = Table(
    "actor",
    metadata,
    Column("actor_id", Integer, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("party_id", Integer, ForeignKey("catalog.party.party_id")),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    UniqueConstraint("kind", "name", name="actor_kind_name_key"),
    info={"placement": Placement.LOCAL},
)

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("entry_id", BigInteger, Identity(always=True), primary_key=True),
    Column("recorded_at", INSTANT, nullable=False, server_default=text("clock_timestamp()")),
    Column("actor_id", Integer, ForeignKey("catalog.actor.actor_id"), nullable=False),
    Column("party_id", Integer, ForeignKey("catalog.party.party_id")),
    Column("request_id", Text),
    Column("action", Text, nullable=False),
    Column("object_kind", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("key", Text),
    Index("audit_entry_by_party", "party_id", "entry_id"),
    Index("audit_entry_by_actor", "actor_id", "entry_id"),
    Index("audit_entry_by_action", "action", "entry_id"),
    Index("audit_entry_by_object", "object_kind", "object_id", "entry_id"),
    info={"placement": Placement.LOCAL},
)

api_key = Table(
    "api_key",
    metadata,
    Column("key_id", Integer, Identity(always=True), primary_key=True),
    Column("party_id", Integer, ForeignKey("catalog.party.party_id"), nullable=False),
    Column("prefix", Text, nullable=False, unique=True),
    Column("digest", LargeBinary, nullable=False),
    Column("label", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("shop", Text),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("created_by", Integer, ForeignKey("catalog.actor.actor_id")),
    Column("expires_at", INSTANT),
    Column("last_used_at", INSTANT),
    Column("revoked_at", INSTANT),
    Index("api_key_by_party", "party_id"),
    info={"placement": Placement.LOCAL},
)

endpoint = Table(
    "endpoint",
    metadata,
    Column("party_id", Integer, ForeignKey("catalog.party.party_id"), primary_key=True),
    Column("url", Text, nullable=False),
    Column("encrypted_secret", LargeBinary, nullable=False),
    Column("changed_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    Column("timeout_ms", Integer),
    Column("concurrency_max", Integer),
    Column("rate_per_second", Integer),
    Column("deadline_seconds", Integer),
    Column("absent_proves_after_seconds", Integer),
    Column("first_query_after_seconds", Integer),
    Column("waiting_max", Integer),
    info={"placement": Placement.LOCAL},
)

retired_secret = Table(
    "retired_secret",
    metadata,
    Column("retired_secret_id", BigInteger, Identity(always=True), primary_key=True),
    Column("party_id", Integer, ForeignKey("catalog.party.party_id"), nullable=False),
    Column("encrypted_secret", LargeBinary, nullable=False),
    Column("valid_until", INSTANT, nullable=False),
    Index("retired_secret_by_party", "party_id"),
    info={"placement": Placement.LOCAL},
)

offer = Table(
    "offer",
    metadata,
    # Drawn by `catalog.identifiers`: a number of a sequence could be guessed.
    Column("offer_id", BigInteger, primary_key=True, autoincrement=False),
    Column("supplier_id", Integer, ForeignKey("catalog.party.party_id"), nullable=False),
    Column("code", Text, nullable=False),
    Column("latest_version", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'LISTED'")),
    Column("paused_by", Text),
    Column("state_reason", Text),
    Column("listed_at", INSTANT, server_default=NOW),
    # A trigger sets it: the latest version that was listed. None if none ever was.
    Column("listed_version", Integer),
    CheckConstraint("(state = 'PAUSED') = (paused_by IS NOT NULL)"),
    Index("offer_by_listed_at", "listed_at", "offer_id"),
    Index("offer_by_state", "state", "offer_id"),
    Column("granted", BigInteger, nullable=False, server_default=text("0")),
    CheckConstraint("granted >= 0"),
    UniqueConstraint("supplier_id", "code", name="offer_supplier_id_code_key"),
    info={"placement": Placement.REFERENCE},
)

offer_version = Table(
    "offer_version",
    metadata,
    Column("offer_id", BigInteger, ForeignKey("catalog.offer.offer_id")),
    Column("version", Integer),
    Column("name", Text, nullable=False),
    Column("face_value_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("fulfilment", Text, nullable=False),
    Column("use_within_days", Integer),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    Column("kind", Text),
    Column("category", Text, ForeignKey("catalog.category.path")),
    Column("presented_party_id", Integer, ForeignKey("catalog.party.party_id")),
    Column("subtitle", Text),
    Column("terms_text", Text),
    Column("images", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("texts", JSONB),
    Column("threshold_minor", BigInteger),
    Column("discount_permille", Integer),
    Column("discount_cap_minor", BigInteger),
    Column("usable", JSONB),
    Column("use_times", JSONB),
    Column("closed_on", ARRAY(Date), nullable=False, server_default=text("'{}'")),
    Column("use_from", Date),
    Column("use_until", Date),
    Column("use_after_days", Integer),
    Column("per_member", BigInteger),
    Column("per_member_per_day", BigInteger),
    Column("per_day", BigInteger),
    Column("quantity_max", BigInteger),
    Column("gift_hops", Integer, nullable=False, server_default=text("0")),
    Column("return_within_days", Integer, nullable=False, server_default=text("0")),
    Column("reverse_minutes", Integer, nullable=False, server_default=text("60")),
    Column("counts_as_used", Text, nullable=False, server_default=text("'use'")),
    Column("account_pattern", Text),
    Column("visible_from", INSTANT),
    # A trigger fills these two, see migration 0018: what is searched, and its parts.
    Column("search_text", Text),
    Column("search_grams", ARRAY(Text)),
    Index("offer_version_by_grams", "search_grams", postgresql_using="gin"),
    # A trigger sets it: what decisions about the version depend on.
    Column("class_id", Integer, ForeignKey("catalog.isolation_class.class_id"), nullable=False),
    PrimaryKeyConstraint("offer_id", "version"),
    CheckConstraint("version > 0"),
    CheckConstraint("face_value_minor >= 0"),
    CheckConstraint("points >= 0"),
    CheckConstraint("fulfilment IN ('own_code', 'direct', 'card_code')"),
    CheckConstraint("use_within_days > 0"),
    info={"placement": Placement.REFERENCE},
)

offer_period = Table(
    "offer_period",
    metadata,
    Column("offer_id", BigInteger),
    Column("valid_period", TSTZRANGE),
    Column("version", Integer, nullable=False),
    # The migration adds WITHOUT OVERLAPS, which SQLAlchemy cannot say: at any instant at most one
    # version of an offer is sold.
    PrimaryKeyConstraint("offer_id", "valid_period"),
    ForeignKeyConstraint(
        ["offer_id", "version"], ["catalog.offer_version.offer_id", "catalog.offer_version.version"]
    ),
    UniqueConstraint("offer_id", "version", name="offer_period_offer_id_version_key"),
    info={"placement": Placement.REFERENCE},
)

allotment = Table(
    "allotment",
    metadata,
    Column("book_id", Integer),
    # No foreign key to the offer: keys of member-scoped tables begin with the book, and offers are
    # never deleted.
    Column("offer_id", BigInteger),
    Column("allotment_no", Integer),
    Column("granted", BigInteger, nullable=False),
    Column("remaining", BigInteger, nullable=False),
    Column("returned", BigInteger, nullable=False, server_default="0"),
    Column("points", BigInteger),
    Column("unit_cost_minor", BigInteger),
    Column("currency", Text),
    Column("window_from", INSTANT, nullable=False),
    Column("window_until", INSTANT),
    Column("procurement_id", BigInteger),
    Column("closed_at", INSTANT),
    Column("recorded_by", Integer, server_default=ACTING),
    # The swap that gave it, and since when that has reached its limit.
    Column("swap_id", BigInteger),
    Column("halted_at", INSTANT),
    PrimaryKeyConstraint("book_id", "offer_id", "allotment_no"),
    CheckConstraint("remaining >= 0 AND returned >= 0 AND remaining + returned <= granted"),
    CheckConstraint("allotment_no > 0"),
    CheckConstraint("points >= 0"),
    CheckConstraint("unit_cost_minor >= 0"),
    CheckConstraint("(unit_cost_minor IS NULL) = (currency IS NULL)"),
    CheckConstraint("window_until > window_from"),
    info={"placement": Placement.DISTRIBUTED},
)

supply_terms = Table(
    "supply_terms",
    metadata,
    Column("terms_id", BigInteger, primary_key=True, autoincrement=False),
    Column("supplier_id", Integer, ForeignKey("catalog.party.party_id"), nullable=False),
    Column("offer_id", BigInteger, ForeignKey("catalog.offer.offer_id")),
    Column("brands", ARRAY(Text)),
    Column("quantity_max", BigInteger, nullable=False),
    Column("quantity_per_brand_max", BigInteger),
    Column("unit_cost_minor", BigInteger),
    Column("currency", Text),
    Column("granted", BigInteger, nullable=False, server_default=text("0")),
    Column("valid_from", INSTANT, nullable=False),
    Column("valid_until", INSTANT),
    Column("withdrawn_at", INSTANT),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    CheckConstraint("granted BETWEEN 0 AND quantity_max"),
    CheckConstraint("quantity_per_brand_max > 0"),
    CheckConstraint("unit_cost_minor >= 0"),
    CheckConstraint("(unit_cost_minor IS NULL) = (currency IS NULL)"),
    CheckConstraint("cardinality(brands) > 0"),
    CheckConstraint("valid_until > valid_from"),
    Index("supply_terms_by_supplier", "supplier_id", "terms_id"),
    info={"placement": Placement.LOCAL},
)

supply_taken = Table(
    "supply_taken",
    metadata,
    Column("terms_id", BigInteger, ForeignKey("catalog.supply_terms.terms_id")),
    Column("buyer_id", Integer, ForeignKey("catalog.party.party_id")),
    Column("granted", BigInteger, nullable=False),
    PrimaryKeyConstraint("terms_id", "buyer_id"),
    CheckConstraint("granted >= 0"),
    info={"placement": Placement.LOCAL},
)

procurement = Table(
    "procurement",
    metadata,
    Column("book_id", Integer),
    Column("procurement_id", BigInteger),
    Column("buyer_id", Integer, nullable=False),
    Column("supplier_id", Integer, nullable=False),
    Column("offer_id", BigInteger, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("points", BigInteger),
    Column("unit_cost_minor", BigInteger),
    Column("currency", Text),
    Column("window_from", INSTANT, nullable=False),
    Column("window_until", INSTANT),
    Column("state", Text, nullable=False),
    Column("terms_id", BigInteger),
    Column("reason", Text),
    Column("requested_at", INSTANT, nullable=False, server_default=NOW),
    Column("decided_at", INSTANT),
    Column("recorded_by", Integer, server_default=ACTING),
    # The swap that it is a part of.
    Column("swap_id", BigInteger),
    PrimaryKeyConstraint("book_id", "procurement_id"),
    CheckConstraint("quantity > 0"),
    CheckConstraint("points >= 0"),
    CheckConstraint("window_until > window_from"),
    CheckConstraint("unit_cost_minor >= 0"),
    CheckConstraint("(unit_cost_minor IS NULL) = (currency IS NULL)"),
    CheckConstraint("state IN ('waiting', 'granted', 'refused', 'cancelled', 'closed')"),
    CheckConstraint("(state = 'waiting') = (decided_at IS NULL)"),
    CheckConstraint("terms_id IS NULL OR state IN ('granted', 'closed')"),
    CheckConstraint("reason IS NULL OR state = 'refused'"),
    Index("procurement_by_supplier", "supplier_id", "state", "procurement_id"),
    info={"placement": Placement.DISTRIBUTED},
)
