"""The exchange: coupons, the orders that deliver them, receipts, and the answers of uses."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE SCHEMA exchange",
    """
    CREATE TABLE exchange.coupon (
        book_id integer NOT NULL,
        coupon_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
        code text COLLATE "C" NOT NULL,
        request_key text COLLATE "C" NOT NULL,
        state text COLLATE "C" NOT NULL,
        member text COLLATE "C" NOT NULL,
        account text NOT NULL,
        offer_id bigint NOT NULL,
        offer_code text COLLATE "C" NOT NULL,
        offer_version integer NOT NULL,
        supplier_id integer NOT NULL,
        home_party_id integer NOT NULL,
        fulfilment text COLLATE "C" NOT NULL,
        points bigint NOT NULL,
        free boolean NOT NULL,
        face_value_minor bigint NOT NULL,
        currency text COLLATE "C" NOT NULL,
        redeemed_at timestamptz NOT NULL,
        expires_on date,
        used_at timestamptz,
        used_store text,
        used_reference text,
        uses integer NOT NULL DEFAULT 0,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT coupon_pkey PRIMARY KEY (book_id, coupon_id),
        CONSTRAINT coupon_code_key UNIQUE (book_id, code),
        CONSTRAINT coupon_request_key UNIQUE (book_id, request_key),
        CONSTRAINT coupon_state_check
            CHECK (state IN ('HELD', 'ACTIVE', 'USED', 'EXPIRED', 'RETURNED')),
        CONSTRAINT coupon_fulfilment_check CHECK (fulfilment IN ('own_code', 'direct')),
        CONSTRAINT coupon_points_check CHECK (points >= 0 AND (points = 0 OR NOT free)),
        CONSTRAINT coupon_face_value_check CHECK (face_value_minor >= 0),
        CONSTRAINT coupon_used_check CHECK ((state = 'USED') = (used_at IS NOT NULL)),
        CONSTRAINT coupon_uses_check CHECK (uses >= 0)
    ) WITH (fillfactor = 80)
    """,
    "CREATE INDEX coupon_member_index ON exchange.coupon (book_id, member, coupon_id)",
    """
    CREATE INDEX coupon_expiry_index ON exchange.coupon (book_id, expires_on, coupon_id)
        WHERE state = 'ACTIVE'
    """,
    """
    CREATE TABLE exchange.fulfilment_order (
        book_id integer NOT NULL,
        coupon_id bigint NOT NULL,
        request_number text COLLATE "C" NOT NULL,
        supplier_id integer NOT NULL,
        state text COLLATE "C" NOT NULL,
        submissions integer NOT NULL DEFAULT 0,
        queries integer NOT NULL DEFAULT 0,
        submitted_at timestamptz,
        query_at timestamptz,
        deadline_at timestamptz NOT NULL,
        supplier_reference text,
        reason text,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        CONSTRAINT fulfilment_order_pkey PRIMARY KEY (book_id, coupon_id),
        CONSTRAINT fulfilment_order_coupon_fkey FOREIGN KEY (book_id, coupon_id)
            REFERENCES exchange.coupon (book_id, coupon_id),
        CONSTRAINT fulfilment_order_request_number_key UNIQUE (book_id, request_number),
        CONSTRAINT fulfilment_order_state_check
            CHECK (
                state IN ('CREATED', 'SUBMITTING', 'PROCESSING', 'UNKNOWN', 'SUCCESS', 'FAILED')
            ),
        CONSTRAINT fulfilment_order_finished_check
            CHECK ((state IN ('SUCCESS', 'FAILED')) = (finished_at IS NOT NULL)),
        CONSTRAINT fulfilment_order_query_check
            CHECK ((state IN ('SUBMITTING', 'PROCESSING', 'UNKNOWN')) = (query_at IS NOT NULL))
    ) WITH (fillfactor = 80)
    """,
    """
    CREATE INDEX fulfilment_order_due_index ON exchange.fulfilment_order (query_at)
        WHERE query_at IS NOT NULL
    """,
    """
    CREATE TABLE exchange.receipt_step (
        book_id integer NOT NULL,
        coupon_id bigint NOT NULL,
        step_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
        step text COLLATE "C" NOT NULL,
        detail json,
        occurred_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT receipt_step_pkey PRIMARY KEY (book_id, coupon_id, step_id),
        CONSTRAINT receipt_step_coupon_fkey FOREIGN KEY (book_id, coupon_id)
            REFERENCES exchange.coupon (book_id, coupon_id)
    )
    """,
    """
    CREATE TABLE exchange.use_request (
        book_id integer NOT NULL,
        supplier_id integer NOT NULL,
        key text COLLATE "C" NOT NULL,
        fingerprint bytea NOT NULL,
        accepted boolean NOT NULL,
        answer json NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT use_request_pkey PRIMARY KEY (book_id, supplier_id, key)
    )
    """,
)

GRANTS = (
    "GRANT USAGE ON SCHEMA exchange TO comity_service",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA exchange TO comity_service",
)


def upgrade() -> None:
    """Create the schema `exchange`."""
    for statement in (*STATEMENTS, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    """Drop the schema `exchange` with everything in it."""
    op.execute("DROP SCHEMA exchange CASCADE")
