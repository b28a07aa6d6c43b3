"""How cohorts of points are named where a programme's plan of expiry has changed."""

from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

UPGRADE = (
    "ALTER TABLE settlement.liability_reading ADD COLUMN naming json",
    "GRANT UPDATE (naming) ON settlement.liability_reading TO comity_service",
)

DOWNGRADE = ("ALTER TABLE settlement.liability_reading DROP COLUMN naming",)


def upgrade() -> None:
    """Keep the naming beside how far a book has been read."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Forget it. Programmes whose plan has changed name later points by their first plan."""
    for statement in DOWNGRADE:
        op.execute(statement)
