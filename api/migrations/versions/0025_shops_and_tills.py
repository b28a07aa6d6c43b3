"""Coupons at the till: locks, what each shop has used, and suppliers that want a shop named."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

UPGRADE = (
    # Whoever looks at a lock reads all three. A lock ends by time, without a job.
    """
    ALTER TABLE exchange.coupon
        ADD COLUMN lock_key text COLLATE "C",
        ADD COLUMN lock_until timestamptz,
        ADD COLUMN lock_shop text
    """,
    # No row is locked yet.
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE exchange.coupon ADD CONSTRAINT coupon_lock_check
        CHECK (state <> 'LOCKED' OR (lock_key IS NOT NULL AND lock_until IS NOT NULL))
    """,
    "GRANT UPDATE (lock_key, lock_until, lock_shop) ON exchange.coupon TO comity_service",
    """
    CREATE TABLE exchange.shop_use (
        book_id integer NOT NULL,
        coupon_id bigint NOT NULL,
        use integer NOT NULL,
        shop_use_id bigint GENERATED ALWAYS AS IDENTITY,
        supplier_id integer NOT NULL,
        shop text NOT NULL,
        day date NOT NULL,
        used_at timestamptz NOT NULL,
        staff text,
        reference text,
        order_minor bigint CHECK (order_minor >= 0),
        reversed_at timestamptz,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT shop_use_pkey PRIMARY KEY (book_id, coupon_id, use),
        CONSTRAINT shop_use_coupon_fkey FOREIGN KEY (book_id, coupon_id)
            REFERENCES exchange.coupon (book_id, coupon_id)
    )
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX shop_use_day_index
        ON exchange.shop_use (supplier_id, shop, day, shop_use_id)
    """,
    "GRANT SELECT, INSERT ON exchange.shop_use TO comity_service",
    "GRANT UPDATE (reversed_at) ON exchange.shop_use TO comity_service",
    # What the exchange signs has keys of its own. The table has a few rows.
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE exchange.data_key
        -- squawk-ignore ban-drop-constraint
        DROP CONSTRAINT data_key_purpose_check,
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT data_key_purpose_check
            CHECK (purpose IN ('account', 'identifier', 'signing'))
    """,
    "ALTER TABLE catalog.party ADD COLUMN require_shop boolean NOT NULL DEFAULT false",
    "GRANT UPDATE (require_shop) ON catalog.party TO comity_service",
)

DOWNGRADE = (
    "DELETE FROM exchange.data_key WHERE purpose = 'signing'",
    "ALTER TABLE exchange.data_key DROP CONSTRAINT data_key_purpose_check",
    """
    ALTER TABLE exchange.data_key ADD CONSTRAINT data_key_purpose_check
        CHECK (purpose IN ('account', 'identifier'))
    """,
    "ALTER TABLE catalog.party DROP COLUMN require_shop",
    "DROP TABLE exchange.shop_use",
    "UPDATE exchange.coupon SET state = 'ACTIVE' WHERE state = 'LOCKED'",
    """
    ALTER TABLE exchange.coupon
        DROP CONSTRAINT coupon_lock_check,
        DROP COLUMN lock_key,
        DROP COLUMN lock_until,
        DROP COLUMN lock_shop
    """,
)


def upgrade() -> None:
    """Add what a lock, a shop's day and a supplier's wish are stored in."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Take them back: locks end, and the shops' lists of the day are gone."""
    for statement in DOWNGRADE:
        op.execute(statement)
