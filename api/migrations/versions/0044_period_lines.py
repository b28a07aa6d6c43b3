"""The settlement calendar, what a line was rated from, and lines of a period.

A use's own line never depends on other uses. What depends on sums is a line of the period: caps,
minimums, tiers, tax. A line of a period also corrects an earlier statement.
"""

from alembic import op

revision = "0044"
down_revision = "0034"
branch_labels = None
depends_on = None

CALENDAR = (
    """
    CREATE TABLE settlement.calendar (
        is_only boolean NOT NULL DEFAULT true CONSTRAINT calendar_pkey PRIMARY KEY
            CONSTRAINT calendar_only_check CHECK (is_only),
        time_zone text NOT NULL DEFAULT 'UTC',
        four_eyes boolean NOT NULL DEFAULT false,
        dispute_days integer NOT NULL DEFAULT 15
            CONSTRAINT calendar_dispute_days_check CHECK (dispute_days BETWEEN 1 AND 366),
        payment_days integer NOT NULL DEFAULT 30
            CONSTRAINT calendar_payment_days_check CHECK (payment_days BETWEEN 0 AND 366),
        number_prefix text NOT NULL DEFAULT ''
            CONSTRAINT calendar_prefix_check CHECK (number_prefix ~ '^[A-Z0-9-]{0,12}$'),
        changed_by integer,
        changed_at timestamptz
    )
    """,
    "INSERT INTO settlement.calendar DEFAULT VALUES",
    "GRANT SELECT, INSERT ON settlement.calendar TO comity_service",
    """
    GRANT UPDATE (
        time_zone, four_eyes, dispute_days, payment_days, number_prefix, changed_by, changed_at
    ) ON settlement.calendar TO comity_service
    """,
)

LINES = (
    """
    ALTER TABLE settlement.line
        ADD COLUMN card_id integer,
        ADD COLUMN leg_number smallint,
        ADD COLUMN face_minor bigint,
        ADD COLUMN order_minor bigint,
        ADD COLUMN paid_minor bigint,
        ADD COLUMN store text,
        ADD COLUMN request_number text,
        ADD COLUMN offer_version integer,
        ADD COLUMN redeemed_at timestamptz,
        ADD COLUMN tax_rate numeric(9, 6),
        ADD COLUMN tax_inclusive boolean
    """,
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE settlement.line DROP CONSTRAINT line_leg_check
    """,
    """
    ALTER TABLE settlement.line ADD CONSTRAINT line_leg_check CHECK (
        leg ~ '^[a-z][a-z_]{0,31}$' AND CASE leg
            WHEN 'conversion' THEN points IS NOT NULL AND kind = 'charge' AND num_nonnulls(
                coupon_id, coupon_code_sha256, coupon_code_tail, offer_id, offer_code
            ) = 0
            ELSE points IS NULL AND num_nulls(
                coupon_id, coupon_code_sha256, coupon_code_tail, offer_id, offer_code
            ) = 0
        END
    ) NOT VALID
    """,
    # The service is stopped while it is upgraded, so these keep nobody from reading.
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE settlement.line VALIDATE CONSTRAINT line_leg_check
    """,
    """
    -- squawk-ignore require-concurrent-index-deletion
    DROP INDEX settlement.line_statement_index
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX line_statement_index
        ON settlement.line (month, payer_party_id, payee_party_id, currency)
    """,
)

