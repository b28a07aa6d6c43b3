"""Disputes by line, adjustments, invoices, and the term after which silence is agreement.

What is in question, what was corrected and what was invoiced are rows of their own. A statement
keeps the sum of what is in question, and the instant at which silence agrees. That instant is set
when the statement is issued, whoever issues it: a later change of the calendar moves no term that
runs.
"""

from alembic import op

revision = "0040"
down_revision = "0044"
branch_labels = None
depends_on = None

_OF = """
        of_book_id integer,
        of_use_id text,
        of_leg text,
        of_kind text,
        of_period_line_id text"""

_OF_CHECK = """CHECK (
            num_nonnulls(of_book_id, of_use_id, of_leg, of_kind) IN (0, 4)
            AND (of_period_line_id IS NULL OR of_use_id IS NULL)
        )"""

TABLES = (
    """
    CREATE TABLE settlement.dispute (
        dispute_id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT dispute_pkey PRIMARY KEY,
        statement_id bigint NOT NULL CONSTRAINT dispute_statement_fkey
            REFERENCES settlement.statement (statement_id),
        party_id integer NOT NULL,
        reason text NOT NULL CONSTRAINT dispute_reason_check CHECK (reason IN (
            'not_used', 'not_ours', 'duplicate', 'price', 'amount', 'tax', 'other'
        )),
        said text NOT NULL
            CONSTRAINT dispute_said_check CHECK (char_length(said) BETWEEN 1 AND 1000),
        is_whole boolean NOT NULL,
        disputed_minor bigint NOT NULL,
        claimed_minor bigint,
        state text NOT NULL DEFAULT 'open' CONSTRAINT dispute_state_check
            CHECK (state IN ('open', 'accepted', 'rejected', 'withdrawn', 'lapsed')),
        opened_at timestamptz NOT NULL,
        recorded_by integer DEFAULT nullif(current_setting('comity.actor', true), '')::integer,
        answer text CONSTRAINT dispute_answer_check CHECK (char_length(answer) <= 1000),
        closed_at timestamptz,
        closed_party_id integer,
        closed_by integer,
        CONSTRAINT dispute_closed_check CHECK ((state = 'open') = (closed_at IS NULL))
    )
    """,
    f"""
    CREATE TABLE settlement.dispute_line (
        dispute_id bigint NOT NULL CONSTRAINT dispute_line_dispute_fkey
            REFERENCES settlement.dispute (dispute_id),
        place integer NOT NULL,{_OF},
        amount_minor bigint NOT NULL,
        CONSTRAINT dispute_line_pkey PRIMARY KEY (dispute_id, place),
        CONSTRAINT dispute_line_of_check {_OF_CHECK}
    )
    """,
    """
    CREATE TABLE settlement.adjustment (
        adjustment_id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT adjustment_pkey PRIMARY KEY,
        statement_id bigint NOT NULL CONSTRAINT adjustment_statement_fkey
            REFERENCES settlement.statement (statement_id),
        dispute_id bigint CONSTRAINT adjustment_dispute_fkey
            REFERENCES settlement.dispute (dispute_id),
        reason text NOT NULL
            CONSTRAINT adjustment_reason_check CHECK (char_length(reason) BETWEEN 1 AND 1000),
        amount_minor bigint NOT NULL CONSTRAINT adjustment_amount_check CHECK (amount_minor <> 0),
        state text NOT NULL DEFAULT 'draft' CONSTRAINT adjustment_state_check
            CHECK (state IN ('draft', 'approved', 'discarded')),
        made_at timestamptz NOT NULL,
        recorded_by integer DEFAULT nullif(current_setting('comity.actor', true), '')::integer,
        decided_at timestamptz,
        decided_by integer,
        month text,
        tax_minor bigint,
        CONSTRAINT adjustment_dispute_key UNIQUE (dispute_id),
        CONSTRAINT adjustment_decided_check CHECK (
            (state = 'draft') = (decided_at IS NULL)
            AND (state = 'approved') = (month IS NOT NULL AND tax_minor IS NOT NULL)
        )
    )
    """,
    f"""
    CREATE TABLE settlement.adjustment_line (
        adjustment_id bigint NOT NULL CONSTRAINT adjustment_line_adjustment_fkey
            REFERENCES settlement.adjustment (adjustment_id),
        place integer NOT NULL,{_OF},
        amount_minor bigint NOT NULL,
        CONSTRAINT adjustment_line_pkey PRIMARY KEY (adjustment_id, place),
        CONSTRAINT adjustment_line_of_check {_OF_CHECK}
    )
    """,
    """
    CREATE TABLE settlement.invoice (
        invoice_id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT invoice_pkey PRIMARY KEY,
        statement_id bigint NOT NULL CONSTRAINT invoice_statement_fkey
            REFERENCES settlement.statement (statement_id),
        payee_party_id integer NOT NULL,
        number text NOT NULL
            CONSTRAINT invoice_number_check CHECK (char_length(number) BETWEEN 1 AND 64),
        kind text NOT NULL CONSTRAINT invoice_kind_check CHECK (kind IN ('blue', 'red')),
        issued_on date NOT NULL,
        net_minor bigint NOT NULL,
        tax_minor bigint NOT NULL,
        gross_minor bigint NOT NULL,
        cancels bigint CONSTRAINT invoice_cancels_fkey REFERENCES settlement.invoice (invoice_id),
        recorded_at timestamptz NOT NULL,
        recorded_by integer DEFAULT nullif(current_setting('comity.actor', true), '')::integer,
        CONSTRAINT invoice_number_key UNIQUE (payee_party_id, number),
        CONSTRAINT invoice_sums_check CHECK (
            net_minor + tax_minor = gross_minor
            AND CASE kind WHEN 'blue' THEN gross_minor > 0 AND cancels IS NULL
                ELSE gross_minor < 0 AND cancels IS NOT NULL END
        )
    )
    """,
)

