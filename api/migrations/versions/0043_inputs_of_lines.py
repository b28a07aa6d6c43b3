"""A line keeps all that it was rated from, so that it can be rated again and compared."""

from alembic import op

revision = "0043"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. Lines of before were of uses, and rated without them."""
    op.execute(
        """
        ALTER TABLE settlement.line
            ADD COLUMN counted_as text NOT NULL DEFAULT 'used'
                CONSTRAINT line_counted_as_check CHECK (counted_as IN ('used', 'delivered')),
            ADD COLUMN swap_id bigint
        """
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("ALTER TABLE settlement.line DROP COLUMN counted_as, DROP COLUMN swap_id")
