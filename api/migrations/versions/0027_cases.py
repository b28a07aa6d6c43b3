"""Cases that a person decides, how patient the exchange is with each supplier, parked messages."""

from alembic import op

revision = "0027"
down_revision = "0032"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"

# Columns that may be empty, or have the same default in all rows, write no row again. The table and
# its indexes are new, so nobody waits for them. Indexes on orders and coupons read them once.
UPGRADE = (
    f"""
    CREATE TABLE exchange.coupon_case (
        book_id integer NOT NULL,
        case_number text NOT NULL COLLATE "C",
        case_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
        kind text NOT NULL COLLATE "C",
        state text NOT NULL COLLATE "C",
        subject text NOT NULL COLLATE "C",
        coupon_id bigint,
        offer_id bigint,
        supplier_id integer NOT NULL,
        home_party_id integer NOT NULL,
        evidence json NOT NULL,
        opened_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        decision text,
        reason text,
        decided_evidence text,
        waits_until timestamptz,
        points bigint,
        decided_at timestamptz,
        decided_by integer,
        CONSTRAINT coupon_case_pkey PRIMARY KEY (book_id, case_number),
        CONSTRAINT coupon_case_coupon_fkey FOREIGN KEY (book_id, coupon_id)
            REFERENCES exchange.coupon (book_id, coupon_id),
        CONSTRAINT coupon_case_kind_check CHECK (
            kind IN ('late_success', 'late_failure', 'contradiction', 'stuck', 'complaint',
                'partial', 'codes_short', 'offline_conflict')
        ),
        CONSTRAINT coupon_case_state_check CHECK (state IN ('OPEN', 'RESOLVED')),
        CONSTRAINT coupon_case_decided_check CHECK (
            (state = 'RESOLVED') = (decision IS NOT NULL)
            AND (decision IS NULL) = (reason IS NULL)
            AND (decision IS NULL) = (decided_at IS NULL)
        )
    )
    """,
    # One open case for each subject and kind: whoever finds the same again adds nothing.
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE UNIQUE INDEX coupon_case_open_key ON exchange.coupon_case (book_id, subject, kind)
        WHERE state = 'OPEN'
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX coupon_case_id_index ON exchange.coupon_case (case_id)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX coupon_case_supplier_index ON exchange.coupon_case (supplier_id, case_id)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX coupon_case_coupon_index ON exchange.coupon_case (book_id, coupon_id)
    """,
    "GRANT SELECT, INSERT ON exchange.coupon_case TO comity_service",
    """
    GRANT UPDATE (state, decision, reason, decided_evidence, waits_until, points, decided_at,
        decided_by) ON exchange.coupon_case TO comity_service
    """,
    # By then it is delivered, or the points are back, or a person looks.
    "ALTER TABLE exchange.fulfilment_order ADD COLUMN promised_at timestamptz",
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX fulfilment_order_open_index
        ON exchange.fulfilment_order (coupon_id) WHERE finished_at IS NULL
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX fulfilment_order_coupon_index ON exchange.fulfilment_order (coupon_id)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX fulfilment_order_by_supplier_index
        ON exchange.fulfilment_order (supplier_id, coupon_id)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX fulfilment_order_waiting_index
        ON exchange.fulfilment_order (supplier_id, created_at) WHERE state = 'CREATED'
    """,
    """
    ALTER TABLE exchange.coupon
        ADD COLUMN counts_as_used text NOT NULL DEFAULT 'use' COLLATE "C",
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT coupon_counts_as_used_check CHECK (counts_as_used IN ('use', 'delivery'))
    """,
    # How patient the exchange is with a supplier. Empty: as the service is with all.
    """
    ALTER TABLE catalog.endpoint
        ADD COLUMN timeout_ms integer,
        ADD COLUMN concurrency_max integer,
        ADD COLUMN rate_per_second integer,
        ADD COLUMN deadline_seconds integer,
        ADD COLUMN absent_proves_after_seconds integer,
        ADD COLUMN first_query_after_seconds integer,
        ADD COLUMN waiting_max integer
    """,
    """
    GRANT UPDATE (timeout_ms, concurrency_max, rate_per_second, deadline_seconds,
        absent_proves_after_seconds, first_query_after_seconds, waiting_max)
        ON catalog.endpoint TO comity_service
    """,
    # A message that failed too often waits for a person.
    "ALTER TABLE ledger.outbox ADD COLUMN parked_at timestamptz",
    "GRANT UPDATE (parked_at) ON ledger.outbox TO comity_service",
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX outbox_parked_index ON ledger.outbox (topic, outbox_id)
        WHERE parked_at IS NOT NULL
    """,
)

ENDPOINT_COLUMNS = (
    *("timeout_ms", "concurrency_max", "rate_per_second", "deadline_seconds"),
    *("absent_proves_after_seconds", "first_query_after_seconds", "waiting_max"),
)

DOWNGRADE = (
    "UPDATE ledger.outbox SET available_at = now() WHERE parked_at IS NOT NULL",
    "ALTER TABLE ledger.outbox DROP COLUMN parked_at",
    *(f"ALTER TABLE catalog.endpoint DROP COLUMN {column}" for column in ENDPOINT_COLUMNS),
    "ALTER TABLE exchange.coupon DROP COLUMN counts_as_used",
    "DROP INDEX exchange.fulfilment_order_open_index",
    "DROP INDEX exchange.fulfilment_order_coupon_index",
    "DROP INDEX exchange.fulfilment_order_by_supplier_index",
    "DROP INDEX exchange.fulfilment_order_waiting_index",
    "ALTER TABLE exchange.fulfilment_order DROP COLUMN promised_at",
    "DROP TABLE exchange.coupon_case",
)


def upgrade() -> None:
    """Add the table and the columns. All suppliers are met as before."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop them. What was decided stays on the receipts alone."""
    for statement in DOWNGRADE:
        op.execute(statement)