INDEXES = (
    "CREATE INDEX dispute_statement_index ON settlement.dispute (statement_id, dispute_id)",
    "CREATE INDEX dispute_open_index ON settlement.dispute (dispute_id) WHERE state = 'open'",
    """
    CREATE INDEX adjustment_statement_index
        ON settlement.adjustment (statement_id, adjustment_id)
    """,
    """
    CREATE INDEX adjustment_line_use_index ON settlement.adjustment_line (of_book_id, of_use_id)
    """,
    "CREATE INDEX invoice_statement_index ON settlement.invoice (statement_id, invoice_id)",
    "CREATE INDEX invoice_cancels_index ON settlement.invoice (cancels) WHERE cancels IS NOT NULL",
    # A page of lines is read by its key, so that the last page costs as much as the first.
    """
    -- squawk-ignore require-concurrent-index-deletion
    DROP INDEX settlement.line_statement_index
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX line_statement_index ON settlement.line
        (month, payer_party_id, payee_party_id, currency, book_id, use_id, leg, kind)
    """,
)

GUARDS = (
    # What was decided stays decided.
    """
    CREATE FUNCTION settlement.guard_decision() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        deciding CONSTANT text[] := ARRAY[
            'state', 'answer', 'closed_at', 'closed_party_id', 'closed_by',
            'decided_at', 'decided_by', 'month', 'tax_minor'
        ];
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.state NOT IN ('open', 'draft') OR NEW.state = OLD.state
            OR to_jsonb(NEW) - deciding <> to_jsonb(OLD) - deciding
        THEN
            RAISE EXCEPTION '% of % is refused: it is decided once', TG_OP, TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    *(
        f"""
        CREATE TRIGGER {table}_decided_once BEFORE UPDATE OR DELETE ON settlement.{table}
            FOR EACH ROW EXECUTE FUNCTION settlement.guard_decision()
        """
        for table in ("dispute", "adjustment")
    ),
    *(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON settlement.{table}
            FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
        """
        for table in ("dispute_line", "adjustment_line", "invoice")
    ),
    """
    GRANT SELECT, INSERT ON settlement.dispute, settlement.dispute_line, settlement.adjustment,
        settlement.adjustment_line, settlement.invoice TO comity_service
    """,
    """
    GRANT UPDATE (state, answer, closed_at, closed_party_id, closed_by) ON settlement.dispute
        TO comity_service
    """,
    """
    GRANT UPDATE (state, decided_at, decided_by, month, tax_minor) ON settlement.adjustment
        TO comity_service
    """,
)

