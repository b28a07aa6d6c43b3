"""How a month is closing: who closes it, what was accepted, and how far each step has come."""

from alembic import op

revision = "0038"
down_revision = "0042"
branch_labels = None
depends_on = None

UPGRADE = (
    # The file of a statement is what both sides can hash.
    """
    -- squawk-ignore ban-drop-column
    ALTER TABLE settlement.statement DROP COLUMN content_sha256
    """,
    """
    ALTER TABLE settlement.statement ADD CONSTRAINT statement_issued_check CHECK (
        state IN ('draft', 'under_review', 'void') OR (
            year IS NOT NULL AND sequence IS NOT NULL AND number IS NOT NULL
            AND file_sha256 IS NOT NULL AND chain_sha256 IS NOT NULL AND issued_at IS NOT NULL
        )
    ) NOT VALID
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE settlement.statement VALIDATE CONSTRAINT statement_issued_check
    """,
    """
    ALTER TABLE settlement.period
        ADD COLUMN closing_at timestamptz,
        ADD COLUMN closing_by integer,
        ADD COLUMN wants_issue boolean NOT NULL DEFAULT false,
        ADD COLUMN accepted jsonb,
        ADD COLUMN reason text
    """,
    """
    ALTER TABLE settlement.period ADD CONSTRAINT period_reason_check
        CHECK (char_length(reason) <= 1000) NOT VALID
    """,
    # The service is stopped while it is upgraded, so this keeps nobody from reading.
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE settlement.period VALIDATE CONSTRAINT period_reason_check
    """,
    """
    GRANT UPDATE (closing_at, closing_by, wants_issue, accepted, reason)
        ON settlement.period TO comity_service
    """,
    """
    CREATE TABLE settlement.period_step (
        month text NOT NULL CONSTRAINT period_step_month_fkey REFERENCES settlement.period (month),
        step text NOT NULL
            CONSTRAINT period_step_step_check CHECK (char_length(step) BETWEEN 1 AND 40),
        done bigint NOT NULL DEFAULT 0 CONSTRAINT period_step_done_check CHECK (done >= 0),
        total bigint NOT NULL DEFAULT 0 CONSTRAINT period_step_total_check CHECK (total >= 0),
        began_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        CONSTRAINT period_step_pkey PRIMARY KEY (month, step)
    )
    """,
    "GRANT SELECT, INSERT ON settlement.period_step TO comity_service",
    "GRANT UPDATE (done, total, finished_at) ON settlement.period_step TO comity_service",
    # How many uses of a book a month bills: closed months need not be counted again.
    """
    CREATE TABLE settlement.period_book (
        book_id integer NOT NULL,
        month text NOT NULL,
        uses bigint NOT NULL CONSTRAINT period_book_uses_check CHECK (uses >= 0),
        CONSTRAINT period_book_pkey PRIMARY KEY (book_id, month)
    )
    """,
    """
    CREATE TRIGGER period_book_append_only BEFORE UPDATE OR DELETE ON settlement.period_book
        FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
    """,
    "GRANT SELECT, INSERT ON settlement.period_book TO comity_service",
    # Months that were closed before were counted by nobody.
    """
    INSERT INTO settlement.period_book (book_id, month, uses)
    SELECT book_id, month, count(DISTINCT use_id)
    FROM settlement.line JOIN settlement.period USING (month)
    WHERE period.state = 'closed' AND kind = 'charge' AND leg <> 'conversion'
    GROUP BY book_id, month
    """,
)

DOWNGRADE = (
    """
    ALTER TABLE settlement.statement
        DROP CONSTRAINT statement_issued_check, ADD COLUMN content_sha256 bytea
    """,
    """
    ALTER TABLE settlement.statement ADD CONSTRAINT statement_issued_check CHECK (
        state IN ('draft', 'under_review', 'void') OR (
            year IS NOT NULL AND sequence IS NOT NULL AND number IS NOT NULL
            AND content_sha256 IS NOT NULL AND issued_at IS NOT NULL
        )
    )
    """,
    "GRANT UPDATE (content_sha256) ON settlement.statement TO comity_service",
    "DROP TABLE settlement.period_book, settlement.period_step",
    """
    ALTER TABLE settlement.period
        DROP COLUMN closing_at, DROP COLUMN closing_by, DROP COLUMN wants_issue,
        DROP COLUMN accepted, DROP COLUMN reason
    """,
)


def upgrade() -> None:
    """Make the columns and tables. Months that are closed are counted."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop them. A month that is closing is then closed by nobody: close it first."""
    for statement in DOWNGRADE:
        op.execute(statement)
