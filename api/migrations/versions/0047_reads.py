"""Indexes for what people look at: coupons listed and counted, holds that are open.

None has a column that changes, but where the index is partial and holds few of the rows, or each of
them once.
"""

from alembic import op

revision = "0047"
down_revision = "0048"
branch_labels = None
depends_on = None

IGNORED = "-- squawk-ignore require-concurrent-index-creation"
INDEXES = {
    "exchange.coupon_offer_index": "exchange.coupon (book_id, offer_id, redeemed_at)",
    "exchange.coupon_supplier_index": "exchange.coupon (supplier_id, redeemed_at)",
    "exchange.coupon_tail_index": "exchange.coupon (book_id, right(code, 4))",
    "exchange.coupon_uncommon_index": (
        "exchange.coupon (book_id, redeemed_at) WHERE state NOT IN ('ACTIVE', 'USED')"
    ),
    "exchange.coupon_used_index": (
        "exchange.coupon (supplier_id, used_at) WHERE used_at IS NOT NULL"
    ),
    "exchange.coupon_book_used_index": (
        "exchange.coupon (book_id, used_at) WHERE used_at IS NOT NULL"
    ),
    "ledger.hold_open_index": "ledger.hold (book_id, account_id, lane, seq) WHERE state = 0",
}


GRANTS = ("GRANT UPDATE (name) ON catalog.party TO comity_service",)
NO_GRANTS = ("REVOKE UPDATE (name) ON catalog.party FROM comity_service",)
"""People give parties other names."""


def upgrade() -> None:
    """Make them. The service is stopped while it is upgraded, so they keep nobody from writing."""
    for name, definition in INDEXES.items():
        index = name.partition(".")[2]
        op.execute(f"{IGNORED}\nCREATE INDEX {index} ON {definition}")
    for statement in GRANTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in NO_GRANTS:
        op.execute(statement)
    for name in INDEXES:
        op.execute(f"DROP INDEX {name}")