STATEMENTS = (
    """
    ALTER TABLE settlement.statement
        ADD COLUMN disputed_minor bigint NOT NULL DEFAULT 0,
        ADD COLUMN term_ends_at timestamptz
    """,
    # A statement goes back to issued when nothing of it is in question any more.
    """
    CREATE OR REPLACE FUNCTION settlement.guard_statement() RETURNS trigger
    LANGUAGE plpgsql AS $$
    DECLARE
        -- billed_minor is generated after this trigger, from amounts that are compared here.
        changing CONSTANT text[] := ARRAY[
            'state', 'payer_agreed_at', 'payee_agreed_at', 'dispute_reason', 'billed_minor',
            'voided_at', 'disputed_minor', 'term_ends_at'
        ];
    BEGIN
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'statements are never deleted' USING ERRCODE = 'restrict_violation';
        END IF;
        IF OLD.state NOT IN ('draft', 'under_review')
            AND to_jsonb(NEW) - changing <> to_jsonb(OLD) - changing
        THEN
            RAISE EXCEPTION 'statement % is issued: its content is frozen', OLD.number
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
            ('draft', 'under_review'), ('under_review', 'draft'), ('under_review', 'issued'),
            ('issued', 'agreed'), ('issued', 'disputed'), ('disputed', 'agreed'),
            ('disputed', 'issued'),
            ('agreed', 'disputed'), ('disputed', 'final'), ('agreed', 'final'),
            ('final', 'settled'), ('draft', 'void'), ('under_review', 'void'),
            ('issued', 'void'), ('agreed', 'void'), ('disputed', 'void'), ('final', 'void')
        ) THEN
            RAISE EXCEPTION 'a statement does not go from % to %', OLD.state, NEW.state
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    # The days of the term are whole ones: it ends when the day after the last begins.
    """
    CREATE FUNCTION settlement.term_of(from_instant timestamptz) RETURNS timestamptz
    LANGUAGE sql STABLE AS $$
        SELECT ((from_instant AT TIME ZONE time_zone)::date + dispute_days + 1)::timestamp
            AT TIME ZONE time_zone
        FROM settlement.calendar
    $$
    """,
    """
    CREATE FUNCTION settlement.set_term() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.term_ends_at := settlement.term_of(NEW.issued_at);
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER statement_term BEFORE UPDATE ON settlement.statement
        FOR EACH ROW WHEN (NEW.state = 'issued' AND OLD.state = 'under_review')
        EXECUTE FUNCTION settlement.set_term()
    """,
    """
    UPDATE settlement.statement SET term_ends_at = settlement.term_of(issued_at)
    WHERE issued_at IS NOT NULL
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX statement_term_index ON settlement.statement (term_ends_at)
        WHERE state = 'issued'
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX statement_replaces_index ON settlement.statement (replaces)
        WHERE replaces IS NOT NULL
    """,
    """
    GRANT UPDATE (disputed_minor, term_ends_at) ON settlement.statement TO comity_service
    """,
)

# The guard of statements stays as it is: it lets a disputed one go back, which nobody does then.
DOWNGRADE = (
    "DROP INDEX settlement.statement_term_index, settlement.statement_replaces_index",
    "DROP TRIGGER statement_term ON settlement.statement",
    "DROP FUNCTION settlement.set_term",
    "DROP FUNCTION settlement.term_of",
    "ALTER TABLE settlement.statement DROP COLUMN disputed_minor, DROP COLUMN term_ends_at",
    "DROP INDEX settlement.line_statement_index",
    """
    CREATE INDEX line_statement_index
        ON settlement.line (month, payer_party_id, payee_party_id, currency)
    """,
    """
    DROP TABLE settlement.invoice, settlement.adjustment_line, settlement.adjustment,
        settlement.dispute_line, settlement.dispute
    """,
    "DROP FUNCTION settlement.guard_decision",
)


def upgrade() -> None:
    """Make the tables. Statements that were issued before have the term of their own day."""
    for statement in (*TABLES, *INDEXES, *GUARDS, *STATEMENTS):
        op.execute(statement)


def downgrade() -> None:
    """Drop them. What was disputed, corrected and invoiced is lost, but for the period lines."""
    for statement in DOWNGRADE:
        op.execute(statement)
