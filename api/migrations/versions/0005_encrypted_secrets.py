"""Signing secrets are called what they are: encrypted."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rename the column that holds the encrypted signing secret of an endpoint."""
    op.execute(
        "-- squawk-ignore renaming-column\n"
        "ALTER TABLE catalog.endpoint RENAME COLUMN sealed_secret TO encrypted_secret"
    )


def downgrade() -> None:
    """Give the column its old name."""
    op.execute("ALTER TABLE catalog.endpoint RENAME COLUMN encrypted_secret TO sealed_secret")
