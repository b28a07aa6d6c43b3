"""Suppliers' files that wait to be reconciled, until the worker has done it."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

UPGRADE = (
    # The table and its indexes are new, so nobody waits for them.
    """
    CREATE TABLE settlement.upload (
        upload_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        party_id integer NOT NULL,
        key text NOT NULL,
        fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
        supplier_party_id integer NOT NULL,
        month text,
        file bytea,
        wanted_until timestamptz NOT NULL,
        lease uuid,
        leased_until timestamptz,
        reconciliation_id bigint REFERENCES settlement.reconciliation (reconciliation_id),
        refusal jsonb,
        CONSTRAINT upload_key_key UNIQUE (party_id, key)
    )
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX upload_by_reconciliation ON settlement.upload (reconciliation_id)
    """,
    # The file goes when the work has ended, and the row when nobody asks for it any more.
    "GRANT SELECT, INSERT, DELETE ON settlement.upload TO comity_service",
    """
    GRANT UPDATE (file, wanted_until, lease, leased_until, reconciliation_id, refusal)
        ON settlement.upload TO comity_service
    """,
)


def upgrade() -> None:
    """Make the table. Uploads come with the next requests."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop the table. Files that still wait are sent again by those who wait."""
    op.execute("DROP TABLE settlement.upload")
