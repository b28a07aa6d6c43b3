"""Points liability: what the journal came to by month and cohort, frozen months, and estimates."""

from alembic import op

revision = "0041"
down_revision = "0036"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"
FROZEN = ("liability_movement", "liability_close", "liability_balance")

UPGRADE = (
    f"""
    CREATE TABLE settlement.liability_reading (
        book_id integer NOT NULL,
        month text COLLATE "C",
        heads integer[] NOT NULL,
        target integer[] NOT NULL,
        balances jsonb,
        pages integer NOT NULL DEFAULT 0,
        begun_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        CONSTRAINT liability_reading_pkey PRIMARY KEY (book_id)
    )
    """,
    """
    CREATE TABLE settlement.liability_movement (
        book_id integer NOT NULL,
        month text COLLATE "C" NOT NULL,
        page integer NOT NULL,
        cohort text COLLATE "C" NOT NULL,
        "row" text COLLATE "C" NOT NULL,
        supplier text COLLATE "C" NOT NULL,
        late boolean NOT NULL,
        points bigint NOT NULL,
        entries bigint NOT NULL,
        CONSTRAINT liability_movement_pkey
            PRIMARY KEY (book_id, month, page, cohort, "row", supplier, late)
    )
    """,
    # Of wallets with points that have no last day: which months they came from, and how many of
    # them are gone. It is what the next stretch of the journal goes on from.
    """
    CREATE TABLE settlement.liability_wallet (
        book_id integer NOT NULL,
        account_id bigint NOT NULL,
        queue json NOT NULL,
        CONSTRAINT liability_wallet_pkey PRIMARY KEY (book_id, account_id)
    )
    """,
    f"""
    CREATE TABLE settlement.liability_close (
        book_id integer NOT NULL,
        month text COLLATE "C" NOT NULL,
        heads integer[] NOT NULL,
        pages integer NOT NULL,
        balances jsonb NOT NULL,
        opening bigint NOT NULL,
        closing bigint NOT NULL,
        later bigint NOT NULL,
        currency text COLLATE "C",
        frozen_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        CONSTRAINT liability_close_pkey PRIMARY KEY (book_id, month)
    )
    """,
    """
    CREATE TABLE settlement.liability_balance (
        book_id integer NOT NULL,
        month text COLLATE "C" NOT NULL,
        cohort text COLLATE "C" NOT NULL,
        points bigint NOT NULL,
        given bigint NOT NULL,
        redeemed bigint NOT NULL,
        allocated_minor bigint,
        liability_minor bigint,
        CONSTRAINT liability_balance_pkey PRIMARY KEY (book_id, month, cohort),
        CONSTRAINT liability_balance_valued_check
            CHECK ((allocated_minor IS NULL) = (liability_minor IS NULL))
    )
    """,
    f"""
    CREATE TABLE settlement.liability_estimate (
        book_id integer NOT NULL,
        version integer NOT NULL,
        from_month text COLLATE "C" NOT NULL,
        cohort text COLLATE "C",
        redeem_rate numeric(9, 6) NOT NULL,
        use_rate numeric(9, 6) NOT NULL,
        value_minor_per_1000_points numeric(18, 6) NOT NULL,
        cost_minor_per_1000_points numeric(18, 6) NOT NULL,
        currency text COLLATE "C" NOT NULL,
        method text COLLATE "C" NOT NULL,
        evidence json,
        reason text NOT NULL,
        proposed_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        approved_at timestamptz,
        approved_by integer,
        CONSTRAINT liability_estimate_pkey PRIMARY KEY (book_id, version),
        CONSTRAINT liability_estimate_rate_check
            CHECK (redeem_rate BETWEEN 0 AND 1 AND use_rate BETWEEN 0 AND 1)
    )
    """,
    """
    CREATE INDEX liability_estimate_approved_index
        ON settlement.liability_estimate (book_id, from_month) WHERE approved_at IS NOT NULL
    """,
    f"""
    CREATE TABLE settlement.liability_setting (
        book_id integer NOT NULL,
        four_eyes boolean NOT NULL,
        accounts jsonb NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        CONSTRAINT liability_setting_pkey PRIMARY KEY (book_id)
    )
    """,
    *(
        f"""
        CREATE TRIGGER {table}_append_only
            BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement.{table}
            FOR EACH STATEMENT EXECUTE FUNCTION settlement.refuse_change()
        """
        for table in FROZEN
    ),
    # An estimate is approved once, and nothing else of it changes.
    """
    CREATE FUNCTION settlement.keep_liability_estimate() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.approved_at IS NOT NULL OR
            (to_jsonb(NEW) - 'approved_at' - 'approved_by')
                IS DISTINCT FROM (to_jsonb(OLD) - 'approved_at' - 'approved_by')
        THEN
            RAISE EXCEPTION 'an estimate is approved once, and never changed'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER liability_estimate_kept
        BEFORE UPDATE OR DELETE ON settlement.liability_estimate
        FOR EACH ROW EXECUTE FUNCTION settlement.keep_liability_estimate()
    """,
    """
    GRANT SELECT, INSERT ON settlement.liability_reading, settlement.liability_movement,
        settlement.liability_wallet, settlement.liability_close, settlement.liability_balance,
        settlement.liability_estimate, settlement.liability_setting
        TO comity_service
    """,
    """
    GRANT UPDATE (month, heads, target, balances, pages, begun_at, recorded_by)
        ON settlement.liability_reading TO comity_service
    """,
    "GRANT UPDATE (queue) ON settlement.liability_wallet TO comity_service",
    """
    GRANT UPDATE (approved_at, approved_by) ON settlement.liability_estimate TO comity_service
    """,
    """
    GRANT UPDATE (four_eyes, accounts, changed_at, recorded_by)
        ON settlement.liability_setting TO comity_service
    """,
)


def upgrade() -> None:
    """Make the tables. Nothing is read from the journal before a month is frozen."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop them. The journal has all that they were made of, but for the estimates."""
    for table in (
        *("liability_setting", "liability_estimate", "liability_balance", "liability_close"),
        *("liability_wallet", "liability_movement", "liability_reading"),
    ):
        op.execute(f"DROP TABLE settlement.{table}")
    op.execute("DROP FUNCTION settlement.keep_liability_estimate()")
