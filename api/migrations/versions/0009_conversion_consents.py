"""Consents to conversions, what was credited under them, and accounts of what was converted."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UPGRADE = (
    # Points that were converted before this release stay where they were counted: what came in as
    # issued, what went out as redeemed. The journal is never rewritten.
    """
    ALTER TABLE ledger.lane
        ADD COLUMN converted_out bigint NOT NULL DEFAULT 0,
        ADD COLUMN converted_in bigint NOT NULL DEFAULT 0
    """,
    "GRANT UPDATE (converted_out, converted_in) ON ledger.lane TO comity_service",
    """
    CREATE TABLE ledger.consent (
        book_id integer NOT NULL CONSTRAINT consent_book_fkey REFERENCES ledger.book,
        from_book_id integer NOT NULL,
        version integer NOT NULL,
        numerator bigint NOT NULL,
        denominator bigint NOT NULL,
        member_month_points_max bigint NOT NULL,
        points_max bigint NOT NULL,
        price_minor numeric(18, 6) NOT NULL,
        valid_from date NOT NULL,
        valid_until date,
        points bigint NOT NULL DEFAULT 0 CHECK (points BETWEEN 0 AND points_max),
        recorded_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        CONSTRAINT consent_pkey PRIMARY KEY (book_id, from_book_id, version)
    )
    """,
    # The table is new, so nobody waits for its index. At most one consent stands between two books.
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE UNIQUE INDEX consent_standing_index ON ledger.consent (book_id, from_book_id)
        WHERE ended_at IS NULL
    """,
    """
    CREATE TABLE ledger.consent_month (
        book_id integer NOT NULL CONSTRAINT consent_month_book_fkey REFERENCES ledger.book,
        from_book_id integer NOT NULL,
        member text COLLATE "C" NOT NULL,
        month text NOT NULL,
        points bigint NOT NULL,
        CONSTRAINT consent_month_pkey PRIMARY KEY (book_id, from_book_id, member, month)
    )
    """,
    """
    CREATE FUNCTION ledger.refuse_change_of_consent() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'what was consented to never changes, and an end is for good'
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER consent_stays BEFORE UPDATE ON ledger.consent
        FOR EACH ROW WHEN (
            OLD.ended_at IS NOT NULL OR NEW.points < OLD.points OR (
                NEW.book_id, NEW.from_book_id, NEW.version, NEW.numerator, NEW.denominator,
                NEW.member_month_points_max, NEW.points_max, NEW.price_minor, NEW.valid_from,
                NEW.valid_until, NEW.recorded_at
            ) IS DISTINCT FROM (
                OLD.book_id, OLD.from_book_id, OLD.version, OLD.numerator, OLD.denominator,
                OLD.member_month_points_max, OLD.points_max, OLD.price_minor, OLD.valid_from,
                OLD.valid_until, OLD.recorded_at
            )
        )
        EXECUTE FUNCTION ledger.refuse_change_of_consent()
    """,
    # A line of a conversion tells of points, and of no coupon.
    "ALTER TABLE settlement.line ADD COLUMN points bigint",
    # Only this release reads lines without a coupon, and the check beneath asks for the coupon of
    # all others.
    *(
        f"""
        -- squawk-ignore ban-drop-not-null
        ALTER TABLE settlement.line ALTER COLUMN {column} DROP NOT NULL
        """
        for column in (
            "coupon_id",
            "coupon_code_sha256",
            "coupon_code_tail",
            "offer_id",
            "offer_code",
        )
    ),
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE settlement.line DROP CONSTRAINT line_leg_check
    """,
    """
    ALTER TABLE settlement.line ADD CONSTRAINT line_leg_check CHECK (
        CASE leg
            WHEN 'conversion' THEN points IS NOT NULL AND kind = 'charge' AND num_nonnulls(
                coupon_id, coupon_code_sha256, coupon_code_tail, offer_id, offer_code
            ) = 0
            WHEN 'coupon_cost' THEN points IS NULL AND num_nulls(
                coupon_id, coupon_code_sha256, coupon_code_tail, offer_id, offer_code
            ) = 0
            WHEN 'platform_fee' THEN points IS NULL AND num_nulls(
                coupon_id, coupon_code_sha256, coupon_code_tail, offer_id, offer_code
            ) = 0
            ELSE false
        END
    ) NOT VALID
    """,
    # The service is stopped while it is upgraded, so this keeps nobody from reading.
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE settlement.line VALIDATE CONSTRAINT line_leg_check
    """,
    """
    ALTER TABLE settlement.statement
        ADD COLUMN conversions integer NOT NULL DEFAULT 0 CHECK (conversions >= 0),
        ADD COLUMN conversion_minor bigint NOT NULL DEFAULT 0
    """,
    # Rewrites the statements. There is one for each pair of parties and month.
    """
    ALTER TABLE settlement.statement ALTER COLUMN billed_minor
        SET EXPRESSION AS (coupon_cost_minor + platform_fee_minor + conversion_minor)
    """,
    "GRANT SELECT, INSERT ON ledger.consent, ledger.consent_month TO comity_service",
    "GRANT UPDATE (points, ended_at) ON ledger.consent TO comity_service",
    "GRANT UPDATE (points) ON ledger.consent_month TO comity_service",
)


def upgrade() -> None:
    """Make the tables and the accounts. Without a consent, nothing is converted any more."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop them. A book in which points were converted since would not verify any more.

    Refused if a conversion was billed: its line cannot be one of a coupon.
    """
    op.execute(
        """
        ALTER TABLE settlement.statement ALTER COLUMN billed_minor
            SET EXPRESSION AS (coupon_cost_minor + platform_fee_minor)
        """
    )
    op.execute(
        "ALTER TABLE settlement.statement DROP COLUMN conversions, DROP COLUMN conversion_minor"
    )
    op.execute(
        """
        ALTER TABLE settlement.line
            ALTER COLUMN coupon_id SET NOT NULL, ALTER COLUMN coupon_code_sha256 SET NOT NULL,
            ALTER COLUMN coupon_code_tail SET NOT NULL, ALTER COLUMN offer_id SET NOT NULL,
            ALTER COLUMN offer_code SET NOT NULL, DROP CONSTRAINT line_leg_check,
            DROP COLUMN points,
            ADD CONSTRAINT line_leg_check CHECK (leg IN ('coupon_cost', 'platform_fee'))
        """
    )
    op.execute("DROP TABLE ledger.consent_month")
    op.execute("DROP TABLE ledger.consent")
    op.execute("DROP FUNCTION ledger.refuse_change_of_consent()")
    op.execute("ALTER TABLE ledger.lane DROP COLUMN converted_out, DROP COLUMN converted_in")
