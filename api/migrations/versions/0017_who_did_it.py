"""Every record of a change names who made it, and an append-only log says who did what."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# What a transaction's `comity.actor` says, see `Database.transaction`. The column comes first and
# the default after it, so that the rows that are there keep null.
STAMPED = (
    "ledger.book",
    "ledger.rate",
    "ledger.request",
    "ledger.consent",
    "catalog.category",
    "catalog.party",
    "catalog.endpoint",
    "catalog.isolation_rule",
    "catalog.offer_version",
    "catalog.allotment",
    "catalog.supply_terms",
    "catalog.procurement",
    "exchange.receipt_step",
    "exchange.use_request",
    "settlement.contract",
    "settlement.statement",
    "settlement.reconciliation",
    "settlement.upload",
)
BY = "nullif(current_setting('comity.actor', true), '')::integer"

OPERATION = """
    CREATE OR REPLACE VIEW ledger.operation AS
    SELECT book_id, lane, seq, kind, key, fingerprint, account_id,
        coalesce(points, amount) AS points,
        coalesce(spendable, balance) AS spendable,
        coalesce(occurred_at, recorded_at) AS occurred_at,
        recorded_at,
        coalesce(
            last_day, CASE WHEN kind IN (1, 12, 14) AND to_kind = 15 THEN expires_on END
        ) AS last_day,
        subject, slides_until, store, channel, staff, reference, owner, refusal, detail, metadata{}
    FROM ledger.journal WHERE part = 0
"""

LOG = (
    """
    CREATE TABLE catalog.audit_entry (
        entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        actor_id integer NOT NULL REFERENCES catalog.actor (actor_id),
        party_id integer REFERENCES catalog.party (party_id),
        request_id text,
        action text NOT NULL,
        object_kind text NOT NULL,
        object_id text NOT NULL,
        key text
    )
    """,
    # The indexes are of a new table, so nobody waits for them.
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX audit_entry_by_party ON catalog.audit_entry (party_id, entry_id)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX audit_entry_by_actor ON catalog.audit_entry (actor_id, entry_id)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX audit_entry_by_object
        ON catalog.audit_entry (object_kind, object_id, entry_id)
    """,
    "GRANT SELECT, INSERT ON catalog.audit_entry TO comity_service",
    """
    CREATE TRIGGER audit_entry_immutable
        BEFORE UPDATE OR DELETE OR TRUNCATE ON catalog.audit_entry
        FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()
    """,
)


def upgrade() -> None:
    """Add the columns, which is quick, and the log. What was there before names nobody."""
    op.execute("ALTER TABLE ledger.journal ADD COLUMN recorded_by integer")
    op.execute(OPERATION.format(", recorded_by"))
    for table in STAMPED:
        op.execute(f"ALTER TABLE {table} ADD COLUMN recorded_by integer")
        op.execute(f"ALTER TABLE {table} ALTER COLUMN recorded_by SET DEFAULT {BY}")
    op.execute("GRANT UPDATE (recorded_by) ON catalog.endpoint TO comity_service")
    for statement in LOG:
        op.execute(statement)


def downgrade() -> None:
    """Drop the log, and the columns where nothing is sealed with them.

    A seal of version 2 covers who asked. Without the column it can no longer be proved.
    """
    op.execute("DROP TABLE catalog.audit_entry")
    op.execute("DROP VIEW ledger.operation")
    op.execute("ALTER TABLE ledger.journal DROP COLUMN recorded_by")
    op.execute(OPERATION.format(""))
    op.execute("GRANT SELECT ON ledger.operation TO comity_service")
    for table in STAMPED:
        op.execute(f"ALTER TABLE {table} DROP COLUMN recorded_by")
