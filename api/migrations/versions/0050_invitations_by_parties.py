"""Invitations of people who are users already: for which party, and in which role.

And the audit log is looked at by action, too. It grows at one end, so the index stays small work.
"""

from alembic import op

revision = "0050"
down_revision = "0046"
branch_labels = None
depends_on = None

UPGRADE = (
    "ALTER TABLE api.invitation ADD COLUMN party_id integer",
    'ALTER TABLE api.invitation ADD COLUMN role text COLLATE "C"',
    """
    ALTER TABLE api.invitation ADD CONSTRAINT invitation_role_check
        CHECK ((party_id IS NULL) = (role IS NULL)) NOT VALID
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE api.invitation VALIDATE CONSTRAINT invitation_role_check
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX audit_entry_by_action ON catalog.audit_entry (action, entry_id)
    """,
)

DOWNGRADE = (
    "DROP INDEX catalog.audit_entry_by_action",
    "DELETE FROM api.invitation WHERE party_id IS NOT NULL",
    "ALTER TABLE api.invitation DROP COLUMN role",
    "ALTER TABLE api.invitation DROP COLUMN party_id",
)


def upgrade() -> None:
    """Let a party invite somebody who acts for another."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Forget such invitations."""
    for statement in DOWNGRADE:
        op.execute(statement)
