"""The heartbeats of the processes of the service."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

UPGRADE = (
    # Each row is changed every few seconds. It stays on its page, where there is room for it.
    """
    CREATE TABLE ledger.heartbeat (
        process text COLLATE "C" PRIMARY KEY,
        beat_at timestamptz NOT NULL DEFAULT now(),
        worked_at timestamptz
    ) WITH (fillfactor = 50)
    """,
    # Rows of processes that are gone go as well.
    "GRANT SELECT, INSERT, DELETE ON ledger.heartbeat TO comity_service",
    "GRANT UPDATE (beat_at, worked_at) ON ledger.heartbeat TO comity_service",
)


def upgrade() -> None:
    """Make the table. The processes fill it."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop the table. It holds nothing that lasts."""
    op.execute("DROP TABLE ledger.heartbeat")
