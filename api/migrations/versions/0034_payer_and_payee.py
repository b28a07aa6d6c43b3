"""Statements between a payer and a payee, and who took which step with them.

A statement had three parties and mixed what one of them owed the two others. Now it is between a
payer and a payee. No release ever had the old ones, so there is no second layout: a database that
holds some is refused, and nothing is changed in it.
"""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

UPGRADE = (
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM settlement.statement) THEN
            RAISE EXCEPTION 'there are statements of three parties, which no release ever issued'
                USING HINT = 'Export what is needed with the version that issued them.';
        END IF;
    END $$
    """,
    """
    -- squawk-ignore ban-drop-table
    DROP TABLE settlement.statement
    """,
    """
    CREATE TABLE settlement.statement (
        statement_id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT statement_pkey PRIMARY KEY,
        month text NOT NULL CONSTRAINT statement_month_fkey REFERENCES settlement.period (month),
        payer_party_id integer NOT NULL,
        payee_party_id integer NOT NULL,
        operator_party_id integer NOT NULL,
        currency text NOT NULL,
        kind text NOT NULL CONSTRAINT statement_kind_check
            CHECK (kind IN ('coupons', 'fees', 'conversions', 'other')),
        uses integer NOT NULL CONSTRAINT statement_uses_check CHECK (uses >= 0),
        reversals integer NOT NULL CONSTRAINT statement_reversals_check CHECK (reversals >= 0),
        conversions integer NOT NULL
            CONSTRAINT statement_conversions_check CHECK (conversions >= 0),
        late_lines integer NOT NULL CONSTRAINT statement_late_check CHECK (late_lines >= 0),
        coupon_cost_minor bigint NOT NULL,
        platform_fee_minor bigint NOT NULL,
        conversion_minor bigint NOT NULL,
        other_minor bigint NOT NULL,
        adjustment_minor bigint NOT NULL,
        added_tax_minor bigint NOT NULL,
        tax_minor bigint NOT NULL,
        billed_minor bigint NOT NULL GENERATED ALWAYS AS (
            coupon_cost_minor + platform_fee_minor + conversion_minor + other_minor
            + adjustment_minor + added_tax_minor
        ) STORED,
        state text NOT NULL DEFAULT 'draft' CONSTRAINT statement_state_check CHECK (state IN (
            'draft', 'under_review', 'issued', 'agreed', 'disputed', 'final', 'settled', 'void'
        )),
        year integer,
        sequence integer,
        number text,
        content_sha256 bytea,
        file_sha256 bytea,
        chain_sha256 bytea,
        issued_at timestamptz,
        due_on date,
        reviewed_by integer,
        issued_by integer,
        payer_agreed_at timestamptz,
        payee_agreed_at timestamptz,
        dispute_reason text
            CONSTRAINT statement_reason_check CHECK (char_length(dispute_reason) <= 1000),
        replaces bigint
            CONSTRAINT statement_replaces_fkey REFERENCES settlement.statement (statement_id),
        voided_at timestamptz,
        recorded_by integer DEFAULT nullif(current_setting('comity.actor', true), '')::integer,
        CONSTRAINT statement_sequence_key UNIQUE (year, sequence),
        CONSTRAINT statement_number_key UNIQUE (number),
        CONSTRAINT statement_issued_check CHECK (
            state IN ('draft', 'under_review', 'void') OR (
                year IS NOT NULL AND sequence IS NOT NULL AND number IS NOT NULL
                AND content_sha256 IS NOT NULL AND issued_at IS NOT NULL
            )
        ),
        CONSTRAINT statement_void_check CHECK ((state = 'void') = (voided_at IS NOT NULL)),
        CONSTRAINT statement_parties_check CHECK (payer_party_id <> payee_party_id)
    )
    """,
    # At most one stands: a void one has been replaced.
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE UNIQUE INDEX statement_parties_index ON settlement.statement
        (month, payer_party_id, payee_party_id, operator_party_id, currency)
        WHERE state <> 'void'
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX statement_payer_index ON settlement.statement (payer_party_id, statement_id)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX statement_payee_index ON settlement.statement (payee_party_id, statement_id)
    """,
    """
    CREATE OR REPLACE FUNCTION settlement.guard_statement() RETURNS trigger
    LANGUAGE plpgsql AS $$
    DECLARE
        -- billed_minor is generated after this trigger, from amounts that are compared here.
        changing CONSTANT text[] := ARRAY[
            'state', 'payer_agreed_at', 'payee_agreed_at', 'dispute_reason', 'billed_minor',
            'voided_at'
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
    """
    CREATE TRIGGER statement_frozen BEFORE UPDATE OR DELETE ON settlement.statement
        FOR EACH ROW EXECUTE FUNCTION settlement.guard_statement()
    """,
    "GRANT SELECT, INSERT ON settlement.statement TO comity_service",
    """
    GRANT UPDATE (
        state, year, sequence, number, content_sha256, file_sha256, chain_sha256, issued_at,
        due_on, reviewed_by, issued_by, payer_agreed_at, payee_agreed_at, dispute_reason, voided_at
    ) ON settlement.statement TO comity_service
    """,
    # Who took which step, and when. The key is null where a term has ended.
    """
    CREATE TABLE settlement.statement_step (
        step_id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT statement_step_pkey PRIMARY KEY,
        statement_id bigint NOT NULL CONSTRAINT statement_step_statement_fkey
            REFERENCES settlement.statement (statement_id),
        step text NOT NULL
            CONSTRAINT statement_step_check CHECK (char_length(step) BETWEEN 1 AND 40),
        party_id integer,
        note text CONSTRAINT statement_step_note_check CHECK (char_length(note) <= 1000),
        done_at timestamptz NOT NULL,
        recorded_by integer DEFAULT nullif(current_setting('comity.actor', true), '')::integer
    )
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX statement_step_index ON settlement.statement_step (statement_id, step_id)
    """,
    """
    CREATE TRIGGER statement_step_append_only BEFORE UPDATE OR DELETE ON settlement.statement_step
        FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
    """,
    "GRANT SELECT, INSERT ON settlement.statement_step TO comity_service",
)


DOWNGRADE = (
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM settlement.statement) THEN
            RAISE EXCEPTION 'what is owed between two parties cannot be told of three';
        END IF;
    END $$
    """,
    "DROP TABLE settlement.statement_step, settlement.statement",
    """
    CREATE TABLE settlement.statement (
        statement_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        month text NOT NULL REFERENCES settlement.period (month),
        home_party_id integer NOT NULL,
        supplier_party_id integer NOT NULL,
        operator_party_id integer NOT NULL,
        currency text NOT NULL,
        uses integer NOT NULL CHECK (uses >= 0),
        reversals integer NOT NULL CHECK (reversals >= 0),
        late_lines integer NOT NULL CHECK (late_lines >= 0),
        coupon_cost_minor bigint NOT NULL,
        platform_fee_minor bigint NOT NULL,
        conversions integer NOT NULL DEFAULT 0 CHECK (conversions >= 0),
        conversion_minor bigint NOT NULL DEFAULT 0,
        billed_minor bigint NOT NULL GENERATED ALWAYS AS (
            coupon_cost_minor + platform_fee_minor + conversion_minor
        ) STORED,
        state text NOT NULL DEFAULT 'draft'
            CHECK (state IN (
                'draft', 'under_review', 'issued', 'agreed', 'disputed', 'final', 'settled'
            )),
        year integer,
        sequence integer,
        number text,
        content_sha256 bytea,
        issued_at timestamptz,
        home_agreed_at timestamptz,
        supplier_agreed_at timestamptz,
        dispute_reason text CHECK (char_length(dispute_reason) <= 1000),
        recorded_by integer DEFAULT nullif(current_setting('comity.actor', true), '')::integer,
        CONSTRAINT statement_parties_key
            UNIQUE (month, home_party_id, supplier_party_id, operator_party_id, currency),
        CONSTRAINT statement_sequence_key UNIQUE (year, sequence),
        CONSTRAINT statement_number_key UNIQUE (number)
    )
    """,
    "CREATE INDEX statement_home_index ON settlement.statement (home_party_id, statement_id)",
    """
    CREATE INDEX statement_supplier_index
        ON settlement.statement (supplier_party_id, statement_id)
    """,
    # The function of the guard stays as it is: it refuses more than the one before it.
    """
    CREATE TRIGGER statement_frozen BEFORE UPDATE OR DELETE ON settlement.statement
        FOR EACH ROW EXECUTE FUNCTION settlement.guard_statement()
    """,
    "GRANT SELECT, INSERT ON settlement.statement TO comity_service",
    """
    GRANT UPDATE (
        state, year, sequence, number, issued_at, content_sha256, home_agreed_at,
        supplier_agreed_at, dispute_reason
    ) ON settlement.statement TO comity_service
    """,
)


def upgrade() -> None:
    """Make the tables. Raises an error where statements of three parties were issued."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Take them back. What is owed between two parties cannot be told of three: it is refused."""
    for statement in DOWNGRADE:
        op.execute(statement)
