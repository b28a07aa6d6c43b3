"""The latest day of what changed a wallet: what is spent before it must have been there."""

from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

UPGRADE = (
    # Without a default, no row is written again. Until a wallet changes, its latest day is read
    # from the journal where it matters.
    "ALTER TABLE ledger.account ADD COLUMN latest_on date",
    "GRANT UPDATE (latest_on) ON ledger.account TO comity_service",
)


def upgrade() -> None:
    """Add the column, empty."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop the column. The journal has what it said."""
    op.execute("ALTER TABLE ledger.account DROP COLUMN latest_on")
