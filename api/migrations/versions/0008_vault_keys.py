"""The fingerprints of the keys that stored secrets are encrypted with."""

from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None

UPGRADE = (
    # Index and table are new, so nobody waits for either.
    """
    CREATE TABLE exchange.vault_key (
        fingerprint bytea PRIMARY KEY CHECK (octet_length(fingerprint) = 32),
        is_current boolean NOT NULL,
        stated_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE UNIQUE INDEX vault_key_current_index ON exchange.vault_key (is_current) WHERE is_current
    """,
    "GRANT SELECT, INSERT, UPDATE, DELETE ON exchange.vault_key TO comity_service",
)


def upgrade() -> None:
    """Make the table. The next start fills it."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop the table. Nothing that is encrypted changes."""
    op.execute("DROP TABLE exchange.vault_key")
