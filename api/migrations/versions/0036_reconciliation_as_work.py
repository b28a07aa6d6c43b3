"""What a reconciliation found is kept whole, and worked off.

Runs had their first breaks in one document. They now have all of them as rows, and what matched in
chunks. Runs of before keep their document, and are locked: there is nothing in them to work on.
"""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"
CATEGORIES = (
    "'duplicate', 'wrong_party', 'currency', 'cut_off', 'status', 'other_code', 'amount_rate',"
    " 'amount_rounding', 'amount_tax', 'amount', 'offer', 'unmapped_offer', 'date',"
    " 'missing_ours', 'missing_theirs', 'rejected'"
)
STATES = "'open', 'matched', 'explained', 'adjusted', 'written_off', 'carried'"

UPGRADE = (
    """
    ALTER TABLE settlement.reconciliation
        ADD COLUMN state text NOT NULL DEFAULT 'signed',
        ADD COLUMN replaced_by bigint,
        ADD COLUMN supplier_signed_at timestamptz,
        ADD COLUMN supplier_signed_by integer,
        ADD COLUMN operator_signed_at timestamptz,
        ADD COLUMN operator_signed_by integer
    """,
    "ALTER TABLE settlement.reconciliation ALTER COLUMN state SET DEFAULT 'open'",
    """
    ALTER TABLE settlement.reconciliation ADD CONSTRAINT reconciliation_state_check
        CHECK (state IN ('open', 'replaced', 'signed')) NOT VALID
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE settlement.reconciliation VALIDATE CONSTRAINT reconciliation_state_check
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX reconciliation_supplier_index
        ON settlement.reconciliation (supplier_party_id, reconciliation_id)
    """,
    "DROP TRIGGER reconciliation_append_only ON settlement.reconciliation",
    """
    CREATE FUNCTION settlement.guard_reconciliation() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        changing CONSTANT text[] := ARRAY[
            'state', 'replaced_by', 'supplier_signed_at', 'supplier_signed_by',
            'operator_signed_at', 'operator_signed_by'
        ];
    BEGIN
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'reconciliations are never deleted'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF to_jsonb(NEW) - changing <> to_jsonb(OLD) - changing OR OLD.state <> 'open' THEN
            RAISE EXCEPTION 'what reconciliation % found is frozen', OLD.reconciliation_id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER reconciliation_frozen BEFORE UPDATE OR DELETE ON settlement.reconciliation
        FOR EACH ROW EXECUTE FUNCTION settlement.guard_reconciliation()
    """,
    """
    GRANT UPDATE (
        state, replaced_by, supplier_signed_at, supplier_signed_by, operator_signed_at,
        operator_signed_by
    ) ON settlement.reconciliation TO comity_service
    """,
    """
    CREATE TABLE settlement.reconciliation_match (
        reconciliation_id bigint NOT NULL CONSTRAINT reconciliation_match_run_fkey
            REFERENCES settlement.reconciliation (reconciliation_id),
        home_party_id integer NOT NULL,
        chunk integer NOT NULL,
        size integer NOT NULL,
        row_numbers bigint[] NOT NULL,
        books integer[] NOT NULL,
        uses text[] NOT NULL,
        are_reversals boolean[] NOT NULL,
        rules text[] NOT NULL,
        amounts_minor bigint[] NOT NULL,
        CONSTRAINT reconciliation_match_pkey
            PRIMARY KEY (reconciliation_id, home_party_id, chunk)
    )
    """,
    """
    CREATE TRIGGER reconciliation_match_append_only
        BEFORE UPDATE OR DELETE ON settlement.reconciliation_match
        FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
    """,
    "GRANT SELECT, INSERT ON settlement.reconciliation_match TO comity_service",
    f"""
    CREATE TABLE settlement.reconciliation_break (
        break_id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT reconciliation_break_pkey
            PRIMARY KEY,
        reconciliation_id bigint NOT NULL CONSTRAINT reconciliation_break_run_fkey
            REFERENCES settlement.reconciliation (reconciliation_id),
        number bigint NOT NULL,
        key text NOT NULL,
        category text NOT NULL CONSTRAINT reconciliation_break_category_check
            CHECK (category IN ({CATEGORIES})),
        also text[] NOT NULL,
        is_claim boolean NOT NULL,
        home_party_id integer,
        of_book integer,
        use_id text,
        is_reversal boolean,
        month text,
        row_number bigint,
        reference text,
        offer_code text,
        store text,
        used_on date,
        ours_minor bigint,
        theirs_minor bigint,
        difference_minor bigint NOT NULL,
        currency text,
        theirs_currency text,
        claimed_by bigint CONSTRAINT reconciliation_break_claimed_fkey
            REFERENCES settlement.reconciliation (reconciliation_id),
        note text,
        suggestion jsonb,
        suggested_row bigint,
        opened_on date NOT NULL,
        carried_from bigint CONSTRAINT reconciliation_break_carried_fkey
            REFERENCES settlement.reconciliation_break (break_id),
        state text NOT NULL DEFAULT 'open' CONSTRAINT reconciliation_break_state_check
            CHECK (state IN ({STATES})),
        assignee text,
        adjustment_id bigint,
        CONSTRAINT reconciliation_break_bridge_check CHECK (
            difference_minor = coalesce(ours_minor, 0) - coalesce(theirs_minor, 0)
        )
    )
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE UNIQUE INDEX reconciliation_break_number_index
        ON settlement.reconciliation_break (reconciliation_id, number)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX reconciliation_break_key_index ON settlement.reconciliation_break (key)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX reconciliation_break_carried_index
        ON settlement.reconciliation_break (carried_from)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX reconciliation_break_claimed_index
        ON settlement.reconciliation_break (claimed_by)
    """,
    """
    CREATE FUNCTION settlement.guard_break() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        changing CONSTANT text[] := ARRAY[
            'opened_on', 'carried_from', 'state', 'assignee', 'adjustment_id'
        ];
    BEGIN
        IF TG_OP = 'DELETE' OR to_jsonb(NEW) - changing <> to_jsonb(OLD) - changing THEN
            RAISE EXCEPTION 'what break % says is frozen', OLD.break_id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER reconciliation_break_frozen
        BEFORE UPDATE OR DELETE ON settlement.reconciliation_break
        FOR EACH ROW EXECUTE FUNCTION settlement.guard_break()
    """,
    "GRANT SELECT, INSERT ON settlement.reconciliation_break TO comity_service",
    """
    GRANT UPDATE (opened_on, carried_from, state, assignee, adjustment_id)
        ON settlement.reconciliation_break TO comity_service
    """,
    f"""
    CREATE TABLE settlement.break_step (
        step_id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT break_step_pkey PRIMARY KEY,
        break_id bigint NOT NULL CONSTRAINT break_step_break_fkey
            REFERENCES settlement.reconciliation_break (break_id),
        step text NOT NULL CONSTRAINT break_step_check CHECK (step IN (
            'assigned', 'commented', 'reopened', 'matched', 'explained', 'adjusted',
            'written_off', 'carried'
        )),
        party_id integer NOT NULL,
        note text CONSTRAINT break_step_note_check CHECK (char_length(note) <= 1000),
        assignee text CONSTRAINT break_step_assignee_check CHECK (char_length(assignee) <= 100),
        adjustment_id bigint,
        done_at timestamptz NOT NULL,
        recorded_by integer DEFAULT {BY}
    )
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX break_step_index ON settlement.break_step (break_id, step_id)
    """,
    """
    CREATE TRIGGER break_step_append_only BEFORE UPDATE OR DELETE ON settlement.break_step
        FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
    """,
    "GRANT SELECT, INSERT ON settlement.break_step TO comity_service",
)

DOWNGRADE = (
    """
    DROP TABLE settlement.break_step, settlement.reconciliation_break,
        settlement.reconciliation_match
    """,
    "DROP FUNCTION settlement.guard_break()",
    "DROP TRIGGER reconciliation_frozen ON settlement.reconciliation",
    "DROP FUNCTION settlement.guard_reconciliation()",
    "DROP INDEX settlement.reconciliation_supplier_index",
    """
    ALTER TABLE settlement.reconciliation DROP COLUMN state, DROP COLUMN replaced_by,
        DROP COLUMN supplier_signed_at, DROP COLUMN supplier_signed_by,
        DROP COLUMN operator_signed_at, DROP COLUMN operator_signed_by
    """,
    """
    CREATE TRIGGER reconciliation_append_only BEFORE UPDATE OR DELETE ON settlement.reconciliation
        FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
    """,
)


def upgrade() -> None:
    """Make room for breaks, matches and what people do about them."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Keep the documents of runs alone."""
    for statement in DOWNGRADE:
        op.execute(statement)