PERIOD_LINES = (
    # What depends on sums, and corrections: between the same parties as a statement.
    """
    CREATE TABLE settlement.period_line (
        month text NOT NULL CONSTRAINT period_line_month_fkey REFERENCES settlement.period (month),
        payer_party_id integer NOT NULL,
        payee_party_id integer NOT NULL,
        operator_party_id integer NOT NULL,
        currency text NOT NULL,
        period_line_id text NOT NULL
            CONSTRAINT period_line_id_check CHECK (char_length(period_line_id) BETWEEN 1 AND 300),
        kind text NOT NULL CONSTRAINT period_line_kind_check CHECK (kind IN (
            'tier', 'free', 'package', 'cap', 'minimum', 'barter', 'rounding', 'tax',
            'adjustment', 'write_off'
        )),
        leg text NOT NULL CONSTRAINT period_line_leg_check CHECK (leg ~ '^[a-z][a-z_]{0,31}$'),
        card_id integer,
        scope text NOT NULL DEFAULT '',
        calculation jsonb NOT NULL,
        amount_minor bigint NOT NULL,
        tax_rate numeric(9, 6),
        tax_inclusive boolean,
        tax_minor bigint NOT NULL DEFAULT 0,
        of_statement_id bigint,
        of_book_id integer,
        of_use_id text,
        of_leg text,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT nullif(current_setting('comity.actor', true), '')::integer,
        CONSTRAINT period_line_pkey PRIMARY KEY (
            month, payer_party_id, payee_party_id, operator_party_id, currency, period_line_id
        ),
        CONSTRAINT period_line_corrects_check CHECK (
            (kind IN ('adjustment', 'write_off')) = (of_statement_id IS NOT NULL)
        )
    )
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX period_line_corrects_index ON settlement.period_line (of_statement_id)
        WHERE of_statement_id IS NOT NULL
    """,
    """
    CREATE TRIGGER period_line_append_only BEFORE UPDATE OR DELETE ON settlement.period_line
        FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
    """,
    # What depends on sums is computed while its month is closing; a correction goes into an open
    # one.
    """
    CREATE FUNCTION settlement.require_period_of_period_line() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM settlement.period
            WHERE month = NEW.month AND state = CASE
                WHEN NEW.kind IN ('adjustment', 'write_off') THEN 'open' ELSE 'closing'
            END
        ) THEN
            RAISE EXCEPTION 'a line of a period is written while its month is not at that'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER period_line_period BEFORE INSERT ON settlement.period_line
        FOR EACH ROW EXECUTE FUNCTION settlement.require_period_of_period_line()
    """,
    "GRANT SELECT, INSERT ON settlement.period_line TO comity_service",
    # What a line comes to with its share of the lines of its period. Most lines have no share.
    """
    CREATE TABLE settlement.allocation (
        book_id integer NOT NULL,
        use_id text NOT NULL,
        leg text NOT NULL,
        kind text NOT NULL,
        month text NOT NULL,
        effective_minor bigint NOT NULL,
        tax_minor bigint NOT NULL,
        CONSTRAINT allocation_pkey PRIMARY KEY (book_id, use_id, leg, kind),
        CONSTRAINT allocation_line_fkey FOREIGN KEY (book_id, use_id, leg, kind)
            REFERENCES settlement.line (book_id, use_id, leg, kind)
    )
    """,
    """
    CREATE TRIGGER allocation_append_only BEFORE UPDATE OR DELETE ON settlement.allocation
        FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
    """,
    "GRANT SELECT, INSERT ON settlement.allocation TO comity_service",
)

DOWNGRADE = (
    "DROP TABLE settlement.allocation, settlement.period_line, settlement.calendar",
    "DROP FUNCTION settlement.require_period_of_period_line",
    "DROP INDEX settlement.line_statement_index",
    """
    CREATE INDEX line_statement_index
        ON settlement.line (month, supplier_party_id, home_party_id)
    """,
    "ALTER TABLE settlement.line DROP CONSTRAINT line_leg_check",
    """
    ALTER TABLE settlement.line ADD CONSTRAINT line_leg_check CHECK (
        CASE leg
            WHEN 'conversion' THEN points IS NOT NULL AND kind = 'charge' AND num_nonnulls(
                coupon_id, coupon_code_sha256, coupon_code_tail, offer_id, offer_code
            ) = 0
            ELSE points IS NULL AND leg IN ('coupon_cost', 'platform_fee') AND num_nulls(
                coupon_id, coupon_code_sha256, coupon_code_tail, offer_id, offer_code
            ) = 0
        END
    )
    """,
    """
    ALTER TABLE settlement.line
        DROP COLUMN card_id, DROP COLUMN leg_number, DROP COLUMN face_minor,
        DROP COLUMN order_minor, DROP COLUMN paid_minor, DROP COLUMN store,
        DROP COLUMN request_number, DROP COLUMN offer_version, DROP COLUMN redeemed_at,
        DROP COLUMN tax_rate, DROP COLUMN tax_inclusive
    """,
)


def upgrade() -> None:
    """Make the tables. The calendar is UTC, as all days of bills were so far."""
    for statement in (*CALENDAR, *LINES, *PERIOD_LINES):
        op.execute(statement)


def downgrade() -> None:
    """Drop them. What they hold is lost: months that were closed with them cannot be proved."""
    for statement in DOWNGRADE:
        op.execute(statement)
