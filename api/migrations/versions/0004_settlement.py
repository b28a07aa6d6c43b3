"""Settlement: contracts, periods, rated lines, statements, reconciliations.

`line` and `rejected_message` have data of members, so all their keys start with `book_id`. The
other tables are small and stay whole. No foreign key leads from `line` to them: its trigger checks
instead, and the code that writes it.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = (
    # WITHOUT OVERLAPS needs equality of integers in a GiST index.
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    "CREATE SCHEMA settlement",
    """
    CREATE TABLE settlement.contract (
        contract_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        home_party_id integer NOT NULL CHECK (home_party_id >= 0),
        supplier_party_id integer NOT NULL CHECK (supplier_party_id >= 0),
        operator_party_id integer NOT NULL CHECK (operator_party_id > 0),
        version integer NOT NULL CHECK (version > 0),
        coupon_cost_minor numeric(18, 6) NOT NULL CHECK (coupon_cost_minor >= 0),
        platform_fee_minor numeric(18, 6) NOT NULL CHECK (platform_fee_minor >= 0),
        currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        rounding text NOT NULL CHECK (rounding IN ('half_up', 'half_even', 'down', 'up')),
        validity daterange NOT NULL CHECK (NOT isempty(validity) AND NOT lower_inf(validity)),
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT contract_version_key UNIQUE (home_party_id, supplier_party_id, version),
        CONSTRAINT contract_validity_key
            UNIQUE (home_party_id, supplier_party_id, validity WITHOUT OVERLAPS)
    )
    """,
    """
    CREATE TABLE settlement.period (
        month text PRIMARY KEY CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
        state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closing', 'closed')),
        opened_at timestamptz NOT NULL DEFAULT now(),
        closed_at timestamptz,
        CHECK ((state = 'closed') = (closed_at IS NOT NULL))
    )
    """,
    """
    CREATE TABLE settlement.line (
        book_id integer NOT NULL,
        use_id text NOT NULL,
        leg text NOT NULL CHECK (leg IN ('coupon_cost', 'platform_fee')),
        kind text NOT NULL CHECK (kind IN ('charge', 'reversal')),
        month text NOT NULL,
        late boolean NOT NULL,
        home_party_id integer NOT NULL,
        supplier_party_id integer NOT NULL,
        operator_party_id integer NOT NULL,
        payer_party_id integer NOT NULL,
        payee_party_id integer NOT NULL,
        coupon_id bigint NOT NULL,
        coupon_code_sha256 bytea NOT NULL,
        coupon_code_tail text NOT NULL,
        offer_id bigint NOT NULL,
        offer_code text NOT NULL,
        programme text NOT NULL,
        member text NOT NULL,
        reference text,
        used_at timestamptz NOT NULL,
        occurred_at timestamptz NOT NULL,
        contract_id integer NOT NULL,
        contract_version integer NOT NULL,
        rate_minor numeric(18, 6) NOT NULL,
        calculation text NOT NULL,
        amount_minor bigint NOT NULL,
        currency text NOT NULL,
        rated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (book_id, use_id, leg, kind),
        CONSTRAINT line_sign_check
            CHECK (CASE kind WHEN 'charge' THEN amount_minor >= 0 ELSE amount_minor <= 0 END)
    )
    """,
    """
    CREATE INDEX line_statement_index
        ON settlement.line (month, supplier_party_id, home_party_id)
    """,
    "CREATE INDEX line_supplier_index ON settlement.line (supplier_party_id, used_at)",
    """
    CREATE TABLE settlement.rejected_message (
        book_id integer NOT NULL,
        outbox_id bigint NOT NULL,
        topic text NOT NULL,
        payload jsonb NOT NULL,
        attempts integer NOT NULL CHECK (attempts > 0),
        reason text NOT NULL,
        rejected_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (book_id, outbox_id)
    )
    """,
    """
    CREATE TABLE settlement.numbering (
        year integer PRIMARY KEY,
        last_sequence integer NOT NULL CHECK (last_sequence >= 0)
    )
    """,
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
        billed_minor bigint NOT NULL
            GENERATED ALWAYS AS (coupon_cost_minor + platform_fee_minor) STORED,
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
        CONSTRAINT statement_parties_key
            UNIQUE (month, home_party_id, supplier_party_id, operator_party_id, currency),
        CONSTRAINT statement_sequence_key UNIQUE (year, sequence),
        CONSTRAINT statement_number_key UNIQUE (number),
        CONSTRAINT statement_issued_check CHECK (
            state IN ('draft', 'under_review')
            OR (
                year IS NOT NULL AND sequence IS NOT NULL AND number IS NOT NULL
                AND content_sha256 IS NOT NULL AND issued_at IS NOT NULL
            )
        )
    )
    """,
    "CREATE INDEX statement_home_index ON settlement.statement (home_party_id, statement_id)",
    """
    CREATE INDEX statement_supplier_index
        ON settlement.statement (supplier_party_id, statement_id)
    """,
    """
    CREATE TABLE settlement.reconciliation (
        reconciliation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        supplier_party_id integer NOT NULL,
        month text,
        file_sha256 bytea NOT NULL,
        lines_sha256 bytea NOT NULL,
        ran_at timestamptz NOT NULL,
        matched bigint NOT NULL CHECK (matched >= 0),
        break_count bigint NOT NULL CHECK (break_count >= 0),
        result jsonb NOT NULL,
        CONSTRAINT reconciliation_input_key
            UNIQUE NULLS NOT DISTINCT (supplier_party_id, month, file_sha256, lines_sha256)
    )
    """,
)

