"""Money between parties: books by currency, payments of statements, and netting runs.

The books are the ledger's. They are append-only, and their heads move.
"""

from alembic import op

revision = "0037"
down_revision = "0040"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"

BOOKS = (
    """
    CREATE TABLE ledger.money_book (
        currency text COLLATE "C" NOT NULL,
        last_seq bigint NOT NULL DEFAULT 0,
        head_sha256 bytea NOT NULL DEFAULT '',
        CONSTRAINT money_book_pkey PRIMARY KEY (currency),
        CONSTRAINT money_book_currency_check CHECK (currency ~ '^[A-Z]{3}$')
    )
    """,
    "GRANT SELECT, INSERT ON ledger.money_book TO comity_service",
    "GRANT UPDATE (last_seq, head_sha256) ON ledger.money_book TO comity_service",
    """
    CREATE TABLE ledger.money_entry (
        currency text COLLATE "C" NOT NULL,
        seq bigint NOT NULL,
        part integer NOT NULL,
        key text COLLATE "C",
        kind text COLLATE "C" NOT NULL,
        posted_on date NOT NULL,
        document text NOT NULL,
        from_account text COLLATE "C" NOT NULL,
        to_account text COLLATE "C" NOT NULL,
        amount_minor bigint NOT NULL,
        sha256 bytea,
        recorded_at timestamptz NOT NULL,
        recorded_by integer,
        CONSTRAINT money_entry_pkey PRIMARY KEY (currency, seq, part),
        CONSTRAINT money_entry_key_key UNIQUE (currency, key),
        CONSTRAINT money_entry_book_fkey FOREIGN KEY (currency)
            REFERENCES ledger.money_book (currency),
        CONSTRAINT money_entry_number_check CHECK (seq > 0 AND part >= 0),
        CONSTRAINT money_entry_amount_check CHECK (amount_minor > 0),
        CONSTRAINT money_entry_sides_check CHECK (from_account <> to_account),
        CONSTRAINT money_entry_accounts_check CHECK (
            from_account ~ '^(bank|(open|net):[1-9][0-9]*)$'
            AND to_account ~ '^(bank|(open|net):[1-9][0-9]*)$'
        ),
        CONSTRAINT money_entry_first_check CHECK (
            (part = 0) = (key IS NOT NULL) AND (part = 0) = (sha256 IS NOT NULL)
        )
    )
    """,
    """
    CREATE TRIGGER money_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
        ON ledger.money_entry FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()
    """,
    "GRANT SELECT, INSERT ON ledger.money_entry TO comity_service",
)

NETTING = (
    f"""
    CREATE TABLE settlement.netting (
        netting_id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT netting_pkey PRIMARY KEY,
        currency text NOT NULL,
        closure_on date NOT NULL,
        advice_on date NOT NULL,
        call_on date NOT NULL,
        state text NOT NULL DEFAULT 'draft' CONSTRAINT netting_state_check CHECK (
            state IN ('draft', 'advised', 'confirmed', 'paid', 'cancelled')
        ),
        revision integer NOT NULL DEFAULT 1 CONSTRAINT netting_revision_check CHECK (revision > 0),
        drafted_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        CONSTRAINT netting_days_check CHECK (closure_on <= advice_on AND advice_on <= call_on)
    )
    """,
    "GRANT SELECT, INSERT ON settlement.netting TO comity_service",
    "GRANT UPDATE (state, revision) ON settlement.netting TO comity_service",
    # What a party is owed and owes by the statements of a run, and whether it was taken out of it.
    """
    CREATE TABLE settlement.netting_party (
        netting_id bigint NOT NULL
            CONSTRAINT netting_party_netting_fkey REFERENCES settlement.netting (netting_id),
        party_id integer NOT NULL,
        claims_minor bigint NOT NULL,
        debts_minor bigint NOT NULL,
        position_minor bigint NOT NULL GENERATED ALWAYS AS (claims_minor - debts_minor) STORED,
        taken_out text CONSTRAINT netting_party_taken_out_check CHECK (
            taken_out IN ('removed', 'defaulted')
        ),
        CONSTRAINT netting_party_pkey PRIMARY KEY (netting_id, party_id),
        CONSTRAINT netting_party_sides_check CHECK (claims_minor >= 0 AND debts_minor >= 0),
        CONSTRAINT netting_party_taken_out_zero_check CHECK (
            taken_out IS NULL OR claims_minor = 0 AND debts_minor = 0
        )
    )
    """,
    "CREATE INDEX netting_party_index ON settlement.netting_party (party_id, netting_id)",
    "GRANT SELECT, INSERT ON settlement.netting_party TO comity_service",
    """
    GRANT UPDATE (claims_minor, debts_minor, taken_out) ON settlement.netting_party
        TO comity_service
    """,
    # The statements of a run. One that was taken out of a run may be in another one.
    """
    CREATE TABLE settlement.netting_statement (
        netting_id bigint NOT NULL
            CONSTRAINT netting_statement_netting_fkey REFERENCES settlement.netting (netting_id),
        statement_id bigint NOT NULL CONSTRAINT netting_statement_statement_fkey
            REFERENCES settlement.statement (statement_id),
        amount_minor bigint NOT NULL,
        state text NOT NULL DEFAULT 'planned' CONSTRAINT netting_statement_state_check CHECK (
            state IN ('planned', 'netted', 'taken_out')
        ),
        CONSTRAINT netting_statement_pkey PRIMARY KEY (netting_id, statement_id),
        CONSTRAINT netting_statement_amount_check CHECK (amount_minor <> 0)
    )
    """,
    """
    CREATE INDEX netting_statement_index ON settlement.netting_statement (statement_id)
    """,
    """
    CREATE UNIQUE INDEX netting_statement_planned_index
        ON settlement.netting_statement (statement_id) WHERE state = 'planned'
    """,
    "GRANT SELECT, INSERT ON settlement.netting_statement TO comity_service",
    "GRANT UPDATE (state) ON settlement.netting_statement TO comity_service",
    f"""
    CREATE TABLE settlement.netting_step (
        netting_step_id bigint GENERATED ALWAYS AS IDENTITY
            CONSTRAINT netting_step_pkey PRIMARY KEY,
        netting_id bigint NOT NULL
            CONSTRAINT netting_step_netting_fkey REFERENCES settlement.netting (netting_id),
        step text NOT NULL CONSTRAINT netting_step_check CHECK (step IN (
            'drafted', 'advised', 'confirmed', 'removed', 'defaulted', 'paid', 'cancelled'
        )),
        party_id integer,
        done_at timestamptz NOT NULL,
        recorded_by integer DEFAULT {BY},
        CONSTRAINT netting_step_party_check CHECK (
            (step IN ('removed', 'defaulted')) = (party_id IS NOT NULL)
        )
    )
    """,
    "CREATE INDEX netting_step_index ON settlement.netting_step (netting_id)",
    """
    CREATE TRIGGER netting_step_append_only BEFORE UPDATE OR DELETE ON settlement.netting_step
        FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
    """,
    "GRANT SELECT, INSERT ON settlement.netting_step TO comity_service",
)

