"""The ledger: books, lanes, accounts, lots, holds, operations, entries; the outbox and the idempotency of other changes."""

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
        expiry_months smallint CONSTRAINT book_expiry_months_check CHECK (expiry_months BETWEEN 0 AND 1200),
        created_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX book_party_index ON ledger.book (party_id)",
    """
    CREATE TABLE ledger.lane (
        book_id integer NOT NULL CONSTRAINT lane_book_fkey REFERENCES ledger.book,
        lane smallint NOT NULL,
        seq bigint NOT NULL DEFAULT 0,
        accounts bigint NOT NULL DEFAULT 0,
        swept_before date,
        CONSTRAINT lane_pkey PRIMARY KEY (book_id, lane)
    ) WITH (fillfactor = 50)
    """,
    # Every account but issuance (kind 0, hence an identifier below 256) holds points and never owes them.
    """
    CREATE TABLE ledger.account (
        book_id integer NOT NULL CONSTRAINT account_book_fkey REFERENCES ledger.book,
        account_id bigint NOT NULL,
        member text COLLATE "C",
        balance bigint NOT NULL DEFAULT 0,
        held bigint NOT NULL DEFAULT 0 CONSTRAINT account_held_check CHECK (held >= 0),
        sequence bigint NOT NULL DEFAULT 0,
        lots integer NOT NULL DEFAULT 0,
        opened_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT account_pkey PRIMARY KEY (book_id, account_id),
        CONSTRAINT account_member_key UNIQUE (book_id, member),
        CONSTRAINT account_balance_check CHECK (balance >= 0 OR account_id < 256)
    ) WITH (fillfactor = 70)
    """,
    # remaining is in no index, so that spending from a lot is a heap-only update.
    """
    CREATE TABLE ledger.lot (
        book_id integer NOT NULL,
        account_id bigint NOT NULL,
        lot integer NOT NULL,
        available_on date,
        expires_on date,
        funder text,
        remaining bigint NOT NULL CONSTRAINT lot_remaining_check CHECK (remaining >= 0),
        CONSTRAINT lot_pkey PRIMARY KEY (book_id, account_id, lot),
        CONSTRAINT lot_account_fkey FOREIGN KEY (book_id, account_id) REFERENCES ledger.account
    ) WITH (fillfactor = 70)
    """,
    "CREATE INDEX lot_expiry_index ON ledger.lot (book_id, expires_on)",
    """
    CREATE TABLE ledger.operation (
        book_id integer NOT NULL,
        lane smallint NOT NULL,
        seq bigint NOT NULL,
        kind smallint NOT NULL,
        key text COLLATE "C" NOT NULL,
        fingerprint bytea NOT NULL,
        account_id bigint,
        points bigint NOT NULL,
        spendable bigint,
        occurred_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        available_on date,
        expires_on date,
        funder text,
        hold_seq bigint,
        refusal json,
        detail json,
        store text,
        channel text,
        reference text,
        CONSTRAINT operation_pkey PRIMARY KEY (book_id, lane, seq),
        CONSTRAINT operation_key_key UNIQUE (book_id, key)
    )
    """,
    """
    CREATE TABLE ledger.entry (
        book_id integer NOT NULL,
        account_id bigint NOT NULL,
        sequence bigint NOT NULL,
        seq bigint NOT NULL,
        amount bigint NOT NULL CONSTRAINT entry_amount_check CHECK (amount > 0),
        balance bigint NOT NULL CONSTRAINT entry_balance_check CHECK (balance >= 0),
        held bigint NOT NULL CONSTRAINT entry_held_check CHECK (held >= 0),
        lot integer NOT NULL,
        from_kind smallint NOT NULL,
        to_kind smallint NOT NULL,
        CONSTRAINT entry_pkey PRIMARY KEY (book_id, account_id, sequence),
        CONSTRAINT entry_kinds_check CHECK (from_kind <> to_kind)
    )
    """,
    """
    CREATE TABLE ledger.hold (
        book_id integer NOT NULL,
        account_id bigint NOT NULL,
        seq bigint NOT NULL,
        points bigint NOT NULL CONSTRAINT hold_points_check CHECK (points >= 0),
        expires_at timestamptz,
        state smallint NOT NULL DEFAULT 0 CONSTRAINT hold_state_check CHECK (state BETWEEN 0 AND 2),
        lots integer[] NOT NULL,
        amounts bigint[] NOT NULL,
        CONSTRAINT hold_pkey PRIMARY KEY (book_id, account_id, seq),
        CONSTRAINT hold_account_fkey FOREIGN KEY (book_id, account_id) REFERENCES ledger.account
    ) WITH (fillfactor = 70)
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
        RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.entry
        FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()
    """,
    """
    CREATE TRIGGER operation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.operation
        FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()
    """,
)


def upgrade() -> None:
    """Create the schema."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop the schema with everything in it."""
    op.execute("DROP SCHEMA ledger CASCADE")
