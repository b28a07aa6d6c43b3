"""Tables of swaps, placements and leases. Migration 0031 creates them.

`exchange.tables` has all tables of the schema, also these. None has a book: what they say concerns
two parties, and is counted from the coupons in their books.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON

from exchange.schema import CODE, INSTANT, metadata
from ledger import ACTING, Placement

NOW = text("now()")

swap = Table(
    "swap",
    metadata,
    Column("swap_id", BigInteger, autoincrement=False),
    Column("proposer_id", Integer, nullable=False),
    Column("other_id", Integer, nullable=False),
    Column("proposer_book_id", Integer, nullable=False),
    Column("other_book_id", Integer),
    Column("currency", CODE, nullable=False),
    Column("window_from", INSTANT, nullable=False),
    Column("window_until", INSTANT, nullable=False),
    Column("limit_minor", BigInteger, nullable=False),
    Column("alert_percent", Integer, nullable=False),
    Column("state", CODE, nullable=False),
    Column("proposer_standing", CODE, nullable=False, server_default=text("'ok'")),
    Column("other_standing", CODE, nullable=False, server_default=text("'ok'")),
    Column("proposed_at", INSTANT, nullable=False, server_default=NOW),
    Column("agreed_at", INSTANT),
    Column("judged_at", INSTANT),
    Column("ended_at", INSTANT),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("swap_id", name="swap_pkey"),
    CheckConstraint("proposer_id <> other_id", name="swap_parties_check"),
    CheckConstraint("window_until > window_from", name="swap_window_check"),
    CheckConstraint("limit_minor > 0", name="swap_limit_check"),
    CheckConstraint("alert_percent BETWEEN 1 AND 100", name="swap_alert_check"),
    CheckConstraint("state IN ('PROPOSED', 'AGREED', 'ENDED')", name="swap_state_check"),
    CheckConstraint(
        "proposer_standing IN ('ok', 'alert', 'stopped')"
        " AND other_standing IN ('ok', 'alert', 'stopped')",
        name="swap_standing_check",
    ),
    CheckConstraint(
        "(agreed_at IS NULL) = (other_book_id IS NULL)"
        " AND (state <> 'PROPOSED' OR agreed_at IS NULL)"
        " AND (state <> 'AGREED' OR agreed_at IS NOT NULL)",
        name="swap_agreed_check",
    ),
    CheckConstraint("(state = 'ENDED') = (ended_at IS NOT NULL)", name="swap_ended_check"),
    Index("swap_by_proposer", "proposer_id", "swap_id"),
    Index("swap_by_other", "other_id", "swap_id"),
    info={"placement": Placement.LOCAL},
)

swap_line = Table(
    "swap_line",
    metadata,
    Column("swap_id", BigInteger),
    Column("offer_id", BigInteger),
    Column("giver_id", Integer, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("unit_value_minor", BigInteger, nullable=False),
    PrimaryKeyConstraint("swap_id", "offer_id", name="swap_line_pkey"),
    ForeignKeyConstraint(["swap_id"], ["exchange.swap.swap_id"], name="swap_line_swap_fkey"),
    CheckConstraint("quantity > 0", name="swap_line_quantity_check"),
    CheckConstraint("unit_value_minor > 0", name="swap_line_value_check"),
    info={"placement": Placement.LOCAL},
)

placement = Table(
    "placement",
    metadata,
    Column("placement_id", BigInteger, autoincrement=False),
    Column("guest_id", Integer, nullable=False),
    Column("host_id", Integer, nullable=False),
    Column("host_book_id", Integer, nullable=False),
    Column("offer_id", BigInteger, nullable=False),
    Column("slot", Text, nullable=False),
    Column("currency", CODE, nullable=False),
    Column("value_per_claim_minor", BigInteger, nullable=False),
    Column("promised_impressions", BigInteger),
    Column("window_from", INSTANT, nullable=False),
    Column("window_until", INSTANT, nullable=False),
    Column("swap_id", BigInteger),
    Column("ended_at", INSTANT),
    Column("made_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("placement_id", name="placement_pkey"),
    ForeignKeyConstraint(["swap_id"], ["exchange.swap.swap_id"], name="placement_swap_fkey"),
    CheckConstraint("guest_id <> host_id", name="placement_parties_check"),
    CheckConstraint("value_per_claim_minor >= 0", name="placement_value_check"),
    CheckConstraint("promised_impressions > 0", name="placement_promised_check"),
    CheckConstraint("window_until > window_from", name="placement_window_check"),
    Index("placement_by_guest", "guest_id", "placement_id"),
    Index("placement_by_host", "host_id", "placement_id"),
    Index("placement_by_swap", "swap_id", postgresql_where=text("swap_id IS NOT NULL")),
    info={"placement": Placement.LOCAL},
)

placement_count = Table(
    "placement_count",
    metadata,
    Column("placement_id", BigInteger),
    Column("hour", INSTANT),
    Column("impressions", BigInteger, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("placement_id", "hour", name="placement_count_pkey"),
    ForeignKeyConstraint(
        ["placement_id"],
        ["exchange.placement.placement_id"],
        name="placement_count_placement_fkey",
    ),
    CheckConstraint("date_trunc('hour', hour, 'UTC') = hour", name="placement_count_hour_check"),
    CheckConstraint("impressions >= 0", name="placement_count_impressions_check"),
    info={"placement": Placement.LOCAL},
)

lease = Table(
    "lease",
    metadata,
    Column("lease_id", BigInteger, autoincrement=False),
    Column("supplier_id", Integer, nullable=False),
    Column("shop", Text, nullable=False),
    Column("offer_ids", ARRAY(BigInteger), nullable=False),
    Column("currency", CODE, nullable=False),
    Column("value_max_minor", BigInteger, nullable=False),
    Column("bearer", CODE, nullable=False),
    Column("quota", Integer, nullable=False),
    Column("used", Integer, nullable=False, server_default=text("0")),
    Column("valid_from", INSTANT, nullable=False),
    Column("valid_until", INSTANT, nullable=False),
    Column("upload_until", INSTANT, nullable=False),
    Column("closed_at", INSTANT),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("lease_id", name="lease_pkey"),
    CheckConstraint("bearer IN ('shop', 'supplier')", name="lease_bearer_check"),
    CheckConstraint("quota > 0", name="lease_quota_check"),
    CheckConstraint("used BETWEEN 0 AND quota", name="lease_used_check"),
    CheckConstraint("value_max_minor >= 0", name="lease_value_check"),
    CheckConstraint(
        "valid_from < valid_until AND valid_until < upload_until", name="lease_window_check"
    ),
    Index("lease_by_supplier", "supplier_id", "lease_id"),
    info={"placement": Placement.LOCAL},
)

lease_use = Table(
    "lease_use",
    metadata,
    Column("lease_id", BigInteger),
    Column("number", Integer),
    Column("key", CODE, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("coupon_sha256", LargeBinary, nullable=False),
    Column("occurred_at", INSTANT, nullable=False),
    Column("state", CODE, nullable=False),
    Column("answer", JSON),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("lease_id", "number", name="lease_use_pkey"),
    UniqueConstraint("lease_id", "key", name="lease_use_key"),
    UniqueConstraint("lease_id", "coupon_sha256", "occurred_at", name="lease_use_once_key"),
    ForeignKeyConstraint(["lease_id"], ["exchange.lease.lease_id"], name="lease_use_lease_fkey"),
    CheckConstraint("number > 0", name="lease_use_number_check"),
    CheckConstraint(
        "state IN ('TAKEN', 'USED', 'CONFLICT', 'REFUSED')", name="lease_use_state_check"
    ),
    CheckConstraint("(state = 'TAKEN') = (answer IS NULL)", name="lease_use_answer_check"),
    info={"placement": Placement.LOCAL},
)
