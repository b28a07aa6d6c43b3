"""Price rules, a programme's rate for prices, and who may have an offer."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"

UPGRADE = (
    f"""
    CREATE TABLE catalog.price_rule (
        book_id integer NOT NULL,
        price_id bigint NOT NULL,
        offer_id bigint,
        category text,
        effect text COLLATE "C" NOT NULL,
        points bigint,
        percent integer,
        floor bigint,
        schedule jsonb NOT NULL DEFAULT '{{}}'::jsonb,
        who jsonb NOT NULL DEFAULT '{{}}'::jsonb,
        earning_multiplier_percent integer,
        label text NOT NULL,
        valid_from timestamptz NOT NULL,
        valid_until timestamptz,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        ended_at timestamptz,
        PRIMARY KEY (book_id, price_id),
        CHECK (num_nonnulls(offer_id, category) <= 1),
        CHECK (effect IN ('points', 'percent', 'free')),
        CHECK ((effect = 'points') = (points IS NOT NULL) AND points >= 0),
        CHECK ((effect = 'percent') = (percent IS NOT NULL)),
        CHECK (percent BETWEEN 1 AND 100),
        CHECK (floor IS NULL OR (effect = 'percent' AND floor >= 0)),
        CHECK (valid_until > valid_from)
    )
    """,
    f"""
    CREATE TABLE catalog.price_rate (
        book_id integer NOT NULL,
        version integer NOT NULL,
        points bigint,
        minor bigint,
        step bigint,
        currency text,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        PRIMARY KEY (book_id, version),
        CHECK (num_nulls(points, minor, step, currency) IN (0, 4)),
        CHECK (points > 0 AND minor > 0 AND step > 0)
    )
    """,
    f"""
    CREATE TABLE catalog.offer_access (
        book_id integer NOT NULL,
        offer_id bigint NOT NULL,
        version integer NOT NULL,
        open_to jsonb NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        PRIMARY KEY (book_id, offer_id, version)
    )
    """,
    # Whoever was charged by a rule can see it for good. Its end is for good, too.
    """
    CREATE FUNCTION catalog.refuse_change_of_price() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a price rule never changes, and its end is for good'
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER price_rule_stays BEFORE UPDATE ON catalog.price_rule
        FOR EACH ROW WHEN (
            OLD.ended_at IS NOT NULL
            OR to_jsonb(NEW) - 'ended_at' IS DISTINCT FROM to_jsonb(OLD) - 'ended_at'
        )
        EXECUTE FUNCTION catalog.refuse_change_of_price()
    """,
    *(
        f"""
        CREATE TRIGGER {table}_immutable
            BEFORE UPDATE OR DELETE OR TRUNCATE ON catalog.{table}
            FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()
        """
        for table in ("price_rate", "offer_access")
    ),
    # The rule that set the price of a coupon. Those of earlier releases had none.
    "ALTER TABLE exchange.coupon ADD COLUMN price_rule_id bigint",
    # A rule is tried on a programme's redemptions of some days, the newest first.
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX coupon_redeemed_index ON exchange.coupon (book_id, redeemed_at)
    """,
    """
    GRANT SELECT, INSERT ON catalog.price_rule, catalog.price_rate, catalog.offer_access
        TO comity_service
    """,
    "GRANT UPDATE (ended_at) ON catalog.price_rule TO comity_service",
)


def upgrade() -> None:
    """Make the tables. Without rules and rates, prices stay what they were.

    The tables of coupons are small enough for an index during the upgrade, as with the others.
    """
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop them. Allotments and offers say the prices again."""
    op.execute("DROP INDEX exchange.coupon_redeemed_index")
    op.execute("ALTER TABLE exchange.coupon DROP COLUMN price_rule_id")
    for table in ("offer_access", "price_rate", "price_rule"):
        op.execute(f"DROP TABLE catalog.{table}")
    op.execute("DROP FUNCTION catalog.refuse_change_of_price()")