PAYMENTS = (
    # Who paid whom: a statement's parties, or a party and the operator for a run. A write-off is
    # no payment, but takes as much from what is due; below zero it adds to it.
    f"""
    CREATE TABLE settlement.payment (
        payment_id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT payment_pkey PRIMARY KEY,
        kind text NOT NULL CONSTRAINT payment_kind_check CHECK (kind IN ('payment', 'write_off')),
        statement_id bigint CONSTRAINT payment_statement_fkey
            REFERENCES settlement.statement (statement_id),
        netting_id bigint CONSTRAINT payment_netting_fkey
            REFERENCES settlement.netting (netting_id),
        party_id integer,
        is_received boolean,
        payer_party_id integer NOT NULL,
        payee_party_id integer NOT NULL,
        currency text NOT NULL,
        amount_minor bigint NOT NULL,
        paid_on date NOT NULL,
        reference text CONSTRAINT payment_reference_check CHECK (
            char_length(reference) BETWEEN 1 AND 200
        ),
        recorded_at timestamptz NOT NULL,
        recorded_by integer DEFAULT {BY},
        CONSTRAINT payment_of_check CHECK (num_nonnulls(statement_id, netting_id) = 1),
        CONSTRAINT payment_amount_check CHECK (
            CASE kind WHEN 'payment' THEN amount_minor > 0
                ELSE amount_minor <> 0 AND statement_id IS NOT NULL END
        ),
        CONSTRAINT payment_party_check CHECK (
            num_nonnulls(netting_id, party_id, is_received) IN (0, 3)
        ),
        -- The operator may have a position of its own, which passes the bank like all others.
        CONSTRAINT payment_sides_check CHECK (
            payer_party_id <> payee_party_id OR netting_id IS NOT NULL
        )
    )
    """,
    """
    CREATE INDEX payment_statement_index ON settlement.payment (statement_id)
        WHERE statement_id IS NOT NULL
    """,
    """
    CREATE INDEX payment_netting_index ON settlement.payment (netting_id)
        WHERE netting_id IS NOT NULL
    """,
    "CREATE INDEX payment_payer_index ON settlement.payment (payer_party_id, payment_id)",
    "CREATE INDEX payment_payee_index ON settlement.payment (payee_party_id, payment_id)",
    """
    CREATE TRIGGER payment_append_only BEFORE UPDATE OR DELETE ON settlement.payment
        FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
    """,
    "GRANT SELECT, INSERT ON settlement.payment TO comity_service",
)


def upgrade() -> None:
    """Make the books, and what is written of payments and netting."""
    for statement in (*BOOKS, *NETTING, *PAYMENTS):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for table in ("payment", "netting_step", "netting_statement", "netting_party", "netting"):
        op.execute(f"DROP TABLE settlement.{table}")
    op.execute("DROP TABLE ledger.money_entry")
    op.execute("DROP TABLE ledger.money_book")
