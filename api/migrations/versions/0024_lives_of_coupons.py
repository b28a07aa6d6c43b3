"""A coupon's further states: locked, being given, deactivated. Card codes are rights, too."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

UPGRADE = (
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE exchange.coupon
        -- squawk-ignore ban-drop-constraint
        DROP CONSTRAINT coupon_state_check,
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT coupon_state_check CHECK (
            state IN ('HELD', 'ACTIVE', 'LOCKED', 'GIFTING', 'USED', 'EXPIRED', 'RETURNED',
                'DEACTIVATED')
        ),
        -- squawk-ignore ban-drop-constraint
        DROP CONSTRAINT coupon_fulfilment_check,
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT coupon_fulfilment_check CHECK (
            fulfilment IN ('own_code', 'card_code', 'direct')
        )
    """,
    # The sweep reads locked coupons and gifts, too.
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX coupon_open_index ON exchange.coupon (book_id, expires_on, coupon_id)
        WHERE state IN ('ACTIVE', 'LOCKED', 'GIFTING')
    """,
    """
    -- squawk-ignore require-concurrent-index-deletion
    DROP INDEX exchange.coupon_expiry_index
    """,
    """
    -- squawk-ignore renaming-object
    ALTER INDEX exchange.coupon_open_index RENAME TO coupon_expiry_index
    """,
)

DOWNGRADE = (
    """
    UPDATE exchange.coupon SET state = 'ACTIVE' WHERE state IN ('LOCKED', 'GIFTING')
    """,
    "UPDATE exchange.coupon SET state = 'RETURNED' WHERE state = 'DEACTIVATED'",
    "ALTER TABLE exchange.coupon DROP CONSTRAINT coupon_state_check",
    """
    ALTER TABLE exchange.coupon ADD CONSTRAINT coupon_state_check CHECK (
        state IN ('HELD', 'ACTIVE', 'USED', 'EXPIRED', 'RETURNED')
    )
    """,
    "UPDATE exchange.coupon SET fulfilment = 'own_code' WHERE fulfilment = 'card_code'",
    "ALTER TABLE exchange.coupon DROP CONSTRAINT coupon_fulfilment_check",
    """
    ALTER TABLE exchange.coupon ADD CONSTRAINT coupon_fulfilment_check CHECK (
        fulfilment IN ('own_code', 'direct')
    )
    """,
    "DROP INDEX exchange.coupon_expiry_index",
    """
    CREATE INDEX coupon_expiry_index ON exchange.coupon (book_id, expires_on, coupon_id)
        WHERE state = 'ACTIVE'
    """,
)


def upgrade() -> None:
    """Widen the rules and the index of coupons."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Take the further states back: locks and gifts end, and what was withdrawn is returned."""
    for statement in DOWNGRADE:
        op.execute(statement)
