"""Stages of suppliers, and checks by the kit."""

from alembic import op

revision = "0028"
down_revision = "0029"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"

# The tables here are new, so nobody waits for them.
UPGRADE = (
    f"""
    CREATE TABLE catalog.supplier_stage (
        party_id integer PRIMARY KEY REFERENCES catalog.party (party_id),
        stage text NOT NULL
            CHECK (stage IN ('DECLARED', 'CHECKED', 'CANARY', 'OPEN', 'SUSPENDED')),
        suspended_from text,
        share_permyriad integer CHECK (share_permyriad BETWEEN 1 AND 10000),
        tags text[] NOT NULL,
        per_day_max bigint,
        open_orders_max bigint,
        failure_permyriad integer NOT NULL,
        p95_seconds integer NOT NULL,
        is_automatic boolean NOT NULL,
        reason text,
        since timestamptz NOT NULL,
        taken_on date,
        taken bigint NOT NULL DEFAULT 0 CHECK (taken >= 0),
        recorded_by integer DEFAULT {BY},
        CHECK ((stage = 'SUSPENDED') = (suspended_from IS NOT NULL))
    )
    """,
    f"""
    CREATE TABLE catalog.supplier_check (
        check_id bigint PRIMARY KEY,
        party_id integer NOT NULL REFERENCES catalog.party (party_id),
        options jsonb NOT NULL,
        state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
        passed boolean,
        digest text,
        report jsonb,
        problem text,
        lease uuid,
        leased_until timestamptz,
        asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        ended_at timestamptz,
        recorded_by integer DEFAULT {BY},
        CHECK ((state = 'done') = (report IS NOT NULL))
    )
    """,
    # A supplier has one check at a time.
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE UNIQUE INDEX supplier_check_open ON catalog.supplier_check (party_id)
        WHERE state IN ('waiting', 'running')
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX supplier_check_by_party ON catalog.supplier_check (party_id, asked_at)
    """,
    """
    CREATE TABLE catalog.supplier_check_order (
        check_id bigint REFERENCES catalog.supplier_check (check_id),
        request_number text,
        refusals integer NOT NULL,
        callbacks jsonb NOT NULL DEFAULT '[]',
        PRIMARY KEY (check_id, request_number)
    )
    """,
    # What became of a supplier's orders is asked in all books, as long as its canary runs.
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX fulfilment_order_supplier_index
        ON exchange.fulfilment_order (supplier_id, created_at)
    """,
    """
    GRANT SELECT, INSERT ON catalog.supplier_stage, catalog.supplier_check,
        catalog.supplier_check_order TO comity_service
    """,
    """
    GRANT UPDATE (
        stage, suspended_from, share_permyriad, tags, per_day_max, open_orders_max,
        failure_permyriad, p95_seconds, is_automatic, reason, since, taken_on, taken, recorded_by
    ) ON catalog.supplier_stage TO comity_service
    """,
    """
    GRANT UPDATE (state, passed, digest, report, problem, lease, leased_until, ended_at)
        ON catalog.supplier_check TO comity_service
    """,
    "GRANT UPDATE (callbacks) ON catalog.supplier_check_order TO comity_service",
    # The orders of a check are forgotten when it ends.
    "GRANT DELETE ON catalog.supplier_check_order TO comity_service",
)


def upgrade() -> None:
    """Make the tables. Suppliers that are there stay open: none has a row."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop them: all suppliers are open, and the reports are gone."""
    op.execute("DROP INDEX exchange.fulfilment_order_supplier_index")
    for table in ("supplier_check_order", "supplier_check", "supplier_stage"):
        op.execute(f"DROP TABLE catalog.{table}")