GUARDS = (
    """
    CREATE FUNCTION settlement.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% of % is refused: its rows never change', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER line_append_only BEFORE UPDATE OR DELETE ON settlement.line
        FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
    """,
    """
    CREATE TRIGGER reconciliation_append_only BEFORE UPDATE OR DELETE ON settlement.reconciliation
        FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
    """,
    # One query per statement, not per row, as the rows of one insert have only a few months.
    """
    CREATE FUNCTION settlement.require_open_period() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM (SELECT DISTINCT month FROM inserted) AS stamped
            LEFT JOIN settlement.period USING (month) WHERE period.state IS DISTINCT FROM 'open'
        ) THEN
            RAISE EXCEPTION 'a line is stamped with a month that is not open'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER line_period_open AFTER INSERT ON settlement.line
        REFERENCING NEW TABLE AS inserted
        FOR EACH STATEMENT EXECUTE FUNCTION settlement.require_open_period()
    """,
    """
    CREATE FUNCTION settlement.guard_period() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR NEW.month <> OLD.month
            OR (OLD.state, NEW.state) NOT IN (('open', 'closing'), ('closing', 'closed'))
        THEN
            RAISE EXCEPTION 'period % goes from open by closing to closed, once', OLD.month
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER period_one_way BEFORE UPDATE OR DELETE ON settlement.period
        FOR EACH ROW EXECUTE FUNCTION settlement.guard_period()
    """,
    """
    CREATE FUNCTION settlement.guard_contract() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'validity' <> to_jsonb(OLD) - 'validity'
            OR lower(NEW.validity) <> lower(OLD.validity)
        THEN
            RAISE EXCEPTION 'the terms of a contract version never change'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER contract_terms_fixed BEFORE UPDATE OR DELETE ON settlement.contract
        FOR EACH ROW EXECUTE FUNCTION settlement.guard_contract()
    """,
    """
    CREATE FUNCTION settlement.guard_statement() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        -- billed_minor is generated after this trigger, from amounts that are compared here.
        changing CONSTANT text[] := ARRAY[
            'state', 'home_agreed_at', 'supplier_agreed_at', 'dispute_reason', 'billed_minor'
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
            ('disputed', 'final'), ('agreed', 'final'), ('final', 'settled')
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
)

GRANTS = (
    "GRANT USAGE ON SCHEMA settlement TO comity_service",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA settlement TO comity_service",
)


def upgrade() -> None:
    """Create the schema."""
    for statement in (*TABLES, *GUARDS, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    """Drop the schema. The extension stays, as others may use it."""
    op.execute("DROP SCHEMA settlement CASCADE")
