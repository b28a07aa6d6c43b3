"""The keys of stored secrets by fingerprint, and signing secrets that still hold for a while."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UPGRADE = (
    # Indexes and tables are new, so nobody waits for them.
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
    """
    CREATE TABLE catalog.retired_secret (
        retired_secret_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        party_id integer NOT NULL REFERENCES catalog.party (party_id),
        encrypted_secret bytea NOT NULL,
        valid_until timestamptz NOT NULL
    )
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX retired_secret_by_party ON catalog.retired_secret (party_id)
    """,
    # Another key becomes the current one. Keys that nothing needs go, and so do secrets whose time
    # is over. A rotation encrypts those that still hold again.
    "GRANT SELECT, INSERT, DELETE ON exchange.vault_key TO comity_service",
    "GRANT UPDATE (is_current, stated_at) ON exchange.vault_key TO comity_service",
    "GRANT SELECT, INSERT, DELETE ON catalog.retired_secret TO comity_service",
    "GRANT UPDATE (encrypted_secret) ON catalog.retired_secret TO comity_service",
)


def upgrade() -> None:
    """Make the tables. The next start states the key."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables. Secrets that were replaced stop to hold. Nothing else changes."""
    op.execute("DROP TABLE catalog.retired_secret")
    op.execute("DROP TABLE exchange.vault_key")
