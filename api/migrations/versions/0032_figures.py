"""What figures of partners and rights are counted from, kept by day."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"

UPGRADE = (
    """
    CREATE TABLE exchange.figure_round (
        book_id integer NOT NULL,
        heads integer[] NOT NULL,
        looked_at timestamptz NOT NULL,
        CONSTRAINT figure_round_pkey PRIMARY KEY (book_id)
    )
    """,
    """
    CREATE TABLE exchange.figure_day (
        book_id integer NOT NULL,
        day date NOT NULL,
        is_measured boolean NOT NULL,
        cheapest_points bigint,
        issued bigint NOT NULL,
        issue_reversed bigint NOT NULL,
        redeemed_points bigint NOT NULL,
        reached bytea NOT NULL,
        redeemed bytea NOT NULL,
        CONSTRAINT figure_day_pkey PRIMARY KEY (book_id, day),
        CONSTRAINT figure_day_cheapest_check CHECK (cheapest_points > 0)
    )
    """,
    """
    CREATE TABLE exchange.asked_day (
        book_id integer NOT NULL,
        day date NOT NULL,
        offer_id bigint NOT NULL,
        code text COLLATE "C" NOT NULL,
        times bigint NOT NULL,
        CONSTRAINT asked_day_pkey PRIMARY KEY (book_id, day, offer_id, code),
        CONSTRAINT asked_day_times_check CHECK (times > 0)
    )
    """,
    f"""
    CREATE TABLE exchange.shown_day (
        book_id integer NOT NULL,
        offer_id bigint NOT NULL,
        supplier_id integer NOT NULL,
        day date NOT NULL,
        channel text COLLATE "C" NOT NULL,
        impressions bigint NOT NULL,
        members bigint NOT NULL,
        reported_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        CONSTRAINT shown_day_pkey PRIMARY KEY (book_id, offer_id, day, channel),
        CONSTRAINT shown_day_members_check CHECK (members >= 0 AND impressions >= members)
    )
    """,
    """
    CREATE TABLE exchange.use_rank (
        book_id integer NOT NULL,
        offer_id bigint NOT NULL,
        delivered bigint NOT NULL,
        used bigint NOT NULL,
        members bigint NOT NULL,
        CONSTRAINT use_rank_pkey PRIMARY KEY (book_id, offer_id),
        CONSTRAINT use_rank_used_check CHECK (used >= 0 AND used <= delivered)
    )
    """,
    # Where the member asked for a right, as far as the brand says it.
    'ALTER TABLE exchange.coupon ADD COLUMN channel text COLLATE "C"',
    # The orders that ended on some days. An order ends once, and leaves another index then.
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX fulfilment_order_finished_index
        ON exchange.fulfilment_order (book_id, finished_at) WHERE finished_at IS NOT NULL
    """,
    """
    GRANT SELECT, INSERT ON exchange.figure_round, exchange.figure_day, exchange.asked_day,
        exchange.shown_day, exchange.use_rank TO comity_service
    """,
    "GRANT UPDATE (heads, looked_at) ON exchange.figure_round TO comity_service",
    """
    GRANT UPDATE (
        is_measured, cheapest_points, issued, issue_reversed, redeemed_points, reached, redeemed
    ) ON exchange.figure_day TO comity_service
    """,
    "GRANT UPDATE (times) ON exchange.asked_day TO comity_service",
    """
    GRANT UPDATE (impressions, members, reported_at, recorded_by)
        ON exchange.shown_day TO comity_service
    """,
    "GRANT UPDATE (delivered, used, members) ON exchange.use_rank TO comity_service",
    "GRANT DELETE ON exchange.use_rank TO comity_service",
)


def upgrade() -> None:
    """Make the tables. Days are counted from the first round after the upgrade.

    Orders are few enough for an index during the upgrade, as with the others.
    """
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop them. Coupons, orders and the journal lose nothing."""
    op.execute("DROP INDEX exchange.fulfilment_order_finished_index")
    op.execute("ALTER TABLE exchange.coupon DROP COLUMN channel")
    for table in ("use_rank", "shown_day", "asked_day", "figure_day", "figure_round"):
        op.execute(f"DROP TABLE exchange.{table}")
