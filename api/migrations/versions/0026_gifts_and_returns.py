"""Gifts of coupons, who had a coupon before, and offers whose coupons are withdrawn."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"

UPGRADE = (
    """
    ALTER TABLE exchange.coupon
        ADD COLUMN holder text COLLATE "C",
        ADD COLUMN hops smallint NOT NULL DEFAULT 0,
        ADD COLUMN gift_digest bytea,
        ADD COLUMN gift_until timestamptz,
        ADD COLUMN gift_to text COLLATE "C",
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT coupon_hops_check CHECK (hops >= 0 AND (hops > 0) = (holder IS NOT NULL)),
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT coupon_gift_check CHECK (
            (state = 'GIFTING') = (gift_digest IS NOT NULL)
            AND (gift_digest IS NULL) = (gift_until IS NULL)
            AND (gift_to IS NULL OR gift_digest IS NOT NULL)
            AND octet_length(gift_digest) = 32
        )
    """,
    # Both are empty at first: no coupon was given before.
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX coupon_holder_index ON exchange.coupon (book_id, holder, coupon_id)
        WHERE holder IS NOT NULL
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE UNIQUE INDEX coupon_gift_index ON exchange.coupon (book_id, gift_digest)
        WHERE gift_digest IS NOT NULL
    """,
    f"""
    CREATE TABLE exchange.custody (
        book_id integer,
        coupon_id bigint,
        hop smallint CHECK (hop > 0),
        from_member text COLLATE "C" NOT NULL,
        to_member text COLLATE "C" NOT NULL CHECK (to_member <> from_member),
        key text COLLATE "C" NOT NULL,
        claimed_at timestamptz NOT NULL,
        recorded_by integer DEFAULT {BY},
        CONSTRAINT custody_pkey PRIMARY KEY (book_id, coupon_id, hop),
        CONSTRAINT custody_coupon_fkey FOREIGN KEY (book_id, coupon_id)
            REFERENCES exchange.coupon (book_id, coupon_id)
    )
    """,
    """
    CREATE TABLE exchange.gift_count (
        book_id integer,
        member text COLLATE "C",
        day date,
        given integer NOT NULL CHECK (given > 0),
        CONSTRAINT gift_count_pkey PRIMARY KEY (book_id, member, day)
    )
    """,
    """
    CREATE TABLE exchange.new_member (
        book_id integer,
        member text COLLATE "C",
        coupon_id bigint NOT NULL,
        hop smallint NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT new_member_pkey PRIMARY KEY (book_id, member),
        CONSTRAINT new_member_custody_fkey FOREIGN KEY (book_id, coupon_id, hop)
            REFERENCES exchange.custody (book_id, coupon_id, hop)
    )
    """,
    f"""
    CREATE TABLE exchange.withdrawal (
        offer_id bigint PRIMARY KEY,
        reason text NOT NULL,
        requested_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        recorded_by integer DEFAULT {BY}
    )
    """,
    """
    GRANT UPDATE (code, holder, hops, gift_digest, gift_until, gift_to)
        ON exchange.coupon TO comity_service
    """,
    """
    GRANT SELECT, INSERT ON exchange.custody, exchange.gift_count, exchange.new_member,
        exchange.withdrawal TO comity_service
    """,
    "GRANT UPDATE (given) ON exchange.gift_count TO comity_service",
    "GRANT UPDATE (ended_at) ON exchange.withdrawal TO comity_service",
)


def upgrade() -> None:
    """Make room for gifts. No coupon changes."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Forget who had a coupon before: it belongs to the one who redeemed it, and gifts end."""
    op.execute("REVOKE UPDATE (code) ON exchange.coupon FROM comity_service")
    for table in ("withdrawal", "new_member", "gift_count", "custody"):
        op.execute(f"DROP TABLE exchange.{table}")
    op.execute(
        """
        ALTER TABLE exchange.coupon DROP CONSTRAINT coupon_gift_check,
            DROP CONSTRAINT coupon_hops_check
        """
    )
    op.execute("UPDATE exchange.coupon SET state = 'ACTIVE' WHERE state = 'GIFTING'")
    op.execute("DROP INDEX exchange.coupon_gift_index, exchange.coupon_holder_index")
    op.execute(
        """
        ALTER TABLE exchange.coupon DROP COLUMN holder, DROP COLUMN hops, DROP COLUMN gift_digest,
            DROP COLUMN gift_until, DROP COLUMN gift_to
        """
    )
