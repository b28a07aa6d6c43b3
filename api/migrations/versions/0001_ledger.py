"""The ledger: books, lanes, wallets, holds, the journal and its seals.

The outbox, the idempotency of other changes and the role of the service are here, too.
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE SCHEMA ledger",
    """
    CREATE TABLE ledger.book (
        book_id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT book_pkey PRIMARY KEY,
        code text COLLATE "C" NOT NULL CONSTRAINT book_code_key UNIQUE,
        party_id integer NOT NULL,
        name text NOT NULL,
        time_zone text NOT NULL,
        lanes smallint NOT NULL CONSTRAINT book_lanes_check CHECK (lanes BETWEEN 1 AND 256),
        rules json NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX book_party_index ON ledger.book (party_id)",
    # The columns from issuance to debt are the accounts of the lane itself. Over all lanes, and
    # with the balances of all wallets, they add up to zero.
    """
    CREATE TABLE ledger.lane (
        book_id integer NOT NULL CONSTRAINT lane_book_fkey REFERENCES ledger.book,
        lane smallint NOT NULL,
        seq integer NOT NULL DEFAULT 0,
        accounts bigint NOT NULL DEFAULT 0,
        issuance bigint NOT NULL DEFAULT 0,
        redemption bigint NOT NULL DEFAULT 0,
        breakage bigint NOT NULL DEFAULT 0 CONSTRAINT lane_breakage_check CHECK (breakage >= 0),
        held bigint NOT NULL DEFAULT 0 CONSTRAINT lane_held_check CHECK (held >= 0),
        transit bigint NOT NULL DEFAULT 0,
        clearing bigint NOT NULL DEFAULT 0 CONSTRAINT lane_clearing_check CHECK (clearing >= 0),
        adjustment bigint NOT NULL DEFAULT 0,
        debt bigint NOT NULL DEFAULT 0 CONSTRAINT lane_debt_check CHECK (debt <= 0),
        CONSTRAINT lane_pkey PRIMARY KEY (book_id, lane)
    ) WITH (fillfactor = 50)
    """,
    # A member's wallet. Its points, what is set aside and what is owed are never below zero. No
    # index has a column that changes, except for a merge. So most updates are heap-only.
    """
    CREATE TABLE ledger.account (
        book_id integer NOT NULL CONSTRAINT account_book_fkey REFERENCES ledger.book,
        account_id bigint NOT NULL,
        balance bigint NOT NULL CONSTRAINT account_balance_check CHECK (balance >= 0),
        held bigint NOT NULL CONSTRAINT account_held_check CHECK (held >= 0),
        debt bigint NOT NULL CONSTRAINT account_debt_check CHECK (debt >= 0),
        last_seq integer,
        next_expiry date,
        slides_until date,
        member text COLLATE "C" NOT NULL,
        merged_into text COLLATE "C",
        lots json NOT NULL,
        usage json,
        CONSTRAINT account_pkey PRIMARY KEY (book_id, account_id),
        CONSTRAINT account_member_key UNIQUE (book_id, member)
    ) WITH (fillfactor = 60)
    """,
    """
    CREATE INDEX account_merged_index ON ledger.account (book_id, merged_into)
        WHERE merged_into IS NOT NULL
    """,
    # The narrow columns come last, and what is rarely there is null. So a record with its two index
    # entries stays under 250 bytes.
    """
    CREATE TABLE ledger.journal (
        book_id integer NOT NULL,
        lane smallint NOT NULL,
        part smallint NOT NULL,
        seq integer NOT NULL,
        previous integer CONSTRAINT journal_previous_check CHECK (previous < seq),
        account_id bigint,
        amount bigint NOT NULL CONSTRAINT journal_amount_check CHECK (amount >= 0),
        balance bigint CONSTRAINT journal_balance_check CHECK (balance >= 0),
        fingerprint bigint,
        recorded_at timestamptz NOT NULL,
        kind smallint NOT NULL,
        from_kind smallint,
        to_kind smallint,
        expires_on date,
        key text COLLATE "C",
        available_on date,
        funder text,
        held bigint CONSTRAINT journal_held_check CHECK (held > 0),
        debt bigint CONSTRAINT journal_debt_check CHECK (debt > 0),
        points bigint,
        spendable bigint,
        subject bigint,
        occurred_at timestamptz,
        last_day date,
        slides_until date,
        store text,
        channel text,
        staff text,
        reference text,
        owner text,
        refusal json,
        detail json,
        metadata json,
        CONSTRAINT journal_pkey PRIMARY KEY (book_id, lane, seq, part),
        CONSTRAINT journal_key_key UNIQUE (book_id, key),
        CONSTRAINT journal_entry_check CHECK (
            CASE WHEN amount > 0
                THEN from_kind <> to_kind AND balance IS NOT NULL AND account_id IS NOT NULL
                ELSE part = 0 AND from_kind IS NULL AND to_kind IS NULL AND balance IS NULL
            END
        )
    )
    """,
    # For records that refer to an earlier one: ends of holds, settlements, reversals, and the other
    # half of a gift or a merge.
    """
    CREATE INDEX journal_subject_index ON ledger.journal (book_id, subject)
        WHERE subject IS NOT NULL
    """,
    """
    CREATE VIEW ledger.operation AS
    SELECT book_id, lane, seq, kind, key, fingerprint, account_id,
        coalesce(points, amount) AS points,
        coalesce(spendable, balance) AS spendable,
        coalesce(occurred_at, recorded_at) AS occurred_at,
        recorded_at,
        coalesce(
            last_day, CASE WHEN kind IN (1, 12, 14) AND to_kind = 15 THEN expires_on END
        ) AS last_day,
        subject, slides_until, store, channel, staff, reference, owner, refusal, detail, metadata
    FROM ledger.journal WHERE part = 0
    """,
    """
    CREATE VIEW ledger.entry AS
    SELECT book_id, lane, seq, part, account_id, from_kind, to_kind, amount, balance,
        coalesce(held, 0) AS held, coalesce(debt, 0) AS debt,
        available_on, expires_on, funder, previous, recorded_at
    FROM ledger.journal WHERE amount > 0
    """,
    """
    CREATE TABLE ledger.hold (
        book_id integer NOT NULL,
        lane smallint NOT NULL,
        seq integer NOT NULL,
        account_id bigint NOT NULL,
        points bigint NOT NULL CONSTRAINT hold_points_check CHECK (points > 0),
        expires_at timestamptz,
        state smallint NOT NULL DEFAULT 0 CONSTRAINT hold_state_check CHECK (state BETWEEN 0 AND 2),
        CONSTRAINT hold_pkey PRIMARY KEY (book_id, lane, seq),
        CONSTRAINT hold_account_fkey FOREIGN KEY (book_id, account_id) REFERENCES ledger.account
    ) WITH (fillfactor = 70)
    """,
    "CREATE INDEX hold_due_index ON ledger.hold (expires_at) WHERE state = 0",
    # What a point of one programme is in another. A version never changes, and the highest counts.
    """
    CREATE TABLE ledger.rate (
        book_id integer NOT NULL CONSTRAINT rate_book_fkey REFERENCES ledger.book,
        to_book_id integer NOT NULL,
        version integer NOT NULL,
        numerator bigint NOT NULL
            CONSTRAINT rate_numerator_check CHECK (numerator BETWEEN 1 AND 1000000000),
        denominator bigint NOT NULL
            CONSTRAINT rate_denominator_check CHECK (denominator BETWEEN 1 AND 1000000000),
        recorded_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT rate_pkey PRIMARY KEY (book_id, to_book_id, version),
        CONSTRAINT rate_books_check CHECK (book_id <> to_book_id)
    )
    """,
    # A seal covers the records of its lane after the seal before it, up to `seq`. It also covers
    # that seal. `version` says in which form a record is hashed.
    """
    CREATE TABLE ledger.seal (
        book_id integer NOT NULL,
        lane smallint NOT NULL,
        seq integer NOT NULL,
        first_seq integer NOT NULL,
        head bytea NOT NULL CONSTRAINT seal_head_check CHECK (length(head) = 32),
        version smallint NOT NULL DEFAULT 1,
        sealed_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT seal_pkey PRIMARY KEY (book_id, lane, seq),
        CONSTRAINT seal_range_check CHECK (first_seq BETWEEN 1 AND seq)
    )
    """,
    """
    CREATE TABLE ledger.outbox (
        book_id integer NOT NULL,
        outbox_id bigint GENERATED ALWAYS AS IDENTITY,
        topic text COLLATE "C" NOT NULL,
        payload jsonb NOT NULL,
        available_at timestamptz NOT NULL DEFAULT now(),
        attempts integer NOT NULL DEFAULT 0,
        last_error text,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT outbox_pkey PRIMARY KEY (book_id, outbox_id)
    )
    """,
    "CREATE INDEX outbox_due_index ON ledger.outbox (topic, available_at, outbox_id)",
    """
    CREATE TABLE ledger.request (
        book_id integer NOT NULL,
        party_id integer NOT NULL,
        key text COLLATE "C" NOT NULL,
        fingerprint bytea NOT NULL,
        refused boolean NOT NULL DEFAULT false,
        answer json,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT request_pkey PRIMARY KEY (book_id, party_id, key)
    )
    """,
    """
    CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    *(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.{table}
            FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()
        """
        for table in ("journal", "seal", "rate")
    ),
    # The service takes this role on every connection. Roles belong to the whole server, so the role
    # may be there already, made with another database. Then the role that migrates this database
    # need not be allowed to create roles.
    """
    DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'comity_service') THEN
            CREATE ROLE comity_service NOLOGIN;
            -- So the service can use the login that migrated.
            GRANT comity_service TO CURRENT_USER;
        END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$
    """,
    "GRANT SELECT ON alembic_version TO comity_service",
    "GRANT USAGE ON SCHEMA ledger TO comity_service",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ledger TO comity_service",
    """
    REVOKE UPDATE, DELETE
        ON ledger.journal, ledger.seal, ledger.rate, ledger.operation, ledger.entry
        FROM comity_service
    """,
)


def upgrade() -> None:
    """Create the schema."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop the schema with everything in it."""
    op.execute("DROP SCHEMA ledger CASCADE")
